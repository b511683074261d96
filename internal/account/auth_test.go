package account_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/account"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// browser keeps the cookie between requests.
type browser struct {
	h      *house
	cookie *http.Cookie
}

// do sends a request through the middleware to fn and answers with what it
// wrote.
func (b *browser) do(method string, header http.Header, fn http.HandlerFunc) *httptest.ResponseRecorder {
	b.h.t.Helper()
	r := httptest.NewRequest(method, "/", nil)
	for k, v := range header {
		r.Header[k] = v
	}
	if b.cookie != nil {
		r.AddCookie(b.cookie)
	}
	w := httptest.NewRecorder()
	b.h.Authenticate(fn).ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		b.cookie = c
	}
	return w
}

func (b *browser) signIn(login string) {
	b.h.t.Helper()
	b.do("POST", nil, func(_ http.ResponseWriter, r *http.Request) {
		if _, err := b.h.SignIn(r.Context(), account.SignInCommand{Login: login, Password: password}); err != nil {
			b.h.t.Fatal(err)
		}
	})
}

func whoami(w http.ResponseWriter, r *http.Request) {
	p := access.From(r.Context())
	fmt.Fprint(w, p.Account, p.Roles, p.Scope)
}

func TestSessions(t *testing.T) {
	each(t, account.Options{Secure: true}, func(t *testing.T, h *house) {
		v := h.staff("li.wei", "360102", access.CountyOfficer)
		admin := h.as(h.staff("admin", "36", access.Administrator))
		want := string(v.ID) + "[county_officer]/36/3601/360102/"
		b := &browser{h: h}
		if w := b.do("GET", nil, whoami); w.Body.String() != "[public]" || len(w.Result().Cookies()) != 0 || w.Header().Get("Vary") != "" {
			t.Errorf("a visitor is %q with %v", w.Body, w.Result().Cookies())
		}
		if w := b.do("POST", nil, whoami); w.Body.String() != "[public]" || len(w.Result().Cookies()) != 0 {
			t.Errorf("a visitor who posts is %q with %v", w.Body, w.Result().Cookies())
		}
		b.signIn("li.wei")
		if c := b.cookie; c == nil || c.Name != account.CookieName || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" {
			t.Fatalf("cookie: %+v", b.cookie)
		}
		if got := b.do("GET", nil, whoami).Body.String(); got != want {
			t.Errorf("signed in as %q, want %q", got, want)
		}
		var stored string
		if err := h.db.R.QueryRowContext(t.Context(), "SELECT token FROM session").Scan(&stored); err != nil || stored == b.cookie.Value {
			t.Errorf("the database holds the token itself (%v)", err)
		}

		// Idle for half an hour, with a request in between.
		h.clock.Add(25 * time.Minute)
		b.do("GET", nil, whoami)
		h.clock.Add(25 * time.Minute)
		if got := b.do("GET", nil, whoami).Body.String(); got != want {
			t.Errorf("used every 25 minutes: %q", got)
		}
		h.clock.Add(31 * time.Minute)
		if got := b.do("GET", nil, whoami).Body.String(); got != "[public]" {
			t.Errorf("after 31 idle minutes: %q", got)
		}

		// A new sign-in gets a new token; the old one is worthless.
		b.signIn("li.wei")
		old := *b.cookie
		b.signIn("li.wei")
		if got := (&browser{h: h, cookie: &old}).do("GET", nil, whoami).Body.String(); got != "[public]" {
			t.Errorf("the token before the last sign-in: %q", got)
		}

		// Roles are read at each request.
		if _, err := h.UpdateStaff(admin, account.UpdateStaffCommand{ID: v.ID, StaffData: account.StaffData{
			Name: "李伟", Roles: []access.Role{access.Inspector}, Authority: v.Authority}}); err != nil {
			t.Fatal(err)
		}
		if got := b.do("GET", nil, whoami).Body.String(); !strings.Contains(got, "[inspector]") {
			t.Errorf("after losing a role: %q", got)
		}
		if _, err := h.Deactivate(admin, account.AccountCommand{ID: v.ID}); err != nil {
			t.Fatal(err)
		}
		if got := b.do("GET", nil, whoami).Body.String(); got != "[public]" {
			t.Errorf("after deactivation: %q", got)
		}
	})
}

