package importer_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"fangxin/internal/access"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/fault"
	"fangxin/internal/importer"
	"fangxin/internal/merchant"
	"fangxin/internal/tabular"
)

// Every template is understood when it comes back: its example is no data
// until the mark is taken away, and then it is a good row.
func TestTemplatesAreUnderstood(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	for _, kind := range importer.Kinds {
		for _, format := range []string{importer.XLSX, importer.CSV} {
			for _, lang := range []string{"zh", "en"} {
				b, err := w.imports.Template(as(w.city), importer.TemplateQuery{Kind: kind, Format: format, Lang: lang})
				w.ok(err)
				_, err = w.imports.Start(as(w.city), importer.StartCommand{Kind: kind, Name: "模板." + format, Content: b, Lang: lang})
				if f, ok := fault.As(err); !ok || len(f.Fields) != 1 || f.Fields[0].Rule != "import_no_rows" {
					t.Errorf("%s.%s as it is: %v", kind, format, err)
				}
			}
		}
		if kind == importer.Facts { // facts are about somebody whom the registry has
			_, err := w.shops.AddOperator(as(w.city), merchant.AddOperatorCommand{USCC: "92360102MAD0000A2K", Name: "南昌市东湖区好味餐饮店（示例）"})
			w.ok(err)
		}
		b, err := w.imports.Template(as(w.city), importer.TemplateQuery{Kind: kind, Format: importer.CSV, Lang: "zh"})
		w.ok(err)
		v := w.check(w.city, kind, "模板.csv", []byte(strings.Replace(string(b), tabular.ExampleMark+",", "1,", 1)))
		w.counts(v.Planned, "rows 1 new 1 same 0 differs 0 repeated 0 refused 0")
		w.says(v)
		if len(v.Planned.Unknown) != 0 {
			t.Errorf("%s: unknown columns %v", kind, v.Planned.Unknown)
		}
	}
	if w.count("import_run") != len(importer.Kinds) {
		t.Errorf("%d runs", w.count("import_run"))
	}
}

// The instructions name every column, how it is filled in, and the words that
// may stand in it.
func TestInstructions(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	for lang, want := range map[string][]string{
		"zh": {"统一社会信用代码", "必填", "可填：商场、商店、超市", "江西省放心消费示范店、线下无理由退货承诺店", "高德", "信用代码、社会信用代码"},
		"en": {"统一社会信用代码", "business licence", "One of: 商场", "Days may be written"},
	} {
		b, err := w.imports.Template(as(w.city), importer.TemplateQuery{Kind: importer.Certificates, Format: importer.XLSX, Lang: lang})
		w.ok(err)
		f, err := excelize.OpenReader(bytes.NewReader(b))
		w.ok(err)
		rows, err := f.GetRows(f.GetSheetName(1))
		w.ok(err)
		var all strings.Builder
		for i, row := range rows {
			all.WriteString(strings.Join(row, "|") + "\n")
			if i > 0 && len(row) > 1 && row[0] != "" && row[2] == "" {
				t.Errorf("%s: nothing is said about %s", lang, row[0])
			}
		}
		for _, words := range want {
			if !strings.Contains(all.String(), words) {
				t.Errorf("%s does not say %q:\n%s", lang, words, all.String())
			}
		}
		w.ok(f.Close())
	}
}

func TestTemplatesAreForThoseWhoMayImport(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	ask := func(p access.Principal, kind importer.Kind) error {
		_, err := w.imports.Template(as(p), importer.TemplateQuery{Kind: kind, Format: importer.CSV})
		return err
	}
	w.ok(ask(w.county, importer.Merchants))
	w.refused(ask(w.county, importer.Certificates), fault.Forbidden, "import_titles")
	w.refused(ask(access.Anonymous(), importer.Merchants), fault.Unauthenticated, "")
	w.refused(ask(w.county, "nonsense"), fault.Invalid, "")
}
