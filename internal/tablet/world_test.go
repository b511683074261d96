package tablet_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/account"
	"fangxin/internal/app"
	"fangxin/internal/checklist"
	"fangxin/internal/config"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/demo"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/usecase"
)

const password = "Seven-lanterns-09"

// world is a whole registry on a real listener, with a county, two inspectors
// and an officer.
type world struct {
	testing.TB
	*app.App
	server                       *httptest.Server
	lead, second, third, officer person
	sheet                        checklist.Sheet
}

type person struct {
	access.Principal
	ctx    context.Context
	login  string
	cookie string
}

func each(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Run("sqlite", func(t *testing.T) { fn(t, newWorld(t, "")) })
	t.Run("postgres", func(t *testing.T) { fn(t, newWorld(t, dbtest.PostgresURL(t))) })
}

func newWorld(t testing.TB, database string) *world {
	t.Helper()
	c, err := config.Config{
		Listen: "127.0.0.1:8080", Data: t.TempDir(), DatabaseURL: database, BaseURL: "https://fx.example.gov.cn",
		LogFormat: "text", LogLevel: "error", Passwords: "asvs", Shutdown: time.Second,
	}.Finish()
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	a, err := app.New(ctx, c, app.Options{Clock: ident.System})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	if err := demo.Authorities(ctx, a); err != nil {
		t.Fatal(err)
	}
	w := &world{TB: t, App: a}
	if w.sheet, err = checklist.ForSector("store"); err != nil {
		t.Fatal(err)
	}
	w.server = httptest.NewServer(a.Handler)
	t.Cleanup(w.server.Close)
	w.lead, w.second, w.third = w.person("lead", access.Inspector), w.person("second", access.Inspector), w.person("third", access.Inspector)
	w.officer = w.person("officer", access.CountyOfficer)
	return w
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) person(login string, role access.Role) person {
	w.Helper()
	return w.personOf(login, "360102", role)
}

func (w *world) personOf(login, code string, role access.Role) person {
	w.Helper()
	au, err := w.Authorities.ByCode(context.Background(), w.DB.R, code)
	w.ok(err)
	v, err := w.Accounts.Seed(usecase.System(context.Background(), "test"), account.SeedCommand{
		Login: login, Password: password, Name: login, Roles: []access.Role{role}, Authority: au.ID,
	})
	w.ok(err)
	p := person{Principal: access.Principal{Account: v.ID, Name: login, Roles: []access.Role{role}, Authority: au.ID, Scope: access.Scope(au.Path)}, login: login}
	p.ctx = access.With(context.Background(), p.Principal)
	r := httptest.NewRequest("POST", "/api/v1/session", strings.NewReader(fmt.Sprintf(`{"login":%q,"password":%q}`, login, password)))
	r.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	w.Handler.ServeHTTP(answer, r)
	for _, cookie := range answer.Result().Cookies() {
		p.cookie = cookie.Name + "=" + cookie.Value
	}
	if p.cookie == "" {
		w.Fatalf("%s cannot sign in: %d %s", login, answer.Code, answer.Body)
	}
	return p
}

// visit orders a visit of the lead and the second.
func (w *world) visit() ident.InspectionID { return w.visitOn(w.sheet) }

func (w *world) visitOn(sheet checklist.Sheet) ident.InspectionID {
	w.Helper()
	def := usecase.Def{Name: "test.plan", Allow: access.Roles}
	v, err := usecase.Do(w.officer.ctx, w.Runtime, &def, struct{}{}, func(ctx context.Context, c *usecase.Call) (inspection.View, error) {
		return w.Inspections.Plan(ctx, c, inspection.PlanInput{
			Premises: ident.New[ident.PremisesID](), Operator: ident.New[ident.OperatorID](), Holder: "瓷韵轩",
			Address: "珠山路 1 号", Division: "360102", Scope: string(w.officer.Scope), DueOn: "2026-12-20", Sheet: sheet,
		})
	})
	w.ok(err)
	_, err = w.Inspections.Assign(w.officer.ctx, inspection.AssignCommand{ID: v.ID, Lead: w.lead.Account, Second: w.second.Account})
	w.ok(err)
	return v.ID
}

func (w *world) device(p person) *device {
	w.Helper()
	d := newDevice(w.server.URL, p.Account, p.cookie)
	w.ok(d.enrol())
	return d
}

// items are those of the sheet that have to be answered.
func (w *world) items() []checklist.Item {
	var out []checklist.Item
	for it := range w.sheet.Items() {
		if it.Flag != checklist.BonusItem {
			out = append(out, *it)
		}
	}
	return out
}

func jpegOf(n int) []byte {
	img := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for i := range img.Pix {
		img.Pix[i] = byte(i*7 + n*31 + i/97*n)
	}
	img.Set(1, 1, color.White)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func (w *world) get(id ident.InspectionID) inspection.Detail {
	w.Helper()
	d, err := w.Inspections.Get(w.officer.ctx, id)
	w.ok(err)
	return d
}

// done voids a visit, so that the bundles of later ones stay small.
func (w *world) done(id ident.InspectionID) {
	w.Helper()
	_, err := w.Inspections.Void(w.officer.ctx, inspection.ReasonCommand{ID: id, Reason: "试验结束"})
	w.ok(err)
}
