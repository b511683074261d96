package authoring

import (
	"net/http"
	"strconv"
	"strings"

	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/module"
	"fangxin/internal/sector"
	"fangxin/internal/web/page"
)

const planBase = "/desk/sheet-plans/"

// planView is what the pages of one version of a composition share.
type planView struct {
	module.PlanDetail
	Tabs     []page.Tab
	Open     bool // its content can be changed by the reader
	List     []problem
	Buttons  []button
	Versions []module.View
	Fields   planFields
	Rows     []partRow
	Offer    []page.Option // modules that can be added
	Lists    planLists
	Lines    []string // the scoring in words
	Sectors  []page.Option
	Shops    []sheetLine
	Uneven   bool // its sectors differ in size
}

// partRow is one module in the sheet as the page shows it.
type partRow struct {
	N        int
	Fields   partFields
	Choice   *module.Choice // nil: the module of the sector, or none
	Sector   bool
	Title    string
	Sections []page.Option
	Chosen   []string // titles of sections, when not all are taken
}

// sheetLine is the sheet of one sector, or that there is none.
type sheetLine struct {
	Code, Name string
	Sheet      *module.PlanSheet
}

// readPlan gets a version and what all its pages show.
func (p *Pages) readPlan(r *http.Request, tab string) (*planView, error) {
	d, err := p.Modules.Plan(r.Context(), ident.ModuleID(r.PathValue("id")))
	if err != nil {
		return nil, err
	}
	v := &planView{PlanDetail: d, Tabs: p.tabs(r, planBase+string(d.ID), tab), Fields: planFieldsOf(&d.Body)}
	v.Versions, err = p.Modules.Plans(r.Context(), module.PlanListQuery{Code: d.Code})
	return v, err
}

// fill makes the lists of the page of the content, which show the fields as
// they are stored or as they were typed.
func (p *Pages) fill(r *http.Request, v *planView) {
	lang := page.Lang(r.Context())
	var may bool
	v.Buttons, may = p.buttons(r, v.View)
	v.Open = may && v.State == "draft"
	for _, x := range v.Problems {
		at := "#head"
		switch x.Field {
		case "parts", "weight":
			at = "#parts"
		case "pass", "grades", "full", "method", "excluded", "veto_fails":
			at = "#scoring"
		}
		where := x.Where
		switch where {
		case v.Code:
			where = ""
		case checklist.SectorModule:
			where = p.E.T(r, "plan.sector_module")
		}
		v.List = append(v.List, problem{Href: at, Where: where, Field: p.E.T(r, fieldKey(x.Field)), Text: x.Words(lang)})
	}
	var chosen []sector.Code
	for _, c := range v.Fields.Sectors {
		chosen = append(chosen, sector.Code(c))
	}
	v.Sectors = sectors(lang, chosen)
	v.Lines = p.frameWords(r, &v.Body.Frame)
	v.Rows = p.partRows(r, v)
	v.Lists = p.planLists(r, v)
	v.Offer = []page.Option{{Value: checklist.SectorModule, Label: p.E.T(r, "plan.sector_module")}}
	for _, k := range checklist.Kinds() {
		for _, c := range v.Choices {
			if c.Kind == k {
				v.Offer = append(v.Offer, page.Option{Value: c.Code, Label: c.Code + " " + c.Title.In(lang) + "（" + p.E.T(r, "checklist.kind."+string(k)) + "）"})
			}
		}
	}
	for _, code := range v.Body.Sectors {
		line := sheetLine{Code: code, Name: code}
		if s, ok := sector.Lookup(sector.Code(code)); ok {
			line.Name = s.Name(lang)
		}
		for i := range v.Sheets {
			if string(v.Sheets[i].Sector) == code {
				line.Sheet = &v.Sheets[i]
			}
		}
		v.Shops = append(v.Shops, line)
	}
}

func (p *Pages) partRows(r *http.Request, v *planView) []partRow {
	lang := page.Lang(r.Context())
	var out []partRow
	for n, f := range v.Fields.Parts {
		row := partRow{N: n, Fields: f, Sector: f.Module == checklist.SectorModule, Title: f.Module}
		if row.Sector {
			row.Title = p.E.T(r, "plan.sector_module")
		}
		for i := range v.Choices {
			c := &v.Choices[i]
			if c.Code != f.Module {
				continue
			}
			row.Choice, row.Title = c, c.Title.In(lang)
			for _, s := range c.Sections {
				o := page.Option{Value: s.ID, Label: s.ID + " " + s.Title.In(lang)}
				for _, id := range f.Only {
					o.Chosen = o.Chosen || id == s.ID
				}
				if o.Chosen {
					row.Chosen = append(row.Chosen, o.Label)
				}
				row.Sections = append(row.Sections, o)
			}
		}
		out = append(out, row)
	}
	return out
}

