package renewal_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/badge"
	"fangxin/internal/badgecode"
	"fangxin/internal/blob"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/db"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/renewal"
	"fangxin/internal/scheme"
	"fangxin/internal/task"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

const county = "/36/3601/360102/"

type world struct {
	t                         *testing.T
	d                         *db.DB
	clock                     *testkit.Clock
	rt                        *usecase.Runtime
	s                         *renewal.Service
	titles                    *certificate.Service
	badges                    *badge.Service
	tasks                     *task.Service
	owner, other              access.Principal
	officer, second, stranger access.Principal
	operator                  ident.OperatorID
	premises                  ident.PremisesID
	title                     certificate.View
	code                      string
	rules                     scheme.Scheme
}

func each(t *testing.T, fn func(w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rt, clock, _ := testkit.Runtime(d)
		ring, err := badgecode.NewRing(bytes.Repeat([]byte{7}, 32))
		if err != nil {
			t.Fatal(err)
		}
		w := &world{
			t: t, d: d, rt: rt, clock: clock, owner: testkit.Merchant(), other: testkit.Merchant(), officer: testkit.Staff(access.CountyOfficer, county),
			second: testkit.Staff(access.CountyOfficer, county), stranger: testkit.Staff(access.CountyOfficer, "/36/3607/360702/"),
			operator: ident.New[ident.OperatorID](), premises: ident.New[ident.PremisesID](),
		}
		w.badges = badge.New(rt, ring, "https://fx.example.gov.cn")
		w.titles = certificate.New(rt, w.badges, func(code, _ string) (string, string, string, int, int, bool) {
			return "示范店", "Model shop", "SF", 2, 15, code == "jx-model-shop"
		}, calendar.Shipped())
		w.titles.Rechecks = func(context.Context, usecase.Reader) ([]scheme.Recheck, error) {
			return []scheme.Recheck{{Scheme: "jx-model-shop", Months: 12}}, nil
		}
		files := blob.New(rt, t.TempDir())
		w.tasks = task.New(rt)
		shops := merchant.New(rt, nil, func(context.Context, usecase.Reader, string) (string, error) { return county, nil }, files, w.tasks)
		w.s = renewal.New(rt, w.titles, shops, w.tasks, calendar.Shipped())
		w.rules, _ = scheme.Lookup("jx-model-shop", "")
		w.s.Rules = func(string) (scheme.Scheme, bool) { return w.rules, true }
		now := clock.Now()
		for _, q := range []struct {
			sql  string
			args []any
		}{
			{`INSERT INTO account (id, phone, name, roles, version, created_at, updated_at) VALUES (?, '13800000001', '店主', '["merchant"]', 1, ?, ?)`, []any{w.owner.Account, now, now}},
			{`INSERT INTO operator (id, uscc, name, version, created_at, updated_at) VALUES (?, '91360102MA1TEUT08T', '甲', 1, ?, ?)`, []any{w.operator, now, now}},
			{`INSERT INTO membership (account, operator, role, at) VALUES (?, ?, 'owner', ?)`, []any{w.owner.Account, w.operator, now}},
			{`INSERT INTO premises (id, operator, name, address, place_key, division, sectors, scope, version, created_at, updated_at) VALUES (?, ?, '瓷韵轩陶瓷店', '中山路 1 号', 'k', '360102', '["store"]', ?, 1, ?, ?)`, []any{w.premises, w.operator, county, now, now}},
		} {
			w.exec(q.sql, q.args...)
		}
		today := calendar.DateOf(now)
		w.title, err = w.titles.Import(testkit.As(testkit.Staff(access.ProvinceOfficer, "/36/")), certificate.ImportCommand{IssueInput: certificate.IssueInput{
			Scheme: "jx-model-shop", SchemeVersion: "1", Premises: w.premises, Operator: w.operator, Scope: county, Holder: "瓷韵轩陶瓷店",
			Address: "中山路 1 号", Division: "360102", Sectors: []string{"store"}, Issuer: "省创建办", Approval: "赣市监规〔2023〕9号",
			IssuedOn: today, ExpiresOn: today.AddYears(2),
		}})
		w.ok(err)
		prints, err := w.badges.List(testkit.As(w.officer), badge.ListQuery{Certificate: w.title.ID})
		w.ok(err)
		w.code = string(prints[0].Code)
		fn(w)
	})
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	_, err := w.d.W.NewRaw(sql, args...).Exec(w.t.Context())
	w.ok(err)
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) refused(what string, err error, code fault.Code) {
	w.t.Helper()
	if !fault.Is(err, code) {
		w.t.Errorf("%s: %v, want %s", what, err, code)
	}
}

