package tabular

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// formulaStarts are characters after which spreadsheets compute instead of
// showing; the full-width forms count in Chinese versions.
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// Guard makes a cell safe for spreadsheets: what would begin a formula gets an
// apostrophe before it. [Clean] takes it away again.
func Guard(s string) string {
	if startsFormula(s) {
		return "'" + s
	}
	return s
}

func startsFormula(s string) bool {
	if first, _ := utf8.DecodeRuneInString(s); s != "" && strings.ContainsRune(formulaStarts, first) {
		return true
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " \u00a0\u3000"))
	return strings.ContainsRune("=+-@＝＋－＠", first)
}

// Report writes the file of errors: one line for each problem with its row,
// column, words and the cells as they came, so that it can be put right and
// read again. It is CSV with a byte order mark, which Excel and WPS open as
// Chinese text.
type Report struct {
	w    *csv.Writer
	lang string
}

// NewReport begins the file with its header. Lines may be held back until
// [Report.Flush].
func NewReport(w io.Writer, lang string, t *Table) (*Report, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, err
	}
	r := &Report{w: csv.NewWriter(w), lang: lang}
	r.w.UseCRLF = true
	head := []string{words(lang, "report_row", nil), words(lang, "report_column", nil), words(lang, "report_problem", nil)}
	return r, r.write(append(head, t.Header...))
}

// Add writes the problems of a row.
func (r *Report) Add(row Row, problems ...*CellError) error {
	for _, p := range problems {
		cells := append([]string{strconv.Itoa(row.Number), p.Column, p.Words(r.lang)}, row.Cells...)
		if err := r.write(cells); err != nil {
			return err
		}
	}
	return nil
}

// Flush writes what was held back.
func (r *Report) Flush() error {
	r.w.Flush()
	return r.w.Error()
}

func (r *Report) write(cells []string) error {
	safe := make([]string, len(cells))
	for i, c := range cells {
		safe[i] = Guard(c)
	}
	return r.w.Write(safe)
}
