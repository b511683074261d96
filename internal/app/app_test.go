package app_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fangxin/internal/app"
	"fangxin/internal/badge"
	"fangxin/internal/config"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/demo"
	"fangxin/internal/httpapi"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

// start builds a registry on a database with a clock that the test moves.
func start(t *testing.T, database string) (*app.App, *testkit.Clock) {
	t.Helper()
	c, err := config.Config{
		Listen: "127.0.0.1:8080", Data: t.TempDir(), DatabaseURL: database, BaseURL: "https://fx.example.gov.cn",
		LogFormat: "text", LogLevel: "error", Passwords: "asvs", Shutdown: time.Second, MetricsFrom: []string{"127.0.0.0/8"},
	}.Finish()
	if err != nil {
		t.Fatal(err)
	}
	clock := testkit.NewClock(testkit.Monday)
	a, err := app.New(context.Background(), c, app.Options{Clock: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a, clock
}

func get(t *testing.T, h http.Handler, target string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestGeneratedFilesAreTrue(t *testing.T) {
	a, _ := start(t, "")
	files, err := a.Generated()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("..", "..", "openapi", name))
		if err != nil || string(got) != string(want) {
			t.Errorf("openapi/%s differs from the code (%v); run: make gen", name, err)
		}
	}
}

// A description that was released under a number may not change under it.
func TestReleasedDescriptionsDoNotChange(t *testing.T) {
	a, _ := start(t, "")
	files, err := a.Generated()
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(files["openapi.yaml"])
	list, err := os.ReadFile(filepath.Join("..", "..", "openapi", "released.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if !guard(string(list), httpapi.Version, hex.EncodeToString(sum[:])) {
		t.Errorf("the API changed but version %s was released already: raise httpapi.Version and describe the change in openapi/CHANGELOG.md", httpapi.Version)
	}
}

func guard(list, version, sum string) bool {
	for _, line := range strings.Split(list, "\n") {
		if f := strings.Fields(line); len(f) == 2 && f[0] == version && f[1] != sum {
			return false
		}
	}
	return true
}

func TestGuard(t *testing.T) {
	list := "# comment\n1.0.0 aaaa\n"
	if guard(list, "1.0.0", "bbbb") || !guard(list, "1.0.0", "aaaa") || !guard(list, "1.1.0", "bbbb") {
		t.Error("the guard lets a released description change, or stops a new one")
	}
}

// Every use-case is reached from the API and from a page, or says why not.
func TestParity(t *testing.T) {
	start(t, "")
	for _, d := range usecase.Defs() {
		if strings.HasPrefix(d.Name, "test.") {
			continue
		}
		if d.Mounted("api") == "" && d.NoAPI == "" {
			t.Errorf("%s is not in the API and does not say why", d.Name)
		}
		if d.Mounted("page") == "" && d.NoPage == "" {
			t.Errorf("%s is on no page and does not say why", d.Name)
		}
	}
}

func TestUnknownAddressesAndMethods(t *testing.T) {
	a, _ := start(t, "")
	w := get(t, a.Handler, "/api/v1/nothing")
	if w.Code != http.StatusNotFound || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("API: %d %s", w.Code, w.Header().Get("Content-Type"))
	}
	r := httptest.NewRequest(http.MethodDelete, "/api/v1/register", nil)
	rec := httptest.NewRecorder()
	a.Handler.ServeHTTP(rec, r)
	if rec.Code != http.StatusMethodNotAllowed || rec.Header().Get("Allow") == "" {
		t.Errorf("method: %d, Allow %q", rec.Code, rec.Header().Get("Allow"))
	}
	if w := get(t, a.Handler, "/nothing", "Accept-Language", "en"); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "Not found") {
		t.Errorf("page: %d", w.Code)
	}
	w = get(t, a.Handler, "/api/v1/register?colour=red", "Accept-Language", "en")
	var p httpapi.Problem
	if json.Unmarshal(w.Body.Bytes(), &p) != nil || p.Code != "unknown-parameter" || len(p.Errors) != 1 || p.Errors[0].Pointer != "query/colour" {
		t.Errorf("unknown parameter: %d %s", w.Code, w.Body)
	}
}

