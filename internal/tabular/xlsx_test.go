package tabular_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"fangxin/internal/tabular"
)

// workbook builds a file from cells of sheets; merges are "A1:B2".
func workbook(t testing.TB, edit func(f *excelize.File, set func(sheet, cell string, v any), merge func(sheet, from, to string))) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	edit(f, func(sheet, cell string, v any) {
		if i, err := f.GetSheetIndex(sheet); err != nil || i < 0 {
			_, err := f.NewSheet(sheet)
			must(err)
		}
		must(f.SetCellValue(sheet, cell, v))
	}, func(sheet, from, to string) { must(f.MergeCell(sheet, from, to)) })
	var b bytes.Buffer
	must(f.Write(&b))
	return b.Bytes()
}

// edited replaces a text in every part of a workbook.
func edited(t testing.TB, content []byte, from, to string) []byte {
	t.Helper()
	parts, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w, hits := zip.NewWriter(&out), 0
	for _, part := range parts.File {
		b, err := fs.ReadFile(parts, part.Name)
		if err != nil {
			t.Fatal(err)
		}
		hits += bytes.Count(b, []byte(from))
		f, err := w.Create(part.Name)
		if err == nil {
			_, err = f.Write(bytes.ReplaceAll(b, []byte(from), []byte(to)))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil || hits == 0 {
		t.Fatal(err, hits)
	}
	return out.Bytes()
}

var head = []string{"序号", "统一社会信用代码", "企业名称", "成立日期"}

// A list as an office sends it: titles, a group merged downwards, dates in
// three forms, a signature merged over the row, a sheet of instructions first
// and another list behind.
func TestWorkbook(t *testing.T) {
	content := workbook(t, func(f *excelize.File, set func(sheet, cell string, v any), merge func(sheet, from, to string)) {
		set("Sheet1", "A1", "填表说明")
		set("Sheet1", "A2", "一、名称与营业执照一致")
		set("名单 & <1>", "A1", "江西省放心消费单位名单")
		merge("名单 & <1>", "A1", "D1")
		for i, h := range head {
			cell, err := excelize.CoordinatesToCellName(i+1, 3)
			if err != nil {
				t.Fatal(err)
			}
			set("名单 & <1>", cell, h)
		}
		set("名单 & <1>", "B4", "91360102MA1TEUT08T")
		set("名单 & <1>", "C4", "甲集团")
		set("名单 & <1>", "D4", time.Date(2024, 3, 5, 12, 0, 0, 0, time.UTC)) // a cell in date format
		set("名单 & <1>", "B5", "92360622MA1TEUT08G")
		set("名单 & <1>", "D5", "2024年3月5日")
		merge("名单 & <1>", "C4", "C9") // rows 6 to 9 hold nothing else
		set("名单 & <1>", "A11", "制表人：张三")
		merge("名单 & <1>", "A11", "D11")
		set("名单 & <1>", "A1000", " ") // formatted far below
		set("二", "A1", "企业名称")
		set("隐藏", "A1", "x")
		if err := f.SetSheetVisible("隐藏", false); err != nil {
			t.Fatal(err)
		}
	})
	table, err := tabular.Read("upload", content, columns, nil)
	if err != nil {
		t.Fatal(err)
	}
	if table.Sheet != "名单 & <1>" || table.HeaderRow != 3 || !slices.Equal(table.Unread, []string{"Sheet1", "二"}) {
		t.Errorf("sheet %q, header in %d, unread %v", table.Sheet, table.HeaderRow, table.Unread)
	}
	if len(table.Rows) != 2 {
		t.Fatalf("%+v", table.Rows)
	}
	for i, r := range table.Rows {
		d, err := table.Date(r.Values["date"])
		if r.Number != 4+i || r.Values["name"] != "甲集团" || err != nil || d.String() != "2024-03-05" {
			t.Errorf("%+v: %s %v", r, d, err)
		}
	}
	if last := table.Skipped[len(table.Skipped)-1]; last.Number != 11 || last.Why != tabular.Signature || last.Text != "制表人：张三" {
		t.Errorf("last skipped: %+v", last)
	}
}

func TestWorkbookFrom1904(t *testing.T) {
	content := workbook(t, func(f *excelize.File, set func(sheet, cell string, v any), _ func(sheet, from, to string)) {
		yes := true
		if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}); err != nil {
			t.Fatal(err)
		}
		for cell, v := range map[string]any{"A1": "企业名称", "B1": "信用代码", "C1": "成立日期", "A2": "甲", "B2": "1", "C2": 43894} {
			set("Sheet1", cell, v)
		}
	})
	table, err := tabular.Read("x.xlsx", content, columns, nil)
	if err != nil {
		t.Fatal(err)
	}
	if d, err := table.Date(table.Rows[0].Values["date"]); err != nil || d.String() != "2024-03-05" {
		t.Errorf("%s %v", d, err)
	}
}

