package bureau

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/lifecycle"
	"fangxin/internal/notify"
	"fangxin/internal/web/notices"
	"fangxin/internal/web/page"
)

// button is one step as its form shows it.
type button struct {
	Action, Label         string
	Reason, Danger, Open  bool
	Max                   int    // characters of the reason or opinion
	Why                   string // when it is not open
	Confirm               string // question before it is sent
	Corrections, Excludes bool   // fields beside the reason
	// Tried marks the form that was just refused: it stays open, keeps what
	// was typed, and its fields carry the ids to which the summary leads.
	Tried bool
	// Given are words that the form begins with, from the record that led to it.
	Given string
	Tells []notices.Line // who will be told of the step
}

func (p *Pages) button(r *http.Request, m *lifecycle.Machine, a lifecycle.Action, tried string) button {
	st, _ := m.Step(a)
	b := button{
		Action: string(a), Label: st.Label(page.Lang(r.Context())), Reason: st.Reason, Danger: st.Danger, Open: true, Max: 500, Tried: tried == string(a),
	}
	if st.Danger {
		b.Confirm = p.E.T(r, "bureau.confirm", b.Label)
	}
	return b
}

// tells says who would be told of a step, by the code that will tell them.
func (p *Pages) tells(r *http.Request, noun, subject, action string) ([]notices.Line, error) {
	list, err := p.Notices.Preview(r.Context(), notify.PreviewQuery{Noun: noun, Subject: subject, Action: lifecycle.Action(action), Lang: page.Lang(r.Context())})
	return notices.Lines(list), err
}

// told says who was told what about a record, the newest first.
func (p *Pages) told(r *http.Request, noun, subject string) ([]notices.Line, error) {
	list, err := p.Notices.Told(r.Context(), notify.ToldQuery{Noun: noun, Subject: subject, Lang: page.Lang(r.Context())})
	slices.Reverse(list)
	return notices.Lines(list), err
}

// kept is what was typed into a form that is no longer on the page, because
// the record moved on meanwhile. Nobody writes a reason twice.
func kept(r *http.Request, tried string, buttons []button) string {
	if tried == "" || slices.ContainsFunc(buttons, func(b button) bool { return b.Tried && b.Open }) {
		return ""
	}
	for _, name := range []string{"reason", "opinion", "note"} {
		if typed := strings.TrimSpace(r.PostForm.Get(name)); typed != "" {
			return typed
		}
	}
	return ""
}

// version reads the hidden field of a form: the version its writer saw. A form
// without one never fits.
func version(r *http.Request) context.Context {
	n, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil || n < 1 {
		n = -1
	}
	return page.WithVersion(r.Context(), n)
}

// readdress moves what is wrong with the entries of a list to the fields from
// which they were read: empty rows of a form are no entries.
func readdress(err error, list string, field func(entry int, rest string) string) error {
	f, ok := fault.As(err)
	if !ok || f.Code != fault.Invalid {
		return err
	}
	fields := slices.Clone(f.Fields)
	for i, wrong := range fields {
		rest, ok := strings.CutPrefix(wrong.Pointer, "/"+list+"/")
		number, rest, _ := strings.Cut(rest, "/")
		n, nerr := strconv.Atoi(number)
		if ok && nerr == nil {
			fields[i].Pointer = "/" + field(n, rest)
		}
	}
	return fault.OnFields(fields)
}

// found words an answer that is not met or not met: points, a measured value,
// an option or a sentence.
func found(lang string, item *checklist.Item, score, number *checklist.Points, choice, text string) string {
	var parts []string
	if score != nil {
		parts = append(parts, score.String()+" / "+item.Points.String())
	}
	if number != nil {
		value := number.String()
		if item.Range != nil {
			value += " " + item.Range.Unit
		}
		parts = append(parts, value)
	}
	for _, o := range item.Options {
		if choice != "" && o.ID == choice {
			parts = append(parts, o.Text.In(lang))
		}
	}
	if text != "" {
		parts = append(parts, text)
	}
	return strings.Join(parts, " · ")
}
