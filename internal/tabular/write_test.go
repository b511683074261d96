package tabular_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"fangxin/internal/tabular"
)

func TestGuard(t *testing.T) {
	for s, want := range map[string]string{
		"=1+1": "'=1+1", "-2": "'-2", "+86": "'+86", "@x": "'@x", "\tx": "'\tx", "\r=1": "'\r=1", " =1": "' =1", "＝１": "'＝１", "甲": "甲", "": "", "a=1": "a=1",
	} {
		if got := tabular.Guard(s); got != want {
			t.Errorf("%q became %q", s, got)
		}
	}
}

// What is written can hold no formula and is the same when it is read again.
func TestCSVIsReadAgain(t *testing.T) {
	rows := [][]string{{"企业名称", "统一社会信用代码"}, {"=cmd|' /C calc'!A1", "91360102MA1TEUT08T"}, {"甲,\"乙\"\n丙", "1"}}
	b, err := tabular.CSV(rows)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(b, []byte("\xEF\xBB\xBF")) || !bytes.Contains(b, []byte("\r\n")) {
		t.Error("without the mark Excel shows rubbish")
	}
	lines, err := csv.NewReader(bytes.NewReader(b[3:])).ReadAll()
	if err != nil || lines[1][0] != "'=cmd|' /C calc'!A1" {
		t.Errorf("%q %v", lines, err)
	}
	table, err := tabular.Read("x.csv", b, columns, nil)
	if err != nil || len(table.Rows) != 2 || table.Rows[0].Values["name"] != rows[1][0] || table.Rows[1].Values["name"] != "甲,\"乙\" 丙" {
		t.Errorf("%+v %v", table, err)
	}
}

func TestBookIsReadAgain(t *testing.T) {
	b, err := tabular.Book(
		tabular.Sheet{Name: "名单", Rows: [][]string{{"企业名称", "统一社会信用代码", "成立日期"}, {"=1+1", "91360102MA1TEUT08T", "2024-03-05"}}, Widths: []float64{20, 24, 12}, Filled: 3},
		tabular.Sheet{Name: "说明", Rows: [][]string{{"列", "怎样填"}, {"企业名称", strings.Repeat("按执照。", 20)}}},
	)
	if err != nil {
		t.Fatal(err)
	}
	table, err := tabular.Read("x.xlsx", b, columns, nil)
	if err != nil || table.Sheet != "名单" || len(table.Rows) != 1 || table.Rows[0].Values["name"] != "=1+1" || len(table.Unread) != 1 {
		t.Fatalf("%+v %v", table, err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, cell := range []string{"B2", "B5"} { // filled, and still to be filled
		id, err := f.GetCellStyle("名单", cell)
		if err != nil {
			t.Fatal(err)
		}
		if style, err := f.GetStyle(id); err != nil || style.NumFmt != 49 {
			t.Errorf("%s is not text: %+v %v", cell, style, err)
		}
	}
	if formula, err := f.GetCellFormula("名单", "A2"); err != nil || formula != "" {
		t.Errorf("a cell became a formula: %q %v", formula, err)
	}
}

// Serial numbers of days become days where a person will read them.
func TestReadable(t *testing.T) {
	table := read(t, "企业名称,信用代码,成立日期\n45356,1,45356\n甲,1,2024.3.5\n", nil)
	if c := table.Readable(table.Rows[0], "date", "nothing"); c[0] != "45356" || c[2] != "2024-03-05" || table.Rows[0].Cells[2] != "45356" {
		t.Errorf("%q", c)
	}
	if c := table.Readable(table.Rows[1], "date"); c[2] != "2024.3.5" {
		t.Errorf("%q", c)
	}
	table.Date1904 = true
	if c := table.Readable(table.Rows[0], "date"); c[2] != "2028-03-06" {
		t.Errorf("%q", c)
	}
}
