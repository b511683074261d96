package bureau

import (
	"net/http"

	"fangxin/internal/access"
	"fangxin/internal/ident"
	"fangxin/internal/street"
	"fangxin/internal/web/notices"
	"fangxin/internal/web/page"
	"fangxin/internal/web/public"
)

// streetRoutes are the officers' pages of streets.
func (p *Pages) streetRoutes() []route {
	return []route{
		{"GET /desk/streets", p.streets, []string{"street.list"}},
		{"POST /desk/streets", p.createStreet, []string{"street.create"}},
		{"GET /desk/streets/{id}", p.showStreet, []string{"street.desk", "street.get"}},
		{"POST /desk/streets/{id}/incidents", p.recordIncident, []string{"street.record_incident"}},
		{"POST /desk/streets/{id}/strike", p.strikeIncident, []string{"street.strike_incident"}},
		{"POST /desk/streets/{id}/entrust", p.entrustStreet, []string{"street.entrust"}},
	}
}

type streetsView struct {
	Page      street.Page
	Query     street.ListQuery
	Divisions []public.Option
	Create    bool
	Tried     bool
}

func (p *Pages) streetsView(r *http.Request) (streetsView, error) {
	v := streetsView{
		Query:     street.ListQuery{Division: r.URL.Query().Get("division"), After: r.URL.Query().Get("after"), Limit: 30},
		Divisions: public.Divisions(), Create: decides(access.From(r.Context())),
	}
	var err error
	v.Page, err = p.Streets.List(r.Context(), v.Query)
	return v, err
}

func (p *Pages) streets(w http.ResponseWriter, r *http.Request) {
	v, err := p.streetsView(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/streets", page.Data{Title: p.E.T(r, "street.nav"), Data: v})
}

func (p *Pages) createStreet(w http.ResponseWriter, r *http.Request) {
	var cmd street.CreateCommand
	err := page.Decode(w, r, &cmd)
	var made street.View
	if err == nil {
		made, err = p.Streets.Create(r.Context(), cmd)
	}
	if err == nil {
		p.E.Done(w, r, "/desk/streets/"+string(made.ID), "flash.street_registered")
		return
	}
	v, readErr := p.streetsView(r)
	if readErr != nil {
		p.E.Fault(w, r, readErr)
		return
	}
	v.Tried = true
	d := page.Data{Title: p.E.T(r, "street.nav"), Data: v}
	if !p.E.Invalid(w, r, err, "bureau/streets", d) {
		p.E.Fault(w, r, err)
	}
}

// streetView is a street as officers see it.
type streetView struct {
	street.Desk
	Decides bool
	Tried   string
	Sent    []street.Nudged
	Told    []notices.Line
}

func (p *Pages) streetData(r *http.Request, tried string) (page.Data, error) {
	d, err := p.Streets.Desk(r.Context(), ident.StreetID(r.PathValue("id")))
	if err != nil {
		return page.Data{}, err
	}
	v := streetView{Desk: d, Decides: decides(access.From(r.Context())), Tried: tried}
	if v.Sent, err = p.Streets.Nudges(r.Context(), d.ID); err != nil {
		return page.Data{}, err
	}
	v.Told, err = p.told(r, "street", string(d.ID))
	return page.Data{Title: d.Name, Data: v}, err
}

func (p *Pages) showStreet(w http.ResponseWriter, r *http.Request) {
	d, err := p.streetData(r, "")
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/street", d)
}

// streetDone goes back to the street, or shows it with what is wrong.
func (p *Pages) streetDone(w http.ResponseWriter, r *http.Request, err error, tried, flash string) {
	if err == nil {
		p.E.Done(w, r, "/desk/streets/"+r.PathValue("id"), flash)
		return
	}
	d, readErr := p.streetData(r, tried)
	if readErr != nil {
		p.E.Fault(w, r, readErr)
		return
	}
	if !p.E.Invalid(w, r, err, "bureau/street", d) {
		p.E.Fault(w, r, err)
	}
}

func (p *Pages) recordIncident(w http.ResponseWriter, r *http.Request) {
	var cmd street.IncidentCommand
	err := page.Decode(w, r, &cmd)
	cmd.Street = ident.StreetID(r.PathValue("id"))
	if err == nil {
		_, err = p.Streets.RecordIncident(r.Context(), cmd)
	}
	p.streetDone(w, r, err, "incident", "flash.street_incident")
}

func (p *Pages) strikeIncident(w http.ResponseWriter, r *http.Request) {
	var cmd street.StrikeCommand
	err := page.Decode(w, r, &cmd)
	cmd.Street = ident.StreetID(r.PathValue("id"))
	if err == nil {
		_, err = p.Streets.StrikeIncident(r.Context(), cmd)
	}
	p.streetDone(w, r, err, "strike", "flash.street_struck")
}

func (p *Pages) entrustStreet(w http.ResponseWriter, r *http.Request) {
	var cmd street.EntrustCommand
	err := page.Decode(w, r, &cmd)
	cmd.ID = ident.StreetID(r.PathValue("id"))
	if err == nil {
		_, err = p.Streets.Entrust(r.Context(), cmd)
	}
	p.streetDone(w, r, err, "entrust", "flash.street_entrusted")
}
