package street_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"

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
	"fangxin/internal/inspection"
	"fangxin/internal/merchant"
	"fangxin/internal/scheme"
	"fangxin/internal/street"
	"fangxin/internal/task"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

const county = "/36/3601/360102/"

// world is a county with a managing body and a street of forty shops.
type world struct {
	rt        *usecase.Runtime
	t         *testing.T
	d         *db.DB
	clock     *testkit.Clock
	s         *street.Service
	shops     *merchant.Service
	certs     *certificate.Service
	visits    *inspection.Service
	badges    *badge.Service
	operator  ident.OperatorID
	premises  []ident.PremisesID
	turned    []street.Turned
	completed []street.Complete
	nudged    []street.Nudge

	owner, rival, officer, second, far access.Principal
}

type members struct{}

func (members) Grant(ctx context.Context, c *usecase.Call, account ident.AccountID, operator ident.OperatorID) error {
	_, err := c.Tx.NewRaw("INSERT INTO membership (account, operator, role, at) VALUES (?, ?, 'owner', ?) ON CONFLICT DO NOTHING", account, operator, c.Now).Exec(ctx)
	return err
}

func (members) Phone(context.Context, usecase.Reader, ident.AccountID) (string, error) {
	return "", nil
}

func organiser() access.Principal {
	return access.Principal{Account: ident.New[ident.AccountID](), Name: "管理处", Roles: []access.Role{access.Organiser}}
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
	w := &world{rt: rt,
		t: t, d: d, clock: clock, owner: organiser(), rival: organiser(), officer: testkit.Staff(access.CountyOfficer, county),
		second: testkit.Staff(access.CountyOfficer, county), far: testkit.Staff(access.CountyOfficer, "/36/3607/360702/"),
	}
	for i, p := range []access.Principal{w.owner, w.rival} {
		w.exec(`INSERT INTO account (id, phone, name, roles, version, created_at, updated_at) VALUES (?, ?, '管理处', '["organiser"]', 1, ?, ?)`,
			p.Account, fmt.Sprintf("1380000000%d", i), clock.Now(), clock.Now())
	}
	inCharge := func(context.Context, usecase.Reader, string) (string, error) { return county, nil }
	w.shops = merchant.New(rt, members{}, inCharge, blob.New(rt, t.TempDir()), task.New(rt))
	w.badges = badge.New(rt, ring, "https://fx.example.gov.cn")
	w.certs = certificate.New(rt, w.badges, scheme.New(rt).Texts, calendar.Shipped())
	w.visits = inspection.New(rt)
	w.s = street.New(rt, inCharge, street.Slices{Merchants: w.shops, Certificates: w.certs, Inspections: w.visits}, calendar.Shipped())
	w.s.OnTurned = append(w.s.OnTurned, func(_ context.Context, _ *usecase.Call, x street.Turned) error {
		w.turned = append(w.turned, x)
		return nil
	})
	w.s.OnNudged = append(w.s.OnNudged, func(_ context.Context, _ *usecase.Call, n street.Nudge) error {
		w.nudged = append(w.nudged, n)
		return nil
	})
	w.s.OnComplete = func(_ context.Context, _ *usecase.Call, done street.Complete) error {
		w.completed = append(w.completed, done)
		return nil
	}
	w.s.Reach = func(_ context.Context, _ usecase.Reader, _ access.Principal, n street.Nudge) ([]street.Reached, error) {
		return []street.Reached{{Channel: "inbox", Name: n.Shop}}, nil
	}
	op, err := w.shops.AddOperator(testkit.As(w.owner), merchant.AddOperatorCommand{USCC: "91360102MA1TEUT08T", Name: "万寿宫街区管理有限公司"})
	w.ok(err)
	w.operator = op.ID
	for i := range 40 {
		w.premises = append(w.premises, w.shop(i))
	}
	return w
}

