package wechat_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fangxin/internal/wechat"
)

// side is WeChat with one moment of trouble: what it does instead of answering
// a path.
func side(t *testing.T, path string, trouble http.HandlerFunc) *wechat.Client {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == path:
			_, _ = io.Copy(io.Discard, r.Body) // a handler hears of a lost client only then
			trouble(w, r)
		case r.URL.Path == "/cgi-bin/stable_token":
			io.WriteString(w, `{"access_token":"t","expires_in":7200}`)
		default:
			io.WriteString(w, `{"errcode":0,"errmsg":"ok"}`)
		}
	}))
	t.Cleanup(func() { srv.CloseClientConnections(); srv.Close() })
	return wechat.New(wechat.Options{App: "wx1", Secret: "geheim", Template: "T1", API: srv.URL})
}

const (
	tokens = "/cgi-bin/stable_token"
	sends  = "/cgi-bin/message/template/send"
)

func TestTroubleAtWeChat(t *testing.T) {
	answer := func(status int, retryAfter, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			if retryAfter != "" {
				w.Header().Set("Retry-After", retryAfter)
			}
			w.WriteHeader(status)
			io.WriteString(w, body)
		}
	}
	for _, c := range []struct {
		path      string
		trouble   http.HandlerFunc
		reason    string
		permanent bool
		wait      time.Duration
	}{
		{sends, answer(502, "", "<html>"), "wechat_502", false, 0},
		{sends, answer(429, "90", ""), "wechat_429", false, 90 * time.Second},
		{sends, answer(503, "60", ""), "wechat_503", false, time.Minute},
		{tokens, answer(429, "30", ""), "wechat_429", false, 30 * time.Second},
		{sends, answer(200, "", "<html>maintenance</html>"), "wechat_answer", false, 0},
		{sends, answer(200, "", ""), "wechat_answer", false, 0},
		{tokens, answer(200, "", `{"access_token":`), "wechat_answer", false, 0},
		{tokens, answer(200, "", `{}`), "wechat_0", false, 0},
		{tokens, answer(200, "", `{"errcode":40164,"errmsg":"invalid ip"}`), "wechat_40164", false, 0},
		{sends, answer(200, "", `{"errcode":-1,"errmsg":"system busy"}`), "wechat_-1", false, 0},
		{sends, answer(200, "", `{"errcode":45009,"errmsg":"reach max api daily quota limit"}`), "wechat_45009", false, 0},
		{sends, answer(200, "", `{"errcode":40037,"errmsg":"invalid template_id"}`), "wechat_40037", false, 0}, // a setting of ours
		{sends, answer(200, "", `{"errcode":40003,"errmsg":"invalid openid"}`), "wechat_40003", true, 0},
		{sends, answer(200, "", `{"errcode":43004,"errmsg":"require subscribe"}`), "wechat_43004", true, 0},
		{sends, answer(302, "", ""), "wechat_302", false, 0},
	} {
		err := side(t, c.path, c.trouble).Send(t.Context(), wechat.Message{To: "o-1"})
		var e *wechat.Error
		errors.As(err, &e)
		if err == nil || err.Error() != c.reason || (e != nil && e.Permanent()) != c.permanent || e != nil && e.RetryAfter() != c.wait {
			t.Errorf("%s: %v, want %s", c.path, err, c.reason)
		}
	}
}

// A token that WeChat calls run out is renewed once; if the new one is refused
// too, that is told and nobody goes round in circles.
func TestATokenIsRenewedOnce(t *testing.T) {
	var asked, forced, sent atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == tokens {
			body, _ := io.ReadAll(r.Body)
			if strings.Contains(string(body), `"force_refresh":true`) {
				forced.Add(1)
			}
			fmt.Fprintf(w, `{"access_token":"t%d","expires_in":7200}`, asked.Add(1))
			return
		}
		sent.Add(1)
		io.WriteString(w, `{"errcode":42001,"errmsg":"access_token expired"}`)
	}))
	defer srv.Close()
	c := wechat.New(wechat.Options{App: "wx1", Secret: "geheim", API: srv.URL})
	if err := c.Send(t.Context(), wechat.Message{To: "o-1"}); err == nil || err.Error() != "wechat_42001" {
		t.Error(err)
	}
	if asked.Load() != 2 || forced.Load() != 1 || sent.Load() != 2 {
		t.Errorf("%d tokens, %d of them forced, for %d tries", asked.Load(), forced.Load(), sent.Load())
	}
}

// Of twenty messages that meet the same stale token one renews it.
func TestAStaleTokenIsRenewedByOne(t *testing.T) {
	var asked atomic.Int32
	var together sync.WaitGroup
	together.Add(20)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == tokens {
			fmt.Fprintf(w, `{"access_token":"t%d","expires_in":7200}`, asked.Add(1))
			return
		}
		if r.URL.Query().Get("access_token") == "t1" {
			together.Done()
			together.Wait() // all of them hold it before the first is refused
			io.WriteString(w, `{"errcode":40001}`)
			return
		}
		io.WriteString(w, `{"errcode":0}`)
	}))
	defer srv.Close()
	c := wechat.New(wechat.Options{App: "wx1", Secret: "geheim", API: srv.URL})
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if err := c.Send(t.Context(), wechat.Message{To: "o-1"}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := asked.Load(); n != 2 {
		t.Errorf("%d tokens were asked for", n)
	}
}

func TestASilentWeChat(t *testing.T) {
	for _, path := range []string{tokens, sends} {
		silent := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
		half := func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, `{"errcode"`)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}
		for _, trouble := range []http.HandlerFunc{silent, half} {
			c := side(t, path, trouble)
			c.Within(50 * time.Millisecond)
			begun := time.Now()
			if err := c.Send(t.Context(), wechat.Message{To: "o-1"}); err == nil || err.Error() != "wechat_timeout" || time.Since(begun) > 5*time.Second {
				t.Errorf("%s: %v after %v", path, err, time.Since(begun))
			}
		}
	}
}

// While one message waits for a token, those behind it still end with their
// contexts.
func TestWaitingForATokenEnds(t *testing.T) {
	begun := make(chan struct{}, 1)
	c := side(t, tokens, func(_ http.ResponseWriter, r *http.Request) {
		begun <- struct{}{}
		<-r.Context().Done()
	})
	first, stop := context.WithCancel(t.Context())
	over := make(chan error, 2)
	go func() { over <- c.Send(first, wechat.Message{To: "o-1"}) }()
	<-begun
	second, give := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer give()
	go func() { over <- c.Send(second, wechat.Message{To: "o-2"}) }()
	select {
	case err := <-over:
		if err == nil || err.Error() != "wechat_timeout" {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("the second message waits for the first")
	}
	stop()
}
