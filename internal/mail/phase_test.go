package mail_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"fangxin/internal/mail"
)

// scripted is a relay that answers each verb as told; a verb without an answer
// is never answered. "greeting" and "body" are the moments without a verb.
func scripted(t *testing.T, differs map[string]string) *mail.SMTP {
	t.Helper()
	answers := map[string]string{"greeting": "220 relay", "EHLO": "250 relay", "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on", "body": "250 taken", "QUIT": "221 bye"}
	for k, v := range differs {
		answers[k] = v
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go converse(conn, answers)
		}
	}()
	s, err := mail.NewSMTP("smtp://"+l.Addr().String()+"?starttls=no", "no-reply@fx.example.gov.cn")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func converse(conn net.Conn, answers map[string]string) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	say := func(moment string) bool {
		if answers[moment] == "" {
			_, _ = io.Copy(io.Discard, in) // until the other side hangs up
			return false
		}
		fmt.Fprintf(conn, "%s\r\n", answers[moment])
		return true
	}
	if !say("greeting") {
		return
	}
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		verb, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		if !say(verb) {
			return
		}
		if verb == "DATA" && strings.HasPrefix(answers["DATA"], "354") {
			for line != ".\r\n" {
				if line, err = in.ReadString('\n'); err != nil {
					return
				}
			}
			if !say("body") {
				return
			}
		}
	}
}

// Whatever the server leaves unanswered, a mail takes no longer than its time,
// and the error says where it stood still.
func TestAServerThatFallsSilent(t *testing.T) {
	for moment, reason := range map[string]string{
		"greeting": "greeting_timeout", "EHLO": "greeting_timeout", "MAIL": "sender_timeout", "RCPT": "recipient_timeout", "DATA": "text_timeout", "body": "text_timeout",
	} {
		s := scripted(t, map[string]string{moment: ""})
		s.Within = 60 * time.Millisecond
		begun := time.Now()
		err := s.Send(t.Context(), letter)
		var e *mail.Error
		if !errors.As(err, &e) || e.Error() != reason || e.Permanent() {
			t.Errorf("silent at %s: %v, want %s", moment, err, reason)
		}
		if took := time.Since(begun); took > 5*time.Second {
			t.Errorf("silent at %s: took %v", moment, took)
		}
	}
}

// A process that stops waits for no server: the mail under way ends with its
// context, whatever time it had left.
func TestAMailEndsWithItsContext(t *testing.T) {
	for _, moment := range []string{"greeting", "RCPT", "body"} {
		ctx, stop := context.WithCancel(t.Context())
		over := make(chan error, 1)
		s := scripted(t, map[string]string{moment: ""})
		go func() { over <- s.Send(ctx, letter) }()
		time.AfterFunc(30*time.Millisecond, stop)
		select {
		case err := <-over:
			if err == nil || !errors.Is(err, context.Canceled) {
				t.Errorf("stopped at %s: %v", moment, err)
			}
		case <-time.After(10 * time.Second):
			t.Errorf("stopped at %s: still waiting", moment)
		}
	}
}

// A network that swallows packets: the connection is never made.
func TestAConnectionThatIsNeverMade(t *testing.T) {
	s, err := mail.NewSMTP("smtp://192.0.2.1:587", "no-reply@fx.example.gov.cn") // RFC 5737: nobody's address
	if err != nil {
		t.Fatal(err)
	}
	s.Within = 50 * time.Millisecond
	begun := time.Now()
	if err := s.Send(t.Context(), letter); err == nil || !strings.HasPrefix(err.Error(), "connect") || time.Since(begun) > 5*time.Second {
		t.Errorf("%v after %v", err, time.Since(begun))
	}
}

// 4xx is for later; 5xx about this recipient or this text is for good. 5xx
// about us – who we are, whether we may send at all – is a setting of this
// house: mails wait while it is put right.
func TestWhatIsForGood(t *testing.T) {
	for _, c := range []struct {
		moment, answer, reason string
		permanent              bool
	}{
		{"greeting", "421 busy", "greeting_421", false},
		{"greeting", "554 not from here", "greeting_554", false},
		{"MAIL", "451 later", "sender_451", false},
		{"MAIL", "550 not your address", "sender_550", false},
		{"RCPT", "421 too many", "recipient_421", false},
		{"RCPT", "451 greylisted", "recipient_451", false},
		{"RCPT", "452 mailbox full", "recipient_452", false},
		{"RCPT", "501 bad address", "recipient_501", true},
		{"RCPT", "503 bad sequence", "recipient_503", false},
		{"RCPT", "530 sign in first", "recipient_530", false},
		{"RCPT", "550 no such user", "recipient_550", true},
		{"RCPT", "551 moved", "recipient_551", true},
		{"DATA", "451 later", "text_451", false},
		{"body", "452 no room", "text_452", false},
		{"body", "552 too large", "text_552", true},
		{"body", "554 not wanted", "text_554", true},
		{"body", "nonsense", "text", false},
	} {
		err := scripted(t, map[string]string{c.moment: c.answer}).Send(t.Context(), letter)
		var e *mail.Error
		if !errors.As(err, &e) || e.Error() != c.reason || e.Permanent() != c.permanent {
			t.Errorf("%s answered with %q: %v, permanent %v", c.moment, c.answer, err, e != nil && e.Permanent())
		}
	}
}

// Once the server has taken a mail, how it says goodbye changes nothing: a
// second try would be a second mail.
func TestASilentGoodbye(t *testing.T) {
	s := scripted(t, map[string]string{"QUIT": ""})
	s.Within = 200 * time.Millisecond
	if err := s.Send(t.Context(), letter); err != nil {
		t.Error(err)
	}
}
