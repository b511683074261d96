// Package exporting owns the page on which staff have the register, or the
// answers of inspections, written to a file, watch it and get it.
//
// It decides nothing; the export slice does.
package exporting

import (
	"net/http"

	"fangxin/internal/export"
	"fangxin/internal/ident"
	"fangxin/internal/scheme"
	"fangxin/internal/web/page"
	"fangxin/internal/web/public"
)

// Pages serves it.
type Pages struct {
	E       *page.Engine
	Exports *export.Service
	Schemes *scheme.Service
}

// Mount adds the routes and notes which use-cases they reach.
func (p *Pages) Mount(mux *http.ServeMux) {
	for _, route := range []struct {
		pattern  string
		handle   http.HandlerFunc
		usecases []string
	}{
		{"GET /desk/exports", p.index, []string{"export.list", "export.get"}},
		{"POST /desk/exports", p.start, []string{"export.start"}},
		{"GET /desk/exports/{id}/file", p.file, []string{"export.file"}},
	} {
		mux.HandleFunc(route.pattern, route.handle)
		for _, name := range route.usecases {
			page.Mount(name, route.pattern)
		}
	}
}

type indexView struct {
	Whats, Formats                         []page.Option
	Divisions, Sectors, Schemes, Standings []public.Option
	Page                                   export.Page
	After                                  string
	Busy                                   bool
}

func (p *Pages) data(r *http.Request) (page.Data, bool, error) {
	lang := page.Lang(r.Context())
	v := indexView{
		Divisions: public.Divisions(), Sectors: public.Sectors(lang), Schemes: public.Schemes(r.Context(), p.Schemes, lang), Standings: public.Standings(p.E, r),
		After: r.URL.Query().Get("after"),
	}
	for i, what := range export.Whats {
		v.Whats = append(v.Whats, page.Option{
			Value: string(what), Label: p.E.T(r, "export.what_"+string(what)), Hint: p.E.T(r, "export.what_"+string(what)+"_hint"), Chosen: i == 0,
		})
	}
	for i, f := range export.Formats {
		v.Formats = append(v.Formats, page.Option{
			Value: string(f), Label: p.E.T(r, "export.format_"+string(f)), Hint: p.E.T(r, "export.format_"+string(f)+"_hint"), Chosen: i == 0,
		})
	}
	var err error
	v.Page, err = p.Exports.List(r.Context(), export.ListQuery{Limit: 20, After: v.After})
	for _, x := range v.Page.Items {
		v.Busy = v.Busy || x.State == export.Waiting || x.State == export.Running
	}
	return page.Data{Title: p.E.T(r, "export.title"), Data: &v}, v.Busy, err
}

func (p *Pages) index(w http.ResponseWriter, r *http.Request) {
	d, busy, err := p.data(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	if busy { // the browser asks again by itself, without a script
		w.Header().Set("Refresh", "3")
	}
	p.E.Render(w, r, http.StatusOK, "bureau/exports", d)
}

func (p *Pages) start(w http.ResponseWriter, r *http.Request) {
	cmd := export.StartCommand{Lang: page.Lang(r.Context())}
	err := page.Decode(w, r, &cmd)
	if err == nil {
		_, err = p.Exports.Start(r.Context(), cmd)
	}
	if err == nil {
		p.E.Done(w, r, "/desk/exports", "flash.export_started")
		return
	}
	d, _, derr := p.data(r)
	if derr != nil || !p.E.Invalid(w, r, err, "bureau/exports", d) {
		p.E.Fault(w, r, err)
	}
}

func (p *Pages) file(w http.ResponseWriter, r *http.Request) {
	v, f, err := p.Exports.Open(r.Context(), ident.ExportID(r.PathValue("id")))
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	defer f.Close()
	w.Header().Set("Content-Type", v.Format.MediaType())
	w.Header().Set("Content-Disposition", `attachment; filename="`+v.Filename()+`"`)
	w.Header().Set("Cache-Control", "no-store")
	http.ServeContent(w, r, "", v.CreatedAt, f)
}
