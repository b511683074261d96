package post

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	netmail "net/mail"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"fangxin/internal/webhook"
)

// servers are a gateway for text messages, a receiver of webhooks and a mail
// relay on this machine.
type servers struct {
	http *httptest.Server
	smtp net.Listener

	mu     sync.Mutex
	texts  []string
	hooks  []http.Header
	bodies []string
	mails  []string // texts
	full   bool     // the mailbox of everybody is gone
}

func serve(t *testing.T) *servers {
	t.Helper()
	s := &servers{}
	s.http = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		defer s.mu.Unlock()
		if r.URL.Path == "/hook" {
			s.hooks, s.bodies = append(s.hooks, r.Header.Clone()), append(s.bodies, string(body))
			return
		}
		s.texts = append(s.texts, string(body))
	}))
	t.Cleanup(s.http.Close)
	var err error
	if s.smtp, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.smtp.Close() })
	go func() {
		for {
			conn, err := s.smtp.Accept()
			if err != nil {
				return
			}
			go s.relay(conn)
		}
	}()
	return s
}

// relay speaks as much SMTP as a mail needs.
func (s *servers) relay(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	say := func(line string) { fmt.Fprintf(conn, "%s\r\n", line) }
	say("220 relay")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		switch verb, _, _ := strings.Cut(strings.TrimSpace(line), " "); strings.ToUpper(verb) {
		case "RCPT":
			s.mu.Lock()
			full := s.full
			s.mu.Unlock()
			if full {
				say("550 no such user")
				continue
			}
			say("250 ok")
		case "DATA":
			say("354 go on")
			var b strings.Builder
			for {
				l, err := in.ReadString('\n')
				if err != nil || l == ".\r\n" {
					break
				}
				b.WriteString(l)
			}
			if m, err := netmail.ReadMessage(strings.NewReader(b.String())); err == nil {
				text, _ := io.ReadAll(base64.NewDecoder(base64.StdEncoding, m.Body))
				s.mu.Lock()
				s.mails = append(s.mails, string(text))
				s.mu.Unlock()
			}
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (s *servers) refuse(all bool) { s.mu.Lock(); s.full = all; s.mu.Unlock() }

// await waits until ready finds what it looks for.
func (s *servers) await(t *testing.T, what string, ready func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		s.mu.Lock()
		ok := ready()
		s.mu.Unlock()
		if ok {
			return
		}
	}
	t.Fatalf("%s did not come", what)
}

// code reads the code out of the last mail.
func (s *servers) code(t *testing.T) string {
	t.Helper()
	var code string
	s.await(t, "a mail with a code", func() bool {
		for _, text := range s.mails {
			if _, rest, ok := strings.Cut(text, "验证码 "); ok && len(rest) >= 6 {
				code = rest[:6]
			}
		}
		return code != ""
	})
	return code
}

// signed checks the last delivery as its receiver does.
func (s *servers) signed(t *testing.T, secrets ...string) {
	t.Helper()
	s.mu.Lock()
	h, body := s.hooks[len(s.hooks)-1], s.bodies[len(s.bodies)-1]
	s.mu.Unlock()
	at, err := strconv.ParseInt(h.Get("webhook-timestamp"), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	want, err := webhook.Sign(h.Get("webhook-id"), time.Unix(at, 0), []byte(body), secrets...)
	if err != nil || h.Get("webhook-signature") != want {
		t.Errorf("signed %q, want %q (%v)", h.Get("webhook-signature"), want, err)
	}
}
