package takeover_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/account"
	"fangxin/internal/application"
	"fangxin/internal/authority"
	"fangxin/internal/badge"
	"fangxin/internal/badgecode"
	"fangxin/internal/blob"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/i18n"
	"fangxin/internal/ident"
	"fangxin/internal/merchant"
	"fangxin/internal/scheme"
	"fangxin/internal/takeover"
	"fangxin/internal/task"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
	"fangxin/internal/web/page"
	web "fangxin/internal/web/takeover"
)

const county = "/36/3601/360102/"

// site is the pages over a county with a titled shop and somebody who goes on
// with it.
type site struct {
	t               *testing.T
	handler         http.Handler
	by              access.Principal
	old, next       access.Principal
	officer, second access.Principal
	taker           merchant.OperatorView
	shop            merchant.PremisesView
	number          string
}

func newSite(t *testing.T) *site {
	t.Helper()
	d := dbtest.SQLite(t)
	rt, clock, _ := testkit.Runtime(d)
	s := &site{
		t: t, old: testkit.Merchant(), next: testkit.Merchant(), officer: testkit.Staff(access.CountyOfficer, county), second: testkit.Staff(access.CountyOfficer, county),
	}
	for i, p := range []access.Principal{s.old, s.next} {
		_, err := d.W.NewRaw(`INSERT INTO account (id, phone, name, roles, version, created_at, updated_at) VALUES (?, ?, '店主', '["merchant"]', 1, ?, ?)`,
			p.Account, []string{"13800000001", "13800000002"}[i], clock.Now(), clock.Now()).Exec(t.Context())
		s.ok(err)
	}
	ring, err := badgecode.NewRing(bytes.Repeat([]byte{7}, 32))
	s.ok(err)
	files, tasks := blob.New(rt, t.TempDir()), task.New(rt)
	accounts := account.New(rt, authority.New(rt), account.Options{Texts: i18n.Shipped()})
	shops := merchant.New(rt, accounts, func(context.Context, usecase.Reader, string) (string, error) { return county, nil }, files, tasks)
	badges := badge.New(rt, ring, "https://fx.example.gov.cn")
	certs := certificate.New(rt, badges, scheme.Texts, calendar.Shipped())
	shops.OnClosed = append(shops.OnClosed, func(ctx context.Context, c *usecase.Call, p merchant.PremisesView) error {
		return certs.EndWithShop(ctx, c, p.ID, "门店已由其他经营者承接")
	})
	cases := application.New(rt, shops, files, tasks, application.Titles{}, calendar.Shipped())
	pages := &web.Pages{Merchants: shops, Files: files, Takeovers: takeover.New(rt, takeover.Slices{
		Shops: shops, Applications: cases, Titles: certs, Badges: badges, Files: files, Tasks: tasks,
	}, calendar.Shipped())}
	op, err := shops.AddOperator(testkit.As(s.old), merchant.AddOperatorCommand{USCC: "91360102MA1TEUT08T", Name: "瓷韵轩陶瓷店"})
	s.ok(err)
	s.taker, err = shops.AddOperator(testkit.As(s.next), merchant.AddOperatorCommand{USCC: "91360102MA4R9XTW43", Name: "南昌景行陶瓷有限公司"})
	s.ok(err)
	s.shop, err = shops.AddPremises(testkit.As(s.old), merchant.AddPremisesCommand{
		Operator: op.ID, Name: "瓷韵轩", Address: "珠山路 1 号", Division: "360102", Sectors: []string{"store"}, Phone: "0791-86600001",
	})
	s.ok(err)
	sch, _ := scheme.Lookup("jx-model-shop", "")
	today := calendar.DateOf(clock.Now())
	v, err := certs.Import(testkit.As(testkit.Staff(access.ProvinceOfficer, "/36/")), certificate.ImportCommand{IssueInput: certificate.IssueInput{
		Scheme: sch.Code, SchemeVersion: sch.Version, Premises: s.shop.ID, Operator: op.ID, Scope: county, Holder: s.shop.Name, Address: s.shop.Address,
		Division: "360102", Sectors: s.shop.Sectors, Issuer: "省创建办", Approval: sch.Approval, IssuedOn: today, ExpiresOn: today.AddYears(2),
		Promises: certificate.Promises{Zh: []string{"七日无理由退货"}, En: []string{"Seven days"}},
	}})
	s.ok(err)
	s.number = v.Number
	pages.E, err = page.New(i18n.Shipped(), func() bool { return false }, slog.New(slog.DiscardHandler))
	s.ok(err)
	mux := http.NewServeMux()
	pages.Mount(mux)
	s.handler = pages.E.Middleware(mux)
	return s
}

func (s *site) ok(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

var unfilled = regexp.MustCompile(`<no value>|ZgotmplZ|%!|>(takeover|shop|my|flash|fault|rule|poster)\.[a-z_.]+<|(0001-01-01)|\b0x[0-9a-f]{8,}`)

func (s *site) send(r *http.Request) *httptest.ResponseRecorder {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r.WithContext(access.With(r.Context(), s.by)))
	if m := unfilled.FindString(w.Body.String()); m != "" && strings.Contains(w.Header().Get("Content-Type"), "html") {
		s.t.Errorf("%s %s: unfilled %q", r.Method, r.URL, m)
	}
	return w
}

