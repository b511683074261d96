// Package importing owns the page on which officers import lists: choose a
// file, see what would happen, import it, watch it, and look at earlier ones.
//
// It reads no tables and decides nothing; the importer does.
package importing

import (
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/i18n"
	"fangxin/internal/ident"
	"fangxin/internal/importer"
	"fangxin/internal/web/page"
)

// Pages serves it.
type Pages struct {
	E       *page.Engine
	Imports *importer.Service
}

// Mount adds the routes and notes which use-cases they reach.
func (p *Pages) Mount(mux *http.ServeMux) {
	for _, route := range []struct {
		pattern  string
		handle   http.HandlerFunc
		usecases []string
	}{
		{"GET /desk/import", p.index, []string{"import.list"}},
		{"POST /desk/import", p.check, []string{"import.start"}},
		{"GET " + templatePath + "{file}", p.template, []string{"import.template"}},
		{"GET /desk/import/{id}", p.show, []string{"import.get"}},
		{"POST /desk/import/{id}", p.run, []string{"import.run"}},
		{"GET /desk/import/{id}/errors.csv", p.errors, []string{"import.errors", "import.get"}},
	} {
		mux.HandleFunc(route.pattern, route.handle)
		for _, name := range route.usecases {
			page.Mount(name, route.pattern)
		}
	}
}

const templatePath = "/desk/import-templates/"

type indexView struct {
	Kinds     []page.Option
	NoTitles  bool // the reader may not import titles
	Templates []template
	MaxMB     int
	Maps      []mapping
	Page      importer.Page
	After     string
}

type template struct{ Label, Book, Text string }

func (p *Pages) indexData(r *http.Request, maps ...mapping) (page.Data, error) {
	kinds := importer.KindsFor(access.From(r.Context()))
	v := indexView{MaxMB: importer.MaxBytes >> 20, After: r.URL.Query().Get("after"), NoTitles: len(kinds) < len(importer.Kinds), Maps: maps}
	for i, k := range kinds {
		v.Kinds = append(v.Kinds, page.Option{
			Value: string(k), Label: p.E.T(r, "import.kind_"+string(k)), Hint: p.E.T(r, "import.kind_"+string(k)+"_hint"), Chosen: i == 0,
		})
		v.Templates = append(v.Templates, template{p.E.T(r, "import.kind_"+string(k)), templatePath + string(k) + "." + importer.XLSX, templatePath + string(k) + "." + importer.CSV})
	}
	list, err := p.Imports.List(r.Context(), importer.ListQuery{Limit: 20, After: v.After})
	v.Page = list
	return page.Data{Title: p.E.T(r, "import.title"), Data: v}, err
}

func (p *Pages) index(w http.ResponseWriter, r *http.Request) {
	d, err := p.indexData(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/import", d)
}

func (p *Pages) check(w http.ResponseWriter, r *http.Request) {
	cmd, err := upload(r)
	var v importer.View
	if err == nil {
		v, err = p.Imports.Start(r.Context(), cmd)
	}
	if err == nil {
		http.Redirect(w, r, "/desk/import/"+string(v.ID), http.StatusSeeOther)
		return
	}
	d, derr := p.indexData(r, choices(r.PostForm, err)...)
	if derr != nil || !p.E.Invalid(w, r, err, "bureau/import", d) {
		p.E.Fault(w, r, err)
	}
}

type runView struct {
	importer.View
	Figures  []figure
	Groups   []*problemGroup
	Finished bool
	Busy     bool
	Left     int // rows that a run which is over did not come to
	Mine     bool
	All      int
}

// problemGroup is one problem with every row that has it.
type problemGroup struct {
	importer.Problem
	Rows []string
}

// grouped puts rows with the same problem together, in the order in which the
// problems come up.
func grouped(problems []importer.Problem) []*problemGroup {
	var out []*problemGroup
	at := map[importer.Problem]*problemGroup{}
	for _, p := range problems {
		key := p
		key.Row = 0
		if at[key] == nil {
			at[key] = &problemGroup{Problem: p}
			out = append(out, at[key])
		}
		at[key].Rows = append(at[key].Rows, strconv.Itoa(p.Row))
	}
	return out
}

type figure struct {
	Label string
	Count int
	Tone  string
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request) {
	v, err := p.Imports.Get(r.Context(), ident.ImportID(r.PathValue("id")))
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	c := v.Planned
	if v.State != importer.Checked {
		c = v.Counts
	}
	d := runView{View: v, Finished: v.State == importer.Done, Busy: v.State == importer.Running, All: v.Planned.Rows, Groups: grouped(v.Problems)}
	d.Mine = slices.Contains(importer.KindsFor(access.From(r.Context())), v.Kind)
	if d.Finished {
		d.Left = d.All - v.Dealt()
	}
	skipped := 0
	for _, n := range v.Planned.Skipped {
		skipped += n
	}
	for _, f := range []figure{
		{"import.rows", v.Planned.Rows, ""}, {"import.new", c.New, "ok"}, {"import.same", c.Same, ""}, {"import.differs", c.Differs, "warn"},
		{"import.repeated", c.Repeated, ""}, {"import.refused", c.Refused, "stop"}, {"import.repaired", v.Planned.Repaired, ""}, {"import.skipped", skipped, ""},
	} {
		if f.Count > 0 || f.Label == "import.new" || f.Label == "import.rows" {
			d.Figures = append(d.Figures, figure{p.E.T(r, f.Label), f.Count, f.Tone})
		}
	}
	if d.Busy { // the browser asks again by itself, without a script
		w.Header().Set("Refresh", "3")
	}
	p.E.Render(w, r, http.StatusOK, "bureau/import-run", page.Data{Title: v.Name, Data: d})
}

func (p *Pages) run(w http.ResponseWriter, r *http.Request) {
	id := ident.ImportID(r.PathValue("id"))
	if _, err := p.Imports.Run(r.Context(), importer.RunCommand{ID: id, Lang: page.Lang(r.Context())}); err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Done(w, r, "/desk/import/"+string(id), "flash.import_started")
}

func (p *Pages) errors(w http.ResponseWriter, r *http.Request) {
	id := ident.ImportID(r.PathValue("id"))
	v, err := p.Imports.Get(r.Context(), id)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	b, err := p.Imports.Errors(r.Context(), id)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	download(w, p.E.T(r, "import.errors_name", strings.TrimSuffix(v.Name, path.Ext(v.Name)))+".csv", b)
}

func (p *Pages) template(w http.ResponseWriter, r *http.Request) {
	kind, format, _ := strings.Cut(r.PathValue("file"), ".")
	b, err := p.Imports.Template(r.Context(), importer.TemplateQuery{Kind: importer.Kind(kind), Format: format, Lang: page.Lang(r.Context())})
	if fault.Is(err, fault.Invalid) {
		err = fault.New(fault.NotFound, "page_not_found")
	}
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	download(w, p.E.Texts().T(i18n.Zh, "import.kind_"+kind)+"."+format, b)
}

// download answers with a file to save under a name.
func download(w http.ResponseWriter, name string, content []byte) {
	media := "text/csv; charset=utf-8"
	if path.Ext(name) == "."+importer.XLSX {
		media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	w.Header().Set("Content-Type", media)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	w.Header().Set("Cache-Control", "no-store")
	w.Write(content) //nolint:errcheck // the client went away
}
