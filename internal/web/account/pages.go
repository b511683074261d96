// Package account owns the pages on which people sign in, join and look after
// their account, and those on which administrators look after the accounts of
// their staff.
//
// It decides nothing: who may see or do what stands in internal/account.
package account

import (
	"net/http"

	accounts "fangxin/internal/account"
	"fangxin/internal/authority"
	"fangxin/internal/fault"
	"fangxin/internal/usecase"
	"fangxin/internal/web/page"
)

// Pages serves them.
type Pages struct {
	E           *page.Engine
	Accounts    *accounts.Service
	Authorities *authority.Service
}

// Guarded are the addresses that take what could be guessed; the composition
// root limits how often one visitor may post to them.
var Guarded = []string{
	"/sign-in", "/join", "/join/code", "/account/password", "/account/totp", "/account/totp/confirm", "/account/notifications/email",
	"/api/v1/session", "/api/v1/phone-codes", "/api/v1/phone-codes/verify",
	"/api/v1/account/password", "/api/v1/account/totp", "/api/v1/account/totp/confirm",
}

// Mount adds the routes.
func (p *Pages) Mount(mux *http.ServeMux) {
	for _, route := range []struct {
		pattern, usecase string
		handle           http.HandlerFunc
	}{
		{"GET /sign-in", "", p.signInForm},
		{"POST /sign-in", "account.sign_in", p.signIn},
		{"POST /sign-out", "account.sign_out", p.signOut},
		{"GET /join", "", p.joinForm},
		{"POST /join", "account.request_code", p.join},
		{"POST /join/code", "account.verify_code", p.verify},
		{"GET /register-merchant", "", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/join", http.StatusMovedPermanently)
		}},
		{"GET /account", "account.session", p.account},
		{"POST /account/name", "account.rename", p.rename},
		{"POST /account/password", "account.change_password", p.changePassword},
		{"POST /account/totp", "account.enrol_totp", p.enrol},
		{"POST /account/totp/confirm", "account.confirm_totp", p.confirm},
		{"POST /account/tokens", "account.create_token", p.createToken},
		{"POST /account/tokens/{id}/revoke", "account.revoke_token", p.revokeToken},
		{"POST /account/sessions/{id}/end", "account.end_session", p.endSession},
		{"GET /desk/admin/accounts", "account.list", p.list},
		{"GET /desk/admin/accounts/new", "", p.newForm},
		{"POST /desk/admin/accounts", "account.create_staff", p.create},
		{"GET /desk/admin/accounts/{id}", "account.get", p.edit},
		{"POST /desk/admin/accounts/{id}", "account.update_staff", p.update},
		{"POST /desk/admin/accounts/{id}/deactivate", "account.deactivate", p.act(p.Accounts.Deactivate, "flash.account_deactivated")},
		{"POST /desk/admin/accounts/{id}/activate", "account.activate", p.act(p.Accounts.Activate, "flash.account_activated")},
		{"POST /desk/admin/accounts/{id}/unlock", "account.unlock", p.act(p.Accounts.Unlock, "flash.account_unlocked")},
		{"POST /desk/admin/accounts/{id}/reset", "account.reset", p.reset},
	} {
		mux.HandleFunc(route.pattern, route.handle)
		mount(route.usecase, route.pattern)
	}
	mount("account.list_tokens", "GET /account")
	mount("account.list_sessions", "GET /account")
}

// mount notes a page for the parity test.
func mount(name, where string) {
	for _, d := range usecase.Defs() {
		if d.Name == name {
			d.Mount("page", where)
		}
	}
}

// refuse shows a form again, or, when err is about something else, its page.
func (p *Pages) refuse(w http.ResponseWriter, r *http.Request, err error, name string, d page.Data) {
	if !p.E.Invalid(w, r, err, name, d) {
		p.E.Fault(w, r, err)
	}
}

// detail is the key of what a refusal says beyond its code.
func detail(err error) string {
	if f, ok := fault.As(err); ok {
		return f.Detail
	}
	return ""
}
