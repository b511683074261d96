package bureau

import (
	"context"
	"net/http"

	"fangxin/internal/badge"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/task"
	"fangxin/internal/web/page"
	"fangxin/internal/web/public"
)

func (p *Pages) certificates(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	lang := page.Lang(r.Context())
	query := certificate.RegisterQuery{
		Name: q.Get("name"), Scheme: q.Get("scheme"), Division: q.Get("division"), Standing: certificate.Standing(q.Get("status")), After: q.Get("after"), Limit: 30,
	}
	v := struct {
		Query                         certificate.RegisterQuery
		Page                          certificate.Page
		Schemes, Divisions, Standings []public.Option
	}{Query: query, Schemes: public.Schemes(lang), Divisions: public.Divisions(), Standings: public.Standings(p.E, r)}
	d := page.Data{Title: p.E.T(r, "bureau.nav_certificates"), Data: &v}
	var err error
	if v.Page, err = p.Certificates.List(r.Context(), query); err != nil {
		if !p.E.Invalid(w, r, err, "bureau/certificates", d) {
			p.E.Fault(w, r, err)
		}
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/certificates", d)
}

type certificateView struct {
	certificate.Detail
	Proposal *certificate.Proposal
	Prints   []badge.View
	Buttons  []button
	Kinds    []page.Option
}

func (p *Pages) certificateOf(r *http.Request, id ident.CertificateID) (*certificateView, error) {
	d, proposal, err := p.Certificates.Get(r.Context(), id)
	if err != nil {
		return nil, err
	}
	v := &certificateView{Detail: d, Proposal: proposal}
	if v.Prints, err = p.Badges.List(r.Context(), badge.ListQuery{Certificate: id}); err != nil {
		return nil, err
	}
	for _, a := range d.Actions {
		if a == lifecycle.Supersede || a == lifecycle.Withdraw {
			continue // the one follows a renewal, the other is the holder's
		}
		b := p.button(r, lifecycle.Certificate, a)
		if st, _ := lifecycle.Certificate.Step(a); st.Grants && proposal != nil {
			continue // it is proposed already
		}
		b.Excludes = a == lifecycle.Revoke
		v.Buttons = append(v.Buttons, b)
	}
	for _, k := range (badge.Kind("")).Values() {
		v.Kinds = append(v.Kinds, page.Option{Value: k, Label: p.E.T(r, "bureau.print_"+k), Chosen: k == "sticker"})
	}
	return v, nil
}

func (p *Pages) showCertificate(w http.ResponseWriter, r *http.Request) {
	v, err := p.certificateOf(r, ident.CertificateID(r.PathValue("id")))
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/certificate", page.Data{Title: v.Holder, Data: v})
}

func (p *Pages) stepCertificate(w http.ResponseWriter, r *http.Request) {
	id := ident.CertificateID(r.PathValue("id"))
	flash, err := p.takeCertificateStep(w, r, id, lifecycle.Action(r.PathValue("action")))
	if err == nil {
		p.E.Done(w, r, "/desk/certificates/"+string(id), flash)
		return
	}
	v, verr := p.certificateOf(r, id)
	if verr != nil || !p.E.Invalid(w, r, err, "bureau/certificate", page.Data{Title: v.Holder, Data: v}) {
		p.E.Fault(w, r, err)
	}
}

func (p *Pages) takeCertificateStep(w http.ResponseWriter, r *http.Request, id ident.CertificateID, a lifecycle.Action) (string, error) {
	switch a {
	case lifecycle.Suspend, lifecycle.OrderRectification:
		cmd := certificate.StepCommand{ID: id}
		if err := page.Decode(w, r, &cmd); err != nil {
			return "", err
		}
		do := map[lifecycle.Action]func(context.Context, certificate.StepCommand) (certificate.View, error){
			lifecycle.Suspend: p.Certificates.Suspend, lifecycle.OrderRectification: p.Certificates.OrderRectification,
		}[a]
		_, err := do(version(r), cmd)
		return "flash.certificate_moved", err
	case lifecycle.Revoke:
		cmd := certificate.RevokeCommand{ID: id}
		if err := page.Decode(w, r, &cmd); err != nil {
			return "", err
		}
		_, err := p.Certificates.Revoke(version(r), cmd)
		return "flash.certificate_moved", err
	case lifecycle.Restore, lifecycle.VerifyRectification:
		cmd := certificate.ProposeCommand{ID: id}
		if err := page.Decode(w, r, &cmd); err != nil {
			return "", err
		}
		cmd.Action = a
		_, err := p.Certificates.Propose(version(r), cmd)
		return "flash.proposed", err
	case "decide":
		cmd := certificate.DecideCommand{ID: id}
		if err := page.Decode(w, r, &cmd); err != nil {
			return "", err
		}
		_, err := p.Certificates.Decide(version(r), cmd)
		return "flash.decided", err
	case "print":
		cmd := badge.PrintCommand{Certificate: id}
		if err := page.Decode(w, r, &cmd); err != nil {
			return "", err
		}
		_, err := p.Badges.Print(r.Context(), cmd)
		return "flash.printed", err
	}
	return "", fault.New(fault.NotFound, "page_not_found")
}

func (p *Pages) stepSticker(w http.ResponseWriter, r *http.Request) {
	cmd := badge.StepCommand{ID: ident.StickerID(r.PathValue("id"))}
	if err := page.Decode(w, r, &cmd); err != nil {
		p.E.Fault(w, r, err)
		return
	}
	do := p.Badges.Void
	if r.PathValue("action") == "activate" {
		do = p.Badges.Activate
	}
	v, err := do(version(r), cmd)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Done(w, r, "/desk/certificates/"+string(v.Certificate), "flash.print_moved")
}

func (p *Pages) tasks(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	query := task.ListQuery{State: task.State(q.Get("state")), After: q.Get("after"), Limit: 30}
	if query.State == "" {
		query.State = "open"
	}
	result, err := p.Tasks.List(r.Context(), query)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	var tabs []page.Tab
	for _, s := range []task.State{"open", "done"} {
		tabs = append(tabs, page.Tab{Href: "/desk/tasks?state=" + string(s), Label: p.E.T(r, "bureau.tasks_"+string(s)), Current: s == query.State})
	}
	p.E.Render(w, r, http.StatusOK, "bureau/tasks", page.Data{Title: p.E.T(r, "bureau.nav_tasks"), Data: struct {
		Tabs  []page.Tab
		Query task.ListQuery
		Page  task.Page
	}{tabs, query, result}})
}

func (p *Pages) closeTask(w http.ResponseWriter, r *http.Request) {
	cmd := task.CloseCommand{ID: ident.TaskID(r.PathValue("id"))}
	err := page.Decode(w, r, &cmd)
	if err == nil {
		_, err = p.Tasks.Close(version(r), cmd)
	}
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Done(w, r, "/desk/tasks", "flash.task_closed")
}
