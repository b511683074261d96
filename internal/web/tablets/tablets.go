// Package tablets owns the desk's pages about tablets: what could not be
// placed, which tablets may send, and how much of a visit has arrived.
package tablets

import (
	"encoding/json"
	"net/http"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/tablet"
	"fangxin/internal/web/page"
)

// Pages serves them.
type Pages struct {
	E           *page.Engine
	Tablets     *tablet.Service
	Inspections *inspection.Service
}

// Mount adds the routes and notes which use-cases they reach.
func (p *Pages) Mount(mux *http.ServeMux) {
	for _, route := range []struct {
		pattern, usecase string
		handle           http.HandlerFunc
	}{
		{"GET /desk/tablets", "tablet.devices", p.index},
		{"POST /desk/tablets/{id}/revoke", "tablet.revoke", p.revoke},
		{"POST /desk/tablets/keys", "tablet.rotate_keys", p.rotate},
		{"GET /desk/quarantine", "tablet.quarantine", p.quarantine},
		{"GET /desk/quarantine/export", "tablet.quarantine", p.export},
		{"GET /desk/quarantine/{id}", "tablet.parked", p.parked},
		{"POST /desk/quarantine/{id}/settle", "tablet.settle", p.settle},
		{"GET /desk/inspections/{id}/arrival", "tablet.arrival", p.arrival},
		{"GET /desk/inspections/{id}/times.csv", "tablet.arrival", p.times},
		{"POST /desk/inspections/{id}/items/{item}/resolve", "inspection.resolve", p.resolve},
	} {
		mux.HandleFunc(route.pattern, route.handle)
		page.Mount(route.usecase, route.pattern)
	}
}

// May reports whether the desk's menu leads here for the reader.
func May(by access.Principal) bool {
	return by.Has(access.Inspector, access.CountyOfficer, access.CityOfficer, access.ProvinceOfficer, access.Supervisor)
}

type indexView struct {
	Devices []tablet.DeviceView
	Others  bool // tablets of others are among them
	Looks   bool // may look at the quarantine
	Rotates bool // may give the registry new keys
	Which   []page.Option
}

func (p *Pages) index(w http.ResponseWriter, r *http.Request) {
	d, err := p.indexData(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/tablets", d)
}

func (p *Pages) indexData(r *http.Request) (page.Data, error) {
	devices, err := p.Tablets.Devices(r.Context())
	by := access.From(r.Context())
	v := indexView{Devices: devices, Others: by.Has(access.Administrator), Looks: May(by), Rotates: tablet.MayRotate(by)}
	for _, which := range []string{"both", "signing", "sealing"} {
		v.Which = append(v.Which, page.Option{Value: which, Label: p.E.T(r, "tabdesk.keys_"+which)})
	}
	return page.Data{Title: p.E.T(r, "tabdesk.devices"), Data: v}, err
}

func (p *Pages) rotate(w http.ResponseWriter, r *http.Request) {
	var cmd tablet.RotateCommand
	err := page.Decode(w, r, &cmd)
	if err == nil {
		_, err = p.Tablets.Rotate(r.Context(), cmd)
	}
	if err == nil {
		p.E.Done(w, r, "/desk/tablets", "flash.tablet_keys")
		return
	}
	d, derr := p.indexData(r)
	if derr != nil || !p.E.Invalid(w, r, err, "bureau/tablets", d) {
		p.E.Fault(w, r, err)
	}
}

func (p *Pages) revoke(w http.ResponseWriter, r *http.Request) {
	cmd := tablet.RevokeCommand{ID: r.PathValue("id")}
	err := page.Decode(w, r, &cmd)
	if err == nil {
		err = p.Tablets.Revoke(r.Context(), cmd)
	}
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Done(w, r, "/desk/tablets", "flash.tablet_revoked")
}

type quarantineView struct {
	Tabs       []page.Tab
	Page       tablet.ParkedPage
	After      string
	Settled    bool
	Inspection ident.InspectionID
	Manages    bool // sees the tablets too
}

func (p *Pages) quarantine(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	query := tablet.ParkedQuery{Settled: q.Get("settled") == "true", After: q.Get("after"), Inspection: ident.InspectionID(q.Get("inspection")), Limit: 30}
	list, err := p.Tablets.Quarantine(r.Context(), query)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/quarantine", page.Data{Title: p.E.T(r, "tabdesk.quarantine"), Data: quarantineView{
		Tabs: []page.Tab{
			{Href: "/desk/quarantine", Label: p.E.T(r, "tabdesk.waiting"), Current: !query.Settled},
			{Href: "/desk/quarantine?settled=true", Label: p.E.T(r, "tabdesk.settled"), Current: query.Settled},
		},
		Page: list, After: query.After, Settled: query.Settled, Inspection: query.Inspection,
		Manages: access.From(r.Context()).Has(access.Inspector, access.Administrator),
	}})
}

