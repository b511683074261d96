package titlecare

import (
	"net/http"
	"slices"

	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/renewal"
	"fangxin/internal/web/page"
)

func (p *Pages) renewData(r *http.Request) (page.Data, error) {
	o, err := p.Renewals.Outlook(r.Context(), ident.CertificateID(r.PathValue("id")))
	return page.Data{Title: p.E.T(r, "renewal.to"), Data: o}, err
}

func (p *Pages) renewForm(w http.ResponseWriter, r *http.Request) {
	d, err := p.renewData(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "merchant/renew", d)
}

func (p *Pages) renew(w http.ResponseWriter, r *http.Request) {
	var cmd renewal.FileCommand
	err := page.Decode(w, r, &cmd)
	cmd.Certificate = ident.CertificateID(r.PathValue("id"))
	if err == nil {
		var v renewal.View
		if v, err = p.Renewals.File(r.Context(), cmd); err == nil {
			if v.State == lifecycle.RenewGranted {
				p.E.Done(w, r, "/my/certificates/"+string(v.Successor), "flash.renewed")
				return
			}
			p.E.Done(w, r, "/my/certificates/"+string(cmd.Certificate)+"/renew", "flash.renewal_filed")
			return
		}
	}
	d, rerr := p.renewData(r)
	if rerr != nil || !p.E.Invalid(w, r, err, "merchant/renew", d) {
		p.E.Fault(w, r, err)
	}
}

func (p *Pages) retract(w http.ResponseWriter, r *http.Request) {
	var in struct{}
	err := page.Decode(w, r, &in)
	var v renewal.View
	if err == nil {
		v, err = p.Renewals.Retract(version(r), renewal.StepCommand{ID: ident.RenewalID(r.PathValue("id"))})
	}
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Done(w, r, "/my/certificates/"+string(v.Certificate)+"/renew", "flash.renewal_retracted")
}

func (p *Pages) renewals(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	query := renewal.ListQuery{State: lifecycle.State(q.Get("state")), After: q.Get("after"), Limit: 30}
	result, err := p.Renewals.List(r.Context(), query)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	tabs := []page.Tab{{Href: "/desk/renewals", Label: p.E.T(r, "renewal.open"), Current: query.State == ""}}
	for _, s := range lifecycle.Renewal.States {
		tabs = append(tabs, page.Tab{Href: "/desk/renewals?state=" + string(s.State), Label: lifecycle.Renewal.Label(s.State, page.Lang(r.Context())), Current: query.State == s.State})
	}
	p.E.Render(w, r, http.StatusOK, "bureau/renewals", page.Data{Title: p.E.T(r, "renewal.nav"), Data: struct {
		Tabs  []page.Tab
		Query renewal.ListQuery
		Page  renewal.Page
	}{tabs, query, result}})
}

// renewalView is a request on an officer's desk.
type renewalView struct {
	renewal.View
	Check, Grant, Decline bool
}

func (p *Pages) renewalData(r *http.Request) (page.Data, error) {
	v, err := p.Renewals.Get(r.Context(), ident.RenewalID(r.PathValue("id")))
	has := func(a lifecycle.Action) bool { return slices.Contains(v.Actions, a) }
	return page.Data{Title: v.Holder, Data: renewalView{v, has(lifecycle.Check), has(lifecycle.Grant), has(lifecycle.Decline)}}, err
}

func (p *Pages) renewal(w http.ResponseWriter, r *http.Request) {
	d, err := p.renewalData(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/renewal", d)
}

func (p *Pages) stepRenewal(w http.ResponseWriter, r *http.Request) {
	cmd := renewal.StepCommand{ID: ident.RenewalID(r.PathValue("id"))}
	err := page.Decode(w, r, &cmd)
	if err == nil {
		switch lifecycle.Action(r.PathValue("action")) {
		case lifecycle.Check:
			_, err = p.Renewals.Check(version(r), cmd)
		case lifecycle.Grant:
			_, err = p.Renewals.Grant(version(r), cmd)
		case lifecycle.Decline:
			_, err = p.Renewals.Decline(version(r), cmd)
		default:
			err = fault.New(fault.NotFound, "page_not_found")
		}
	}
	if err == nil {
		p.E.Done(w, r, "/desk/renewals/"+string(cmd.ID), "flash.renewal_moved")
		return
	}
	d, rerr := p.renewalData(r)
	if rerr != nil || !p.E.Invalid(w, r, err, "bureau/renewal", d) {
		p.E.Fault(w, r, err)
	}
}

func (p *Pages) recheckData(r *http.Request) (page.Data, error) {
	query := certificate.RecheckQuery{After: r.URL.Query().Get("after"), Limit: 30}
	result, err := p.Certificates.RecheckDue(r.Context(), query)
	return page.Data{Title: p.E.T(r, "recheck.nav"), Data: struct {
		Query certificate.RecheckQuery
		Page  certificate.Page
	}{query, result}}, err
}

func (p *Pages) rechecks(w http.ResponseWriter, r *http.Request) {
	d, err := p.recheckData(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/rechecks", d)
}

// orderRecheck sends inspectors to one title of the list.
func (p *Pages) orderRecheck(w http.ResponseWriter, r *http.Request) {
	var cmd inspection.OrderCommand
	err := page.Decode(w, r, &cmd)
	cmd.Purpose = inspection.Recheck
	if err == nil {
		if _, err = p.Inspections.Order(r.Context(), cmd); err == nil {
			p.E.Done(w, r, "/desk/rechecks", "flash.inspection_ordered")
			return
		}
	}
	d, rerr := p.recheckData(r)
	if rerr != nil || !p.E.Invalid(w, r, err, "bureau/rechecks", d) {
		p.E.Fault(w, r, err)
	}
}
