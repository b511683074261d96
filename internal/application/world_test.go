package application_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/application"
	"fangxin/internal/blob"
	"fangxin/internal/calendar"
	"fangxin/internal/checklist"
	"fangxin/internal/db"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/task"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

const (
	county = "/36/3601/360102/"
	city   = "/36/3601/"
	prov   = "/36/"
)

// world is a county with one merchant and one officer of each kind.
type world struct {
	t      *testing.T
	d      *db.DB
	clock  *testkit.Clock
	apps   *application.Service
	shops  *merchant.Service
	files  *blob.Service
	tasks  *task.Service
	issued []application.CertifyInput
	moved  []application.Moved
	// what the certificate slice would say
	excluded error
	live     bool

	owner, stranger                   access.Principal
	county, city, province, province2 access.Principal
	inspector, otherCounty            access.Principal
	shop                              merchant.PremisesView
}

// members writes the membership table as the account slice does.
type members struct{}

func (members) Grant(ctx context.Context, c *usecase.Call, account ident.AccountID, operator ident.OperatorID) error {
	_, err := c.Tx.NewRaw("INSERT INTO membership (account, operator, role, at) VALUES (?, ?, 'owner', ?) ON CONFLICT DO NOTHING", account, operator, c.Now).Exec(ctx)
	return err
}

func (members) Phone(ctx context.Context, idb usecase.Reader, account ident.AccountID) (string, error) {
	var phone string
	err := idb.NewRaw("SELECT phone FROM account WHERE id = ?", account).Scan(ctx, &phone)
	return phone, err
}

func each(t *testing.T, fn func(t *testing.T, w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { fn(t, newWorld(t, d)) })
}

