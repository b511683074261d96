package oversight_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/app"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/config"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/notify"
	"fangxin/internal/oversight"
	"fangxin/internal/scheme"
	"fangxin/internal/task"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

var (
	province, province2 = testkit.Staff(access.ProvinceOfficer, "/36/"), testkit.Staff(access.ProvinceOfficer, "/36/")
	city                = testkit.Staff(access.CityOfficer, "/36/3601/")
	county              = testkit.Staff(access.CountyOfficer, "/36/3601/360102/")
	elsewhere           = testkit.Staff(access.CountyOfficer, "/36/3607/360702/")
	supervisor          = testkit.Staff(access.Supervisor, "/36/")
)

// world is a program with titles in two cities.
type world struct {
	*app.App
	t      *testing.T
	clock  *testkit.Clock
	titles []certificate.View // three in Nanchang, one in Ganzhou
}

func each(t *testing.T, fn func(w *world)) {
	t.Run("sqlite", func(t *testing.T) { fn(newWorld(t, "")) })
	t.Run("postgres", func(t *testing.T) { fn(newWorld(t, dbtest.PostgresURL(t))) })
}

func newWorld(t *testing.T, database string) *world {
	t.Helper()
	c, err := config.Config{
		Listen: "127.0.0.1:8080", Data: t.TempDir(), DatabaseURL: database, BaseURL: "https://fx.example.gov.cn",
		LogFormat: "text", LogLevel: "error", Passwords: "asvs", Shutdown: time.Second, MetricsFrom: []string{"127.0.0.0/8"},
	}.Finish()
	ok(t, err)
	w := &world{t: t, clock: testkit.NewClock(testkit.Monday)}
	w.App, err = app.New(context.Background(), c, app.Options{Clock: w.clock.Now})
	ok(t, err)
	t.Cleanup(func() { w.Close() })
	system := usecase.System(context.Background(), "test")
	_, err = w.Authorities.SeedJiangxi(system)
	ok(t, err)
	sch, _ := scheme.Lookup("jx-model-shop", "")
	for i, division := range []string{"360102", "360102", "360103", "360702"} {
		op, err := w.Merchants.AddOperator(system, merchant.AddOperatorCommand{USCC: uscc(i), Name: fmt.Sprintf("经营者%d", i), Scope: "/36/"})
		ok(t, err)
		p, err := w.Merchants.AddPremises(system, merchant.AddPremisesCommand{Operator: op.ID, Name: fmt.Sprintf("门店%d", i), Address: "中山路 1 号", Division: division, Sectors: []string{"store"}})
		ok(t, err)
		v, err := w.Certificates.Import(system, certificate.ImportCommand{IssueInput: certificate.IssueInput{
			Scheme: sch.Code, SchemeVersion: sch.Version, Premises: p.ID, Operator: op.ID, Scope: p.Scope, Holder: p.Name, Address: p.Address,
			Division: division, Sectors: p.Sectors, Issuer: sch.Issuer.Zh, Approval: sch.Approval,
			IssuedOn: calendar.MakeDate(2026, 1, 10+i), ExpiresOn: calendar.MakeDate(2028, 1, 9),
		}})
		ok(t, err)
		w.titles = append(w.titles, v)
	}
	return w
}

// uscc makes the codes of the test's operators.
func uscc(i int) string {
	for tail := 0; ; tail++ {
		body := fmt.Sprintf("92360102MA%05dX%d", i, tail%10)
		for _, c := range "0123456789ABCDEFGHJKLMNPQRTUWXY" {
			if code := ident.NormalUSCC(body[:17] + string(c)); code.Valid() {
				return string(code)
			}
		}
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, err error, code fault.Code) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Fatalf("got %v, want %s", err, code)
	}
}

