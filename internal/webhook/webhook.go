// Package webhook owns the wire side of webhooks (推送): signatures by the
// Standard Webhooks specification, and a client that delivers to addresses
// typed by others without being led into our own network.
//
// It keeps no addresses and decides nothing about retries. Errors hold a status
// or a stage and never an address or a text.
package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"fangxin/internal/retryafter"
)

const secretPrefix = "whsec_"

// NewSecret makes a secret as receivers' libraries take it.
func NewSecret() (string, error) {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return "", err
	}
	return secretPrefix + base64.StdEncoding.EncodeToString(key), nil
}

// Sign gives the header webhook-signature: one signature for each secret, so
// that a receiver may hold either while they are exchanged.
func Sign(id string, at time.Time, body []byte, secrets ...string) (string, error) {
	var out []string
	for _, s := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s, secretPrefix))
		if err != nil || len(key) == 0 {
			return "", errors.New("webhook: a secret is no base64")
		}
		mac := hmac.New(sha256.New, key)
		fmt.Fprintf(mac, "%s.%d.", id, at.Unix())
		mac.Write(body)
		out = append(out, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(out, " "), nil
}

// Error is a delivery that did not succeed.
type Error struct {
	Status int    // of the answer; 0 when there was none
	Stage  string // when there was none: connect, forbidden_address, timeout
	wait   time.Duration
}

func (e *Error) Error() string {
	if e.Status > 0 {
		return fmt.Sprintf("http_%d", e.Status)
	}
	return e.Stage
}

// Gone reports that the receiver wants no more deliveries.
func (e *Error) Gone() bool { return e.Status == http.StatusGone }

// RetryAfter is how long the receiver asked to be left alone; 0 when it did not.
func (e *Error) RetryAfter() time.Duration { return e.wait }

// Client delivers.
type Client struct {
	secure *http.Client // https to any permitted address
	plain  *http.Client // http, to networks that the installation names
}

// Timeout is how long a receiver may take to answer.
const Timeout = 15 * time.Second

// NewClient makes a client that connects to public addresses only, and to the
// private networks that the installation names. What counts is the address a
// connection is made to, after names were looked up, so that a name which
// answers differently the second time gains nothing. Redirects are refused.
func NewClient(allowed []netip.Prefix) *Client { return newClient(allowed, net.DefaultResolver) }

func newClient(allowed []netip.Prefix, names *net.Resolver) *Client {
	return &Client{
		secure: guarded(names, func(ip netip.Addr) bool { return Permitted(ip, allowed) }),
		plain:  guarded(names, func(ip netip.Addr) bool { return Permitted(ip, allowed) && within(ip.Unmap(), allowed) }),
	}
}

func guarded(names *net.Resolver, permitted func(netip.Addr) bool) *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second, Resolver: names, Control: func(_, address string, _ syscall.RawConn) error {
		ap, err := netip.ParseAddrPort(address)
		if err != nil || !permitted(ap.Addr()) {
			return errForbidden
		}
		return nil
	}}
	return &http.Client{
		Timeout: Timeout,
		Transport: &http.Transport{
			Proxy: nil, DialContext: dialer.DialContext, TLSHandshakeTimeout: 10 * time.Second, ForceAttemptHTTP2: true,
			MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

var errForbidden = errors.New("forbidden address")

// Deliver posts a body once and gives the status of the answer; anything but
// 2xx is an [*Error].
func (c *Client) Deliver(ctx context.Context, to, id string, at time.Time, body []byte, secrets ...string) (int, error) {
	signature, err := Sign(id, at, body, secrets...)
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return 0, &Error{Stage: "connect"}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Fangxin-Webhook/1")
	req.Header.Set("webhook-id", id)
	req.Header.Set("webhook-timestamp", strconv.FormatInt(at.Unix(), 10))
	req.Header.Set("webhook-signature", signature)
	client := c.secure
	if req.URL.Scheme != "https" {
		client = c.plain
	}
	res, err := client.Do(req)
	if err != nil {
		var slow net.Error
		switch {
		case errors.Is(err, errForbidden):
			return 0, &Error{Stage: "forbidden_address"}
		case errors.As(err, &slow) && slow.Timeout():
			return 0, &Error{Stage: "timeout"}
		}
		return 0, &Error{Stage: "connect"}
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10)) // so that the connection can be used again
	if res.StatusCode/100 != 2 {
		return res.StatusCode, &Error{Status: res.StatusCode, wait: retryafter.Of(res)}
	}
	return res.StatusCode, nil
}

// CheckURL tells what is wrong with an address that somebody typed, as the key
// of a rule; "" when nothing is. Only names and numbers are looked at: whether
// the connection may be made is decided when it is made.
func CheckURL(s string, allowed []netip.Prefix) string {
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "":
		return "webhook_url"
	case u.Scheme == "http" && len(allowed) == 0, u.Scheme != "https" && u.Scheme != "http":
		return "webhook_https"
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if ip, err := netip.ParseAddr(host); err == nil {
		if !Permitted(ip, allowed) {
			return "webhook_private"
		}
		return ""
	}
	if len(allowed) == 0 && (host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".internal") || !strings.Contains(host, ".")) {
		return "webhook_private"
	}
	return ""
}