func TestChangesFromOtherSitesAreRefused(t *testing.T) {
	a, _ := start(t, "")
	r := httptest.NewRequest(http.MethodPost, "/sign-in", strings.NewReader("login=a&password=b"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	a.Handler.ServeHTTP(w, r)
	if w.Code != http.StatusForbidden {
		t.Errorf("a form of another site was taken: %d", w.Code)
	}
}

func TestMetricsOnlyForTheirNetwork(t *testing.T) {
	a, _ := start(t, "")
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	r.RemoteAddr = "127.0.0.1:1"
	w := httptest.NewRecorder()
	a.Handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Errorf("from here: %d", w.Code)
	}
	r.RemoteAddr = "203.0.113.9:1"
	w = httptest.NewRecorder()
	a.Handler.ServeHTTP(w, r)
	if w.Code != http.StatusNotFound {
		t.Errorf("from elsewhere: %d", w.Code)
	}
}

func TestNoDemonstrationNoIndex(t *testing.T) {
	a, _ := start(t, "")
	for _, address := range []string{"/demo", "/api/v1/demo"} {
		if w := get(t, a.Handler, address); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", address, w.Code)
		}
	}
}

// The demonstration holds what it promises, on both databases, and its badges
// give seven of the eight answers; the eighth needs a broken database or clock.
func TestDemonstration(t *testing.T) {
	if testing.Short() {
		t.Skip("seeds two databases")
	}
	for name, database := range map[string]string{"sqlite": "", "postgres": dbtest.PostgresURL(t)} {
		t.Run(name, func(t *testing.T) {
			a, clock := start(t, database)
			if err := demo.Seed(context.Background(), a, func(string, ...any) {}); err != nil {
				t.Fatal(err)
			}
			var index demo.Index
			if w := get(t, a.Handler, "/api/v1/demo"); json.Unmarshal(w.Body.Bytes(), &index) != nil || len(index.Accounts) < 10 || len(index.Cases) < 15 {
				t.Fatalf("index: %d %s", w.Code, w.Body)
			}
			counts(t, a, map[string]int{"jx-model-shop": demo.ModelShops, "jx-model-street": demo.ModelStreets, "return-pledge": demo.PledgeShops})
			answers(t, a, index)
			reached(t, a)
			promiseBroken(t, a, index)
			broken(t, a, clock, index)
		})
	}
}

// counts checks the numbers of the province.
func counts(t *testing.T, a *app.App, want map[string]int) {
	t.Helper()
	for scheme, n := range want {
		var got int
		err := a.DB.R.NewRaw("SELECT count(*) FROM certificate WHERE scheme = ?", scheme).Scan(context.Background(), &got)
		if err != nil || got != n {
			t.Errorf("%s: %d titles, want %d (%v)", scheme, got, n, err)
		}
	}
}

func scan(t *testing.T, a *app.App, code string) (int, badge.Answer) {
	t.Helper()
	w := get(t, a.Handler, "/api/v1/badges/"+code)
	var answer badge.Answer
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return w.Code, answer
}

func answers(t *testing.T, a *app.App, index demo.Index) {
	t.Helper()
	seen := map[badge.Status]bool{}
	for _, b := range index.Badges {
		_, answer := scan(t, a, b.Code)
		if string(answer.Status) != b.Status {
			t.Errorf("%s: %s, want %s", b.Holder, answer.Status, b.Status)
		}
		seen[answer.Status] = true
		for _, path := range []string{"/b/", "/B/"} {
			for _, query := range []string{"", "?lang=en", "?mode=elder"} {
				w := get(t, a.Handler, path+b.Code+query)
				body := w.Body.String()
				if !strings.Contains(body, `class="v `+b.Status+`"`) || len(w.Result().Cookies()) != 0 {
					t.Errorf("page of %s%s: %d", b.Status, query, w.Code)
				}
				if strings.Contains(body, "<script") || strings.Contains(body, "style=\"") || strings.Contains(body, "http://") || w.Body.Len() > 30<<10 {
					t.Errorf("page of %s has a script, an inline style, a third party or %d bytes", b.Status, w.Body.Len())
				}
			}
		}
		zipped := get(t, a.Handler, "/b/"+b.Code, "Accept-Encoding", "gzip")
		if zipped.Header().Get("Content-Encoding") != "gzip" || zipped.Body.Len() > 10<<10 {
			t.Errorf("page of %s: %d bytes compressed", b.Status, zipped.Body.Len())
		}
	}
	for _, s := range badge.Statuses {
		if !seen[s] && s != badge.Unavailable {
			t.Errorf("no badge of the demonstration answers %s", s)
		}
	}
}

