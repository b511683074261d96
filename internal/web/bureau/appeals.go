package bureau

import (
	"net/http"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/appeal"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/web/page"
)

// appealStates are the tabs of the list, in their order; the first is shown
// when none is asked for.
var appealStates = []lifecycle.State{lifecycle.Filed, lifecycle.Rejected, lifecycle.Upheld, lifecycle.Retracted}

type appealsView struct {
	Tabs  []page.Tab
	Query appeal.ListQuery
	Page  appeal.Page
}

func (p *Pages) appeals(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	v := appealsView{Query: appeal.ListQuery{State: lifecycle.State(q.Get("state")), After: q.Get("after"), Limit: 30}}
	if !slices.Contains(appealStates, v.Query.State) {
		v.Query.State = appealStates[0]
	}
	var err error
	if v.Page, err = p.Appeals.List(r.Context(), v.Query); err != nil {
		p.E.Fault(w, r, err)
		return
	}
	for _, s := range appealStates {
		v.Tabs = append(v.Tabs, page.Tab{
			Href: "/desk/appeals?state=" + string(s), Label: lifecycle.Appeal.Label(s, page.Lang(r.Context())), Current: s == v.Query.State,
		})
	}
	p.E.Render(w, r, http.StatusOK, "bureau/appeals", page.Data{Title: p.E.T(r, "bureau.nav_appeals"), Data: v})
}

type appealView struct {
	appeal.View
	Buttons []button
	Kept    string
}

func (p *Pages) showAppeal(w http.ResponseWriter, r *http.Request) { p.appealPage(w, r, "", nil) }

func (p *Pages) appealPage(w http.ResponseWriter, r *http.Request, tried string, refused error) {
	a, err := p.Appeals.Get(r.Context(), ident.AppealID(r.PathValue("id")))
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	v := appealView{View: a}
	if decides(access.From(r.Context())) {
		for _, action := range a.Actions {
			v.Buttons = append(v.Buttons, p.button(r, lifecycle.Appeal, action, tried))
		}
	}
	v.Kept = kept(r, tried, v.Buttons)
	d := page.Data{Title: a.Holder, Data: v}
	if refused == nil {
		p.E.Render(w, r, http.StatusOK, "bureau/appeal", d)
		return
	}
	if !p.E.Invalid(w, r, refused, "bureau/appeal", d) {
		p.E.Fault(w, r, refused)
	}
}

func (p *Pages) stepAppeal(w http.ResponseWriter, r *http.Request) {
	cmd := appeal.StepCommand{ID: ident.AppealID(r.PathValue("id"))}
	err := page.Decode(w, r, &cmd)
	action := r.PathValue("action")
	if err == nil {
		switch lifecycle.Action(action) {
		case lifecycle.Uphold:
			_, err = p.Appeals.Uphold(version(r), cmd)
		case lifecycle.Reject:
			_, err = p.Appeals.Reject(version(r), cmd)
		default:
			err = fault.New(fault.NotFound, "")
		}
	}
	if err != nil {
		p.appealPage(w, r, action, err)
		return
	}
	p.E.Done(w, r, "/desk/appeals/"+string(cmd.ID), "flash.appeal_decided")
}
