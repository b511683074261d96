package authoring

import (
	"encoding/json"
	"net/http"
	"slices"

	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/module"
	"fangxin/internal/sector"
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
	for _, plan := range checklist.Shipped().Plans {
		if !slices.Contains(mv.Plans, plan.ID) {
			continue
		}
		v.Plans = append(v.Plans, page.Option{Value: plan.ID, Label: plan.Title.In(lang)})
		if v.Plan == "" || !slices.Contains(mv.Plans, v.Plan) {
			v.Plan = plan.ID
		}
		if plan.ID != v.Plan {
			continue
		}
		for _, o := range sectors(lang, nil) {
			info, _ := sector.Lookup(sector.Code(o.Value))
			if slices.Contains(plan.Sectors, o.Value) && (mv.Kind != checklist.OfSector || info.Module == mv.Code) {
				v.In = append(v.In, o)
			}
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
	for _, c := range v.Diff.Changes {
		line := change{Change: c, What: p.E.T(r, "checklist.change."+string(c.Kind)), Affects: c.Affects(), Old: p.words(r, c.Kind, c.Old), New: p.words(r, c.Kind, c.New)}
		if line.Affects {
			v.Affects++
		}
		n := len(v.Subjects)
		if n == 0 || v.Subjects[n-1].ID != c.Subject {
			v.Subjects = append(v.Subjects, subject{ID: c.Subject, Text: textOf(&v.Diff, c.Subject, lang)})
			n++
		}
		v.Subjects[n-1].Changes = append(v.Subjects[n-1].Changes, line)
	}
	p.E.Render(w, r, http.StatusOK, "bureau/checklist-diff", page.Data{Title: mv.Body.Title.In(lang), Data: v})
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
