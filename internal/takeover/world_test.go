package takeover_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/account"
	"fangxin/internal/application"
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
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/pledge"
	"fangxin/internal/scheme"
	"fangxin/internal/takeover"
	"fangxin/internal/task"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

const county = "/36/3601/360102/"

// world is a county with a shop that holds a title and a pledge, its operator,
// and somebody who goes on with it.
type world struct {
	t                         *testing.T
	d                         *db.DB
	clock                     *testkit.Clock
	rt                        *usecase.Runtime
	s                         *takeover.Service
	shops                     *merchant.Service
	cases                     *application.Service
	titles                    *certificate.Service
	badges                    *badge.Service
	pledges                   *pledge.Service
	files                     *blob.Service
	tasks                     *task.Service
	old, next, third          access.Principal
	officer, second, stranger access.Principal
	giver, taker, last        merchant.OperatorView
	shop                      merchant.PremisesView
	title                     certificate.View
	code                      string
	told                      []lifecycle.Action
	interested                map[ident.OperatorID][]ident.AccountID
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
		t: t, d: d, rt: rt, clock: clock, old: testkit.Merchant(), next: testkit.Merchant(), third: testkit.Merchant(),
		officer: testkit.Staff(access.CountyOfficer, county), second: testkit.Staff(access.CountyOfficer, county),
		stranger: testkit.Staff(access.CountyOfficer, "/36/3607/360702/"), interested: map[ident.OperatorID][]ident.AccountID{},
	}
	rt.Interests = func(_ context.Context, _ usecase.Reader, operator ident.OperatorID) ([]ident.AccountID, error) {
		return w.interested[operator], nil
	}
	now := clock.Now()
	for i, p := range []access.Principal{w.old, w.next, w.third} {
		_, err := d.W.NewRaw(`INSERT INTO account (id, phone, name, roles, version, created_at, updated_at) VALUES (?, ?, '店主', '["merchant"]', 1, ?, ?)`,
			p.Account, []string{"13800000001", "13800000002", "13800000003"}[i], now, now).Exec(t.Context())
		w.ok(err)
	}
	w.files, w.tasks = blob.New(rt, t.TempDir()), task.New(rt)
	accounts := account.New(rt, authority.New(rt), account.Options{Texts: i18n.Shipped()})
	w.shops = merchant.New(rt, accounts, func(context.Context, usecase.Reader, string) (string, error) { return county, nil }, w.files, w.tasks)
	w.badges = badge.New(rt, ring, "https://fx.example.gov.cn")
	w.titles = certificate.New(rt, w.badges, scheme.Texts, calendar.Shipped())
	w.cases = application.New(rt, w.shops, w.files, w.tasks, application.Titles{
		Excluded: w.titles.Excluded,
		Live:     func(context.Context, usecase.Reader, ident.PremisesID, string) (bool, error) { return false, nil },
		Halted:   func(context.Context, usecase.Reader, string, string) error { return nil },
		Street:   func(context.Context, usecase.Reader, ident.PremisesID) (ident.StreetID, error) { return "", nil },
	}, calendar.Shipped())
	w.pledges = pledge.New(rt, w.shops, w.titles, w.tasks, w.files, calendar.Shipped())
	w.shops.OnClosed = append(w.shops.OnClosed, func(ctx context.Context, c *usecase.Call, p merchant.PremisesView) error {
		return w.titles.EndWithShop(ctx, c, p.ID, "门店已由其他经营者承接")
	})
	w.s = takeover.New(rt, takeover.Slices{Shops: w.shops, Applications: w.cases, Titles: w.titles, Badges: w.badges, Files: w.files, Tasks: w.tasks}, calendar.Shipped())
	w.s.OnMoved = append(w.s.OnMoved, func(_ context.Context, _ *usecase.Call, _ takeover.View, a lifecycle.Action) error {
		w.told = append(w.told, a)
		return nil
	})
	w.giver = w.operator(w.old, "91360102MA1TEUT08T", "南昌市东湖区瓷韵轩陶瓷店")
	w.taker = w.operator(w.next, "91360102MA4R9XTW43", "南昌景行陶瓷有限公司")
	w.last = w.operator(w.third, "92360102MA2E8QTU8N", "东湖区顺安陶瓷店")
	w.shop, err = w.shops.AddPremises(testkit.As(w.old), merchant.AddPremisesCommand{
		Operator: w.giver.ID, Name: "瓷韵轩", Address: "珠山路 1 号", Division: "360102", Sectors: []string{"store"}, Phone: "0791-86600001",
		Point: &merchant.Point{Lng: 115.9, Lat: 28.68, Datum: merchant.GCJ02},
	})
	w.ok(err)
	w.title, w.code = w.award(w.shop, "jx-model-shop")
	return w
}