func (w *world) file(by access.Principal, kind renewal.Kind) (renewal.View, error) {
	return w.s.File(testkit.As(by), renewal.FileCommand{Certificate: w.title.ID, Kind: kind, Confirmed: true})
}

func (w *world) scan(want badge.Status) badge.Answer {
	w.t.Helper()
	a := w.badges.Scan(context.Background(), w.code)
	if a.Status != want {
		w.t.Errorf("the scan says %s (%s), want %s", a.Status, a.Cause, want)
	}
	return a
}

const day = 24 * time.Hour

// From the award over its renewal to the end: nothing expires by itself, the
// clock says so.
func TestRenewedAtOnceAndExpired(t *testing.T) {
	each(t, func(w *world) {
		w.rules.Renewal, w.rules.RecheckMonths.Value, w.rules.ValidityYears.Value = "instant", 36, 2
		_, err := w.file(w.owner, renewal.Renew)
		w.refused("long before its end", err, fault.NotReady)
		end := w.title.ExpiresOn
		w.clock.Set(end.AddDays(-renewal.WindowDays).Start().Add(10 * time.Hour))
		_, err = w.file(w.officer, renewal.Renew)
		w.refused("by an officer", err, fault.Forbidden)
		_, err = w.file(w.other, renewal.Renew)
		w.refused("somebody else's title", err, fault.NotFound)
		_, err = w.s.File(testkit.As(w.owner), renewal.FileCommand{Certificate: w.title.ID, Kind: renewal.Renew})
		w.refused("without confirming", err, fault.Invalid)
		o, err := w.s.Outlook(testkit.As(w.owner), w.title.ID)
		w.ok(err)
		if !o.Renew || !o.Instant || o.Until != end.AddYears(2).String() || len(o.Changes) != 0 {
			t.Errorf("outlook %+v", o)
		}
		v, err := w.file(w.owner, renewal.Renew)
		w.ok(err)
		if v.State != lifecycle.RenewGranted || v.Successor == "" {
			t.Fatalf("%+v", v)
		}
		next, _, err := w.titles.Get(testkit.As(w.owner), v.Successor)
		w.ok(err)
		if next.Number == w.title.Number || next.ExpiresOn != end.AddYears(2) || next.Holder != w.title.Holder || next.State != lifecycle.Active {
			t.Errorf("the new certificate: %+v", next.View)
		}
		old, _, err := w.titles.Get(testkit.As(w.owner), w.title.ID)
		w.ok(err)
		if old.State != lifecycle.Superseded || old.Successor != next.Number {
			t.Errorf("the old one is %s and leads to %s", old.State, old.Successor)
		}
		// The print in the shop shows the new certificate.
		if a := w.scan(badge.Valid); a.Title == nil || a.Title.Number != next.Number {
			t.Errorf("the old print shows %+v", a.Title)
		}
		w.clock.Set(next.ExpiresOn.Start().Add(12 * time.Hour))
		w.scan(badge.Valid)
		w.clock.Add(day)
		w.scan(badge.Expired)
		last, _, err := w.titles.Get(testkit.As(w.owner), v.Successor)
		w.ok(err)
		if last.State != lifecycle.Active || last.Standing != "expired" {
			t.Errorf("stored %s, standing %s", last.State, last.Standing)
		}
		w.title = next.View
		_, err = w.file(w.owner, renewal.Renew)
		w.refused("after its end", err, fault.NotReady)
	})
}

