package street_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/account"
	"fangxin/internal/app"
	"fangxin/internal/application"
	"fangxin/internal/badge"
	"fangxin/internal/certificate"
	"fangxin/internal/checklist"
	"fangxin/internal/config"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/demo"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/notify"
	"fangxin/internal/pledge"
	"fangxin/internal/quorum"
	"fangxin/internal/scheme"
	"fangxin/internal/street"
	"fangxin/internal/testkit"
	"fangxin/internal/testkit/applying"
	"fangxin/internal/usecase"
)

// registry is the whole program with the people of one street.
type registry struct {
	*app.App
	t      *testing.T
	clock  *testkit.Clock
	people map[string]access.Principal
	shops  []ident.PremisesID
}

func newRegistry(t *testing.T, database string) *registry {
	c := config.Config{
		Listen: "127.0.0.1:8080", Data: t.TempDir(), DatabaseURL: database, BaseURL: "https://fx.example.gov.cn",
		LogFormat: "text", LogLevel: "error", Passwords: "asvs", Shutdown: time.Second,
	}
	c, err := c.Finish()
	if err != nil {
		t.Fatal(err)
	}
	r := &registry{t: t, clock: testkit.NewClock(testkit.Monday), people: map[string]access.Principal{}}
	if r.App, err = app.New(context.Background(), c, app.Options{Clock: r.clock.Now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	r.ok(demo.Authorities(context.Background(), r.App))
	for i, p := range []struct {
		login, code string
		role        access.Role
	}{
		{"organiser", "", access.Organiser}, {"rival", "", access.Organiser}, {"county", "360102", access.CountyOfficer}, {"county2", "360102", access.CountyOfficer},
		{"city", "3601", access.CityOfficer}, {"province", "36", access.ProvinceOfficer}, {"province2", "36", access.ProvinceOfficer},
		{"lead", "360102", access.Inspector}, {"second", "360102", access.Inspector},
	} {
		cmd := account.SeedCommand{Login: p.login, Password: "Seven-lanterns-09", Name: p.login, Phone: fmt.Sprintf("1380000001%d", i), Roles: []access.Role{p.role}}
		by := access.Principal{Name: p.login, Roles: []access.Role{p.role}}
		if p.code != "" {
			au, err := r.Authorities.ByCode(context.Background(), r.DB.R, p.code)
			r.ok(err)
			cmd.Authority, by.Authority, by.Scope = au.ID, au.ID, au.Scope()
		}
		v, err := r.Accounts.Seed(usecase.System(context.Background(), "test"), cmd)
		r.ok(err)
		by.Account = v.ID
		r.people[p.login] = by
	}
	for i := range 36 {
		r.shops = append(r.shops, r.shop(i))
	}
	return r
}

func (r *registry) ok(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *registry) as(login string) context.Context { return testkit.As(r.people[login]) }

// shop makes a store that promises returns, or a restaurant with a title.
func (r *registry) shop(i int) ident.PremisesID {
	r.t.Helper()
	op, id := ident.New[ident.OperatorID](), ident.New[ident.PremisesID]()
	now := r.clock.Now()
	for _, q := range []struct {
		sql  string
		args []any
	}{
		{`INSERT INTO operator (id, uscc, name, version, created_at, updated_at) VALUES (?, ?, ?, 1, ?, ?)`, []any{op, fmt.Sprintf("9136010200000%05d", i), fmt.Sprintf("商户%d", i), now, now}},
		{`INSERT INTO premises (id, operator, name, address, division, sectors, scope, active, version, created_at, updated_at, place_key) VALUES (?, ?, ?, ?, '360102', ?, ?, TRUE, 1, ?, ?, ?)`,
			[]any{id, op, fmt.Sprintf("店%02d", i), fmt.Sprintf("中山路%d号", i), []string{`["store"]`, `["catering"]`}[i%2], county, now, now, fmt.Sprint("x", i)}},
	} {
		_, err := r.DB.W.NewRaw(q.sql, q.args...).Exec(context.Background())
		r.ok(err)
	}
	sch, _ := scheme.Lookup([]string{"return-pledge", "jx-model-shop"}[i%2], "")
	today := dateOf(r.clock)
	ctx := usecase.System(context.Background(), "test")
	if sch.Code == "return-pledge" {
		ctx = pledge.WithTerms(ctx, pledge.Suggest(pledge.CurrentRules(), sch, []string{"store"}))
	}
	_, err := r.Certificates.Import(ctx, certificate.ImportCommand{IssueInput: certificate.IssueInput{
		Scheme: sch.Code, SchemeVersion: sch.Version, Premises: id, Operator: op, Scope: county, Holder: fmt.Sprintf("店%02d", i), Address: "中山路", Division: "360102",
		Issuer: sch.Issuer.Zh, Approval: sch.Approval, IssuedOn: today, ExpiresOn: today.AddDays(400),
	}})
	r.ok(err)
	return id
}

func (r *registry) photo(login string) string {
	var b bytes.Buffer
	r.ok(png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 64, 48))))
	v, err := r.Files.Put(r.as(login), b.Bytes())
	r.ok(err)
	return v.SHA256
}