// export writes everything that the reader sees of the quarantine, a line of
// JSON each, as it was sent.
func (p *Pages) export(w http.ResponseWriter, r *http.Request) {
	q := tablet.ParkedQuery{Settled: r.URL.Query().Get("settled") == "true", Inspection: ident.InspectionID(r.URL.Query().Get("inspection")), Limit: 200}
	started := false
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for {
		list, err := p.Tablets.Quarantine(r.Context(), q)
		if err == nil && !started {
			started = true
			w.Header().Set("Content-Type", "application/x-ndjson")
			w.Header().Set("Content-Disposition", `attachment; filename="fangxin-quarantine.jsonl"`)
			w.Header().Set("Cache-Control", "no-store")
		}
		for _, one := range list.Items {
			if err == nil {
				one, err = p.Tablets.Parked(r.Context(), one.ID)
			}
			if err == nil {
				err = enc.Encode(one)
			}
		}
		switch {
		case err != nil && !started:
			p.E.Fault(w, r, err)
			return
		case err != nil:
			panic(http.ErrAbortHandler) // half a list must not pass for a whole one
		case list.Next == "":
			return
		}
		q.After = list.Next
	}
}

type parkedView struct {
	tablet.ParkedView
	Pretty  string
	Why     string
	Settles bool
}

func (p *Pages) parkedData(r *http.Request) (page.Data, error) {
	v, err := p.Tablets.Parked(r.Context(), r.PathValue("id"))
	if err != nil {
		return page.Data{}, err
	}
	d := parkedView{ParkedView: v, Pretty: v.Content, Why: p.why(r, v.Cause), Settles: v.SettledAt == nil && access.From(r.Context()).Has(access.Officers...)}
	var any any
	if json.Unmarshal([]byte(v.Content), &any) == nil {
		if b, err := json.MarshalIndent(any, "", "  "); err == nil {
			d.Pretty = string(b)
		}
	}
	return page.Data{Title: p.E.T(r, "tabdesk.parked"), Data: &d}, nil
}

// why words a cause.
func (p *Pages) why(r *http.Request, cause string) string {
	if cause == "refused" {
		return p.E.T(r, "tabdesk.refused")
	}
	return p.E.T(r, "fault.tablet_"+cause)
}

func (p *Pages) parked(w http.ResponseWriter, r *http.Request) {
	d, err := p.parkedData(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/parked", d)
}

func (p *Pages) settle(w http.ResponseWriter, r *http.Request) {
	cmd := tablet.SettleCommand{ID: r.PathValue("id")}
	err := page.Decode(w, r, &cmd)
	if err == nil {
		_, err = p.Tablets.Settle(r.Context(), cmd)
	}
	if err == nil {
		p.E.Done(w, r, "/desk/quarantine/"+cmd.ID, "flash.parked_settled")
		return
	}
	d, derr := p.parkedData(r)
	if derr != nil || !p.E.Invalid(w, r, err, "bureau/parked", d) {
		p.E.Fault(w, r, err)
	}
}

// contest is a conflict in words.
type contest struct {
	inspection.Contested
	Text     checklist.Text
	Versions []version
	Open     bool
}

type version struct {
	inspection.Held
	Who  string
	Kept bool
}

type arrivalView struct {
	tablet.Arrival
	View      inspection.View
	Contests  []contest
	Times     []timed
	Waiting   int
	Refused   int
	MayChoose bool
}

func (p *Pages) arrivalData(r *http.Request) (page.Data, error) {
	id := ident.InspectionID(r.PathValue("id"))
	d, err := p.Inspections.Get(r.Context(), id)
	if err != nil {
		return page.Data{}, err
	}
	a, err := p.Tablets.Arrival(r.Context(), id)
	if err != nil {
		return page.Data{}, err
	}
	v := arrivalView{Arrival: a, View: d.View, MayChoose: access.From(r.Context()).Account == d.Lead}
	for _, photo := range a.Photos {
		switch photo.State {
		case inspection.PhotoWaiting:
			v.Waiting++
		case inspection.PhotoRefused:
			v.Refused++
		}
	}
	names := map[ident.AccountID]string{d.Lead: d.LeadName, d.Second: d.SecondName}
	for _, x := range a.Conflicts {
		c := contest{Contested: x, Open: x.ClosedAt == nil}
		if item := d.Sheet.Item(x.Item); item != nil {
			c.Text = item.Text
		}
		for _, h := range x.Answers {
			c.Versions = append(c.Versions, version{h, names[h.By], h.Entry == x.Kept})
		}
		v.Contests = append(v.Contests, c)
	}
	v.Times = timesOf(d, a.Trail)
	return page.Data{Title: p.E.T(r, "tabdesk.arrival"), Data: &v}, nil
}

func (p *Pages) arrival(w http.ResponseWriter, r *http.Request) {
	d, err := p.arrivalData(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/arrival", d)
}

func (p *Pages) resolve(w http.ResponseWriter, r *http.Request) {
	cmd := inspection.ResolveCommand{ID: ident.InspectionID(r.PathValue("id")), Item: r.PathValue("item")}
	err := page.Decode(w, r, &cmd)
	if err == nil {
		_, err = p.Inspections.ResolveConflict(r.Context(), cmd)
	}
	if err == nil {
		p.E.Done(w, r, "/desk/inspections/"+string(cmd.ID)+"/arrival", "flash.version_chosen")
		return
	}
	d, derr := p.arrivalData(r)
	if fault.Is(err, fault.NotFound) || derr != nil || !p.E.Invalid(w, r, err, "bureau/arrival", d) {
		p.E.Fault(w, r, err)
	}
}
