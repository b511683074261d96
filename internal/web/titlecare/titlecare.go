// Package titlecare owns the pages on which a title is kept in order after its
// award: orders to rectify with the evidence for each finding, for the holder
// on a phone and for officers at the desk.
//
// It decides nothing: what may be done, and when, stands in the slices it calls.
package titlecare

import (
	"context"
	"net/http"
	"strconv"

	"fangxin/internal/access"
	"fangxin/internal/blob"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/inspection"
	"fangxin/internal/rectify"
	"fangxin/internal/renewal"
	"fangxin/internal/web/page"
)

// Pages serves them.
type Pages struct {
	E              *page.Engine
	Rectifications *rectify.Service
	Renewals       *renewal.Service
	Certificates   *certificate.Service
	Inspections    *inspection.Service
	Files          *blob.Service
}

// Mount adds the routes and notes which use-cases they reach.
func (p *Pages) Mount(mux *http.ServeMux) {
	for _, route := range []struct {
		pattern  string
		keep     func(http.HandlerFunc) http.HandlerFunc
		handle   http.HandlerFunc
		usecases []string
	}{
		{"GET /my/rectifications/{id}", p.owners, p.mine, []string{"rectification.get"}},
		{"POST /my/rectifications/{id}/findings/{n}", p.owners, p.answer, []string{"rectification.answer", "file.put"}},
		{"POST /my/rectifications/{id}/submit", p.owners, p.submit, []string{"rectification.submit"}},
		{"GET /desk/rectifications", p.staff, p.list, []string{"rectification.list"}},
		{"GET /desk/rectifications/{id}", p.staff, p.desk, []string{"rectification.get"}},
		{"POST /desk/rectifications/{id}/{action}", p.staff, p.step, []string{
			"rectification.return", "rectification.order_inspection", "rectification.pass", "rectification.restore", "rectification.fail", "rectification.extend",
		}},
		{"GET /desk/certificates/{id}/rectify", p.staff, p.orderForm, nil},
		{"POST /desk/certificates/{id}/rectify", p.staff, p.order, []string{"rectification.order"}},
		{"GET /my/certificates/{id}/renew", p.owners, p.renewForm, []string{"renewal.outlook"}},
		{"POST /my/certificates/{id}/renew", p.owners, p.renew, []string{"renewal.file"}},
		{"POST /my/renewals/{id}/retract", p.owners, p.retract, []string{"renewal.retract"}},
		{"GET /desk/renewals", p.staff, p.renewals, []string{"renewal.list"}},
		{"GET /desk/renewals/{id}", p.staff, p.renewal, []string{"renewal.get"}},
		{"POST /desk/renewals/{id}/{action}", p.staff, p.stepRenewal, []string{"renewal.check", "renewal.grant", "renewal.decline"}},
		{"GET /desk/rechecks", p.staff, p.rechecks, []string{"certificate.recheck_due"}},
		{"POST /desk/rechecks", p.staff, p.orderRecheck, []string{"inspection.order"}},
	} {
		mux.HandleFunc(route.pattern, route.keep(route.handle))
		for _, name := range route.usecases {
			page.Mount(name, route.pattern)
		}
	}
}

// owners keeps pages to holders.
func (p *Pages) owners(next http.HandlerFunc) http.HandlerFunc {
	return p.only(next, "my_pages", access.Merchant, access.Organiser)
}

// staff keeps pages to those who work at an authority.
func (p *Pages) staff(next http.HandlerFunc) http.HandlerFunc {
	return p.only(next, "", access.StaffRoles...)
}

func (p *Pages) only(next http.HandlerFunc, detail string, roles ...access.Role) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch by := access.From(r.Context()); {
		case !by.SignedIn():
			p.E.Fault(w, r, fault.New(fault.Unauthenticated, ""))
		case !by.Has(roles...):
			p.E.Fault(w, r, fault.New(fault.Forbidden, detail))
		default:
			next(w, r)
		}
	}
}

// version reads the hidden field of a form: the version its writer saw. A form
// without one never fits.
func version(r *http.Request) context.Context {
	n, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil || n < 1 {
		n = -1
	}
	return page.WithVersion(r.Context(), n)
}
