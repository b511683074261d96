package httpapi_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/i18n"
	"fangxin/internal/usecase"
)

type command struct {
	Name  string   `json:"name" validate:"required,max=4" doc:"A short name."`
	Level level    `json:"level,omitempty" validate:"omitempty,oneof=low high"`
	Tags  []string `json:"tags,omitempty" validate:"max=2"`
	Note  string   `json:"note" validate:"max=9"` // may be left out: the tag does not require it
}

type level string

func (level) Values() []string { return []string{"low", "high"} }

var changeDef = usecase.Define(usecase.Def{Name: "test.change", Allow: access.Roles})

// api is an API with one operation that remembers what the edge told it.
func api(t *testing.T) (http.Handler, *httpapi.API, *usecase.Edge) {
	t.Helper()
	mux := http.NewServeMux()
	a := httpapi.New(mux, i18n.Shipped())
	var seen usecase.Edge
	httpapi.Register(a, changeDef, httpapi.Operation{Method: http.MethodPost, Path: "/things/{id}", Change: true, Create: true, MaxBody: 1000},
		func(ctx context.Context, in *struct {
			httpapi.Conditional
			httpapi.Idempotent
			ID   string `path:"id"`
			Body command
		}) (*httpapi.Out[command], error) {
			seen = usecase.EdgeOf(ctx)
			if in.ID == "secret" {
				return nil, http.ErrBodyNotAllowed // an unknown error
			}
			if in.ID == "gone" {
				return nil, fault.New(fault.Gone, "")
			}
			return httpapi.Created(in.Body, 7, "/things/1"), nil
		})
	return mux, a, &seen
}

func post(h http.Handler, path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept-Language", "en")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func problem(t *testing.T, w *httptest.ResponseRecorder) httpapi.Problem {
	t.Helper()
	var p httpapi.Problem
	if w.Header().Get("Content-Type") != "application/problem+json" || json.Unmarshal(w.Body.Bytes(), &p) != nil {
		t.Fatalf("%d %s is no problem: %s", w.Code, w.Header().Get("Content-Type"), w.Body)
	}
	return p
}

func TestHeadersReachTheUseCase(t *testing.T) {
	h, _, seen := api(t)
	w := post(h, "/api/v1/things/1", `{"name":"店"}`, "If-Match", `"v3"`, "Idempotency-Key", "k")
	if w.Code != http.StatusCreated || w.Header().Get("ETag") != `"v7"` || w.Header().Get("Location") != "/things/1" {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	if seen.Version != 3 || !seen.NeedVersion || seen.IdempotencyKey != "k" {
		t.Errorf("%+v", *seen)
	}
	if p := problem(t, post(h, "/api/v1/things/1", `{"name":"店"}`, "If-Match", "W/nonsense")); p.Status != http.StatusPreconditionFailed {
		t.Errorf("a foreign tag: %+v", p)
	}
}

// The limits of the tags are enforced, named, and never answer with what was sent.
func TestBrokenRulesAreNamed(t *testing.T) {
	h, _, _ := api(t)
	for body, want := range map[string]httpapi.ProblemField{
		`{"name":"sesame"}`:                 {Pointer: "/name", Code: "max", Param: "4"},
		`{}`:                                {Pointer: "/name", Code: "required"},
		`{"name":"x","level":"sesame"}`:     {Pointer: "/level", Code: "oneof"},
		`{"name":"x","sesame":1}`:           {Pointer: "/sesame", Code: "unexpected"},
		`{"name":"x","NAME":"sesame"}`:      {Pointer: "/NAME", Code: "unexpected"},
		`{"name":5}`:                        {Pointer: "/name", Code: "type_string"},
		`{"name":"x","tags":["a","b","c"]}`: {Pointer: "/tags", Code: "max_items", Param: "2"},
	} {
		p := problem(t, post(h, "/api/v1/things/1", body))
		if p.Status != http.StatusUnprocessableEntity || len(p.Errors) != 1 || p.Errors[0].Pointer != want.Pointer || p.Errors[0].Code != want.Code ||
			want.Param != "" && p.Errors[0].Param != want.Param || p.Errors[0].Message == "" {
			t.Errorf("%s: %+v", body, p)
		}
		if raw, _ := json.Marshal(p); strings.Contains(body, `"sesame"`) && !strings.Contains(body, `"sesame":`) && strings.Contains(string(raw), "sesame") {
			t.Errorf("%s: the answer repeats what was sent: %s", body, raw)
		}
	}
}

func TestUnknownErrorsSayNothing(t *testing.T) {
	h, _, _ := api(t)
	w := post(h, "/api/v1/things/secret", `{"name":"x"}`)
	if p := problem(t, w); p.Code != fault.Internal || p.Status != 500 || strings.Contains(w.Body.String(), "request method") {
		t.Errorf("%s", w.Body)
	}
	if p := problem(t, post(h, "/api/v1/things/gone", `{"name":"x"}`)); p.Status != http.StatusGone {
		t.Errorf("%+v", p)
	}
}

func TestBadBodies(t *testing.T) {
	h, _, _ := api(t)
	if p := problem(t, post(h, "/api/v1/things/1", `{`)); p.Code != fault.MalformedRequest {
		t.Errorf("half a body: %+v", p)
	}
	if p := problem(t, post(h, "/api/v1/things/1", `{"name":"`+strings.Repeat("x", 2000)+`"}`)); p.Code != fault.TooLarge {
		t.Errorf("a large body: %+v", p)
	}
	if p := problem(t, post(h, "/api/v1/things/1?colour=red", `{"name":"x"}`)); p.Code != fault.UnknownParameter || p.Errors[0].Pointer != "query/colour" {
		t.Errorf("an unknown parameter: %+v", p)
	}
}

func TestEveryCodeHasAStatus(t *testing.T) {
	for _, e := range fault.Catalogue {
		if s := httpapi.Status(e.Code); s == http.StatusInternalServerError && e.Code != fault.Internal {
			t.Errorf("%s has no status", e.Code)
		}
	}
}

func TestSchemaHoldsTheTags(t *testing.T) {
	_, a, _ := api(t)
	b, err := a.YAML()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"maxLength: 4", "- low", "maxItems: 2", "Httpapi_testCommand", "If-Match", "Idempotency-Key", "\"412\"", "\"428\""} {
		if !strings.Contains(string(b), want) {
			t.Errorf("the description lacks %q", want)
		}
	}
	if strings.Contains(string(b), "$schema") {
		t.Error("the description names hosts")
	}
}

func TestETags(t *testing.T) {
	for tag, want := range map[string]int64{`"v3"`: 3, "v3": 3, "*": 0} {
		if v, ok := httpapi.ParseETag(tag); !ok || v != want {
			t.Errorf("%s gives %d %v", tag, v, ok)
		}
	}
	for _, bad := range []string{"", `"3"`, `"v0"`, `"v-1"`, "vx"} {
		if _, ok := httpapi.ParseETag(bad); ok {
			t.Errorf("%q was read", bad)
		}
	}
}
