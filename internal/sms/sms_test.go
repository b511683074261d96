package sms_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"fangxin/internal/sms"
)

var message = sms.Message{Phone: "13812345678", Text: "验证码 123456"}

func TestGateway(t *testing.T) {
	var got sms.Message
	var user, password string
	status := http.StatusAccepted
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/elsewhere" {
			t.Error("followed a redirect")
		}
		user, password, _ = r.BasicAuth()
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
			t.Error(err)
		}
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
	}))
	defer srv.Close()
	g, err := sms.NewGateway(strings.Replace(srv.URL, "http://", "http://u:p@", 1) + "/send")
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Send(t.Context(), message); err != nil || got != message || user != "u" || password != "p" {
		t.Errorf("sent %+v as %s:%s (%v)", got, user, password, err)
	}
	for _, status = range []int{302, 400, 500} {
		if err := g.Send(t.Context(), message); err == nil {
			t.Errorf("status %d counts as delivered", status)
		} else if strings.Contains(err.Error(), message.Phone) || strings.Contains(err.Error(), "u:p") {
			t.Errorf("the error tells too much: %v", err)
		}
	}
	srv.Close()
	if err := g.Send(t.Context(), message); err == nil {
		t.Error("a dead gateway counts as delivered")
	}
	if _, err := sms.NewGateway("gateway.example"); err == nil {
		t.Error("an address without a scheme is taken")
	}
}

func TestLogMasksTheNumber(t *testing.T) {
	var b bytes.Buffer
	if err := (sms.Log{Log: slog.New(slog.NewTextHandler(&b, nil))}).Send(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	if s := b.String(); strings.Contains(s, message.Phone) || !strings.Contains(s, "138****5678") || !strings.Contains(s, "123456") {
		t.Errorf("log line: %s", s)
	}
}
