// Package sms owns the sending of text messages: the interface, the sender
// that only logs, and the one that speaks to a gateway over HTTP.
//
// It neither makes codes nor decides who gets one. A full number or a code
// never goes into a log line of a real sender.
package sms

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"fangxin/internal/ident"
	"fangxin/internal/retryafter"
)

// Message is one text message (短信).
type Message struct {
	Phone string `json:"phone"` // canonical mainland mobile number
	Text  string `json:"text"`
}

// Sender delivers messages. An error means that a later try may succeed.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// Log is the sender of an installation without a gateway: it writes the text
// to the log, so that whoever runs the demo or a first try can go on. The
// number is masked.
type Log struct{ Log *slog.Logger }

// Send logs the message.
func (l Log) Send(ctx context.Context, m Message) error {
	l.Log.InfoContext(ctx, "text message (no gateway is set)", "phone", ident.MaskPhone(m.Phone), "text", m.Text)
	return nil
}

// Error is a message that the gateway did not take, in a word that is fit for a
// log: it holds neither the address nor what was sent.
type Error struct {
	Status int // of the answer; 0 when there was none
	wait   time.Duration
	cause  error
}

func (e *Error) Error() string {
	var slow net.Error
	switch {
	case e.Status != 0:
		return fmt.Sprintf("gateway_%d", e.Status)
	case errors.As(e.cause, &slow) && slow.Timeout():
		return "gateway_timeout"
	}
	return "gateway_connect"
}

// Permanent reports that the gateway will refuse this message again: it called
// the message itself wrong. A refused password is a setting of this house, and
// messages wait until it is put right.
func (e *Error) Permanent() bool {
	return e.Status == http.StatusBadRequest || e.Status == http.StatusUnprocessableEntity
}

// RetryAfter is how long the gateway asked to be left alone; 0 when it did not.
func (e *Error) RetryAfter() time.Duration { return e.wait }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// Gateway sends by POST of a JSON object {"phone", "text"} to one address. User
// and password in the address become basic authentication; any 2xx answer is
// success, 400 and 422 refuse the message for good, anything else is tried
// again, not before the time in Retry-After. Gateways of other forms stand behind a small translator.
type Gateway struct {
	client         *http.Client
	url            string
	user, password string
}

// NewGateway makes a sender for an address such as
// https://user:password@gateway.example/send.
func NewGateway(address string) (*Gateway, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("the address of the text-message gateway must begin with http:// or https://")
	}
	g := &Gateway{client: &http.Client{
		Timeout: 10 * time.Second,
		// A redirect would carry the message to an address nobody configured.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	g.user = u.User.Username()
	g.password, _ = u.User.Password()
	u.User = nil
	g.url = u.String()
	return g, nil
}

// Within sets how long one message may take; 10 seconds unless told otherwise.
func (g *Gateway) Within(d time.Duration) { g.client.Timeout = d }

// Send posts the message.
func (g *Gateway) Send(ctx context.Context, m Message) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if g.user != "" {
		req.SetBasicAuth(g.user, g.password)
	}
	res, err := g.client.Do(req)
	if err != nil {
		return &Error{cause: err}
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10)) // so that the connection can be used again
	if res.StatusCode/100 != 2 {
		return &Error{Status: res.StatusCode, wait: retryafter.Of(res)}
	}
	return nil
}