// visit makes one inspection from assignment to acceptance.
func (r *registry) visit(id ident.InspectionID, good bool) {
	r.t.Helper()
	lead := r.as("lead")
	_, err := r.Inspections.Assign(r.as("county"), inspection.AssignCommand{ID: id, Lead: r.people["lead"].Account, Second: r.people["second"].Account})
	r.ok(err)
	_, err = r.Inspections.Start(lead, inspection.IDCommand{ID: id})
	r.ok(err)
	d, err := r.Inspections.Get(lead, id)
	r.ok(err)
	photo := r.photo("lead")
	var entries []inspection.Entry
	for item := range d.Sheet.Items() {
		if item.Flag == checklist.BonusItem {
			continue
		}
		a := checklist.Answer{Item: item.ID, Verdict: checklist.Pass, Photos: []string{photo}, Audio: []string{photo}, Note: "已核实。"}
		switch item.Type {
		case checklist.Graded:
			full := item.Points
			a.Verdict, a.Score = "", &full
		case checklist.Choice:
			a.Verdict, a.Choice = "", item.Options[0].ID
		case checklist.Number:
			n := item.Range.Max
			if item.Range.PassMax != nil {
				n = *item.Range.PassMax
			}
			a.Verdict, a.Number = "", &n
		case checklist.FreeText:
			a.Verdict, a.Text = "", "已核对"
		case checklist.YesNo:
			if !good && item.Flag == checklist.VetoItem {
				a.Verdict = checklist.Fail
			}
		}
		at := r.clock.Now()
		entries = append(entries, inspection.Entry{ID: string(ident.New[ident.EventID]()), Answer: a, Device: "test", DeviceAt: &at})
	}
	_, err = r.Inspections.Save(lead, inspection.SaveCommand{ID: id, Entries: entries})
	r.ok(err)
	for party, name := range map[inspection.Party]string{inspection.Lead: "主检", inspection.Second: "协检", inspection.Merchant: "店主"} {
		_, err := r.Inspections.Sign(lead, inspection.SignCommand{ID: id, Party: party, Name: name, Drawing: photo})
		r.ok(err)
	}
	_, err = r.Inspections.Submit(lead, inspection.IDCommand{ID: id})
	r.ok(err)
	_, err = r.Inspections.Accept(r.as("county2"), inspection.IDCommand{ID: id})
	r.ok(err)
}

// TestFromApplicationToLapse runs a street through the real route with the
// whole program: registered, refused for want of shops, filled by list,
// submitted, its shops drawn and visited, certified, at risk, mended, at risk
// again and lapsed; and it may apply again.
func TestFromApplicationToLapse(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { fromApplicationToLapse(newRegistry(t, "")) })
	t.Run("postgres", func(t *testing.T) { fromApplicationToLapse(newRegistry(t, dbtest.PostgresURL(t))) })
}

