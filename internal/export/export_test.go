package export_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"fangxin/internal/access"
	"fangxin/internal/badge"
	"fangxin/internal/badgecode"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/checklist"
	"fangxin/internal/db"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/export"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/scheme"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

type world struct {
	t      *testing.T
	d      *db.DB
	rt     *usecase.Runtime
	clock  *testkit.Clock
	queue  *testkit.Queue
	dir    string
	people int
	s      *export.Service
	visits *inspection.Service
	told   []export.View
	county access.Principal
	city   access.Principal
	far    access.Principal
}

func each(t *testing.T, fn func(t *testing.T, w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &world{t: t, d: d, dir: filepath.Join(t.TempDir(), "exports")}
		w.rt, w.clock, w.queue = testkit.Runtime(d)
		ring, err := badgecode.NewRing(bytes.Repeat([]byte{7}, 32))
		w.ok(err)
		titles := certificate.New(w.rt, badge.New(w.rt, ring, "https://v.example"), scheme.Texts, calendar.Shipped())
		w.visits = inspection.New(w.rt)
		w.s = export.New(w.rt, titles, w.visits, w.dir)
		w.s.OnFinished = append(w.s.OnFinished, func(_ context.Context, _ *usecase.Call, v export.View, _ ident.AccountID, _ string) error {
			w.told = append(w.told, v)
			return nil
		})
		w.county, w.city, w.far = w.person("/36/3601/360102/"), w.person("/36/3601/"), w.person("/36/3607/360702/")
		sch, _ := scheme.Lookup("jx-model-shop", "")
		today := calendar.DateOf(w.clock.Now())
		for i := range 450 { // more than two portions
			scope, division := "/36/3601/360102/", "360102"
			if i%3 == 0 {
				scope, division = "/36/3607/360702/", "360702"
			}
			holder := fmt.Sprintf("第%d家店", i)
			switch i {
			case 1:
				holder = "=HYPERLINK(\"http://evil\")"
			case 2:
				holder = "引号\"店\", 逗号店"
			}
			_, err := titles.Import(usecase.System(t.Context(), "test"), certificate.ImportCommand{IssueInput: certificate.IssueInput{
				Scheme: sch.Code, SchemeVersion: sch.Version, Operator: ident.New[ident.OperatorID](), Premises: ident.New[ident.PremisesID](), Scope: scope,
				Holder: holder, Address: "八一大道 1 号", Division: division, Sectors: []string{"catering"}, Phone: "0791-88881234",
				Issuer: sch.Issuer.Zh, Approval: sch.Approval, IssuedOn: today.AddDays(-40), ExpiresOn: today.AddDays(i - 20), InspectedOn: today.AddDays(-60).String(),
			}})
			w.ok(err)
		}
		fn(t, w)
	})
}

