package bureau

import (
	"context"
	"net/http"
	"slices"

	"fangxin/internal/application"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/web/notices"
	"fangxin/internal/web/page"
	"fangxin/internal/web/public"
)

// dismissObjection is an action on a case that does not move it.
const dismissObjection lifecycle.Action = "dismiss_objection"

// caseView is the whole case on one page.
type caseView struct {
	application.Detail
	Sections   []section
	Papers     []paper
	Promises   []scheme.Text
	Conditions []scheme.Text
	Exclusions []scheme.Text
	Asked      []asked // what was given back for correction
	History    []application.Moment
	Disputes   []dispute
	Buttons    []button
	Pointers   []public.Option // what a correction can be about
	Rows       []correctionRow
	Kept       string
	Told       []notices.Line
}

// section is a part of the self-assessment with its answers.
type section struct {
	Title      checklist.Text
	Score, Max checklist.Points
	Scored     bool
	Fails      int
	Rows       []answerRow
}

type answerRow struct {
	Item    *checklist.Item
	Answer  application.Answer
	Verdict string
	Found   string
}

// paper is one uploaded document under the scheme's name for it.
type paper struct {
	application.Document
	Title scheme.Text
}

type asked struct{ What, Note string }

// dispute is an objection, with its form for whoever decides it.
type dispute struct {
	application.ObjectionView
	Decides bool
	Form    button
}

// caseOf collects what the page of a case shows; tried is the action that was
// just refused.
func (p *Pages) caseOf(r *http.Request, id ident.ApplicationID, tried string) (*caseView, error) {
	d, err := p.Applications.Get(r.Context(), id)
	if err != nil {
		return nil, err
	}
	sheet, err := p.Applications.Sheet(r.Context(), id)
	if err != nil {
		return nil, err
	}
	lang := page.Lang(r.Context())
	v := &caseView{Detail: d, History: slices.Clone(d.Timeline), Pointers: p.pointers(r, d, sheet), Rows: correctionRows(r, tried)}
	slices.Reverse(v.History)
	v.Sections = sections(lang, sheet, d)
	for _, doc := range d.Documents {
		item, _ := d.SchemeInfo.Document(doc.Kind)
		v.Papers = append(v.Papers, paper{doc, item.Text})
	}
	v.Promises = chosen(d.SchemeInfo.Commitments, d.Form.Commitments)
	v.Conditions = chosen(d.SchemeInfo.Conditions, d.Form.Conditions)
	if d.Form.Terms != nil && d.SchemeInfo.Terms != nil {
		v.Exclusions = chosen(d.SchemeInfo.Terms.Exclusions, d.Form.Terms.Exclusions)
	}
	for _, c := range d.Corrections {
		v.Asked = append(v.Asked, asked{pointerLabel(v.Pointers, c.Pointer), c.Note})
	}
	upholds := false
	for _, a := range d.Actions {
		b := p.button(r, lifecycle.Application, a.Action, tried)
		b.Open, b.Corrections = a.Open, a.Action == lifecycle.Return
		if a.Action == lifecycle.Refuse {
			b.Max = 1000
		}
		if !a.Open {
			b.Why = p.why(r, a, d.Objections)
		} else if b.Tells, err = p.tells(r, "application", string(id), string(a.Action)); err != nil {
			return nil, err
		}
		if a.Action == lifecycle.UpholdObjection {
			upholds = a.Open // its form stands beside each objection
			continue
		}
		v.Buttons = append(v.Buttons, b)
	}
	for _, o := range d.Objections {
		mine := tried == string(lifecycle.UpholdObjection) || tried == string(dismissObjection)
		v.Disputes = append(v.Disputes, dispute{o, upholds && o.State == "open", button{
			Action: "objection-" + string(o.ID), Max: 1000, Open: true, Tried: mine && r.PostForm.Get("objection") == string(o.ID),
		}})
	}
	forms := v.Buttons
	for _, o := range v.Disputes {
		if o.Decides {
			forms = append(slices.Clip(forms), o.Form)
		}
	}
	v.Kept = kept(r, tried, forms)
	v.Told, err = p.told(r, "application", string(id))
	return v, err
}

