package tabular_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"fangxin/internal/tabular"
)

var streamed = [][]string{{"编号", "名称"}, {"0012", "好味餐馆"}, {"=1+1", "a\x00b, \"c\"\nd"}, {"＋86", "-5"}}

func TestCSVWriter(t *testing.T) {
	var b bytes.Buffer
	w, err := tabular.CSVWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range streamed {
		if err := w.Row(r...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	s := b.String()
	if !strings.HasPrefix(s, "\ufeff编号,名称\r\n") {
		t.Errorf("begins with %q", s[:20])
	}
	got, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(s, "\ufeff"))).ReadAll()
	if err != nil || len(got) != 4 || got[2][0] != "'=1+1" || got[3][0] != "'＋86" || got[3][1] != "'-5" || got[1][0] != "0012" {
		t.Errorf("%v %v", got, err)
	}
}

func TestXLSXWriter(t *testing.T) {
	var b bytes.Buffer
	w, err := tabular.XLSXWriter(&b, "登记簿", 20, 30)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range streamed {
		if err := w.Row(r...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := f.GetRows("登记簿")
	if err != nil || len(got) != 4 || got[1][0] != "0012" || got[2][0] != "=1+1" || got[2][1] != "ab, \"c\"\nd" {
		t.Errorf("%q %v", got, err)
	}
	for _, cell := range []string{"A2", "A3", "B4"} {
		kind, err := f.GetCellType("登记簿", cell)
		formula, _ := f.GetCellFormula("登记簿", cell)
		if err != nil || kind != excelize.CellTypeInlineString || formula != "" {
			t.Errorf("%s is %v %q, %v", cell, kind, formula, err)
		}
	}
}
