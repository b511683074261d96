package account_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"fangxin/internal/access"
	accounts "fangxin/internal/account"
	"fangxin/internal/authority"
	"fangxin/internal/db"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/i18n"
	"fangxin/internal/sms"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
	"fangxin/internal/web/account"
	"fangxin/internal/web/page"
)

const password = "Lantern-Oak-2719"

// site is the pages on a seeded database, and a browser that keeps cookies.
type site struct {
	t           *testing.T
	db          *db.DB
	accounts    *accounts.Service
	authorities *authority.Service
	clock       *testkit.Clock
	url         string
	browser     *http.Client
}

func newSite(t *testing.T, staffTOTP bool) *site {
	t.Helper()
	d := dbtest.SQLite(t)
	rt, clock, _ := testkit.Runtime(d)
	clock.Set(time.Now()) // the browser judges cookies by its own clock
	s := &site{t: t, db: d, clock: clock, authorities: authority.New(rt)}
	log := slog.New(slog.DiscardHandler)
	s.accounts = accounts.New(rt, s.authorities, accounts.Options{
		StaffTOTP: staffTOTP, ShowCodes: true, Sender: sms.Log{Log: log}, Texts: i18n.Shipped(),
	})
	if _, err := s.authorities.SeedJiangxi(usecase.System(t.Context(), "test")); err != nil {
		t.Fatal(err)
	}
	e, err := page.New(i18n.Shipped(), func() bool { return true }, log)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	(&account.Pages{E: e, Accounts: s.accounts, Authorities: s.authorities}).Mount(mux)
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("at " + r.URL.RequestURI())) })
	srv := httptest.NewServer(s.accounts.Authenticate(e.Middleware(mux)))
	t.Cleanup(srv.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	s.url, s.browser = srv.URL, &http.Client{Jar: jar}
	return s
}

