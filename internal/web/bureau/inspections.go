package bureau

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/tablet"
	"fangxin/internal/web/notices"
	"fangxin/internal/web/page"
)

func (p *Pages) inspections(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	query := inspection.ListQuery{State: lifecycle.State(q.Get("state")), After: q.Get("after"), Limit: 30}
	result, err := p.Inspections.List(r.Context(), query)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	tabs := []page.Tab{{Href: "/desk/inspections", Label: p.E.T(r, "public.all"), Current: query.State == ""}}
	for _, s := range lifecycle.Inspection.States {
		tabs = append(tabs, page.Tab{
			Href: "/desk/inspections?state=" + string(s.State), Label: lifecycle.Inspection.Label(s.State, page.Lang(r.Context())), Current: query.State == s.State,
		})
	}
	p.E.Render(w, r, http.StatusOK, "bureau/inspections", page.Data{Title: p.E.T(r, "bureau.nav_inspections"), Data: struct {
		Tabs  []page.Tab
		Query inspection.ListQuery
		Page  inspection.Page
	}{tabs, query, result}})
}

// inspectionView is one sheet with everything recorded on it.
type inspectionView struct {
	inspection.Detail
	Sections []sheetSection
	Vetoes   []*checklist.Item // failed
	Why      []string          // it is not passed
	Final    bool              // the result is sealed
	Buttons  []button
	People   []inspection.Person
	Tablet   bool // the reader fills it
	Kept     string
	Told     []notices.Line
	Arrival  *tablet.Arrival // of what tablets sent, while there is something to tell
	// Amendments are the corrections; Amend says that the reader may make one.
	Amendments []amendmentRow
	Amend      bool
}

type sheetSection struct {
	Title checklist.Text
	Score checklist.SectionResult
	Rows  []sheetRow
}

// Part and Whole are the section's points for a bar.
func (s sheetSection) Part() int  { return int(s.Score.Score) }
func (s sheetSection) Whole() int { return int(s.Score.Max) }

type sheetRow struct {
	Item    *checklist.Item
	Answer  *checklist.Answer
	Photos  []inspection.Proof
	Found   string
	Mark    string // of the last send-back
	Flagged bool   // ticked in the form that was just refused
}

func (p *Pages) inspectionOf(r *http.Request, id ident.InspectionID, tried string) (*inspectionView, error) {
	d, err := p.Inspections.Get(r.Context(), id)
	if err != nil {
		return nil, err
	}
	by := access.From(r.Context())
	v := &inspectionView{Detail: d, Final: d.Seal != "", Tablet: by.SignedIn() && (d.Lead == by.Account || d.Second == by.Account)}
	p.addSheet(r, v, tried)
	if err := p.addArrival(r, v); err != nil {
		return nil, err
	}
	if err := p.addRecord(r, v, tried); err != nil {
		return nil, err
	}
	for _, a := range d.Actions {
		switch a {
		case lifecycle.Start, lifecycle.Submit, lifecycle.Reopen:
			continue // done on the tablet
		}
		b := p.button(r, lifecycle.Inspection, a, tried)
		if a == lifecycle.Reassign {
			b.Max = 300
		}
		v.Buttons = append(v.Buttons, b)
		if (a == lifecycle.Assign || a == lifecycle.Reassign) && v.People == nil {
			if v.People, err = p.Inspections.People(r.Context(), id); err != nil {
				return nil, err
			}
		}
	}
	all := slices.Clone(v.Buttons)
	for _, am := range v.Amendments {
		all = append(all, am.Buttons...)
	}
	v.Kept = kept(r, tried, all)
	v.Told, err = p.told(r, "inspection", string(id))
	return v, err
}

// addArrival tells how much of a visit has arrived, as long as it is under way
// or something of it is kept elsewhere.
func (p *Pages) addArrival(r *http.Request, v *inspectionView) error {
	a, err := p.Tablets.Arrival(r.Context(), v.ID)
	if err == nil && (len(a.Photos) > 0 || len(a.Parked) > 0 || len(a.Conflicts) > 0 || a.Closing != nil || len(a.Doubts) > 0 || a.Answers > 0 && !v.Final) {
		v.Arrival = &a
	}
	return err
}

