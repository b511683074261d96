package bureau

import (
	"context"
	"net/http"
	"strings"

	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/web/page"
)

func (p *Pages) inspections(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	query := inspection.ListQuery{State: lifecycle.State(q.Get("state")), After: q.Get("after"), Limit: 30}
	result, err := p.Inspections.List(r.Context(), query)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	tabs := []page.Tab{{Href: "/desk/inspections", Label: p.E.T(r, "public.all"), Current: query.State == ""}}
	for _, s := range []lifecycle.State{lifecycle.Planned, lifecycle.Assigned, lifecycle.OnDevice, lifecycle.SheetSubmitted, lifecycle.SentBack, lifecycle.RectificationDue} {
		tabs = append(tabs, page.Tab{Href: "/desk/inspections?state=" + string(s), Label: lifecycle.Inspection.Label(s, page.Lang(r.Context())), Current: query.State == s})
	}
	p.E.Render(w, r, http.StatusOK, "bureau/inspections", page.Data{Title: p.E.T(r, "bureau.nav_inspections"), Data: struct {
		Tabs  []page.Tab
		Query inspection.ListQuery
		Page  inspection.Page
	}{tabs, query, result}})
}

type inspectionView struct {
	inspection.Detail
	Sections []sheetSection
	Buttons  []button
	People   []inspection.Person
}

type sheetSection struct {
	Title checklist.Text
	Score checklist.SectionResult
	Rows  []sheetRow
}

type sheetRow struct {
	Item   checklist.Item
	Answer *checklist.Answer
	Mark   string
}

func (p *Pages) inspectionOf(r *http.Request, id ident.InspectionID) (*inspectionView, error) {
	d, err := p.Inspections.Get(r.Context(), id)
	if err != nil {
		return nil, err
	}
	v := &inspectionView{Detail: d}
	answers := map[string]*checklist.Answer{}
	for i := range d.Answers {
		answers[d.Answers[i].Item] = &d.Answers[i]
	}
	marks := map[string]string{}
	for _, m := range d.Marks {
		marks[m.Item] = m.Note
	}
	for _, s := range d.Sheet.Sections {
		part := sheetSection{Title: s.Title}
		for _, res := range d.Live.Sections {
			if res.ID == s.ID {
				part.Score = res
			}
		}
		for _, item := range s.Items {
			part.Rows = append(part.Rows, sheetRow{item, answers[item.ID], marks[item.ID]})
		}
		v.Sections = append(v.Sections, part)
	}
	for _, a := range d.Actions {
		b := p.button(r, lifecycle.Inspection, a)
		v.Buttons = append(v.Buttons, b)
		if (a == lifecycle.Assign || a == lifecycle.Reassign) && v.People == nil {
			if v.People, err = p.Inspections.People(r.Context(), id); err != nil {
				return nil, err
			}
		}
	}
	return v, nil
}

func (p *Pages) showInspection(w http.ResponseWriter, r *http.Request) {
	v, err := p.inspectionOf(r, ident.InspectionID(r.PathValue("id")))
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/inspection", page.Data{Title: v.Holder, Data: v})
}

func (p *Pages) stepInspection(w http.ResponseWriter, r *http.Request) {
	id := ident.InspectionID(r.PathValue("id"))
	err := p.takeInspectionStep(w, r, id, lifecycle.Action(r.PathValue("action")))
	if err == nil {
		p.E.Done(w, r, "/desk/inspections/"+string(id), "flash.inspection_moved")
		return
	}
	v, verr := p.inspectionOf(r, id)
	if verr != nil || !p.E.Invalid(w, r, err, "bureau/inspection", page.Data{Title: v.Holder, Data: v}) {
		p.E.Fault(w, r, err)
	}
}

func (p *Pages) takeInspectionStep(w http.ResponseWriter, r *http.Request, id ident.InspectionID, a lifecycle.Action) error {
	switch a {
	case lifecycle.Assign, lifecycle.Reassign:
		cmd := inspection.AssignCommand{ID: id}
		if err := page.Decode(w, r, &cmd); err != nil {
			return err
		}
		_, err := p.Inspections.Assign(version(r), cmd)
		return err
	case lifecycle.Accept:
		if err := r.ParseForm(); err != nil {
			return fault.New(fault.MalformedRequest, "")
		}
		_, err := p.Inspections.Accept(version(r), inspection.IDCommand{ID: id})
		return err
	case lifecycle.SendBack:
		if err := r.ParseForm(); err != nil {
			return fault.New(fault.MalformedRequest, "")
		}
		cmd := inspection.SendBackCommand{ID: id, Reason: strings.TrimSpace(r.PostForm.Get("reason")), DueOn: r.PostForm.Get("due_on")}
		for name, values := range r.PostForm {
			if item, ok := strings.CutPrefix(name, "mark."); ok && strings.TrimSpace(values[0]) != "" {
				cmd.Marks = append(cmd.Marks, inspection.Mark{Item: item, Note: strings.TrimSpace(values[0])})
			}
		}
		_, err := p.Inspections.SendBack(version(r), cmd)
		return err
	}
	do, ok := map[lifecycle.Action]func(context.Context, inspection.ReasonCommand) (inspection.View, error){
		lifecycle.OrderRectification: p.Inspections.OrderRectification, lifecycle.Verify: p.Inspections.Verify,
		lifecycle.Fail: p.Inspections.Fail, lifecycle.Void: p.Inspections.Void,
	}[a]
	if !ok {
		return fault.New(fault.NotFound, "page_not_found")
	}
	cmd := inspection.ReasonCommand{ID: id}
	if err := page.Decode(w, r, &cmd); err != nil {
		return err
	}
	_, err := do(version(r), cmd)
	return err
}
