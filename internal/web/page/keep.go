package page

import (
	"net/http"

	"fangxin/internal/access"
	"fangxin/internal/fault"
)

// Only keeps pages to those whom they are made for: others sign in first, or
// are told in the words of detail that these are not theirs. It spares a
// visitor forms that would be refused; what somebody may do is decided by the
// use-cases.
func (e *Engine) Only(next http.HandlerFunc, detail string, roles ...access.Role) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch by := access.From(r.Context()); {
		case !by.SignedIn():
			e.Fault(w, r, fault.New(fault.Unauthenticated, ""))
		case !by.Has(roles...):
			e.Fault(w, r, fault.New(fault.Forbidden, detail))
		default:
			next(w, r)
		}
	}
}

// Staff keeps pages to those who work at an authority.
func (e *Engine) Staff(next http.HandlerFunc) http.HandlerFunc {
	return e.Only(next, "", access.StaffRoles...)
}
