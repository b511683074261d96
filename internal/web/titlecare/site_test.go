package titlecare_test

import (
	"context"
	"html"
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
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
	"fangxin/internal/web/titlecare"
)

// site is the pages of titles on the whole program, with people to be.
type site struct {
	*app.App
	t      *testing.T
	mux    *http.ServeMux
	clock  *testkit.Clock
	people map[string]access.Principal
	by     access.Principal
}

func newSite(t *testing.T) *site {
	t.Helper()
	c, err := config.Config{
		Listen: "127.0.0.1:8080", Data: t.TempDir(), BaseURL: "https://fx.example.gov.cn",
		LogFormat: "text", LogLevel: "error", Passwords: "asvs", Shutdown: time.Second,
	}.Finish()
	s := &site{t: t, mux: http.NewServeMux(), clock: testkit.NewClock(testkit.Monday), people: map[string]access.Principal{"": access.Anonymous()}, by: access.Anonymous()}
	s.ok(err)
	s.App, err = app.New(context.Background(), c, app.Options{Clock: s.clock.Now})
	s.ok(err)
	t.Cleanup(func() { s.Close() })
	system := usecase.System(context.Background(), "test")
	_, err = s.Authorities.SeedJiangxi(system)
	s.ok(err)
	for i, p := range []struct {
		login string
		role  access.Role
		code  string
	}{
		{"admin", access.Administrator, "36"}, {"province", access.ProvinceOfficer, "36"}, {"province2", access.ProvinceOfficer, "36"},
		{"county", access.CountyOfficer, "360102"}, {"county2", access.CountyOfficer, "360102"},
		{"far", access.CountyOfficer, "360702"}, {"merchant", access.Merchant, ""}, {"rival", access.Merchant, ""},
	} {
		cmd := account.SeedCommand{Login: p.login, Password: "Seven-lanterns-09", Name: p.login, Phone: "1380000005" + string(rune('0'+i)), Roles: []access.Role{p.role}}
		by := access.Principal{Name: p.login, Roles: []access.Role{p.role}}
		if p.code != "" {
			au, err := s.Authorities.ByCode(system, s.DB.R, p.code)
			s.ok(err)
			cmd.Authority, by.Authority, by.Scope = au.ID, au.ID, au.Scope()
		}
		v, err := s.Accounts.Seed(system, cmd)
		s.ok(err)
		by.Account = v.ID
		s.people[p.login] = by
	}
	(&titlecare.Pages{
		E: s.Pages, Rectifications: s.Rectifications, Renewals: s.Renewals, Plaques: s.Plaques, Notices: s.Notices, Certificates: s.Certificates,
		Inspections: s.Inspections, Files: s.Files,
	}).Mount(s.mux)
	return s
}

func (s *site) ok(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// as makes somebody the one who looks and sends.
func (s *site) as(login string) *site {
	s.t.Helper()
	by, known := s.people[login]
	if !known {
		s.t.Fatalf("nobody is called %s", login)
	}
	s.by = by
	return s
}

// unfilled are words of the program that no reader should see.
var unfilled = regexp.MustCompile(`<no value>|ZgotmplZ|%!|>(rectify|renewal|recheck|plaque|flash|fault|rule|bureau)\.[a-z_.]+<|0001-01-01`)

func (s *site) send(path string, form url.Values) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if form != nil {
		r = httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	s.Pages.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mux.ServeHTTP(w, r.WithContext(access.With(r.Context(), s.by)))
	})).ServeHTTP(w, r)
	if bad := unfilled.FindString(w.Body.String()); bad != "" {
		s.t.Errorf("%s shows %q", path, bad)
	}
	return w
}

// get reads a page that must be there and say something.
func (s *site) get(path string, want ...string) string {
	s.t.Helper()
	w := s.send(path, nil)
	if w.Code != http.StatusOK {
		s.t.Fatalf("GET %s: %d", path, w.Code)
	}
	return s.says(path, w.Body.String(), want...)
}

func (s *site) says(path, body string, want ...string) string {
	s.t.Helper()
	for _, words := range want {
		if !strings.Contains(body, words) {
			s.t.Errorf("%s lacks %q", path, words)
		}
	}
	return body
}

// done sends a form that must work, and gives the address it leads to.
func (s *site) done(path string, form url.Values) string {
	s.t.Helper()
	w := s.send(path, form)
	if w.Code != http.StatusSeeOther {
		s.t.Fatalf("POST %s: %d %s", path, w.Code, words(w.Body.String()))
	}
	return w.Header().Get("Location")
}

var tags = regexp.MustCompile(`(?s)<(script|style|svg).*?</(script|style|svg)>|<[^>]*>`)

// words is a page without its markup, for messages.
func words(body string) string {
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(body, " "))), " ")
}

var (
	formTag   = regexp.MustCompile(`(?s)<form[^>]*action="([^"]*)"[^>]*>(.*?)</form>`)
	control   = regexp.MustCompile(`(?s)<input([^>]*)>|<textarea([^>]*)>(.*?)</textarea>|<select([^>]*)>(.*?)</select>`)
	attribute = regexp.MustCompile(`([a-z-]+)(?:="([^"]*)")?`)
	option    = regexp.MustCompile(`<option([^>]*)>`)
)

// fields are what a browser would send of the form with an action, untouched.
func (s *site) fields(body, action string) url.Values {
	s.t.Helper()
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
	s.t.Fatalf("no form with the action %s", action)
	return nil
}
