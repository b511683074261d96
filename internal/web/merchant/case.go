package merchant

import (
	"net/http"

	"fangxin/internal/appeal"
	"fangxin/internal/application"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/notify"
	"fangxin/internal/oversight"
	"fangxin/internal/web/notices"
	"fangxin/internal/web/page"
)

// caseView is a case as its applicant sees it.
type caseView struct {
	application.Detail
	Groups      []group
	Left        int
	All         int
	Next        *line // the first task that is not done
	Corrections []gap
	Withdraw    bool
	Ended       bool
	Told        []notices.Line // what the applicant was told
	Appeal      appeal.Standing
	Halts       []oversight.Halt
}

func (p *Pages) caseView(r *http.Request) (caseView, error) {
	d, sheet, err := p.read(r)
	if err != nil {
		return caseView{}, err
	}
	v := caseView{Detail: d, Ended: lifecycle.Application.Info(d.State).Final, Corrections: p.corrections(r, d, sheet)}
	if !v.Ended {
		v.Halts = p.halted(r, d.Scheme, d.Division)
	}
	for _, a := range d.Actions {
		v.Withdraw = v.Withdraw || a.Action == lifecycle.Withdraw && a.Open
	}
	if d.State != lifecycle.Draft {
		told, err := p.Notices.Told(r.Context(), notify.ToldQuery{Noun: "application", Subject: string(d.ID), Lang: page.Lang(r.Context())})
		if v.Told = notices.Lines(told); err != nil {
			return v, err
		}
		v.Appeal, err = p.Appeals.CaseStanding(r.Context(), d.ID)
		return v, err
	}
	v.Groups, v.Left = p.groups(r, d, sheet)
	for _, g := range v.Groups {
		for i, l := range g.Lines {
			if l.Progress == optional {
				continue
			}
			v.All++
			if v.Next == nil && l.Progress != done {
				v.Next = &g.Lines[i]
			}
		}
	}
	return v, nil
}

// read gives the case of the address with the questions of its
// self-assessment.
func (p *Pages) read(r *http.Request) (application.Detail, *checklist.Sheet, error) {
	id := ident.ApplicationID(r.PathValue("id"))
	d, err := p.Applications.Get(r.Context(), id)
	if err != nil {
		return d, nil, err
	}
	sheet, err := p.Applications.Sheet(r.Context(), id)
	return d, sheet, err
}

func (p *Pages) application(w http.ResponseWriter, r *http.Request) {
	v, err := p.caseView(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.showCase(w, r, v)
}

func (p *Pages) showCase(w http.ResponseWriter, r *http.Request, v caseView) {
	name := "merchant/case"
	if v.State == lifecycle.Draft {
		name = "merchant/tasks"
	}
	p.show(w, r, name, v.PremisesName+" · "+v.Title.In(page.Lang(r.Context())), v)
}

// receiptStops is how many of the next stops the receipt names.
const receiptStops = 4

func (p *Pages) receipt(w http.ResponseWriter, r *http.Request) {
	d, err := p.Applications.Get(r.Context(), ident.ApplicationID(r.PathValue("id")))
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	if d.CaseNo == "" {
		http.Redirect(w, r, "/my/applications/"+string(d.ID), http.StatusSeeOther)
		return
	}
	// The stop at which the case waits is the first of the next steps.
	now := application.Next{State: d.State, Waits: d.Waits, By: d.DueOn}
	d.Ahead = append([]application.Next{now}, d.Ahead...)
	d.Ahead = d.Ahead[:min(receiptStops, len(d.Ahead))]
	p.show(w, r, "merchant/receipt", p.E.T(r, "my.receipt_title"), d)
}

func (p *Pages) withdraw(w http.ResponseWriter, r *http.Request) {
	in := struct {
		application.StepCommand
		Version int64 `json:"version"`
	}{}
	err := page.Decode(w, r, &in)
	in.ID = ident.ApplicationID(r.PathValue("id"))
	if err == nil {
		_, err = p.Applications.Withdraw(page.WithVersion(r.Context(), in.Version), in.StepCommand)
	}
	if err == nil {
		p.E.Done(w, r, "/my/applications/"+string(in.ID), "flash.case_withdrawn")
		return
	}
	v, readErr := p.caseView(r)
	if readErr != nil {
		p.E.Fault(w, r, readErr)
		return
	}
	name := "merchant/case"
	if v.State == lifecycle.Draft {
		name = "merchant/tasks"
	}
	p.refuse(w, r, err, name, page.Data{Title: v.PremisesName, Data: v})
}
