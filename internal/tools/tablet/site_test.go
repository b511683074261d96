// Package tablet lives the day of inspectors with the app at /tablet in real
// browsers, over a line that can be cut: without a network, killed at any
// moment, handed over, with two tablets on one visit.
package tablet

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"fangxin/internal/app"
	"fangxin/internal/config"
	"fangxin/internal/demo"
)

// EnvNightly makes the tests run long.
const EnvNightly = "FANGXIN_NIGHTLY"

// EnvScreens names the folder for pictures of the app's screens.
const EnvScreens = "FANGXIN_TABLET_SCREENS"

// site is a registry with the demonstration, and the line of tablets to it.
type site struct {
	t       *testing.T
	base    string // through the gate
	inner   string // past it, as the office reaches it
	gate    *gate
	ids     map[string]string // accounts by login
	free    []string          // certificates that nobody inspects yet
	pledges []string          // in force and not yet tested
	desk    *office
	files   string
	deltas  atomic.Int64 // questions of tablets for changes only
	newer   atomic.Bool  // the worker of the app is of a newer version
	ahead   atomic.Int64 // minutes that the server's clock is behind that of tablets that were not moved
}

func newSite(t *testing.T) *site {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := newGate(t, listener.Addr().String())
	s := &site{t: t, gate: g, base: "http://" + g.listener.Addr().String(), inner: "http://" + listener.Addr().String(), ids: map[string]string{}, files: t.TempDir()}
	c, err := config.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	c.Data, c.BaseURL, c.Demo = t.TempDir(), s.base, true
	if c, err = c.Finish(); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	a, err := app.New(ctx, c, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	if err := demo.Seed(ctx, a, func(string, ...any) {}); err != nil {
		t.Fatal(err)
	}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: s.changed(a.Handler)}}
	server.Start()
	t.Cleanup(server.Close)
	s.desk = s.office("county")
	var page struct {
		Items []struct{ ID, State, Premises string } `json:"items"`
	}
	s.desk.get("/certificates?limit=100", &page)
	for _, c := range page.Items {
		if c.State == "active" && c.Premises != "" {
			s.free = append(s.free, c.ID)
		}
	}
	return s
}

// clockOf finds the server's time in what tablets read it from.
var clockOf = regexp.MustCompile(`("time":)"[^"]+"`)

// changed lets a test pretend another version of the app and another clock.
func (s *site) changed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v1/tablet/bundle" && r.URL.Query().Get("since") != "" {
			s.deltas.Add(1)
		}
		if m := s.ahead.Load(); m != 0 {
			now := time.Now().Add(-time.Duration(m) * time.Minute).UTC()
			w.Header().Set("Date", now.Format(http.TimeFormat))
			switch r.URL.Path {
			case "/api/v1/tablet/bundle", "/api/v1/tablet/keys", "/api/v1/tablet/devices":
				kept := httptest.NewRecorder()
				next.ServeHTTP(kept, r)
				maps.Copy(w.Header(), kept.Header())
				w.Header().Set("Date", now.Format(http.TimeFormat))
				w.Header().Del("Content-Length")
				w.WriteHeader(kept.Code)
				w.Write(clockOf.ReplaceAll(kept.Body.Bytes(), []byte(`${1}"`+now.Format(time.RFC3339)+`"`))) //nolint:errcheck // the browser went away
				return
			}
		}
		if r.URL.Path != "/tablet/sw.js" || !s.newer.Load() {
			next.ServeHTTP(w, r)
			return
		}
		r.Header.Del("Accept-Encoding")
		kept := httptest.NewRecorder()
		next.ServeHTTP(kept, r)
		text := strings.Replace(kept.Body.String(), `const version = "`, `const version = "newer-`, 1)
		for _, name := range []string{"Content-Type", "Service-Worker-Allowed", "Cache-Control"} {
			w.Header().Set(name, kept.Header().Get(name))
		}
		io.WriteString(w, text) //nolint:errcheck // the browser went away
	})
}

// office is somebody of the bureau, who works past the gate.
type office struct {
	s      *site
	client *http.Client
}

func (s *site) office(login string) *office {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	o := &office{s, &http.Client{Jar: jar}}
	o.send(http.MethodPost, "/session", "", map[string]string{"login": login, "password": demo.Password}, nil)
	return o
}