// By review: one officer checks, another grants; a change of name, too.
func TestReviewed(t *testing.T) {
	each(t, func(w *world) {
		_, err := w.file(w.owner, renewal.Rename)
		w.refused("nothing changed", err, fault.NotReady)
		w.exec("UPDATE premises SET name = '瓷韵轩（中山路店）' WHERE id = ?", w.premises)
		v, err := w.file(w.owner, renewal.Rename)
		w.ok(err)
		if v.State != lifecycle.Filed || len(v.Changes) != 1 || v.Changes[0].Field != "holder" {
			t.Fatalf("%+v", v)
		}
		_, err = w.file(w.owner, renewal.Rename)
		w.refused("a second request", err, fault.Duplicate)
		step := func(do func(context.Context, renewal.StepCommand) (renewal.View, error), by access.Principal, reason string) error {
			_, err := do(testkit.As(by), renewal.StepCommand{ID: v.ID, Reason: reason})
			return err
		}
		w.refused("granted unchecked", step(w.s.Grant, w.second, ""), fault.IllegalStep)
		w.refused("checked by the holder", step(w.s.Check, w.owner, ""), fault.Forbidden)
		w.refused("checked by another county", step(w.s.Check, w.stranger, ""), fault.NotFound)
		w.refused("declined without a reason", step(w.s.Decline, w.officer, ""), fault.Invalid)
		w.ok(step(w.s.Retract, w.owner, ""))
		w.refused("retracted twice", step(w.s.Retract, w.owner, ""), fault.IllegalStep)
		v, err = w.file(w.owner, renewal.Rename)
		w.ok(err)
		w.ok(step(w.s.Decline, w.officer, "请先变更营业执照"))
		v, err = w.file(w.owner, renewal.Rename)
		w.ok(err)
		w.ok(step(w.s.Check, w.officer, ""))
		w.refused("granted by who checked", step(w.s.Grant, w.officer, ""), fault.FourEyes)
		w.ok(step(w.s.Grant, w.second, ""))
		got, err := w.s.Get(testkit.As(w.officer), v.ID)
		w.ok(err)
		next, _, err := w.titles.Get(testkit.As(w.owner), got.Successor)
		w.ok(err)
		if next.Holder != "瓷韵轩（中山路店）" || next.ExpiresOn != w.title.ExpiresOn {
			t.Errorf("re-issued %+v", next.View)
		}
		if a := w.scan(badge.Valid); a.Shop == nil || a.Shop.Name != next.Holder {
			t.Errorf("the print shows %+v", a.Title)
		}
	})
}

// A request ends with its title; a title that does not stand is not replaced.
func TestRequestOfATitleThatFalls(t *testing.T) {
	each(t, func(w *world) {
		w.exec("UPDATE premises SET address = '中山路 3 号' WHERE id = ?", w.premises)
		v, err := w.file(w.owner, renewal.Rename)
		w.ok(err)
		_, err = w.s.Check(testkit.As(w.officer), renewal.StepCommand{ID: v.ID})
		w.ok(err)
		_, err = w.titles.Suspend(testkit.As(w.officer), certificate.StepCommand{ID: w.title.ID, Reason: "查证属实"})
		w.ok(err)
		_, err = w.s.Grant(testkit.As(w.second), renewal.StepCommand{ID: v.ID})
		w.refused("while suspended", err, fault.NotReady)
		_, err = w.titles.Withdraw(testkit.As(w.owner), certificate.StepCommand{ID: w.title.ID, Reason: "歇业"})
		w.ok(err)
		got, err := w.s.Get(testkit.As(w.owner), v.ID)
		w.ok(err)
		if got.State != lifecycle.Retracted {
			t.Errorf("after the title ended: %s", got.State)
		}
	})
}

