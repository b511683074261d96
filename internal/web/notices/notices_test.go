package notices_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/account"
	"fangxin/internal/app"
	"fangxin/internal/config"
	"fangxin/internal/demo"
	"fangxin/internal/ident"
	"fangxin/internal/notify"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
	"fangxin/internal/web/notices"
)

// site is the pages of notices, asked by people without a session between.
type site struct {
	*app.App
	t       *testing.T
	handler http.Handler
	people  map[string]access.Principal
	wechat  *httptest.Server
	demo    bool
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, people: map[string]access.Principal{"public": access.Anonymous()}}
	s.wechat = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte(`{"openid":"openid-1"}`))
	}))
	t.Cleanup(s.wechat.Close)
	c, err := config.Config{
		Listen: "127.0.0.1:0", Data: t.TempDir(), BaseURL: "https://fx.example.gov.cn", LogFormat: "text", LogLevel: "error", Passwords: "asvs",
		Shutdown: time.Second, Demo: true, WeChatApp: "wx1", WeChatKey: "geheim", WeChatForm: "T1", WeChatWords: []string{"thing1=title"}, WeChatAPI: s.wechat.URL,
	}.Finish()
	s.ok(err)
	s.App, err = app.New(context.Background(), c, app.Options{Clock: testkit.NewClock(testkit.Monday).Now})
	s.ok(err)
	t.Cleanup(func() { s.Close() })
	s.ok(demo.Authorities(t.Context(), s.App))
	for login, p := range map[string]struct {
		role  access.Role
		phone string
		code  string
	}{"merchant": {access.Merchant, "13800000001", ""}, "county": {access.CountyOfficer, "", "360102"}, "admin": {access.Administrator, "", "36"}} {
		cmd := account.SeedCommand{Login: login, Password: "Seven-lanterns-09", Name: login, Phone: p.phone, Roles: []access.Role{p.role}}
		who := access.Principal{Name: login, Roles: []access.Role{p.role}}
		if p.code != "" {
			au, err := s.Authorities.ByCode(t.Context(), s.DB.R, p.code)
			s.ok(err)
			cmd.Authority, who.Authority, who.Scope = au.ID, au.ID, au.Scope()
		}
		v, err := s.Accounts.Seed(usecase.System(t.Context(), "test"), cmd)
		s.ok(err)
		who.Account = v.ID
		s.people[login] = who
	}
	mux := http.NewServeMux()
	pages := &notices.Pages{E: s.Pages, Notices: s.Notices, Demo: func() bool { return s.demo }}
	pages.Mount(mux)
	s.handler = s.Pages.Middleware(mux)
	return s
}

func (s *site) ok(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// unfilled are marks of something that a template could not fill in.
var unfilled = regexp.MustCompile(`<no value>|ZgotmplZ|%!|>(notify|flash|fault|rule)\.[a-z_.]+<`)

func (s *site) ask(login, method, target string, form url.Values, cookies ...*http.Cookie) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, c := range cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r.WithContext(access.With(r.Context(), s.people[login])))
	if m := unfilled.FindString(w.Body.String()); m != "" {
		s.t.Errorf("%s %s shows %s", method, target, m)
	}
	return w
}

// tell puts a notice into the inbox of a merchant.
func (s *site) tell(event notify.Code, key string) {
	s.t.Helper()
	def := usecase.Def{Name: "test.tell", Allow: []access.Role{access.System}}
	_, err := usecase.Do(usecase.System(s.t.Context(), "test"), s.Runtime, &def, struct{}{}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
		return struct{}{}, s.Notices.Tell(ctx, c, notify.Occurrence{
			Event: event, Key: key, Noun: "account", Subject: string(s.people["merchant"].Account), Accounts: []ident.AccountID{s.people["merchant"].Account},
		})
	})
	s.ok(err)
}

func TestWhoSeesWhichPage(t *testing.T) {
	s := newSite(t)
	for _, c := range []struct {
		login, target string
		status        int
	}{
		{"public", "/inbox", http.StatusSeeOther}, {"merchant", "/inbox", http.StatusOK}, {"merchant", "/inbox?unread=true&lang=en", http.StatusOK},
		{"merchant", "/inbox?after=nonsense", http.StatusUnprocessableEntity}, {"merchant", "/inbox/nothing", http.StatusNotFound},
		{"public", "/account/notifications", http.StatusSeeOther}, {"county", "/account/notifications?lang=en", http.StatusOK},
		{"public", "/desk/outbox", http.StatusSeeOther}, {"merchant", "/desk/outbox", http.StatusForbidden}, {"county", "/desk/outbox", http.StatusForbidden},
		{"admin", "/desk/outbox", http.StatusOK}, {"admin", "/desk/outbox?tab=failed", http.StatusOK}, {"admin", "/desk/outbox?tab=dead&lang=en", http.StatusOK}, {"admin", "/desk/outbox?tab=sent", http.StatusOK},
		{"county", "/desk/webhooks", http.StatusForbidden}, {"admin", "/desk/webhooks?lang=en", http.StatusOK}, {"admin", "/desk/webhooks/nothing", http.StatusNotFound},
		{"public", "/demo/outbox", http.StatusNotFound},
	} {
		if w := s.ask(c.login, http.MethodGet, c.target, nil); w.Code != c.status {
			t.Errorf("%s asks for %s: %d, want %d", c.login, c.target, w.Code, c.status)
		}
	}
	s.demo = true
	s.tell(notify.PasswordChanged, "shown")
	for _, c := range s.waiting() {
		s.ok(s.Notices.Deliver(t.Context(), c.ID))
	}
	if w := s.ask("public", http.MethodGet, "/demo/outbox", nil); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "您的密码已修改") || strings.Contains(w.Body.String(), "13800000001") {
		t.Errorf("outbox of the demonstration: %d", w.Code)
	}
}

