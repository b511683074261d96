package page_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"fangxin/internal/fault"
	"fangxin/internal/i18n"
	"fangxin/internal/web/page"
)

func engine(t *testing.T) *page.Engine {
	t.Helper()
	e, err := page.New(i18n.Shipped(), func() bool { return true }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func get(t *testing.T, h http.HandlerFunc, target string, cookies ...*http.Cookie) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for _, c := range cookies {
		r.AddCookie(c)
	}
	engine(t).Middleware(h).ServeHTTP(w, r)
	return w
}

func TestFaultPageIsSafeAndHelpful(t *testing.T) {
	e := engine(t)
	for lang, want := range map[string]string{"zh": "没有找到", "en": "Not found"} {
		w := get(t, func(w http.ResponseWriter, r *http.Request) { e.Fault(w, r, fault.New(fault.NotFound, "")) }, "/x?lang="+lang+"&mode=elder")
		body := w.Body.String()
		if w.Code != http.StatusNotFound || !strings.Contains(body, want) || !strings.Contains(body, `class="page elder"`) {
			t.Errorf("%s: %d %s", lang, w.Code, body)
		}
		if strings.Contains(body, "style=") || strings.Contains(body, "<script>") || strings.Contains(body, "onclick") {
			t.Error("inline style or script")
		}
		if !strings.Contains(w.Header().Get("Content-Security-Policy"), "default-src 'none'") {
			t.Error("no content security policy")
		}
	}
	w := get(t, func(w http.ResponseWriter, r *http.Request) {
		e.Fault(w, r, fault.Wrap(fault.Internal, http.ErrAbortHandler, ""))
	}, "/x")
	if strings.Contains(w.Body.String(), "abort") {
		t.Error("the cause is shown")
	}
}

func TestUnauthenticatedGoesToSignInAndBack(t *testing.T) {
	e := engine(t)
	w := get(t, func(w http.ResponseWriter, r *http.Request) { e.Fault(w, r, fault.New(fault.Unauthenticated, "")) }, "/my?tab=1")
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/sign-in?next=%2Fmy%3Ftab%3D1" {
		t.Errorf("%d %s", w.Code, w.Header().Get("Location"))
	}
}

func TestFlashShowsOnlyOurWords(t *testing.T) {
	e := engine(t)
	show := func(w http.ResponseWriter, r *http.Request) {
		e.Render(w, r, 200, "page/fault", page.Data{Title: "t", Data: &struct {
			Title, Detail, Help, Tone string
			Safe                      bool
			Errors                    []struct{ Message string }
		}{}})
	}
	w := get(t, show, "/", &http.Cookie{Name: "fx_flash", Value: "page.sign_out"})
	if strings.Contains(w.Body.String(), `role="status"`) {
		t.Error("a key outside flash. was shown")
	}
}

func TestDecode(t *testing.T) {
	type command struct {
		Name    string   `json:"name"`
		Count   int      `json:"count"`
		Agree   bool     `json:"agree"`
		Tags    []string `json:"tags"`
		Contact struct {
			Phone string `json:"phone"`
		} `json:"contact"`
		Terms *struct {
			Days int `json:"days"`
		} `json:"terms"`
		Hidden string `json:"-"`
	}
	post := func(form url.Values) (command, error) {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		var c command
		return c, page.Decode(httptest.NewRecorder(), r, &c)
	}
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(url.Values{"name": {" 店 "}, "count": {"3"}, "agree": {"on"}, "tags": {"a", "", "b"}, "contact.phone": {"1"}, "terms.days": {"7"}, "Hidden": {"x"}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var c command
	if err := page.Decode(httptest.NewRecorder(), r, &c); err != nil {
		t.Fatal(err)
	}
	if c.Name != "店" || c.Count != 3 || !c.Agree || len(c.Tags) != 2 || c.Contact.Phone != "1" || c.Terms == nil || c.Terms.Days != 7 || c.Hidden != "" {
		t.Errorf("%+v", c)
	}
	if _, err := post(url.Values{"count": {"many"}}); !fault.Is(err, fault.Invalid) {
		t.Errorf("text in a number: %v", err)
	}
}

func TestLocalPath(t *testing.T) {
	for next, want := range map[string]string{"/my": "/my", "//evil": "/", "https://evil": "/", `/\evil`: "/", "": "/"} {
		if got := page.LocalPath(next, "/"); got != want {
			t.Errorf("%q leads to %q", next, got)
		}
	}
}

func TestAssetsAreImmutableUnderTheirHash(t *testing.T) {
	e := engine(t)
	w := get(t, func(w http.ResponseWriter, r *http.Request) { e.Fault(w, r, fault.New(fault.NotFound, "")) }, "/x")
	_, rest, ok := strings.Cut(w.Body.String(), `<link rel="stylesheet" href="`)
	address, _, _ := strings.Cut(rest, `"`)
	if !ok {
		t.Fatal("no style sheet")
	}
	rec := httptest.NewRecorder()
	e.Assets().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, address, nil))
	if rec.Code != 200 || !strings.Contains(rec.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("%s: %d %s", address, rec.Code, rec.Header().Get("Cache-Control"))
	}
	rec = httptest.NewRecorder()
	e.Assets().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/a/old/../../secret", nil))
	if rec.Code != 404 {
		t.Error("a path outside was served")
	}
}
