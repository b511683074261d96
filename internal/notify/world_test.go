package notify_test

import (
	"context"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/account"
	"fangxin/internal/app"
	"fangxin/internal/application"
	"fangxin/internal/config"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/demo"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/notify"
	"fangxin/internal/testkit"
	"fangxin/internal/testkit/applying"
	"fangxin/internal/usecase"
)

// world is the whole registry with the people of one case in Donghu.
type world struct {
	*app.App
	t      *testing.T
	clock  *testkit.Clock
	people map[string]access.Principal
	shop   merchant.PremisesView
}

// each runs fn on both databases.
func each(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Run("sqlite", func(t *testing.T) { fn(t, newWorld(t, "", nil)) })
	t.Run("postgres", func(t *testing.T) { fn(t, newWorld(t, dbtest.PostgresURL(t), nil)) })
}

func newWorld(t *testing.T, database string, set func(*config.Config)) *world {
	t.Helper()
	c := config.Config{
		Listen: "127.0.0.1:8080", Data: t.TempDir(), DatabaseURL: database, BaseURL: "https://fx.example.gov.cn",
		LogFormat: "text", LogLevel: "error", Passwords: "asvs", Shutdown: time.Second,
	}
	if set != nil {
		set(&c)
	}
	c, err := c.Finish()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, clock: testkit.NewClock(testkit.Monday), people: map[string]access.Principal{}}
	if w.App, err = app.New(context.Background(), c, app.Options{Clock: w.clock.Now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	w.ok(demo.Authorities(context.Background(), w.App))
	for _, p := range []struct {
		login, phone, code string
		role               access.Role
	}{
		{"owner", "13800000001", "", access.Merchant}, {"stranger", "13800000002", "", access.Merchant},
		{"county", "13800000003", "360102", access.CountyOfficer}, {"county2", "", "360102", access.CountyOfficer},
		{"city", "", "3601", access.CityOfficer}, {"province", "", "36", access.ProvinceOfficer}, {"province2", "", "36", access.ProvinceOfficer},
		{"inspector1", "13800000004", "360102", access.Inspector}, {"inspector2", "", "360102", access.Inspector}, {"inspector3", "", "360102", access.Inspector},
		{"far", "", "360702", access.CountyOfficer}, {"admin", "", "36", access.Administrator},
	} {
		w.person(p.login, p.phone, p.code, p.role)
	}
	op, err := w.Merchants.AddOperator(w.as("owner"), merchant.AddOperatorCommand{USCC: "91360102MA1TEUT08T", Name: "南昌市东湖区好味餐馆"})
	w.ok(err)
	w.shop, err = w.Merchants.AddPremises(w.as("owner"), merchant.AddPremisesCommand{
		Operator: op.ID, Name: "好味餐馆", Address: "八一大道 1 号", Division: "360102", Sectors: []string{"catering"}, Phone: "0791-88881234",
	})
	w.ok(err)
	return w
}

func (w *world) person(login, phone, code string, role access.Role) {
	w.t.Helper()
	cmd := account.SeedCommand{Login: login, Password: "Seven-lanterns-09", Name: login, Phone: phone, Roles: []access.Role{role}}
	p := access.Principal{Name: login, Roles: []access.Role{role}}
	if code != "" {
		au, err := w.Authorities.ByCode(context.Background(), w.DB.R, code)
		w.ok(err)
		cmd.Authority, p.Authority, p.Scope = au.ID, au.ID, au.Scope()
	}
	v, err := w.Accounts.Seed(usecase.System(context.Background(), "test"), cmd)
	w.ok(err)
	p.Account = v.ID
	w.people[login] = p
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) as(login string) context.Context { return testkit.As(w.people[login]) }

// codes lists what stands in somebody's inbox, oldest first.
func (w *world) codes(login string) []notify.Code {
	w.t.Helper()
	p, err := w.Notices.Inbox(w.as(login), notify.InboxQuery{Limit: 200})
	w.ok(err)
	out := make([]notify.Code, len(p.Items))
	for i, v := range p.Items {
		out[len(out)-1-i] = v.Event
	}
	return out
}

// newest is the last notice of an inbox.
func (w *world) newest(login string) notify.View {
	w.t.Helper()
	p, err := w.Notices.Inbox(w.as(login), notify.InboxQuery{Limit: 1, Lang: "zh"})
	w.ok(err)
	if len(p.Items) == 0 {
		w.t.Fatalf("nothing in the inbox of %s", login)
	}
	return p.Items[0]
}

// submitted is a case that was sent in.
func (w *world) submitted() ident.ApplicationID {
	w.t.Helper()
	return applying.Submitted(w.t, w.Applications, w.Files, w.as("owner"), w.shop.ID, "jx-model-shop")
}

// step takes a plain step as somebody.
func (w *world) step(login string, id ident.ApplicationID, do func(context.Context, application.StepCommand) (application.View, error)) {
	w.t.Helper()
	_, err := do(w.as(login), application.StepCommand{ID: id})
	w.ok(err)
}

// ordered is a case whose visit was ordered.
func (w *world) ordered() (ident.ApplicationID, ident.InspectionID) {
	w.t.Helper()
	id := w.submitted()
	w.step("county", id, w.Applications.Accept)
	w.step("county", id, w.Applications.Recommend)
	w.step("city", id, w.Applications.OrderInspection)
	p, err := w.Inspections.List(w.as("county"), inspection.ListQuery{Application: id})
	w.ok(err)
	return id, p.Items[0].ID
}

// record takes the result of a visit over, as its acceptance does.
func (w *world) record(id ident.ApplicationID) {
	w.t.Helper()
	def := usecase.Def{Name: "test.record", Allow: []access.Role{access.CountyOfficer}}
	_, err := usecase.Do(w.as("county"), w.Runtime, &def, struct{}{}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
		return struct{}{}, w.Applications.RecordInspected(ctx, c, application.Inspected{
			Application: id, Inspectors: []ident.AccountID{w.people["inspector1"].Account},
			Result: application.Result{Inspection: ident.New[ident.InspectionID](), InspectedOn: "2026-03-10", Total: "92.5", Passed: true},
		})
	})
	w.ok(err)
}

// certified is a case that went all the way.
func (w *world) certified() ident.CertificateID {
	w.t.Helper()
	id, _ := w.ordered()
	w.record(id)
	w.step("county", id, w.Applications.TakeAssessment)
	w.step("county", id, w.Applications.Endorse)
	w.step("city", id, w.Applications.EndorseCity)
	w.step("province", id, w.Applications.Announce)
	w.clock.Add(16 * 24 * time.Hour)
	w.step("province2", id, w.Applications.Certify)
	d, err := w.Applications.Get(w.as("owner"), id)
	w.ok(err)
	if d.State != lifecycle.Certified {
		w.t.Fatalf("the case is %s", d.State)
	}
	return d.Certificate
}
