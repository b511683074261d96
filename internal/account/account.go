// Package account owns who may sign in and how: staff, merchants and street
// organisers, their passwords, one-time codes, sessions and API tokens, and
// which operators an account speaks for.
//
// It does not own authorities (authority), operators (merchant) or what a role
// may do (access, and each use-case's own list).
//
// Invariants: a person who types a wrong name, password or code learns nothing
// about who exists; secrets are stored as hashes, except the shared secret of
// one-time codes, which must be read back; roles and the active mark are read
// again at each request, so what is taken away is gone at the next click;
// nobody grants what lies outside their own part of the tree.
package account

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"golang.org/x/text/width"

	"fangxin/internal/access"
	"fangxin/internal/authority"
	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
	"fangxin/internal/sms"
	"fangxin/internal/usecase"
)

// Options are what an installation decides.
type Options struct {
	Passwords string        // name of the password profile: asvs or djbh
	StaffTOTP bool          // staff must set up one-time codes before anything else
	ShowCodes bool          // the demo shows codes on the page instead of sending them only
	Secure    bool          // the base address is https: the cookie is sent nowhere else
	Sender    sms.Sender    // delivers codes
	Texts     httpapi.Texts // words of messages and problems
}

// Service runs the use-cases.
type Service struct {
	rt          *usecase.Runtime
	authorities *authority.Service
	opt         Options
	profile     Profile
	sessions    *scs.SessionManager
	store       *sessionStore

	// Ticket reads for whom the ticket of a device speaks. Secrets that begin
	// with TicketPrefix are left to it.
	Ticket       func(ctx context.Context, secret string) (access.Principal, error)
	TicketPrefix string
	// OnSecured hooks run in the transaction in which the way into an account
	// changes.
	OnSecured []func(ctx context.Context, c *usecase.Call, s Secured) error
}

// Secured tells other slices that the way into an account has changed.
type Secured struct {
	Account  ident.AccountID
	Scope    string // of staff
	What     Security
	OldPhone string // of [PhoneChanged]
	Version  int64  // of the account after the change
}

// Security names what changed.
type Security string

// What can change.
const (
	PasswordChanged     Security = "password_changed"
	WasReset            Security = "reset" // by an administrator
	PhoneChanged        Security = "phone_changed"
	SecondFactorChanged Security = "second_factor"
)

// secured runs the hooks.
func (s *Service) secured(ctx context.Context, c *usecase.Call, r *record, what Security, oldPhone string) error {
	for _, hook := range s.OnSecured {
		err := hook(ctx, c, Secured{Account: r.ID, Scope: r.Scope, What: what, OldPhone: oldPhone, Version: r.Version})
		if err != nil {
			return err
		}
	}
	return nil
}

// New makes the service.
func New(rt *usecase.Runtime, authorities *authority.Service, opt Options) *Service {
	s := &Service{rt: rt, authorities: authorities, opt: opt, profile: profileOf(opt.Passwords)}
	s.store = &sessionStore{rt: rt}
	s.sessions = s.newSessions()
	return s
}

// View is an account as its holder and its administrators see it.
type View struct {
	ID           ident.AccountID   `json:"id" format:"uuid"`
	Login        string            `json:"login,omitempty"`
	Name         string            `json:"name"`
	Phone        string            `json:"phone,omitempty" doc:"With the middle hidden."`
	Roles        []access.Role     `json:"roles"`
	Authority    ident.AuthorityID `json:"authority,omitempty" format:"uuid" doc:"Of staff."`
	Scope        string            `json:"scope,omitempty" doc:"Of staff: path of the authority."`
	Active       bool              `json:"active"`
	SecondFactor bool              `json:"second_factor" doc:"One-time codes are set up."`
	MustChange   bool              `json:"must_change" doc:"The password was set by somebody else and must be changed first."`
	LockedUntil  *time.Time        `json:"locked_until,omitempty" doc:"Too many wrong attempts."`
	SignedInAt   *time.Time        `json:"signed_in_at,omitempty"`
	Version      int64             `json:"version"`
	CreatedAt    time.Time         `json:"created_at"`
}

