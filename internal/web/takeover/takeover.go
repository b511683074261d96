// Package takeover owns the pages on which a shop changes hands: the new
// operator's request, the old one's answer, the county's desk, and the public
// page of a shop whose old addresses lead to the present one.
//
// It decides nothing: who may do what, and when, stands in the slice it calls.
package takeover

import (
	"context"
	"net/http"
	"strconv"

	"fangxin/internal/access"
	"fangxin/internal/blob"
	"fangxin/internal/merchant"
	"fangxin/internal/takeover"
	"fangxin/internal/web/page"
)

// Pages serves them.
type Pages struct {
	E         *page.Engine
	Takeovers *takeover.Service
	Merchants *merchant.Service
	Files     *blob.Service
}

// Mount adds the routes and notes which use-cases they reach.
func (p *Pages) Mount(mux *http.ServeMux) {
	anybody := func(next http.HandlerFunc) http.HandlerFunc { return next }
	for _, route := range []struct {
		pattern  string
		keep     func(http.HandlerFunc) http.HandlerFunc
		handle   http.HandlerFunc
		usecases []string
	}{
		{"GET /shops/{id}", anybody, p.shop, []string{"shop.get"}},
		{"GET /my/takeovers", p.merchants, p.mine, []string{"takeover.list"}},
		{"GET /my/takeovers/new", p.merchants, p.form, []string{"takeover.find"}},
		{"POST /my/takeovers", p.merchants, p.file, []string{"takeover.file"}},
		{"GET /my/takeovers/{id}", p.merchants, p.one, []string{"takeover.get"}},
		{"POST /my/takeovers/{id}/{action}", p.merchants, p.answer, []string{"takeover.consent", "takeover.object", "takeover.retract"}},
		{"GET /desk/takeovers", p.E.Staff, p.queue, []string{"takeover.list"}},
		{"GET /desk/takeovers/{id}", p.E.Staff, p.desk, []string{"takeover.get"}},
		{"POST /desk/takeovers/{id}/{action}", p.E.Staff, p.decide, []string{"takeover.check", "takeover.confirm", "takeover.decline"}},
	} {
		mux.HandleFunc(route.pattern, route.keep(route.handle))
		for _, name := range route.usecases {
			page.Mount(name, route.pattern)
		}
	}
}

// merchants keeps pages to those who run shops.
func (p *Pages) merchants(next http.HandlerFunc) http.HandlerFunc {
	return p.E.Only(next, "my_pages", access.Merchant)
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