// send makes one request and fails the test unless it succeeds.
func (o *office) send(method, path, match string, body, into any) string {
	o.s.t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		o.s.t.Fatal(err)
	}
	r, err := http.NewRequest(method, o.s.inner+"/api/v1"+path, bytes.NewReader(b))
	if err != nil {
		o.s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if method == http.MethodPost {
		r.Header.Set("Idempotency-Key", uuid.NewString())
	}
	if match != "" {
		r.Header.Set("If-Match", match)
	}
	w, err := o.client.Do(r)
	if err != nil {
		o.s.t.Fatal(err)
	}
	defer w.Body.Close()
	text, err := io.ReadAll(w.Body)
	if err != nil || w.StatusCode >= 300 {
		o.s.t.Fatalf("%s %s: %d %v %s", method, path, w.StatusCode, err, text)
	}
	if into != nil {
		if err := json.Unmarshal(text, into); err != nil {
			o.s.t.Fatalf("%s: %v", path, err)
		}
	}
	return w.Header.Get("ETag")
}

// raw reads a file.
func (o *office) raw(path string) []byte {
	o.s.t.Helper()
	w, err := o.client.Get(o.s.inner + "/api/v1" + path)
	if err != nil {
		o.s.t.Fatal(err)
	}
	defer w.Body.Close()
	b, err := io.ReadAll(w.Body)
	if err != nil || w.StatusCode != http.StatusOK {
		o.s.t.Fatalf("%s: %d %v", path, w.StatusCode, err)
	}
	return b
}

func (o *office) get(path string, into any) string {
	o.s.t.Helper()
	return o.send(http.MethodGet, path, "", nil, into)
}

// visit orders a visit to a shop that has a title, for the two inspectors.
func (s *site) visit() (id, holder string) {
	s.t.Helper()
	if len(s.free) == 0 {
		s.t.Fatal("no shop is left to visit")
	}
	cert := s.free[0]
	s.free = s.free[1:]
	var v struct{ ID, Holder string }
	s.desk.send(http.MethodPost, "/inspections", "", map[string]string{"certificate": cert, "purpose": "recheck", "due_on": time.Now().AddDate(0, 0, 10).Format(time.DateOnly)}, &v)
	s.assign(v.ID, s.id("inspector1"), s.id("inspector2"))
	return v.ID, v.Holder
}

func (s *site) assign(id, lead, second string) {
	s.t.Helper()
	s.assignBecause(id, lead, second, "按计划")
}

func (s *site) assignBecause(id, lead, second, why string) {
	s.t.Helper()
	var d map[string]any
	tag := s.desk.get("/inspections/"+id, &d)
	s.desk.send(http.MethodPost, "/inspections/"+id+"/assign", tag, map[string]string{"lead": lead, "second": second, "reason": why}, nil)
}

// colleague is a new inspector of the county.
func (s *site) colleague(login, name string) (id string) {
	s.t.Helper()
	var page struct {
		Items []struct {
			Login     string
			Authority string
		} `json:"items"`
	}
	admin := s.office("admin")
	admin.get("/accounts?limit=100", &page)
	for _, a := range page.Items {
		if a.Login == "inspector1" {
			var made struct{ ID string }
			admin.send(http.MethodPost, "/accounts", "", map[string]any{"login": login, "name": name, "roles": []string{"inspector"}, "authority": a.Authority}, &made)
			return made.ID
		}
	}
	s.t.Fatalf("the administrator sees %+v", page.Items)
	return ""
}

// await waits until the office sees an inspection as it should be.
func (s *site) await(what string, as func(seen) bool, id string) {
	s.t.Helper()
	var v seen
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if v = s.see(id); as(v) {
			return
		}
	}
	s.t.Fatalf("%s: the office sees %s, %+v", what, v.State, v.Answers)
}

// voidVisit takes a visit from everybody.
func (s *site) voidVisit(id string) {
	s.t.Helper()
	var d map[string]any
	tag := s.desk.get("/inspections/"+id, &d)
	s.desk.send(http.MethodPost, "/inspections/"+id+"/void", tag, map[string]string{"reason": "店铺停业"}, nil)
}

// id is the account of a login.
func (s *site) id(login string) string {
	s.t.Helper()
	if s.ids[login] == "" {
		var me struct {
			Account struct{ ID string } `json:"account"`
		}
		s.office(login).get("/session", &me)
		s.ids[login] = me.Account.ID
	}
	return s.ids[login]
}

// seen is an inspection as the office sees it.
type seen struct {
	State   string
	Answers []struct {
		Item, Verdict, Note string
		Photos, Audio       []string
	}
	Signatures []struct{ Party, Name, Refused string }
	Seal       string
}

func (s *site) see(id string) (v seen) {
	s.t.Helper()
	s.desk.get("/inspections/"+id, &v)
	return v
}

func (v seen) answer(item string) string {
	for _, a := range v.Answers {
		if a.Item == item {
			return a.Verdict
		}
	}
	return ""
}

// nightly reports whether the long runs are wanted.
func nightly() bool { return os.Getenv(EnvNightly) != "" }

func (s *site) file(name string, content []byte) string {
	path := filepath.Join(s.files, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}
