package mail

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime"
	netmail "net/mail"
	"strings"
	"time"
)

// compose writes a mail as it goes over the wire: UTF-8, the text as base64, so
// that no line is too long or begins with a dot.
func (s *SMTP) compose(m Message) []byte {
	var b bytes.Buffer
	for _, h := range [][2]string{
		{"From", s.from.String()},
		{"To", (&netmail.Address{Address: oneLine(m.To)}).String()},
		{"Subject", mime.BEncoding.Encode("utf-8", oneLine(m.Subject))},
		{"Date", m.At.Format(time.RFC1123Z)},
		{"Message-ID", "<" + oneLine(m.ID) + "@" + s.domain() + ">"},
		{"Auto-Submitted", "auto-generated"}, // RFC 3834: nobody's absence notes answer it
		{"MIME-Version", "1.0"},
		{"Content-Type", "text/plain; charset=utf-8"},
		{"Content-Transfer-Encoding", "base64"},
	} {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	b.WriteString("\r\n")
	text := base64.StdEncoding.EncodeToString([]byte(strings.ReplaceAll(m.Text, "\n", "\r\n")))
	for len(text) > 0 {
		n := min(76, len(text))
		b.WriteString(text[:n] + "\r\n")
		text = text[n:]
	}
	return b.Bytes()
}

// oneLine keeps a value from beginning another header.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\r' || r == '\n' || r == 0 {
			return ' '
		}
		return r
	}, s)
}
