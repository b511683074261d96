package wechat_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"fangxin/internal/wechat"
)

// office answers as WeChat does: tokens by number, of which only the newest is
// good, and the errcode that the test sets.
type office struct {
	tokens, sends int
	errcode       int
	down          bool
	last          map[string]any
}

func (o *office) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if o.down {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	reply := func(v any) { json.NewEncoder(w).Encode(v) }
	switch r.URL.Path {
	case "/cgi-bin/stable_token":
		var in struct{ AppID, Secret string }
		if json.NewDecoder(r.Body).Decode(&in) != nil || in.AppID != "wx1" || in.Secret != "geheim" {
			reply(map[string]any{"errcode": 40125})
			return
		}
		o.tokens++
		reply(map[string]any{"access_token": "t" + strings.Repeat("x", o.tokens), "expires_in": 7200})
	case "/cgi-bin/message/template/send":
		o.sends++
		if r.URL.Query().Get("access_token") != "t"+strings.Repeat("x", o.tokens) {
			reply(map[string]any{"errcode": 40001, "errmsg": "invalid credential"})
			return
		}
		o.last = nil
		json.NewDecoder(r.Body).Decode(&o.last)
		reply(map[string]any{"errcode": o.errcode, "errmsg": "ok", "msgid": 1})
	case "/sns/oauth2/access_token":
		if r.URL.Query().Get("code") != "good" {
			reply(map[string]any{"errcode": 40029})
			return
		}
		reply(map[string]any{"openid": "o-1"})
	}
}

func TestTemplateMessages(t *testing.T) {
	o := &office{}
	srv := httptest.NewServer(o)
	defer srv.Close()
	now := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	c := wechat.New(wechat.Options{App: "wx1", Secret: "geheim", Template: "T1", API: srv.URL + "/", Clock: func() time.Time { return now },
		Fields: map[string]string{"thing1": "title", "time2": "time", "remark": "body"}})
	m := wechat.Message{To: "o-1", Title: strings.Repeat("长", 30), Body: "第一行\n第二行", URL: "https://fx.example.gov.cn/inbox", At: now}
	for range 3 {
		if err := c.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	if o.tokens != 1 || o.sends != 3 {
		t.Errorf("%d tokens for %d messages", o.tokens, o.sends)
	}
	data, _ := json.Marshal(o.last["data"])
	if o.last["touser"] != "o-1" || o.last["template_id"] != "T1" || o.last["url"] != m.URL ||
		!strings.Contains(string(data), strings.Repeat("长", 19)+"…") || !strings.Contains(string(data), "2026-03-02 09:00") || !strings.Contains(string(data), "第一行 第二行") {
		t.Errorf("sent %v", o.last)
	}
	// The token runs out by the clock, and when somebody else replaced it.
	now = now.Add(2 * time.Hour)
	if err := c.Send(t.Context(), m); err != nil || o.tokens != 2 {
		t.Errorf("%v with %d tokens", err, o.tokens)
	}
	o.tokens++
	if err := c.Send(t.Context(), m); err != nil || o.tokens != 4 {
		t.Errorf("%v with %d tokens", err, o.tokens)
	}
	for code, permanent := range map[int]bool{43004: true, 40003: true, 45009: false, -1: false} {
		o.errcode = code
		var e *wechat.Error
		if err := c.Send(t.Context(), m); !errors.As(err, &e) || e.Code != code || e.Permanent() != permanent {
			t.Errorf("%d: %v", code, err)
		}
	}
	o.down = true
	if err := c.Send(t.Context(), m); err == nil {
		t.Error("a bad gateway counts as sent")
	}
	srv.Close()
	if err := c.Send(t.Context(), m); err == nil || strings.Contains(err.Error(), "geheim") || strings.Contains(err.Error(), "token=") {
		t.Errorf("a dead office: %v", err)
	}
}

func TestWrongSecret(t *testing.T) {
	srv := httptest.NewServer(&office{})
	defer srv.Close()
	c := wechat.New(wechat.Options{App: "wx1", Secret: "falsch", API: srv.URL})
	var e *wechat.Error
	if err := c.Send(t.Context(), wechat.Message{To: "o-1"}); !errors.As(err, &e) || e.Code != 40125 || e.Permanent() {
		t.Errorf("%v", err)
	}
}

func TestOpenID(t *testing.T) {
	srv := httptest.NewServer(&office{})
	defer srv.Close()
	c := wechat.New(wechat.Options{App: "wx1", Secret: "geheim", API: srv.URL})
	if id, err := c.OpenID(t.Context(), "good"); err != nil || id != "o-1" {
		t.Errorf("%s %v", id, err)
	}
	if _, err := c.OpenID(t.Context(), "bad"); err == nil {
		t.Error("a wrong code is taken")
	}
	if u := c.SignInURL("https://fx.example.gov.cn/back", "s t"); !strings.HasPrefix(u, "https://open.weixin.qq.com/") || strings.Contains(u, "geheim") || !strings.Contains(u, "state=s+t") {
		t.Errorf("address %s", u)
	}
}
