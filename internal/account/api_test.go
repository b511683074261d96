package account_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/account"
	"fangxin/internal/httpapi"
	"fangxin/internal/i18n"
)

// A program signs in, reads itself and signs out over HTTP.
func TestAPI(t *testing.T) {
	each(t, account.Options{}, func(t *testing.T, h *house) {
		h.staff("admin.nc", "3601", access.Administrator)
		mux := http.NewServeMux()
		api := httpapi.New(mux, i18n.Shipped())
		h.Mount(api)
		h.authorities.Mount(api)
		handler := h.Authenticate(mux)
		var cookies []*http.Cookie
		call := func(method, path, body string) (int, map[string]any) {
			t.Helper()
			r := httptest.NewRequest(method, httpapi.Prefix+path, strings.NewReader(body))
			r.Header.Set("Accept", "application/json")
			if body != "" {
				r.Header.Set("Content-Type", "application/json")
			}
			for _, c := range cookies {
				r.AddCookie(c)
			}
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			if set := w.Result().Cookies(); len(set) > 0 {
				cookies = set
			}
			out := map[string]any{}
			if w.Body.Len() > 0 {
				if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
					t.Fatalf("%s %s: %v in %s", method, path, err, w.Body)
				}
			}
			return w.Code, out
		}
		if code, out := call("GET", "/session", ""); code != 401 || out["code"] != "sign-in-required" {
			t.Errorf("before: %d %v", code, out)
		}
		if code, out := call("POST", "/session", `{"login":"admin.nc","password":"wrong"}`); code != 401 || out["code"] != "bad-credentials" || len(cookies) != 0 {
			t.Errorf("wrong password: %d %v %v", code, out, cookies)
		}
		if code, _ := call("POST", "/session", `{"login":"admin.nc","password":"`+password+`"}`); code != 200 || len(cookies) != 1 {
			t.Fatalf("sign in: %d %v", code, cookies)
		}
		code, out := call("GET", "/session", "")
		if who, _ := out["account"].(map[string]any); code != 200 || who["login"] != "admin.nc" || out["authority"] != "南昌市市场监督管理局" {
			t.Errorf("signed in: %d %v", code, out)
		}
		if code, out := call("GET", "/accounts", ""); code != 200 || len(out["items"].([]any)) != 1 {
			t.Errorf("staff: %d %v", code, out)
		}
		if code, out := call("GET", "/colleagues?role=administrator", ""); code != 200 || len(out["items"].([]any)) != 1 {
			t.Errorf("colleagues: %d %v", code, out)
		}
		if code, out := call("GET", "/authorities", ""); code != 200 || len(out["items"].([]any)) != 114 {
			t.Errorf("authorities: %d %d", code, len(out["items"].([]any)))
		}
		made := `{"login":"li.wei","name":"李伟","roles":["county_officer"],"authority":"` + string(h.authority("360102").ID) + `"}`
		code, out = call("POST", "/accounts", made)
		if code != 201 || out["initial_password"] == "" {
			t.Fatalf("create: %d %v", code, out)
		}
		if code, out := call("POST", "/accounts/"+out["id"].(string)+"/deactivate", ""); code != 428 {
			t.Errorf("change without If-Match: %d %v", code, out)
		}
		if code, out := call("POST", "/tokens", `{"name":"x","scopes":["account.list"],"days":1}`); code != 201 || out["secret"] == "" {
			t.Errorf("token: %d %v", code, out)
		}
		if code, _ := call("DELETE", "/session", ""); code != 204 {
			t.Errorf("sign out: %d", code)
		}
		if code, _ := call("GET", "/session", ""); code != 401 {
			t.Errorf("after: %d", code)
		}
	})
}
