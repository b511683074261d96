package webhook_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"fangxin/internal/webhook"
)

// The vector that the specification's own libraries are tested with.
func TestSignatureOfTheSpecification(t *testing.T) {
	got, err := webhook.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; err != nil || got != want {
		t.Errorf("signed %s (%v), want %s", got, err, want)
	}
}

func TestTwoSecretsWhileTheyAreExchanged(t *testing.T) {
	one, err := webhook.NewSecret()
	if err != nil || !strings.HasPrefix(one, "whsec_") {
		t.Fatal(one, err)
	}
	two, _ := webhook.NewSecret()
	at, body := time.Unix(1700000000, 0), []byte("{}")
	both, err := webhook.Sign("m", at, body, one, two)
	first, _ := webhook.Sign("m", at, body, one)
	second, _ := webhook.Sign("m", at, body, two)
	if err != nil || one == two || both != first+" "+second || first == second {
		t.Errorf("%s, %s and %s (%v)", both, first, second, err)
	}
	for _, bad := range []string{"", "whsec_", "whsec_%%%"} {
		if _, err := webhook.Sign("m", at, body, bad); err == nil || strings.Contains(err.Error(), "%%%") {
			t.Errorf("secret %q: %v", bad, err)
		}
	}
}

func TestPermittedAddresses(t *testing.T) {
	office := []netip.Prefix{netip.MustParsePrefix("10.20.0.0/16")}
	for address, want := range map[string]bool{
		"8.8.8.8": true, "223.5.5.5": true, "2400:3200::1": true, "2606:4700::1111": true, "::ffff:8.8.8.8": true,
		"127.0.0.1": false, "127.8.9.1": false, "::1": false, "::ffff:127.0.0.1": false,
		"10.0.0.1": false, "172.16.0.1": false, "172.31.255.255": false, "192.168.1.1": false, "fd00::1": false, "fc00::1": false,
		"::ffff:10.0.0.1": false, "::ffff:192.168.0.1": false, "::10.0.0.1": false,
		"169.254.169.254": false, "::ffff:169.254.169.254": false, "fe80::1": false, "fe80::1%eth0": false, "fd00:ec2::254": false,
		"100.100.100.200": false, "100.64.0.1": false, "192.0.0.192": false,
		"0.0.0.0": false, "0.1.2.3": false, "::": false, "224.0.0.1": false, "ff02::1": false, "255.255.255.255": false, "240.0.0.1": false,
		"198.18.0.1": false, "192.0.2.1": false, "198.51.100.1": false, "203.0.113.1": false, "2001:db8::1": false,
		"64:ff9b::a00:1": false, "64:ff9b::808:808": false, "2002:a00:1::": false, "2001:0:a00:1::": false, "fec0::1": false,
		"172.15.0.1": true, "172.32.0.1": true, "11.0.0.1": true, "100.128.0.1": true,
	} {
		if got := webhook.Permitted(netip.MustParseAddr(address), nil); got != want {
			t.Errorf("%s: %v, want %v", address, got, want)
		}
	}
	for address, want := range map[string]bool{"10.20.3.4": true, "::ffff:10.20.3.4": true, "10.21.0.1": false, "169.254.169.254": false, "8.8.8.8": true} {
		if got := webhook.Permitted(netip.MustParseAddr(address), office); got != want {
			t.Errorf("with the office's network, %s: %v, want %v", address, got, want)
		}
	}
	if webhook.Permitted(netip.MustParseAddr("169.254.169.254"), []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}) {
		t.Error("metadata is open to an installation that allows everything")
	}
}

func TestCheckURL(t *testing.T) {
	office := []netip.Prefix{netip.MustParsePrefix("10.20.0.0/16")}
	for address, want := range map[string]string{
		"https://hooks.example.gov.cn/in": "", "https://8.8.8.8/in": "", "https://[2400:3200::1]:8443/in?key=1": "",
		"http://hooks.example.gov.cn/in": "webhook_https", "ftp://example.cn": "webhook_https", "hooks.example.cn": "webhook_url",
		"https://user:pass@example.cn/": "webhook_url", "https:///in": "webhook_url", "https://example.cn/#x": "webhook_url", "://": "webhook_url",
		"https://127.0.0.1/": "webhook_private", "https://[::1]/": "webhook_private", "https://localhost/": "webhook_private", "https://LOCALHOST./": "webhook_private",
		"https://10.1.2.3/": "webhook_private", "https://169.254.169.254/latest/meta-data": "webhook_private", "https://intranet/": "webhook_private",
		"https://[::ffff:10.0.0.1]/": "webhook_private", "https://metadata.google.internal/": "webhook_private",
	} {
		if got := webhook.CheckURL(address, nil); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
	for address, want := range map[string]string{"http://10.20.1.1/in": "", "http://intranet/in": "", "https://10.21.1.1/": "webhook_private"} {
		if got := webhook.CheckURL(address, office); got != want {
			t.Errorf("with the office's network, %s: %q, want %q", address, got, want)
		}
	}
}

// receiver is a server of somebody else on this machine.
func receiver(t *testing.T, status *int, seen *[]*http.Request) (*httptest.Server, []netip.Prefix) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Header.Set("X-Body", string(body))
		*seen = append(*seen, r)
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(*status)
	}))
	t.Cleanup(srv.Close)
	return srv, []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
}

