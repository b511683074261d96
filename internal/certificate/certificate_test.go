package certificate_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/badge"
	"fangxin/internal/badgecode"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/db"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

const county = "/36/3601/360102/"

// world is a county with a shop that can hold a title.
type world struct {
	t        *testing.T
	rt       *usecase.Runtime
	clock    *testkit.Clock
	badges   *badge.Service
	certs    *certificate.Service
	owner    access.Principal
	officer  access.Principal
	second   access.Principal
	province access.Principal
	stranger access.Principal
	operator ident.OperatorID
	premises ident.PremisesID
}

func each(t *testing.T, fn func(w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rt, clock, _ := testkit.Runtime(d)
		ring, err := badgecode.NewRing(bytes.Repeat([]byte{7}, 32))
		if err != nil {
			t.Fatal(err)
		}
		w := &world{
			t: t, rt: rt, clock: clock, owner: testkit.Merchant(), officer: testkit.Staff(access.CountyOfficer, county),
			second: testkit.Staff(access.CountyOfficer, county), province: testkit.Staff(access.ProvinceOfficer, "/36/"),
			stranger: testkit.Staff(access.CountyOfficer, "/36/3607/360702/"),
			operator: ident.New[ident.OperatorID](), premises: ident.New[ident.PremisesID](),
		}
		w.badges = badge.New(rt, ring, "https://fx.example.gov.cn")
		w.certs = certificate.New(rt, w.badges, func(code, _ string) (string, string, string, int, int, bool) {
			return "示范店", "Model shop", "SF", 2, 15, code == "jx-model-shop"
		}, calendar.Shipped())
		w.badges.OpenTask = func(context.Context, *usecase.Call, string, string, string, map[string]any) (ident.TaskID, error) {
			return ident.New[ident.TaskID](), nil
		}
		for _, q := range []struct {
			sql  string
			args []any
		}{
			{`INSERT INTO account (id, phone, name, roles, version, created_at, updated_at) VALUES (?, '13800000001', '店主', '["merchant"]', 1, ?, ?)`, []any{w.owner.Account, clock.Now(), clock.Now()}},
			{`INSERT INTO operator (id, uscc, name, version, created_at, updated_at) VALUES (?, '91360102MA1TEUT08T', '甲', 1, ?, ?)`, []any{w.operator, clock.Now(), clock.Now()}},
			{`INSERT INTO membership (account, operator, role, at) VALUES (?, ?, 'owner', ?)`, []any{w.owner.Account, w.operator, clock.Now()}},
		} {
			if _, err := d.W.NewRaw(q.sql, q.args...).Exec(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		fn(w)
	})
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) refused(err error, code fault.Code) {
	w.t.Helper()
	if !fault.Is(err, code) {
		w.t.Errorf("got %v, want %s", err, code)
	}
}

func (w *world) input() certificate.IssueInput {
	today := calendar.DateOf(w.clock.Now())
	return certificate.IssueInput{
		Scheme: "jx-model-shop", SchemeVersion: "1", Premises: w.premises, Operator: w.operator, Scope: county, Holder: "瓷韵轩陶瓷店",
		Address: "中山路 1 号", Division: "360102", Sectors: []string{"store"}, Issuer: "省创建办", Approval: "赣市监规〔2023〕9号",
		IssuedOn: today, ExpiresOn: today.AddYears(2), Promises: certificate.Promises{Zh: []string{"七日无理由退货"}, En: []string{"Seven days"}},
	}
}

// issue awards a title with one active print and gives its code.
func (w *world) issue() (certificate.View, string) {
	w.t.Helper()
	v, err := w.certs.Import(testkit.As(w.province), certificate.ImportCommand{IssueInput: w.input()})
	w.ok(err)
	prints, err := w.badges.List(testkit.As(w.officer), badge.ListQuery{Certificate: v.ID})
	w.ok(err)
	if len(prints) != 1 || prints[0].State != lifecycle.StickerActive {
		w.t.Fatalf("prints of a new title: %+v", prints)
	}
	return v, string(prints[0].Code)
}

func (w *world) scan(code string, want badge.Status) badge.Answer {
	w.t.Helper()
	a := w.badges.Scan(context.Background(), code)
	if a.Status != want {
		w.t.Errorf("scan says %s (%s), want %s", a.Status, a.Cause, want)
	}
	return a
}

func reason(id ident.CertificateID) certificate.StepCommand {
	return certificate.StepCommand{ID: id, Reason: "查证属实"}
}

func TestSupervisionShowsOnTheNextScan(t *testing.T) {
	each(t, func(w *world) {
		v, code := w.issue()
		w.scan(code, badge.Valid)
		_, err := w.certs.OrderRectification(testkit.As(w.officer), reason(v.ID))
		w.ok(err)
		if a := w.scan(code, badge.Rectifying); a.Reason != "查证属实" || a.Shop.Name != "瓷韵轩陶瓷店" {
			w.t.Errorf("%+v", a)
		}
		_, err = w.certs.Suspend(testkit.As(w.officer), reason(v.ID))
		w.ok(err)
		w.scan(code, badge.Suspended)
		_, err = w.certs.Revoke(testkit.As(w.province), certificate.RevokeCommand{ID: v.ID, Reason: "屡教不改"})
		w.ok(err)
		if a := w.scan(code, badge.Revoked); a.Barred != "2028-03-02" {
			w.t.Errorf("the scan says barred until %q", a.Barred)
		}
		d, err := w.certs.Detail(context.Background(), v.Number)
		w.ok(err)
		if len(d.History) != 4 || d.ExcludedUntil != "2028-03-02" || d.Standing != "revoked" {
			w.t.Errorf("history %+v, excluded until %s", d.History, d.ExcludedUntil)
		}
	})
}

func TestGivingBackNeedsTwoOfficers(t *testing.T) {
	each(t, func(w *world) {
		v, code := w.issue()
		_, err := w.certs.Suspend(testkit.As(w.officer), reason(v.ID))
		w.ok(err)
		propose := certificate.ProposeCommand{ID: v.ID, Action: lifecycle.Restore, Reason: "已整改"}
		_, err = w.certs.Propose(testkit.As(w.officer), propose)
		w.ok(err)
		w.scan(code, badge.Suspended) // a proposal changes nothing
		_, err = w.certs.Propose(testkit.As(w.second), propose)
		w.refused(err, fault.Duplicate)
		_, err = w.certs.Decide(testkit.As(w.officer), certificate.DecideCommand{ID: v.ID, Approve: true})
		w.refused(err, fault.FourEyes)
		w.scan(code, badge.Suspended)
		_, err = w.certs.Decide(testkit.As(w.second), certificate.DecideCommand{ID: v.ID, Approve: true})
		w.ok(err)
		w.scan(code, badge.Valid)
		// A rejected proposal leaves the title as it is.
		_, err = w.certs.OrderRectification(testkit.As(w.officer), reason(v.ID))
		w.ok(err)
		_, err = w.certs.Propose(testkit.As(w.officer), certificate.ProposeCommand{ID: v.ID, Action: lifecycle.VerifyRectification, Reason: "合格"})
		w.ok(err)
		_, err = w.certs.Decide(testkit.As(w.second), certificate.DecideCommand{ID: v.ID})
		w.ok(err)
		w.scan(code, badge.Rectifying)
	})
}

func TestWhoMayNot(t *testing.T) {
	each(t, func(w *world) {
		v, code := w.issue()
		_, err := w.certs.Suspend(testkit.As(w.stranger), reason(v.ID))
		w.refused(err, fault.NotFound) // another county does not even see it
		_, err = w.certs.Suspend(testkit.As(w.owner), reason(v.ID))
		w.refused(err, fault.Forbidden)
		_, err = w.certs.Suspend(context.Background(), reason(v.ID))
		w.refused(err, fault.Unauthenticated)
		_, err = w.certs.Revoke(testkit.As(w.officer), certificate.RevokeCommand{ID: v.ID, Reason: "x"})
		w.refused(err, fault.Forbidden)
		_, err = w.certs.Suspend(testkit.As(w.officer), certificate.StepCommand{ID: v.ID, Reason: "  "})
		w.refused(err, fault.Invalid)
		_, err = w.certs.Propose(testkit.As(w.officer), certificate.ProposeCommand{ID: v.ID, Action: lifecycle.Restore, Reason: "x"})
		w.refused(err, fault.IllegalStep)
		_, err = w.certs.Withdraw(testkit.As(testkit.Merchant()), reason(v.ID))
		w.refused(err, fault.NotFound)
		stale := usecase.WithEdge(testkit.As(w.officer), usecase.Edge{Version: 9})
		_, err = w.certs.Suspend(stale, reason(v.ID))
		w.refused(err, fault.StaleVersion)
		w.scan(code, badge.Valid)
		_, err = w.certs.Withdraw(testkit.As(w.owner), reason(v.ID))
		w.ok(err)
		w.scan(code, badge.Withdrawn)
		_, err = w.certs.Suspend(testkit.As(w.officer), reason(v.ID))
		w.refused(err, fault.IllegalStep)
	})
}

func TestSQLRefusesIllegalSteps(t *testing.T) {
	each(t, func(w *world) {
		v, _ := w.issue()
		_, err := w.certs.Withdraw(testkit.As(w.owner), certificate.StepCommand{ID: v.ID, Reason: "x"})
		w.ok(err)
		_, err = w.rt.DB.W.NewRaw("UPDATE certificate SET state = 'active' WHERE id = ?", v.ID).Exec(context.Background())
		w.refused(db.Translate(err), fault.IllegalStep)
	})
}

func TestOneLiveTitleForOnePlace(t *testing.T) {
	each(t, func(w *world) {
		v, _ := w.issue()
		_, err := w.certs.Import(testkit.As(w.province), certificate.ImportCommand{IssueInput: w.input()})
		w.refused(err, fault.Duplicate)
		_, err = w.certs.Revoke(testkit.As(w.province), certificate.RevokeCommand{ID: v.ID, Reason: "x", Years: 1})
		w.ok(err)
		_, err = w.certs.Import(testkit.As(w.province), certificate.ImportCommand{IssueInput: w.input()})
		w.ok(err)
	})
}

func TestExpiryIsComputed(t *testing.T) {
	each(t, func(w *world) {
		v, code := w.issue()
		w.clock.Set(v.ExpiresOn.End().Add(-time.Second))
		w.scan(code, badge.Valid)
		w.clock.Set(v.ExpiresOn.End())
		if a := w.scan(code, badge.Expired); !a.Since.Equal(v.ExpiresOn.End()) {
			w.t.Errorf("expired since %s, want the end of %s", a.Since, v.ExpiresOn)
		}
		d, err := w.certs.Detail(context.Background(), v.Number)
		w.ok(err)
		if d.Standing != "expired" || d.State != lifecycle.Active {
			w.t.Errorf("standing %s, stored state %s", d.Standing, d.State)
		}
		p, err := w.certs.Register(context.Background(), certificate.RegisterQuery{Standing: "active"})
		w.ok(err)
		if len(p.Items) != 0 {
			w.t.Error("an expired title is listed as valid")
		}
	})
}

func TestPrints(t *testing.T) {
	each(t, func(w *world) {
		v, code := w.issue()
		prints, err := w.badges.Print(testkit.As(w.owner), badge.PrintCommand{Certificate: v.ID, Kind: badge.StickerPrint, Copies: 2})
		w.ok(err)
		if len(prints) != 2 || prints[0].PrintNo != 2 || prints[0].Code == prints[1].Code {
			w.t.Fatalf("%+v", prints)
		}
		if a := w.scan(string(prints[0].Code), badge.Unknown); a.Cause != badge.NotActivated {
			w.t.Errorf("a print that nobody put up: %s", a.Cause)
		}
		_, err = w.badges.Activate(testkit.As(w.owner), badge.StepCommand{ID: prints[0].ID})
		w.ok(err)
		w.scan(string(prints[0].Code), badge.Valid)
		_, err = w.badges.Void(testkit.As(w.owner), badge.StepCommand{ID: prints[0].ID})
		w.refused(err, fault.Invalid) // it must say why
		_, err = w.badges.Void(testkit.As(w.stranger), badge.StepCommand{ID: prints[0].ID, Reason: "x"})
		w.refused(err, fault.NotFound)
		_, err = w.badges.Void(testkit.As(w.owner), badge.StepCommand{ID: prints[0].ID, Reason: "破损"})
		w.ok(err)
		if a := w.scan(string(prints[0].Code), badge.Unknown); a.Cause != badge.VoidPrint {
			w.t.Errorf("a void print: %s", a.Cause)
		}
		_, err = w.badges.Activate(testkit.As(w.owner), badge.StepCommand{ID: prints[0].ID})
		w.refused(err, fault.IllegalStep)
		_, err = w.certs.Suspend(testkit.As(w.officer), reason(v.ID))
		w.ok(err)
		_, err = w.badges.Print(testkit.As(w.owner), badge.PrintCommand{Certificate: v.ID, Kind: badge.PosterPrint, Copies: 1})
		w.refused(err, fault.NotReady)
		_, err = w.badges.Report(context.Background(), badge.ReportCommand{Code: string(prints[1].Code), Kind: badge.Covered})
		w.ok(err)
		_, err = w.badges.Report(context.Background(), badge.ReportCommand{Code: "nonsense", Kind: "gossip"})
		w.refused(err, fault.Invalid)
		broken := badge.ReportCommand{Code: code, Kind: badge.BrokenWord}
		_, err = w.badges.Report(context.Background(), broken)
		w.refused(err, fault.Invalid) // which one?
		broken.Promise = "a promise that the shop never made"
		_, err = w.badges.Report(context.Background(), broken)
		w.refused(err, fault.Invalid)
		broken.Promise = w.scan(broken.Code, badge.Suspended).Title.PromisesEn[0]
		_, err = w.badges.Report(context.Background(), broken)
		w.ok(err)
	})
}

func TestRegisterFiltersAndPages(t *testing.T) {
	each(t, func(w *world) {
		names := []string{"瓷韵轩陶瓷店", "福满家常菜馆", "瓷都大药房", "百分%店"}
		for i, name := range names {
			in := w.input()
			in.Premises, in.Holder = ident.New[ident.PremisesID](), name
			if i == 1 {
				in.Sectors, in.Division, in.Scope = []string{"catering"}, "360702", "/36/3607/360702/"
			}
			_, err := w.certs.Import(testkit.As(w.province), certificate.ImportCommand{IssueInput: in})
			w.ok(err)
		}
		for want, q := range map[int]certificate.RegisterQuery{
			4: {}, 2: {Name: "瓷"}, 1: {Division: "360702"},
		} {
			p, err := w.certs.Register(context.Background(), q)
			if q.Name == "瓷" {
				w.refused(err, fault.Invalid) // one character finds too much
				continue
			}
			w.ok(err)
			if len(p.Items) != want {
				w.t.Errorf("%+v finds %d, want %d", q, len(p.Items), want)
			}
		}
		for q, want := range map[certificate.RegisterQuery]int{
			{Division: "360100"}: 3, {Division: "360000"}: 4, {Sector: "catering"}: 1, {Name: "瓷韵"}: 1, {Name: "瓷都大药"}: 1,
			{Name: "百分%店"}: 1, {Name: "分%店"}: 1, {Standing: "revoked"}: 0, {Scheme: "jx-model-shop"}: 4, {Name: "没有的店"}: 0,
		} {
			p, err := w.certs.Register(context.Background(), q)
			if err != nil || len(p.Items) != want {
				w.t.Errorf("%+v finds %d, want %d (%v)", q, len(p.Items), want, err)
			}
		}
		seen := map[string]bool{}
		q := certificate.RegisterQuery{Limit: 3}
		for range 3 {
			p, err := w.certs.Register(context.Background(), q)
			w.ok(err)
			for _, v := range p.Items {
				if seen[v.Number] {
					w.t.Errorf("%s is on two pages", v.Number)
				}
				seen[v.Number] = true
			}
			if q.After = p.Next; q.After == "" {
				break
			}
		}
		if len(seen) != 4 {
			w.t.Errorf("paging shows %d of 4", len(seen))
		}
		mine, err := w.certs.List(testkit.As(w.stranger), certificate.RegisterQuery{})
		w.ok(err)
		if len(mine.Items) != 1 {
			w.t.Errorf("another county sees %d titles on its desk, want its own", len(mine.Items))
		}
	})
}

// A decision and what scans show commit together: when the transaction fails,
// neither happens.
func TestDecisionAndFaceCommitTogether(t *testing.T) {
	each(t, func(w *world) {
		v, code := w.issue()
		err := usecase.Batch(testkit.As(w.officer), w.rt, func(ctx context.Context) error {
			if _, err := w.certs.Suspend(ctx, reason(v.ID)); err != nil {
				return err
			}
			return fault.New(fault.Conflict, "")
		})
		w.refused(err, fault.Conflict)
		w.scan(code, badge.Valid)
		var n int
		w.ok(w.rt.DB.R.NewRaw("SELECT count(*) FROM audit_entry WHERE usecase = 'certificate.suspend'").Scan(context.Background(), &n))
		if n != 0 {
			w.t.Errorf("%d audit entries of something that did not happen", n)
		}
	})
}
