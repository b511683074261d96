// Package tablet owns what inspectors work with: the app at /tablet, which is
// kept on the device and works without a network (its code is in
// assets/js/tablet), and the same work as plain pages under /tablet/visits and
// /tablet/inspections: today's visits, the sheet item by item with photos and a
// live score, the signatures and the receipt.
//
// Each item is a form of its own that works without a script; with one it is
// sent as soon as something changes, and says "saved" only when the server has
// confirmed it.
package tablet

import (
	"encoding/json"
	"net/http"
	"strings"

	"fangxin/internal/blob"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/web/page"
	"fangxin/internal/web/sheetform"
)

// Pages serves them.
type Pages struct {
	E           *page.Engine
	Inspections *inspection.Service
	Files       *blob.Service
	Shell       *Shell
}

// Mount adds the routes and notes which use-cases they reach.
func (p *Pages) Mount(mux *http.ServeMux) {
	p.Shell.Mount(mux)
	for _, route := range []struct {
		pattern, usecase string
		handle           http.HandlerFunc
	}{
		{"GET /tablet/visits", "inspection.list", p.visits},
		{"GET /tablet/inspections/{id}", "inspection.get", p.sheet},
		{"POST /tablet/inspections/{id}/start", "inspection.start", p.start},
		{"POST /tablet/inspections/{id}/items/{item}", "inspection.save", p.save},
		{"GET /tablet/inspections/{id}/sign", "", p.signForm},
		{"POST /tablet/inspections/{id}/sign", "inspection.sign", p.sign},
		{"POST /tablet/inspections/{id}/submit", "inspection.submit", p.submit},
		{"POST /tablet/interests", "inspection.declare_interest", p.interest},
	} {
		mux.HandleFunc(route.pattern, route.handle)
		page.Mount(route.usecase, route.pattern)
	}
	page.Mount("file.put", "POST /tablet/inspections/{id}/items/{item}")
}

func (p *Pages) visits(w http.ResponseWriter, r *http.Request) {
	list, err := p.Inspections.List(r.Context(), inspection.ListQuery{Mine: true, Limit: 100})
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	var open, done []inspection.View
	for _, v := range list.Items {
		switch v.State {
		case lifecycle.Assigned, lifecycle.OnDevice, lifecycle.SentBack:
			open = append(open, v)
		default:
			done = append(done, v)
		}
	}
	p.E.Render(w, r, http.StatusOK, "tablet/visits", page.Data{Title: p.E.T(r, "tablet.visits"), Data: struct{ Open, Done []inspection.View }{open, done}})
}

// row is one item with what is recorded on it.
type row struct {
	Item   checklist.Item
	Answer checklist.Answer
	Photos []inspection.Proof
	Gap    string // words of what is missing, once something is answered
	Mark   string // of a send-back
	Steps  []page.Option
	Open   bool // may be changed now
	Asked  bool // not hidden by skip logic
}

type sectionView struct {
	ID    string
	Title checklist.Text
	Score checklist.SectionResult
	Rows  []row
}

type sheetView struct {
	inspection.Detail
	Sections []sectionView
	Open     bool // answers can be given
	Next     string
	Verdicts []page.Option
	Missing  int
}

func (p *Pages) view(r *http.Request, d inspection.Detail) *sheetView {
	v := &sheetView{Detail: d, Open: d.State == lifecycle.OnDevice, Missing: len(d.Live.Missing)}
	answers := map[string]checklist.Answer{}
	for _, a := range d.Answers {
		answers[a.Item] = a
	}
	marks := map[string]string{}
	for _, m := range d.Marks {
		marks[m.Item] = m.Note
	}
	gaps := map[string]string{}
	for _, g := range d.Live.Missing {
		gaps[g.Item] = p.E.T(r, "rule.gap_"+string(g.Code))
		if v.Next == "" {
			v.Next = g.Item
		}
	}
	asked := checklist.Shown(&d.Sheet, d.Answers)
	for _, s := range d.Sheet.Sections {
		part := sectionView{ID: s.ID, Title: s.Title}
		for _, res := range d.Live.Sections {
			if res.ID == s.ID {
				part.Score = res
			}
		}
		for _, item := range s.Items {
			a, answered := answers[item.ID]
			one := row{Item: item, Answer: a, Photos: d.Proofs(a), Mark: marks[item.ID], Open: v.Open, Asked: asked[item.ID]}
			if answered {
				one.Gap = gaps[item.ID]
			}
			for _, o := range item.Options {
				one.Steps = append(one.Steps, page.Option{Value: o.ID, Label: o.Text.In(page.Lang(r.Context()))})
			}
			part.Rows = append(part.Rows, one)
		}
		v.Sections = append(v.Sections, part)
	}
	return v
}

