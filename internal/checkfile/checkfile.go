// Package checkfile owns checklist modules as spreadsheets: the workbook in
// which officers write them, which holds everything, and XLSForm, the form
// that other survey tools read, which holds most.
//
// It does not store or publish; the module slice does. A file is read whole or
// not at all: what is wrong with it is listed by sheet, row and column with the
// way out, and what a format cannot hold is reported row by row.
package checkfile

import (
	"fmt"
	"slices"
	"strings"

	"fangxin/internal/checklist"
	"fangxin/internal/i18n"
	"fangxin/internal/tabular"
)

// Remark is one thing to know of a file: an error that keeps it from being
// read, or something that the format does not hold.
type Remark struct {
	Sheet  string   `json:"sheet,omitempty"`
	Row    int      `json:"row,omitempty" doc:"As the spreadsheet shows it, from 1."`
	Column string   `json:"column,omitempty"`
	Code   string   `json:"code" doc:"Key of the rule."`
	Args   []string `json:"args,omitempty"`
}

// Words says the rule and the way out in a language.
func (r Remark) Words(lang string) string {
	args := make([]any, len(r.Args))
	for i, a := range r.Args {
		args[i] = a
	}
	return i18n.Shipped().T(lang, "checkfile."+r.Code, args...)
}

// Place names where it is: "检查项, row 4, 分值".
func (r Remark) Place(lang string) string {
	parts := []string{}
	if r.Sheet != "" {
		parts = append(parts, r.Sheet)
	}
	if r.Row > 0 {
		parts = append(parts, i18n.Shipped().T(lang, "checkfile.row", r.Row))
	}
	if r.Column != "" {
		parts = append(parts, r.Column)
	}
	return strings.Join(parts, " · ")
}

// BadFile is a file that cannot be read, with everything that is wrong.
type BadFile struct{ Remarks []Remark }

// Error is the English words.
func (e *BadFile) Error() string {
	var out []string
	for _, r := range e.Remarks {
		out = append(out, r.Place(i18n.En)+": "+r.Words(i18n.En))
	}
	return strings.Join(out, "\n")
}

// reader collects what is wrong while it reads.
type reader struct {
	errors, notes []Remark
}

func (r *reader) bad(sheet string, row int, column, code string, args ...any) {
	r.errors = append(r.errors, remark(sheet, row, column, code, args))
}

func (r *reader) note(sheet string, row int, column, code string, args ...any) {
	r.notes = append(r.notes, remark(sheet, row, column, code, args))
}

func remark(sheet string, row int, column, code string, args []any) Remark {
	out := Remark{Sheet: sheet, Row: row, Column: column, Code: code}
	for _, a := range args {
		out.Args = append(out.Args, fmt.Sprint(a))
	}
	return out
}

// table is a sheet with its header understood.
type table struct {
	r      *reader
	name   string
	header []string
	at     map[string]int
	rows   [][]string
}

// line is one row of a table.
type line struct {
	t     *table
	n     int // row number
	cells []string
}

func (l line) get(key string) string {
	i, ok := l.t.at[key]
	if !ok || i >= len(l.cells) {
		return ""
	}
	return unguard(strings.TrimSpace(l.cells[i]))
}

// unguard takes away the apostrophe that [tabular.Guard] put before a text.
func unguard(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && tabular.Guard(rest) == s {
		return rest
	}
	return s
}

func (l line) bad(key, code string, args ...any) {
	l.t.r.bad(l.t.name, l.n, l.t.label(key), code, args...)
}

// label is the header of a column as it stands in the file.
func (t *table) label(key string) string {
	if i, ok := t.at[key]; ok && i < len(t.header) {
		return t.header[i]
	}
	return key
}

// points reads a decimal; an empty one is 0.
func (l line) points(key string) checklist.Points {
	s := strings.TrimSuffix(l.get(key), ".0")
	if s == "" {
		return 0
	}
	p, err := checklist.ParsePoints(s)
	if err != nil {
		l.bad(key, "number", s)
	}
	return p
}

func (l line) optional(key string) *checklist.Points {
	if l.get(key) == "" {
		return nil
	}
	p := l.points(key)
	return &p
}

// each runs over the rows that hold something.
func (t *table) each(do func(l line)) {
	for i, cells := range t.rows {
		if !slices.ContainsFunc(cells, func(s string) bool { return strings.TrimSpace(s) != "" }) {
			continue
		}
		do(line{t, i + 2, cells})
	}
}

// split parts a list that people write with any comma or space.
func split(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",，、;； \n\t", r) })
}
