package notify

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"fangxin/internal/i18n"
	"fangxin/internal/ident"
	"fangxin/internal/mail"
	"fangxin/internal/sms"
	"fangxin/internal/wechat"
)

// Letter is one copy in words, ready to leave.
type Letter struct {
	ID    ident.CopyID // the same for every try
	To    string       // address on the channel
	Lang  string
	Title string
	Body  string
	Link  string // whole address of the page it leads to; may be empty
	At    time.Time
}

// Sender takes letters to the next post office. Its errors are shown to
// administrators and logged: they hold neither addresses nor texts. One with
// Permanent() true ends the tries.
type Sender interface {
	Send(ctx context.Context, l Letter) error
}

type mailSender struct {
	smtp  *mail.SMTP
	texts *i18n.Catalogue
	base  string
}

// ByMail sends letters as mails. base is the address of this site, where
// recipients change what they get.
func ByMail(smtp *mail.SMTP, texts *i18n.Catalogue, base string) Sender {
	return &mailSender{smtp, texts, base}
}

func (m *mailSender) Send(ctx context.Context, l Letter) error {
	parts := []string{l.Body}
	if l.Link != "" {
		parts = append(parts, l.Link)
	}
	parts = append(parts, "-- \n"+m.texts.T(l.Lang, "notify.mail_footer", m.base+"/account/notifications"))
	return m.smtp.Send(ctx, mail.Message{ID: string(l.ID), To: l.To, Subject: l.Title, Text: strings.Join(parts, "\n\n") + "\n", At: l.At})
}

type smsSender struct {
	gateway sms.Sender
	texts   *i18n.Catalogue
}

// BySMS sends the first line of letters as text messages.
func BySMS(gateway sms.Sender, texts *i18n.Catalogue) Sender { return &smsSender{gateway, texts} }

func (s *smsSender) Send(ctx context.Context, l Letter) error {
	return s.gateway.Send(ctx, sms.Message{Phone: l.To, Text: s.texts.T(l.Lang, "sms.notice", l.Title)})
}

type wechatSender struct{ client *wechat.Client }

// ByWeChat sends letters as template messages.
func ByWeChat(c *wechat.Client) Sender { return &wechatSender{c} }

func (w *wechatSender) Send(ctx context.Context, l Letter) error {
	return w.client.Send(ctx, wechat.Message{To: l.To, Title: l.Title, Body: l.Body, URL: l.Link, At: l.At})
}

type shown struct {
	channel Channel
	log     *slog.Logger
}

// Shown is the sender of the demonstration: the letter can be read on a page
// of its own, and a line of the log says so. It holds invented people only.
func Shown(ch Channel, log *slog.Logger) Sender { return &shown{ch, log} }

func (s *shown) Send(ctx context.Context, l Letter) error {
	s.log.InfoContext(ctx, "message shown on /demo/outbox (nothing is sent in the demonstration)", "channel", s.channel, "to", mask(s.channel, l.To), "title", l.Title)
	return nil
}

// mask hides most of an address, so that a list of copies is no address book.
func mask(ch Channel, address string) string {
	switch ch {
	case SMS:
		return ident.MaskPhone(address)
	case Email:
		name, domain, ok := strings.Cut(address, "@")
		if !ok || name == "" {
			return ""
		}
		return string([]rune(name)[:1]) + "***@" + domain
	case WeChat:
		if len(address) < 8 {
			return ""
		}
		return address[:3] + "…" + address[len(address)-3:]
	}
	return address
}
