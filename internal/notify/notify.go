// Package notify owns notices (通知): who is told what, by which channel, when
// something happened; the inbox in which everybody reads it; and the outbox
// from which mails, text messages, WeChat messages and webhooks leave.
//
// It decides nothing about cases or titles: it listens to the slices in which
// things happen, and an [Occurrence] is told inside the transaction in which it
// happened. What is told to whom stands in the [Catalogue], and the page that
// shows it beforehand asks the same code that sends.
//
// Invariants: the same occurrence is told once, whoever tells it how often; one
// copy for each person and channel; everything is in the inbox, other channels
// come on top; what warns about the safety of an account or takes a right away
// cannot be switched off; no text of a message goes into a log.
package notify

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/account"
	"fangxin/internal/i18n"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
	"fangxin/internal/webhook"
	"fangxin/internal/wechat"
)

// Channel is a way to reach somebody.
type Channel string

// The channels.
const (
	Inbox   Channel = "inbox"   // 站内信
	Email   Channel = "email"   // 电子邮件
	SMS     Channel = "sms"     // 短信
	WeChat  Channel = "wechat"  // 微信模板消息
	Webhook Channel = "webhook" // 推送到其他系统
)

// Values lists the codes for the API's enum.
func (Channel) Values() []string {
	return []string{string(Inbox), string(Email), string(SMS), string(WeChat), string(Webhook)}
}

// State says how far a copy has come.
type State string

// The states of a copy.
const (
	Waiting State = "waiting" // to be sent, or sent again after a failure
	Sending State = "sending" // on its way at this moment
	Sent    State = "sent"    // the next post office took it
	Dead    State = "dead"    // given up; an administrator may send it again
)

// Values lists the codes for the API's enum.
func (State) Values() []string {
	return []string{string(Waiting), string(Sending), string(Sent), string(Dead)}
}

// Occurrence is something that happened and that people are to be told.
type Occurrence struct {
	Event Code
	// Key is what makes a second telling the same: it holds the subject and
	// whatever tells one time from the next, for instance its version.
	Key string
	// Noun and Subject name the record that it is about.
	Noun, Subject string
	Scope         string // authority path of that record
	// What the event's audience needs of these:
	Operator ident.OperatorID  // [Holder]: whose members are told
	Extra    *Extra            // [Holder]: somebody to be told besides, without an account
	Role     access.Role       // [Officers]: whose turn it is; the level of Scope decides when empty
	Accounts []ident.AccountID // [Named]: exactly these
	// Phone reaches the named accounts under another number than the present
	// one: the old number hears of its replacement.
	Phone string
	// Data fills the placeholders of the texts. Keys ending in _on are dates,
	// "state" is a state of a case, and "KEY_en" is the English of "KEY".
	Data map[string]string
}

// key is what the database keeps unique.
func (o Occurrence) key() string { return string(o.Event) + "/" + o.Key }

// Extra is somebody without an account, known by a number: the contact (联系人)
// that an applicant named.
type Extra struct{ Name, Phone string }

// Directory finds people; the account slice provides it.
type Directory interface {
	Members(ctx context.Context, idb usecase.Reader, operator ident.OperatorID) ([]account.Contact, error)
	InCharge(ctx context.Context, idb usecase.Reader, role access.Role, path string) ([]account.Contact, error)
	Contacts(ctx context.Context, idb usecase.Reader, ids ...ident.AccountID) ([]account.Contact, error)
}

// Options are what an installation decides.
type Options struct {
	Base string // address under which people reach the site
	// Senders are the channels that are set up, besides the inbox and webhooks.
	Senders map[Channel]Sender
	// WeChat lets people bind their account; nil without an official account.
	WeChat *wechat.Client
	// Hooks delivers webhooks, to public addresses and to these networks.
	Hooks    *webhook.Client
	Networks []netip.Prefix
	// Shown says that mails and text messages leave nothing but a page and a
	// log line: the demonstration without a server.
	Shown bool
}

// Service runs the use-cases of notices.
type Service struct {
	rt    *usecase.Runtime
	dir   Directory
	texts *i18n.Catalogue
	opt   Options
	src   Sources
}

// New makes the service.
func New(rt *usecase.Runtime, dir Directory, texts *i18n.Catalogue, opt Options) *Service {
	return &Service{rt: rt, dir: dir, texts: texts, opt: opt}
}

// everybody are all who have an account, and so an inbox.
var everybody = slices.DeleteFunc(slices.Clone(access.Roles), func(r access.Role) bool {
	return r == access.Public || r == access.System
})

// View is one notice in somebody's inbox.
type View struct {
	ID      ident.CopyID `json:"id" format:"uuid"`
	Event   Code         `json:"event"`
	Title   string       `json:"title" doc:"One line, in the language of the request."`
	Body    string       `json:"body" doc:"The whole text."`
	Noun    string       `json:"noun" doc:"What kind of record it is about."`
	Subject string       `json:"subject,omitempty" doc:"Id of that record."`
	Link    string       `json:"link,omitempty" doc:"Page of this site that it leads to."`
	At      time.Time    `json:"at"`
	ReadAt  *time.Time   `json:"read_at,omitempty"`
	Urgent  bool         `json:"urgent" doc:"Something is lost or to be done."`
}