// Neither a range merged over the whole sheet nor cells at its far end cost
// more than the table that is there.
func TestWorkbookThatPretendsToBeLarge(t *testing.T) {
	content := workbook(t, func(_ *excelize.File, set func(sheet, cell string, v any), merge func(sheet, from, to string)) {
		for i, h := range head {
			cell, err := excelize.CoordinatesToCellName(i+1, 1)
			if err != nil {
				t.Fatal(err)
			}
			set("Sheet1", cell, h)
		}
		set("Sheet1", "B2", "1")
		set("Sheet1", "C2", "甲")
		set("Sheet1", "XFD3", " ")
		merge("Sheet1", "F4", "G5")
	})
	// The library that writes it would lay out every cell; the file only says so.
	content = edited(t, content, "F4:G5", "F4:XFD1048576")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	table, err := tabular.Read("x.xlsx", content, columns, nil)
	if err != nil || len(table.Rows) != 1 {
		t.Fatalf("%v %+v", err, table)
	}
	runtime.ReadMemStats(&after)
	if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 64 {
		t.Errorf("%d MB were allocated", used)
	}
	far := workbook(t, func(_ *excelize.File, set func(sheet, cell string, v any), _ func(sheet, from, to string)) {
		set("Sheet1", "A1", "企业名称")
		set("Sheet1", "XFD1", "x")
	})
	var bad *tabular.FileError
	if _, err := tabular.Read("x.xlsx", far, columns, nil); !errors.As(err, &bad) || bad.Reason != "too_wide" {
		t.Errorf("%v", err)
	}
}

func TestWorkbooksThatAreRefused(t *testing.T) {
	empty := workbook(t, func(_ *excelize.File, _ func(sheet, cell string, v any), _ func(sheet, from, to string)) {})
	var bad *tabular.FileError
	if _, err := tabular.Read("x.xlsx", empty, columns, nil); !errors.As(err, &bad) || bad.Reason != "empty" {
		t.Errorf("empty: %v", err)
	}
	if _, err := tabular.Read("x.xlsx", []byte("企业名称,信用代码\n"), columns, nil); !errors.As(err, &bad) || bad.Reason != "not_workbook" {
		t.Errorf("text in a workbook's clothes: %v", err)
	}
	lacking := workbook(t, func(_ *excelize.File, set func(sheet, cell string, v any), _ func(sheet, from, to string)) {
		set("Sheet1", "A1", "企业名称")
		set("Sheet1", "B1", "成立日期")
	})
	var header *tabular.HeaderError
	if _, err := tabular.Read("x.xlsx", lacking, columns, nil); !errors.As(err, &header) || header.Sheet != "Sheet1" || header.Row != 1 || !slices.Equal(header.Missing, []string{"统一社会信用代码"}) {
		t.Errorf("lacking: %v", err)
	}
}

func BenchmarkWorkbook(b *testing.B) {
	content := workbook(b, func(f *excelize.File, _ func(sheet, cell string, v any), _ func(sheet, from, to string)) {
		w, err := f.NewStreamWriter("Sheet1")
		if err != nil {
			b.Fatal(err)
		}
		for i := range 20_000 {
			row := []any{i, "91360102MA1TEUT08T", fmt.Sprint("南昌", i, "店"), 45356}
			if i == 0 {
				row = []any{head[0], head[1], head[2], head[3]}
			}
			if err := w.SetRow(fmt.Sprint("A", i+1), row); err != nil {
				b.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			b.Fatal(err)
		}
	})
	b.ReportAllocs()
	for b.Loop() {
		if t, err := tabular.Read("x.xlsx", content, columns, nil); err != nil || len(t.Rows) != 19_999 {
			b.Fatal(err)
		}
	}
}
