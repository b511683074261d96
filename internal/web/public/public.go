// Package public owns the pages that everybody reads: the front page, the
// register with its details, public notices and objections, files that may be
// seen, and, in a demonstration, the index for newcomers.
package public

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"fangxin/internal/appeal"
	"fangxin/internal/application"
	"fangxin/internal/blob"
	"fangxin/internal/certificate"
	"fangxin/internal/division"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/oversight"
	"fangxin/internal/scheme"
	"fangxin/internal/sector"
	"fangxin/internal/street"
	"fangxin/internal/web/page"
)

// Pages serves them.
type Pages struct {
	E            *page.Engine
	Certificates *certificate.Service
	Applications *application.Service
	Files        *blob.Service
	Streets      *street.Service
	Schemes      *scheme.Service
	Appeals      *appeal.Service
	// Demo gives the index of a demonstration; nil elsewhere.
	Demo func(ctx context.Context) (*DemoIndex, error)
	// Halts lists where nothing is issued now, in public words; may be nil.
	Halts func(ctx context.Context, q oversight.HaltQuery) ([]oversight.Halt, error)
}

// Option is one entry of a selection.
type Option struct{ Value, Label string }

// Mount adds the routes.
func (p *Pages) Mount(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", p.front)
	mux.HandleFunc("GET /register", p.register)
	mux.HandleFunc("GET /register/{number}", p.detail)
	mux.HandleFunc("GET /notices", p.notices)
	mux.HandleFunc("GET /notices/{id}", p.notice)
	mux.HandleFunc("POST /notices/{id}/objections", p.object)
	mux.HandleFunc("GET /files/{sha}", p.file)
	mux.HandleFunc("GET /files/{sha}/small", p.small)
	mux.HandleFunc("GET /demo", p.demo)
	for name, where := range map[string]string{
		"certificate.register": "GET /register", "certificate.detail": "GET /register/{number}",
		"notice.list": "GET /notices", "notice.get": "GET /notices/{id}", "notice.object": "POST /notices/{id}/objections",
		"certificate.counts": "GET /", "appeal.public": "GET /register/{number}", "street.members": "GET /register/{number}", "file.get": "GET /files/{sha}",
	} {
		page.Mount(name, where)
	}
}

type frontView struct {
	Counts  []count
	Schemes []scheme.Scheme
	Recent  []certificate.View
}

type count struct {
	Label string
	N     int64
	Href  string
}

func (p *Pages) front(w http.ResponseWriter, r *http.Request) {
	v := frontView{Schemes: current(r.Context(), p.Schemes)}
	counts, err := p.Certificates.Counts(r.Context())
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	lang := page.Lang(r.Context())
	for _, s := range v.Schemes {
		// A title that nobody holds yet stands among the titles.
		if n := counts[s.Code]; n > 0 {
			v.Counts = append(v.Counts, count{Label: s.Title.In(lang), N: n, Href: "/register?scheme=" + s.Code})
		}
	}
	slices.SortStableFunc(v.Counts, func(a, b count) int { return cmp.Compare(b.N, a.N) })
	recent, err := p.Certificates.Register(r.Context(), certificate.RegisterQuery{Limit: 6})
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	v.Recent = recent.Items
	p.E.Render(w, r, http.StatusOK, "public/front", page.Data{Title: p.E.T(r, "public.front_title"), Data: v})
}

type registerView struct {
	Halts     []oversight.Halt
	Query     certificate.RegisterQuery
	Page      certificate.Page
	Divisions []Option
	Sectors   []Option
	Schemes   []Option
	Standings []Option
}

// halted are the halts of issuance that bear on what a list shows. A page goes
// without them rather than without itself.
func (p *Pages) halted(r *http.Request, code, division string) []oversight.Halt {
	if p.Halts == nil {
		return nil
	}
	list, _ := p.Halts(r.Context(), oversight.HaltQuery{})
	return slices.DeleteFunc(list, func(h oversight.Halt) bool { return !h.Covers(code, division) })
}

func (p *Pages) register(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	lang := page.Lang(r.Context())
	query := certificate.RegisterQuery{
		Division: q.Get("division"), Sector: q.Get("sector"), Scheme: q.Get("scheme"),
		Standing: certificate.Standing(q.Get("status")), Name: q.Get("name"), After: q.Get("after"), Limit: 30,
	}
	v := registerView{Query: query, Divisions: Divisions(), Sectors: Sectors(lang), Schemes: Schemes(r.Context(), p.Schemes, lang)}
	v.Standings = Standings(p.E, r)
	d := page.Data{Title: p.E.T(r, "public.register_title"), Data: &v}
	result, err := p.Certificates.Register(r.Context(), query)
	if err != nil {
		d.Form = &page.Form{}
		if !p.E.Invalid(w, r, err, "public/register", d) {
			p.E.Fault(w, r, err)
		}
		return
	}
	v.Page, v.Halts = result, p.halted(r, query.Scheme, query.Division)
	p.E.Render(w, r, http.StatusOK, "public/register", d)
}

