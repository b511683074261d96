// Package importing owns the page on which officers import lists: choose a
// file, see what would happen, import it, watch it, and look at earlier ones.
//
// It reads no tables and decides nothing; the importer does.
package importing

import (
	"io"
	"net/http"

	"fangxin/internal/access"
	"fangxin/internal/fault"
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
		{"GET /desk/import/{id}", p.show, []string{"import.get"}},
		{"POST /desk/import/{id}", p.run, []string{"import.run"}},
		{"GET /desk/import/{id}/errors.csv", p.errors, []string{"import.errors"}},
	} {
		mux.HandleFunc(route.pattern, route.handle)
		for _, name := range route.usecases {
			page.Mount(name, route.pattern)
		}
	}
}

type indexView struct {
	Kinds []page.Option
	MaxMB int
	Page  importer.Page
	After string
}

func (p *Pages) indexData(r *http.Request) (page.Data, error) {
	v := indexView{MaxMB: importer.MaxBytes >> 20, After: r.URL.Query().Get("after")}
	for i, k := range importer.KindsFor(access.From(r.Context())) {
		v.Kinds = append(v.Kinds, page.Option{
			Value: string(k), Label: p.E.T(r, "import.kind_"+string(k)), Hint: p.E.T(r, "import.kind_"+string(k)+"_hint"), Chosen: i == 0,
		})
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

// memory is how much of a file waits in memory while it arrives.
const memory = 4 << 20

// upload reads the posted file.
func upload(w http.ResponseWriter, r *http.Request) (importer.StartCommand, error) {
	cmd := importer.StartCommand{Lang: page.Lang(r.Context())}
	// What stands around the file in the body is small.
	r.Body = http.MaxBytesReader(w, r.Body, importer.MaxBytes+64<<10)
	if err := r.ParseMultipartForm(memory); err != nil {
		if _, large := err.(*http.MaxBytesError); large {
			return cmd, fault.New(fault.TooLarge, "import_bytes", importer.MaxBytes>>20)
		}
		return cmd, fault.New(fault.MalformedRequest, "")
	}
	defer r.MultipartForm.RemoveAll() //nolint:errcheck // temporary files
	cmd.Kind = importer.Kind(r.PostFormValue("kind"))
	f, head, err := r.FormFile("file")
	if err != nil {
		return cmd, fault.OnField("/file", "import_empty", "")
	}
	defer f.Close()
	cmd.Name = head.Filename
	cmd.Content, err = io.ReadAll(f)
	return cmd, err
}

func (p *Pages) check(w http.ResponseWriter, r *http.Request) {
	cmd, err := upload(w, r)
	var v importer.View
	if err == nil {
		v, err = p.Imports.Start(r.Context(), cmd)
	}
	if err == nil {
		http.Redirect(w, r, "/desk/import/"+string(v.ID), http.StatusSeeOther)
		return
	}
	d, derr := p.indexData(r)
	if derr != nil || !p.E.Invalid(w, r, err, "bureau/import", d) {
		p.E.Fault(w, r, err)
	}
}

type runView struct {
	importer.View
	Figures  []figure
	Finished bool
	Busy     bool
	All      int
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
	d := runView{View: v, Finished: v.State == importer.Done, Busy: v.State == importer.Running, All: v.Planned.Rows}
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
	b, err := p.Imports.Errors(r.Context(), ident.ImportID(r.PathValue("id")))
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="errors.csv"`)
	w.Header().Set("Cache-Control", "no-store")
	w.Write(b) //nolint:errcheck // the client went away
}
