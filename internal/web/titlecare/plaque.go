package titlecare

import (
	"net/http"

	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/notify"
	"fangxin/internal/plaque"
	"fangxin/internal/web/notices"
	"fangxin/internal/web/page"
)

func (p *Pages) plaques(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	query := plaque.ListQuery{State: lifecycle.State(q.Get("state")), Overdue: q.Get("overdue") != "", After: q.Get("after"), Limit: 30}
	result, err := p.Plaques.List(r.Context(), query)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	tabs := []page.Tab{
		{Href: "/desk/plaques", Label: p.E.T(r, "plaque.open"), Current: query.State == "" && !query.Overdue},
		{Href: "/desk/plaques?overdue=1", Label: p.E.T(r, "plaque.overdue"), Current: query.Overdue},
	}
	for _, s := range lifecycle.Plaques.States {
		tabs = append(tabs, page.Tab{
			Href: "/desk/plaques?state=" + string(s.State), Label: lifecycle.Plaques.Label(s.State, page.Lang(r.Context())), Current: !query.Overdue && query.State == s.State,
		})
	}
	p.E.Render(w, r, http.StatusOK, "bureau/plaques", page.Data{Title: p.E.T(r, "plaque.nav"), Data: struct {
		Tabs  []page.Tab
		Query plaque.ListQuery
		Page  plaque.Page
	}{tabs, query, result}})
}

// plaqueButton is one step as its form shows it; the parts of the desk read it.
type plaqueButton struct {
	Action, Label, Confirm string
	Danger, Tried, Done    bool // Done: the plaque is in hand, which asks for day and photo
	Max                    int
}

// plaqueView is a recovery on an officer's desk.
type plaqueView struct {
	plaque.View
	Buttons []plaqueButton
	Today   string
	Kept    string // photo that came with a form that was sent back
	Told    []notices.Line
}

func (p *Pages) plaqueData(r *http.Request, tried, keptPhoto string) (page.Data, error) {
	v, err := p.Plaques.Get(r.Context(), ident.PlaqueID(r.PathValue("id")))
	if err != nil {
		return page.Data{}, err
	}
	d := plaqueView{View: v, Today: p.Plaques.Today(), Kept: keptPhoto}
	for _, a := range v.Actions {
		st, _ := lifecycle.Plaques.Step(a)
		b := plaqueButton{
			Action: string(a), Label: st.Label(page.Lang(r.Context())), Danger: st.Danger, Max: 500, Tried: tried == string(a), Done: a != lifecycle.ReportGone,
		}
		if st.Danger {
			b.Confirm = p.E.T(r, "bureau.confirm", b.Label)
		}
		d.Buttons = append(d.Buttons, b)
	}
	told, err := p.Notices.Told(r.Context(), notify.ToldQuery{Noun: lifecycle.Plaques.Noun, Subject: string(v.ID), Lang: page.Lang(r.Context())})
	d.Told = notices.Lines(told)
	return page.Data{Title: v.Holder, Data: d}, err
}

func (p *Pages) plaque(w http.ResponseWriter, r *http.Request) {
	d, err := p.plaqueData(r, "", "")
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/plaque", d)
}

func (p *Pages) stepPlaque(w http.ResponseWriter, r *http.Request) {
	id, action := ident.PlaqueID(r.PathValue("id")), r.PathValue("action")
	var in struct {
		On       string `json:"on"`
		HandedBy string `json:"handed_by"`
		Note     string `json:"note"`
		Kept     string `json:"kept"`
	}
	err := page.Decode(w, r, &in)
	photo := in.Kept
	if err == nil {
		var fresh []string
		if fresh, err = p.uploads(r, "photo"); len(fresh) > 0 {
			photo = fresh[0]
		}
		err = at(err, "/photos", "/photo")
	}
	if err == nil {
		done := plaque.DoneCommand{ID: id, On: in.On, HandedBy: in.HandedBy, Photo: photo, Note: in.Note}
		switch lifecycle.Action(action) {
		case lifecycle.Recover:
			_, err = p.Plaques.Recover(version(r), done)
		case lifecycle.Destroy:
			_, err = p.Plaques.Destroy(version(r), done)
		case lifecycle.ReportGone:
			_, err = p.Plaques.ReportMissing(version(r), plaque.MissingCommand{ID: id, Note: in.Note, Photo: photo})
		default:
			err = fault.New(fault.NotFound, "page_not_found")
		}
	}
	if err == nil {
		p.E.Done(w, r, "/desk/plaques/"+string(id), "flash.plaque_recorded")
		return
	}
	d, rerr := p.plaqueData(r, action, photo)
	if rerr != nil || !p.E.Invalid(w, r, err, "bureau/plaque", d) {
		p.E.Fault(w, r, err)
	}
}

// at leads from one field to another in what is wrong with a form.
func at(err error, from, to string) error {
	f, ok := fault.As(err)
	if !ok || f.Code != fault.Invalid {
		return err
	}
	fields := append([]fault.Field(nil), f.Fields...)
	for i := range fields {
		if fields[i].Pointer == from {
			fields[i].Pointer = to
		}
	}
	return fault.OnFields(fields)
}

// myPlaque tells a holder where and by when the plaque is to be handed in, and
// what was recorded.
func (p *Pages) myPlaque(w http.ResponseWriter, r *http.Request) {
	v, err := p.Plaques.Get(r.Context(), ident.PlaqueID(r.PathValue("id")))
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "merchant/plaque", page.Data{Title: p.E.T(r, "plaque.yours"), Data: v})
}
