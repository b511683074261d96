package pledge_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/account"
	"fangxin/internal/authority"
	"fangxin/internal/badge"
	"fangxin/internal/badgecode"
	"fangxin/internal/blob"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/db"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/fault"
	"fangxin/internal/i18n"
	"fangxin/internal/ident"
	"fangxin/internal/merchant"
	"fangxin/internal/pledge"
	"fangxin/internal/scheme"
	"fangxin/internal/task"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

const county = "/36/3601/360102/"

// world is a county with a shop that pledges, and the people around it.
type world struct {
	t               *testing.T
	d               *db.DB
	rt              *usecase.Runtime
	clock           *testkit.Clock
	s               *pledge.Service
	certs           *certificate.Service
	badges          *badge.Service
	tasks           *task.Service
	shops           *merchant.Service
	owner, stranger access.Principal
	officer, second access.Principal
	city, province  access.Principal
	shop            merchant.PremisesView
}

func each(t *testing.T, fn func(w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { fn(newWorld(t, d)) })
}

func newWorld(t *testing.T, d *db.DB) *world {
	rt, clock, _ := testkit.Runtime(d)
	ring, err := badgecode.NewRing(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{
		t: t, d: d, rt: rt, clock: clock, owner: testkit.Merchant(), stranger: testkit.Merchant(), officer: testkit.Staff(access.CountyOfficer, county),
		second: testkit.Staff(access.CountyOfficer, county), city: testkit.Staff(access.CityOfficer, "/36/3601/"), province: testkit.Staff(access.ProvinceOfficer, "/36/"),
	}
	now := clock.Now()
	for i, p := range []access.Principal{w.owner, w.stranger} {
		_, err := d.W.NewRaw(`INSERT INTO account (id, phone, name, roles, version, created_at, updated_at) VALUES (?, ?, '店主', '["merchant"]', 1, ?, ?)`,
			p.Account, []string{"13800000001", "13800000002"}[i], now, now).Exec(t.Context())
		w.ok(err)
	}
	files, tasks := blob.New(rt, t.TempDir()), task.New(rt)
	accounts := account.New(rt, authority.New(rt), account.Options{Texts: i18n.Shipped()})
	shops := merchant.New(rt, accounts, func(context.Context, usecase.Reader, string) (string, error) { return county, nil }, files, tasks)
	w.badges = badge.New(rt, ring, "https://fx.example.gov.cn")
	w.certs = certificate.New(rt, w.badges, scheme.Texts, calendar.Shipped())
	w.tasks, w.shops = tasks, shops
	w.s = pledge.New(rt, shops, w.certs, tasks, files, calendar.Shipped())
	op, err := shops.AddOperator(testkit.As(w.owner), merchant.AddOperatorCommand{USCC: "91360102MA1TEUT08T", Name: "南昌市东湖区瓷韵轩陶瓷店"})
	w.ok(err)
	w.shop, err = shops.AddPremises(testkit.As(w.owner), merchant.AddPremisesCommand{
		Operator: op.ID, Name: "瓷韵轩", Address: "珠山路 1 号", Division: "360102", Sectors: []string{"store"}, Phone: "0791-86600001",
		Point: &merchant.Point{Lng: 115.9, Lat: 28.68, Datum: merchant.GCJ02},
	})
	w.ok(err)
	return w
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

func (w *world) today() calendar.Date { return calendar.DateOf(w.clock.Now()) }

// to moves the clock to noon of a day.
func (w *world) to(day calendar.Date) {
	w.clock.Set(day.End().Add(-12 * time.Hour))
}

func (w *world) start() pledge.View {
	w.t.Helper()
	v, err := w.s.Start(testkit.As(w.owner), pledge.StartCommand{Premises: w.shop.ID})
	w.ok(err)
	return v
}

// published is a pledge that was signed today.
func (w *world) published() pledge.View {
	w.t.Helper()
	v, err := w.s.Publish(testkit.As(w.owner), pledge.PublishCommand{ID: w.start().ID, Consent: true, Name: "涂金莲"})
	w.ok(err)
	return v
}

// inForce is a pledge whose notice is over and whose title is issued.
func (w *world) inForce() pledge.View {
	w.t.Helper()
	v := w.published()
	w.to(v.EffectiveOn)
	w.sweep()
	return w.read(v.ID).View
}

func (w *world) sweep() {
	w.t.Helper()
	_, err := w.s.Sweep(context.Background())
	w.ok(err)
}

func (w *world) read(id ident.PledgeID) pledge.Detail {
	w.t.Helper()
	d, err := w.s.GetOwn(testkit.As(w.owner), id)
	w.ok(err)
	return d
}

// scan is what a shopper sees of the pledge's badge.
func (w *world) scan(v pledge.View) badge.Status {
	w.t.Helper()
	prints, err := w.badges.List(testkit.As(w.province), badge.ListQuery{Certificate: v.Certificate})
	w.ok(err)
	if len(prints) == 0 {
		w.t.Fatal("no print")
	}
	return w.badges.Scan(context.Background(), string(prints[0].Code)).Status
}

func (w *world) want(what string, got, want any) {
	w.t.Helper()
	if got != want {
		w.t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func day(s string) calendar.Date {
	d, err := calendar.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func step(id ident.PledgeID) pledge.StepCommand {
	return pledge.StepCommand{ID: id, Reason: "两次体验均按承诺退货"}
}
