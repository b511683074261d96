package merchant

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"fangxin/internal/application"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/scheme"
	"fangxin/internal/web/page"
)

// partView is one page of an application's form.
type partView struct {
	application.Detail
	Here       string // address of this page
	Marks      []gap  // what was marked here when the case came back
	Choices    []page.Option
	Exclusions []page.Option
	Closed     bool // the promises may not be changed, only the terms
	TermsOpen  bool
	Terms      application.Terms
}

// part reads a case for one page of its form. A case that is handed in, and a
// part that was not marked when it came back, lead to the case instead.
func (p *Pages) part(w http.ResponseWriter, r *http.Request, name string, pointers ...string) (partView, *checklist.Sheet, bool) {
	d, sheet, err := p.read(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return partView{}, nil, false
	}
	v := partView{Detail: d, Here: "/my/applications/" + string(d.ID) + "/" + name}
	can := false
	for _, pointer := range pointers {
		can = can || open(d, pointer)
	}
	if !editing(d) || !can && len(pointers) > 0 {
		p.E.Done(w, r, "/my/applications/"+string(d.ID), "flash.part_closed")
		return v, nil, false
	}
	for _, g := range p.corrections(r, d, sheet) {
		if href, _, _ := strings.Cut(g.Href, "#"); href == v.Here {
			v.Marks = append(v.Marks, g)
		}
	}
	return v, sheet, true
}

// items turns a list of the scheme into boxes.
func items(r *http.Request, of []scheme.Item, chosen []string) []page.Option {
	lang := page.Lang(r.Context())
	out := make([]page.Option, len(of))
	for i, it := range of {
		out[i] = page.Option{Value: it.ID, Label: it.Text.In(lang), Hint: it.Why.In(lang), Chosen: slices.Contains(chosen, it.ID)}
	}
	return out
}

// saved ends a save of one page: the script learns the new version, a visitor
// goes on to the next page, and whatever is wrong stands beside what was typed.
func (p *Pages) saved(w http.ResponseWriter, r *http.Request, to string, v application.View, err error, again func() (string, page.Data, bool)) {
	if auto(r) {
		autosaved(w, strconv.FormatInt(v.Version, 10), err)
		return
	}
	if err == nil {
		p.E.Done(w, r, to, "flash.my_saved")
		return
	}
	if name, d, ok := again(); ok {
		p.refuse(w, r, err, name, d)
	}
}

func (p *Pages) conditionsData(w http.ResponseWriter, r *http.Request) (page.Data, bool) {
	v, _, ok := p.part(w, r, "conditions", "/conditions")
	v.Choices = items(r, v.SchemeInfo.Conditions, v.Form.Conditions)
	return page.Data{Title: p.E.T(r, "my.task_conditions"), Data: v}, ok
}

func (p *Pages) conditions(w http.ResponseWriter, r *http.Request) {
	if d, ok := p.conditionsData(w, r); ok {
		p.E.Render(w, r, http.StatusOK, "merchant/conditions", d)
	}
}

func (p *Pages) saveConditions(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Version    int64    `json:"version"`
		Conditions []string `json:"conditions"`
	}
	err := page.Decode(w, r, &in)
	cmd := application.SaveCommand{ID: ident.ApplicationID(r.PathValue("id")), Conditions: &in.Conditions}
	var v application.View
	if err == nil {
		v, err = p.Applications.Save(page.WithVersion(r.Context(), in.Version), cmd)
	}
	p.saved(w, r, "/my/applications/"+string(cmd.ID), v, err, func() (string, page.Data, bool) {
		d, ok := p.conditionsData(w, r)
		return "merchant/conditions", d, ok
	})
}

func (p *Pages) promisesData(w http.ResponseWriter, r *http.Request) (page.Data, bool) {
	v, _, ok := p.part(w, r, "promises", "/commitments", "/terms")
	v.Closed = !open(v.Detail, "/commitments")
	v.Choices = items(r, v.SchemeInfo.Commitments, v.Form.Commitments)
	if t := v.SchemeInfo.Terms; t != nil {
		v.TermsOpen = open(v.Detail, "/terms")
		v.Terms = application.Terms{Days: t.Days.Value}
		if v.Form.Terms != nil {
			v.Terms = *v.Form.Terms
		}
		v.Exclusions = items(r, t.Exclusions, v.Terms.Exclusions)
	}
	return page.Data{Title: p.E.T(r, "my.task_promises"), Data: v}, ok
}

func (p *Pages) promises(w http.ResponseWriter, r *http.Request) {
	if d, ok := p.promisesData(w, r); ok {
		p.E.Render(w, r, http.StatusOK, "merchant/promises", d)
	}
}

func (p *Pages) savePromises(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Version     int64             `json:"version"`
		Commitments []string          `json:"commitments"`
		Terms       application.Terms `json:"terms"`
	}
	err := page.Decode(w, r, &in)
	cmd := application.SaveCommand{ID: ident.ApplicationID(r.PathValue("id"))}
	var d application.Detail
	if err == nil {
		d, err = p.Applications.Get(r.Context(), cmd.ID)
	}
	var v application.View
	if err == nil {
		if open(d, "/commitments") {
			cmd.Commitments = &in.Commitments
		}
		if d.SchemeInfo.Terms != nil && open(d, "/terms") {
			cmd.Terms = &in.Terms
		}
		v, err = p.Applications.Save(page.WithVersion(r.Context(), in.Version), cmd)
	}
	p.saved(w, r, "/my/applications/"+string(cmd.ID), v, err, func() (string, page.Data, bool) {
		d, ok := p.promisesData(w, r)
		return "merchant/promises", d, ok
	})
}

func (p *Pages) contactData(w http.ResponseWriter, r *http.Request) (page.Data, bool) {
	v, _, ok := p.part(w, r, "contact", "/contact")
	return page.Data{Title: p.E.T(r, "my.task_contact"), Data: v}, ok
}

func (p *Pages) contact(w http.ResponseWriter, r *http.Request) {
	if d, ok := p.contactData(w, r); ok {
		p.E.Render(w, r, http.StatusOK, "merchant/contact", d)
	}
}

func (p *Pages) saveContact(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Version int64               `json:"version"`
		Contact application.Contact `json:"contact"`
	}
	err := page.Decode(w, r, &in)
	cmd := application.SaveCommand{ID: ident.ApplicationID(r.PathValue("id")), Contact: &in.Contact}
	var v application.View
	if err == nil {
		v, err = p.Applications.Save(page.WithVersion(r.Context(), in.Version), cmd)
	}
	p.saved(w, r, "/my/applications/"+string(cmd.ID), v, err, func() (string, page.Data, bool) {
		d, ok := p.contactData(w, r)
		return "merchant/contact", d, ok
	})
}
