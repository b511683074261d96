package tabular_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

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
	var skipped []string
	for _, s := range table.Skipped {
		skipped = append(skipped, fmt.Sprint(s.Number, s.Why))
	}
	if got := strings.Join(skipped, " "); got != "1title 2title 5blank 7signature 8signature" {
		t.Errorf("skipped %s", got)
	}
	if len(table.Unknown) != 1 || table.Unknown[0] != "序号" {
		t.Errorf("unknown: %v", table.Unknown)
	}
	return table
}

func utf16(t *testing.T, order unicode.Endianness) []byte {
	t.Helper()
	b, err := unicode.UTF16(order, unicode.UseBOM).NewEncoder().Bytes([]byte(sheet))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTextEncodings(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(sheet))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"utf8": []byte(sheet), "bom": append([]byte("\ufeff"), sheet...), "gb18030": gb,
		"tabs": []byte(strings.ReplaceAll(sheet, ",", "\t")), "semicolons": []byte(strings.ReplaceAll(sheet, ",", ";")),
		"utf16le": utf16(t, unicode.LittleEndian), "utf16be": utf16(t, unicode.BigEndian), "crlf": []byte(strings.ReplaceAll(sheet, "\n", "\r\n")),
	} {
		t.Run(name, func(t *testing.T) { check(t, content, "list.csv") })
	}
}

func TestMissingColumnsAreNamed(t *testing.T) {
	_, err := tabular.Read("x.csv", []byte("企业名称,成立日期\n甲,2024-1-1\n"), columns, nil)
	var header *tabular.HeaderError
	if !errors.As(err, &header) || len(header.Missing) != 1 || header.Missing[0] != "统一社会信用代码" || header.Row != 1 {
		t.Errorf("%v", err)
	}
	if zh := header.Words("zh"); !strings.Contains(zh, "统一社会信用代码") || !strings.Contains(zh, "成立日期") || !strings.Contains(zh, "列名对照") {
		t.Errorf("words: %s", zh)
	}
	if _, err := tabular.Read("x.csv", []byte("a,b\n1,2\n"), columns, nil); !errors.As(err, &header) || header.Row != 0 || !slices.Equal(header.Found, []string{"a", "b"}) {
		t.Errorf("no header: %v", err)
	}
}

