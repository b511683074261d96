package tabular

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
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

// CSV writes rows as spreadsheets in China open them: UTF-8 with a byte order
// mark, lines that end in CR LF, and no cell that begins a formula.
func CSV(rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	w, err := CSVWriter(&b)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if err := w.Row(row...); err != nil {
			return nil, err
		}
	}
	err = w.Close()
	return b.Bytes(), err
}

// Sheet is one sheet of a workbook that is written.
type Sheet struct {
	Name   string
	Rows   [][]string
	Widths []float64 // of the columns, in characters
	Filled int       // how many rows below Rows are formatted as text, for people to fill in
}

// Book writes a workbook. Every cell is text, also those that are still
// empty: a spreadsheet must not turn codes into rounded numbers. The first row
// of each sheet is its header and stays in sight.
func Book(sheets ...Sheet) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	text, err := f.NewStyle(&excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	if err != nil {
		return nil, err
	}
	head, err := f.NewStyle(&excelize.Style{
		NumFmt: 49, Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EEF7"}},
		Alignment: &excelize.Alignment{Vertical: "center", WrapText: true},
	})
	if err != nil {
		return nil, err
	}
	for i, s := range sheets {
		if i == 0 {
			err = f.SetSheetName(f.GetSheetName(0), s.Name)
		} else {
			_, err = f.NewSheet(s.Name)
		}
		if err == nil {
			err = s.write(f, text, head)
		}
		if err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	err = f.Write(&b)
	return b.Bytes(), err
}

func (s Sheet) write(f *excelize.File, text, head int) error {
	w, err := f.NewStreamWriter(s.Name)
	if err != nil {
		return err
	}
	for i, width := range s.Widths {
		if err := w.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	columns := 0
	for i := range len(s.Rows) + s.Filled {
		var row []string
		style := text
		if i < len(s.Rows) {
			row = s.Rows[i]
		}
		if i == 0 {
			style = head
			columns = len(row)
		}
		cells := make([]any, columns)
		for j := range cells {
			c := excelize.Cell{StyleID: style}
			if j < len(row) {
				c.Value = row[j]
			}
			cells[j] = c
		}
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		if err := w.SetRow(at, cells); err != nil {
			return err
		}
	}
	return w.Flush()
}