func newWorld(t *testing.T, d *db.DB) *world {
	rt, clock, _ := testkit.Runtime(d)
	w := &world{
		t: t, d: d, clock: clock, owner: testkit.Merchant(), stranger: testkit.Merchant(),
		county: testkit.Staff(access.CountyOfficer, county), city: testkit.Staff(access.CityOfficer, city),
		province: testkit.Staff(access.ProvinceOfficer, prov), province2: testkit.Staff(access.ProvinceOfficer, prov),
		inspector: testkit.Staff(access.Inspector, county), otherCounty: testkit.Staff(access.CountyOfficer, "/36/3607/360702/"),
	}
	for i, p := range []access.Principal{w.owner, w.stranger} {
		_, err := d.W.NewRaw(`INSERT INTO account (id, phone, name, roles, version, created_at, updated_at) VALUES (?, ?, '店主', '["merchant"]', 1, ?, ?)`,
			p.Account, []string{"13800000001", "13800000002"}[i], clock.Now(), clock.Now()).Exec(context.Background())
		w.ok(err)
	}
	w.files = blob.New(rt, t.TempDir())
	w.tasks = task.New(rt)
	w.shops = merchant.New(rt, members{}, func(context.Context, usecase.Reader, string) (string, error) { return county, nil }, w.files, w.tasks)
	w.apps = application.New(rt, w.shops, w.files, w.tasks, application.Titles{
		Issue: func(_ context.Context, _ *usecase.Call, in application.CertifyInput) (ident.CertificateID, error) {
			w.issued = append(w.issued, in)
			return ident.New[ident.CertificateID](), nil
		},
		Excluded: func(context.Context, usecase.Reader, ident.OperatorID, string) error { return w.excluded },
		Live:     func(context.Context, usecase.Reader, ident.PremisesID, string) (bool, error) { return w.live, nil },
	}, calendar.Shipped())
	w.apps.OnMoved = append(w.apps.OnMoved, func(_ context.Context, _ *usecase.Call, m application.Moved) error {
		w.moved = append(w.moved, m)
		return nil
	})
	op, err := w.shops.AddOperator(testkit.As(w.owner), merchant.AddOperatorCommand{USCC: "91360102MA1TEUT08T", Name: "南昌市东湖区好味餐馆"})
	w.ok(err)
	w.shop, err = w.shops.AddPremises(testkit.As(w.owner), merchant.AddPremisesCommand{
		Operator: op.ID, Name: "好味餐馆", Address: "八一大道 1 号", Division: "360102", Sectors: []string{"catering"}, Phone: "0791-88881234",
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

func (w *world) refused(err error, code fault.Code) {
	w.t.Helper()
	if !fault.Is(err, code) {
		w.t.Fatalf("got %v, want %s", err, code)
	}
}

func (w *world) photo(by access.Principal) string { return w.tinted(by, 200) }

// tinted is a photo that differs from others by its colour.
func (w *world) tinted(by access.Principal, red uint8) string {
	w.t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 64, 48))
	img.Set(3, 3, color.NRGBA{R: red, A: 255})
	var b bytes.Buffer
	w.ok(png.Encode(&b, img))
	v, err := w.files.Put(testkit.As(by), b.Bytes())
	w.ok(err)
	return v.SHA256
}

// draft is a case with nothing in it.
func (w *world) draft() application.View {
	w.t.Helper()
	v, err := w.apps.Start(testkit.As(w.owner), application.StartCommand{Premises: w.shop.ID, Scheme: "jx-model-shop"})
	w.ok(err)
	return v
}

// complete fills everything that is missing.
func (w *world) complete(id ident.ApplicationID) {
	w.t.Helper()
	ctx := testkit.As(w.owner)
	d, err := w.apps.Get(ctx, id)
	w.ok(err)
	sheet, err := w.apps.Sheet(ctx, id)
	w.ok(err)
	save := application.SaveCommand{ID: id, Answers: map[string]application.Answer{}, Contact: &application.Contact{Name: "张三", Phone: "13800000001"}}
	for item := range sheet.Items() {
		if item.Flag == checklist.BonusItem {
			continue // voluntary, and asks for photos
		}
		save.Answers[item.ID] = application.Answer{Verdict: application.Met, Note: "已自查"}
	}
	var conditions, commitments []string
	for _, it := range d.SchemeInfo.Conditions {
		conditions = append(conditions, it.ID)
	}
	for _, it := range d.SchemeInfo.Commitments {
		if it.Required {
			commitments = append(commitments, it.ID)
		}
	}
	save.Conditions, save.Commitments = &conditions, &commitments
	_, err = w.apps.Save(ctx, save)
	w.ok(err)
	sha := w.photo(w.owner)
	for _, it := range d.SchemeInfo.Documents {
		if it.Required {
			_, err = w.apps.Attach(ctx, application.AttachCommand{ID: id, Kind: it.ID, SHA256: sha, Filename: it.ID + ".jpg"})
			w.ok(err)
		}
	}
}

func (w *world) submit(id ident.ApplicationID) application.View {
	w.t.Helper()
	v, err := w.apps.Submit(testkit.As(w.owner), application.SubmitCommand{ID: id, Name: "张三", Consent: true})
	w.ok(err)
	return v
}

// inspected puts a result into the case as the inspection slice does.
func (w *world) inspected(id ident.ApplicationID, passed bool, inspectors ...ident.AccountID) error {
	def := usecase.Def{Name: "test.accept", Allow: []access.Role{access.CountyOfficer}}
	rt := &usecase.Runtime{DB: w.d, Clock: w.clock.Now}
	_, err := usecase.Do(testkit.As(w.county), rt, &def, struct{}{}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
		return struct{}{}, w.apps.RecordInspected(ctx, c, application.Inspected{
			Application: id, Inspectors: inspectors,
			Result: application.Result{Inspection: ident.New[ident.InspectionID](), InspectedOn: "2026-03-10", Total: "92.5", Passed: passed},
		})
	})
	return err
}

// to brings a new complete case to a state.
func (w *world) to(state lifecycle.State) ident.ApplicationID {
	w.t.Helper()
	id := w.draft().ID
	w.complete(id)
	w.submit(id)
	for d := lifecycle.Submitted; d != state; {
		w.ok(w.onward(id, d))
		v, err := w.apps.Get(testkit.As(w.owner), id)
		w.ok(err)
		d = v.State
	}
	return id
}
