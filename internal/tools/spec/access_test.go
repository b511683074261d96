package spec

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"fangxin/internal/access"
	"fangxin/internal/account"
	"fangxin/internal/app"
	"fangxin/internal/config"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/demo"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// rawBody stands for a file.
const rawBody = "a file"

const password = "Seven-lanterns-09"

// offices are where the staff of the matrix work.
var offices = map[access.Role]string{
	access.Inspector: "360102", access.CountyOfficer: "360102", access.CityOfficer: "3601", access.ProvinceOfficer: "36",
	access.Publisher: "36", access.Supervisor: "36", access.Administrator: "36",
}

// world is a registry with one person of each role, signed in.
type world struct {
	*app.App
	cookies map[access.Role]string
}

func newWorld(t *testing.T, database string) *world {
	t.Helper()
	c, err := config.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	c.Data, c.DatabaseURL = t.TempDir(), database
	if c, err = c.Finish(); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	a, err := app.New(ctx, c, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	if err := demo.Authorities(ctx, a); err != nil {
		t.Fatal(err)
	}
	w := &world{App: a, cookies: map[access.Role]string{access.Public: ""}}
	for i, role := range access.Roles {
		if role == access.Public || role == access.System {
			continue
		}
		cmd := account.SeedCommand{Login: "who" + string(role), Password: password, Name: role.Name("zh"), Roles: []access.Role{role}}
		if code := offices[role]; code != "" {
			au, err := a.Authorities.ByCode(ctx, a.DB.R, code)
			if err != nil {
				t.Fatal(err)
			}
			cmd.Authority = au.ID
		} else {
			cmd.Phone = "1380000000" + string(rune('0'+i))
		}
		if _, err := a.Accounts.Seed(usecase.System(ctx, "test"), cmd); err != nil {
			t.Fatal(err)
		}
		body, err := json.Marshal(map[string]string{"login": cmd.Login, "password": password})
		if err != nil {
			t.Fatal(err)
		}
		answer := w.send("POST", "/api/v1/session", "", body)
		if answer.Code != http.StatusOK && answer.Code != http.StatusCreated {
			t.Fatalf("%s signs in: %d %s", role, answer.Code, answer.Body)
		}
		for _, cookie := range answer.Result().Cookies() {
			w.cookies[role] = cookie.Name + "=" + cookie.Value
		}
	}
	return w
}

func (w *world) send(method, path, cookie string, body []byte) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, bytes.NewReader(body))
	switch {
	case string(body) == rawBody:
		r.Header.Set("Content-Type", "application/octet-stream")
	case body != nil:
		r.Header.Set("Content-Type", "application/json")
	}
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
	}
	r.Header.Set("If-Match", `"v1"`)
	r.Header.Set("Idempotency-Key", string(ident.New[ident.EventID]()))
	answer := httptest.NewRecorder()
	w.Handler.ServeHTTP(answer, r)
	return answer
}

func (w *world) entries(t *testing.T) (n int) {
	t.Helper()
	if err := w.DB.R.NewRaw("SELECT count(*) FROM audit_entry").Scan(t.Context(), &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// sample makes the least value that a schema takes.
func sample(s *openapi3.Schema) any {
	switch {
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Type.Is("object"):
		out := map[string]any{}
		for _, name := range s.Required {
			out[name] = sample(s.Properties[name].Value)
		}
		return out
	case s.Type.Is("array"):
		out := []any{}
		for range s.MinItems {
			out = append(out, sample(s.Items.Value))
		}
		return out
	case s.Type.Is("integer"), s.Type.Is("number"):
		if s.Min != nil {
			return *s.Min
		}
		return 1
	case s.Type.Is("boolean"):
		return true
	}
	return text(s)
}

func text(s *openapi3.Schema) string {
	switch s.Format {
	case "uuid":
		return string(ident.New[ident.EventID]())
	case "date":
		return "2026-11-02"
	case "date-time":
		return "2026-11-02T09:00:00Z"
	}
	for _, try := range []string{"abc", strings.Repeat("a", 64), "360102", "13800000001", "https://example.org/x", "a@example.org", "91360102MA1TEUT08T"} {
		if ok, err := regexp.MatchString(s.Pattern, try); err == nil && ok && uint64(len(try)) >= s.MinLength && (s.MaxLength == nil || uint64(len(try)) <= *s.MaxLength) {
			return try
		}
	}
	return "abc"
}

// request builds the address and body of an operation.
func request(op *openapi3.Operation, path string) (string, []byte) {
	var query []string
	for _, p := range op.Parameters {
		switch {
		case p.Value.In == "path":
			path = strings.ReplaceAll(path, "{"+p.Value.Name+"}", fmt.Sprint(sample(p.Value.Schema.Value)))
		case p.Value.In == "query" && p.Value.Required:
			v, _ := json.Marshal(sample(p.Value.Schema.Value))
			query = append(query, p.Value.Name+"="+strings.Trim(string(v), `"`))
		}
	}
	if len(query) > 0 {
		path += "?" + strings.Join(query, "&")
	}
	if op.RequestBody == nil {
		return path, nil
	}
	media := op.RequestBody.Value.Content.Get("application/json")
	if media == nil {
		return path, []byte(rawBody)
	}
	body, err := json.Marshal(sample(media.Schema.Value))
	if err != nil {
		panic(err)
	}
	return path, body
}

// TestNobodyDoesWhatIsNotTheirs asks every operation as every role. Who may
// do it is read from the use-cases; whoever may not is refused as such, with
// one entry in the trail for each refused change, and nothing ever fails.
func TestNobodyDoesWhatIsNotTheirs(t *testing.T) {
	doc := load(t)
	for name, database := range map[string]string{"sqlite": "", "postgres": dbtest.PostgresURL(t)} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, database)
			asked := 0
			for _, def := range usecase.Defs() {
				where := def.Mounted("api")
				if where == "" {
					continue
				}
				method, path, _ := strings.Cut(where, " ")
				item := doc.Paths.Find(path)
				if item == nil || item.GetOperation(method) == nil {
					t.Errorf("%s is said to be at %s, which the description does not have", def.Name, where)
					continue
				}
				if strings.Contains(path, "/session") || strings.Contains(path, "/phone-codes") {
					continue // doors: they are for those who are not in yet, and end the session
				}
				for role, cookie := range w.cookies {
					address, body := request(item.GetOperation(method), path)
					before := w.entries(t)
					answer := w.send(method, address, cookie, body)
					asked++
					if answer.Code >= 500 && answer.Code != http.StatusServiceUnavailable {
						t.Errorf("%s as %s fails: %d %s", where, role, answer.Code, answer.Body)
					}
					may := slices.Contains(def.Allow, role)
					refused := answer.Code == http.StatusForbidden || answer.Code == http.StatusUnauthorized
					switch {
					case !may && !refused:
						t.Errorf("%s (%s) as %s answers %d %.200s", where, def.Name, role, answer.Code, answer.Body)
					case may && role != access.Public && strings.Contains(answer.Body.String(), `"code":"unauthenticated"`):
						t.Errorf("%s as %s: not let in", where, role)
					}
					if method != http.MethodGet && method != http.MethodHead && !may && w.entries(t) != before+1 {
						t.Errorf("%s as %s: %d entries in the trail for one refusal", where, role, w.entries(t)-before)
					}
				}
			}
			if asked < 1000 {
				t.Errorf("only %d requests", asked)
			}
		})
	}
}
