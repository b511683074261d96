package plaque_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
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
	"fangxin/internal/lifecycle"
	"fangxin/internal/plaque"
	"fangxin/internal/scheme"
	"fangxin/internal/street"
	"fangxin/internal/task"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

const county = "/36/3601/360102/"

// world is a county with an owner whose shops hold titles.
type world struct {
	t                                          *testing.T
	rt                                         *usecase.Runtime
	d                                          *db.DB
	clock                                      *testkit.Clock
	s                                          *plaque.Service
	titles                                     *certificate.Service
	badges                                     *badge.Service
	files                                      *blob.Service
	tasks                                      *task.Service
	owner, other, officer, stranger, inspector access.Principal
	province                                   access.Principal
	operator                                   ident.OperatorID
	heard                                      []lifecycle.Action
}

func each(t *testing.T, fn func(w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rt, clock, _ := testkit.Runtime(d)
		inspection.New(rt) // sets who has an interest in what
		ring, err := badgecode.NewRing(bytes.Repeat([]byte{7}, 32))
		if err != nil {
			t.Fatal(err)
		}
		w := &world{
			t: t, rt: rt, d: d, clock: clock, owner: testkit.Merchant(), other: testkit.Merchant(), officer: testkit.Staff(access.CountyOfficer, county),
			stranger: testkit.Staff(access.CountyOfficer, "/36/3607/360702/"), inspector: testkit.Staff(access.Inspector, county),
			province: testkit.Staff(access.ProvinceOfficer, "/36/"), operator: ident.New[ident.OperatorID](),
		}
		w.badges = badge.New(rt, ring, "https://fx.example.gov.cn")
		w.titles = certificate.New(rt, w.badges, func(code, _ string) (string, string, string, int, int, bool) {
			return "示范店", "Model shop", "SF", 2, 15, true
		}, calendar.Shipped())
		w.files, w.tasks = blob.New(rt, t.TempDir()), task.New(rt)
		w.s = plaque.New(rt, w.titles, w.files, w.tasks, calendar.Shipped())
		w.s.Office = func(context.Context, usecase.Reader, string) (string, string, error) {
			return "东湖区市场监督管理局", "Donghu office", nil
		}
		w.s.OnMoved = append(w.s.OnMoved, func(_ context.Context, _ *usecase.Call, _ plaque.View, a lifecycle.Action) error {
			w.heard = append(w.heard, a)
			return nil
		})
		now := clock.Now()
		for _, q := range []struct {
			sql  string
			args []any
		}{
			{`INSERT INTO account (id, phone, name, roles, version, created_at, updated_at) VALUES (?, '13800000001', '店主', '["merchant"]', 1, ?, ?)`, []any{w.owner.Account, now, now}},
			{`INSERT INTO operator (id, uscc, name, version, created_at, updated_at) VALUES (?, '91360102MA1TEUT08T', '甲', 1, ?, ?)`, []any{w.operator, now, now}},
			{`INSERT INTO membership (account, operator, role, at) VALUES (?, ?, 'owner', ?)`, []any{w.owner.Account, w.operator, now}},
		} {
			_, err := d.W.NewRaw(q.sql, q.args...).Exec(t.Context())
			w.ok(err)
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

func (w *world) refused(what string, err error, code fault.Code) {
	w.t.Helper()
	if !fault.Is(err, code) {
		w.t.Errorf("%s: %v, want %s", what, err, code)
	}
}

// title is a shop's title of a scheme that holds for some days.
func (w *world) title(code string, days int) certificate.View {
	w.t.Helper()
	today := calendar.DateOf(w.clock.Now())
	v, err := w.titles.Import(testkit.As(w.province), certificate.ImportCommand{IssueInput: certificate.IssueInput{
		Scheme: code, SchemeVersion: "1", Premises: ident.New[ident.PremisesID](), Operator: w.operator, Scope: county, Holder: "瓷韵轩陶瓷店",
		Address: "中山路 1 号", Division: "360102", Sectors: []string{"store"}, Issuer: "省创建办", Approval: "赣市监规〔2023〕9号",
		IssuedOn: today, ExpiresOn: today.AddDays(days),
	}})
	w.ok(err)
	return v
}

func (w *world) revoke(id ident.CertificateID) {
	w.t.Helper()
	_, err := w.titles.Revoke(testkit.As(w.province), certificate.RevokeCommand{ID: id, Reason: "伪造检验报告"})
	w.ok(err)
}

// of is the newest recovery of a title's plaque; nil for none.
func (w *world) of(id ident.CertificateID) *plaque.View {
	w.t.Helper()
	p, err := w.s.List(testkit.As(w.officer), plaque.ListQuery{Certificate: id})
	w.ok(err)
	if len(p.Items) == 0 {
		return nil
	}
	return &p.Items[len(p.Items)-1]
}

// wanted is the recovery of a title that was just revoked.
func (w *world) wanted() plaque.View {
	w.t.Helper()
	v := w.title("jx-model-shop", 300)
	w.revoke(v.ID)
	p := w.of(v.ID)
	if p == nil || p.State != lifecycle.Wanted {
		w.t.Fatalf("no plaque is wanted: %+v", p)
	}
	return *p
}

func (w *world) photo(by access.Principal) string {
	w.t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 32, 24))
	img.Set(3, 3, color.White)
	var b bytes.Buffer
	w.ok(jpeg.Encode(&b, img, nil))
	v, err := w.files.Put(testkit.As(by), b.Bytes())
	w.ok(err)
	return v.SHA256
}

func (w *world) openTasks(kind string) []task.View {
	w.t.Helper()
	p, err := w.tasks.List(testkit.As(w.officer), task.ListQuery{Kind: kind})
	w.ok(err)
	return p.Items
}

func (w *world) today() string { return calendar.DateOf(w.clock.Now()).String() }

var pledgeScheme = scheme.ReturnPledge

var systemDef = usecase.Define(usecase.Def{Name: "test.plaque", Allow: []access.Role{access.System}})

// system runs something as the registry itself does.
func (w *world) system(do func(ctx context.Context, c *usecase.Call) error) error {
	_, err := usecase.Do(usecase.System(w.t.Context(), "test"), w.rt, systemDef, struct{}{}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
		return struct{}{}, do(ctx, c)
	})
	return err
}

// replace puts a certificate under a name in the place of another.
func (w *world) replace(v certificate.View, name string) error {
	return w.system(func(ctx context.Context, c *usecase.Call) error {
		_, err := w.titles.Replace(ctx, c, certificate.Replacement{
			Old: v.ID, Reason: "换发", Holder: name, Address: v.Address, Sectors: v.Sectors, IssuedOn: v.IssuedOn, ExpiresOn: v.ExpiresOn.AddYears(1),
		})
		return err
	})
}

func (w *world) turned(t street.Turned) error {
	return w.system(func(ctx context.Context, c *usecase.Call) error { return w.s.Turned(ctx, c, t) })
}
