// Package access owns who somebody is and what their role lets them do:
// roles, levels, the principal of a request and the scope of its authority.
//
// It reads no database and knows no record; whether a record lies inside a
// scope is decided in SQL by the store functions, with the prefix given here.
package access

import (
	"slices"
	"strings"

	"fangxin/internal/ident"
)

// Role is what a person is to the registry. One account may hold several.
type Role string

// The roles.
const (
	Public          Role = "public"           // 社会公众: nobody signed in
	Merchant        Role = "merchant"         // 经营者
	Organiser       Role = "organiser"        // 街区管理方
	Inspector       Role = "inspector"        // 核查员
	CountyOfficer   Role = "county_officer"   // 县级初审
	CityOfficer     Role = "city_officer"     // 市级复审
	ProvinceOfficer Role = "province_officer" // 省级认定
	Publisher       Role = "publisher"        // 宣教
	Supervisor      Role = "supervisor"       // 监督
	Administrator   Role = "administrator"    // 管理员
	System          Role = "system"           // the registry itself: imports, jobs, hooks
)

// Roles lists every role in the order in which people read them.
var Roles = []Role{
	Public, Merchant, Organiser, Inspector, CountyOfficer, CityOfficer,
	ProvinceOfficer, Publisher, Supervisor, Administrator, System,
}

var roleNames = map[Role][2]string{
	Public:          {"社会公众", "Public"},
	Merchant:        {"经营者", "Merchant"},
	Organiser:       {"街区管理方", "Street organiser"},
	Inspector:       {"核查员", "Inspector"},
	CountyOfficer:   {"县级经办", "County officer"},
	CityOfficer:     {"市级经办", "City officer"},
	ProvinceOfficer: {"省级经办", "Province officer"},
	Publisher:       {"宣教", "Publisher"},
	Supervisor:      {"监督", "Supervisor"},
	Administrator:   {"管理员", "Administrator"},
	System:          {"系统", "System"},
}

// Name is the role's name in Chinese, or in English for "en".
func (r Role) Name(lang string) string {
	if lang == "en" {
		return roleNames[r][1]
	}
	return roleNames[r][0]
}

// Known reports a role of the list.
func (r Role) Known() bool { _, ok := roleNames[r]; return ok }

// Staff reports a role that only people employed by an authority hold.
func (r Role) Staff() bool { return slices.Contains(StaffRoles, r) }

// StaffRoles are the roles of people employed by an authority.
var StaffRoles = []Role{Inspector, CountyOfficer, CityOfficer, ProvinceOfficer, Publisher, Supervisor, Administrator}

// Officers are those who decide on cases, each at the level of their authority.
var Officers = []Role{CountyOfficer, CityOfficer, ProvinceOfficer}

// Scope is the part of the authority tree that somebody may see, as the path
// of its topmost authority: "/36/", "/36/3601/", "/36/3601/360102/". Every
// scoped row carries the path of the authority in charge, so being in scope
// is having the prefix. The empty scope contains nothing.
type Scope string

// Everything contains the whole tree.
const Everything Scope = "/"

// Contains reports whether a path lies in the scope.
func (s Scope) Contains(path string) bool { return s != "" && strings.HasPrefix(path, string(s)) }

// Upper is the smallest string above every path of the scope, for an index
// range: scope <= path AND path < Upper. Paths end in "/", and "0" follows it.
func (s Scope) Upper() string { return strings.TrimSuffix(string(s), "/") + "0" }

// Above lists the paths from the top of the tree down to a path: "/36/3601/"
// lies under "/36/" and "/36/3601/".
func Above(path string) []string {
	out := []string{}
	for i := 1; i < len(path); i++ {
		if path[i] == '/' {
			out = append(out, path[:i+1])
		}
	}
	return out
}

// Principal is who makes a request.
type Principal struct {
	Account   ident.AccountID   // empty for the public and the system
	Name      string            // as shown to colleagues; never in logs
	Roles     []Role            // never empty: the public holds [Public]
	Authority ident.AuthorityID // of staff
	Scope     Scope             // of staff; empty for everybody else
	Token     ident.TokenID     // set when an API token speaks for the account
	Scopes    []string          // of the token: use-case names or "noun.*"; nil with a session
	Pending   string            // what the account must do before anything else, as a detail key of the fault texts; "" when nothing
}

// Anonymous is somebody who has not signed in.
func Anonymous() Principal { return Principal{Roles: []Role{Public}} }

// Internal is the registry acting by itself, with a name for the audit trail.
func Internal(name string) Principal {
	return Principal{Name: name, Roles: []Role{System}, Scope: Everything}
}

// SignedIn reports whether an account stands behind the request.
func (p Principal) SignedIn() bool { return p.Account != "" }

// Has reports whether p holds one of the roles.
func (p Principal) Has(roles ...Role) bool {
	for _, r := range roles {
		if slices.Contains(p.Roles, r) {
			return true
		}
	}
	return false
}

// Staff reports whether p is employed by an authority.
func (p Principal) Staff() bool { return p.Has(StaffRoles...) }

// TokenCovers reports whether p's token, if any, was given the use-case. A
// session covers all that the roles allow.
func (p Principal) TokenCovers(usecase string) bool {
	if p.Token == "" {
		return true
	}
	noun, _, _ := strings.Cut(usecase, ".")
	return slices.Contains(p.Scopes, usecase) || slices.Contains(p.Scopes, noun+".*")
}
