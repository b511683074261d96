package authoring

import (
	"net/http"

	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/module"
	"fangxin/internal/sector"
	"fangxin/internal/web/page"
)

// planSheetView is the sheet of a sector as inspectors will see it.
type planSheetView struct {
	*planView
	Sheet  *checklist.Sheet
	Extent checklist.Extent
	Sector string
	In     []page.Option
	Why    string // why there is no sheet
}

func (p *Pages) planSheet(w http.ResponseWriter, r *http.Request) {
	pv, err := p.readPlan(r, "sheet")
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	lang := page.Lang(r.Context())
	v := &planSheetView{planView: pv, Sector: r.URL.Query().Get("sector"), In: only(sectors(lang, nil), pv.Body.Sectors)}
	if v.Sector == "" && len(pv.Sheets) > 0 {
		v.Sector = string(pv.Sheets[0].Sector)
	}
	for _, s := range pv.Sheets {
		if string(s.Sector) != v.Sector {
			continue
		}
		sheet, err := p.Modules.PlanSheet(r.Context(), module.PlanSheetQuery{ID: pv.ID, Sector: v.Sector})
		if err != nil {
			p.E.Fault(w, r, err)
			return
		}
		v.Sheet, v.Extent = &sheet, sheet.Extent()
	}
	if v.Sheet == nil {
		v.Why = p.E.T(r, "plan.no_sheet_hint")
	}
	p.E.Render(w, r, http.StatusOK, "bureau/plan-sheet", page.Data{Title: pv.Body.Title.In(lang), Data: v})
}

// sectorLine is what changes for one sector, in words.
type sectorLine struct {
	module.SectorChange
	Name string
}

type planDiffView struct {
	*planView
	Diff     module.PlanDifference
	Lines    []sectorLine
	In       []page.Option
	Subjects []subject
	Affects  int
}

func (p *Pages) planDiff(w http.ResponseWriter, r *http.Request) {
	pv, err := p.readPlan(r, "diff")
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	q := module.PlanDiffQuery{ID: pv.ID, Against: ident.ModuleID(r.URL.Query().Get("against")), Sector: r.URL.Query().Get("sector")}
	v := &planDiffView{planView: pv}
	if v.Diff, err = p.Modules.DiffPlan(r.Context(), q); err != nil {
		p.E.Fault(w, r, err)
		return
	}
	lang := page.Lang(r.Context())
	var both []string
	for _, s := range v.Diff.Sectors {
		info, _ := sector.Lookup(s.Sector)
		v.Lines = append(v.Lines, sectorLine{s, info.Name(lang)})
		if s.Before != nil && s.After != nil {
			both = append(both, string(s.Sector))
		}
	}
	v.In = only(sectors(lang, nil), both)
	v.Subjects, v.Affects = p.subjects(r, v.Diff.Changes, func(id string) (string, string) { return placeIn(&v.Diff, id, lang) })
	p.E.Render(w, r, http.StatusOK, "bureau/plan-diff", page.Data{Title: pv.Body.Title.In(lang), Data: v})
}

// placeIn words what a change is about; items that came or went stand under
// their section.
func placeIn(d *module.PlanDifference, id, lang string) (section, text string) {
	for _, sheet := range []*checklist.Sheet{&d.After, &d.Before} {
		for i := range sheet.Sections {
			s := &sheet.Sections[i]
			if s.ID == id {
				return "", s.Title.In(lang)
			}
			for j := range s.Items {
				if s.Items[j].ID == id {
					return s.ID, s.Items[j].Text.In(lang)
				}
			}
		}
	}
	return "", d.After.Title.In(lang)
}

type planDryRunView struct {
	*planView
	Run module.DryRun
}

func (p *Pages) planDryRun(w http.ResponseWriter, r *http.Request) {
	pv, err := p.readPlan(r, "dry-run")
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	v := &planDryRunView{planView: pv}
	if v.Run, err = p.Modules.DryRunPlan(r.Context(), module.DryRunQuery{ID: pv.ID}); err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/plan-dry-run", page.Data{Title: pv.Body.Title.In(page.Lang(r.Context())), Data: v})
}
