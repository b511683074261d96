// Package tabular owns reading tables as offices really keep them: CSV in the
// encodings that spreadsheets write, XLSX with titles above the header, merged
// cells and signature rows, headers in any order under many names; and writing
// tables that every spreadsheet opens.
//
// It does not know what a table is about; callers name the columns and read
// the values with the parsers here. It never changes a file, never guesses a
// value that cannot be right, and refuses the formats of Excel before 2007.
package tabular

import (
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"fangxin/internal/calendar"
)

// Limits of one file.
const (
	MaxBytes   = 64 << 20
	MaxRows    = 200_000 // that hold something
	MaxColumns = 256
)

// Column is one column that a caller understands.
type Column struct {
	Key      string   // name in the caller's code
	Names    []string // headers under which it is known, the best first; at least one
	Required bool
}

// Row is one row of data with its place in the file.
type Row struct {
	Number int               // as the spreadsheet shows it, from 1
	Values map[string]string // by key, cleaned
	Cells  []string          // as they stand in the file
}

// Table is a file that was read.
type Table struct {
	Sheet     string   // of a workbook
	Header    []string // as it stands in the file
	HeaderRow int
	Rows      []Row
	Unknown   []string // headers that no column claims, or that a better one made superfluous
	Skipped   []Skip   // rows that are no data
	Unread    []string // other sheets of the workbook that hold something
	Date1904  bool     // the workbook counts days from 1904; see [Table.Date]

	at map[string]int // column by key
}

// Why a row is no data.
const (
	Blank     = "blank"     // nothing in it
	Title     = "title"     // above the header
	Repeated  = "header"    // the header again
	Section   = "section"   // 一、南昌市
	Signature = "signature" // 制表人：…, 合计, 备注：…
	Example   = "example"   // 示例: a row of a template that shows how to fill it in
)

// ExampleMark begins a row that is an example.
const ExampleMark = "示例"

// Skip is a row that was left out, with the reason and its first text.
type Skip struct {
	Number int
	Why    string
	Text   string
}

// Has reports whether the file has a column for the key.
func (t *Table) Has(key string) bool { _, ok := t.at[key]; return ok }

// Date reads a day as [ParseDate] does, and serial numbers by the calendar of
// the workbook.
func (t *Table) Date(s string) (calendar.Date, error) {
	d, serial, err := parseDate(s)
	if err == nil && serial && t.Date1904 {
		d = d.AddDays(1462) // the two calendars of Excel lie four years and a day apart
	}
	return d, err
}

// Readable gives the cells of a row as a person can read and enter them again:
// in the columns of days, serial numbers become days.
func (t *Table) Readable(row Row, days ...string) []string {
	cells := slices.Clone(row.Cells)
	for _, key := range days {
		i, ok := t.at[key]
		if !ok || i >= len(cells) {
			continue
		}
		if _, serial, err := parseDate(cells[i]); err == nil && serial {
			if d, err := t.Date(cells[i]); err == nil {
				cells[i] = d.String()
			}
		}
	}
	return cells
}

// Mapping tells under which headers a file keeps our columns: their header →
// our key, or one of the names of our column. It wins over the known names.
type Mapping map[string]string

// ReadMapping reads a mapping file: one JSON object.
func ReadMapping(r io.Reader) (Mapping, error) {
	var m Mapping
	d := json.NewDecoder(io.LimitReader(r, 1<<20))
	if err := d.Decode(&m); err != nil {
		return nil, &FileError{Reason: "mapping_file", cause: err}
	}
	return m, nil
}

// Read reads a table. A workbook is known by its content, whatever its name.
// Of several sheets it reads the first visible one that has the header; the
// others that hold something are listed in Unread.
func Read(name string, content []byte, columns []Column, mapping Mapping) (*Table, error) {
	if len(content) > MaxBytes {
		return nil, &FileError{Reason: "too_large", Args: []any{MaxBytes >> 20}}
	}
	known, err := learn(columns, mapping)
	if err != nil {
		return nil, err
	}
	switch {
	case isZip(content):
		return readBook(content, known)
	case isOLE(content):
		return nil, &FileError{Reason: "old_excel"}
	case isHTML(content):
		return nil, &FileError{Reason: "html"}
	case strings.HasSuffix(strings.ToLower(name), ".xlsx"):
		return nil, &FileError{Reason: "not_workbook"}
	}
	cells, err := readText(content)
	if err != nil {
		return nil, err
	}
	return shape(cells, known)
}

func readBook(content []byte, known *headers) (*Table, error) {
	b, err := openBook(content)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	var found *Table
	var unread []string
	var best *HeaderError
	for _, sheet := range b.sheets() {
		if found != nil {
			if b.holdsSomething(sheet) {
				unread = append(unread, sheet)
			}
			continue
		}
		rows, err := b.rows(sheet)
		if err != nil {
			return nil, err
		}
		if len(rows) == 0 {
			continue
		}
		t, err := shape(rows, known)
		var header *HeaderError
		switch {
		case err == nil:
			found = t
			found.Sheet, found.Date1904 = sheet, b.date1904
		case errors.As(err, &header):
			header.Sheet = sheet
			if best == nil || best.Row == 0 && header.Row > 0 {
				best = header
			}
			unread = append(unread, sheet)
		default:
			return nil, err
		}
	}
	switch {
	case found != nil:
		found.Unread = unread
		return found, nil
	case best != nil:
		return nil, best
	}
	return nil, &FileError{Reason: "empty"}
}

func required(columns []Column, has func(key string) bool) []string {
	var out []string
	for _, c := range columns {
		if c.Required && !has(c.Key) {
			out = append(out, c.Names[0])
		}
	}
	return out
}

func keys(columns []Column) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.Names[0] + " (" + c.Key + ")"
	}
	return out
}
