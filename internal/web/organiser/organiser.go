// Package organiser owns the pages of those who manage streets and business
// circles (街区、商圈): the street and its boundary, its shops, what endangers
// its title, reminders to shops and the board that hangs at the entrance.
//
// It decides nothing, and the officers' pages of streets show the same parts.
// Every page is complete without scripts.
package organiser

import (
	"net/http"

	"fangxin/internal/access"
	"fangxin/internal/application"
	"fangxin/internal/badge"
	"fangxin/internal/blob"
	"fangxin/internal/ident"
	"fangxin/internal/merchant"
	"fangxin/internal/street"
	"fangxin/internal/web/page"
)

// Pages serves them.
type Pages struct {
	E            *page.Engine
	Streets      *street.Service
	Merchants    *merchant.Service
	Applications *application.Service
	Badges       *badge.Service
	Files        *blob.Service
	Demo         func() bool
}

// Mount adds the routes.
func (p *Pages) Mount(mux *http.ServeMux) {
	for _, route := range []struct {
		pattern, usecase string
		handle           http.HandlerFunc
	}{
		{"GET /my/streets", "street.list", p.streets},
		{"GET /my/streets/new", "", p.newStreet},
		{"POST /my/streets", "street.register", p.register},
		{"GET /my/streets/{id}", "street.desk", p.desk},
		{"GET /my/streets/{id}/edit", "", p.edit},
		{"POST /my/streets/{id}", "street.update", p.update},
		{"GET /my/streets/{id}/add", "street.near", p.add},
		{"POST /my/streets/{id}/members", "street.join", p.join},
		{"POST /my/streets/{id}/departures", "street.leave", p.leave},
		{"POST /my/streets/{id}/eligibility", "street.set_eligible", p.eligible},
		{"POST /my/streets/{id}/outsiders", "street.add_outsider", p.outsider},
		{"POST /my/streets/{id}/outsiders/departures", "street.remove_outsider", p.gone},
		{"POST /my/streets/{id}/list", "street.list_shops", p.list},
		{"GET /my/streets/{id}/map", "", p.chart},
		{"POST /my/streets/{id}/map", "street.draw", p.draw},
		{"GET /my/streets/{id}/nudge", "street.nudges", p.nudge},
		{"POST /my/streets/{id}/nudge/preview", "street.preview_nudge", p.preview},
		{"POST /my/streets/{id}/nudge", "street.nudge", p.send},
	} {
		mux.HandleFunc(route.pattern, p.organisers(route.handle))
		if route.usecase != "" {
			page.Mount(route.usecase, route.pattern)
		}
	}
	mux.HandleFunc("GET /s/{id}", p.board)
	page.Mount("street.board", "GET /s/{id}")
	page.Mount("street.sample", "GET /s/{id}")
	// Whoever sees the prints of the title prints the board: its organiser and officers.
	mux.HandleFunc("GET /s/{id}/board.pdf", p.boardPDF)
}

// organisers keeps the pages to those whom they are made for.
func (p *Pages) organisers(next http.HandlerFunc) http.HandlerFunc {
	return p.E.Only(next, "my_streets", access.Organiser)
}

func id(r *http.Request) ident.StreetID { return ident.StreetID(r.PathValue("id")) }

func to(id ident.StreetID, more string) string { return "/my/streets/" + string(id) + more }

func (p *Pages) show(w http.ResponseWriter, r *http.Request, name, title string, data any) {
	p.E.Render(w, r, http.StatusOK, name, page.Data{Title: title, Data: data})
}

func (p *Pages) refuse(w http.ResponseWriter, r *http.Request, err error, name string, d page.Data) {
	if !p.E.Invalid(w, r, err, name, d) {
		p.E.Fault(w, r, err)
	}
}

func (p *Pages) streets(w http.ResponseWriter, r *http.Request) {
	list, err := p.Streets.List(r.Context(), street.ListQuery{Limit: 50, After: r.URL.Query().Get("after")})
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.show(w, r, "organiser/streets", p.E.T(r, "street.mine"), list)
}

// deskView is the organiser's desk.
type deskView struct {
	street.Desk
	Case       string // address of the open case
	Apply      string // address where to apply
	Untitled   int    // eligible members that do not take part
	Ending     int    // members whose last title ends soon
	Open       int    // members with findings
	Unpromised int    // eligible members that could promise returns and do not
}

func (p *Pages) deskView(r *http.Request) (deskView, error) {
	d, err := p.Streets.Desk(r.Context(), id(r))
	if err != nil {
		return deskView{}, err
	}
	v := deskView{Desk: d}
	for _, m := range d.Members {
		if m.Soon() {
			v.Ending++
		}
		if m.Eligible && !m.Takes {
			v.Untitled++
		}
		if m.Eligible && m.CanReturn && !m.Promises {
			v.Unpromised++
		}
		if m.Findings > 0 {
			v.Open++
		}
	}
	if d.Office == "" {
		return v, nil
	}
	cases, err := p.Applications.List(r.Context(), application.ListQuery{Tab: application.All, Premises: d.Office, Limit: 20})
	if err != nil {
		return v, err
	}
	for _, c := range cases.Items {
		if c.State != "certified" && c.State != "refused" && c.State != "withdrawn" && c.State != "objection_upheld" {
			v.Case = "/my/applications/" + string(c.ID)
		}
	}
	if v.Case == "" && (d.Title == nil || d.Standing == "lapsed") {
		v.Apply = "/my/apply?premises=" + string(d.Office)
	}
	return v, nil
}

func (p *Pages) desk(w http.ResponseWriter, r *http.Request) {
	v, err := p.deskView(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.show(w, r, "organiser/street", v.Name, v)
}

// done goes back to the desk, or shows it with what is wrong.
func (p *Pages) done(w http.ResponseWriter, r *http.Request, err error, flash, anchor string) {
	if err == nil {
		p.E.Done(w, r, to(id(r), anchor), flash)
		return
	}
	v, readErr := p.deskView(r)
	if readErr != nil {
		p.E.Fault(w, r, readErr)
		return
	}
	p.refuse(w, r, err, "organiser/street", page.Data{Title: v.Name, Data: v})
}
