package account

import "time"

// Lockout: so many wrong attempts in a row lock a name for a while (GB/T
// 22239-2019, 8.1.4.1 b: limit failed sign-ins).
const (
	lockAfter = 5
	lockFor   = 15 * time.Minute
)

// Sessions.
const (
	staffIdle        = 30 * time.Minute    // without a request (GB/T 22239-2019, 8.1.4.1 b)
	staffLifetime    = 12 * time.Hour      // one working day
	merchantLifetime = 30 * 24 * time.Hour // drafts go on for weeks, on one's own phone
	secondStepFor    = 5 * time.Minute     // between password and one-time code
	touchEvery       = time.Minute         // how often a session or token notes its use
)

// Codes sent to phones.
const (
	codeLifetime = 10 * time.Minute
	codeTries    = 5
	resendAfter  = time.Minute
)

// A codeLimit bounds how many codes may be asked for in a time.
type codeLimit struct {
	within time.Duration
	n      int
}

var (
	perPhone  = []codeLimit{{resendAfter, 1}, {time.Hour, 5}, {24 * time.Hour, 10}}
	perRemote = []codeLimit{{time.Hour, 30}, {24 * time.Hour, 200}} // a market hall shares one address
)

// One-time codes (RFC 6238) and the codes that replace them.
const (
	totpPeriod    = 30 // seconds
	totpSkew      = 1  // steps before and after
	recoveryCodes = 10
)

// tokenMaxLifetime is the longest time for which an API token is given out.
const tokenMaxLifetime = 366 * 24 * time.Hour

// Profile is a set of rules for passwords.
type Profile struct {
	Name    string
	Min     int           // characters
	Max     int           // characters; longer ones only cost time
	Classes int           // of lower case, upper case, digits, other; 0: any
	MaxAge  time.Duration // after which it must be changed; 0: never
	Common  bool          // refuse those that everybody tries first
}

// Profiles are the known sets: OWASP ASVS 5.0 chapter 6 (length and a list of
// common passwords, no composition, no expiry), and what assessors of
// classified protection (网络安全等级保护, GB/T 22239-2019 8.1.4.1 a) ask for.
var Profiles = []Profile{
	{Name: "asvs", Min: 8, Max: 128, Common: true},
	{Name: "djbh", Min: 10, Max: 128, Classes: 3, MaxAge: 90 * 24 * time.Hour, Common: true},
}

func profileOf(name string) Profile {
	for _, p := range Profiles {
		if p.Name == name {
			return p
		}
	}
	return Profiles[0]
}

func (p Profile) expired(set, now time.Time) bool {
	return p.MaxAge > 0 && now.Sub(set) > p.MaxAge
}