func (s *site) send(req *http.Request) (int, string) {
	s.t.Helper()
	res, err := s.browser.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

func (s *site) get(path string) (int, string) {
	s.t.Helper()
	req, _ := http.NewRequestWithContext(s.t.Context(), "GET", s.url+path, nil)
	return s.send(req)
}

func (s *site) post(path string, pairs ...string) (int, string) {
	s.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	req, _ := http.NewRequestWithContext(s.t.Context(), "POST", s.url+path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.send(req)
}

func (s *site) staff(login, code string, role access.Role) accounts.View {
	s.t.Helper()
	a, err := s.authorities.ByCode(s.t.Context(), s.db.R, code)
	if err != nil {
		s.t.Fatal(err)
	}
	v, err := s.accounts.Seed(usecase.System(s.t.Context(), "test"), accounts.SeedCommand{Login: login, Password: password, Name: login, Roles: []access.Role{role}, Authority: a.ID})
	if err != nil {
		s.t.Fatal(err)
	}
	return v
}

// find takes the text of the element with an id.
func (s *site) find(body, id string) string {
	s.t.Helper()
	m := regexp.MustCompile(`id="` + id + `">([^<]*)<`).FindStringSubmatch(body)
	if m == nil {
		s.t.Fatalf("no %q in %s", id, body)
	}
	return m[1]
}

func TestSignInPage(t *testing.T) {
	s := newSite(t, true)
	s.staff("li.wei", "360102", access.CountyOfficer)
	if code, body := s.get("/account"); code != 200 || !strings.Contains(body, `name="next" value="/account"`) {
		t.Errorf("without a session: %d %s", code, body)
	}
	if code, body := s.post("/sign-in", "login", "li.wei", "password", "wrong", "next", "/desk/queue"); code != 401 ||
		!strings.Contains(body, "账号、密码或验证码不正确") || !strings.Contains(body, `value="li.wei"`) || strings.Contains(body, `value="wrong"`) {
		t.Errorf("a wrong password: %d %s", code, body)
	}
	for next, want := range map[string]string{
		"/desk/cases/1?tab=2": "at /desk/cases/1?tab=2",
		"":                    "at /desk",
		"//evil.example":      "at /desk",
		"https://evil":        "at /desk",
		`/\evil.example`:      "at /desk",
	} {
		if code, body := s.post("/sign-in", "login", "li.wei", "password", password, "next", next); code != 200 || body != want {
			t.Errorf("next %q: %d %s", next, code, body)
		}
	}
	if code, body := s.get("/account"); code != 200 || !strings.Contains(body, "东湖区市场监督管理局") {
		t.Errorf("account: %d %s", code, body)
	}
	if code, body := s.post("/account/password", "current", password, "new", "12345678"); code != 422 || !strings.Contains(body, "太常见") {
		t.Errorf("a common password: %d %s", code, body)
	}
	s.post("/sign-out")
	if _, body := s.get("/account"); !strings.Contains(body, `action="/sign-in"`) {
		t.Error("signed out, and the account is still there")
	}
}

func TestOneTimeCodePages(t *testing.T) {
	s := newSite(t, false)
	s.staff("li.wei", "360102", access.CountyOfficer)
	s.post("/sign-in", "login", "li.wei", "password", password)
	code, body := s.post("/account/totp", "password", password)
	if code != 200 || !strings.Contains(body, "<svg") {
		t.Fatalf("enrol: %d %s", code, body)
	}
	secret := s.find(body, "totp-secret")
	if code, body := s.post("/account/totp/confirm", "code", "abc"); code != 422 || strings.Contains(body, secret) {
		t.Errorf("a wrong code: %d", code)
	}
	now, _ := totp.GenerateCode(secret, s.clock.Now())
	if code, body := s.post("/account/totp/confirm", "code", now); code != 200 || len(regexp.MustCompile(`<li>[a-z2-7]{5}-[a-z2-7]{5}</li>`).FindAllString(body, -1)) != 10 {
		t.Fatalf("confirm: %d %s", code, body)
	}
	s.post("/sign-out")
	s.clock.Add(time.Minute)
	if code, body := s.post("/sign-in", "login", "li.wei", "password", password, "next", "/desk/queue"); code != 200 || !strings.Contains(body, `name="code"`) || strings.Contains(body, password) {
		t.Fatalf("the second step: %d %s", code, body)
	}
	if _, body := s.get("/account"); !strings.Contains(body, `action="/sign-in"`) {
		t.Error("the password alone opens the account")
	}
	if code, body := s.post("/sign-in", "code", "000000x", "next", "/desk/queue"); code != 401 || !strings.Contains(body, `name="code"`) || !strings.Contains(body, "新的六位数字") || strings.Contains(body, "忘记密码") {
		t.Errorf("a wrong code: %d %s", code, body)
	}
	now, _ = totp.GenerateCode(secret, s.clock.Now())
	if code, body := s.post("/sign-in", "code", now, "next", "/desk/queue"); code != 200 || body != "at /desk/queue" {
		t.Errorf("the right code: %d %s", code, body)
	}
}

func TestJoinPages(t *testing.T) {
	s := newSite(t, true)
	if code, body := s.post("/join", "phone", "12345"); code != 422 || !strings.Contains(body, "11 位手机号码") {
		t.Errorf("a wrong number: %d %s", code, body)
	}
	code, body := s.post("/join", "phone", "138 1234 5678", "next", "/my/premises/new")
	if code != 200 || !strings.Contains(body, "138****5678") {
		t.Fatalf("asking for a code: %d %s", code, body)
	}
	sent := s.find(body, "demo-code")
	if code, body := s.post("/join/code", "phone", "138 1234 5678", "code", "x"+sent[1:], "name", "王店主"); code != 401 || !strings.Contains(body, `value="王店主"`) {
		t.Errorf("a wrong code: %d %s", code, body)
	}
	if code, body := s.post("/join/code", "phone", "138 1234 5678", "code", sent, "name", "王店主", "as", "merchant", "next", "/my/premises/new"); code != 200 || body != "at /my/premises/new" {
		t.Fatalf("joining: %d %s", code, body)
	}
	if code, body := s.get("/account"); code != 200 || !strings.Contains(body, "王店主") || strings.Contains(body, `id="password"`) {
		t.Errorf("account: %d %s", code, body)
	}
	if code, body := s.post("/account/tokens", "name", "收银系统", "scopes", "account.*", "days", "30"); code != 201 || !strings.HasPrefix(s.find(body, "token"), "fx_") {
		t.Errorf("token: %d %s", code, body)
	}
}

func TestStaffPages(t *testing.T) {
	s := newSite(t, true)
	officer := s.staff("li.wei", "360102", access.CountyOfficer)
	admin := s.staff("admin.nc", "3601", access.Administrator)
	s.post("/sign-in", "login", "li.wei", "password", password)
	for _, path := range []string{"/desk/admin/accounts", "/desk/admin/accounts/new", "/desk/admin/accounts/" + string(officer.ID)} {
		if code, _ := s.get(path); code != 403 {
			t.Errorf("an officer at %s: %d", path, code)
		}
	}
	s.post("/sign-out")
	s.post("/sign-in", "login", "admin.nc", "password", password)
	if code, body := s.get("/desk/admin/accounts"); code != 200 || !strings.Contains(body, "li.wei") {
		t.Errorf("list: %d %s", code, body)
	}
	if code, body := s.get("/desk/admin/accounts/new"); code != 200 || !strings.Contains(body, "南昌县市场监督管理局") || strings.Contains(body, "九江市市场监督管理局") {
		t.Errorf("form: %d", code)
	}
	if code, body := s.get("/desk/admin/accounts/" + string(admin.ID)); code != 200 || strings.Contains(body, "/deactivate") || !strings.Contains(body, "不能修改自己的权限") {
		t.Errorf("one's own account: %d %s", code, body)
	}
	donghu, _ := s.authorities.ByCode(t.Context(), s.db.R, "360102")
	if code, body := s.post("/desk/admin/accounts", "login", "new.one", "name", "新人", "authority", string(donghu.ID), "roles", "city_officer"); code != 422 || !strings.Contains(body, "不能授予该级机构") {
		t.Errorf("a role of another level: %d %s", code, body)
	}
	code, body := s.post("/desk/admin/accounts", "login", "new.one", "name", "新人", "authority", string(donghu.ID), "roles", "county_officer", "roles", "inspector")
	if code != 201 {
		t.Fatalf("create: %d %s", code, body)
	}
	first := s.find(body, "initial-password")
	one := "/desk/admin/accounts/" + string(officer.ID)
	if code, body := s.post(one, "version", "1", "name", "李伟", "authority", string(donghu.ID), "roles", "inspector"); code != 200 || !strings.Contains(body, "账号已保存") {
		t.Errorf("update: %d %s", code, body)
	}
	if code, _ := s.post(one, "version", "1", "name", "李伟", "authority", string(donghu.ID), "roles", "inspector"); code != 412 {
		t.Errorf("update of a stale form: %d", code)
	}
	if code, body := s.post(one+"/deactivate", "version", "2"); code != 200 || !strings.Contains(body, "恢复账号") {
		t.Errorf("deactivate: %d %s", code, body)
	}
	s.post("/sign-out")
	if code, body := s.post("/sign-in", "login", "new.one", "password", first, "next", "/desk/queue"); code != 200 || !strings.Contains(body, "请先修改密码") {
		t.Errorf("the first sign-in: %d %s", code, body)
	}
	if code, _ := s.get("/desk/admin/accounts"); code == 200 {
		t.Error("the desk opens before the password is changed")
	}
	if code, body := s.post("/account/password", "current", first, "new", "Willow-Brook-88"); code != 200 || !strings.Contains(body, "设置动态验证码") {
		t.Errorf("after the change: %d %s", code, body)
	}
}