func read(t *testing.T, text string, m tabular.Mapping) *tabular.Table {
	t.Helper()
	table, err := tabular.Read("x.csv", []byte(text), columns, m)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestMapping(t *testing.T) {
	m, err := tabular.ReadMapping(strings.NewReader(`{"字号": "name", "代码": "uscc"}`))
	if err != nil {
		t.Fatal(err)
	}
	table := read(t, "名称,字号,代码\n乙,甲,1\n", m)
	if table.Rows[0].Values["name"] != "甲" || !slices.Equal(table.Unknown, []string{"名称"}) {
		t.Errorf("the mapping must win: %+v", table)
	}
	var bad *tabular.FileError
	if _, err := tabular.Read("x.csv", []byte("字号,代码\n"), columns, tabular.Mapping{"字号": "nonsense"}); !errors.As(err, &bad) || bad.Reason != "mapping_key" {
		t.Errorf("a mapping to nothing was taken: %v", err)
	}
	if _, err := tabular.ReadMapping(strings.NewReader(`[]`)); !errors.As(err, &bad) || bad.Reason != "mapping_file" {
		t.Errorf("%v", err)
	}
}

// Of two columns that claim the same place the better name wins, in any order.
func TestBetterNameWins(t *testing.T) {
	for _, head := range []string{"名称,企业名称,信用代码\n乙,甲,1\n", "企业名称,名称,信用代码\n甲,乙,1\n"} {
		if table := read(t, head, nil); table.Rows[0].Values["name"] != "甲" || !slices.Equal(table.Unknown, []string{"名称"}) {
			t.Errorf("%+v", table)
		}
	}
}

// Row numbers are those of the spreadsheet: blank lines count, a cell with
// line breaks is one row, quoted delimiters and doubled quotes are text.
func TestRowNumbers(t *testing.T) {
	table := read(t, "企业名称,信用代码,成立日期\n\"甲\n店\",1,\n\n\"乙,\"\"老\"\"店\",2,\n丙,3\n", nil)
	var got []string
	for _, r := range table.Rows {
		got = append(got, fmt.Sprintf("%d=%s", r.Number, r.Values["name"]))
	}
	if s := strings.Join(got, " "); s != `2=甲 店 4=乙,"老"店 5=丙` {
		t.Errorf("rows %s", s)
	}
}

// What closes a sheet is left out and told; what only looks like it is data.
func TestClosingRows(t *testing.T) {
	for line, why := range map[string]string{
		"1,91360102MA1TEUT08T,南昌甲店,":  "",
		"合计,,,":                       tabular.Signature,
		"总计：12家,,,":                   tabular.Signature,
		"小计,,2家,":                     tabular.Signature,
		"合计,91360102MA1TEUT08T,合计小吃,": "",
		",91360102MA1TEUT08T,合计,":     "",
		"1,,审核店,":                     "", // a required cell is missing: the caller must say so
		"制表人：张三,,审核人：李四,":             tabular.Signature,
		"制 表 人,张三,审核人,李四":             tabular.Signature,
		"填报单位（盖章）：某局,,,":              tabular.Signature,
		"备注：以上数据截至６月底,,,":             tabular.Signature,
		"备注：同上,备注：同上,备注：同上,备注：同上":     tabular.Signature, // merged over the row
		"负责人超市,,,":                    "",
		"一、南昌市,,,":                    tabular.Section,
		"（二）九江市,（二）九江市,（二）九江市,":       tabular.Section,
		"序号,统一社会信用代码,企业名称,成立日期":       tabular.Repeated,
		"　,\u200b, ,":                 tabular.Blank,
	} {
		table := read(t, "序号,信用代码,企业名称,成立日期\n"+strings.ReplaceAll(line, "统一社会信用代码", "信用代码")+"\n", nil)
		switch {
		case why == "" && len(table.Rows) != 1:
			t.Errorf("%s was left out: %+v", line, table.Skipped)
		case why != "" && (len(table.Skipped) != 1 || table.Skipped[0].Why != why || table.Skipped[0].Number != 2):
			t.Errorf("%s: %+v, want %s", line, table.Skipped, why)
		}
	}
}

func TestFilesThatAreRefused(t *testing.T) {
	for reason, content := range map[string][]byte{
		"old_excel":    {0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1},
		"html":         []byte("<html><table><tr><td>企业名称</td></tr></table></html>"),
		"not_workbook": []byte("PK\x03\x04 broken"),
		"encoding":     {'a', 0xFF, 0xFF, 0x20, 0xFF},
		"binary":       []byte("a\x00b,c\n"),
		"empty":        []byte(" ,\n\n"),
		"quote":        []byte("企业名称,信用代码\n\"甲,1\n" + strings.Repeat("乙,2\n", 60)),
		"too_wide":     []byte(strings.Repeat("a,", tabular.MaxColumns) + "b\n"),
		"too_long":     []byte("企业名称,信用代码\n" + strings.Repeat("a,b\n", tabular.MaxRows)),
		"too_large":    make([]byte, tabular.MaxBytes+1),
	} {
		_, err := tabular.Read("x.csv", content, columns, nil)
		var bad *tabular.FileError
		if !errors.As(err, &bad) || bad.Reason != reason {
			t.Errorf("%s: %v", reason, err)
			continue
		}
		if zh, en := bad.Words("zh"), bad.Words("en"); zh == en || strings.Contains(zh+en, "{0}") || strings.Contains(zh, "tabular.") {
			t.Errorf("%s reads %q and %q", reason, zh, en)
		}
	}
	// Blank lines are no rows.
	if _, err := tabular.Read("x.csv", []byte("企业名称,信用代码\na,b\n"+strings.Repeat(",\n", tabular.MaxRows)), columns, nil); err != nil {
		t.Errorf("blank rows count as rows: %v", err)
	}
}

func TestClean(t *testing.T) {
	for s, want := range map[string]string{
		"　ＡＢＣ　１２３ ": "ABC 123", "甲\n店": "甲 店", "南昌（红谷滩）店": "南昌（红谷滩）店", "甲\u200b乙\ufeff": "甲乙", "'=甲": "=甲", "'甲": "'甲", "": "",
	} {
		if got := tabular.Clean(s); got != want {
			t.Errorf("%q became %q, want %q", s, got, want)
		}
	}
	if got := tabular.CleanCode("' jx－２０２６　\u200e001 "); got != "JX-2026001" {
		t.Errorf("code %q", got)
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
