package webhook_test

import (
	"context"
	"encoding/binary"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fangxin/internal/webhook"
)

// resolver answers every name with addresses of its choice, one list after the
// other; the last list stays. It speaks as much DNS (RFC 1035) as that takes.
func resolver(t *testing.T, lists ...[]string) (*net.Resolver, *atomic.Int32) {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	var asked atomic.Int32 // for IPv4; each look-up asks once
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			end := 12
			for end < n && buf[end] != 0 {
				end += int(buf[end]) + 1
			}
			end += 5
			kind := binary.BigEndian.Uint16(buf[end-4:])
			turn := int(asked.Load())
			if kind == 1 {
				turn = int(asked.Add(1)) - 1
			}
			reply := append([]byte{buf[0], buf[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, buf[12:end]...)
			for _, s := range lists[min(turn, len(lists)-1)] {
				ip := netip.MustParseAddr(s).AsSlice()
				if (kind == 1) != (len(ip) == 4) || kind != 1 && kind != 28 {
					continue
				}
				reply[7]++
				reply = append(reply, 0xc0, 12, 0, byte(kind), 0, 1, 0, 0, 0, 0, 0, byte(len(ip)))
				reply = append(reply, ip...)
			}
			_, _ = conn.WriteTo(reply, from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}, &asked
}

// A name may answer a public address when it is typed and one of ours when it
// is called: what counts is the address of each connection, also of the tenth.
func TestNamesThatChangeTheirAddress(t *testing.T) {
	var inside atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inside.Add(1) }))
	defer srv.Close()
	srv.Config.SetKeepAlivesEnabled(false) // each delivery makes its connection
	_, port, _ := net.SplitHostPort(srv.Listener.Addr().String())
	secret, _ := webhook.NewSecret()
	for name, addresses := range map[string][]string{
		"this machine":                      {"127.0.0.1"},
		"this machine, IPv6":                {"::1"},
		"mapped":                            {"::ffff:127.0.0.1"},
		"translated":                        {"64:ff9b::7f00:1"},
		"a private network":                 {"10.0.0.8", "192.168.3.4", "fd00::8"},
		"a cloud's metadata":                {"169.254.169.254"},
		"all of them, one after the other":  {"10.0.0.8", "::1", "127.0.0.1"},
		"no address of anybody (0.0.0.0/8)": {"0.0.0.0"},
	} {
		names, asked := resolver(t, addresses)
		address := "https://hooks.example.com:" + port + "/in"
		if rule := webhook.CheckURL(address, nil); rule != "" {
			t.Fatalf("as it is typed nothing is wrong with it: %s", rule)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		_, err := webhook.NewClientWith(nil, names).Deliver(ctx, address, "id", time.Unix(1, 0), []byte("{}"), secret)
		cancel()
		if err == nil || err.Error() != "forbidden_address" || asked.Load() == 0 {
			t.Errorf("%s: %v after %d questions", name, err, asked.Load())
		}
	}
	if n := inside.Load(); n != 0 {
		t.Errorf("%d requests came in", n)
	}
	// The first time the name leads where it may, then it turns: the second
	// connection is judged anew.
	names, _ := resolver(t, []string{"127.0.0.1"}, []string{"127.0.0.2"})
	c := webhook.NewClientWith([]netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, names)
	address := "http://hooks.example.com:" + port + "/in"
	if _, err := c.Deliver(t.Context(), address, "id", time.Unix(1, 0), []byte("{}"), secret); err != nil {
		t.Fatalf("where it may: %v", err)
	}
	_, err := c.Deliver(t.Context(), address, "id", time.Unix(1, 0), []byte("{}"), secret)
	if err == nil || err.Error() != "forbidden_address" || inside.Load() != 1 {
		t.Errorf("turned: %v, %d requests", err, inside.Load())
	}
}

// A receiver may say when to come back, and one that takes the text and says
// nothing, or never ends its answer, holds nobody.
func TestWhatReceiversSay(t *testing.T) {
	secret, _ := webhook.NewSecret()
	here := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/busy":
			w.Header().Set("Retry-After", "600")
			w.WriteHeader(http.StatusTooManyRequests)
		case "/endless":
			for r.Context().Err() == nil {
				if _, err := w.Write([]byte(strings.Repeat("x", 64<<10))); err != nil {
					return
				}
			}
		}
	}))
	defer srv.Close()
	_, err := webhook.NewClient(here).Deliver(t.Context(), srv.URL+"/busy", "id", time.Unix(1, 0), []byte("{}"), secret)
	e, ok := err.(*webhook.Error)
	if !ok || e.RetryAfter() != 10*time.Minute || e.Error() != "http_429" {
		t.Errorf("%v", err)
	}
	begun := time.Now()
	if _, err := webhook.NewClient(here).Deliver(t.Context(), srv.URL+"/endless", "id", time.Unix(1, 0), []byte("{}"), secret); err != nil || time.Since(begun) > 10*time.Second {
		t.Errorf("endless: %v after %v", err, time.Since(begun))
	}
}