func (s *site) waiting() []notify.Copy {
	s.t.Helper()
	p, err := s.Notices.Outbox(access.With(s.t.Context(), s.people["admin"]), notify.OutboxQuery{State: notify.Waiting})
	s.ok(err)
	return p.Items
}

func TestReadingMarks(t *testing.T) {
	s := newSite(t)
	s.tell(notify.PasswordChanged, "a")
	s.tell(notify.AccountReset, "b")
	body := s.ask("merchant", http.MethodGet, "/inbox", nil).Body.String()
	if n := strings.Count(body, `class="new"`); n != 2 || !strings.Contains(body, `name="up_to"`) || !strings.Contains(body, "通知，2 条未读") {
		t.Fatalf("%d unread rows", n)
	}
	href := regexp.MustCompile(`/inbox/[0-9a-f-]{36}`).FindString(body)
	if w := s.ask("merchant", http.MethodGet, href, nil); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "您的账号已被重置") {
		t.Errorf("opened: %d", w.Code)
	}
	if w := s.ask("county", http.MethodGet, href, nil); w.Code != http.StatusNotFound {
		t.Errorf("somebody else opens it: %d", w.Code)
	}
	if n := strings.Count(s.ask("merchant", http.MethodGet, "/inbox", nil).Body.String(), `class="new"`); n != 1 {
		t.Errorf("%d unread rows after one was opened", n)
	}
	upTo := regexp.MustCompile(`name="up_to" value="([^"]+)"`).FindStringSubmatch(body)[1]
	if w := s.ask("merchant", http.MethodPost, "/inbox/read", url.Values{"up_to": {upTo}}); w.Code != http.StatusSeeOther {
		t.Errorf("marking all: %d", w.Code)
	}
	if strings.Contains(s.ask("merchant", http.MethodGet, "/inbox?unread=true", nil).Body.String(), `class="letters"`) {
		t.Error("something stayed unread")
	}
}