func (w *world) person(scope access.Scope) access.Principal {
	w.t.Helper()
	p := testkit.Staff(access.CountyOfficer, scope)
	w.people++
	_, err := w.d.W.NewRaw(`INSERT INTO account (id, phone, name, roles, version, created_at, updated_at) VALUES (?, ?, '经办', '["county_officer"]', 1, ?, ?)`,
		p.Account, fmt.Sprintf("138%08d", w.people), w.clock.Now(), w.clock.Now()).Exec(w.t.Context())
	w.ok(err)
	return p
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// file starts an export and gives what was written.
func (w *world) file(p access.Principal, cmd export.StartCommand) (export.View, []byte) {
	w.t.Helper()
	v, err := w.s.Start(testkit.As(p), cmd)
	w.ok(err)
	w.ok(w.s.Write(w.t.Context(), v.ID))
	v, f, err := w.s.Open(testkit.As(p), v.ID)
	w.ok(err)
	defer f.Close()
	b, err := io.ReadAll(f)
	w.ok(err)
	if int64(len(b)) != v.Bytes {
		w.t.Errorf("%d bytes, said %d", len(b), v.Bytes)
	}
	return v, b
}

func rows(t *testing.T, b []byte) [][]string {
	t.Helper()
	s, ok := strings.CutPrefix(string(b), "\ufeff")
	if !ok {
		t.Fatal("no byte order mark")
	}
	out, err := csv.NewReader(strings.NewReader(s)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTheRegisterAsCSV(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v, b := w.file(w.county, export.StartCommand{Format: export.CSV, Lang: "zh"})
		got := rows(t, b)
		if v.State != export.Done || v.Rows != 300 || v.All != 300 || len(got) != 301 || got[0][0] != "称号编号" || got[0][3] != "状态" {
			t.Fatalf("%+v with %d lines, header %v", v, len(got), got[0])
		}
		seen := map[string]bool{}
		for _, r := range got[1:] {
			if r[4] != "360102" || seen[r[0]] {
				t.Fatalf("another county's or twice: %v", r)
			}
			seen[r[0]] = true
		}
		last := got[len(got)-1] // the oldest: i = 1
		if last[2] != `'=HYPERLINK("http://evil")` || last[3] != "已过期" || last[7] != "餐饮" {
			t.Errorf("%v", last)
		}
		if len(w.told) != 1 || w.told[0].ID != v.ID {
			t.Errorf("told of %v", w.told)
		}
		// Once written, it is not written again.
		w.ok(w.s.Write(t.Context(), v.ID))
		if len(w.told) != 1 {
			t.Error("told twice")
		}
		_, b = w.file(w.city, export.StartCommand{Format: export.CSV, Lang: "en", Filter: export.Filter{Standing: "expired"}})
		if got := rows(t, b); got[0][0] != "Number" || len(got) != 1+13 {
			t.Errorf("expired ones of the city: %d lines", len(got))
		}
		if _, b = w.file(w.far, export.StartCommand{Format: export.CSV, Lang: "zh", Filter: export.Filter{Division: "360100"}}); len(rows(t, b)) != 1 {
			t.Error("another city's titles were exported")
		}
	})
}

func TestTheRegisterAsWorkbook(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, b := w.file(w.city, export.StartCommand{Format: export.XLSX, Lang: "zh"})
		f, err := excelize.OpenReader(bytes.NewReader(b))
		w.ok(err)
		defer f.Close()
		got, err := f.GetRows("称号登记簿")
		w.ok(err)
		if len(got) != 301 || got[300][2] != `=HYPERLINK("http://evil")` {
			t.Errorf("%d rows, the last %v", len(got), got[len(got)-1])
		}
		if formula, _ := f.GetCellFormula("称号登记簿", "C301"); formula != "" {
			t.Errorf("a formula: %s", formula)
		}
	})
}

func TestFilesAreTheirOwnersAndGoAfterAWeek(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v, _ := w.file(w.county, export.StartCommand{Format: export.CSV, Lang: "zh"})
		colleague := w.person("/36/3601/360103/")
		colleague.Scope = w.county.Scope
		moved := w.county
		moved.Scope = "/36/3601/360103/"
		merchant := testkit.Merchant()
		for name, c := range map[string]struct {
			by   access.Principal
			code fault.Code
		}{"a colleague": {colleague, fault.NotFound}, "the same in another county": {moved, fault.NotFound}, "a merchant": {merchant, fault.Forbidden}} {
			if _, _, err := w.s.Open(testkit.As(c.by), v.ID); !fault.Is(err, c.code) {
				t.Errorf("%s gets it: %v", name, err)
			}
		}
		running, err := w.s.Start(testkit.As(w.county), export.StartCommand{Format: export.XLSX})
		w.ok(err)
		if _, _, err := w.s.Open(testkit.As(w.county), running.ID); !fault.Is(err, fault.NotReady) {
			t.Errorf("half a file: %v", err)
		}
		_, err = w.s.Start(testkit.As(w.county), export.StartCommand{Format: export.XLSX})
		w.ok(err)
		if _, err := w.s.Start(testkit.As(w.county), export.StartCommand{Format: export.XLSX}); !fault.Is(err, fault.Conflict) {
			t.Errorf("a third at once: %v", err)
		}
		w.clock.Add(export.KeepFor - time.Minute)
		w.ok(w.s.Sweep(t.Context()))
		if _, f, err := w.s.Open(testkit.As(w.county), v.ID); err != nil {
			t.Errorf("gone early: %v", err)
		} else {
			f.Close()
		}
		w.clock.Add(2 * time.Minute)
		if _, _, err := w.s.Open(testkit.As(w.county), v.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("after a week: %v", err)
		}
		w.ok(w.s.Sweep(t.Context()))
		if left, _ := os.ReadDir(w.dir); len(left) != 0 {
			t.Errorf("%d files are left", len(left))
		}
		if p, err := w.s.List(testkit.As(w.county), export.ListQuery{}); err != nil || len(p.Items) != 0 {
			t.Errorf("listed %v %v", p.Items, err)
		}
	})
}

