package merchant

import (
	"net/http"
	"slices"
	"strings"

	"fangxin/internal/application"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
	"fangxin/internal/web/page"
)

// answersView is one section of the self-assessment.
type answersView struct {
	partView
	Section  checklist.Section
	Answered int
	Rows     []row
	At, Of   int // this section among all
}

// row is one item with its answer.
type row struct {
	checklist.Item
	Answer  application.Answer
	Name    string // of its values in the form
	Open    bool
	Mark    string // what was said when the case came back
	Gap     string // what the answer still needs
	Options []page.Option
	Points  string // of a graded or measured answer
}

// Bonus reports a voluntary item.
func (i row) Bonus() bool { return i.Flag == checklist.BonusItem }

// Scored reports an item that is answered with a number.
func (i row) Scored() bool { return i.Type == checklist.Graded || i.Type == checklist.Number }

// Unit is that of a measured value.
func (i row) Unit() string {
	if i.Range == nil {
		return ""
	}
	return i.Range.Unit
}

func (p *Pages) answersData(w http.ResponseWriter, r *http.Request) (page.Data, bool) {
	id := r.PathValue("section")
	part, sheet, ok := p.part(w, r, "answers/"+id)
	if !ok {
		return page.Data{}, false
	}
	i := section(sheet, id)
	if i < 0 {
		p.E.NotFound(w, r)
		return page.Data{}, false
	}
	v := answersView{partView: part, Section: sheet.Sections[i], At: i + 1, Of: len(sheet.Sections)}
	lang := page.Lang(r.Context())
	for _, it := range v.Section.Items {
		row := row{Item: it, Answer: v.Form.Answers[it.ID], Name: "answers." + it.ID, Open: open(v.Detail, "/answers/"+it.ID)}
		row.Options = p.options(r, it, row.Answer)
		for _, n := range []*checklist.Points{row.Answer.Score, row.Answer.Number} {
			if n != nil {
				row.Points = n.String()
			}
		}
		if answered(row.Answer) {
			v.Answered++
		}
		for _, c := range v.Corrections {
			if c.Pointer == "/answers/"+it.ID {
				row.Mark = c.Note
			}
		}
		for _, m := range v.Missing {
			if m.Pointer == "/answers/"+it.ID && m.Rule != "answer_unanswered" {
				row.Gap = httpapi.FieldMessage(p.E.Texts(), lang, fault.Field{Pointer: m.Pointer, Rule: m.Rule, Param: m.Param})
			}
		}
		v.Rows = append(v.Rows, row)
	}
	return page.Data{Title: v.Section.Title.In(lang), Data: v}, true
}

func answered(a application.Answer) bool {
	return a.Verdict != "" || a.Score != nil || a.Number != nil || a.Choice != ""
}

// section finds a section by its id, -1 if there is none.
func section(sheet *checklist.Sheet, id string) int {
	if sheet == nil {
		return -1
	}
	return slices.IndexFunc(sheet.Sections, func(s checklist.Section) bool { return s.ID == id })
}

// options lists the answers that an item may have.
func (p *Pages) options(r *http.Request, it checklist.Item, a application.Answer) []page.Option {
	lang := page.Lang(r.Context())
	if len(it.Options) > 0 {
		out := []page.Option{{Label: p.E.T(r, "my.no_claim"), Chosen: !answered(a)}}
		if it.Flag != checklist.BonusItem {
			out = nil
		}
		for _, o := range it.Options {
			option := page.Option{Value: o.ID, Label: o.Text.In(lang), Chosen: a.Choice == o.ID}
			if it.Type == checklist.Graded {
				option.Value, option.Chosen = o.Points.String(), a.Score != nil && *a.Score == o.Points
			}
			out = append(out, option)
		}
		return out
	}
	if it.Flag == checklist.BonusItem {
		return []page.Option{
			{Value: "", Label: p.E.T(r, "my.no_claim")},
			{Value: string(application.Met), Label: p.E.T(r, "application.verdict.pass"), Icon: "check", Class: "y"},
		}
	}
	out := []page.Option{
		{Value: string(application.Met), Label: p.E.T(r, "application.verdict.pass"), Icon: "check", Class: "y"},
		{Value: string(application.NotMet), Label: p.E.T(r, "application.verdict.fail"), Icon: "x", Class: "n"},
	}
	if it.NA != checklist.NANever {
		out = append(out, page.Option{Value: string(application.NotApplicable), Label: p.E.T(r, "application.verdict.na"), Icon: "minus", Class: "a"})
	}
	return out
}

