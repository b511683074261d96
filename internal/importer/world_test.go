package importer_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"fangxin/internal/access"
	"fangxin/internal/badge"
	"fangxin/internal/badgecode"
	"fangxin/internal/blob"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/db"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/division"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/importer"
	"fangxin/internal/merchant"
	"fangxin/internal/scheme"
	"fangxin/internal/task"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

// Authorities of the tests: 东湖区, its city and province, and a county elsewhere.
const (
	donghu    = "/36/3601/360102/"
	nanchang  = "/36/3601/"
	jiangxi   = "/36/"
	zhanggong = "/36/3607/360702/"
)

type members struct{}

func (members) Grant(context.Context, *usecase.Call, ident.AccountID, ident.OperatorID) error {
	return nil
}
func (members) Phone(context.Context, usecase.Reader, ident.AccountID) (string, error) {
	return "", nil
}

// world is a registry without a shop in it.
type world struct {
	t       *testing.T
	d       *db.DB
	rt      *usecase.Runtime
	clock   *testkit.Clock
	queue   *testkit.Queue
	shops   *merchant.Service
	titles  *certificate.Service
	imports *importer.Service

	county, other, city, province, admin access.Principal

	area func(code string) (string, error) // who is in charge of a county
}

func each(t *testing.T, fn func(w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { fn(newWorld(t, d)) })
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	rt, clock, queue := testkit.Runtime(d)
	ring, err := badgecode.NewRing(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{
		// Every county of the province has an authority; others have none.
		area: func(code string) (string, error) {
			if v, ok := division.Lookup(code); ok && v.Level == division.County && strings.HasPrefix(code, "36") {
				return "/36/" + code[:4] + "/" + code + "/", nil
			}
			return "", fault.New(fault.NotFound, "")
		},
		t: t, d: d, rt: rt, clock: clock, queue: queue,
		county: testkit.Staff(access.CountyOfficer, donghu), other: testkit.Staff(access.CountyOfficer, zhanggong),
		city: testkit.Staff(access.CityOfficer, nanchang), province: testkit.Staff(access.ProvinceOfficer, jiangxi),
		admin: testkit.Staff(access.Administrator, jiangxi),
	}
	inCharge := func(_ context.Context, _ usecase.Reader, code string) (string, error) { return w.area(code) }
	badges := badge.New(rt, ring, "https://fx.example.gov.cn")
	w.titles = certificate.New(rt, badges, scheme.Texts, calendar.Shipped())
	w.shops = merchant.New(rt, members{}, inCharge, blob.New(rt, t.TempDir()), task.New(rt))
	w.imports = importer.New(rt, w.shops, w.titles, inCharge)
	return w
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) refused(err error, code fault.Code, detail string) {
	w.t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Code != code || f.Detail != detail {
		w.t.Errorf("got %v, want %s (%s)", err, code, detail)
	}
}

// check uploads a file.
func (w *world) check(by access.Principal, kind importer.Kind, name string, content []byte) importer.View {
	w.t.Helper()
	v, err := w.imports.Start(testkit.As(by), importer.StartCommand{Kind: kind, Name: name, Content: content, Lang: "zh"})
	w.ok(err)
	if v.State != importer.Checked {
		w.t.Fatalf("%s is %s after the check", name, v.State)
	}
	return v
}

// run imports a checked file to its end.
func (w *world) run(by access.Principal, id ident.ImportID) importer.View {
	w.t.Helper()
	_, err := w.imports.Run(testkit.As(by), importer.RunCommand{ID: id})
	w.ok(err)
	v, err := w.imports.Work(context.Background(), id, importer.Pace{})
	w.ok(err)
	if v.State != importer.Done {
		w.t.Fatalf("%s after its work", v.State)
	}
	return v
}

// bring checks and imports a text.
func (w *world) bring(by access.Principal, kind importer.Kind, text string) importer.View {
	w.t.Helper()
	return w.run(by, w.check(by, kind, "名单.csv", []byte(text)).ID)
}

// tally is what matters of the counts.
func tally(c importer.Counts) string {
	return fmt.Sprintf("rows %d new %d same %d differs %d repeated %d refused %d", c.Rows, c.New, c.Same, c.Differs, c.Repeated, c.Refused)
}

func (w *world) counts(c importer.Counts, want string) {
	w.t.Helper()
	if got := tally(c); got != want {
		w.t.Errorf("got  %s\nwant %s", got, want)
	}
}

// problems gives each problem as "row column: words", the hints in brackets.
func problems(v importer.View) []string {
	var out []string
	for _, p := range v.Problems {
		s := fmt.Sprintf("%d %s: %s", p.Row, p.Column, p.Problem.Zh)
		if !p.Refused {
			s = "(" + s + ")"
		}
		out = append(out, s)
	}
	return out
}

// says compares the problems of a view; a text that ends in … is a beginning.
func (w *world) says(v importer.View, want ...string) {
	w.t.Helper()
	got := problems(v)
	good := len(got) == len(want)
	for i := range want {
		start, begins := strings.CutSuffix(want[i], "…")
		good = good && (got[i] == want[i] || begins && strings.HasPrefix(got[i], start))
	}
	if !good {
		w.t.Errorf("problems:\n  %s\nwant:\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
	for _, p := range v.Problems {
		if p.Problem.En == "" || p.WayOut.Zh == "" || p.WayOut.En == "" || strings.HasPrefix(p.Problem.Zh, "import.") || strings.HasPrefix(p.WayOut.Zh, "import.") {
			w.t.Errorf("row %d is not worded: %+v", p.Row, p)
		}
	}
}

// count counts the rows of a table.
func (w *world) count(table string) int {
	w.t.Helper()
	var n int
	w.ok(w.d.R.NewRaw("SELECT count(*) FROM "+table).Scan(context.Background(), &n))
	return n
}

// value reads one value of one row.
func value[V any](w *world, query string, args ...any) V {
	w.t.Helper()
	var v V
	w.ok(w.d.R.NewRaw(query, args...).Scan(context.Background(), &v))
	return v
}

// code makes the n-th good credit code.
func code(n int) string { return string(ident.CompleteUSCC(fmt.Sprintf("92360102MA%07d", n))) }

// csvOf writes a table as CSV.
func csvOf(t *testing.T, rows [][]string) string {
	t.Helper()
	var b strings.Builder
	c := csv.NewWriter(&b)
	if err := c.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// gb18030 encodes a text as Chinese Windows does.
func gb18030(t *testing.T, text string) []byte {
	t.Helper()
	b, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// workbook writes a sheet; merged are ranges such as A1:K1.
func workbook(t *testing.T, rows [][]any, merged ...string) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range merged {
		from, to, _ := strings.Cut(m, ":")
		if err := f.MergeCell("Sheet1", from, to); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// number makes a certificate number.
func number(kind string, year, n int) string {
	no, err := badgecode.NewCertNo("JX", kind, year, n)
	if err != nil {
		panic(err)
	}
	return no.String()
}

func as(p access.Principal) context.Context { return testkit.As(p) }

// onFile checks a refusal of a whole file by words that it says.
func (w *world) onFile(err error, words string) {
	w.t.Helper()
	if !fault.Is(err, fault.Invalid) {
		w.t.Errorf("got %v, want a refusal of the file", err)
		return
	}
	if said := w.imports.Explain("zh", err).Error(); !strings.Contains(said, words) {
		w.t.Errorf("%q does not say %q", said, words)
	}
}

// written is what the registry holds, besides the runs themselves.
func (w *world) written() string {
	s := ""
	for _, table := range []string{"operator", "premises", "premises_sector", "certificate", "certificate_sector", "sticker", "badge_face", "counter", "event", "search_gram", "search_name"} {
		s += fmt.Sprintf("%s %d ", table, w.count(table))
	}
	return s
}

func listBy(uscc string) merchant.ListQuery { return merchant.ListQuery{USCC: uscc} }

// second drops the first of two results.
func second[V any](_ V, err error) error { return err }

// dates1904 writes a workbook that counts days from 1904.
func dates1904(t *testing.T, rows [][]any) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(workbook(t, rows)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	yes := true
	if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
