package mail_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http/httptest"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"fangxin/internal/mail"
)

// server is an SMTP server on this machine.
type server struct {
	t         *testing.T
	listener  net.Listener
	cert      tls.Certificate
	roots     *x509.CertPool
	offers    []string // extensions besides STARTTLS
	starttls  bool
	implicit  bool
	rcpt      string // answer to RCPT
	encrypted bool   // the last mail came over TLS
	user      string // who signed in
	to, data  string
	mails     chan struct{}
}

func listen(t *testing.T, set func(*server)) *server {
	t.Helper()
	donor := httptest.NewTLSServer(nil) // its certificate is for 127.0.0.1
	defer donor.Close()
	s := &server{t: t, cert: donor.TLS.Certificates[0], roots: x509.NewCertPool(), starttls: true, rcpt: "250 ok", mails: make(chan struct{}, 8)}
	s.roots.AddCert(donor.Certificate())
	set(s)
	var err error
	if s.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.listener.Close() })
	go func() {
		for {
			conn, err := s.listener.Accept()
			if err != nil {
				return
			}
			go s.talk(conn)
		}
	}()
	return s
}

func (s *server) talk(conn net.Conn) {
	defer conn.Close()
	secure := &tls.Config{Certificates: []tls.Certificate{s.cert}}
	if s.implicit {
		conn = tls.Server(conn, secure)
	}
	encrypted := s.implicit
	in := bufio.NewReader(conn)
	say := func(line string) { fmt.Fprintf(conn, "%s\r\n", line) }
	say("220 test")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimSpace(line)
		verb, rest, _ := strings.Cut(line, " ")
		switch strings.ToUpper(verb) {
		case "EHLO":
			lines := append([]string{"test"}, s.offers...)
			if s.starttls && !encrypted {
				lines = append(lines, "STARTTLS")
			}
			for i, l := range lines {
				sep := "-"
				if i == len(lines)-1 {
					sep = " "
				}
				say("250" + sep + l)
			}
		case "STARTTLS":
			say("220 go on")
			conn = tls.Server(conn, secure)
			in, encrypted = bufio.NewReader(conn), true
		case "AUTH":
			if strings.HasPrefix(rest, "LOGIN") {
				say("334 " + base64.StdEncoding.EncodeToString([]byte("Username:")))
				user, _ := in.ReadString('\n')
				say("334 " + base64.StdEncoding.EncodeToString([]byte("Password:")))
				password, _ := in.ReadString('\n')
				u, _ := base64.StdEncoding.DecodeString(strings.TrimSpace(user))
				p, _ := base64.StdEncoding.DecodeString(strings.TrimSpace(password))
				rest = base64.StdEncoding.EncodeToString([]byte("\x00" + string(u) + "\x00" + string(p)))
			}
			b, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(rest, "PLAIN "))
			parts := strings.Split(string(b), "\x00")
			if len(parts) != 3 || parts[2] != "geheim" {
				say("535 no")
				continue
			}
			s.user = parts[1]
			say("235 welcome")
		case "MAIL":
			say("250 ok")
		case "RCPT":
			s.to = rest
			say(s.rcpt)
		case "DATA":
			say("354 go on")
			var b bytes.Buffer
			for {
				l, err := in.ReadString('\n')
				if err != nil || l == ".\r\n" {
					break
				}
				b.WriteString(l)
			}
			s.data, s.encrypted = b.String(), encrypted
			s.mails <- struct{}{}
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("502 what")
		}
	}
}

func (s *server) sender(address string) *mail.SMTP {
	s.t.Helper()
	_, port, _ := net.SplitHostPort(s.listener.Addr().String())
	out, err := mail.NewSMTP(strings.ReplaceAll(address, "PORT", port), "放心消费 <no-reply@fx.example.gov.cn>")
	if err != nil {
		s.t.Fatal(err)
	}
	out.Roots = s.roots
	return out
}

var letter = mail.Message{
	ID: "0195", To: "shop@example.cn", Subject: "“好味餐馆”的申报需要补正\r\nBcc: other@example.cn", Text: "第一行\n.\n" + strings.Repeat("很长的一行", 40),
	At: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
}