// get reads a page in Chinese, which has to hold the words, and in English.
func (s *site) get(path string, want ...string) string {
	s.t.Helper()
	w := s.send(httptest.NewRequest(http.MethodGet, path, nil))
	if w.Code != http.StatusOK {
		s.t.Fatalf("GET %s: %d %s", path, w.Code, w.Body)
	}
	for _, words := range want {
		if !strings.Contains(w.Body.String(), words) {
			s.t.Errorf("GET %s lacks %q", path, words)
		}
	}
	if strings.Contains(w.Header().Get("Content-Type"), "html") {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Accept-Language", "en")
		if w := s.send(r); w.Code != http.StatusOK {
			s.t.Errorf("GET %s in English: %d", path, w.Code)
		}
	}
	return w.Body.String()
}

func (s *site) post(path string, form url.Values) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.send(r)
}

var field = regexp.MustCompile(`name="version" value="(\d+)"`)

// step sends a form of a page with the version that the page holds.
func (s *site) step(path, action string, form url.Values) *httptest.ResponseRecorder {
	s.t.Helper()
	m := field.FindStringSubmatch(s.get(path))
	if m == nil {
		s.t.Fatalf("%s has no form", path)
	}
	form.Set("version", m[1])
	return s.post(path+"/"+action, form)
}

func (s *site) done(w *httptest.ResponseRecorder) string {
	s.t.Helper()
	if w.Code != http.StatusSeeOther {
		s.t.Fatalf("%d %s", w.Code, w.Body)
	}
	return w.Header().Get("Location")
}

// A shop changes hands on its pages: found, asked for, agreed to, checked,
// confirmed, and the old address leads to the new shop.
func TestAShopChangesHands(t *testing.T) {
	s := newSite(t)
	s.by = s.next
	s.get("/my/takeovers", "申请承接门店")
	s.get("/my/takeovers/new", "哪家门店")
	s.get("/my/takeovers/new?shop="+s.number, "瓷韵轩陶瓷店", s.number)
	form := url.Values{"shop": {s.number}, "operator": {string(s.taker.ID)}, "sign": {"景行陶瓷"}, "began_on": {"2026-03-02"}, "note": {"同地址经营"}}
	w := s.post("/my/takeovers", form)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `value="景行陶瓷"`) || !strings.Contains(w.Body.String(), "同地址经营") || !strings.Contains(w.Body.String(), "请确认您知道") {
		t.Errorf("unconfirmed: %d, or what was typed is lost", w.Code)
	}
	form.Set("confirmed", "true")
	mine := s.done(s.post("/my/takeovers", form))
	s.get(mine, "待原经营者答复", "撤回")
	if body := s.get(mine); strings.Contains(body, "/consent") {
		t.Error("who asks is offered to agree")
	}
	desk := strings.Replace(mine, "/my/", "/desk/", 1)
	s.by = s.old
	s.get(mine, "您同意吗", s.number)
	if w := s.step(mine, "object", url.Values{}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("objected to without a reason: %d", w.Code)
	}
	s.done(s.step(mine, "consent", url.Values{}))
	s.by = s.officer
	s.get("/desk/takeovers", "瓷韵轩陶瓷店 → 南昌景行陶瓷有限公司")
	s.done(s.step(desk, "check", url.Values{"finding": {"已看合同"}}))
	if w := s.step(desk, "confirm", url.Values{}); w.Code != http.StatusForbidden {
		t.Errorf("confirmed by who checked: %d", w.Code)
	}
	s.by = s.second
	if w := s.post(desk+"/confirm", url.Values{}); w.Code == http.StatusSeeOther {
		t.Error("confirmed without the version that was seen")
	}
	s.done(s.step(desk, "confirm", url.Values{}))
	s.get(desk, "已承接")
	s.get("/desk/takeovers?state=taken_over", "瓷韵轩")
	s.by = s.next
	s.get(mine, "申报称号", "已看合同")
	s.by = access.Anonymous()
	s.get("/shops/"+string(s.shop.ID), "已由其他经营者承接", "景行陶瓷", "已退出")
	s.get("/shops/"+string(s.shop.ID)+"?on=2026-03-01", "2026年3月1日")
	if w := s.send(httptest.NewRequest(http.MethodGet, "/shops/"+string(s.shop.ID)+"?on=2100-01-01", nil)); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "今天或以前") {
		t.Errorf("a day to come: %d", w.Code)
	}
	if w := s.send(httptest.NewRequest(http.MethodGet, "/shops/"+string(ident.New[ident.PremisesID]()), nil)); w.Code != http.StatusNotFound {
		t.Errorf("an unknown shop: %d", w.Code)
	}
}

func TestTakeoverPagesKeepOthersOut(t *testing.T) {
	s := newSite(t)
	for path, by := range map[string]access.Principal{"/my/takeovers/new": s.officer, "/desk/takeovers": s.next} {
		s.by = by
		if w := s.send(httptest.NewRequest(http.MethodGet, path, nil)); w.Code == http.StatusOK {
			t.Errorf("%s is open to %v", path, by.Roles)
		}
	}
	s.by = s.next
	w := s.send(httptest.NewRequest(http.MethodGet, "/my/takeovers/new?shop=nothing", nil))
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `value="nothing"`) {
		t.Errorf("a shop that nobody knows: %d, or what was typed is lost", w.Code)
	}
}