// Divisions lists Jiangxi's cities and counties for a selection.
func Divisions() []Option {
	var out []Option
	for _, city := range division.Children("360000") {
		out = append(out, Option{city.Code, city.Name})
		for _, county := range division.Children(city.Code) {
			out = append(out, Option{county.Code, "　" + county.Name})
		}
	}
	return out
}

// Standings lists what a title can be today, for a selection.
func Standings(e *page.Engine, r *http.Request) []Option {
	var out []Option
	for _, s := range (certificate.Standing("")).Values() {
		label := lifecycle.Certificate.Label(lifecycle.State(s), page.Lang(r.Context()))
		if s == "expired" {
			label = e.T(r, "public.expired")
		}
		out = append(out, Option{s, label})
	}
	return out
}

// Sectors lists the sectors for a selection.
func Sectors(lang string) []Option {
	var out []Option
	for _, s := range sector.ForPremises() {
		out = append(out, Option{string(s.Code), s.Name(lang)})
	}
	return out
}

// Schemes lists the titles in force for a selection.
func Schemes(ctx context.Context, schemes *scheme.Service, lang string) []Option {
	var out []Option
	for _, s := range current(ctx, schemes) {
		out = append(out, Option{s.Code, s.Title.In(lang)})
	}
	return out
}

// current lists the titles in force; a page does without the list rather than
// without itself, and then shows those that were shipped.
func current(ctx context.Context, schemes *scheme.Service) []scheme.Scheme {
	if schemes != nil {
		if list, err := schemes.List(ctx); err == nil {
			return list
		}
	}
	return scheme.Current()
}

func (p *Pages) detail(w http.ResponseWriter, r *http.Request) {
	d, err := p.Certificates.Detail(r.Context(), r.PathValue("number"))
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	v := struct {
		certificate.Detail
		Members []street.Member
		Appeals []appeal.View
	}{Detail: d}
	if d.Street != "" {
		if v.Members, err = p.Streets.Members(r.Context(), d.Street); err != nil {
			p.E.Fault(w, r, err)
			return
		}
	}
	if v.Appeals, err = p.Appeals.Public(r.Context(), d.ID); err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "public/certificate", page.Data{Title: d.Holder, Data: v})
}

func (p *Pages) notices(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	result, err := p.Applications.Notices(r.Context(), application.NoticeQuery{Open: q.Get("all") == "", After: q.Get("after"), Limit: 30})
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "public/notices", page.Data{Title: p.E.T(r, "public.notices_title"), Data: struct {
		Page application.NoticePage
		All  bool
	}{result, q.Get("all") != ""}})
}

type noticeView struct {
	Notice  application.NoticeView
	Receipt string
	Parties []choice
}

type choice struct {
	Value, Label, Hint string
	Chosen             bool
}

func (p *Pages) noticeView(r *http.Request, n application.NoticeView) *noticeView {
	return &noticeView{Notice: n, Parties: []choice{
		{"person", p.E.T(r, "public.party_person"), "", true},
		{"organisation", p.E.T(r, "public.party_organisation"), p.E.T(r, "public.party_organisation_hint"), false},
	}}
}

func (p *Pages) notice(w http.ResponseWriter, r *http.Request) {
	n, err := p.Applications.Notice(r.Context(), ident.NoticeID(r.PathValue("id")))
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	v := p.noticeView(r, n)
	v.Receipt = r.URL.Query().Get("receipt")
	p.E.Render(w, r, http.StatusOK, "public/notice", page.Data{Title: n.Holder, Data: v})
}

func (p *Pages) object(w http.ResponseWriter, r *http.Request) {
	cmd := application.ObjectCommand{Notice: ident.NoticeID(r.PathValue("id"))}
	err := page.Decode(w, r, &cmd)
	var receipt application.Receipt
	if err == nil {
		receipt, err = p.Applications.Object(r.Context(), cmd)
	}
	if err == nil {
		http.Redirect(w, r, "/notices/"+string(cmd.Notice)+"?receipt="+receipt.Number, http.StatusSeeOther)
		return
	}
	n, nerr := p.Applications.Notice(r.Context(), cmd.Notice)
	if nerr != nil {
		p.E.Fault(w, r, nerr)
		return
	}
	if !p.E.Invalid(w, r, err, "public/notice", page.Data{Title: n.Holder, Data: p.noticeView(r, n)}) {
		p.E.Fault(w, r, err)
	}
}

func (p *Pages) file(w http.ResponseWriter, r *http.Request) {
	if err := p.Files.Serve(w, r, r.PathValue("sha")); err != nil {
		p.E.Fault(w, r, err)
	}
}

func (p *Pages) small(w http.ResponseWriter, r *http.Request) {
	if err := p.Files.ServeSmall(w, r, r.PathValue("sha")); err != nil {
		p.E.Fault(w, r, err)
	}
}

func (p *Pages) demo(w http.ResponseWriter, r *http.Request) {
	if p.Demo == nil {
		p.E.NotFound(w, r)
		return
	}
	index, err := p.Demo(r.Context())
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	if index == nil {
		p.E.Fault(w, r, fault.New(fault.NotFound, "page_not_found"))
		return
	}
	p.E.Render(w, r, http.StatusOK, "public/demo", page.Data{Title: p.E.T(r, "public.demo_title"), Data: index})
}
