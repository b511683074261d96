package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"strings"
	"time"

	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

var (
	enrolDef   = usecase.Define(usecase.Def{Name: "account.enrol_totp", Allow: access.Roles})
	confirmDef = usecase.Define(usecase.Def{Name: "account.confirm_totp", Allow: access.Roles})
)

// EnrolCommand begins to set up one-time codes.
type EnrolCommand struct {
	Password string `json:"password" validate:"required,max=128" doc:"Once more, so that a stolen session cannot replace the codes."`
}

// Enrolment is what an authenticator app needs. It is shown once.
type Enrolment struct {
	Secret string `json:"secret" doc:"Base32, for typing."`
	URI    string `json:"uri" doc:"otpauth address, for a QR code."`
}

// EnrolTOTP makes a new shared secret. It counts only after [Service.ConfirmTOTP];
// codes that were set up before stay good until then.
func (s *Service) EnrolTOTP(ctx context.Context, cmd EnrolCommand) (Enrolment, error) {
	refused := s.reprove(ctx, access.From(ctx), cmd.Password)
	return usecase.Do(ctx, s.rt, enrolDef, cmd, func(ctx context.Context, c *usecase.Call) (Enrolment, error) {
		if refused != nil {
			return Enrolment{}, refused
		}
		r, err := s.me(ctx, c)
		if err != nil {
			return Enrolment{}, err
		}
		key, err := totp.Generate(totp.GenerateOpts{Issuer: s.opt.Texts.T("en", "account.issuer"), AccountName: r.Login})
		if err != nil {
			return Enrolment{}, err
		}
		r.TotpPending = key.Secret()
		if err := save(ctx, c.Tx, r, c.Now, "totp_pending"); err != nil {
			return Enrolment{}, err
		}
		return Enrolment{Secret: key.Secret(), URI: key.URL()}, nil
	})
}

// ConfirmCommand proves that the app shows the right codes.
type ConfirmCommand struct {
	Code string `json:"code" validate:"required,max=24,plain" doc:"The six digits that the app shows now."`
}

// RecoveryCodes are shown once.
type RecoveryCodes struct {
	Codes []string `json:"codes" doc:"Each replaces a one-time code, once."`
}

// ConfirmTOTP puts the new secret into force and gives fresh recovery codes.
func (s *Service) ConfirmTOTP(ctx context.Context, cmd ConfirmCommand) (RecoveryCodes, error) {
	by, now := access.From(ctx), s.rt.Now()
	key := attemptKey("totp\x00" + string(by.Account))
	claimed, claimErr := true, error(nil)
	if by.SignedIn() {
		claimed, claimErr = claim(ctx, s.rt.DB.W, key, now)
	}
	return usecase.Do(ctx, s.rt, confirmDef, cmd, func(ctx context.Context, c *usecase.Call) (RecoveryCodes, error) {
		if claimErr != nil {
			return RecoveryCodes{}, claimErr
		}
		r, err := s.me(ctx, c)
		if err != nil {
			return RecoveryCodes{}, err
		}
		if !claimed {
			return RecoveryCodes{}, fault.New(fault.Locked, "locked_minutes", int(lockFor.Minutes()))
		}
		if r.TotpPending == "" {
			return RecoveryCodes{}, fault.New(fault.Conflict, "totp_not_begun")
		}
		step := totpStep(r.TotpPending, cmd.Code, c.Now)
		if step == 0 {
			return RecoveryCodes{}, fault.OnField("/code", "totp_wrong", "")
		}
		r.TotpSecret, r.TotpPending, r.TotpStep = r.TotpPending, "", step
		if err := save(ctx, c.Tx, r, c.Now, "totp_secret", "totp_pending", "totp_step"); err != nil {
			return RecoveryCodes{}, err
		}
		codes := make([]string, recoveryCodes)
		hashes := make([]string, recoveryCodes)
		for i := range codes {
			text := strings.ToLower(rand.Text())
			codes[i] = text[:5] + "-" + text[5:10]
			hashes[i] = recoveryHash(r.ID, codes[i])
		}
		if err := replaceRecoveryCodes(ctx, c.Tx, r.ID, hashes); err != nil {
			return RecoveryCodes{}, err
		}
		if err := s.secured(ctx, c, r, SecondFactorChanged, ""); err != nil {
			return RecoveryCodes{}, err
		}
		return RecoveryCodes{Codes: codes}, forgive(ctx, c.Tx, key)
	})
}

// totpStep finds the time step of a code near now (RFC 6238, one step either
// way for clocks that differ); 0 when it is of none. The later step wins, so
// that no code of the found step or before can be used after it.
func totpStep(secret, code string, now time.Time) int64 {
	code = strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, ident.NormalPhone(code))
	at := now.Unix() / totpPeriod
	var found int64
	for step := at - totpSkew; step <= at+totpSkew; step++ {
		want, err := hotp.GenerateCode(secret, uint64(step))
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			found = step
		}
	}
	return found
}

// recoveryHash hashes what has the form of a recovery code: ten letters and
// digits. Such a code has 50 random bits, so a
// fast hash does. It is "" for any other text.
func recoveryHash(account ident.AccountID, code string) string {
	code = strings.Map(func(r rune) rune {
		switch {
		case r == '-' || r == ' ':
			return -1
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return r
	}, code)
	if len(code) != 10 {
		return ""
	}
	return digest("recovery\x00" + string(account) + "\x00" + code)
}

// me reads the account of the caller, who uses a browser.
func (s *Service) me(ctx context.Context, c *usecase.Call) (*record, error) {
	if err := own(c.By); err != nil {
		return nil, err
	}
	c.About(string(c.By.Account), string(c.By.Scope))
	return byID(ctx, c.Tx, c.By.Account)
}