// addSheet puts answers and marks beside the items as the inspectors saw them.
func (p *Pages) addSheet(r *http.Request, v *inspectionView, tried string) {
	lang := page.Lang(r.Context())
	answers := map[string]*checklist.Answer{}
	for i := range v.Answers {
		answers[v.Answers[i].Item] = &v.Answers[i]
	}
	marks := map[string]string{}
	for _, m := range v.Marks {
		marks[m.Item] = m.Note
	}
	var flagged []string
	if tried == string(lifecycle.SendBack) {
		flagged = r.PostForm["flag"]
	}
	for _, s := range v.Sheet.Sections {
		part := sheetSection{Title: s.Title}
		for _, res := range v.Live.Sections {
			if res.ID == s.ID {
				part.Score = res
			}
		}
		for i := range s.Items {
			item := &s.Items[i]
			row := sheetRow{Item: item, Answer: answers[item.ID], Mark: marks[item.ID], Flagged: slices.Contains(flagged, item.ID)}
			if a := row.Answer; a != nil {
				row.Photos = v.Proofs(*a)
				row.Found = found(lang, item, a.Score, a.Number, a.Choice, a.Text)
			}
			if slices.Contains(v.Live.Vetoes, item.ID) {
				v.Vetoes = append(v.Vetoes, item)
			}
			part.Rows = append(part.Rows, row)
		}
		v.Sections = append(v.Sections, part)
	}
	for _, reason := range v.Live.Why {
		if key, args := reason.Message(); p.E.Texts().Has(key) {
			v.Why = append(v.Why, p.E.T(r, key, args...))
		}
	}
}

func (p *Pages) showInspection(w http.ResponseWriter, r *http.Request) {
	v, err := p.inspectionOf(r, ident.InspectionID(r.PathValue("id")), "")
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/inspection", page.Data{Title: v.Holder, Data: v})
}

func (p *Pages) stepInspection(w http.ResponseWriter, r *http.Request) {
	id := ident.InspectionID(r.PathValue("id"))
	action := r.PathValue("action")
	err := p.takeInspectionStep(w, r, id, lifecycle.Action(action))
	if err == nil {
		p.E.Done(w, r, "/desk/inspections/"+string(id), "flash.inspection_moved")
		return
	}
	v, verr := p.inspectionOf(r, id, action)
	if verr != nil || !p.E.Invalid(w, r, err, "bureau/inspection", page.Data{Title: v.Holder, Data: v}) {
		p.E.Fault(w, r, err)
	}
}

func (p *Pages) takeInspectionStep(w http.ResponseWriter, r *http.Request, id ident.InspectionID, a lifecycle.Action) error {
	switch a {
	case lifecycle.Assign, lifecycle.Reassign:
		cmd := inspection.AssignCommand{ID: id}
		if err := page.Decode(w, r, &cmd); err != nil {
			return err
		}
		_, err := p.Inspections.Assign(version(r), cmd)
		return err
	case lifecycle.Accept:
		cmd := inspection.IDCommand{ID: id}
		if err := page.Decode(w, r, &cmd); err != nil {
			return err
		}
		_, err := p.Inspections.Accept(version(r), cmd)
		return err
	case lifecycle.SendBack:
		return p.sendBack(w, r, id)
	}
	do, ok := map[lifecycle.Action]func(context.Context, inspection.ReasonCommand) (inspection.View, error){
		lifecycle.OrderRectification: p.Inspections.OrderRectification, lifecycle.Verify: p.Inspections.Verify,
		lifecycle.Fail: p.Inspections.Fail, lifecycle.Void: p.Inspections.Void,
	}[a]
	if !ok {
		return fault.New(fault.NotFound, "page_not_found")
	}
	cmd := inspection.ReasonCommand{ID: id}
	if err := page.Decode(w, r, &cmd); err != nil {
		return err
	}
	_, err := do(version(r), cmd)
	return err
}

// markField is the form's field for the note on an item.
const markField = "mark."

// sendBack marks each item that is ticked or has a note. A tick without a note
// is sent on, so that the use-case asks for it.
func (p *Pages) sendBack(w http.ResponseWriter, r *http.Request, id ident.InspectionID) error {
	cmd := inspection.SendBackCommand{ID: id}
	if err := page.Decode(w, r, &cmd); err != nil {
		return err
	}
	notes := map[string]string{}
	for _, item := range r.PostForm["flag"] {
		notes[item] = ""
	}
	for name, values := range r.PostForm {
		if item, ok := strings.CutPrefix(name, markField); ok && strings.TrimSpace(values[0]) != "" {
			notes[item] = strings.TrimSpace(values[0])
		}
	}
	cmd.Marks = nil
	for _, item := range slices.Sorted(maps.Keys(notes)) {
		cmd.Marks = append(cmd.Marks, inspection.Mark{Item: item, Note: notes[item]})
	}
	_, err := p.Inspections.SendBack(version(r), cmd)
	return readdress(err, "marks", func(entry int, _ string) string {
		if entry >= len(cmd.Marks) {
			return "marks"
		}
		return markField + cmd.Marks[entry].Item
	})
}