func TestSignOutAndEndSession(t *testing.T) {
	each(t, account.Options{}, func(t *testing.T, h *house) {
		v := h.staff("li.wei", "360102", access.CountyOfficer)
		here, there := &browser{h: h}, &browser{h: h}
		here.signIn("li.wei")
		h.clock.Add(minute)
		there.signIn("li.wei")
		list, err := h.Sessions(h.as(v))
		if err != nil || len(list) != 2 {
			t.Fatalf("sessions: %+v %v", list, err)
		}
		if err := h.EndSession(h.as(h.staff("other", "360102", access.Inspector)), account.EndSessionCommand{ID: list[0].ID}); !fault.Is(err, fault.NotFound) {
			t.Errorf("ending somebody else's session: %v", err)
		}
		if err := h.EndSession(h.as(v), account.EndSessionCommand{ID: list[0].ID}); err != nil {
			t.Fatal(err)
		}
		if got := there.do("GET", nil, whoami).Body.String(); got != "[public]" {
			t.Errorf("the ended session: %q", got)
		}
		old := *here.cookie
		here.do("POST", nil, func(_ http.ResponseWriter, r *http.Request) {
			if err := h.SignOut(r.Context()); err != nil {
				t.Error(err)
			}
		})
		if here.cookie.MaxAge >= 0 {
			t.Errorf("the cookie stays: %+v", here.cookie)
		}
		if got := (&browser{h: h, cookie: &old}).do("GET", nil, whoami).Body.String(); got != "[public]" {
			t.Errorf("after signing out: %q", got)
		}
		if err := h.SignOut(t.Context()); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("signing out nobody: %v", err)
		}
	})
}

// Whoever changes the password stays signed in; everybody else is out.
func TestChangePasswordEndsOtherSessions(t *testing.T) {
	each(t, account.Options{}, func(t *testing.T, h *house) {
		h.staff("li.wei", "360102", access.CountyOfficer)
		here, there := &browser{h: h}, &browser{h: h}
		here.signIn("li.wei")
		there.signIn("li.wei")
		here.do("POST", nil, func(_ http.ResponseWriter, r *http.Request) {
			if err := h.ChangePassword(r.Context(), account.ChangePasswordCommand{Current: password, New: "Willow-Brook-88"}); err != nil {
				t.Error(err)
			}
		})
		if got := here.do("GET", nil, whoami).Body.String(); got == "[public]" {
			t.Error("whoever changed the password is signed out")
		}
		if got := there.do("GET", nil, whoami).Body.String(); got != "[public]" {
			t.Errorf("the other browser is still %q", got)
		}
	})
}

func TestTokens(t *testing.T) {
	each(t, account.Options{}, func(t *testing.T, h *house) {
		v := h.staff("admin.nc", "3601", access.Administrator)
		me := h.as(v)
		make := func(scopes ...string) (account.TokenView, error) {
			return h.CreateToken(me, account.CreateTokenCommand{Name: "sync", Scopes: scopes, Days: 30})
		}
		for name, scopes := range map[string][]string{
			"none": nil, "unknown": {"nothing.*"}, "what the role may not": {"account.seed"}, "everything": {"*"},
		} {
			if _, err := make(scopes...); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		tok, err := make("account.list")
		if err != nil || !strings.HasPrefix(tok.Secret, "fx_") {
			t.Fatalf("token: %+v %v", tok, err)
		}
		call := func(secret string, fn func(*http.Request) error) (err error) {
			w := (&browser{h: h}).do("GET", http.Header{"Authorization": {"Bearer " + secret}}, func(_ http.ResponseWriter, r *http.Request) { err = fn(r) })
			if w.Code == http.StatusUnauthorized {
				return fault.New(fault.Unauthenticated, "")
			}
			return err
		}
		listing := func(r *http.Request) error { _, err := h.List(r.Context(), account.ListQuery{}); return err }
		reading := func(r *http.Request) error {
			_, err := h.Get(r.Context(), account.AccountCommand{ID: v.ID})
			return err
		}
		if err := call(tok.Secret, listing); err != nil {
			t.Errorf("inside the scope: %v", err)
		}
		if err := call(tok.Secret, reading); !fault.Is(err, fault.OutOfScope) {
			t.Errorf("outside the scope: %v", err)
		}
		if err := call(tok.Secret+"x", listing); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("a wrong token: %v", err)
		}
		wide, err := make("account.*")
		if err != nil {
			t.Fatal(err)
		}
		if err := call(wide.Secret, reading); err != nil {
			t.Errorf("all of a noun: %v", err)
		}
		if err := call(wide.Secret, func(r *http.Request) error {
			_, err := h.CreateToken(r.Context(), account.CreateTokenCommand{Name: "child", Scopes: []string{"account.*"}, Days: 30})
			return err
		}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a token that makes tokens: %v", err)
		}
		list, err := h.Tokens(me)
		if err != nil || len(list) != 2 || list[1].LastUsedAt == nil || list[0].Secret != "" {
			t.Errorf("list: %+v %v", list, err)
		}
		if err := h.RevokeToken(h.as(h.staff("other", "3601", access.Administrator)), account.RevokeTokenCommand{ID: tok.ID}); !fault.Is(err, fault.NotFound) {
			t.Errorf("revoking somebody else's: %v", err)
		}
		if err := h.RevokeToken(me, account.RevokeTokenCommand{ID: tok.ID}); err != nil {
			t.Fatal(err)
		}
		if err := call(tok.Secret, listing); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("a revoked token: %v", err)
		}
		h.clock.Add(30 * 24 * time.Hour)
		if err := call(wide.Secret, listing); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("an expired token: %v", err)
		}
	})
}