func TestDeliver(t *testing.T) {
	status := http.StatusNoContent
	var seen []*http.Request
	srv, here := receiver(t, &status, &seen)
	secret, _ := webhook.NewSecret()
	at, body := time.Unix(1700000000, 0), []byte(`{"type":"case.certified"}`)
	c := webhook.NewClient(here)
	got, err := c.Deliver(t.Context(), srv.URL+"/in", "id-1", at, body, secret)
	want, _ := webhook.Sign("id-1", at, body, secret)
	if err != nil || got != status || len(seen) != 1 {
		t.Fatalf("%d %v, %d requests", got, err, len(seen))
	}
	h := seen[0].Header
	if seen[0].Method != http.MethodPost || h.Get("webhook-id") != "id-1" || h.Get("webhook-timestamp") != "1700000000" ||
		h.Get("webhook-signature") != want || h.Get("X-Body") != string(body) || h.Get("Content-Type") != "application/json" {
		t.Errorf("sent %v", h)
	}
	for _, status = range []int{302, 307, 400, 410, 500} {
		before := len(seen)
		got, err := c.Deliver(t.Context(), srv.URL+"/in", "id-2", at, body, secret)
		var e *webhook.Error
		if got != status || !errors.As(err, &e) || e.Status != status || e.Gone() != (status == 410) || len(seen) != before+1 {
			t.Errorf("%d: %d %v after %d requests", status, got, err, len(seen)-before)
		}
	}
	srv.Close()
	if _, err := c.Deliver(t.Context(), srv.URL+"/in?token=geheim", "id-3", at, body, secret); err == nil || strings.Contains(err.Error(), "geheim") || strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("a dead receiver: %v", err)
	}
}

// A public name that leads to this machine is refused when the connection is
// made, whatever it answered before.
func TestNamesThatLeadInside(t *testing.T) {
	status := http.StatusOK
	var seen []*http.Request
	srv, here := receiver(t, &status, &seen)
	secret, _ := webhook.NewSecret()
	_, port, _ := net.SplitHostPort(srv.Listener.Addr().String())
	strict := webhook.NewClient(nil)
	for _, address := range []string{
		srv.URL + "/in", "http://localhost:" + port + "/in", "https://localhost:" + port + "/in", "http://[::ffff:127.0.0.1]:" + port + "/in",
		"http://127.1:" + port + "/in", "http://0:" + port + "/in", "https://0.0.0.0:" + port + "/in",
	} {
		_, err := strict.Deliver(t.Context(), address, "id", time.Unix(1, 0), []byte("{}"), secret)
		var e *webhook.Error
		if !errors.As(err, &e) || e.Status != 0 {
			t.Errorf("%s: %v", address, err)
		}
	}
	// The same name passes the check of its text, and the connection stops it.
	_, err := strict.Deliver(t.Context(), "https://localhost:"+port+"/in", "id", time.Unix(1, 0), []byte("{}"), secret)
	if err == nil || err.Error() != "forbidden_address" {
		t.Errorf("connected address: %v", err)
	}
	if len(seen) != 0 {
		t.Errorf("%d requests came in", len(seen))
	}
	// Without encryption only a named network is reached, even if public ones are open.
	if _, err := webhook.NewClient(here).Deliver(t.Context(), "http://localhost:"+port+"/in", "id", time.Unix(1, 0), []byte("{}"), secret); err != nil || len(seen) != 1 {
		t.Errorf("a named network: %v", err)
	}
	other := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	if _, err := webhook.NewClient(other).Deliver(t.Context(), srv.URL, "id", time.Unix(1, 0), []byte("{}"), secret); err == nil {
		t.Error("another named network opens this one")
	}
}

func TestSlowReceivers(t *testing.T) {
	wait := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-wait }))
	defer srv.Close()
	defer close(wait)
	secret, _ := webhook.NewSecret()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := webhook.NewClient([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}).Deliver(ctx, srv.URL, "id", time.Unix(1, 0), []byte("{}"), secret)
	if err == nil || err.Error() != "timeout" {
		t.Errorf("%v", err)
	}
}
