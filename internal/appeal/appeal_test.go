package appeal_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/appeal"
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

// world is a shop with a title and the people around it.
type world struct {
	t                                *testing.T
	clock                            *testkit.Clock
	s                                *appeal.Service
	certs                            *certificate.Service
	owner, stranger                  access.Principal
	officer, city, province, earlier access.Principal
	id                               ident.CertificateID
	number                           string
}

func each(t *testing.T, fn func(w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rt, clock, _ := testkit.Runtime(d)
		ring, err := badgecode.NewRing(bytes.Repeat([]byte{7}, 32))
		if err != nil {
			t.Fatal(err)
		}
		w := &world{
			t: t, clock: clock, owner: testkit.Merchant(), stranger: testkit.Merchant(),
			officer: testkit.Staff(access.CountyOfficer, county), city: testkit.Staff(access.CityOfficer, "/36/3601/"),
			earlier: testkit.Staff(access.CityOfficer, "/36/3601/"), province: testkit.Staff(access.ProvinceOfficer, "/36/"),
		}
		badges := badge.New(rt, ring, "https://fx.example.gov.cn")
		w.certs = certificate.New(rt, badges, func(code, _ string) (string, string, string, int, int, bool) {
			return "示范店", "Model shop", "SF", 2, 15, code == "jx-model-shop"
		}, calendar.Shipped())
		w.s = appeal.New(rt, w.certs, calendar.Shipped())
		w.s.Deeds = func(context.Context, usecase.Reader, ident.CertificateID, ident.ApplicationID) ([]lifecycle.Deed, error) {
			return []lifecycle.Deed{{Noun: "application", Action: lifecycle.Recommend, By: w.earlier.Account}}, nil
		}
		operator := ident.New[ident.OperatorID]()
		now := clock.Now()
		for _, row := range []struct {
			sql  string
			args []any
		}{
			{`INSERT INTO account (id, phone, name, roles, version, created_at, updated_at) VALUES (?, '13800000001', '店主', '["merchant"]', 1, ?, ?)`, []any{w.owner.Account, now, now}},
			{`INSERT INTO operator (id, uscc, name, scope, version, created_at, updated_at) VALUES (?, '91360102MA1TEUT08T', '瓷韵轩', '/36/', 1, ?, ?)`, []any{operator, now, now}},
			{`INSERT INTO membership (account, operator, role, at) VALUES (?, ?, 'owner', ?)`, []any{w.owner.Account, operator, now}},
		} {
			_, err := d.W.NewRaw(row.sql, row.args...).Exec(t.Context())
			w.ok(err)
		}
		def := usecase.Def{Name: "test.issue", Allow: access.Roles}
		day := calendar.DateOf(clock.Now())
		v, err := usecase.Do(testkit.As(access.Internal("test")), rt, &def, struct{}{}, func(ctx context.Context, c *usecase.Call) (certificate.View, error) {
			return w.certs.Issue(ctx, c, certificate.IssueInput{
				Scheme: "jx-model-shop", SchemeVersion: "1", Premises: ident.New[ident.PremisesID](), Operator: operator, Application: ident.New[ident.ApplicationID](),
				Scope: county, Holder: "瓷韵轩", Address: "珠山路 1 号", Division: "360102", Sectors: []string{"store"}, Issuer: "省局", Approval: "文",
				IssuedOn: day, ExpiresOn: day.AddYears(2),
			})
		})
		w.ok(err)
		w.id, w.number = v.ID, v.Number
		fn(w)
	})
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

func (w *world) file(by access.Principal) (appeal.View, error) {
	return w.s.File(testkit.As(by), appeal.FileCommand{Certificate: w.id, Body: "当天设备检修，已提供检修单"})
}

func (w *world) suspend() {
	w.t.Helper()
	_, err := w.certs.Suspend(testkit.As(w.officer), certificate.StepCommand{ID: w.id, Reason: "计量器具超期"})
	w.ok(err)
}

func (w *world) state() lifecycle.State {
	w.t.Helper()
	d, err := w.certs.Detail(testkit.As(access.Anonymous()), w.number)
	w.ok(err)
	return d.State
}

func TestWhoMayAppealAndWhen(t *testing.T) {
	each(t, func(w *world) {
		_, err := w.file(w.owner)
		w.refused("nothing was decided", err, fault.Conflict)
		w.suspend()
		_, err = w.file(w.stranger)
		w.refused("another merchant", err, fault.NotFound)
		_, err = w.file(w.officer)
		w.refused("an officer", err, fault.Forbidden)
		st, err := w.s.Standing(testkit.As(w.owner), w.id)
		w.ok(err)
		if !st.Can || st.Action != lifecycle.Suspend || st.Until != "2026-05-01" {
			w.t.Errorf("standing %+v", st)
		}
		w.clock.Add(61 * 24 * time.Hour)
		_, err = w.file(w.owner)
		w.refused("after its time", err, fault.Conflict)
		w.clock.Add(-2 * 24 * time.Hour)
		v, err := w.file(w.owner)
		w.ok(err)
		if v.State != lifecycle.Filed || v.DueOn == "" || v.Level != access.CountyOfficer {
			w.t.Errorf("filed as %+v", v)
		}
		_, err = w.file(w.owner)
		w.refused("a second appeal against the same decision", err, fault.Duplicate)
		if st, err = w.s.Standing(testkit.As(w.owner), w.id); err != nil || st.Can || len(st.Past) != 1 {
			w.t.Errorf("standing afterwards %+v %v", st, err)
		}
		_, err = w.s.Get(testkit.As(w.stranger), v.ID)
		w.refused("another merchant reads it", err, fault.NotFound)
	})
}

