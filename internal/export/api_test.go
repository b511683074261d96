package export_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/export"
	"fangxin/internal/httpapi"
	"fangxin/internal/i18n"
)

func TestAPI(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		mux := http.NewServeMux()
		w.s.Mount(httpapi.New(mux, i18n.Shipped()))
		call := func(p access.Principal, method, path, body string) *httptest.ResponseRecorder {
			r := httptest.NewRequest(method, httpapi.Prefix+path, strings.NewReader(body))
			if body != "" {
				r.Header.Set("Content-Type", "application/json")
			}
			rec := httptest.NewRecorder()
			mux.ServeHTTP(rec, r.WithContext(httpapi.WithLang(access.With(context.Background(), p), "en")))
			return rec
		}
		want := func(rec *httptest.ResponseRecorder, status int) {
			t.Helper()
			if rec.Code != status {
				t.Fatalf("status %d, want %d: %s", rec.Code, status, rec.Body)
			}
		}
		want(call(access.Anonymous(), "POST", "/exports", `{"format":"csv"}`), 401)
		want(call(w.county, "POST", "/exports", `{"format":"pdf"}`), 422)
		want(call(w.county, "POST", "/exports", `{"format":"csv","division":"999999"}`), 422)
		rec := call(w.county, "POST", "/exports", `{"format":"csv","standing":"active"}`)
		want(rec, 201)
		var v export.View
		w.ok(json.Unmarshal(rec.Body.Bytes(), &v))
		path := "/exports/" + string(v.ID)
		want(call(w.county, "GET", path+"/file", ""), 409)
		w.ok(w.s.Write(t.Context(), v.ID))
		want(call(w.county, "GET", path, ""), 200)
		want(call(w.county, "GET", "/exports", ""), 200)
		want(call(w.far, "GET", path+"/file", ""), 404)
		rec = call(w.county, "GET", path+"/file", "")
		want(rec, 200)
		if !strings.HasPrefix(rec.Body.String(), "\ufeffNumber,") || rec.Header().Get("Content-Type") != "text/csv; charset=utf-8" || !strings.Contains(rec.Header().Get("Content-Disposition"), `filename="fangxin-register-20260302-0900.csv"`) {
			t.Errorf("%v %q", rec.Header(), rec.Body.String()[:20])
		}
	})
}
