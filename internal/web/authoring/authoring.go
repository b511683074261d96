// Package authoring owns the pages on which the province writes checklists:
// the versions of the compositions and of the modules, the editor of a
// composition, that of a module with its sections and items,
// what changes against another version, what a change would have meant, the
// sheet as inspectors will see it, and the steps up to publishing.
//
// It decides nothing; the module slice does. Everything works without a script.
package authoring

import (
	"context"
	"net/http"
	"strconv"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/module"
	"fangxin/internal/web/page"
)

// Pages serves them.
type Pages struct {
	E       *page.Engine
	Modules *module.Service
}

// Mount adds the routes and notes which use-cases they reach.
func (p *Pages) Mount(mux *http.ServeMux) {
	for _, route := range []struct {
		pattern  string
		handle   http.HandlerFunc
		usecases []string
	}{
		{"GET /desk/checklists", p.index, []string{"module.list", "plan.list"}},
		{"POST /desk/checklists", p.draft, []string{"module.draft"}},
		{"GET /desk/checklists/{id}", p.show, []string{"module.get"}},
		{"POST /desk/checklists/{id}/head", p.saveHead, []string{"module.save"}},
		{"POST /desk/checklists/{id}/arrange", p.arrange, []string{"module.save"}},
		{"GET /desk/checklists/{id}/sections/{section}", p.sectionForm, nil},
		{"POST /desk/checklists/{id}/sections/{section}", p.saveSection, []string{"module.save"}},
		{"GET /desk/checklists/{id}/items/{item}", p.itemForm, nil},
		{"POST /desk/checklists/{id}/items/{item}", p.saveItem, []string{"module.save"}},
		{"GET /desk/checklists/{id}/sheet", p.sheet, []string{"module.sheet"}},
		{"GET /desk/checklists/{id}/file", p.file, []string{"module.file"}},
		{"POST /desk/checklists/{id}/file", p.upload, []string{"module.import"}},
		{"GET /desk/checklists/{id}/diff", p.diff, []string{"module.diff"}},
		{"GET /desk/checklists/{id}/dry-run", p.dryRun, []string{"module.dry_run"}},
		{"POST /desk/sheet-plans", p.planDraft, []string{"plan.draft"}},
		{"GET /desk/sheet-plans/{id}", p.planShow, []string{"plan.get"}},
		{"POST /desk/sheet-plans/{id}", p.planSave, []string{"plan.save"}},
		{"GET /desk/sheet-plans/{id}/sheet", p.planSheet, []string{"plan.sheet"}},
		{"GET /desk/sheet-plans/{id}/diff", p.planDiff, []string{"plan.diff"}},
		{"GET /desk/sheet-plans/{id}/dry-run", p.planDryRun, []string{"plan.dry_run"}},
		{"POST /desk/sheet-plans/{id}/{action}", p.planStep, nil},
		{"POST /desk/checklists/{id}/{action}", p.step, []string{"module.propose", "module.publish", "module.rework", "module.retire", "module.discard"}},
	} {
		mux.HandleFunc(route.pattern, route.handle)
		for _, name := range route.usecases {
			page.Mount(name, route.pattern)
		}
	}
}

// group is one module, or one composition, with its versions.
type group struct {
	Code   string
	Kind   checklist.Kind
	Title  checklist.Text
	Force  module.View // the version in force
	Others []module.View
}

type indexView struct {
	Plans []*group
	Kinds []kindView
	May   bool
}

type kindView struct {
	Kind   checklist.Kind
	Groups []*group
}

func (p *Pages) index(w http.ResponseWriter, r *http.Request) {
	list, err := p.Modules.List(r.Context(), module.ListQuery{})
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	plans, err := p.Modules.Plans(r.Context(), module.PlanListQuery{})
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	v := indexView{May: p.Modules.Authors(access.From(r.Context()))}
	for _, k := range checklist.Kinds() {
		v.Kinds = append(v.Kinds, kindView{Kind: k})
	}
	v.Plans = grouped(plans)
	for _, g := range grouped(list) {
		for i := range v.Kinds {
			if v.Kinds[i].Kind == g.Kind {
				v.Kinds[i].Groups = append(v.Kinds[i].Groups, g)
			}
		}
	}
	p.E.Render(w, r, http.StatusOK, "bureau/checklists", page.Data{Title: p.E.T(r, "module.title"), Data: &v})
}

// grouped puts the versions of one thing together, in the order of the list.
func grouped(list []module.View) []*group {
	var out []*group
	for _, m := range list {
		if len(out) == 0 || out[len(out)-1].Code != m.Code {
			out = append(out, &group{Code: m.Code, Kind: m.Kind, Title: m.Title})
		}
		g := out[len(out)-1]
		if m.InForce {
			g.Force, g.Kind, g.Title = m, m.Kind, m.Title
			continue
		}
		g.Others = append(g.Others, m)
	}
	return out
}