func fromApplicationToLapse(r *registry) {
	t, me := r.t, r.as("organiser")
	op, err := r.Merchants.AddOperator(me, merchant.AddOperatorCommand{USCC: "91360102MA1TEUT08T", Name: "万寿宫街区管理有限公司"})
	r.ok(err)
	v, err := r.Streets.Register(me, street.RegisterCommand{Operator: op.ID, Division: "360102", About: about()})
	r.ok(err)
	// A shop's title is not for a street, nor a street's for a shop of somebody else.
	_, err = r.Applications.Start(me, application.StartCommand{Premises: v.Office, Scheme: "jx-model-shop"})
	refusedWith(t, err, fault.Invalid)
	_, err = r.Applications.Start(r.as("rival"), application.StartCommand{Premises: v.Office, Scheme: "jx-model-street"})
	refusedWith(t, err, fault.Invalid)
	app, err := r.Applications.Start(me, application.StartCommand{Premises: v.Office, Scheme: "jx-model-street"})
	r.ok(err)
	r.fill(app.ID)
	submit := application.SubmitCommand{ID: app.ID, Name: "管理处", Consent: true}
	_, err = r.Applications.Submit(me, submit)
	refusedWith(t, err, fault.NotReady) // no shops
	text := ""
	for i := range r.shops {
		text += fmt.Sprintf("店%02d\n", i)
	}
	listed, err := r.Streets.ListShops(me, street.ListCommand{Street: v.ID, Text: text, Apply: true})
	r.ok(err)
	if listed.Joins != 36 || !listed.Applied {
		t.Fatalf("%+v", listed)
	}
	_, err = r.Applications.Submit(me, submit)
	r.ok(err)
	step := application.StepCommand{ID: app.ID}
	for _, s := range []struct {
		by string
		do func(context.Context, application.StepCommand) (application.View, error)
	}{{"county", r.Applications.Accept}, {"county", r.Applications.Recommend}, {"city", r.Applications.OrderInspection}} {
		r.clock.Add(24 * time.Hour)
		_, err := s.do(r.as(s.by), step)
		r.ok(err)
	}
	sample, err := r.Streets.Sample(context.Background(), v.ID)
	r.ok(err)
	if sample.Size != 12 || len(sample.Shops) != 12 || len(sample.Frame) != 36 || street.FrameHash(sample.Frame) != sample.FrameHash {
		t.Errorf("%d of %d drawn, hash %s", sample.Size, len(sample.Frame), sample.FrameHash)
	}
	for i, id := range street.Order(sample.Frame, sample.Seed)[:12] { // anybody can draw again
		if sample.Shops[i].Premises != id {
			t.Fatalf("place %d: %s, recomputed %s", i+1, sample.Shops[i].Premises, id)
		}
	}
	// One shop cannot be visited: the next of the draw replaces it.
	_, err = r.Inspections.Void(r.as("county"), inspection.ReasonCommand{ID: sample.Shops[3].Inspection, Reason: "停业装修"})
	r.ok(err)
	sample, err = r.Streets.Sample(context.Background(), v.ID)
	r.ok(err)
	if len(sample.Shops) != 13 || sample.Shops[3].Outcome != "void" || sample.Shops[12].Premises != street.Order(sample.Frame, sample.Seed)[12] {
		t.Errorf("after a void visit: %+v", sample.Shops)
	}
	own, err := r.Inspections.Of(context.Background(), r.DB.R, inspection.Ref{Noun: "application", ID: string(app.ID)})
	r.ok(err)
	r.visit(own[0].ID, true)
	if d, err := r.Applications.Get(r.as("county"), app.ID); err != nil || d.State != lifecycle.ToInspect {
		t.Errorf("with the shops unseen the case is %s, %v", d.State, err)
	}
	for i, s := range sample.Shops {
		if s.Outcome == "" {
			r.visit(s.Inspection, i != 0) // one of twelve fails: 92 % pass
		}
	}
	d, err := r.Applications.Get(r.as("county"), app.ID)
	if err != nil || d.State != lifecycle.Inspected || d.Result == nil || !d.Result.Passed {
		t.Fatalf("after all visits the case is %s with %+v, %v", d.State, d.Result, err)
	}
	for _, s := range []struct {
		by string
		do func(context.Context, application.StepCommand) (application.View, error)
	}{
		{"county", r.Applications.TakeAssessment}, {"county", r.Applications.Endorse}, {"city", r.Applications.EndorseCity}, {"province", r.Applications.Announce},
	} {
		_, err := s.do(r.as(s.by), step)
		r.ok(err)
	}
	r.clock.Add(16 * 24 * time.Hour)
	_, err = r.Applications.Certify(r.as("province2"), step)
	r.ok(err)
	desk, err := r.Streets.Desk(me, v.ID)
	r.ok(err)
	if desk.Title == nil || desk.Standing != quorum.Sound || desk.Title.Street != v.ID || desk.Title.Premises != "" {
		t.Fatalf("certified: %+v", desk.Title)
	}
	prints, err := r.Badges.List(me, badge.ListQuery{Certificate: desk.Title.ID})
	r.ok(err)
	scan := func(want badge.Status) {
		t.Helper()
		if a := r.Badges.Scan(context.Background(), string(prints[0].Code)); a.Status != want {
			t.Errorf("a scan says %s, want %s: %s", a.Status, want, a.Reason)
		}
	}
	scan(badge.Valid)
	// Eight shops are suspended: 28 of 36 take part, at risk; one is restored by
	// two officers within grace and the street is sound.
	titles, err := r.Certificates.ShopTitles(context.Background(), r.DB.R, r.shops)
	r.ok(err)
	for i := 1; i < 16; i += 2 {
		_, err := r.Certificates.Suspend(r.as("county"), certificate.StepCommand{ID: titles[r.shops[i]][0].ID, Reason: "调查"})
		r.ok(err)
	}
	scan(badge.Rectifying)
	r.clock.Add(10 * 24 * time.Hour)
	back := titles[r.shops[1]][0].ID
	_, err = r.Certificates.Propose(r.as("county"), certificate.ProposeCommand{ID: back, Action: lifecycle.Restore, Reason: "查无问题"})
	r.ok(err)
	_, err = r.Certificates.Decide(r.as("county2"), certificate.DecideCommand{ID: back, Approve: true})
	r.ok(err)
	scan(badge.Valid)
	_, err = r.Streets.AddOutsider(me, street.OutsiderCommand{Street: v.ID, Name: "新开小吃店"})
	r.ok(err)
	scan(badge.Rectifying)
	r.clock.Add(45 * 24 * time.Hour)
	scan(badge.Expired)
	r.ok(r.Streets.Sweep(context.Background()))
	r.ok(r.Streets.Sweep(context.Background())) // told once
	inbox, err := r.Notices.Inbox(me, notify.InboxQuery{Limit: 100})
	r.ok(err)
	n := map[notify.Code]int{}
	for _, m := range inbox.Items {
		n[m.Event]++
	}
	if n[notify.StreetAtRisk] != 2 || n[notify.StreetRecovered] != 1 || n[notify.StreetLapsed] != 1 {
		t.Errorf("the organiser was told %v", n)
	}
	if _, err := r.Applications.Start(me, application.StartCommand{Premises: v.Office, Scheme: "jx-model-street"}); err != nil {
		t.Errorf("a lapsed street cannot apply again: %v", err)
	}
}

// fill answers everything that an application asks.
func (r *registry) fill(id ident.ApplicationID) {
	r.t.Helper()
	applying.Filled(r.t, r.Applications, r.Files, r.as("organiser"), id)
}

func refusedWith(t *testing.T, err error, code fault.Code) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Errorf("got %v, want %s", err, code)
	}
}