func (p *Pages) planDraft(w http.ResponseWriter, r *http.Request) {
	var cmd module.PlanDraftCommand
	err := page.Decode(w, r, &cmd)
	var d module.PlanDetail
	if err == nil {
		d, err = p.Modules.DraftPlan(r.Context(), cmd)
	}
	if err != nil {
		if cmd.Code != "" && fault.Is(err, fault.Invalid) { // typed beside the version from which it begins
			r.SetPathValue("id", string(cmd.Base))
			p.renderPlan(w, r, "like", nil, err)
			return
		}
		p.E.Fault(w, r, err)
		return
	}
	p.E.Done(w, r, planBase+string(d.ID), "flash.plan_drafted")
}

func (p *Pages) planShow(w http.ResponseWriter, r *http.Request) { p.renderPlan(w, r, "", nil, nil) }

// renderPlan shows the content: as it is stored, or as it was typed with why it
// was refused.
func (p *Pages) renderPlan(w http.ResponseWriter, r *http.Request, tried string, typed *planFields, refused error) {
	v, err := p.readPlan(r, "")
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	if typed != nil {
		v.Fields = typed.trimmed()
	}
	p.fill(r, v)
	for i := range v.Buttons {
		v.Buttons[i].Tried = v.Buttons[i].Action == tried
	}
	d := page.Data{Title: v.Body.Title.In(page.Lang(r.Context())), Data: v}
	if refused == nil {
		p.E.Render(w, r, http.StatusOK, "bureau/plan", d)
		return
	}
	if !p.E.InvalidAt(w, r, refused, "bureau/plan", d, func(field string) string { return p.planPlace(r, v, field) }) {
		p.E.Fault(w, r, refused)
	}
}

// planPlace names the field of an error: the form is long.
func (p *Pages) planPlace(r *http.Request, v *planView, name string) string {
	list, rest, _ := strings.Cut(name, ".")
	number, field, _ := strings.Cut(rest, ".")
	n, err := strconv.Atoi(number)
	switch {
	case err != nil:
		for _, key := range []string{"plan." + name, fieldKey(name)} {
			if p.E.Texts().Has(key) {
				return p.E.T(r, "plan.at", p.E.T(r, key))
			}
		}
		return ""
	case list == "parts" && n < len(v.Rows):
		return p.E.T(r, "plan.at", v.Rows[n].Title)
	case list == "rules":
		return p.E.T(r, "plan.at", p.E.T(r, "plan.rule_n", n+1)+" "+p.E.T(r, "plan."+field))
	}
	return ""
}

// planSave stores the whole form and does what its button says with the parts.
func (p *Pages) planSave(w http.ResponseWriter, r *http.Request) {
	var f planFields
	err := page.Decode(w, r, &f)
	v, gerr := p.readPlan(r, "")
	if gerr != nil {
		p.E.Fault(w, r, gerr)
		return
	}
	at := ""
	if err == nil {
		var c checklist.Composition
		if c, err = f.composition(&v.Body); err == nil {
			if at, err = rearrange(&c, f.Op, f.Add); err == nil {
				_, err = p.Modules.SavePlan(version(r), module.PlanSaveCommand{ID: v.ID, Body: c})
				err = rename(err, "/body/version", "/label")
			}
		}
	}
	if err != nil {
		p.renderPlan(w, r, "", &f, err)
		return
	}
	p.E.Done(w, r, planBase+string(v.ID)+at, "flash.module_saved")
}

// rearrange does one thing to the parts and gives the place to look at next.
func rearrange(c *checklist.Composition, op, add string) (at string, err error) {
	what, arg, _ := strings.Cut(op, " ")
	n, _ := strconv.Atoi(arg)
	ok := true
	switch what {
	case "up":
		ok, at = c.MovePart(n, -1), "#part-"+strconv.Itoa(max(n-1, 0))
	case "down":
		ok, at = c.MovePart(n, 1), "#part-"+strconv.Itoa(n+1)
	case "remove":
		ok, at = c.RemovePart(n), "#parts"
	case "add":
		if add == "" {
			return "", fault.OnField("/add", "required", "")
		}
		c.AddPart(add)
		at = "#part-" + strconv.Itoa(len(c.Parts)-1)
	case "rows":
		at = "#scoring"
	}
	if !ok {
		return "", fault.New(fault.Conflict, "module_moved_on")
	}
	return at, nil
}

func (p *Pages) planStep(w http.ResponseWriter, r *http.Request) {
	p.stepOf(w, r, planBase, func(w http.ResponseWriter, r *http.Request, tried string, refused error) {
		p.renderPlan(w, r, tried, nil, refused)
	})
}
