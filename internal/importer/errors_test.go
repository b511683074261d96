package importer_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/importer"
	"fangxin/internal/scheme"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

// errorsOf reads the list of errors of a run.
func (w *world) errorsOf(by access.Principal, v importer.View) [][]string {
	w.t.Helper()
	b, err := w.imports.Errors(as(by), v.ID)
	w.ok(err)
	if !bytes.HasPrefix(b, []byte("\xEF\xBB\xBF")) {
		w.t.Error("without the mark Excel shows rubbish")
	}
	lines, err := csv.NewReader(bytes.NewReader(b[3:])).ReadAll()
	w.ok(err)
	return lines
}

// The list of errors has each row once, can hold no formula, and can be put
// right and imported again.
func TestErrorsArePutRightAndImportedAgain(t *testing.T) {
	each(t, func(w *world) {
		rows := [][]any{
			{"东湖区放心消费示范店"},
			{"统一社会信用代码", "企业名称", "门店名称", "经营地址", "县区", "业态", "称号", "认定日期", "门店电话"},
			{code(1), "甲店", "甲店", "八一大道1号", "东湖区", "超市", "示范店", 45356, ""},
			{code(2), "=HYPERLINK(\"x\")", "=HYPERLINK(\"x\")", "八一大道2号", "东湖", "飞船", "示范店", 45356, "无"},
			{code(3), "丙店", "丙店", "八一大道3号", "火星", "超市", "示范店", 45356, ""},
		}
		// In a workbook that counts days from 1904 the same number is another day.
		for _, from1904 := range []bool{false, true} {
			issued := "2024-03-05"
			content := workbook(w.t, rows)
			if from1904 {
				issued = "2028-03-06"
				w.clock.Set(time.Date(2029, 1, 1, 0, 0, 0, 0, time.UTC))
				content = dates1904(w.t, rows)
			}
			v := w.check(w.city, importer.Certificates, "称号.xlsx", content)
			if !from1904 {
				w.counts(v.Planned, "rows 3 new 1 same 0 differs 0 repeated 0 refused 2")
			}
			checked := w.errorsOf(w.city, v)
			done := w.run(w.city, v.ID)
			lines := w.errorsOf(w.city, done)
			if from1904 {
				if l := lines[len(lines)-1]; l[11] != issued {
					t.Errorf("%q", l)
				}
				continue
			}
			if fmt.Sprint(checked) != fmt.Sprint(lines) || len(lines) != 3 {
				t.Fatalf("%q then %q", checked, lines)
			}
			first := lines[1]
			if first[0] != "4" || first[1] != "门店电话、业态" || !strings.Contains(first[2], "不是电话号码；不认识的业态“飞船”") || first[5] != "'=HYPERLINK(\"x\")" || first[11] != issued {
				t.Errorf("%q", first)
			}
			first[9], first[12], lines[2][8] = "超市", "", "西湖区"
			again := w.bring(w.city, importer.Certificates, csvOf(w.t, lines))
			w.counts(again.Counts, "rows 2 new 2 same 0 differs 0 repeated 0 refused 0")
			if len(again.Planned.Unknown) != 0 {
				t.Errorf("unknown columns %v", again.Planned.Unknown)
			}
			if n := value[string](w, "SELECT name FROM operator WHERE uscc = ?", code(2)); n != "=HYPERLINK(\"x\")" {
				t.Errorf("the name became %q", n)
			}
			if n := value[int](w, "SELECT count(*) FROM certificate WHERE issued_on = ?", issued); n != 3 {
				t.Errorf("%d titles of %s", n, issued)
			}
			_, err := w.imports.Errors(as(w.city), again.ID)
			w.refused(err, fault.NotFound, "import_no_errors")
		}
	})
}

// The list speaks the language of whoever runs the file.
func TestErrorsInEnglish(t *testing.T) {
	each(t, func(w *world) {
		v, err := w.imports.Start(as(w.county), importer.StartCommand{Kind: importer.Merchants, Name: "x.csv", Content: []byte("统一社会信用代码,企业名称,联系电话\n" + code(1) + ",甲店,x\n"), Lang: "en"})
		w.ok(err)
		if l := w.errorsOf(w.county, v); l[0][0] != "Row" || !strings.Contains(l[1][2], "no telephone number") {
			t.Errorf("%q", l)
		}
		_, err = w.imports.Run(as(w.county), importer.RunCommand{ID: v.ID, Lang: "en"})
		w.ok(err)
		v, err = w.imports.Work(context.Background(), v.ID, importer.Pace{})
		w.ok(err)
		if l := w.errorsOf(w.county, v); l[0][3] != "What to do" || !strings.Contains(l[1][2], "no telephone number") {
			t.Errorf("%q", l)
		}
	})
}