// why says what keeps a step from being taken, in the words with which the
// use-case would refuse it.
func (p *Pages) why(r *http.Request, a application.AllowedAction, objections []application.ObjectionView) string {
	var args []any
	switch {
	case a.Until != "":
		args = []any{a.Until}
	case a.Detail == "objections_open":
		open := 0
		for _, o := range objections {
			if o.State == "open" {
				open++
			}
		}
		args = []any{open}
	}
	return httpapi.NewProblem(p.E.Texts(), page.Lang(r.Context()), "", fault.New(fault.Code(a.Why), a.Detail, args...)).Detail
}

// chosen gives the words of the points of a list that were chosen.
func chosen(items []scheme.Item, ids []string) []scheme.Text {
	var out []scheme.Text
	for _, it := range items {
		if slices.Contains(ids, it.ID) {
			out = append(out, it.Text)
		}
	}
	return out
}

func sections(lang string, sheet *checklist.Sheet, d application.Detail) []section {
	if sheet == nil {
		return nil
	}
	var out []section
	for _, s := range sheet.Sections {
		part := section{Title: s.Title}
		if d.Assessment != nil {
			for _, res := range d.Assessment.Sections {
				if res.ID == s.ID {
					part.Score, part.Max, part.Fails, part.Scored = res.Score, res.Max, res.Fails, true
				}
			}
		}
		for i := range s.Items {
			item := &s.Items[i]
			if a, ok := d.Form.Answers[item.ID]; ok {
				part.Rows = append(part.Rows, answerRow{item, a, string(a.Verdict), found(lang, item, a.Score, a.Number, a.Choice, "")})
			}
		}
		if part.Rows != nil {
			out = append(out, part)
		}
	}
	return out
}

func (p *Pages) showCase(w http.ResponseWriter, r *http.Request) {
	v, err := p.caseOf(r, ident.ApplicationID(r.PathValue("id")), "")
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/case", page.Data{Title: v.PremisesName, Data: v})
}

func (p *Pages) stepCase(w http.ResponseWriter, r *http.Request) {
	id := ident.ApplicationID(r.PathValue("id"))
	action := r.PathValue("action")
	err := p.takeStep(w, r, id, lifecycle.Action(action))
	if err == nil {
		flash := "flash.case_moved"
		if action == string(dismissObjection) {
			flash = "flash.objection_dismissed"
		}
		p.E.Done(w, r, "/desk/cases/"+string(id), flash)
		return
	}
	v, verr := p.caseOf(r, id, action)
	if verr != nil || !p.E.Invalid(w, r, err, "bureau/case", page.Data{Title: v.PremisesName, Data: v}) {
		p.E.Fault(w, r, err)
	}
}

func (p *Pages) takeStep(w http.ResponseWriter, r *http.Request, id ident.ApplicationID, a lifecycle.Action) error {
	type step func(context.Context, application.StepCommand) (application.View, error)
	plain := map[lifecycle.Action]step{
		lifecycle.Accept: p.Applications.Accept, lifecycle.Recommend: p.Applications.Recommend, lifecycle.OrderInspection: p.Applications.OrderInspection,
		lifecycle.TakeAssessment: p.Applications.TakeAssessment, lifecycle.Endorse: p.Applications.Endorse, lifecycle.EndorseCity: p.Applications.EndorseCity,
		lifecycle.Announce: p.Applications.Announce, lifecycle.PassCity: p.Applications.PassCity, lifecycle.ConcludeNotice: p.Applications.ConcludeNotice,
		lifecycle.Certify: p.Applications.Certify,
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
	case lifecycle.Advise:
		cmd := application.AdviseCommand{ID: id}
		if err := page.Decode(w, r, &cmd); err != nil {
			return err
		}
		_, err := p.Applications.Advise(version(r), cmd)
		return err
	case lifecycle.Return:
		return p.giveBack(w, r, id)
	case lifecycle.Refuse:
		cmd := application.RefuseCommand{ID: id}
		if err := page.Decode(w, r, &cmd); err != nil {
			return err
		}
		_, err := p.Applications.Refuse(version(r), cmd)
		return err
	case lifecycle.UpholdObjection, dismissObjection:
		cmd := application.ObjectionCommand{ID: id}
		if err := page.Decode(w, r, &cmd); err != nil {
			return err
		}
		do := p.Applications.UpholdObjection
		if a == dismissObjection {
			do = p.Applications.DismissObjection
		}
		_, err := do(version(r), cmd)
		return err
	}
	return fault.New(fault.NotFound, "page_not_found")
}