func TestHaltFromImpositionToLifting(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		halted := func(scope string) error { return w.Oversight.Halted(ctx, w.DB.R, "jx-model-shop", scope) }
		cmd := oversight.ImposeCommand{Scheme: "jx-model-shop", Area: "360100", Reason: "核查记录疑似雷同", Note: "南昌市正在核对核查记录"}
		for _, by := range []access.Principal{county, supervisor, testkit.Merchant()} {
			_, err := w.Oversight.Impose(testkit.As(by), cmd)
			refused(w.t, err, fault.Forbidden)
		}
		_, err := w.Oversight.Impose(testkit.As(city), oversight.ImposeCommand{Area: "360700", Reason: "x", Note: "y"})
		refused(w.t, err, fault.Invalid) // another city
		ok(w.t, halted("/36/3601/360102/"))
		h, err := w.Oversight.Impose(testkit.As(city), cmd)
		ok(w.t, err)
		_, err = w.Oversight.Impose(testkit.As(province), cmd)
		refused(w.t, err, fault.Duplicate)
		refused(w.t, halted("/36/3601/360102/"), fault.Halted)
		ok(w.t, halted("/36/3607/360702/"))
		ok(w.t, w.Oversight.Halted(ctx, w.DB.R, "return-pledge", "/36/3601/360102/"))

		// The title slice refuses to issue, an import records what was awarded.
		v := w.titles[0]
		sch, _ := scheme.Lookup("jx-model-street", "")
		in := certificate.IssueInput{Scheme: "jx-model-shop", SchemeVersion: "2023.1", Premises: ident.New[ident.PremisesID](), Scope: v.Scope, Holder: "新店", Address: "a", Division: "360102", Issuer: sch.Issuer.Zh, Approval: "x", IssuedOn: calendar.MakeDate(2026, 3, 2), ExpiresOn: calendar.MakeDate(2028, 3, 1)}
		refused(w.t, w.issue(in), fault.Halted)
		_, err = w.Certificates.Import(usecase.System(ctx, "test"), certificate.ImportCommand{IssueInput: in})
		ok(w.t, err)

		public, err := w.Oversight.Halts(ctx, oversight.HaltQuery{All: true})
		ok(w.t, err)
		if len(public) != 1 || public[0].Note != cmd.Note || public[0].Reason != "" || public[0].ImposedBy != "" || public[0].Area != "360100" {
			w.t.Errorf("the public reads %+v", public)
		}

		step := oversight.HaltStep{ID: h.ID}
		_, err = w.Oversight.ConfirmLift(testkit.As(province), step)
		refused(w.t, err, fault.IllegalStep) // nobody proposed it
		_, err = w.Oversight.ProposeLift(testkit.As(city), step)
		refused(w.t, err, fault.Invalid) // without a reason
		step.Reason = "已核对，无异常"
		_, err = w.Oversight.ProposeLift(testkit.As(elsewhere), step)
		refused(w.t, err, fault.Forbidden)
		_, err = w.Oversight.ProposeLift(testkit.As(city), step)
		ok(w.t, err)
		refused(w.t, halted("/36/3601/360102/"), fault.Halted) // a proposal lifts nothing
		_, err = w.Oversight.KeepHalt(testkit.As(province), step)
		ok(w.t, err)
		_, err = w.Oversight.ProposeLift(testkit.As(city), step)
		ok(w.t, err)
		_, err = w.Oversight.ConfirmLift(testkit.As(city), step)
		refused(w.t, err, fault.FourEyes)
		_, err = w.Oversight.ConfirmLift(testkit.As(province), step)
		ok(w.t, err)
		ok(w.t, halted("/36/3601/360102/"))
		_, err = w.Oversight.KeepHalt(testkit.As(province), step)
		refused(w.t, err, fault.IllegalStep)
		if list, err := w.Oversight.Halts(ctx, oversight.HaltQuery{}); err != nil || len(list) != 0 {
			w.t.Errorf("still shown: %v, %v", list, err)
		}
	})
}

// issue makes a title as the decision of a case does.
func (w *world) issue(in certificate.IssueInput) error {
	def := usecase.Def{Name: "test.issue", Allow: []access.Role{access.ProvinceOfficer}}
	_, err := usecase.Do(testkit.As(province), w.Runtime, &def, struct{}{}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
		_, err := w.Certificates.Issue(ctx, c, in)
		return struct{}{}, err
	})
	return err
}