func (p *Pages) draft(w http.ResponseWriter, r *http.Request) {
	var cmd module.DraftCommand
	err := page.Decode(w, r, &cmd)
	var d module.Detail
	if err == nil {
		d, err = p.Modules.Draft(r.Context(), cmd)
	}
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Done(w, r, "/desk/checklists/"+string(d.ID), "flash.module_drafted")
}

// problem is one thing to settle, with the place where that is done.
type problem struct {
	Href, Where, Field, Text string
}

// moduleView is what the pages of one version share.
type moduleView struct {
	module.Detail
	Tabs     []page.Tab
	Open     bool // its content can be changed by the reader
	List     []problem
	Wrong    map[string]int // problems by section and item
	Items    int
	Buttons  []button
	Versions []module.View
	Sectors  []page.Option
	File     *fileView // of an upload just now
}

// button is one step with its form.
type button struct {
	Action, Label, Confirm string
	Danger, Note, Tried    bool
	Max                    int
}

// read gets a version and what all its pages show.
func (p *Pages) read(r *http.Request, tab string) (*moduleView, error) {
	d, err := p.Modules.Get(r.Context(), ident.ModuleID(r.PathValue("id")))
	if err != nil {
		return nil, err
	}
	v := p.view(r, d, tab)
	v.Versions, err = p.Modules.List(r.Context(), module.ListQuery{Code: d.Code})
	return v, err
}

func (p *Pages) view(r *http.Request, d module.Detail, tab string) *moduleView {
	lang := page.Lang(r.Context())
	v := &moduleView{Detail: d, Wrong: map[string]int{}}
	var may bool
	v.Buttons, may = p.buttons(r, d.View)
	v.Open = may && d.State == lifecycle.ModuleDraft
	v.Tabs = p.tabs(r, "/desk/checklists/"+string(d.ID), tab)
	for _, s := range d.Body.Sections {
		v.Items += len(s.Items)
	}
	for _, x := range d.Problems {
		v.Wrong[x.Where]++
		v.List = append(v.List, problem{Href: p.placeOf(d, x), Where: x.Where, Field: p.E.T(r, fieldKey(x.Field)), Text: x.Words(lang)})
	}
	return v
}

// buttons are the steps that a version has open, and whether its reader writes.
func (p *Pages) buttons(r *http.Request, m module.View) (out []button, may bool) {
	lang := page.Lang(r.Context())
	for _, a := range m.Actions {
		may = may || a == lifecycle.ProposeModule
		st, _ := lifecycle.Module.Step(a)
		b := button{Action: string(a), Label: st.Label(lang), Danger: st.Danger, Note: st.Reason, Max: 500}
		if st.Danger {
			b.Confirm = p.E.T(r, "bureau.confirm", b.Label)
		}
		out = append(out, b)
	}
	return out, may
}

func (p *Pages) tabs(r *http.Request, base, tab string) (out []page.Tab) {
	for _, t := range []string{"", "sheet", "diff", "dry-run"} {
		if t == "dry-run" && !p.Modules.Authors(access.From(r.Context())) {
			continue
		}
		href, key := base, "module.tab_items"
		if t != "" {
			href, key = base+"/"+t, "module.tab_"+t
		}
		out = append(out, page.Tab{Href: href, Label: p.E.T(r, key), Current: t == tab})
	}
	return out
}

// placeOf is the page on which a problem is settled.
func (p *Pages) placeOf(d module.Detail, x checklist.Problem) string {
	base := "/desk/checklists/" + string(d.ID)
	if s, _ := d.Body.Find(x.Where); s != nil {
		return base + "/items/" + x.Where + "#f-" + x.Field
	}
	if s := d.Body.Section(x.Where); s != nil && x.Where != d.Code {
		return base + "/sections/" + x.Where + "#f-" + x.Field
	}
	return base + "#head"
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request) { p.render(w, r, "", nil) }

func (p *Pages) render(w http.ResponseWriter, r *http.Request, tried string, refused error) {
	p.renderFile(w, r, tried, refused, nil)
}

// renderFile is render with what became of an upload.
func (p *Pages) renderFile(w http.ResponseWriter, r *http.Request, tried string, refused error, file *fileView) {
	v, err := p.read(r, "")
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	for i := range v.Buttons {
		v.Buttons[i].Tried = v.Buttons[i].Action == tried
	}
	lang := page.Lang(r.Context())
	v.Sectors, v.File = sectors(lang, v.Body.Sectors), file
	d := page.Data{Title: v.Body.Title.In(lang), Data: v}
	if refused == nil {
		p.E.Render(w, r, http.StatusOK, "bureau/checklist", d)
		return
	}
	if !p.E.Invalid(w, r, refused, "bureau/checklist", d) {
		p.E.Fault(w, r, refused)
	}
}

// version reads the hidden field of a form: the version its writer saw.
func version(r *http.Request) context.Context {
	n, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil || n < 1 {
		n = -1
	}
	return page.WithVersion(r.Context(), n)
}

// save stores a changed content.
func (p *Pages) save(r *http.Request, d module.Detail, m checklist.Module) (module.Detail, error) {
	return p.Modules.Save(version(r), module.SaveCommand{ID: d.ID, Body: m})
}