func TestSweep(t *testing.T) {
	each(t, account.Options{}, func(t *testing.T, h *house) {
		h.staff("li.wei", "360102", access.CountyOfficer)
		(&browser{h: h}).signIn("li.wei")
		_, _ = h.SignIn(t.Context(), account.SignInCommand{Login: "nobody", Password: "x"})
		if _, err := h.RequestCode(t.Context(), account.RequestCodeCommand{Phone: phone}); err != nil {
			t.Fatal(err)
		}
		count := func() (n int) {
			if err := h.db.R.QueryRowContext(t.Context(), "SELECT (SELECT COUNT(*) FROM session) + (SELECT COUNT(*) FROM phone_code) + (SELECT COUNT(*) FROM sign_in_attempt)").Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if err := h.Sweep(t.Context()); err != nil || count() != 3 {
			t.Fatalf("swept too early: %d left (%v)", count(), err)
		}
		h.clock.Add(48 * time.Hour)
		if err := h.Sweep(t.Context()); err != nil || count() != 0 {
			t.Errorf("%d left (%v)", count(), err)
		}
	})
}

func TestMembership(t *testing.T) {
	each(t, account.Options{}, func(t *testing.T, h *house) {
		owner, err := h.Seed(system(), account.SeedCommand{Login: "shop", Password: password, Name: "店主", Phone: phone, Roles: []access.Role{access.Merchant}})
		if err != nil {
			t.Fatal(err)
		}
		mine, other := ident.New[ident.OperatorID](), ident.New[ident.OperatorID]()
		def := &usecase.Def{Name: "test.grant", Allow: access.Roles}
		for _, operator := range []ident.OperatorID{mine, mine} { // twice does no harm
			if _, err := usecase.Do(system(), h.rt, def, struct{}{}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
				return struct{}{}, h.Grant(ctx, c, owner.ID, operator)
			}); err != nil {
				t.Fatal(err)
			}
		}
		ids, err := account.Operators(t.Context(), h.db.R, owner.ID)
		if err != nil || len(ids) != 1 || ids[0] != mine {
			t.Errorf("the owner speaks for %v (%v)", ids, err)
		}
		if ids, err := account.Operators(t.Context(), h.db.R, newID()); err != nil || len(ids) != 0 {
			t.Errorf("a stranger speaks for %v (%v)", ids, err)
		}
		for who, want := range map[ident.AccountID]int{owner.ID: 1, newID(): 0} {
			n, err := h.db.R.NewSelect().TableExpr("(SELECT ? AS operator UNION SELECT ?) AS x", mine, other).
				Apply(account.OwnOperators("x.operator", who)).Count(t.Context())
			if err != nil || int(n) != want {
				t.Errorf("%d rows of %d (%v)", n, want, err)
			}
		}
	})
}