func TestAffected(t *testing.T) {
	each(t, func(w *world) {
		op := func(i int) ident.OperatorID {
			p, err := w.Merchants.Premises(testkit.As(province), w.titles[i].Premises)
			ok(w.t, err)
			return p.Operator
		}
		fact := func(v, on string) *merchant.Fact {
			return &merchant.Fact{Value: v, On: on, Source: "信用信息公示系统"}
		}
		_, err := w.Merchants.RecordFacts(testkit.As(province), merchant.FactsCommand{ID: op(0), Facts: merchant.Facts{Abnormal: fact("yes", "2026-02-01"), CreditClass: fact("C", "2026-02-01")}})
		ok(w.t, err)
		_, err = w.Merchants.RecordFacts(testkit.As(province), merchant.FactsCommand{ID: op(1), Facts: merchant.Facts{Abnormal: fact("no", "2026-02-01"), CreditClass: fact("A", "2026-02-01")},
			Penalties: []merchant.Penalty{{Document: "罚1号", DecidedOn: "2026-02-10", Intentional: true, Source: "s"}, {Document: "罚0号", DecidedOn: "2020-02-10", Source: "s"}}})
		ok(w.t, err)

		inspector := ident.New[ident.AccountID]()
		w.visit(2, inspector, `{"sections":[{"module":"COM"},{"module":"STO"}]}`)

		for _, c := range []struct {
			name string
			q    oversight.Question
			want []int
		}{
			{"version", oversight.Question{Scheme: "jx-model-shop", Version: "2023.1"}, []int{0, 1, 2, 3}},
			{"another version", oversight.Question{Scheme: "jx-model-shop", Version: "2026.1"}, nil},
			{"city", oversight.Question{Area: "360100"}, []int{0, 1, 2}},
			{"county and days", oversight.Question{Area: "360102", From: "2026-01-11", To: "2026-01-31"}, []int{1}},
			{"document", oversight.Question{Approval: "赣市监规〔2023〕9号"}, []int{0, 1, 2, 3}},
			{"abnormal list", oversight.Question{Fact: scheme.FactAbnormal}, []int{0}},
			{"abnormal list later", oversight.Question{Fact: scheme.FactAbnormal, Since: "2026-02-02"}, nil},
			{"credit class", oversight.Question{Fact: scheme.FactCredit}, []int{0}},
			{"serious list", oversight.Question{Fact: scheme.FactSerious}, nil},
			{"penalty", oversight.Question{Fact: scheme.FactPenalty, Since: "2026-01-01"}, []int{1}},
			{"on purpose", oversight.Question{Fact: scheme.FactIntent}, []int{1}},
			{"inspector", oversight.Question{Inspector: inspector}, []int{2}},
			{"module", oversight.Question{Module: "COM"}, []int{2}},
			{"another module", oversight.Question{Module: "MKT"}, nil},
			{"sheet", oversight.Question{Sheet: sheetHash}, []int{2}},
		} {
			a, err := w.Oversight.Affected(testkit.As(province), oversight.AffectedQuery{Question: c.q})
			ok(w.t, err)
			got := []int{}
			for _, hit := range a.Items {
				for i, v := range w.titles {
					if v.ID == hit.ID {
						got = append(got, i)
					}
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(append([]int{}, c.want...)) || a.Total != len(c.want) {
				w.t.Errorf("%s finds %v of %d, want %v", c.name, got, a.Total, c.want)
			}
		}
		// Each sees their own area, page by page.
		a, err := w.Oversight.Affected(testkit.As(county), oversight.AffectedQuery{Question: oversight.Question{Scheme: "jx-model-shop"}, Limit: 1})
		ok(w.t, err)
		if a.Total != 2 || len(a.Items) != 1 || a.Next == "" {
			w.t.Errorf("the county sees %d of %d", len(a.Items), a.Total)
		}
		for name, q := range map[string]oversight.Question{"nothing": {}, "nothing but the ended": {Ended: true}, "a version of nothing": {Version: "2023.1"}, "a day of nothing": {Scheme: "x", Since: "2026-01-01"}} {
			_, err := w.Oversight.Affected(testkit.As(province), oversight.AffectedQuery{Question: q})
			if !fault.Is(err, fault.Invalid) {
				w.t.Errorf("%s: %v", name, err)
			}
		}
		_, err = w.Oversight.Affected(testkit.As(testkit.Merchant()), oversight.AffectedQuery{Question: oversight.Question{Scheme: "jx-model-shop"}})
		refused(w.t, err, fault.Forbidden)
	})
}

const sheetHash = "00000000000000000000000000000000000000000000000000000000000000ab"

// visit writes what an inspection leaves behind for a title.
func (w *world) visit(i int, inspector ident.AccountID, sheet string) {
	w.t.Helper()
	ctx, v, now := context.Background(), w.titles[i], w.clock.Now()
	p, err := w.Merchants.Premises(testkit.As(province), v.Premises)
	ok(w.t, err)
	id, visit := ident.New[ident.ApplicationID](), ident.New[ident.InspectionID]()
	def, _ := scheme.Lookup("jx-model-shop", "")
	body, err := json.Marshal(def)
	ok(w.t, err)
	for _, q := range []struct {
		sql  string
		args []any
	}{
		{"INSERT INTO scheme (code, version, hash, body, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", []any{def.Code, def.Version, def.Hash, string(body), now}},
		{"INSERT INTO application (id, scheme, scheme_version, premises, operator, owner, state, version, scope, state_since, created_at, updated_at) VALUES (?, ?, ?, ?, ?, 'x', 'certified', 1, ?, ?, ?, ?)", []any{id, def.Code, def.Version, v.Premises, p.Operator, v.Scope, now, now, now}},
		{"INSERT INTO application_inspector (application, account, inspection) VALUES (?, ?, ?)", []any{id, inspector, visit}},
		{"INSERT INTO checklist_sheet (hash, content, at) VALUES (?, ?, ?)", []any{sheetHash, sheet, now}},
		{"INSERT INTO inspection (id, application, premises, operator, holder, address, division, sheet, state, version, scope, created_at, updated_at) VALUES (?, ?, ?, ?, 'h', 'a', '360103', ?, 'accepted', 1, ?, ?, ?)", []any{visit, id, v.Premises, p.Operator, sheetHash, v.Scope, now, now}},
		{"UPDATE certificate SET application = ? WHERE id = ?", []any{id, v.ID}},
	} {
		_, err := w.DB.W.NewRaw(q.sql, q.args...).Exec(ctx)
		ok(w.t, err)
	}
}

func (w *world) state(i int) lifecycle.State {
	w.t.Helper()
	v, _, err := w.Certificates.Get(testkit.As(province), w.titles[i].ID)
	ok(w.t, err)
	return v.State
}

func TestBulkSuspension(t *testing.T) {
	each(t, func(w *world) {
		all := oversight.PrepareCommand{Question: oversight.Question{Scheme: "jx-model-shop", Area: "360100"}, Measure: oversight.Suspend}
		_, err := w.Oversight.Prepare(testkit.As(supervisor), all)
		refused(w.t, err, fault.Forbidden)
		_, err = w.Oversight.Prepare(testkit.As(province), oversight.PrepareCommand{Question: oversight.Question{Approval: "无此文件"}, Measure: oversight.Suspend})
		refused(w.t, err, fault.NotReady)

		// One is suspended already, one will be before its turn comes.
		_, err = w.Certificates.Suspend(testkit.As(province), certificate.StepCommand{ID: w.titles[0].ID, Reason: "先行暂停"})
		ok(w.t, err)
		run, err := w.Oversight.Prepare(testkit.As(city), all)
		ok(w.t, err)
		if run.State != lifecycle.Prepared || run.Total != 3 || run.Would != 2 || run.Cannot != 1 || w.state(1) != lifecycle.Active {
			w.t.Fatalf("the dry run says %+v, the title is %s", run, w.state(1))
		}
		_, err = w.Oversight.Run(testkit.As(county), run.ID)
		refused(w.t, err, fault.NotFound) // the city's, not the county's
		_, err = w.Oversight.Start(testkit.As(city), oversight.RunStep{ID: run.ID})
		refused(w.t, err, fault.Invalid) // without a reason
		ok(w.t, w.Oversight.Work(context.Background(), run.ID))
		if w.state(1) != lifecycle.Active {
			w.t.Fatal("worked before it was confirmed")
		}
		_, err = w.Oversight.Start(testkit.As(city), oversight.RunStep{ID: run.ID, Reason: "核查记录失实，先行暂停"})
		ok(w.t, err)
		_, err = w.Oversight.Cancel(testkit.As(city), oversight.RunStep{ID: run.ID})
		refused(w.t, err, fault.IllegalStep)
		_, err = w.Certificates.Suspend(testkit.As(province), certificate.StepCommand{ID: w.titles[2].ID, Reason: "先行暂停"})
		ok(w.t, err)
		for range 2 { // once more changes nothing
			ok(w.t, w.Oversight.Work(context.Background(), run.ID))
		}
		run, err = w.Oversight.Run(testkit.As(province), run.ID)
		ok(w.t, err)
		if run.State != lifecycle.Finished || run.Done != 1 || run.Refused != 1 || run.Cannot != 1 || run.Would != 0 || run.FinishedAt == nil {
			w.t.Errorf("ended as %+v", run)
		}
		if w.state(1) != lifecycle.Suspended || w.state(3) != lifecycle.Active {
			w.t.Errorf("the titles are %s and %s", w.state(1), w.state(3))
		}
		items, err := w.Oversight.Items(testkit.As(city), oversight.ItemQuery{ID: run.ID, Outcome: "refused"})
		ok(w.t, err)
		if len(items.Items) != 1 || items.Items[0].Code != string(fault.IllegalStep) {
			w.t.Errorf("refused: %+v", items.Items)
		}
		// One entry of the trail for each title, by name of who confirmed it.
		var entries int
		ok(w.t, w.DB.R.NewRaw("SELECT count(*) FROM audit_entry WHERE usecase = 'certificate.suspend' AND subject = ? AND account = ? AND outcome = 'done'", w.titles[1].ID, city.Account).Scan(context.Background(), &entries))
		if entries != 1 {
			w.t.Errorf("%d entries", entries)
		}
	})
}

func TestBulkTasksNotesAndCancellation(t *testing.T) {
	each(t, func(w *world) {
		q := oversight.Question{Area: "360702"}
		owner, ctx := testkit.Merchant(), context.Background()
		p, err := w.Merchants.Premises(testkit.As(province), w.titles[3].Premises)
		ok(w.t, err)
		_, err = w.DB.W.NewRaw(`INSERT INTO account (id, phone, name, roles, version, created_at, updated_at) VALUES (?, '13800000001', '店主', '["merchant"]', 1, ?, ?)`, owner.Account, w.clock.Now(), w.clock.Now()).Exec(ctx)
		ok(w.t, err)
		_, err = w.DB.W.NewRaw("INSERT INTO membership (account, operator, role, at) VALUES (?, ?, 'owner', ?)", owner.Account, p.Operator, w.clock.Now()).Exec(ctx)
		ok(w.t, err)
		run, err := w.Oversight.Prepare(testkit.As(province), oversight.PrepareCommand{Question: q, Measure: oversight.Reinspect})
		ok(w.t, err)
		_, err = w.Oversight.Cancel(testkit.As(province2), oversight.RunStep{ID: run.ID})
		ok(w.t, err)
		_, err = w.Oversight.Start(testkit.As(province), oversight.RunStep{ID: run.ID, Reason: "x"})
		refused(w.t, err, fault.IllegalStep)

		for _, m := range []oversight.Measure{oversight.Reinspect, oversight.Notify, oversight.Rectify} {
			run, err := w.Oversight.Prepare(testkit.As(province), oversight.PrepareCommand{Question: q, Measure: m})
			ok(w.t, err)
			_, err = w.Oversight.Start(testkit.As(province), oversight.RunStep{ID: run.ID, Reason: "检查表已修订，请核对"})
			ok(w.t, err)
			ok(w.t, w.Oversight.Work(context.Background(), run.ID))
			if run, err = w.Oversight.Run(testkit.As(province), run.ID); err != nil || run.Done != 1 {
				w.t.Errorf("%s: %+v, %v", m, run, err)
			}
		}
		tasks, err := w.Tasks.List(testkit.As(elsewhere), task.ListQuery{Kind: task.Reinspect})
		ok(w.t, err)
		if len(tasks.Items) != 1 || tasks.Items[0].Subject != string(w.titles[3].ID) || tasks.Items[0].DueOn == "" {
			w.t.Errorf("tasks %+v", tasks.Items)
		}
		if w.state(3) != lifecycle.Rectifying {
			w.t.Errorf("the title is %s", w.state(3))
		}
		told, err := w.Notices.Told(testkit.As(province), notify.ToldQuery{Noun: "certificate", Subject: string(w.titles[3].ID)})
		ok(w.t, err)
		notes := 0
		for _, x := range told {
			if x.Event == notify.TitleNote {
				notes++
			}
		}
		if notes != 1 {
			w.t.Errorf("the holder was told %d times: %+v", notes, told)
		}
	})
}