// shop registers one shop of the county; every second one is a restaurant.
func (w *world) shop(i int) ident.PremisesID {
	w.t.Helper()
	op, id := ident.New[ident.OperatorID](), ident.New[ident.PremisesID]()
	sectors := []string{`["store"]`, `["catering"]`}[i%2]
	w.exec(`INSERT INTO operator (id, uscc, name, version, created_at, updated_at) VALUES (?, ?, ?, 1, ?, ?)`,
		op, fmt.Sprintf("9136010200000%05d", i), fmt.Sprintf("南昌商户%d", i), w.clock.Now(), w.clock.Now())
	w.exec(`INSERT INTO premises (id, operator, name, address, division, lng, lat, datum, sectors, scope, active, version, created_at, updated_at, place_key)
		VALUES (?, ?, ?, ?, '360102', ?, ?, 'gcj02', ?, ?, TRUE, 1, ?, ?, ?)`,
		id, op, fmt.Sprintf("万寿店%02d", i), fmt.Sprintf("中山路%d号", i), 115.88+float64(i)*0.0001, 28.68, sectors, county, w.clock.Now(), w.clock.Now(), fmt.Sprint("x", i))
	return id
}

func (w *world) exec(q string, args ...any) {
	w.t.Helper()
	if _, err := w.d.W.NewRaw(q, args...).Exec(context.Background()); err != nil {
		w.t.Fatal(err)
	}
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

func about() street.About {
	return street.About{Name: "万寿宫街区", Address: "中山路 1 号", Phone: "0791-86660000", Station: "中山路 3 号消费维权服务站"}
}

// registered makes the street of the owner.
func (w *world) registered() street.View {
	w.t.Helper()
	v, err := w.s.Register(testkit.As(w.owner), street.RegisterCommand{Operator: w.operator, Division: "360102", About: about()})
	w.ok(err)
	return v
}

// award gives a shop a title that holds for some days.
func (w *world) award(p ident.PremisesID, code string, days int) certificate.View {
	w.t.Helper()
	return w.title(certificate.IssueInput{Scheme: code, Premises: p}, days)
}

func (w *world) title(in certificate.IssueInput, days int) certificate.View {
	w.t.Helper()
	sch, _ := scheme.Lookup(in.Scheme, "")
	today := calendar.DateOf(w.clock.Now())
	if in.SchemeVersion == "" {
		in.SchemeVersion = sch.Version
	}
	in.Scope, in.Holder, in.Address, in.Division = county, "持有人", "中山路", "360102"
	in.Issuer, in.Approval, in.IssuedOn, in.ExpiresOn = sch.Issuer.Zh, sch.Approval, today, today.AddDays(days)
	v, err := w.certs.Import(usecase.System(context.Background(), "test"), certificate.ImportCommand{IssueInput: in})
	w.ok(err)
	return v
}

// titled is a street with its title: n shops take part and promise returns
// where they can, out of all forty.
func (w *world) titled(n int) (street.View, certificate.View, []certificate.View) {
	w.t.Helper()
	v := w.registered()
	_, err := w.s.Join(testkit.As(w.owner), street.JoinCommand{Street: v.ID, Premises: w.premises})
	w.ok(err)
	var titles []certificate.View
	for i, p := range w.premises {
		if i < n {
			titles = append(titles, w.award(p, "jx-model-shop", 700))
		}
		if i%2 == 0 {
			w.award(p, "return-pledge", 700)
		}
	}
	t := w.title(certificate.IssueInput{Scheme: "jx-model-street", Street: v.ID, Operator: w.operator}, 720)
	return v, t, titles
}

// standing reads the street's title as the register shows it.
func (w *world) standing(number string) certificate.View {
	w.t.Helper()
	d, err := w.certs.Detail(context.Background(), number)
	w.ok(err)
	return d.View
}

// code is what a print of a serial carries.
func (w *world) code(serial int64) string {
	w.t.Helper()
	ring, err := badgecode.NewRing(bytes.Repeat([]byte{7}, 32))
	w.ok(err)
	return string(ring.Encode(badgecode.Serial(serial)))
}

func dateOf(c *testkit.Clock) calendar.Date { return calendar.DateOf(c.Now()) }