// Titles wait for their re-check when the months are over since the award.
func TestRecheckDue(t *testing.T) {
	each(t, func(w *world) {
		due := func(by access.Principal) int {
			t.Helper()
			p, err := w.titles.RecheckDue(testkit.As(by), certificate.RecheckQuery{})
			w.ok(err)
			return len(p.Items)
		}
		_, err := w.titles.RecheckDue(testkit.As(w.owner), certificate.RecheckQuery{})
		w.refused("by the holder", err, fault.Forbidden)
		if n := due(w.officer); n != 0 {
			t.Errorf("%d due on the first day", n)
		}
		w.clock.Set(w.title.IssuedOn.AddMonths(12).Start().Add(9 * time.Hour))
		if n, other := due(w.officer), due(w.stranger); n != 1 || other != 0 {
			t.Errorf("%d due after a year, %d in another county", n, other)
		}
		w.clock.Set(w.title.ExpiresOn.AddDays(1).Start().Add(9 * time.Hour))
		if n := due(w.officer); n != 0 {
			t.Errorf("%d due after the title has run out", n)
		}
		w.clock.Set(w.title.IssuedOn.AddMonths(12).Start().Add(9 * time.Hour))
		def := usecase.Def{Name: "test.inspected", Allow: access.Roles}
		_, err = usecase.Do(testkit.As(w.officer), w.rt, &def, struct{}{}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
			return struct{}{}, w.titles.Inspected(ctx, c, w.title.ID, certificate.Seen{On: calendar.DateOf(c.Now), Grade: "B"})
		})
		w.ok(err)
		if n := due(w.officer); n != 0 {
			t.Errorf("%d due after the inspection", n)
		}
		if a := w.scan(badge.Valid); a.Title == nil || a.Title.InspectedOn != calendar.DateOf(w.clock.Now()).String() {
			t.Errorf("the badge shows %+v", a.Title)
		}
	})
}

// The order in which sectors were ticked is no change.
func TestOrderOfSectorsIsNoChange(t *testing.T) {
	each(t, func(w *world) {
		w.exec("UPDATE premises SET sectors = ? WHERE id = ?", `["store","catering"]`, w.premises)
		w.exec("UPDATE certificate SET sectors = ? WHERE id = ?", `["catering","store"]`, w.title.ID)
		o, err := w.s.Outlook(testkit.As(w.owner), w.title.ID)
		w.ok(err)
		if len(o.Changes) != 0 || o.Rename {
			t.Errorf("another order: %+v", o.Changes)
		}
		_, err = w.file(w.owner, renewal.Rename)
		w.refused("a re-issue for another order", err, fault.NotReady)
		w.exec("UPDATE premises SET sectors = ? WHERE id = ?", `["store","farmstay"]`, w.premises)
		o, err = w.s.Outlook(testkit.As(w.owner), w.title.ID)
		w.ok(err)
		if len(o.Changes) != 1 || o.Changes[0].Field != "sectors" || !o.Rename {
			t.Errorf("another sector: %+v", o.Changes)
		}
	})
}

// A title that follows a pledge is renewed with the pledge, not by itself.
func TestTitlesOfPledgesAreRenewedWithThem(t *testing.T) {
	each(t, func(w *world) {
		w.titles.Led = []string{"jx-model-shop"}
		w.clock.Set(w.title.ExpiresOn.AddDays(-10).Start().Add(10 * time.Hour))
		_, err := w.file(w.owner, renewal.Renew)
		w.refused("renewed without its pledge", err, fault.NotReady)
		w.exec("UPDATE premises SET name = '新店招' WHERE id = ?", w.premises)
		_, err = w.file(w.owner, renewal.Rename)
		w.ok(err)
	})
}
