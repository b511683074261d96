package clientip_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"fangxin/internal/clientip"
	"fangxin/internal/fault"
)

func TestOf(t *testing.T) {
	r, err := clientip.New([]string{"10.0.0.0/8", "fd00::/8"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, remote string
		forwarded    []string
		want         string
	}{
		{"direct", "203.0.113.9:4000", nil, "203.0.113.9"},
		{"a stranger's header is not believed", "203.0.113.9:4000", []string{"1.2.3.4"}, "203.0.113.9"},
		{"one proxy", "10.0.0.1:4000", []string{"198.51.100.7"}, "198.51.100.7"},
		{"what the visitor wrote before the proxy is not believed", "10.0.0.1:4000", []string{"1.2.3.4, 198.51.100.7"}, "198.51.100.7"},
		{"two proxies in two lines", "10.0.0.1:4000", []string{"198.51.100.7", "10.0.0.2"}, "198.51.100.7"},
		{"a garbled hop ends the trust", "10.0.0.1:4000", []string{"198.51.100.7, unknown"}, "10.0.0.1"},
		{"a proxy without the header", "10.0.0.1:4000", nil, "10.0.0.1"},
		{"mapped", "[::ffff:10.0.0.1]:4000", []string{"2001:db8::1"}, "2001:db8::1"},
	} {
		req := httptest.NewRequest("GET", "/", nil)
		req.RemoteAddr = tc.remote
		for _, f := range tc.forwarded {
			req.Header.Add("X-Forwarded-For", f)
		}
		if got := r.Of(req); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
	if _, err := clientip.New([]string{"10.0.0.1"}); err == nil {
		t.Error("an address passes for a network")
	}
}

func TestLimit(t *testing.T) {
	resolver, _ := clientip.New(nil)
	var code fault.Code
	h := resolver.Middleware(clientip.Limit(2, time.Hour, []string{"/sign-in"}, func(w http.ResponseWriter, _ *http.Request, err error) {
		code = fault.CodeOf(err)
		w.WriteHeader(http.StatusTooManyRequests)
	})(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })))
	send := func(method, path, from string) *httptest.ResponseRecorder {
		req := httptest.NewRequest(method, path, nil)
		req.RemoteAddr = from
		w := httptest.NewRecorder()
		h.ServeHTTP(w, req)
		return w
	}
	for i, want := range []int{204, 204, 429} {
		if got := send("POST", "/sign-in", "203.0.113.9:1").Code; got != want {
			t.Errorf("try %d: %d, want %d", i+1, got, want)
		}
	}
	if code != fault.RateLimited {
		t.Errorf("refused as %q", code)
	}
	if send("POST", "/sign-in", "203.0.113.9:1").Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	for _, other := range [][3]string{{"POST", "/sign-in", "203.0.113.10:1"}, {"GET", "/sign-in", "203.0.113.9:1"}, {"POST", "/b/x", "203.0.113.9:1"}} {
		if got := send(other[0], other[1], other[2]).Code; got != 204 {
			t.Errorf("%v: %d", other, got)
		}
	}
}