func (p *Pages) answers(w http.ResponseWriter, r *http.Request) {
	if d, ok := p.answersData(w, r); ok {
		p.E.Render(w, r, http.StatusOK, "merchant/answers", d)
	}
}

func (p *Pages) saveAnswers(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Version int64 `json:"version"`
	}
	err := page.Decode(w, r, &in)
	id := ident.ApplicationID(r.PathValue("id"))
	to := "/my/applications/" + string(id)
	var v application.View
	if err == nil {
		var cmd application.SaveCommand
		if cmd, to, err = p.given(r, id); err == nil {
			v, err = p.Applications.Save(page.WithVersion(r.Context(), in.Version), cmd)
		}
	}
	p.saved(w, r, to, v, err, func() (string, page.Data, bool) {
		d, ok := p.answersData(w, r)
		return "merchant/answers", d, ok
	})
}

// given reads the answers of a section from the form and finds the next page.
func (p *Pages) given(r *http.Request, id ident.ApplicationID) (application.SaveCommand, string, error) {
	cmd := application.SaveCommand{ID: id, Answers: map[string]application.Answer{}}
	to := "/my/applications/" + string(id)
	d, sheet, err := p.read(r)
	if err != nil {
		return cmd, to, err
	}
	i := section(sheet, r.PathValue("section"))
	if i < 0 {
		return cmd, to, fault.New(fault.NotFound, "page_not_found")
	}
	if i+1 < len(sheet.Sections) && len(d.Corrections) == 0 {
		to += "/answers/" + sheet.Sections[i+1].ID
	}
	var wrong []fault.Field
	for _, it := range sheet.Sections[i].Items {
		if !open(d, "/answers/"+it.ID) || !sent(r, "answers."+it.ID) {
			continue
		}
		a, field, err := p.answer(r, it)
		if err != nil {
			return cmd, to, err
		}
		wrong = append(wrong, field...)
		cmd.Answers[it.ID] = a
	}
	if wrong != nil {
		return cmd, to, fault.OnFields(wrong)
	}
	return cmd, to, nil
}

// sent reports whether the form held an answer to an item: what is left
// untouched is no answer and does not take one back.
func sent(r *http.Request, name string) bool {
	for _, field := range []string{name, name + ".score", name + ".number", name + ".choice"} {
		if r.PostForm.Has(field) {
			return true
		}
	}
	return false
}

// answer reads one item.
func (p *Pages) answer(r *http.Request, it checklist.Item) (application.Answer, []fault.Field, error) {
	name := "answers." + it.ID
	get := func(field string) string { return strings.TrimSpace(r.PostForm.Get(name + field)) }
	a := application.Answer{Verdict: application.Verdict(get("")), Note: get(".note"), Choice: get(".choice")}
	if a.Verdict == application.NotApplicable {
		a.Reason = get(".reason")
	}
	var wrong []fault.Field
	for field, into := range map[string]**checklist.Points{".score": &a.Score, ".number": &a.Number} {
		typed := get(field)
		if typed == "" {
			continue
		}
		n, err := checklist.ParsePoints(typed)
		if err != nil {
			wrong = append(wrong, fault.Field{Pointer: "/answers/" + it.ID + "/" + field[1:], Rule: "type_number"})
			continue
		}
		*into = &n
	}
	for _, sha := range r.PostForm[name+".photos"] {
		if sha != "" && !slices.Contains(r.PostForm[name+".remove"], sha) {
			a.Photos = append(a.Photos, sha)
		}
	}
	files, err := p.uploads(r, name+".photo")
	if err != nil {
		return a, wrong, onField("/answers/"+it.ID+"/photo", err)
	}
	for _, f := range files {
		if !slices.Contains(a.Photos, f.SHA256) {
			a.Photos = append(a.Photos, f.SHA256)
		}
	}
	return a, wrong, nil
}
