package bureau

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"fangxin/internal/access"
	"fangxin/internal/blob"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/web/page"
	"fangxin/internal/web/sheetform"
)

// amendmentRow is a correction with its buttons.
type amendmentRow struct {
	inspection.AmendmentView
	Lines   []sheetform.ChangeLine
	Buttons []button
}

// addRecord puts the sealed record and its corrections beside the sheet.
func (p *Pages) addRecord(r *http.Request, v *inspectionView, tried string) error {
	v.Amend = v.Amendable(access.From(r.Context()))
	if v.Seal == "" {
		return nil
	}
	list, err := p.Inspections.Amendments(r.Context(), v.ID)
	if err != nil {
		return err
	}
	words := sheetform.Words{Texts: p.E.Texts(), Lang: page.Lang(r.Context())}
	for _, am := range list {
		row := amendmentRow{AmendmentView: am, Lines: words.Changes(&v.Sheet, am.Changes)}
		for _, a := range am.Actions {
			row.Buttons = append(row.Buttons, p.button(r, lifecycle.Amendment, a, ""))
			if tried == string(am.ID)+"/"+string(a) {
				row.Buttons[len(row.Buttons)-1].Tried = true
			}
		}
		v.Amendments = append(v.Amendments, row)
		v.Amend = v.Amend && am.State != lifecycle.Proposed
	}
	return nil
}

// judgeAmendment accepts or declines a correction.
func (p *Pages) judgeAmendment(w http.ResponseWriter, r *http.Request) {
	id := ident.InspectionID(r.PathValue("id"))
	action := lifecycle.Action(r.PathValue("action"))
	cmd := inspection.AmendmentCommand{ID: ident.AmendmentID(r.PathValue("amendment"))}
	err := page.Decode(w, r, &cmd)
	if err == nil {
		switch action {
		case lifecycle.Accept:
			_, err = p.Inspections.AcceptAmendment(version(r), cmd)
		case lifecycle.Decline:
			_, err = p.Inspections.DeclineAmendment(version(r), cmd)
		default:
			err = fault.New(fault.NotFound, "page_not_found")
		}
	}
	if err == nil {
		p.E.Done(w, r, "/desk/inspections/"+string(id)+"#amendments", "flash.amendment_judged")
		return
	}
	v, verr := p.inspectionOf(r, id, string(cmd.ID)+"/"+string(action))
	if verr != nil || !p.E.Invalid(w, r, err, "bureau/inspection", page.Data{Title: v.Holder, Data: v}) {
		p.E.Fault(w, r, err)
	}
}

// amendView is the form of a correction: first the choice of items, then the
// chosen ones with what they say now.
type amendView struct {
	inspection.View
	Sections []amendSection
	Picked   []amendItem
	Max      int
}

type amendSection struct {
	Title checklist.Text
	Items []*checklist.Item
}

type amendItem struct {
	Item     *checklist.Item
	Answer   checklist.Answer
	Prefix   string // of its fields
	Now      string // what is recorded
	Verdicts []page.Option
	Options  []page.Option
	Score    string
	Number   string
}

// itemPrefix begins the names of an item's fields.
func itemPrefix(item string) string { return "a." + item + "." }

func (p *Pages) amendForm(w http.ResponseWriter, r *http.Request) {
	v, err := p.amendViewOf(r, r.URL.Query()["item"], nil)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/amend", page.Data{Title: p.E.T(r, "record.amend.title"), Data: v})
}

// amendViewOf prepares the form; typed are answers that were just refused.
func (p *Pages) amendViewOf(r *http.Request, picked []string, typed []checklist.Answer) (*amendView, error) {
	e, err := p.Inspections.Record(r.Context(), ident.InspectionID(r.PathValue("id")))
	if err != nil {
		return nil, err
	}
	by, now := access.From(r.Context()), e.Report.Now
	switch {
	case now.Sheet == nil || !e.Report.OK():
		return nil, fault.New(fault.NotReady, "record_broken")
	case now.Pending != nil:
		return nil, fault.New(fault.NotReady, "amendment_pending")
	case !e.View.Amendable(by):
		return nil, fault.New(fault.IllegalStep, "illegal_step", string(e.View.State), "amend")
	}
	v := &amendView{View: e.View, Max: 500}
	for i := range now.Sheet.Sections {
		s := &now.Sheet.Sections[i]
		part := amendSection{Title: s.Title}
		for j := range s.Items {
			item := &s.Items[j]
			part.Items = append(part.Items, item)
			if slices.Contains(picked, item.ID) {
				v.Picked = append(v.Picked, p.amendItem(r, item, now.Answers, typed))
			}
		}
		v.Sections = append(v.Sections, part)
	}
	return v, nil
}