// What was imported is never drawn, and what was drawn is never imported.
func TestImportedAndDrawnNumbersNeverMeet(t *testing.T) {
	each(t, func(w *world) {
		line := func(n int, no string) string {
			return fmt.Sprintf("%s,%d店,%d店,八一大道%d号,东湖区,超市,示范店,%s,2024.3.5,,\n", code(n), n, n, n, no)
		}
		// Rows without a number come first and must not take those of the others.
		v := w.bring(w.city, importer.Certificates, titlesHead+line(2, "")+line(1, number("SF", 2024, 5))+line(3, number("SF", 2024, 1))+line(4, ""))
		w.counts(v.Counts, "rows 4 new 4 same 0 differs 0 repeated 0 refused 0")
		drawn := w.draw(5)
		for holder, want := range map[string]string{"2店": number("SF", 2024, 6), "4店": number("SF", 2024, 7)} {
			if n := value[string](w, "SELECT number FROM certificate WHERE holder = ?", holder); n != want {
				t.Errorf("%s has %s, want %s", holder, n, want)
			}
		}
		if drawn != number("SF", 2024, 8) {
			t.Errorf("drew %s", drawn)
		}
		v = w.bring(w.city, importer.Certificates, titlesHead+line(6, drawn)+line(7, number("SF", 2024, 900_000)))
		w.counts(v.Counts, "rows 2 new 0 same 0 differs 0 repeated 0 refused 2")
		w.says(v, "2 称号编号: 编号 "+drawn+" 已用于另一个称号", "3 称号编号: 编号中的流水号不能大于 899999，请核对")
	})
}

// draw awards a title as the decision does.
func (w *world) draw(n int) string {
	w.t.Helper()
	v := w.bring(w.city, importer.Premises, premisesHead+fmt.Sprintf("%s,%d店,%d店,叠山路%d号,东湖区,超市,,,,\n", code(n), n, n, n))
	w.counts(v.Counts, "rows 1 new 1 same 0 differs 0 repeated 0 refused 0")
	shops, err := w.shops.PremisesList(as(w.city), listBy(code(n)))
	w.ok(err)
	shop := shops.Items[0]
	def := usecase.Def{Name: "test.award", Allow: []access.Role{access.ProvinceOfficer}}
	title, err := usecase.Do(as(w.province), w.rt, &def, struct{}{}, func(ctx context.Context, c *usecase.Call) (certificate.View, error) {
		day, err := calendar.ParseDate("2024-06-01")
		w.ok(err)
		sch, _ := scheme.Lookup("jx-model-shop", "")
		return w.titles.Issue(ctx, c.AsSystem(), certificate.IssueInput{
			Scheme: sch.Code, SchemeVersion: sch.Version, Premises: shop.ID, Operator: shop.Operator, Scope: shop.Scope, Holder: shop.Name, Address: shop.Address,
			Division: shop.Division, Sectors: shop.Sectors, Issuer: "省创建办", Approval: "1号", IssuedOn: day, ExpiresOn: day.AddYears(2),
		})
	})
	w.ok(err)
	return title.Number
}

// A title that was revoked does not come back with the list it came in.
func TestRevokedTitlesStayRevoked(t *testing.T) {
	each(t, func(w *world) {
		list := titlesHead + code(1) + ",甲店,甲店,八一大道1号,东湖区,超市,示范店,,2024.3.5,,\n"
		w.bring(w.city, importer.Certificates, list)
		var titles []struct{ ID, Number string }
		w.ok(w.d.R.NewRaw("SELECT id, number FROM certificate").Scan(context.Background(), &titles))
		revoke := certificate.RevokeCommand{ID: ident.CertificateID(titles[0].ID), Reason: "屡教不改"}
		_, err := w.titles.Revoke(testkit.As(w.province), revoke)
		w.ok(err)
		before := w.written()
		w.counts(w.bring(w.city, importer.Certificates, list).Counts, "rows 1 new 0 same 1 differs 0 repeated 0 refused 0")
		v := w.bring(w.city, importer.Certificates, strings.Replace(list, "2024.3.5", "2024.3.6", 1))
		w.counts(v.Counts, "rows 1 new 0 same 0 differs 0 repeated 0 refused 1")
		w.says(v, "2 称号: 该门店的称号 "+titles[0].Number+" 已被撤销，至 2028-03-02 止不再认定")
		if after := w.written(); after != before {
			t.Errorf("before %s\nafter  %s", before, after)
		}
	})
}