func (r *record) view() View {
	v := View{
		ID: r.ID, Login: r.Login, Name: r.Name, Roles: r.Roles, Authority: r.Authority, Scope: r.Scope,
		Active: r.Active, SecondFactor: r.TotpSecret != "", MustChange: r.MustChange, Version: r.Version, CreatedAt: r.CreatedAt,
	}
	if r.Phone != "" {
		v.Phone = ident.MaskPhone(r.Phone)
	}
	if !r.SignedInAt.IsZero() {
		v.SignedInAt = &r.SignedInAt
	}
	return v
}

func (r *record) staff() bool { return r.Authority != "" }

// principal is the account as the rest of the house knows it.
func (s *Service) principal(r *record, now time.Time) access.Principal {
	p := access.Principal{Account: r.ID, Name: r.Name, Roles: r.Roles, Authority: r.Authority, Scope: access.Scope(r.Scope)}
	switch {
	case r.PasswordHash != "" && (r.MustChange || s.profile.expired(r.PasswordSetAt, now)):
		p.Pending = "change_password_first"
	case r.staff() && s.opt.StaffTOTP && !r.TotpExempt && r.TotpSecret == "":
		p.Pending = "set_up_totp_first"
	}
	return p
}

// normalLogin gives a typed name its canonical form: half width, lower case.
func normalLogin(s string) string {
	return strings.ToLower(strings.TrimSpace(width.Narrow.String(s)))
}

// own refuses callers without an account, and programs: a token must not
// change how its holder signs in.
func own(by access.Principal) error {
	if !by.SignedIn() {
		return fault.New(fault.Unauthenticated, "")
	}
	if by.Token != "" {
		return fault.New(fault.Forbidden, "not_by_token")
	}
	return nil
}

// rolesOf lists what an account of a level of authority may hold. Officers
// decide at the level of their authority and nowhere else.
func rolesOf(l authority.Level) []access.Role {
	officer := map[authority.Level]access.Role{
		authority.County: access.CountyOfficer, authority.City: access.CityOfficer, authority.Province: access.ProvinceOfficer,
	}
	return slices.DeleteFunc(slices.Clone(access.StaffRoles), func(r access.Role) bool {
		return slices.Contains(access.Officers, r) && r != officer[l]
	})
}

// RolesOf lists the roles that an administrator may give to staff of an
// authority of the level.
func RolesOf(l authority.Level) []access.Role { return rolesOf(l) }

// Operators lists the operators that an account speaks for, oldest first.
func Operators(ctx context.Context, idb usecase.Reader, account ident.AccountID) ([]ident.OperatorID, error) {
	return operators(ctx, idb, account)
}

// MemberRole is how an account stands to an operator.
type MemberRole string

// The ways to stand to an operator.
const (
	Owner MemberRole = "owner" // 负责人
	Agent MemberRole = "agent" // 经办人
)

// Grant lets an account speak for an operator. It is safe to repeat; an owner
// stays owner.
func Grant(ctx context.Context, c *usecase.Call, account ident.AccountID, operator ident.OperatorID, role MemberRole) error {
	return grant(ctx, c.Tx, &membership{Account: account, Operator: operator, Role: role, At: c.Now})
}

// Grant makes an account the owner of an operator; see the function [Grant].
func (s *Service) Grant(ctx context.Context, c *usecase.Call, account ident.AccountID, operator ident.OperatorID) error {
	return Grant(ctx, c, account, operator, Owner)
}

// Phone is the proven mobile number of an account; "" when it has none.
func (s *Service) Phone(ctx context.Context, idb usecase.Reader, account ident.AccountID) (string, error) {
	r, err := byID(ctx, idb, account)
	if err != nil || r.staff() {
		return "", err
	}
	return r.Phone, nil
}