func TestOnlyTheUninvolvedDecide(t *testing.T) {
	each(t, func(w *world) {
		w.suspend()
		v, err := w.file(w.owner)
		w.ok(err)
		cmd := appeal.StepCommand{ID: v.ID, Reason: "检修单属实"}
		_, err = w.s.Uphold(testkit.As(w.officer), cmd)
		w.refused("a county officer", err, fault.Forbidden)
		_, err = w.s.Uphold(testkit.As(w.earlier), cmd)
		w.refused("who worked on the case", err, fault.ConflictOfInterest)
		both := w.city
		both.Account = w.officer.Account
		_, err = w.s.Reject(testkit.As(both), cmd)
		w.refused("who took the decision", err, fault.ConflictOfInterest)
		_, err = w.s.Uphold(testkit.As(testkit.Staff(access.CityOfficer, "/36/3607/")), cmd)
		w.refused("another city", err, fault.NotFound)
		_, err = w.s.Uphold(testkit.As(w.city), appeal.StepCommand{ID: v.ID, Reason: " "})
		w.refused("without a reason", err, fault.Invalid)
		if w.state() != lifecycle.Suspended {
			w.t.Error("the decision does not stand while it is looked at")
		}
		_, err = w.s.Uphold(testkit.As(w.city), cmd)
		w.ok(err)
		if w.state() != lifecycle.Active {
			w.t.Errorf("upheld, and the title is %s", w.state())
		}
		_, err = w.s.Reject(testkit.As(w.city), cmd)
		w.refused("decided twice", err, fault.IllegalStep)
		list, err := w.s.Public(testkit.As(access.Anonymous()), w.id)
		w.ok(err)
		if len(list) != 1 || list[0].Body != "" || list[0].Reason != "检修单属实" {
			w.t.Errorf("the public reads %+v", list)
		}
	})
}

func TestRevocationsAndLevels(t *testing.T) {
	each(t, func(w *world) {
		_, err := w.certs.Revoke(testkit.As(w.province), certificate.RevokeCommand{ID: w.id, Reason: "拒不履行承诺"})
		w.ok(err)
		v, err := w.file(w.owner)
		w.ok(err)
		_, err = w.s.Uphold(testkit.As(w.city), appeal.StepCommand{ID: v.ID, Reason: "x"})
		w.refused("a city about the province", err, fault.Forbidden)
		_, err = w.s.Uphold(testkit.As(testkit.Staff(access.ProvinceOfficer, "/36/")), appeal.StepCommand{ID: v.ID, Reason: "已履行，证据充分"})
		w.ok(err)
		d, err := w.certs.Detail(testkit.As(access.Anonymous()), w.number)
		w.ok(err)
		if d.State != lifecycle.Active || d.ExcludedUntil != "" {
			w.t.Errorf("reinstated as %s, excluded until %q", d.State, d.ExcludedUntil)
		}
	})
}

func TestRejectedAndRetracted(t *testing.T) {
	each(t, func(w *world) {
		w.suspend()
		v, err := w.file(w.owner)
		w.ok(err)
		_, err = w.s.Retract(testkit.As(w.stranger), appeal.RetractCommand{ID: v.ID})
		w.refused("another merchant retracts", err, fault.NotFound)
		_, err = w.s.Retract(testkit.As(w.owner), appeal.RetractCommand{ID: v.ID})
		w.ok(err)
		_, err = w.file(w.owner)
		w.refused("once more against the same decision", err, fault.Duplicate)
		if list, err := w.s.Public(testkit.As(access.Anonymous()), w.id); err != nil || len(list) != 0 {
			w.t.Errorf("a retracted appeal is published: %v %v", list, err)
		}
		_, err = w.certs.Revoke(testkit.As(w.province), certificate.RevokeCommand{ID: w.id, Reason: "拒不整改"})
		w.ok(err)
		second, err := w.file(w.owner)
		w.ok(err)
		_, err = w.s.Reject(testkit.As(testkit.Staff(access.ProvinceOfficer, "/36/")), appeal.StepCommand{ID: second.ID, Reason: "事实清楚"})
		w.ok(err)
		if w.state() != lifecycle.Revoked {
			w.t.Errorf("rejected, and the title is %s", w.state())
		}
		page, err := w.s.List(testkit.As(w.city), appeal.ListQuery{State: lifecycle.Rejected})
		w.ok(err)
		if len(page.Items) != 1 || page.Items[0].ID != second.ID {
			w.t.Errorf("the city lists %+v", page.Items)
		}
	})
}
