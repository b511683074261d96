package tabular

import (
	"encoding/csv"
	"io"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Writer writes a table row by row, the header first.
type Writer interface {
	// Row adds one row of texts.
	Row(cells ...string) error
	// Close ends the table; what was written before is not complete without it.
	Close() error
}

// CSVWriter writes CSV with a byte order mark, which Excel and WPS open as
// Chinese text, and guards what would begin a formula; see [Guard].
func CSVWriter(w io.Writer) (Writer, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	return &csvWriter{out}, nil
}

type csvWriter struct{ w *csv.Writer }

func (c *csvWriter) Row(cells ...string) error {
	safe := make([]string, len(cells))
	for i, s := range cells {
		safe[i] = Guard(s)
	}
	return c.w.Write(safe)
}

func (c *csvWriter) Close() error {
	c.w.Flush()
	return c.w.Error()
}

// MaxSheetRows is how many rows a workbook's sheet holds, the header included.
const MaxSheetRows = excelize.TotalRows

// XLSXWriter writes a workbook with one sheet whose first row stays in sight.
// Every cell is text, so that nothing is computed and no number loses its
// zeros. widths are those of the columns in characters.
func XLSXWriter(w io.Writer, sheet string, widths ...int) (Writer, error) {
	f := excelize.NewFile()
	x := &xlsxWriter{out: w, f: f}
	err := f.SetSheetName("Sheet1", sheet)
	if err == nil {
		x.rows, err = f.NewStreamWriter(sheet)
	}
	for i, width := range widths {
		if err == nil {
			err = x.rows.SetColWidth(i+1, i+1, float64(width))
		}
	}
	if err == nil {
		err = x.rows.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	}
	if err == nil {
		x.bold, err = f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return x, nil
}

type xlsxWriter struct {
	out  io.Writer
	f    *excelize.File
	rows *excelize.StreamWriter
	bold int
	n    int
}

func (x *xlsxWriter) Row(cells ...string) error {
	x.n++
	at, err := excelize.CoordinatesToCellName(1, x.n)
	if err != nil {
		return err
	}
	values := make([]any, len(cells))
	for i, s := range cells {
		values[i] = printable(s)
		if x.n == 1 {
			values[i] = excelize.Cell{StyleID: x.bold, Value: printable(s)}
		}
	}
	return x.rows.SetRow(at, values)
}

func (x *xlsxWriter) Close() error {
	defer x.f.Close()
	if err := x.rows.Flush(); err != nil {
		return err
	}
	return x.f.Write(x.out)
}

// printable leaves out what XML cannot hold and cuts what a cell cannot.
func printable(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		if r == utf8.RuneError || r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			continue
		}
		out = append(out, r)
	}
	return string(out[:min(len(out), excelize.TotalCellChars)])
}