func (w *world) operator(by access.Principal, uscc, name string) merchant.OperatorView {
	w.t.Helper()
	v, err := w.shops.AddOperator(testkit.As(by), merchant.AddOperatorCommand{USCC: uscc, Name: name})
	w.ok(err)
	return v
}

// award gives a shop a title, with the code of its badge.
func (w *world) award(p merchant.PremisesView, code string) (certificate.View, string) {
	w.t.Helper()
	sch, ok := scheme.Lookup(code, "")
	if !ok {
		w.t.Fatal("no scheme", code)
	}
	today := w.today()
	v, err := w.titles.Import(testkit.As(testkit.Staff(access.ProvinceOfficer, "/36/")), certificate.ImportCommand{IssueInput: certificate.IssueInput{
		Scheme: sch.Code, SchemeVersion: sch.Version, Premises: p.ID, Operator: p.Operator, Scope: county, Holder: p.Name, Address: p.Address, Division: p.Division,
		Sectors: p.Sectors, Issuer: "省创建办", Approval: "赣市监规〔2023〕9号", IssuedOn: today, ExpiresOn: today.AddYears(2),
		Promises: certificate.Promises{Zh: []string{"七日无理由退货"}, En: []string{"Seven days"}},
	}})
	w.ok(err)
	prints, err := w.badges.List(testkit.As(w.officer), badge.ListQuery{Certificate: v.ID})
	w.ok(err)
	return v, string(prints[0].Code)
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

// pass moves the clock to the morning of a day.
func (w *world) pass(days int) { w.clock.Set(w.today().AddDays(days).Start().Add(9 * time.Hour)) }

// paper is an uploaded file of the one who takes the shop over.
func (w *world) paper(by access.Principal) string {
	w.t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 40, 40))
	for i := range 40 {
		img.Set(i, i, color.RGBA{uint8(len(w.told) + i), 80, 120, 255})
	}
	var b bytes.Buffer
	w.ok(png.Encode(&b, img))
	v, err := w.files.Put(testkit.As(by), b.Bytes())
	w.ok(err)
	return v.SHA256
}

func (w *world) command() takeover.FileCommand {
	return takeover.FileCommand{Operator: w.taker.ID, Shop: w.title.Number, BeganOn: w.today().String(), Confirmed: true}
}

func (w *world) file() takeover.View {
	w.t.Helper()
	v, err := w.s.File(testkit.As(w.next), w.command())
	w.ok(err)
	return v
}

// done is a takeover that was agreed to, checked and confirmed.
func (w *world) done(cmd takeover.FileCommand, taker, giver access.Principal) takeover.View {
	w.t.Helper()
	v, err := w.s.File(testkit.As(taker), cmd)
	w.ok(err)
	_, err = w.s.Consent(testkit.As(giver), takeover.IDCommand{ID: v.ID})
	w.ok(err)
	_, err = w.s.Check(testkit.As(w.officer), takeover.CheckCommand{ID: v.ID})
	w.ok(err)
	v, err = w.s.Confirm(testkit.As(w.second), takeover.IDCommand{ID: v.ID})
	w.ok(err)
	return v
}

func (w *world) scan(code string, want badge.Status) badge.Answer {
	w.t.Helper()
	a := w.badges.Scan(context.Background(), code)
	if a.Status != want {
		w.t.Errorf("scan says %s (%s), want %s", a.Status, a.Cause, want)
	}
	return a
}
