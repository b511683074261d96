package titlecare

import (
	"net/http"
	"slices"

	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/reinspect"
	"fangxin/internal/web/page"
)

func (p *Pages) reinspectData(r *http.Request) (page.Data, error) {
	o, err := p.Reinspections.Outlook(r.Context(), ident.CertificateID(r.PathValue("id")))
	return page.Data{Title: p.E.T(r, "reinspect.title"), Data: o}, err
}

func (p *Pages) reinspectForm(w http.ResponseWriter, r *http.Request) {
	d, err := p.reinspectData(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "merchant/reinspect", d)
}

func (p *Pages) reinspect(w http.ResponseWriter, r *http.Request) {
	var cmd reinspect.FileCommand
	err := page.Decode(w, r, &cmd)
	cmd.Certificate = ident.CertificateID(r.PathValue("id"))
	if err == nil {
		_, err = p.Reinspections.File(r.Context(), cmd)
	}
	p.reinspected(w, r, err, "flash.reinspection_filed")
}

func (p *Pages) retractReinspection(w http.ResponseWriter, r *http.Request) {
	var in struct{}
	err := page.Decode(w, r, &in)
	if err == nil {
		_, err = p.Reinspections.Retract(version(r), reinspect.StepCommand{ID: ident.ReinspectionID(r.PathValue("request"))})
	}
	p.reinspected(w, r, err, "flash.reinspection_retracted")
}

// reinspected goes back to the holder's page, or shows it with what is wrong.
func (p *Pages) reinspected(w http.ResponseWriter, r *http.Request, err error, flash string) {
	if err == nil {
		p.E.Done(w, r, "/my/certificates/"+r.PathValue("id")+"/reinspect", flash)
		return
	}
	d, rerr := p.reinspectData(r)
	if rerr != nil || !p.E.Invalid(w, r, err, "merchant/reinspect", d) {
		p.E.Fault(w, r, err)
	}
}

func (p *Pages) deskReinspections(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	query := reinspect.ListQuery{State: lifecycle.State(q.Get("state")), After: q.Get("after"), Limit: 30}
	if query.State == "" {
		query.State = lifecycle.Filed
	}
	result, err := p.Reinspections.List(r.Context(), query)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	var tabs []page.Tab
	for _, s := range lifecycle.Reinspections.States {
		tabs = append(tabs, page.Tab{Href: "/desk/reinspections?state=" + string(s.State), Label: lifecycle.Reinspections.Label(s.State, page.Lang(r.Context())), Current: query.State == s.State})
	}
	p.E.Render(w, r, http.StatusOK, "bureau/reinspections", page.Data{Title: p.E.T(r, "reinspect.nav"), Data: struct {
		Tabs  []page.Tab
		Query reinspect.ListQuery
		Page  reinspect.Page
	}{tabs, query, result}})
}

// reinspectionView is a request on an officer's desk.
type reinspectionView struct {
	reinspect.View
	Arrange, Decline bool
}

func (p *Pages) reinspectionData(r *http.Request) (page.Data, error) {
	v, err := p.Reinspections.Get(r.Context(), ident.ReinspectionID(r.PathValue("id")))
	has := func(a lifecycle.Action) bool { return slices.Contains(v.Actions, a) }
	return page.Data{Title: v.Holder, Data: reinspectionView{v, has(lifecycle.Arrange), has(lifecycle.Decline)}}, err
}

func (p *Pages) deskReinspection(w http.ResponseWriter, r *http.Request) {
	d, err := p.reinspectionData(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/reinspection", d)
}

func (p *Pages) stepReinspection(w http.ResponseWriter, r *http.Request) {
	cmd := reinspect.DeclineCommand{ID: ident.ReinspectionID(r.PathValue("id"))}
	err := page.Decode(w, r, &cmd)
	if err == nil {
		switch lifecycle.Action(r.PathValue("action")) {
		case lifecycle.Arrange:
			_, err = p.Reinspections.Arrange(version(r), reinspect.StepCommand{ID: cmd.ID})
		case lifecycle.Decline:
			_, err = p.Reinspections.Decline(version(r), cmd)
		default:
			err = fault.New(fault.NotFound, "page_not_found")
		}
	}
	if err == nil {
		p.E.Done(w, r, "/desk/reinspections/"+string(cmd.ID), "flash.reinspection_moved")
		return
	}
	d, rerr := p.reinspectionData(r)
	if rerr != nil || !p.E.Invalid(w, r, err, "bureau/reinspection", d) {
		p.E.Fault(w, r, err)
	}
}
