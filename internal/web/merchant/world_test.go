package merchant_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/appeal"
	"fangxin/internal/application"
	"fangxin/internal/badge"
	"fangxin/internal/badgecode"
	"fangxin/internal/blob"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/i18n"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/notify"
	"fangxin/internal/oversight"
	"fangxin/internal/plaque"
	"fangxin/internal/rectify"
	"fangxin/internal/scheme"
	"fangxin/internal/task"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
	web "fangxin/internal/web/merchant"
	"fangxin/internal/web/page"
)

const county = "/36/3601/360102/"

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

// site is the pages with real services behind them.
type site struct {
	halts   []oversight.Halt // in force
	t       *testing.T
	handler http.Handler
	by      access.Principal
	owner   access.Principal
	rt      *usecase.Runtime
	shops   *merchant.Service
	apps    *application.Service
	titles  *certificate.Service
	badges  *badge.Service
}

func newSite(t *testing.T) *site {
	t.Helper()
	d := dbtest.SQLite(t)
	rt, clock, _ := testkit.Runtime(d)
	s := &site{t: t, rt: rt, owner: testkit.Merchant()}
	s.by = s.owner
	if _, err := d.W.NewRaw(`INSERT INTO account (id, phone, name, roles, version, created_at, updated_at) VALUES (?, '13800000001', '店主', '["merchant"]', 1, ?, ?)`,
		s.owner.Account, clock.Now(), clock.Now()).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	ring, err := badgecode.NewRing(bytes.Repeat([]byte{7}, 32))
	s.ok(err)
	cal := calendar.Shipped()
	files, tasks := blob.New(rt, t.TempDir()), task.New(rt)
	s.badges = badge.New(rt, ring, "https://v.example")
	s.titles = certificate.New(rt, s.badges, scheme.Texts, cal)
	s.shops = merchant.New(rt, members{}, func(context.Context, usecase.Reader, string) (string, error) { return county, nil }, files, tasks)
	s.apps = application.New(rt, s.shops, files, tasks, application.Titles{
		Excluded: s.titles.Excluded, Live: s.titles.Live,
		Issue: func(context.Context, *usecase.Call, application.CertifyInput) (ident.CertificateID, error) {
			return "", nil
		},
	}, cal)
	e, err := page.New(i18n.Shipped(), func() bool { return false }, slog.New(slog.DiscardHandler))
	s.ok(err)
	mux := http.NewServeMux()
	appeals := appeal.New(rt, s.titles, cal)
	appeals.Deeds = func(ctx context.Context, idb usecase.Reader, _ ident.CertificateID, id ident.ApplicationID) ([]lifecycle.Deed, error) {
		return s.apps.Deeds(ctx, idb, id)
	}
	(&web.Pages{
		Appeals: appeals, Rectifications: rectify.New(rt, s.titles, inspection.New(rt), files, tasks, cal), Plaques: plaque.New(rt, s.titles, files, tasks, cal), E: e, Merchants: s.shops, Applications: s.apps, Schemes: scheme.New(rt), Certificates: s.titles, Badges: s.badges, Files: files,
		Notices: notify.New(rt, nil, i18n.Shipped(), notify.Options{}),
		Halts: func(context.Context, oversight.HaltQuery) ([]oversight.Halt, error) {
			return slices.Clone(s.halts), nil
		},
	}).Mount(mux)
	s.handler = e.Middleware(mux)
	return s
}

