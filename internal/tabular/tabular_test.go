package tabular_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"fangxin/internal/tabular"
)

var columns = []tabular.Column{
	{Key: "name", Names: []string{"企业名称", "单位名称", "名称"}, Required: true},
	{Key: "uscc", Names: []string{"统一社会信用代码", "信用代码"}, Required: true},
	{Key: "date", Names: []string{"成立日期"}},
}

const sheet = "江西省放心消费单位名单,,,\n填报单位：某局,,,\n序号,统一社会信用代码（必填）,企业名称*,成立日期\n" +
	"1,91360102MA1TEUT08T,南昌甲店,2024.3.5\n\n2, 9236 0622 ma1teut08g ,乙店,２０２４年３月５日\n合计,2家,,\n制表人：张三,,审核人：李四,\n"

func check(t *testing.T, content []byte, name string) *tabular.Table {
	t.Helper()
	table, err := tabular.Read(name, content, columns, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(table.Rows) != 2 || table.HeaderRow != 3 {
		t.Fatalf("%d rows, header in %d: %+v", len(table.Rows), table.HeaderRow, table)
	}
	if r := table.Rows[1]; r.Number != 6 || r.Values["name"] != "乙店" || r.Values["uscc"] != "9236 0622 ma1teut08g" || r.Values["date"] != "2024年3月5日" {
		t.Errorf("second row: %+v", r)
	}
	if len(table.Unknown) != 1 || table.Unknown[0] != "序号" {
		t.Errorf("unknown: %v", table.Unknown)
	}
	return table
}

func TestTextEncodings(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(sheet))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"utf8": []byte(sheet), "bom": append([]byte("\ufeff"), sheet...), "gb18030": gb,
		"tabs": []byte(strings.ReplaceAll(sheet, ",", "\t")), "crlf": []byte(strings.ReplaceAll(sheet, "\n", "\r\n")),
	} {
		t.Run(name, func(t *testing.T) { check(t, content, "list.csv") })
	}
}

func TestWorkbook(t *testing.T) {
	f := excelize.NewFile()
	set := func(cell string, v any) {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	set("A1", "江西省放心消费单位名单")
	f.MergeCell("Sheet1", "A1", "D1") //nolint:errcheck // a test's own file
	for i, h := range []string{"序号", "统一社会信用代码", "企业名称", "成立日期"} {
		cell, _ := excelize.CoordinatesToCellName(i+1, 2)
		set(cell, h)
	}
	set("B3", "91360102MA1TEUT08T")
	set("C3", "甲集团")
	set("D3", 45356) // 2024-03-05
	set("B4", "92360622MA1TEUT08G")
	f.MergeCell("Sheet1", "C3", "C4") //nolint:errcheck // a test's own file
	set("A6", "制表人：张三")
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	table, err := tabular.Read("list.xlsx", b.Bytes(), columns, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(table.Rows) != 2 || table.Rows[1].Values["name"] != "甲集团" {
		t.Fatalf("%+v", table.Rows)
	}
	if d, err := tabular.ParseDate(table.Rows[0].Values["date"]); err != nil || d.String() != "2024-03-05" {
		t.Errorf("serial: %s %v", d, err)
	}
}

func TestMissingColumnsAreNamed(t *testing.T) {
	_, err := tabular.Read("x.csv", []byte("企业名称,成立日期\n甲,2024-1-1\n"), columns, nil)
	var header *tabular.HeaderError
	if !errors.As(err, &header) || len(header.Missing) != 1 || header.Missing[0] != "统一社会信用代码" || header.Row != 1 {
		t.Errorf("%v", err)
	}
	if _, err := tabular.Read("x.csv", []byte("a,b\n1,2\n"), columns, nil); !errors.As(err, &header) || header.Row != 0 {
		t.Errorf("no header: %v", err)
	}
}

func TestMapping(t *testing.T) {
	m, err := tabular.ReadMapping(strings.NewReader(`{"字号": "name", "代码": "uscc"}`))
	if err != nil {
		t.Fatal(err)
	}
	table, err := tabular.Read("x.csv", []byte("字号,代码\n甲,1\n"), columns, m)
	if err != nil || table.Rows[0].Values["name"] != "甲" {
		t.Errorf("%+v %v", table, err)
	}
	if _, err := tabular.Read("x.csv", []byte("字号,代码\n"), columns, tabular.Mapping{"字号": "nonsense"}); err == nil {
		t.Error("a mapping to nothing was taken")
	}
}

func TestDates(t *testing.T) {
	for _, s := range []string{"2024.3.5", "2024年3月5日", "2024/03/05", "2024-3-5", "20240305", "45356", "45356.5", "2024-03-05 10:00:00", "２０２４．０３．０５", "2024年03月05日"} {
		if d, err := tabular.ParseDate(s); err != nil || d.String() != "2024-03-05" {
			t.Errorf("%q: %s %v", s, d, err)
		}
	}
	for _, s := range []string{"", "2024-13-05", "2024.2.30", "yesterday", "12", "2024", "99999999"} {
		if _, err := tabular.ParseDate(s); err == nil {
			t.Errorf("%q was read as a date", s)
		}
	}
}

func TestCodesAndPhones(t *testing.T) {
	for s, repaired := range map[string]bool{"91360102MA1TEUT08T": false, "9136O1O2ma1teutO8t": true, "９１３６０１０２ＭＡ１ＴＥＵＴ０８Ｔ": false, "91360102MAITEUT08T": true} {
		code, fixed, err := tabular.ParseUSCC(s)
		if err != nil || code != "91360102MA1TEUT08T" || fixed != repaired {
			t.Errorf("%q: %s %v %v", s, code, fixed, err)
		}
	}
	if _, _, err := tabular.ParseUSCC("91360102MA1TEUT08X"); err == nil {
		t.Error("a wrong check digit was repaired")
	}
	for s, want := range map[string]string{"0791-88881234、13812345678": "079188881234", "": "", "13812345678.0": "13812345678"} {
		if n, err := tabular.ParsePhone(s); err != nil || n != want {
			t.Errorf("%q: %q %v", s, n, err)
		}
	}
}

func TestGuard(t *testing.T) {
	for s, want := range map[string]string{"=1+1": "'=1+1", "-2": "'-2", "甲": "甲", "": ""} {
		if got := tabular.Guard(s); got != want {
			t.Errorf("%q became %q", s, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(sheet))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, b []byte) {
		tabular.Read("x", b, columns, nil) //nolint:errcheck // only panics count
	})
}

func FuzzParseDate(f *testing.F) {
	f.Add("2024年3月5日")
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := tabular.ParseDate(s); err == nil {
			if again, err := tabular.ParseDate(d.String()); err != nil || again != d {
				t.Errorf("%q gives %s, which gives %s", s, d, again)
			}
		}
	})
}
