package bureau

import (
	"context"
	"net/http"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/badge"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/web/notices"
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
	}{Query: query, Schemes: public.Schemes(r.Context(), p.Schemes, lang), Divisions: public.Divisions(), Standings: public.Standings(p.E, r)}
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

// certificateView is a title with its prints and what the reader may do.
type certificateView struct {
	certificate.Detail
	Proposal *certificate.Proposal
	Decides  bool // the reader may answer the proposal
	Prints   []printRow
	Shown    string // code of the first print that is up: what the public sees
	Order    bool   // more prints may be ordered
	Form     button // of the order
	Buttons  []button
	Kinds    []page.Option
	Moments  []certificate.Moment // newest first
	Kept     string
	Seen     ident.InspectionID // the re-inspection from whose task the reader came
	Tells    []notices.Line     // who is told when the proposal is approved
	Visit    visitForm
	Told     []notices.Line
}

// printRow is one print with the steps that the reader may take.
type printRow struct {
	badge.View
	Activate bool
	Void     *button
}

// certificateOf collects what the page of a title shows; tried is the form that
// was just refused: a step of the title, or of the print named after a dot.
func (p *Pages) certificateOf(r *http.Request, id ident.CertificateID, tried string) (*certificateView, error) {
	d, proposal, err := p.Certificates.Get(r.Context(), id)
	if err != nil {
		return nil, err
	}
	by := access.From(r.Context())
	v := &certificateView{Detail: d, Proposal: proposal, Moments: slices.Clone(d.History), Form: button{Action: "print", Tried: tried == "print"}}
	slices.Reverse(v.Moments)
	v.Visit = p.visitForm(r, d.View, tried)
	v.Order = decides(by) && (d.Standing == "active" || d.Standing == "rectifying")
	prints, err := p.Badges.List(r.Context(), badge.ListQuery{Certificate: id})
	if err != nil {
		return nil, err
	}
	for _, s := range prints {
		row := printRow{View: s}
		for _, st := range lifecycle.Sticker.Open(by, s.State) {
			switch st.Action {
			case lifecycle.Activate:
				row.Activate = true
			case lifecycle.Void:
				b := p.button(r, lifecycle.Sticker, st.Action, "")
				b.Action, b.Max, b.Tried = "void-"+string(s.ID), 200, tried == "sticker."+string(s.ID)
				row.Void = &b
			}
		}
		if s.State == lifecycle.StickerActive && v.Shown == "" {
			v.Shown = string(s.Code)
		}
		v.Prints = append(v.Prints, row)
	}
	passed := p.passedAgain(r, d.View, v)
	for _, a := range d.Actions {
		if a == lifecycle.Supersede || a == lifecycle.Withdraw {
			continue // the one follows a renewal, the other is the holder's
		}
		b := p.button(r, lifecycle.Certificate, a, tried)
		switch st, _ := lifecycle.Certificate.Step(a); {
		case st.Grants && proposal != nil:
			v.Decides = !proposal.Mine
			continue // it is proposed already
		case !st.Grants: // a proposal tells nobody yet
			if b.Tells, err = p.tells(r, "certificate", string(id), string(a)); err != nil {
				return nil, err
			}
		}
		if a == lifecycle.Restore || a == lifecycle.VerifyRectification {
			b.Given = passed
		}
		b.Excludes = a == lifecycle.Revoke
		v.Buttons = append(v.Buttons, b)
	}
	for _, k := range (badge.Kind("")).Values() {
		v.Kinds = append(v.Kinds, page.Option{Value: k, Label: p.E.T(r, "bureau.print_"+k), Chosen: k == "sticker"})
	}
	forms := slices.Clone(v.Buttons)
	for _, row := range v.Prints {
		if row.Void != nil {
			forms = append(forms, *row.Void)
		}
	}
	v.Kept = kept(r, tried, forms)
	if v.Decides {
		if v.Tells, err = p.tells(r, "certificate", string(id), string(proposal.Action)); err != nil {
			return nil, err
		}
	}
	v.Told, err = p.told(r, "certificate", string(id))
	return v, err
}

func (p *Pages) showCertificate(w http.ResponseWriter, r *http.Request) {
	v, err := p.certificateOf(r, ident.CertificateID(r.PathValue("id")), "")
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/certificate", page.Data{Title: v.Holder, Data: v})
}

func (p *Pages) stepCertificate(w http.ResponseWriter, r *http.Request) {
	id := ident.CertificateID(r.PathValue("id"))
	action := r.PathValue("action")
	flash, err := p.takeCertificateStep(w, r, id, lifecycle.Action(action))
	if err != nil {
		p.refuseCertificate(w, r, id, action, err)
		return
	}
	p.E.Done(w, r, "/desk/certificates/"+string(id), flash)
}

// refuseCertificate shows the title again with what was typed.
func (p *Pages) refuseCertificate(w http.ResponseWriter, r *http.Request, id ident.CertificateID, tried string, err error) {
	v, verr := p.certificateOf(r, id, tried)
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
	do, ok := map[string]func(context.Context, badge.StepCommand) (badge.View, error){
		string(lifecycle.Activate): p.Badges.Activate, string(lifecycle.Void): p.Badges.Void,
	}[r.PathValue("action")]
	if !ok {
		p.E.NotFound(w, r)
		return
	}
	cmd := badge.StepCommand{ID: ident.StickerID(r.PathValue("id"))}
	err := page.Decode(w, r, &cmd)
	var v badge.View
	if err == nil {
		v, err = do(version(r), cmd)
	}
	if err == nil {
		p.E.Done(w, r, "/desk/certificates/"+string(v.Certificate), "flash.print_moved")
		return
	}
	sticker, gerr := p.Badges.Get(r.Context(), cmd.ID)
	if gerr != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.refuseCertificate(w, r, sticker.Certificate, "sticker."+string(cmd.ID), err)
}