// The trail names the file, its runner and each record that came of it.
func TestTheTrailOfAnImport(t *testing.T) {
	each(t, func(w *world) {
		v := w.check(w.city, importer.Certificates, "称号.csv", []byte(titlesHead+
			code(1)+",甲店,甲店,八一大道1号,东湖区,超市,示范店,,2024.3.5,,\n"+code(2)+",乙店,乙店,八一大道2号,火星,超市,示范店,,2024.3.5,,\n"))
		w.run(w.city, v.ID)
		var entries []struct {
			Usecase, Subject, Scope, Outcome string
			Account                          string
			Role                             string
		}
		w.ok(w.d.R.NewRaw("SELECT usecase, subject, scope, outcome, account, role FROM audit_entry ORDER BY id").Scan(context.Background(), &entries))
		var got []string
		for _, e := range entries {
			if e.Account != string(w.city.Account) || e.Role != "city_officer" || e.Outcome != "done" || e.Subject == "" {
				t.Errorf("%+v", e)
			}
			got = append(got, e.Usecase+" "+e.Scope)
		}
		want := "import.start /36/3601/, import.run /36/3601/, merchant.add_operator /36/3601/, merchant.add_premises " + donghu +
			", certificate.import " + donghu + ", import.batch /36/3601/, import.batch /36/3601/"
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("got  %s\nwant %s", s, want)
		}
		// No entry holds what was in the file.
		if n := value[int](w, "SELECT count(*) FROM audit_entry WHERE CAST(data AS TEXT) LIKE '%店%' OR CAST(data AS TEXT) LIKE ?", "%"+code(1)+"%"); n != 0 {
			t.Errorf("%d entries hold names or codes", n)
		}
	})
}

// Files hold names and numbers of people: they go after thirty days.
func TestFilesAreDroppedAfterThirtyDays(t *testing.T) {
	each(t, func(w *world) {
		text := "统一社会信用代码,企业名称,联系电话\n" + code(1) + ",甲店,13812345678\n" + code(2) + ",乙店,138123456789999\n"
		other := strings.Replace(text, "甲店", "丙店", 1)
		third := strings.Replace(text, "甲店", "丁店", 1)
		done := w.bring(w.county, importer.Merchants, text)
		only := w.check(w.county, importer.Merchants, "b.csv", []byte(other))
		open := w.check(w.county, importer.Merchants, "c.csv", []byte(third))
		_, err := w.imports.Run(as(w.county), importer.RunCommand{ID: open.ID})
		w.ok(err)
		if n := value[int](w, "SELECT count(*) FROM import_file WHERE run = ? AND content IS NOT NULL", done.ID); n != 0 {
			t.Error("the file of a finished import is kept")
		}
		w.clock.Add(29 * 24 * time.Hour)
		w.ok(second(w.imports.Sweep(context.Background())))
		if len(w.errorsOf(w.county, done)) != 2 || w.count("import_file") != 3 {
			t.Error("dropped before their time")
		}
		w.clock.Add(2 * 24 * time.Hour)
		// The sweep before took the open run up, which counts as its last move.
		w.ok(second(w.imports.Sweep(context.Background())))
		_, err = w.imports.Errors(as(w.county), done.ID)
		w.refused(err, fault.Gone, "import_errors_gone")
		_, err = w.imports.Get(as(w.county), only.ID)
		w.refused(err, fault.NotFound, "")
		v, err := w.imports.Get(as(w.county), done.ID)
		w.ok(err)
		if len(v.Problems) != 0 || tally(v.Counts) != tally(done.Counts) || v.Name != done.Name {
			t.Errorf("%+v", v)
		}
		if w.count("import_file") != 1 {
			t.Errorf("%d files are left", w.count("import_file"))
		}
		w.clock.Add(31 * 24 * time.Hour)
		w.ok(second(w.imports.Sweep(context.Background())))
		v, err = w.imports.Get(as(w.county), open.ID)
		w.ok(err)
		if v.State != importer.Done || v.Dealt() != 0 || w.count("import_file") != 0 || w.count("import_problem") != 0 {
			t.Errorf("%s with %d rows, %d files, %d problems left", v.State, v.Dealt(), w.count("import_file"), w.count("import_problem"))
		}
		if n := value[int](w, "SELECT count(*) FROM import_run WHERE CAST(planned AS TEXT) || CAST(counts AS TEXT) LIKE '%138%'"); n != 0 {
			t.Error("a telephone number is left")
		}
		entries := value[int](w, "SELECT count(*) FROM audit_entry WHERE usecase = 'import.sweep'")
		w.ok(second(w.imports.Sweep(context.Background())))
		if n := value[int](w, "SELECT count(*) FROM audit_entry WHERE usecase = 'import.sweep'"); n != entries {
			t.Error("a sweep that found nothing stands in the trail")
		}
	})
}

// The same key with another file is no repetition.
func TestIdempotencyKeyOfAnUpload(t *testing.T) {
	each(t, func(w *world) {
		send := func(text string) (importer.View, error) {
			ctx := usecase.WithEdge(as(w.county), usecase.Edge{IdempotencyKey: "k1"})
			return w.imports.Start(ctx, importer.StartCommand{Kind: importer.Merchants, Name: "x.csv", Content: []byte(text)})
		}
		first, err := send("统一社会信用代码,企业名称\n" + code(1) + ",甲店\n")
		w.ok(err)
		again, err := send("统一社会信用代码,企业名称\n" + code(1) + ",甲店\n")
		w.ok(err)
		if again.ID != first.ID || w.count("import_run") != 1 {
			t.Error("a repeated upload made a second run")
		}
		_, err = send("统一社会信用代码,企业名称\n" + code(2) + ",乙店\n")
		w.refused(err, fault.IdempotencyMismatch, "")
	})
}
