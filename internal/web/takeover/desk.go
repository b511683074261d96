package takeover

import (
	"net/http"
	"slices"

	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/takeover"
	"fangxin/internal/web/page"
)

func (p *Pages) queue(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	query := takeover.ListQuery{State: lifecycle.State(q.Get("state")), After: q.Get("after"), Limit: 30}
	result, err := p.Takeovers.List(r.Context(), query)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	tabs := []page.Tab{{Href: "/desk/takeovers", Label: p.E.T(r, "takeover.open"), Current: query.State == ""}}
	for _, s := range lifecycle.Takeover.States {
		tabs = append(tabs, page.Tab{
			Href: "/desk/takeovers?state=" + string(s.State), Label: lifecycle.Takeover.Label(s.State, page.Lang(r.Context())), Current: query.State == s.State,
		})
	}
	p.E.Render(w, r, http.StatusOK, "bureau/takeovers", page.Data{Title: p.E.T(r, "takeover.nav"), Data: struct {
		Tabs  []page.Tab
		Query takeover.ListQuery
		Page  takeover.Page
	}{tabs, query, result}})
}

// deskView is a takeover on an officer's desk.
type deskView struct {
	takeover.Detail
	Check, Confirm, Decline bool
	Without                 bool // the operator of before has not agreed
}

func (p *Pages) deskData(r *http.Request) (page.Data, error) {
	d, err := p.Takeovers.Get(r.Context(), ident.TakeoverID(r.PathValue("id")))
	has := func(a lifecycle.Action) bool { return slices.Contains(d.Actions, a) }
	return page.Data{Title: d.Holder, Data: deskView{
		d, has(lifecycle.Check), has(lifecycle.Confirm), has(lifecycle.Decline), d.State == lifecycle.Filed || d.State == lifecycle.Objected,
	}}, err
}

func (p *Pages) desk(w http.ResponseWriter, r *http.Request) {
	d, err := p.deskData(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/takeover", d)
}

func (p *Pages) decide(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Finding string `json:"finding"`
		Reason  string `json:"reason"`
	}
	err := page.Decode(w, r, &in)
	id := ident.TakeoverID(r.PathValue("id"))
	if err == nil {
		switch lifecycle.Action(r.PathValue("action")) {
		case lifecycle.Check:
			_, err = p.Takeovers.Check(version(r), takeover.CheckCommand{ID: id, Finding: in.Finding})
		case lifecycle.Confirm:
			_, err = p.Takeovers.Confirm(version(r), takeover.IDCommand{ID: id})
		case lifecycle.Decline:
			_, err = p.Takeovers.Decline(version(r), takeover.ReasonCommand{ID: id, Reason: in.Reason})
		default:
			err = fault.New(fault.NotFound, "page_not_found")
		}
	}
	if err == nil {
		p.E.Done(w, r, "/desk/takeovers/"+string(id), "flash.takeover_moved")
		return
	}
	d, rerr := p.deskData(r)
	if rerr != nil || !p.E.Invalid(w, r, err, "bureau/takeover", d) {
		p.E.Fault(w, r, err)
	}
}
