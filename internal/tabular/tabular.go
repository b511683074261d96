// Package tabular owns reading tables as offices really keep them: CSV in the
// encodings that spreadsheets write, XLSX with titles above the header, merged
// cells and signature rows, headers in any order under many names.
//
// It does not know what a table is about; callers name the columns and read
// the values with the parsers here. It never changes a file.
package tabular

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Column is one column that a caller understands.
type Column struct {
	Key      string   // name in the caller's code
	Names    []string // headers under which it is known
	Required bool
}

// Row is one row of data with its place in the file.
type Row struct {
	Number int               // as the spreadsheet shows it, from 1
	Values map[string]string // by key, normalised
	Cells  []string          // as they stand in the file
}

// Table is a file that was read.
type Table struct {
	Header    []string // as it stands in the file
	HeaderRow int
	Rows      []Row
	Unknown   []string // headers that no column claims
	Skipped   []Skip   // rows that are no data
}

// Skip is a row that was left out, with the reason.
type Skip struct {
	Number int
	Why    string // "blank", "title", "signature"
}

// HeaderError says that the header was not found or lacks columns.
type HeaderError struct {
	Missing []string // first names of the columns that are missing
	Found   []string // headers of the row that fits best
	Row     int      // its number; 0 when no row looks like a header
}

func (e *HeaderError) Error() string {
	if e.Row == 0 {
		return fmt.Sprintf("no header row within the first %d rows; expected columns such as %s", headerWithin, strings.Join(e.Missing, ", "))
	}
	return fmt.Sprintf("header in row %d lacks %s; it has %s", e.Row, strings.Join(e.Missing, ", "), strings.Join(e.Found, ", "))
}

// headerWithin is how far down a header may begin, below titles and notes.
const headerWithin = 20

// Mapping tells under which headers a file keeps our columns: their header →
// our key. It wins over the known names.
type Mapping map[string]string

// ReadMapping reads a mapping file: one JSON object.
func ReadMapping(r io.Reader) (Mapping, error) {
	var m Mapping
	d := json.NewDecoder(r)
	if err := d.Decode(&m); err != nil {
		return nil, fmt.Errorf(`the mapping file must be one JSON object such as {"企业名称": "name"}: %w`, err)
	}
	return m, nil
}

// Read reads a table. name decides the format by its ending: .xlsx, or text
// otherwise.
func Read(name string, content []byte, columns []Column, mapping Mapping) (*Table, error) {
	var cells [][]string
	var err error
	if strings.HasSuffix(strings.ToLower(name), ".xlsx") || isZip(content) {
		cells, err = readXLSX(content)
	} else {
		cells, err = readText(content)
	}
	if err != nil {
		return nil, err
	}
	return shape(cells, columns, mapping)
}

// Clean folds a cell: compatibility forms (full-width letters and digits
// become plain ones), no invisible characters, no space around.
func Clean(s string) string {
	s = norm.NFKC.String(s)
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\u200b' || r == '\ufeff' || r == '\u200e' || r == '\u200f':
			return -1
		case r == '\u00a0' || r == '\u3000' || r == '\t' || r == '\r' || r == '\n':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// headerName folds a header for comparison: "* 统一社会信用代码（必填）" is
// "统一社会信用代码".
func headerName(s string) string {
	s = Clean(s)
	if i := strings.IndexAny(s, "(（"); i > 0 {
		s = s[:i]
	}
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("*:：", r) {
			return -1
		}
		return r
	}, s))
}

// shape finds the header and turns the rows below it into data.
func shape(cells [][]string, columns []Column, mapping Mapping) (*Table, error) {
	keyOf := map[string]string{}
	for _, c := range columns {
		keyOf[headerName(c.Key)] = c.Key
		for _, n := range c.Names {
			keyOf[headerName(n)] = c.Key
		}
	}
	for theirs, key := range mapping {
		if !slices.ContainsFunc(columns, func(c Column) bool { return c.Key == key }) {
			return nil, fmt.Errorf("the mapping names %q, which is no column; they are %s", key, strings.Join(keys(columns), ", "))
		}
		keyOf[headerName(theirs)] = key
	}
	best, hits := -1, 0
	for i := range min(headerWithin, len(cells)) {
		seen := map[string]bool{}
		for _, cell := range cells[i] {
			if k := keyOf[headerName(cell)]; k != "" {
				seen[k] = true
			}
		}
		if len(seen) > hits {
			best, hits = i, len(seen)
		}
	}
	if best < 0 || hits < min(2, len(columns)) {
		return nil, &HeaderError{Missing: required(columns)}
	}
	t := &Table{Header: cells[best], HeaderRow: best + 1}
	at := map[string]int{}
	for i, cell := range cells[best] {
		k := keyOf[headerName(cell)]
		if _, twice := at[k]; k != "" && !twice {
			at[k] = i
		} else if k == "" && Clean(cell) != "" {
			t.Unknown = append(t.Unknown, Clean(cell))
		}
	}
	var missing []string
	for _, c := range columns {
		if _, ok := at[c.Key]; c.Required && !ok {
			missing = append(missing, c.Names[0])
		}
	}
	if missing != nil {
		return nil, &HeaderError{Missing: missing, Found: clean(cells[best]), Row: best + 1}
	}
	for i := range best {
		if !blank(cells[i]) {
			t.Skipped = append(t.Skipped, Skip{i + 1, "title"})
		}
	}
	for i := best + 1; i < len(cells); i++ {
		switch {
		case blank(cells[i]):
			t.Skipped = append(t.Skipped, Skip{i + 1, "blank"})
			continue
		case signature(cells[i], at, columns):
			t.Skipped = append(t.Skipped, Skip{i + 1, "signature"})
			continue
		}
		row := Row{Number: i + 1, Values: map[string]string{}, Cells: cells[i]}
		for k, col := range at {
			if col < len(cells[i]) {
				row.Values[k] = Clean(cells[i][col])
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

func keys(columns []Column) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.Key
	}
	return out
}

func required(columns []Column) []string {
	var out []string
	for _, c := range columns {
		if c.Required {
			out = append(out, c.Names[0])
		}
	}
	return out
}

func clean(cells []string) []string {
	var out []string
	for _, c := range cells {
		if c = Clean(c); c != "" {
			out = append(out, c)
		}
	}
	return out
}

func blank(cells []string) bool { return len(clean(cells)) == 0 }

// closing words begin the rows that end a sheet: who made it, sums, remarks.
var closing = []string{"制表", "填表", "审核", "填报", "报送", "负责人", "经办", "联系人:", "合计", "总计", "小计", "备注:", "说明:", "注:", "单位盖章", "日期:"}

// signature reports a row at the end of a sheet that is no data: it begins
// with one of the closing words and has not what a row of data must have.
func signature(cells []string, at map[string]int, columns []Column) bool {
	var first string
	for _, c := range cells {
		if first = strings.ReplaceAll(Clean(c), " ", ""); first != "" {
			break
		}
	}
	begins := slices.ContainsFunc(closing, func(w string) bool { return strings.HasPrefix(first, w) })
	if !begins {
		return false
	}
	for _, c := range columns {
		i, ok := at[c.Key]
		if c.Required && (!ok || i >= len(cells) || Clean(cells[i]) == "") {
			return true
		}
	}
	return false
}
