// Package mail owns the sending of electronic mail: a plain text in one
// message, handed to one SMTP server over an encrypted connection.
//
// It decides neither who gets a mail nor when it is sent again. Errors name the
// stage and the server's code; they never hold an address, a password or a text.
package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/netip"
	"net/smtp"
	"net/textproto"
	"net/url"
	"strings"
	"time"
)

// Message is one mail (电子邮件).
type Message struct {
	ID      string // of the Message-ID; the same for every try
	To      string // address
	Subject string // one line
	Text    string
	At      time.Time
}

// Error is a mail that was not taken, in words that are fit for a log.
type Error struct {
	Stage string // connect, greeting, starttls, auth, sender, recipient, text
	Code  int    // of the server; 0 when it said nothing
	cause error
}

func (e *Error) Error() string {
	var slow net.Error
	switch {
	case e.Code != 0:
		return fmt.Sprintf("%s_%d", e.Stage, e.Code)
	case errors.As(e.cause, &slow) && slow.Timeout():
		return e.Stage + "_timeout"
	}
	return e.Stage
}

// Unwrap gives the cause, which may hold an address.
func (e *Error) Unwrap() error { return e.cause }

// Permanent reports that the server will refuse this recipient or this text
// again (RFC 5321, 4.2.1: 5yz). What it refuses about us – the sender, the
// password, this machine – is a setting that somebody puts right, and mails
// wait for that.
func (e *Error) Permanent() bool {
	refused := e.Code >= 550 && e.Code < 560
	return e.Stage == "recipient" && (refused || e.Code == 501) || e.Stage == "text" && refused
}

// SMTP hands mails to one server.
type SMTP struct {
	host, port     string
	user, password string
	implicit       bool // TLS from the first byte (port 465)
	plain          bool // a relay on this machine without TLS
	from           *netmail.Address
	// Roots replaces the system's certificate authorities; tests set it.
	Roots *x509.CertPool
	// Within is how long one mail may take, from the connection to the goodbye.
	Within time.Duration
}

// Timeout is how long one mail may take unless told otherwise.
const Timeout = 45 * time.Second

// goodbye is how long to wait for the answer to the last word.
const goodbye = 2 * time.Second

// NewSMTP makes a sender for an address such as
// smtp://user:password@mail.example:587, which must offer STARTTLS, or
// smtps://user:password@mail.example:465. Only a relay on this machine may be
// used without encryption: smtp://127.0.0.1:25?starttls=no.
func NewSMTP(address, from string) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || (u.Scheme != "smtp" && u.Scheme != "smtps") {
		return nil, errors.New("write smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465")
	}
	s := &SMTP{host: u.Hostname(), port: u.Port(), user: u.User.Username(), implicit: u.Scheme == "smtps", Within: Timeout}
	s.password, _ = u.User.Password()
	if s.port == "" {
		s.port = map[bool]string{true: "465", false: "587"}[s.implicit]
	}
	if u.Query().Get("starttls") == "no" {
		if ip, err := netip.ParseAddr(s.host); s.implicit || s.host != "localhost" && (err != nil || !ip.IsLoopback()) {
			return nil, errors.New("starttls=no is for a relay on this machine only (127.0.0.1); leave it out and use a server with STARTTLS")
		}
		s.plain = true
	}
	if s.from, err = netmail.ParseAddress(from); err != nil {
		return nil, errors.New("the sender must be an address such as 放心消费 <no-reply@example.gov.cn>")
	}
	return s, nil
}

// Send hands over one mail. It ends with its context and after Within at the
// latest, whatever the server leaves unanswered.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	limited, cancel := context.WithTimeout(ctx, s.Within)
	defer cancel()
	err := s.send(limited, m)
	if err != nil && ctx.Err() != nil {
		return errors.Join(ctx.Err(), err)
	}
	return err
}

func (s *SMTP) send(ctx context.Context, m Message) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(s.host, s.port))
	if err != nil {
		return stage("connect", err)
	}
	// The context's end is the end of everything that is said on the connection.
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	c, err := s.greet(conn)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := s.authenticate(c); err != nil {
		return stage("auth", err)
	}
	if err := c.Mail(s.from.Address); err != nil {
		return stage("sender", err)
	}
	if err := c.Rcpt(m.To); err != nil {
		return stage("recipient", err)
	}
	w, err := c.Data()
	if err != nil {
		return stage("text", err)
	}
	if _, err := w.Write(s.compose(m)); err != nil {
		return stage("text", err)
	}
	if err := w.Close(); err != nil {
		return stage("text", err)
	}
	// The server has the mail; how it says goodbye changes nothing.
	if conn.SetDeadline(time.Now().Add(goodbye)) == nil {
		_ = c.Quit()
	}
	return nil
}

// greet begins the conversation, encrypted unless the relay is on this machine.
func (s *SMTP) greet(conn net.Conn) (*smtp.Client, error) {
	secure := &tls.Config{ServerName: s.host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}
	if s.implicit {
		conn = tls.Client(conn, secure)
	}
	c, err := smtp.NewClient(conn, s.host)
	if err != nil {
		conn.Close()
		return nil, stage("greeting", err)
	}
	if err := c.Hello(s.domain()); err != nil {
		c.Close()
		return nil, stage("greeting", err)
	}
	if s.implicit || s.plain {
		return c, nil
	}
	if ok, _ := c.Extension("STARTTLS"); !ok {
		c.Close()
		return nil, stage("starttls", errors.New("not offered"))
	}
	if err := c.StartTLS(secure); err != nil {
		c.Close()
		return nil, stage("starttls", err)
	}
	return c, nil
}

// domain is that of the sender: the name under which we greet.
func (s *SMTP) domain() string {
	_, domain, _ := strings.Cut(s.from.Address, "@")
	return domain
}

func (s *SMTP) authenticate(c *smtp.Client) error {
	if s.user == "" {
		return nil
	}
	_, offered := c.Extension("AUTH")
	if !strings.Contains(offered, "PLAIN") && strings.Contains(offered, "LOGIN") {
		return c.Auth(&login{s.user, s.password})
	}
	return c.Auth(smtp.PlainAuth("", s.user, s.password, s.host))
}

// login is the older way to say user and password that some servers alone know.
type login struct{ user, password string }

// Start begins; like PLAIN it is for encrypted connections and this machine.
func (l *login) Start(server *smtp.ServerInfo) (string, []byte, error) {
	if !server.TLS && server.Name != "localhost" && server.Name != "127.0.0.1" {
		return "", nil, errors.New("unencrypted connection")
	}
	return "LOGIN", nil, nil
}

// Next answers the server's questions.
func (l *login) Next(question []byte, more bool) ([]byte, error) {
	if !more {
		return nil, nil
	}
	switch strings.ToLower(strings.TrimSuffix(string(question), ":")) {
	case "username":
		return []byte(l.user), nil
	case "password":
		return []byte(l.password), nil
	}
	return nil, errors.New("unknown question")
}

func stage(name string, err error) *Error {
	e := &Error{Stage: name, cause: err}
	var said *textproto.Error
	if errors.As(err, &said) {
		e.Code = said.Code
	}
	return e
}