func TestSendOverSTARTTLS(t *testing.T) {
	for _, auth := range []string{"AUTH PLAIN LOGIN", "AUTH LOGIN"} {
		s := listen(t, func(s *server) { s.offers = []string{auth} })
		if err := s.sender("smtp://fx:geheim@127.0.0.1:PORT").Send(t.Context(), letter); err != nil {
			t.Fatal(err)
		}
		<-s.mails
		if !s.encrypted || s.user != "fx" || s.to != "TO:<shop@example.cn>" {
			t.Errorf("%s: encrypted %v as %s to %s", auth, s.encrypted, s.user, s.to)
		}
		m, err := netmail.ReadMessage(strings.NewReader(s.data))
		if err != nil {
			t.Fatal(err)
		}
		subject, _ := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		text, _ := io.ReadAll(base64.NewDecoder(base64.StdEncoding, m.Body))
		if m.Header.Get("Bcc") != "" || !strings.HasPrefix(subject, "“好味餐馆”的申报需要补正") || string(text) != strings.ReplaceAll(letter.Text, "\n", "\r\n") ||
			m.Header.Get("Message-Id") != "<0195@fx.example.gov.cn>" || m.Header.Get("Auto-Submitted") != "auto-generated" {
			t.Errorf("%v\n%s", m.Header, text)
		}
	}
}

func TestSendOverTLS(t *testing.T) {
	s := listen(t, func(s *server) { s.implicit = true })
	if err := s.sender("smtps://127.0.0.1:PORT").Send(t.Context(), letter); err != nil || !s.encrypted {
		t.Errorf("%v, encrypted %v", err, s.encrypted)
	}
}

// Nothing goes over the wire in clear text, except to this machine on request.
func TestEncryptionIsRequired(t *testing.T) {
	s := listen(t, func(s *server) { s.starttls = false; s.offers = []string{"AUTH PLAIN"} })
	err := s.sender("smtp://fx:geheim@127.0.0.1:PORT").Send(t.Context(), letter)
	if err == nil || err.Error() != "starttls" || s.user != "" || s.data != "" {
		t.Errorf("%v; signed in as %q", err, s.user)
	}
	if err := s.sender("smtp://127.0.0.1:PORT?starttls=no").Send(t.Context(), letter); err != nil || s.data == "" {
		t.Errorf("the relay of this machine: %v", err)
	}
	wrong := s.sender("smtp://127.0.0.1:PORT")
	s.starttls, wrong.Roots = true, x509.NewCertPool()
	if err := wrong.Send(t.Context(), letter); err == nil || err.Error() != "starttls" {
		t.Errorf("an unknown certificate: %v", err)
	}
	if _, err := mail.NewSMTP("smtp://mail.example:25?starttls=no", "a@b.cn"); err == nil {
		t.Error("another machine may be used without encryption")
	}
}

func TestRefusals(t *testing.T) {
	for answer, permanent := range map[string]bool{"550 no such user": true, "553 no": true, "450 later": false, "421 busy": false} {
		s := listen(t, func(s *server) { s.rcpt = answer })
		err := s.sender("smtp://127.0.0.1:PORT").Send(t.Context(), letter)
		e, ok := err.(*mail.Error)
		if !ok || e.Permanent() != permanent || e.Error() != "recipient_"+answer[:3] || strings.Contains(e.Error(), "shop@") {
			t.Errorf("%s: %v", answer, err)
		}
	}
	s := listen(t, func(s *server) { s.offers = []string{"AUTH PLAIN"} })
	if err := s.sender("smtp://fx:falsch@127.0.0.1:PORT").Send(t.Context(), letter); err == nil || err.Error() != "auth_535" || strings.Contains(err.Error(), "falsch") {
		t.Errorf("wrong password: %v", err)
	}
	s.listener.Close()
	if err := s.sender("smtp://127.0.0.1:PORT").Send(t.Context(), letter); err == nil || err.Error() != "connect" {
		t.Errorf("no server: %v", err)
	}
	for _, bad := range []string{"mail.example:25", "http://mail.example", "smtp://"} {
		if _, err := mail.NewSMTP(bad, "a@b.cn"); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
	if _, err := mail.NewSMTP("smtp://mail.example", "nobody"); err == nil {
		t.Error("a sender without an address is taken")
	}
}