func TestChoosingChannels(t *testing.T) {
	s := newSite(t)
	if w := s.ask("merchant", http.MethodPost, "/account/notifications", url.Values{"lang": {"en"}, "on": {"case.forwarded/sms"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("saved: %d %s", w.Code, w.Body)
	}
	body := s.ask("merchant", http.MethodGet, "/account/notifications", nil).Body.String()
	if !strings.Contains(body, `value="case.forwarded/sms" checked`) || strings.Contains(body, `value="case.received/sms" checked`) || strings.Contains(body, `value="account.reset/sms"`) {
		t.Error("the choice was not kept, or safety can be chosen")
	}
	w := s.ask("merchant", http.MethodPost, "/account/notifications/email", url.Values{"email": {"no address"}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `value="no address"`) || !strings.Contains(w.Body.String(), "请填写完整的邮箱地址") {
		t.Errorf("a slip: %d", w.Code)
	}
	w = s.ask("merchant", http.MethodPost, "/account/notifications/email", url.Values{"email": {"shop@example.cn"}})
	code := regexp.MustCompile(`演示中验证码直接显示：(\d{6})`).FindStringSubmatch(w.Body.String())
	if code == nil {
		t.Fatalf("the demonstration shows no code: %d", w.Code)
	}
	if w := s.ask("merchant", http.MethodPost, "/account/notifications/email/confirm", url.Values{"code": {code[1]}}); w.Code != http.StatusSeeOther {
		t.Errorf("confirmed: %d", w.Code)
	}
	if !strings.Contains(s.ask("merchant", http.MethodGet, "/account/notifications", nil).Body.String(), "shop@example.cn") {
		t.Error("the address is not shown")
	}
}

// WeChat binds whoever went there, and nobody who was sent a link.
func TestBindingWeChat(t *testing.T) {
	s := newSite(t)
	w := s.ask("merchant", http.MethodGet, "/account/notifications/wechat", nil)
	to, err := url.Parse(w.Header().Get("Location"))
	s.ok(err)
	cookies := w.Result().Cookies()
	if w.Code != http.StatusSeeOther || to.Host != "open.weixin.qq.com" || len(cookies) != 1 || !cookies[0].HttpOnly {
		t.Fatalf("%d to %s with %v", w.Code, to, cookies)
	}
	back := to.Query().Get("redirect_uri")
	if back != "https://fx.example.gov.cn/account/notifications/wechat/back" {
		t.Errorf("comes back to %s", back)
	}
	target := "/account/notifications/wechat/back?code=c&state=" + url.QueryEscape(to.Query().Get("state"))
	for name, jar := range map[string][]*http.Cookie{"without a cookie": nil, "with another": {{Name: cookies[0].Name, Value: "other"}}} {
		if w := s.ask("merchant", http.MethodGet, target, nil, jar...); w.Code != http.StatusConflict {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if v, _ := s.Notices.Settings(access.With(t.Context(), s.people["merchant"])); v.WeChat {
		t.Error("bound already")
	}
	if w := s.ask("merchant", http.MethodGet, target, nil, cookies...); w.Code != http.StatusSeeOther {
		t.Errorf("comes back: %d", w.Code)
	}
	if v, _ := s.Notices.Settings(access.With(t.Context(), s.people["merchant"])); !v.WeChat {
		t.Error("not bound")
	}
	if w := s.ask("merchant", http.MethodPost, "/account/notifications/wechat/remove", url.Values{}); w.Code != http.StatusSeeOther {
		t.Errorf("unbound: %d", w.Code)
	}
}

func TestWebhookPages(t *testing.T) {
	s := newSite(t)
	form := url.Values{"name": {"政务平台"}, "url": {"http://hooks.example.cn/"}, "events": {"case.certified"}}
	w := s.ask("admin", http.MethodPost, "/desk/webhooks", form)
	if body := w.Body.String(); w.Code != http.StatusUnprocessableEntity || !strings.Contains(body, "地址应以 https:// 开头") || !strings.Contains(body, `value="政务平台"`) {
		t.Fatalf("a slip: %d", w.Code)
	}
	form.Set("url", "https://hooks.example.cn/in")
	w = s.ask("admin", http.MethodPost, "/desk/webhooks", form)
	id := regexp.MustCompile(`/desk/webhooks/([0-9a-f-]{36})`).FindStringSubmatch(w.Body.String())
	if w.Code != http.StatusOK || id == nil || !strings.Contains(w.Body.String(), "whsec_") {
		t.Fatalf("created: %d", w.Code)
	}
	if body := s.ask("admin", http.MethodGet, "/desk/webhooks/"+id[1], nil).Body.String(); strings.Contains(body, "whsec_") || !strings.Contains(body, "还没有推送过") {
		t.Error("the secret is shown again")
	}
	form.Set("version", "1")
	if w := s.ask("admin", http.MethodPost, "/desk/webhooks/"+id[1], form); w.Code != http.StatusSeeOther { // stopped: the box is empty
		t.Errorf("changed: %d", w.Code)
	}
	if body := s.ask("admin", http.MethodGet, "/desk/webhooks/"+id[1], nil).Body.String(); !strings.Contains(body, "由管理员停用") {
		t.Error("it does not say that it was stopped")
	}
	if w := s.ask("admin", http.MethodPost, "/desk/webhooks/"+id[1], form); w.Code != http.StatusPreconditionFailed {
		t.Errorf("an old form: %d", w.Code)
	}
	if w := s.ask("admin", http.MethodPost, "/desk/webhooks/"+id[1]+"/test", url.Values{}); w.Code != http.StatusConflict {
		t.Errorf("a stopped one is tested: %d", w.Code)
	}
}

func TestSendingAgain(t *testing.T) {
	s := newSite(t)
	s.tell(notify.PasswordChanged, "dead")
	_, err := s.DB.W.NewRaw("UPDATE message_copy SET state = 'dead', error = 'gateway_500' WHERE channel = 'sms'").Exec(t.Context())
	s.ok(err)
	body := s.ask("admin", http.MethodGet, "/desk/outbox?tab=dead", nil).Body.String()
	id := regexp.MustCompile(`/desk/outbox/([0-9a-f-]{36})/resend`).FindStringSubmatch(body)
	version := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(body)
	if id == nil || version == nil || !strings.Contains(body, "短信网关报错") {
		t.Fatal("no dead letter on the page")
	}
	for _, c := range []struct {
		version string
		status  int
	}{{"", http.StatusPreconditionFailed}, {version[1], http.StatusSeeOther}, {version[1], http.StatusConflict}} {
		if w := s.ask("admin", http.MethodPost, "/desk/outbox/"+id[1]+"/resend", url.Values{"version": {c.version}}); w.Code != c.status {
			t.Errorf("version %q: %d, want %d", c.version, w.Code, c.status)
		}
	}
}
