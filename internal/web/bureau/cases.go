package bureau

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"fangxin/internal/application"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/web/page"
	"fangxin/internal/web/public"
)

type queueView struct {
	Tabs      []page.Tab
	Query     application.ListQuery
	Page      application.Page
	Schemes   []public.Option
	Divisions []public.Option
}

func (p *Pages) queue(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	query := application.ListQuery{
		Tab: application.Tab(q.Get("tab")), Name: q.Get("name"), Scheme: q.Get("scheme"), Division: q.Get("division"), After: q.Get("after"), Limit: 30,
	}
	if !slices.Contains(application.Tabs(), query.Tab) {
		query.Tab = application.Mine
	}
	counts, err := p.Applications.Counts(r.Context())
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	v := queueView{Tabs: p.tabs(r, counts, query.Tab), Query: query, Schemes: public.Schemes(page.Lang(r.Context())), Divisions: public.Divisions()}
	d := page.Data{Title: p.E.T(r, "bureau.nav_queue"), Data: &v}
	if v.Page, err = p.Applications.List(r.Context(), query); err != nil {
		if !p.E.Invalid(w, r, err, "bureau/queue", d) {
			p.E.Fault(w, r, err)
		}
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/queue", d)
}

type caseView struct {
	application.Detail
	Sections []section
	Buttons  []button
	Pointers []public.Option // what a correction can be about
	Rows     []int           // of the correction form
	Visit    ident.InspectionID
}

// section is a part of the self-assessment with its answers.
type section struct {
	Title checklist.Text
	Rows  []answerRow
}

type answerRow struct {
	Item    checklist.Item
	Answer  application.Answer
	Verdict string
}

// caseOf collects what the page of a case shows.
func (p *Pages) caseOf(r *http.Request, id ident.ApplicationID) (*caseView, error) {
	d, err := p.Applications.Get(r.Context(), id)
	if err != nil {
		return nil, err
	}
	v := &caseView{Detail: d, Rows: []int{0, 1, 2, 3}}
	sheet, err := p.Applications.Sheet(r.Context(), id)
	if err != nil {
		return nil, err
	}
	if sheet != nil {
		for _, s := range sheet.Sections {
			part := section{Title: s.Title}
			for _, item := range s.Items {
				if a, ok := d.Form.Answers[item.ID]; ok {
					part.Rows = append(part.Rows, answerRow{item, a, string(a.Verdict)})
				}
			}
			if part.Rows != nil {
				v.Sections = append(v.Sections, part)
			}
		}
	}
	if d.Result != nil {
		v.Visit = d.Result.Inspection
	}
	for _, a := range d.Actions {
		b := p.button(r, lifecycle.Application, a.Action)
		b.Open, b.Reason = a.Open, a.Reason
		if !a.Open {
			b.Why = fault.Lookup(fault.Code(a.Why)).Help(page.Lang(r.Context()))
			if key := "fault." + a.Detail; a.Detail != "" && a.Until != "" {
				b.Why = p.E.T(r, key, a.Until)
			}
		}
		b.Corrections = a.Action == lifecycle.Return
		v.Buttons = append(v.Buttons, b)
	}
	v.Pointers = p.pointers(r, d)
	return v, nil
}

// pointers lists what an officer can ask the applicant to put right.
func (p *Pages) pointers(r *http.Request, d application.Detail) []public.Option {
	lang := page.Lang(r.Context())
	out := []public.Option{
		{Value: "/operator", Label: p.E.T(r, "bureau.operator")}, {Value: "/premises", Label: p.E.T(r, "bureau.premises")},
		{Value: "/contact", Label: p.E.T(r, "bureau.contact")}, {Value: "/commitments", Label: p.E.T(r, "bureau.commitments")},
	}
	for _, doc := range d.SchemeInfo.Documents {
		out = append(out, public.Option{Value: "/documents/" + doc.ID, Label: doc.Text.In(lang)})
	}
	ids := make([]string, 0, len(d.Form.Answers))
	for id := range d.Form.Answers {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		out = append(out, public.Option{Value: "/answers/" + id, Label: id})
	}
	return out
}

func (p *Pages) showCase(w http.ResponseWriter, r *http.Request) {
	v, err := p.caseOf(r, ident.ApplicationID(r.PathValue("id")))
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/case", page.Data{Title: v.PremisesName, Data: v})
}

func (p *Pages) stepCase(w http.ResponseWriter, r *http.Request) {
	id := ident.ApplicationID(r.PathValue("id"))
	err := p.takeStep(w, r, id, lifecycle.Action(r.PathValue("action")))
	if err == nil {
		p.E.Done(w, r, "/desk/cases/"+string(id), "flash.case_moved")
		return
	}
	v, verr := p.caseOf(r, id)
	if verr != nil || !p.E.Invalid(w, r, err, "bureau/case", page.Data{Title: v.PremisesName, Data: v}) {
		p.E.Fault(w, r, err)
	}
}

func (p *Pages) takeStep(w http.ResponseWriter, r *http.Request, id ident.ApplicationID, a lifecycle.Action) error {
	type step func(context.Context, application.StepCommand) (application.View, error)
	plain := map[lifecycle.Action]step{
		lifecycle.Accept: p.Applications.Accept, lifecycle.Recommend: p.Applications.Recommend, lifecycle.OrderInspection: p.Applications.OrderInspection,
		lifecycle.TakeAssessment: p.Applications.TakeAssessment, lifecycle.Endorse: p.Applications.Endorse, lifecycle.EndorseCity: p.Applications.EndorseCity,
		lifecycle.Announce: p.Applications.Announce, lifecycle.Certify: p.Applications.Certify,
	}
	if do, ok := plain[a]; ok {
		cmd := application.StepCommand{ID: id}
		if err := page.Decode(w, r, &cmd); err != nil {
			return err
		}
		_, err := do(version(r), cmd)
		return err
	}
	switch a {
	case lifecycle.Return:
		if err := r.ParseForm(); err != nil {
			return fault.New(fault.MalformedRequest, "")
		}
		cmd := application.ReturnCommand{ID: id, Reason: strings.TrimSpace(r.PostForm.Get("reason"))}
		notes := r.PostForm["note"]
		for i, pointer := range r.PostForm["pointer"] {
			if pointer != "" && i < len(notes) {
				cmd.Items = append(cmd.Items, application.Correction{Pointer: pointer, Note: strings.TrimSpace(notes[i])})
			}
		}
		_, err := p.Applications.Return(version(r), cmd)
		return err
	case lifecycle.Refuse:
		cmd := application.RefuseCommand{ID: id}
		if err := page.Decode(w, r, &cmd); err != nil {
			return err
		}
		_, err := p.Applications.Refuse(version(r), cmd)
		return err
	case lifecycle.UpholdObjection, "dismiss_objection":
		cmd := application.ObjectionCommand{ID: id}
		if err := page.Decode(w, r, &cmd); err != nil {
			return err
		}
		do := p.Applications.UpholdObjection
		if a == "dismiss_objection" {
			do = p.Applications.DismissObjection
		}
		_, err := do(version(r), cmd)
		return err
	}
	return fault.New(fault.NotFound, "page_not_found")
}
