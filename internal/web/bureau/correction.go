package bureau

import (
	"net/http"
	"strconv"
	"strings"

	"fangxin/internal/application"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/web/page"
	"fangxin/internal/web/public"
)

// The form has openRows lines in sight and as many again below a fold; they are
// all there without a script.
const (
	openRows  = 4
	spareRows = 2 * openRows
)

// correctionRow is one line of the form that gives a case back.
type correctionRow struct {
	N             int
	Pointer, Note string
}

// Folded reports whether the row lies below the fold.
func (c correctionRow) Folded() bool { return c.N >= openRows }

// Name is the name of one of its fields.
func (c correctionRow) Name(field string) string { return "items." + strconv.Itoa(c.N) + "." + field }

// correctionRows gives the rows as they were typed, or empty ones.
func correctionRows(r *http.Request, tried string) []correctionRow {
	rows := make([]correctionRow, spareRows)
	for i := range rows {
		rows[i].N = i
		if tried == string(lifecycle.Return) {
			rows[i].Pointer, rows[i].Note = r.PostForm.Get(rows[i].Name("pointer")), r.PostForm.Get(rows[i].Name("note"))
		}
	}
	return rows
}

// giveBack reads the rows that hold anything. A row that holds only half is
// sent on, so that the use-case names what is missing and nothing is lost.
func (p *Pages) giveBack(w http.ResponseWriter, r *http.Request, id ident.ApplicationID) error {
	cmd := application.ReturnCommand{ID: id}
	if err := page.Decode(w, r, &cmd); err != nil {
		return err
	}
	cmd.Items = nil
	var from []correctionRow
	for _, row := range correctionRows(r, string(lifecycle.Return)) {
		c := application.Correction{Pointer: row.Pointer, Note: strings.TrimSpace(row.Note)}
		if c != (application.Correction{}) {
			cmd.Items, from = append(cmd.Items, c), append(from, row)
		}
	}
	_, err := p.Applications.Return(version(r), cmd)
	return readdress(err, "items", func(entry int, field string) string {
		if entry >= len(from) {
			return "items"
		}
		return from[entry].Name(field)
	})
}

// pointers lists what an officer can ask the applicant to put right: first the
// parts of the case, then its documents, then each item of the self-assessment.
func (p *Pages) pointers(r *http.Request, d application.Detail, sheet *checklist.Sheet) []public.Option {
	lang := page.Lang(r.Context())
	var out []public.Option
	for _, part := range []string{"operator", "premises", "contact", "conditions", "commitments"} {
		out = append(out, public.Option{Value: "/" + part, Label: p.E.T(r, "bureau."+part)})
	}
	if d.SchemeInfo.Terms != nil {
		out = append(out, public.Option{Value: "/terms", Label: p.E.T(r, "bureau.terms")})
	}
	for _, doc := range d.SchemeInfo.Documents {
		out = append(out, public.Option{Value: "/documents/" + doc.ID, Label: p.E.T(r, "bureau.document_of", doc.Text.In(lang))})
	}
	if sheet == nil {
		return out
	}
	for item := range sheet.Items() {
		out = append(out, public.Option{Value: "/answers/" + item.ID, Label: item.ID + " " + shortened(item.Text.In(lang))})
	}
	return out
}

// shortened cuts a wording to what fits into a selection.
func shortened(s string) string {
	const most = 28
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

func pointerLabel(options []public.Option, pointer string) string {
	for _, o := range options {
		if o.Value == pointer {
			return strings.TrimSpace(o.Label)
		}
	}
	return pointer
}
