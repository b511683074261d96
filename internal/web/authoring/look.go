package authoring

import (
	"encoding/json"
	"net/http"
	"slices"

	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/module"
	"fangxin/internal/web/page"
)

// sheetView is the sheet as inspectors will see it.
type sheetView struct {
	*moduleView
	Sheet  *checklist.Sheet
	Full   checklist.Points
	Plans  []page.Option
	Plan   string
	Sector string
	In     []page.Option
	None   bool
}

func (p *Pages) sheet(w http.ResponseWriter, r *http.Request) {
	mv, err := p.read(r, "sheet")
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	lang := page.Lang(r.Context())
	v := &sheetView{moduleView: mv, Plan: r.URL.Query().Get("plan"), Sector: r.URL.Query().Get("sector")}
	for _, u := range mv.Uses {
		v.Plans = append(v.Plans, page.Option{Value: u.Plan, Label: u.Title.In(lang)})
		if v.Plan == "" || !slices.Contains(mv.Plans, v.Plan) {
			v.Plan = u.Plan
		}
		if u.Plan == v.Plan {
			v.In = only(sectors(lang, nil), u.Sectors)
		}
	}
	if !slices.ContainsFunc(v.In, func(o page.Option) bool { return o.Value == v.Sector }) {
		v.Sector = ""
	}
	if v.None = len(v.Plans) == 0; !v.None {
		sheet, err := p.Modules.Preview(r.Context(), module.SheetQuery{ID: mv.ID, Plan: v.Plan, Sector: v.Sector})
		if err != nil {
			p.E.Fault(w, r, err)
			return
		}
		v.Sheet, v.Sector = &sheet, string(sheet.Sector)
		for _, s := range sheet.Sections {
			if s.Role == checklist.Base {
				v.Full += s.Weight
			}
		}
	}
	p.E.Render(w, r, http.StatusOK, "bureau/checklist-sheet", page.Data{Title: mv.Body.Title.In(lang), Data: v})
}

// only keeps the options that a list names.
func only(all []page.Option, list []string) []page.Option {
	return slices.DeleteFunc(all, func(o page.Option) bool { return !slices.Contains(list, o.Value) })
}

// change is one difference in words.
type change struct {
	checklist.Change
	What     string
	Affects  bool
	Old, New string
}

type subject struct {
	ID, Text string
	Changes  []change
}

type diffView struct {
	*moduleView
	Diff     module.Difference
	Subjects []subject
	Affects  int
}

func (p *Pages) diff(w http.ResponseWriter, r *http.Request) {
	mv, err := p.read(r, "diff")
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	v := &diffView{moduleView: mv}
	if v.Diff, err = p.Modules.Diff(r.Context(), module.DiffQuery{ID: mv.ID, Against: ident.ModuleID(r.URL.Query().Get("against"))}); err != nil {
		p.E.Fault(w, r, err)
		return
	}
	lang := page.Lang(r.Context())
	v.Subjects, v.Affects = p.subjects(r, v.Diff.Changes, func(id string) (string, string) { return "", textOf(&v.Diff, id, lang) })
	p.E.Render(w, r, http.StatusOK, "bureau/checklist-diff", page.Data{Title: mv.Body.Title.In(lang), Data: v})
}

// subjects puts changes in words, those of one item or section together. place
// gives what a subject is, and, where items that came or went are to stand
// together, the section under which.
func (p *Pages) subjects(r *http.Request, changes []checklist.Change, place func(id string) (under, text string)) (out []subject, affects int) {
	for _, c := range changes {
		line := change{Change: c, What: p.E.T(r, "checklist.change."+string(c.Kind)), Affects: c.Affects(), Old: p.words(r, c.Kind, c.Old), New: p.words(r, c.Kind, c.New)}
		if line.Affects {
			affects++
		}
		if c.Kind == checklist.Reframed {
			line.Old, line.New = p.frameChange(r, c.Old, c.New)
		}
		id := c.Subject
		under, text := place(id)
		if under != "" && (c.Kind == checklist.Added || c.Kind == checklist.Removed) {
			line.What += " " + id
			id = under
			_, text = place(under)
		}
		n := len(out)
		if n == 0 || out[n-1].ID != id {
			out = append(out, subject{ID: id, Text: text})
			n++
		}
		out[n-1].Changes = append(out[n-1].Changes, line)
	}
	return out, affects
}

// textOf words what a change is about: an item, a section or the module.
func textOf(d *module.Difference, id, lang string) string {
	for _, m := range []*checklist.Module{&d.After, &d.Before} {
		if s, at := m.Find(id); s != nil {
			return s.Items[at].Text.In(lang)
		}
		if s := m.Section(id); s != nil {
			return s.Title.In(lang)
		}
	}
	return d.After.Title.In(lang)
}

type dryRunView struct {
	*moduleView
	Run module.DryRun
}

func (p *Pages) dryRun(w http.ResponseWriter, r *http.Request) {
	mv, err := p.read(r, "dry-run")
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	v := &dryRunView{moduleView: mv}
	if v.Run, err = p.Modules.DryRun(r.Context(), module.DryRunQuery{ID: mv.ID}); err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/checklist-dry-run", page.Data{Title: mv.Body.Title.In(page.Lang(r.Context())), Data: v})
}

// decoded reads a value of a change.
func decoded[T any](raw string) (v T, ok bool) {
	return v, raw != "" && json.Unmarshal([]byte(raw), &v) == nil
}
