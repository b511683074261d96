package notify_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/httpapi"
	"fangxin/internal/i18n"
	"fangxin/internal/notify"
)

// The API carries the same as the pages: inbox, settings, outbox, webhooks.
func TestAPI(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		mux := http.NewServeMux()
		w.Notices.Mount(httpapi.New(mux, i18n.Shipped()))
		call := func(login, method, path, body string, header ...string) *httptest.ResponseRecorder {
			r := httptest.NewRequest(method, httpapi.Prefix+path, strings.NewReader(body))
			ctx := context.Background()
			if p, ok := w.people[login]; ok {
				ctx = access.With(ctx, p)
			}
			if body != "" {
				r.Header.Set("Content-Type", "application/json")
			}
			for i := 0; i < len(header); i += 2 {
				r.Header.Set(header[i], header[i+1])
			}
			rec := httptest.NewRecorder()
			mux.ServeHTTP(rec, r.WithContext(httpapi.WithLang(ctx, "en")))
			return rec
		}
		want := func(rec *httptest.ResponseRecorder, status int) {
			t.Helper()
			if rec.Code != status {
				t.Fatalf("status %d, want %d: %s", rec.Code, status, rec.Body)
			}
		}
		id := w.submitted()
		w.step("county", id, w.Applications.Accept)
		rec := call("owner", "GET", "/inbox?limit=1", "")
		want(rec, 200)
		var inbox struct{ Items []notify.View }
		w.ok(json.Unmarshal(rec.Body.Bytes(), &inbox))
		if len(inbox.Items) != 1 || !strings.Contains(inbox.Items[0].Title, "is now at") || !strings.Contains(rec.Header().Get("Link"), `rel="next"`) {
			t.Errorf("%s", rec.Body)
		}
		one := "/inbox/" + string(inbox.Items[0].ID)
		want(call("owner", "GET", one, ""), 200)
		want(call("stranger", "GET", one, ""), 404)
		want(call("", "GET", "/inbox", ""), 401)
		want(call("owner", "GET", "/inbox?colour=red", ""), 400)
		want(call("owner", "POST", one+"/read", ""), 200)
		if rec := call("owner", "GET", "/inbox/unread", ""); !strings.Contains(rec.Body.String(), `"count":1`) {
			t.Errorf("%s", rec.Body)
		}
		want(call("owner", "POST", "/inbox/read", "{}"), 200)
		want(call("owner", "GET", "/inbox/settings", ""), 200)
		want(call("owner", "PUT", "/inbox/settings", `{"lang":"en","on":[]}`), 200)
		want(call("owner", "PUT", "/inbox/settings", `{"lang":"en","on":["account.reset/sms"]}`), 422)
		want(call("owner", "POST", "/inbox/email", `{"email":"shop@example.cn"}`), 409) // no mail server here
		want(call("owner", "GET", "/told?noun=application&subject="+string(id), ""), 200)
		want(call("county", "GET", "/told/preview?noun=application&action=recommend&subject="+string(id), ""), 200)
		want(call("far", "GET", "/told/preview?noun=application&action=recommend&subject="+string(id), ""), 404)
		want(call("owner", "GET", "/outbox", ""), 403)
		want(call("admin", "GET", "/outbox?state=dead&channel=sms&failed=true", ""), 200)
		want(call("admin", "GET", "/outbox?state=lost", ""), 422)
		want(call("admin", "GET", "/outbox/counts", ""), 200)
		want(call("admin", "POST", "/outbox/"+string(inbox.Items[0].ID)+"/resend", "", "If-Match", "*"), 404) // the inbox is no outbox

		rec = call("admin", "POST", "/webhooks", `{"name":"a","url":"https://hooks.example.cn/","events":["case.certified"]}`, "Idempotency-Key", "k")
		want(rec, 201)
		var h notify.Hook
		w.ok(json.Unmarshal(rec.Body.Bytes(), &h))
		path := "/webhooks/" + string(h.ID)
		if rec.Header().Get("Location") != httpapi.Prefix+path || h.Secret == "" {
			t.Errorf("%s %s", rec.Header(), rec.Body)
		}
		want(call("admin", "POST", path+"/rotate", ""), 428)
		want(call("admin", "POST", path+"/rotate", "", "If-Match", `"v1"`), 200)
		want(call("admin", "PUT", path, `{"name":"b","url":"https://hooks.example.cn/","events":["case.certified"],"active":true}`, "If-Match", `"v1"`), 412)
		want(call("admin", "PUT", path, `{"name":"b","url":"https://10.0.0.1/","events":["case.certified"],"active":true}`, "If-Match", `"v2"`), 422)
		want(call("admin", "POST", path+"/test", ""), 200)
		want(call("admin", "GET", path+"/attempts", ""), 200)
		if rec := call("admin", "GET", "/webhooks", ""); strings.Contains(rec.Body.String(), "whsec_") {
			t.Error("a list shows secrets")
		}
		want(call("county", "GET", "/webhooks", ""), 403)
	})
}