func (p *Pages) amendItem(r *http.Request, item *checklist.Item, now, typed []checklist.Answer) amendItem {
	of := func(list []checklist.Answer) *checklist.Answer {
		i := slices.IndexFunc(list, func(a checklist.Answer) bool { return a.Item == item.ID })
		if i < 0 {
			return nil
		}
		return &list[i]
	}
	lang := page.Lang(r.Context())
	out := amendItem{Item: item, Prefix: itemPrefix(item.ID)}
	out.Now = sheetform.Words{Texts: p.E.Texts(), Lang: lang}.Answer(item, of(now))
	if a := of(typed); a != nil {
		out.Answer = *a
	} else if a := of(now); a != nil {
		out.Answer = *a
	}
	verdicts := []checklist.Verdict{}
	if item.Type == checklist.YesNo || item.Type == checklist.TestTrade {
		verdicts = append(verdicts, checklist.Pass, checklist.Fail)
	}
	if item.NA == checklist.NAAllowed {
		if len(verdicts) == 0 { // what is measured or chosen needs no verdict
			out.Verdicts = append(out.Verdicts, page.Option{Value: "", Label: p.E.T(r, "record.amend.applies"), Chosen: out.Answer.Verdict != checklist.NotApplicable})
		}
		verdicts = append(verdicts, checklist.NotApplicable)
	}
	for _, verdict := range verdicts {
		out.Verdicts = append(out.Verdicts, page.Option{
			Value: string(verdict), Label: p.E.T(r, "checklist.verdict."+string(verdict)), Chosen: out.Answer.Verdict == verdict,
		})
	}
	for _, o := range item.Options {
		out.Options = append(out.Options, page.Option{Value: o.ID, Label: o.Text.In(lang), Chosen: out.Answer.Choice == o.ID})
	}
	if out.Answer.Score != nil {
		out.Score = out.Answer.Score.String()
	}
	if out.Answer.Number != nil {
		out.Number = out.Answer.Number.String()
	}
	return out
}

func (p *Pages) amend(w http.ResponseWriter, r *http.Request) {
	id := ident.InspectionID(r.PathValue("id"))
	if err := sheetform.Parse(w, r); err != nil {
		p.E.Fault(w, r, err)
		return
	}
	if r.MultipartForm != nil {
		defer r.MultipartForm.RemoveAll() //nolint:errcheck // temporary files
	}
	cmd := inspection.AmendCommand{ID: id, Reason: strings.TrimSpace(r.PostFormValue("reason"))}
	cmd.Device = "web"
	e, err := p.Inspections.Record(r.Context(), id)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	items := r.PostForm["item"]
	for _, item := range items {
		var a checklist.Answer
		a, err = sheetform.Read(r, itemPrefix(item), item, blob.MaxImageBytes, func(data []byte) (string, error) {
			v, err := p.Files.Put(r.Context(), data)
			return v.SHA256, err
		})
		if err != nil {
			break
		}
		cmd.Answers = append(cmd.Answers, unseen(e.Report.Now.Answers, a))
	}
	if err == nil {
		_, err = p.Inspections.Amend(r.Context(), cmd)
	}
	if err == nil {
		p.E.Done(w, r, "/desk/inspections/"+string(id)+"#amendments", "flash.amendment_made")
		return
	}
	v, verr := p.amendViewOf(r, items, cmd.Answers)
	if verr != nil || !p.E.Invalid(w, r, onItems(err, items), "bureau/amend", page.Data{Title: p.E.T(r, "record.amend.title"), Data: v}) {
		p.E.Fault(w, r, err)
	}
}

// unseen puts back the parts of an answer that the form does not show, so that
// correcting a note takes no recording or place away.
func unseen(now []checklist.Answer, a checklist.Answer) checklist.Answer {
	for _, b := range now {
		if b.Item == a.Item {
			a.Audio, a.Place, a.Signature, a.Refused = b.Audio, b.Place, b.Signature, b.Refused
		}
	}
	return a
}

// onItems moves what is wrong with an answer to its item in the form: by its
// number in the command, or by the item that lacks something.
func onItems(err error, items []string) error {
	f, ok := fault.As(err)
	if !ok || f.Code != fault.Invalid {
		return err
	}
	fields := slices.Clone(f.Fields)
	for i, wrong := range fields {
		rest, ok := strings.CutPrefix(wrong.Pointer, "/answers/")
		if !ok {
			continue
		}
		name, _, _ := strings.Cut(rest, "/")
		if n, nerr := strconv.Atoi(name); nerr == nil && n < len(items) {
			name = items[n]
		}
		fields[i].Pointer = "/" + strings.TrimSuffix(itemPrefix(name), ".")
	}
	return fault.OnFields(fields)
}
