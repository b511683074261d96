// Package pledging owns the pages of no-reason-return pledges: for shoppers the
// list, the pledge and "what held on the day I bought"; for shopkeepers the
// wizard, changes, renewal and the ledger; for officers objections, cards, test
// purchases and the file for the national look-up; and the print for the wall.
//
// It decides nothing; the pledge slice does. Every page is complete without
// scripts.
package pledging

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"fangxin/internal/access"
	"fangxin/internal/application"
	"fangxin/internal/badge"
	"fangxin/internal/blob"
	"fangxin/internal/certificate"
	"fangxin/internal/ident"
	"fangxin/internal/merchant"
	"fangxin/internal/pledge"
	"fangxin/internal/web/page"
)

// Pages serves them.
type Pages struct {
	E            *page.Engine
	Pledges      *pledge.Service
	Merchants    *merchant.Service
	Certificates *certificate.Service
	Badges       *badge.Service
	Files        *blob.Service
	Applications *application.Service // checks what authorities stated
	Demo         func() bool
}

type route struct {
	pattern  string
	handle   http.HandlerFunc
	usecases []string
}

// Mount adds the routes and notes which use-cases they reach.
func (p *Pages) Mount(mux *http.ServeMux) {
	for _, r := range []route{
		{"GET /pledges", p.list, []string{"pledge.list"}},
		{"GET /pledges/{id}", p.show, []string{"pledge.get"}},
		{"GET /pledges/{id}/on", p.on, []string{"pledge.on"}},
		{"POST /pledges/{id}/objections", p.object, []string{"pledge.object"}},
		{"GET /register/{number}/pledge", p.ofTitle, []string{"pledge.of_title"}},
		{"GET /pledges/{id}/paper.pdf", p.paper, []string{"pledge.paper"}},
	} {
		p.mount(mux, r, func(h http.HandlerFunc) http.HandlerFunc { return h })
	}
	for _, r := range p.shopRoutes() {
		p.mount(mux, r, p.keepers)
	}
	for _, r := range p.deskRoutes() {
		p.mount(mux, r, func(h http.HandlerFunc) http.HandlerFunc { return h })
	}
}

func (p *Pages) mount(mux *http.ServeMux, r route, wrap func(http.HandlerFunc) http.HandlerFunc) {
	mux.HandleFunc(r.pattern, wrap(r.handle))
	for _, name := range r.usecases {
		page.Mount(name, r.pattern)
	}
}

// keepers keeps the pages to shopkeepers.
func (p *Pages) keepers(next http.HandlerFunc) http.HandlerFunc {
	return p.E.Only(next, "my_pages", access.Merchant)
}

func idOf(r *http.Request) ident.PledgeID { return ident.PledgeID(r.PathValue("id")) }

// version reads the hidden field of a form: the version its writer saw. A form
// without one never fits.
func version(r *http.Request) context.Context {
	n, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil || n < 1 {
		n = -1
	}
	return page.WithVersion(r.Context(), n)
}

// words are terms as people read them.
type words struct {
	Points, Covered, Excluded []pledge.Point
}

func wordsOf(r *http.Request, t pledge.Terms) words {
	lang := page.Lang(r.Context())
	return words{t.Points(lang), t.Covered(lang), t.Excluded(lang)}
}

// goods lists the categories for a selection.
func goods(lang string) []page.Option {
	var out []page.Option
	for _, g := range pledge.CurrentRules().Goods {
		out = append(out, page.Option{Value: g.ID, Label: g.Text.In(lang)})
	}
	return out
}

// queryOf reads the filters of a list; unknown values find nothing rather than
// an error page, except where the use-case says what is wrong.
func queryOf(q url.Values) pledge.ListQuery {
	days, _ := strconv.Atoi(q.Get("days"))
	return pledge.ListQuery{
		Division: q.Get("division"), Sector: q.Get("sector"), Goods: q.Get("goods"), Days: max(0, min(days, 365)), Name: q.Get("name"),
		Standing: pledge.Standing(q.Get("standing")), After: q.Get("after"), Limit: 30,
	}
}

// addressOf is the address of a list with its filters, for the next page.
func addressOf(path string, q pledge.ListQuery, after string) string {
	v := url.Values{}
	days := ""
	if q.Days > 0 {
		days = strconv.Itoa(q.Days)
	}
	for name, value := range map[string]string{
		"division": q.Division, "sector": q.Sector, "goods": q.Goods, "days": days, "name": q.Name, "standing": string(q.Standing), "work": q.Work, "after": after,
	} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}
