package authoring

import (
	"net/http"
	"strings"

	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/web/page"
)

type sectionFields struct {
	ID       string   `json:"id"`
	Title    twoTexts `json:"title"`
	Role     string   `json:"role"`
	Weight   string   `json:"weight"`
	Standing string   `json:"standing"`
	Clauses  int      `json:"clauses"`
	When     struct {
		Item string `json:"item"`
		Is   string `json:"is"`
	} `json:"when"`
}

type sectionView struct {
	*moduleView
	Section                  sectionFields
	Count                    int
	Roles, Standings, Before []page.Option
}

func (p *Pages) sectionForm(w http.ResponseWriter, r *http.Request) { p.sectionPage(w, r, nil, nil) }

func (p *Pages) sectionPage(w http.ResponseWriter, r *http.Request, typed *sectionFields, refused error) {
	mv, err := p.read(r, "")
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	id := r.PathValue("section")
	s := mv.Body.Section(id)
	if s == nil {
		p.E.NotFound(w, r)
		return
	}
	lang := page.Lang(r.Context())
	v := &sectionView{moduleView: mv, Count: len(s.Items), Before: before(mv.Body, id, lang)}
	v.Roles = codes(p, r, "module.role_", []checklist.Role{checklist.Base, checklist.Extra, checklist.Deduction}, nil)
	v.Standings = codes(p, r, "checklist.standing.", []string{checklist.Proposed, checklist.Official}, nil)
	if v.Section = (sectionFields{ID: s.ID, Title: twoTexts(s.Title), Role: string(s.Role), Standing: s.Standing, Clauses: s.Clauses}); s.Weight > 0 {
		v.Section.Weight = s.Weight.String()
	}
	if s.When != nil {
		v.Section.When.Item, v.Section.When.Is = s.When.Item, strings.Join(s.When.Is, " ")
	}
	if typed != nil {
		v.Section = *typed
	}
	d := page.Data{Title: s.ID + " " + s.Title.In(lang), Data: v}
	if refused != nil {
		if !p.E.Invalid(w, r, refused, "bureau/checklist-section", d) {
			p.E.Fault(w, r, refused)
		}
		return
	}
	d.Form = p.problemsOf(r, mv, id)
	p.E.Render(w, r, http.StatusOK, "bureau/checklist-section", d)
}

func (p *Pages) saveSection(w http.ResponseWriter, r *http.Request) {
	var f sectionFields
	err := page.Decode(w, r, &f)
	mv, gerr := p.read(r, "")
	if gerr != nil {
		p.E.Fault(w, r, gerr)
		return
	}
	m := mv.Body.Clone()
	s := m.Section(r.PathValue("section"))
	if s == nil {
		p.E.NotFound(w, r)
		return
	}
	id := strings.ToUpper(f.ID)
	if other := m.Section(id); err == nil && other != nil && other != s {
		err = fault.OnField("/id", "taken_item", "")
	}
	if err == nil && id == "" {
		err = fault.OnField("/id", "required", "")
	}
	var n numbers
	if err == nil {
		s.ID, s.Title, s.Role, s.Standing, s.Clauses = id, f.Title.text(), checklist.Role(f.Role), f.Standing, f.Clauses
		s.Weight, s.When = n.read("weight", f.Weight), nil
		if f.When.Item != "" {
			s.When = &checklist.When{Item: f.When.Item, Is: strings.Fields(f.When.Is)}
		}
		if n.wrong != nil {
			err = fault.OnFields(n.wrong)
		}
	}
	d := mv.Detail
	if err == nil {
		d, err = p.save(r, mv.Detail, m)
	}
	if err != nil {
		p.sectionPage(w, r, &f, err)
		return
	}
	p.E.Done(w, r, "/desk/checklists/"+string(d.ID)+"#s-"+id, "flash.module_saved")
}
