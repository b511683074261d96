package tabular_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"

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

// The report says where and why, keeps the cells, can hold no formula, and can
// be read again once it was put right.
func TestReport(t *testing.T) {
	table := read(t, "某局名单,,\n企业名称,统一社会信用代码,成立日期\n=cmd|' /C calc'!A1,123,2024.2.30\n甲,91360102MA1TEUT08T,2024.3.5\n", nil)
	row := table.Rows[0]
	_, _, codeErr := tabular.ParseUSCC(row.Values["uscc"])
	_, dateErr := tabular.ParseDate(row.Values["date"])
	problems := []*tabular.CellError{table.Problem(row, "uscc", codeErr), table.Problem(row, "date", dateErr), table.Reject(row, "", "unique")}
	if p := problems[0]; p.Row != 3 || p.Column != "统一社会信用代码" || p.Key != "uscc" || p.Reason != "uscc_length" || strings.Contains(p.Error(), "123") {
		t.Errorf("%+v: %v", p, p)
	}
	if p := table.Problem(row, "uscc", errors.New("secret")); p.Reason != "other" || strings.Contains(p.Error(), "secret") {
		t.Errorf("an unknown failure is shown: %v", p)
	}
	for _, lang := range []string{"zh", "en"} {
		var b bytes.Buffer
		r, err := tabular.NewReport(&b, lang, table)
		if err == nil {
			err = r.Add(row, problems...)
		}
		if err == nil {
			err = r.Flush()
		}
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(b.Bytes(), []byte("\xEF\xBB\xBF")) {
			t.Error("without the mark Excel shows rubbish")
		}
		lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff"))).ReadAll()
		if err != nil || len(lines) != 4 {
			t.Fatalf("%d lines, %v", len(lines), err)
		}
		if l := lines[1]; l[0] != "3" || l[1] != "统一社会信用代码" || l[2] != problems[0].Words(lang) || l[3] != "'=cmd|' /C calc'!A1" || l[4] != "123" {
			t.Errorf("line %q", l)
		}
		again, err := tabular.Read("errors.csv", b.Bytes(), columns, nil)
		if err != nil || len(again.Rows) != 3 || again.Rows[0].Values["name"] != row.Values["name"] {
			t.Errorf("read again: %v", err)
		}
	}
}
