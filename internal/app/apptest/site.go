// Package apptest gives tests of pages the whole program with people to be: they
// read pages and send forms as one of them. It is imported by tests only.
package apptest

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/account"
	"fangxin/internal/app"
	"fangxin/internal/config"
	"fangxin/internal/usecase"
)

// Site is the program, and who looks at it now.
type Site struct {
	*app.App
	Clock  Clock
	Mux    *http.ServeMux // of the pages under test
	People map[string]access.Principal
	T      T

	by       access.Principal
	unfilled *regexp.Regexp
}

// T is what is needed of a running test.
type T interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Fatal(args ...any)
	Cleanup(func())
	TempDir() string
}

// Clock is one that the test sets.
type Clock interface {
	Now() time.Time
	Set(time.Time)
}

// Person is somebody with a login; Code is that of the authority of staff.
type Person struct {
	Login string
	Role  access.Role
	Code  string
}

// New starts the program with an empty database. topics are the first parts of
// the keys of texts that no reader may ever see instead of words.
func New(t T, clock Clock, people []Person, topics ...string) *Site {
	t.Helper()
	c, err := config.Config{
		Listen: "127.0.0.1:8080", Data: t.TempDir(), BaseURL: "https://fx.example.gov.cn",
		LogFormat: "text", LogLevel: "error", Passwords: "asvs", Shutdown: time.Second,
	}.Finish()
	s := &Site{
		Clock: clock, Mux: http.NewServeMux(), People: map[string]access.Principal{"": access.Anonymous()},
		T: t, by: access.Anonymous(),
		unfilled: regexp.MustCompile(`<no value>|ZgotmplZ|%!|>(` + strings.Join(append(topics, "flash", "fault", "rule"), "|") + `)\.[a-z_.]+<|0001-01-01|\b0x[0-9a-f]{8,}`),
	}
	s.OK(err)
	s.App, err = app.New(context.Background(), c, app.Options{Clock: clock.Now})
	s.OK(err)
	t.Cleanup(func() { s.Close() })
	system := usecase.System(context.Background(), "test")
	_, err = s.Authorities.SeedJiangxi(system)
	s.OK(err)
	for i, p := range people {
		cmd := account.SeedCommand{Login: p.Login, Password: "Seven-lanterns-09", Name: p.Login, Phone: fmt.Sprintf("138000000%02d", i), Roles: []access.Role{p.Role}}
		by := access.Principal{Name: p.Login, Roles: []access.Role{p.Role}}
		if p.Code != "" {
			au, err := s.Authorities.ByCode(system, s.DB.R, p.Code)
			s.OK(err)
			cmd.Authority, by.Authority, by.Scope = au.ID, au.ID, au.Scope()
		}
		v, err := s.Accounts.Seed(system, cmd)
		s.OK(err)
		by.Account = v.ID
		s.People[p.Login] = by
	}
	return s
}

// OK stops the test at an error.
func (s *Site) OK(err error) {
	s.T.Helper()
	if err != nil {
		s.T.Fatal(err)
	}
}

// As makes somebody the one who looks and sends.
func (s *Site) As(login string) *Site {
	s.T.Helper()
	by, known := s.People[login]
	if !known {
		s.T.Fatalf("nobody is called %s", login)
	}
	s.by = by
	return s
}

// Send asks for a page, or sends a form to it.
func (s *Site) Send(path string, form url.Values) *httptest.ResponseRecorder {
	s.T.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if form != nil {
		r = httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	s.Pages.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.Mux.ServeHTTP(w, r.WithContext(access.With(r.Context(), s.by)))
	})).ServeHTTP(w, r)
	if bad := s.unfilled.FindString(w.Body.String()); bad != "" {
		s.T.Errorf("%s shows %q", path, bad)
	}
	return w
}

// Get reads a page that must be there and say something.
func (s *Site) Get(path string, want ...string) string {
	s.T.Helper()
	w := s.Send(path, nil)
	if w.Code != http.StatusOK {
		s.T.Fatalf("GET %s: %d", path, w.Code)
	}
	return s.Says(path, w.Body.String(), want...)
}

// Says checks that a page holds some words.
func (s *Site) Says(path, body string, want ...string) string {
	s.T.Helper()
	for _, words := range want {
		if !strings.Contains(body, words) {
			s.T.Errorf("%s lacks %q", path, words)
		}
	}
	return body
}

// Done sends a form that must work, and gives the address it leads to.
func (s *Site) Done(path string, form url.Values) string {
	s.T.Helper()
	w := s.Send(path, form)
	if w.Code != http.StatusSeeOther {
		s.T.Fatalf("POST %s: %d %s", path, w.Code, Words(w.Body.String()))
	}
	return w.Header().Get("Location")
}

// Refused sends a form that must be taken back with its errors, keeping words.
func (s *Site) Refused(path string, form url.Values, keeps ...string) string {
	s.T.Helper()
	w := s.Send(path, form)
	if w.Code != http.StatusUnprocessableEntity {
		s.T.Errorf("POST %s: %d, want 422: %s", path, w.Code, Words(w.Body.String()))
	}
	return s.Says(path, w.Body.String(), keeps...)
}

var tags = regexp.MustCompile(`(?s)<(script|style|svg).*?</(script|style|svg)>|<[^>]*>`)

// Words is a page without its markup, for messages.
func Words(body string) string {
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(body, " "))), " ")
}

var (
	formTag   = regexp.MustCompile(`(?s)<form[^>]*action="([^"]*)"[^>]*>(.*?)</form>`)
	control   = regexp.MustCompile(`(?s)<input([^>]*)>|<textarea([^>]*)>(.*?)</textarea>|<select([^>]*)>(.*?)</select>`)
	attribute = regexp.MustCompile(`([a-z-]+)(?:="([^"]*)")?`)
	option    = regexp.MustCompile(`<option([^>]*)>`)
)

// Fields are what a browser would send of the form with an action, untouched.
func (s *Site) Fields(body, action string) url.Values {
	s.T.Helper()
	out := url.Values{}
	for _, f := range formTag.FindAllStringSubmatch(body, -1) {
		if html.UnescapeString(f[1]) != action {
			continue
		}
		for _, c := range control.FindAllStringSubmatch(f[2], -1) {
			a := map[string]string{}
			for _, kv := range attribute.FindAllStringSubmatch(c[1]+c[2]+c[4], -1) {
				a[kv[1]] = html.UnescapeString(kv[2])
			}
			_, checked := a["checked"]
			switch {
			case a["name"] == "", (a["type"] == "checkbox" || a["type"] == "radio") && !checked:
			case c[4] != "":
				for i, o := range option.FindAllStringSubmatch(c[5], -1) {
					oa := map[string]string{}
					for _, kv := range attribute.FindAllStringSubmatch(o[1], -1) {
						oa[kv[1]] = html.UnescapeString(kv[2])
					}
					if _, selected := oa["selected"]; selected || i == 0 {
						out.Set(a["name"], oa["value"])
					}
				}
			case c[2] != "":
				out.Add(a["name"], strings.TrimPrefix(html.UnescapeString(c[3]), "\n"))
			default:
				out.Add(a["name"], a["value"])
			}
		}
		return out
	}
	s.T.Fatalf("no form with the action %s", action)
	return nil
}
