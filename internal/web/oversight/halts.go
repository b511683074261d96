package oversight

import (
	"net/http"

	"fangxin/internal/access"
	"fangxin/internal/division"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/oversight"
	"fangxin/internal/web/page"
	"fangxin/internal/web/public"
)

// haltView is one halt with its buttons.
type haltView struct {
	oversight.Halt
	Title   string
	Place   string
	Buttons []button
}

type button struct {
	Action, Label, Why, Confirm string
	Reason, Danger, Open, Tried bool
	Max                         int
}

type haltsView struct {
	Tabs      []page.Tab
	Halts     []haltView
	Schemes   []public.Option
	Divisions []public.Option
	Imposes   bool
	Opened    bool // the form to impose one was refused
}

func (p *Pages) halts(w http.ResponseWriter, r *http.Request) { p.haltsPage(w, r, "", "", nil) }

func (p *Pages) haltsPage(w http.ResponseWriter, r *http.Request, id, tried string, refused error) {
	list, err := p.Oversight.Halts(r.Context(), oversight.HaltQuery{All: true})
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	lang := page.Lang(r.Context())
	v := haltsView{
		Tabs: p.tabs(r, root+"/halts"), Schemes: public.Schemes(r.Context(), p.Schemes, lang), Divisions: public.Divisions(),
		Imposes: access.From(r.Context()).Has(access.CityOfficer, access.ProvinceOfficer), Opened: refused != nil && tried == "",
	}
	for _, h := range list {
		hv := haltView{Halt: h, Title: p.E.T(r, "oversight.every_title"), Place: division.Short(h.Area)}
		for _, o := range v.Schemes {
			if o.Value == h.Scheme {
				hv.Title = o.Label
			}
		}
		for _, a := range h.Actions {
			st, _ := lifecycle.Halt.Step(a.Action)
			b := button{Action: string(a.Action), Label: st.Label(lang), Reason: st.Reason, Danger: st.Danger, Open: a.Open, Max: 500, Tried: id == string(h.ID) && tried == string(a.Action)}
			if st.Danger {
				b.Confirm = p.E.T(r, "bureau.confirm", b.Label)
			}
			if !a.Open {
				b.Why = p.why(r, a.Why)
			}
			hv.Buttons = append(hv.Buttons, b)
		}
		v.Halts = append(v.Halts, hv)
	}
	d := page.Data{Title: p.E.T(r, "oversight.halts"), Data: v}
	if refused == nil {
		p.E.Render(w, r, http.StatusOK, "bureau/halts", d)
	} else if !p.E.Invalid(w, r, refused, "bureau/halts", d) {
		p.E.Fault(w, r, refused)
	}
}

func (p *Pages) impose(w http.ResponseWriter, r *http.Request) {
	var cmd oversight.ImposeCommand
	err := page.Decode(w, r, &cmd)
	if err == nil {
		_, err = p.Oversight.Impose(r.Context(), cmd)
	}
	if err != nil {
		p.haltsPage(w, r, "", "", err)
		return
	}
	p.E.Done(w, r, root+"/halts", "flash.halt_imposed")
}

func (p *Pages) stepHalt(w http.ResponseWriter, r *http.Request) {
	cmd := oversight.HaltStep{ID: ident.HaltID(r.PathValue("id"))}
	err := page.Decode(w, r, &cmd)
	action := lifecycle.Action(r.PathValue("action"))
	if err == nil {
		switch action {
		case lifecycle.ProposeLift:
			_, err = p.Oversight.ProposeLift(version(r), cmd)
		case lifecycle.ConfirmLift:
			_, err = p.Oversight.ConfirmLift(version(r), cmd)
		case lifecycle.KeepHalt:
			_, err = p.Oversight.KeepHalt(version(r), cmd)
		default:
			err = fault.New(fault.NotFound, "page_not_found")
		}
	}
	if err != nil {
		p.haltsPage(w, r, string(cmd.ID), string(action), err)
		return
	}
	p.E.Done(w, r, root+"/halts", "flash.halt_"+string(action))
}