// A failure says so; an interruption comes back.
func TestFailuresAndInterruptions(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v, err := w.s.Start(testkit.As(w.county), export.StartCommand{Format: export.CSV})
		w.ok(err)
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if err := w.s.Write(ended, v.ID); err == nil {
			t.Error("an interrupted job counts as done")
		}
		if got, err := w.s.Get(testkit.As(w.county), v.ID); err != nil || got.State == export.Done || got.State == export.Failed {
			t.Errorf("%+v %v", got, err)
		}
		w.ok(os.WriteFile(w.dir, nil, 0o600)) // where the folder should be
		w.ok(w.s.Write(t.Context(), v.ID))
		if got, err := w.s.Get(testkit.As(w.county), v.ID); err != nil || got.State != export.Failed {
			t.Errorf("%+v %v", got, err)
		}
		if len(w.told) != 1 || w.told[0].State != export.Failed {
			t.Errorf("told %+v", w.told)
		}
	})
}

// visit is a visit of the county with an answer that was replaced.
func (w *world) visit() (item string) {
	w.t.Helper()
	sheet, err := checklist.ForSector("store")
	w.ok(err)
	def := usecase.Def{Name: "test.plan", Allow: access.Roles}
	v, err := usecase.Do(testkit.As(w.county), w.rt, &def, struct{}{}, func(ctx context.Context, c *usecase.Call) (inspection.View, error) {
		return w.visits.Plan(ctx, c, inspection.PlanInput{
			Application: ident.New[ident.ApplicationID](), Premises: ident.New[ident.PremisesID](), Operator: ident.New[ident.OperatorID](), Holder: "=瓷韵轩",
			Address: "珠山路 1 号", Division: "360102", Scope: "/36/3601/360102/", DueOn: "2026-03-20", Sheet: sheet,
		})
	})
	w.ok(err)
	lead, second := testkit.Staff(access.Inspector, "/36/3601/360102/"), testkit.Staff(access.Inspector, "/36/3601/360102/")
	w.visits.Inspectors = func(context.Context, usecase.Reader, access.Scope) ([]inspection.Person, error) {
		return []inspection.Person{{ID: lead.Account, Name: lead.Name}, {ID: second.Account, Name: second.Name}}, nil
	}
	_, err = w.visits.Assign(testkit.As(w.county), inspection.AssignCommand{ID: v.ID, Lead: lead.Account, Second: second.Account})
	w.ok(err)
	_, err = w.visits.Start(testkit.As(lead), inspection.IDCommand{ID: v.ID})
	w.ok(err)
	for it := range sheet.Items() {
		item = it.ID
		break
	}
	for _, a := range []checklist.Answer{{Item: item, Verdict: checklist.Fail, Note: "=1+1"}, {Item: item, Verdict: checklist.Pass}, {Item: item}} {
		_, err = w.visits.Save(testkit.As(lead), inspection.SaveCommand{ID: v.ID, Entries: []inspection.Entry{{ID: string(ident.New[ident.EventID]()), Answer: a, Device: "平板"}}})
		w.ok(err)
	}
	return item
}

func TestEveryAnswerAsCSV(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		item := w.visit()
		v, b := w.file(w.county, export.StartCommand{What: export.Answers, Format: export.CSV, Lang: "zh"})
		got := rows(t, b)
		if v.What != export.Answers || v.Rows != 3 || v.All != 3 || len(got) != 4 || !strings.HasPrefix(v.Filename(), "fangxin-answers-") {
			t.Fatalf("%+v with %d lines", v, len(got))
		}
		column := func(line int, name string) string {
			i := slices.Index(got[0], name)
			if i < 0 {
				t.Fatalf("no column %s in %v", name, got[0])
			}
			return got[line][i]
		}
		for line, want := range []string{"不符合", "符合", "已清除"} {
			line++
			if column(line, "结论") != want || column(line, "项目编号") != item || column(line, "当时的题目") == "" || column(line, "模块及版本") == "" || len(column(line, "检查表校验值")) != 64 {
				t.Errorf("line %d: %v", line, got[line])
			}
		}
		if column(1, "现仍有效") != "否，后来改过" || column(3, "现仍有效") != "是" || column(1, "备注") != "'=1+1" || column(1, "核查对象") != "'=瓷韵轩" {
			t.Errorf("%v\n%v", got[1], got[3])
		}
		if _, b = w.file(w.far, export.StartCommand{What: export.Answers, Format: export.CSV, Lang: "en"}); len(rows(t, b)) != 1 {
			t.Error("another county's answers were exported")
		}
		for field, f := range map[string]export.Filter{"/scheme": {Scheme: "jx-model-shop"}, "/standing": {Standing: "expired"}} {
			if _, err := w.s.Start(testkit.As(w.county), export.StartCommand{What: export.Answers, Format: export.CSV, Filter: f}); !fault.Is(err, fault.Invalid) {
				t.Errorf("answers narrowed by %s: %v", field, err)
			}
		}
	})
}
