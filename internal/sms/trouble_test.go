package sms_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"fangxin/internal/sms"
)

// What a gateway says about itself passes; what it says about the message does
// not. It may say when to come back, in seconds or as a date.
func TestWhatTheGatewaySays(t *testing.T) {
	for _, c := range []struct {
		status     int
		retryAfter string
		reason     string
		permanent  bool
		least      time.Duration
	}{
		{http.StatusInternalServerError, "", "gateway_500", false, 0},
		{http.StatusBadGateway, "", "gateway_502", false, 0},
		{http.StatusServiceUnavailable, "120", "gateway_503", false, 2 * time.Minute},
		{http.StatusTooManyRequests, "", "gateway_429", false, 0},
		{http.StatusTooManyRequests, "3600", "gateway_429", false, time.Hour},
		{http.StatusTooManyRequests, time.Now().Add(2 * time.Hour).UTC().Format(http.TimeFormat), "gateway_429", false, 119 * time.Minute},
		{http.StatusTooManyRequests, "soon", "gateway_429", false, 0},
		{http.StatusTooManyRequests, "-5", "gateway_429", false, 0},
		{http.StatusUnauthorized, "", "gateway_401", false, 0}, // our password: somebody puts it right
		{http.StatusBadRequest, "", "gateway_400", true, 0},
		{http.StatusUnprocessableEntity, "", "gateway_422", true, 0},
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if c.retryAfter != "" {
				w.Header().Set("Retry-After", c.retryAfter)
			}
			w.WriteHeader(c.status)
		}))
		g, err := sms.NewGateway(srv.URL)
		if err != nil {
			t.Fatal(err)
		}
		var e *sms.Error
		err = g.Send(t.Context(), message)
		if !errors.As(err, &e) || e.Error() != c.reason || e.Permanent() != c.permanent || e.RetryAfter() < c.least || c.least == 0 && e.RetryAfter() != 0 {
			t.Errorf("%d after %q: %v, permanent %v, again after %v", c.status, c.retryAfter, err, e.Permanent(), e.RetryAfter())
		}
		srv.Close()
	}
}

// Neither a gateway that takes the message and says nothing nor one that never
// ends its answer holds a worker.
func TestASilentGateway(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"no answer": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"half an answer": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		},
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // a handler hears of a lost client only then
			handler(w, r)
		}))
		g, err := sms.NewGateway(srv.URL)
		if err != nil {
			t.Fatal(err)
		}
		g.Within(50 * time.Millisecond)
		begun := time.Now()
		if err := g.Send(t.Context(), message); err == nil || err.Error() != "gateway_timeout" && err.Error() != "gateway_500" || time.Since(begun) > 5*time.Second {
			t.Errorf("%s: %v after %v", name, err, time.Since(begun))
		}
		g.Within(time.Minute)
		ctx, stop := context.WithCancel(t.Context())
		time.AfterFunc(30*time.Millisecond, stop)
		if err := g.Send(ctx, message); err == nil || time.Since(begun) > 10*time.Second {
			t.Errorf("%s, stopped: %v after %v", name, err, time.Since(begun))
		}
		srv.CloseClientConnections()
		srv.Close()
	}
}
