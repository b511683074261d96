package application_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/application"
	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/i18n"
	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

// The API carries the same story: create, ETag, If-Match, problem documents,
// and raw files with their headers.
func TestAPI(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		mux := http.NewServeMux()
		api := httpapi.New(mux, i18n.Shipped())
		w.apps.Mount(api)
		w.shops.Mount(api)
		w.tasks.Mount(api)
		w.files.Mount(api)
		scheme.New(&usecase.Runtime{DB: w.d, Clock: w.clock.Now}).Mount(api)
		call := func(p access.Principal, method, path, body string, header ...string) *httptest.ResponseRecorder {
			r := httptest.NewRequest(method, httpapi.Prefix+path, strings.NewReader(body))
			r = r.WithContext(access.With(context.Background(), p))
			if body != "" {
				r.Header.Set("Content-Type", "application/json")
			}
			for i := 0; i < len(header); i += 2 {
				r.Header.Set(header[i], header[i+1])
			}
			r.Header.Set("Accept", "application/json")
			rec := httptest.NewRecorder()
			mux.ServeHTTP(rec, r)
			return rec
		}
		want := func(rec *httptest.ResponseRecorder, status int) {
			t.Helper()
			if rec.Code != status {
				t.Fatalf("status %d, want %d: %s", rec.Code, status, rec.Body)
			}
		}
		body := `{"premises":"` + string(w.shop.ID) + `","scheme":"jx-model-shop"}`
		want(call(access.Anonymous(), "POST", "/applications", body), 401)
		rec := call(w.owner, "POST", "/applications", body, "Idempotency-Key", "a")
		want(rec, 201)
		var v application.View
		w.ok(json.Unmarshal(rec.Body.Bytes(), &v))
		path := "/applications/" + string(v.ID)
		if rec.Header().Get("Location") != httpapi.Prefix+path || rec.Header().Get("ETag") != `"v1"` {
			t.Errorf("headers %v", rec.Header())
		}
		want(call(w.owner, "PATCH", path, `{"contact":{"name":"张三","phone":"13800000001"}}`), 428)
		want(call(w.owner, "PATCH", path, `{"contact":{"name":"张三","phone":"13800000001"}}`, "If-Match", `"v1"`), 200)
		want(call(w.owner, "PATCH", path, `{"contact":{"name":"张三","phone":"13800000001"}}`, "If-Match", `"v1"`), 412)
		rec = call(w.owner, "POST", path+"/submit", `{"name":"张三","consent":true}`, "If-Match", `"v2"`)
		want(rec, 422)
		var p httpapi.Problem
		w.ok(json.Unmarshal(rec.Body.Bytes(), &p))
		if p.Code != fault.Invalid || len(p.Errors) < 5 {
			t.Errorf("problem %+v", p)
		}
		for _, e := range p.Errors {
			if e.Message == "" || e.Message == i18n.Shipped().T("zh", "rule.other") {
				t.Errorf("%s (%s) has no words", e.Pointer, e.Code)
			}
		}
		want(call(w.owner, "GET", path+"/sheet", ""), 200)
		want(call(w.stranger, "GET", path, ""), 404)
		want(call(access.Anonymous(), "GET", "/schemes/jx-model-shop", ""), 200)
		want(call(access.Anonymous(), "GET", "/notices?open=true", ""), 200)
		want(call(w.owner, "GET", "/operators/check?uscc=91360102MA1TEUT08", ""), 200)
		want(call(w.owner, "GET", "/premises?name=%E5%A5%BD%E5%91%B3", ""), 200)
		want(call(w.county, "GET", "/tasks", ""), 200)
		want(call(w.county, "GET", "/applications/counts", ""), 200)

		pdf := "%PDF-1.7\n" + strings.Repeat("x", 100) + "\n%%EOF\n"
		rec = call(w.owner, "POST", "/files", pdf, "Content-Type", "application/octet-stream")
		want(rec, 201)
		location := strings.TrimPrefix(rec.Header().Get("Location"), httpapi.Prefix)
		want(call(w.stranger, "GET", location, ""), 404)
		rec = call(w.owner, "GET", location, "")
		want(rec, 200)
		if !bytes.Equal(rec.Body.Bytes(), []byte(pdf)) || rec.Header().Get("X-Content-Type-Options") != "nosniff" ||
			!strings.HasPrefix(rec.Header().Get("Content-Disposition"), "attachment") || !strings.Contains(rec.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("file came back with %v", rec.Header())
		}
		want(call(w.owner, "POST", "/files", "<svg/>", "Content-Type", "application/octet-stream"), 415)
	})
}