func (s *site) ok(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// unfilled are marks of something that a template could not fill in.
var unfilled = regexp.MustCompile(`<no value>|ZgotmplZ|%!|>(my|flash|fault|rule|checklist)\.[a-z_.]+<`)

func (s *site) send(r *http.Request) *httptest.ResponseRecorder {
	s.t.Helper()
	r = r.WithContext(access.With(r.Context(), s.by))
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if m := unfilled.FindString(w.Body.String()); m != "" {
		s.t.Errorf("%s %s: not filled in: %s", r.Method, r.URL, m)
	}
	return w
}

// get reads a page that must hold some words.
func (s *site) get(path string, want ...string) string {
	s.t.Helper()
	w := s.send(httptest.NewRequest(http.MethodGet, path, nil))
	if w.Code != http.StatusOK {
		s.t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	s.holds(path, w.Body.String(), want...)
	return w.Body.String()
}

func (s *site) holds(path, body string, want ...string) {
	s.t.Helper()
	for _, words := range want {
		if !strings.Contains(body, words) {
			s.t.Errorf("%s does not say %q in %s", path, words, body)
		}
	}
}

// post sends a form and gives back the answer.
func (s *site) post(path string, form url.Values) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.send(r)
}

// done posts a form that must succeed and gives back where it leads.
func (s *site) done(path string, form url.Values) string {
	s.t.Helper()
	return s.led(path, s.post(path, form))
}

func (s *site) led(path string, w *httptest.ResponseRecorder) string {
	s.t.Helper()
	if w.Code != http.StatusSeeOther {
		s.t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return w.Header().Get("Location")
}

// upload posts a form with a photo.
func (s *site) upload(path string, form url.Values, field string) *httptest.ResponseRecorder {
	s.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, values := range form {
		for _, v := range values {
			s.ok(m.WriteField(name, v))
		}
	}
	part, err := m.CreateFormFile(field, "门头.png")
	s.ok(err)
	img := image.NewNRGBA(image.Rect(0, 0, 64, 48))
	img.Set(3, 3, color.NRGBA{R: 200, A: 255})
	s.ok(png.Encode(part, img))
	s.ok(m.Close())
	r := httptest.NewRequest(http.MethodPost, path, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return s.send(r)
}

// version reads the hidden field that a page's forms carry.
func version(body string) string {
	if m := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(body); m != nil {
		return m[1]
	}
	return ""
}

// shop registers an operator and a shop without the pages.
func (s *site) shop() merchant.PremisesView {
	s.t.Helper()
	op, err := s.shops.AddOperator(testkit.As(s.owner), merchant.AddOperatorCommand{USCC: "91360102MA1TEUT08T", Name: "南昌市东湖区好味餐馆"})
	s.ok(err)
	shop, err := s.shops.AddPremises(testkit.As(s.owner), merchant.AddPremisesCommand{
		Operator: op.ID, Name: "好味餐馆", Address: "八一大道 1 号", Division: "360102", Sectors: []string{"store"}, Phone: "0791-88881234",
	})
	s.ok(err)
	return shop
}

// title awards a title to a shop as the decision does.
func (s *site) title(shop merchant.PremisesView) certificate.View {
	s.t.Helper()
	def := usecase.Def{Name: "test.award", Allow: []access.Role{access.ProvinceOfficer}}
	officer := testkit.Staff(access.ProvinceOfficer, "/36/")
	v, err := usecase.Do(testkit.As(officer), s.rt, &def, struct{}{}, func(ctx context.Context, c *usecase.Call) (certificate.View, error) {
		sch, _ := scheme.Lookup("jx-model-shop", "")
		today := calendar.DateOf(c.Now)
		return s.titles.Issue(ctx, c.AsSystem(), certificate.IssueInput{
			Scheme: sch.Code, SchemeVersion: sch.Version, Premises: shop.ID, Operator: shop.Operator, Scope: county, Holder: shop.Name,
			Address: shop.Address, Division: shop.Division, Sectors: shop.Sectors, Issuer: sch.Issuer.Zh, Approval: sch.Approval,
			IssuedOn: today, ExpiresOn: today.AddMonths(36), Promises: certificate.Promises{Zh: []string{"明码标价"}, En: []string{"Prices shown"}},
		})
	})
	s.ok(err)
	if v.State != lifecycle.Active {
		s.t.Fatalf("the title is %s", v.State)
	}
	return v
}
