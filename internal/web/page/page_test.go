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

// A mistake in a template is found here and not by a visitor.
func TestEveryTemplateParses(t *testing.T) {
	e := engine(t)
	if err := e.Check(); err != nil {
		t.Error(err)
	}
	if n := len(e.Pages()); n < 100 {
		t.Errorf("only %d pages were found", n)
	}
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

func TestTheSwitchesKeepTheQuery(t *testing.T) {
	e := engine(t)
	w := get(t, func(w http.ResponseWriter, r *http.Request) { e.StyleGuide(w, r) }, "/design?q=%E7%93%B7&page=2&lang=en")
	for _, want := range []string{`href="/design?lang=zh&amp;page=2&amp;q=%E7%93%B7"`, `href="/design?mode=elder&amp;page=2&amp;q=%E7%93%B7"`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %s", want)
		}
	}
}

func TestPolicyIsStrictAndOpensByName(t *testing.T) {
	const strict = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; " +
		"manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	w := get(t, func(http.ResponseWriter, *http.Request) {}, "/")
	for name, want := range map[string]string{
		"Content-Security-Policy": strict, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	w = get(t, func(w http.ResponseWriter, _ *http.Request) {
		page.Allow(w, "img-src", "https://tiles.example")
		page.Allow(w, "media-src", "'self'")
	}, "/")
	policy := w.Header().Get("Content-Security-Policy")
	if !strings.Contains(policy, "; img-src 'self' data: blob: https://tiles.example; ") || !strings.HasSuffix(policy, "; media-src 'self'") || strings.Contains(policy, "unsafe") {
		t.Error(policy)
	}
}

func TestInvalidKeepsWhatWasTyped(t *testing.T) {
	e := engine(t)
	r := httptest.NewRequest(http.MethodPost, "/design", strings.NewReader(url.Values{"name": {"<b>瓷韵轩"}, "phone": {"138"}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	e.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var c struct {
			Name string `json:"name"`
		}
		if err := page.Decode(w, r, &c); err != nil {
			t.Error(err)
		}
		err := fault.OnField("/phone", "mobile", "")
		if e.Invalid(w, r, fault.New(fault.NotFound, ""), "page/sample", page.Data{}) {
			t.Error("what is no form's matter was shown in the form")
		}
		var sample struct {
			Frames                           []page.Tab
			Plates, Tags, Counties, Promises []page.Option
			Rows                             []struct{}
		}
		if !e.Invalid(w, r, err, "page/design", page.Data{Title: "标题", Data: sample}) {
			t.Error("not shown")
		}
	})).ServeHTTP(w, r)
	body := w.Body.String()
	for _, want := range []string{`<title>有 1 处需要修改 · 标题`, `href="#f-phone"`, `value="&lt;b&gt;瓷韵轩"`, `value="138"`, `aria-describedby="h-phone e-phone" aria-invalid="true"`} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in %s", want, body)
		}
	}
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("answers %d", w.Code)
	}
}

func TestFormKeepsValues(t *testing.T) {
	f := &page.Form{Values: url.Values{"a": {"typed"}, "many": {"x", "y"}}, Errors: []page.FieldError{{Name: "a", Message: "no"}}}
	for _, c := range []struct{ got, want string }{
		{f.Value("a", "stored"), "typed"}, {f.Value("b", "stored"), ""}, // an empty box stays empty
		{(&page.Form{}).Value("a", "stored"), "stored"}, {(*page.Form)(nil).Value("a", 7), "7"}, {f.Error("a"), "no"}, {f.Error("b"), ""},
	} {
		if c.got != c.want {
			t.Errorf("%q instead of %q", c.got, c.want)
		}
	}
	if !f.Checked("many", "y", false) || f.Checked("many", "z", true) || !(&page.Form{}).Checked("many", "z", true) {
		t.Error("boxes")
	}
	if f.Count() != 1 || (&page.Form{Message: "m"}).Count() != 1 || (*page.Form)(nil).Count() != 0 {
		t.Error("count")
	}
}