// promiseBroken proves that a shopper can tell the county which promise was
// not kept, without losing what was typed when something is missing.
func promiseBroken(t *testing.T, a *app.App, index demo.Index) {
	t.Helper()
	code := index.Badges[0].Code
	_, answer := scan(t, a, code)
	send := func(form url.Values) (int, string) {
		r := httptest.NewRequest(http.MethodPost, "/b/"+code+"/report?lang=en", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		a.Handler.ServeHTTP(w, r)
		return w.Code, html.UnescapeString(w.Body.String())
	}
	page := html.UnescapeString(get(t, a.Handler, "/b/"+code+"?lang=en").Body.String())
	if address := "/b/" + code + "/report?kind=promise_broken&lang=en"; !strings.Contains(page, address) {
		t.Errorf("no way from the promises to %s", address)
	} else if form := html.UnescapeString(get(t, a.Handler, address).Body.String()); !strings.Contains(form, answer.Title.PromisesEn[0]) {
		t.Errorf("the form does not offer %q", answer.Title.PromisesEn[0])
	}
	form := url.Values{"kind": {"promise_broken"}, "note": {"bought a cup on 3 May"}}
	if status, body := send(form); status != http.StatusUnprocessableEntity || !strings.Contains(body, "Choose the promise") || !strings.Contains(body, "bought a cup on 3 May") {
		t.Errorf("without a promise: %d", status)
	}
	form.Set("promise", "free beer")
	if status, body := send(form); status != http.StatusUnprocessableEntity || !strings.Contains(body, "not among the promises") {
		t.Errorf("with an invented promise: %d", status)
	}
	form.Set("promise", answer.Title.PromisesEn[0])
	if status, body := send(form); status != http.StatusOK || !strings.Contains(body, "Reference") {
		t.Errorf("a promise that the badge shows: %d", status)
	}
}

// broken proves the eighth answer: with a clock that lost its time, and with a
// database that does not answer, nothing is ever shown as valid.
func broken(t *testing.T, a *app.App, clock *testkit.Clock, index demo.Index) {
	t.Helper()
	valid := index.Badges[0].Code
	before := clock.Now()
	clock.Set(time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC))
	a.Badges.Cache().DropAll()
	if code, answer := scan(t, a, valid); answer.Status != badge.Unavailable || code != http.StatusServiceUnavailable || answer.Shop != nil {
		t.Errorf("with a broken clock: %d %s", code, answer.Status)
	}
	clock.Set(before.AddDate(0, -2, 0))
	a.Badges.Cache().DropAll()
	if _, answer := scan(t, a, valid); answer.Status != badge.Unavailable {
		t.Errorf("with a clock behind the facts: %s", answer.Status)
	}
	clock.Set(before)
	a.Badges.Cache().DropAll()
	if _, answer := scan(t, a, valid); answer.Status != badge.Valid {
		t.Fatalf("with the clock put right: %s", answer.Status)
	}
	a.Badges.Cache().DropAll()
	a.DB.Close()
	code, answer := scan(t, a, valid)
	if answer.Status != badge.Unavailable || answer.Cause != badge.NoDatabase || code != http.StatusServiceUnavailable {
		t.Errorf("without a database: %d %s %s", code, answer.Status, answer.Cause)
	}
	w := get(t, a.Handler, "/b/"+valid)
	if body, _ := io.ReadAll(w.Result().Body); w.Code != http.StatusServiceUnavailable || !strings.Contains(string(body), "暂时无法确认") {
		t.Errorf("page without a database: %d", w.Code)
	}
	if _, answer := scan(t, a, "0000000000000000"); answer.Status != badge.Unknown {
		t.Errorf("an invented code needs no database: %s", answer.Status)
	}
	if w := get(t, a.Handler, "/readyz"); w.Code != http.StatusServiceUnavailable {
		t.Errorf("ready without a database: %d", w.Code)
	}
}