func (p *Pages) sheet(w http.ResponseWriter, r *http.Request) {
	d, err := p.Inspections.Get(r.Context(), ident.InspectionID(r.PathValue("id")))
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	page.Allow(w, "media-src", "'self'") // recordings
	p.E.Render(w, r, http.StatusOK, "tablet/sheet", page.Data{Title: d.Holder, Data: p.view(r, d)})
}

func (p *Pages) start(w http.ResponseWriter, r *http.Request) {
	id := ident.InspectionID(r.PathValue("id"))
	if _, err := p.Inspections.Start(r.Context(), inspection.IDCommand{ID: id}); err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Done(w, r, "/tablet/inspections/"+string(id), "flash.visit_started")
}

// reply is what the script on the sheet gets after a save.
type reply struct {
	Saved    bool     `json:"saved"`
	Error    string   `json:"error,omitempty"`
	Gap      string   `json:"gap,omitempty"` // what this item still needs
	Photos   []string `json:"photos"`
	Audio    []string `json:"audio"`
	Answered int      `json:"answered"`
	Total    int      `json:"total"`
	Score    string   `json:"score"`
	Failed   bool     `json:"failed"` // a veto item is not met
	Hidden   []string `json:"hidden"` // items that the answers leave unasked
}

func (p *Pages) save(w http.ResponseWriter, r *http.Request) {
	id, item := ident.InspectionID(r.PathValue("id")), r.PathValue("item")
	script := r.Header.Get("X-Autosave") != ""
	answer, saved, err := p.record(w, r, id, item)
	if !script {
		if err != nil {
			p.E.Fault(w, r, err)
			return
		}
		p.E.Done(w, r, "/tablet/inspections/"+string(id)+"#"+item, "")
		return
	}
	out := reply{Photos: answer.Photos, Audio: answer.Audio}
	status := http.StatusOK
	if err != nil {
		status = http.StatusUnprocessableEntity
		f := page.FormOf(r, p.E.Texts(), err)
		out.Error = f.Message
		if len(f.Errors) > 0 {
			out.Error = f.Errors[0].Message
		}
	} else {
		out.Saved, out.Answered, out.Total, out.Score, out.Failed = true, saved.Live.Answered, saved.Live.Total, saved.Live.Score.String(), len(saved.Live.Vetoes) > 0
		out.Hidden = p.hidden(r, id)
		for _, g := range saved.Live.Missing {
			if g.Item == item && g.Code != checklist.GapUnanswered {
				out.Gap = p.E.T(r, "rule.gap_"+string(g.Code))
			}
		}
	}
	if out.Photos == nil {
		out.Photos = []string{}
	}
	if out.Audio == nil {
		out.Audio = []string{}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(out) //nolint:errcheck // the client went away
}

// hidden lists the items that the answers so far leave unasked; nil when that
// cannot be told just now.
func (p *Pages) hidden(r *http.Request, id ident.InspectionID) []string {
	d, err := p.Inspections.Get(r.Context(), id)
	if err != nil {
		return nil
	}
	asked := checklist.Shown(&d.Sheet, d.Answers)
	out := []string{}
	for it := range d.Sheet.Items() {
		if !asked[it.ID] {
			out = append(out, it.ID)
		}
	}
	return out
}

// record reads the form of an item, stores new photos and saves the answer.
func (p *Pages) record(w http.ResponseWriter, r *http.Request, id ident.InspectionID, item string) (checklist.Answer, inspection.Saved, error) {
	if err := sheetform.Parse(w, r); err != nil {
		return checklist.Answer{}, inspection.Saved{}, err
	}
	if r.MultipartForm != nil {
		defer r.MultipartForm.RemoveAll() //nolint:errcheck // temporary files
	}
	a, err := sheetform.Read(r, "", item, blob.MaxImageBytes, func(data []byte) (string, error) {
		v, err := p.Files.Put(r.Context(), data)
		return v.SHA256, err
	})
	if err != nil {
		return a, inspection.Saved{}, err
	}
	entry := strings.TrimSpace(r.PostFormValue("entry"))
	if !ident.IsID(entry) {
		entry = string(ident.New[ident.EventID]())
	}
	saved, err := p.Inspections.Save(r.Context(), inspection.SaveCommand{ID: id, Entries: []inspection.Entry{{ID: entry, Answer: a, Device: "web"}}})
	return a, saved, err
}

func (p *Pages) interest(w http.ResponseWriter, r *http.Request) {
	var cmd inspection.ConflictCommand
	err := page.Decode(w, r, &cmd)
	if err == nil {
		_, err = p.Inspections.DeclareInterest(r.Context(), cmd)
	}
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Done(w, r, "/tablet/visits", "flash.interest_declared")
}
