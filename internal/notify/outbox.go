package notify

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

var (
	outboxDef = usecase.Define(usecase.Def{Name: "outbox.list", Allow: []access.Role{access.Administrator}})
	countsDef = usecase.Define(usecase.Def{Name: "outbox.counts", Allow: []access.Role{access.Administrator}})
	resendDef = usecase.Define(usecase.Def{Name: "outbox.resend", Allow: []access.Role{access.Administrator}})
)

// Copy is one recipient's copy on one channel, as those who may see who was
// told see it.
type Copy struct {
	ID       ident.CopyID    `json:"id" format:"uuid"`
	Event    Code            `json:"event"`
	Title    string          `json:"title" doc:"What was told, in one line."`
	Noun     string          `json:"noun"`
	Subject  string          `json:"subject,omitempty" doc:"Id of the record that it is about."`
	Link     string          `json:"link,omitempty"`
	Channel  Channel         `json:"channel"`
	Name     string          `json:"name" doc:"Who was told."`
	Address  string          `json:"address,omitempty" doc:"Where, with most of it hidden."`
	State    State           `json:"state"`
	Attempts int             `json:"attempts"`
	DueAt    *time.Time      `json:"due_at,omitempty" doc:"Next try."`
	Error    string          `json:"error,omitempty" doc:"Why the last try failed: http_500, recipient_550, timeout …"`
	SentAt   *time.Time      `json:"sent_at,omitempty"`
	ReadAt   *time.Time      `json:"read_at,omitempty" doc:"When it was opened, in the inbox."`
	At       time.Time       `json:"at"`
	Message  ident.MessageID `json:"message" format:"uuid" doc:"The same for every copy of one notice."`
	Version  int64           `json:"version"`
}

func (s *Service) copyView(r outboxRow, lang string) Copy {
	v := Copy{
		ID: r.ID, Event: r.Event, Title: s.title(lang, r.Event, r.Data), Noun: r.Noun, Subject: r.Subject, Link: link(r.Event, r.Subject, r.Data),
		Channel: r.Channel, Name: r.Name, Address: mask(r.Channel, r.Address), State: r.State, Attempts: r.Attempts, Error: r.Error,
		SentAt: instant(r.SentAt), ReadAt: instant(r.ReadAt), At: r.At, Message: r.Message, Version: r.Version,
	}
	if r.State == Waiting {
		v.DueAt = instant(r.DueAt)
	}
	return v
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// OutboxQuery filters what leaves the house.
type OutboxQuery struct {
	State   State           `json:"state" validate:"omitempty,oneof=waiting sending sent dead" doc:"waiting stands for what is on its way too."`
	Failed  bool            `json:"failed" doc:"Only what has failed at least once."`
	Channel Channel         `json:"channel" validate:"omitempty,oneof=email sms wechat webhook"`
	Webhook ident.WebhookID `json:"-"`
	Limit   int             `json:"limit" validate:"min=0,max=200"`
	After   string          `json:"after" validate:"max=400"`
	Lang    string          `json:"-"`
}

// OutboxPage is one page of it.
type OutboxPage struct {
	Items []Copy
	Next  string // cursor; "" on the last page
}

// Outbox lists the copies that leave the house, in the reader's area.
func (s *Service) Outbox(ctx context.Context, q OutboxQuery) (OutboxPage, error) {
	return usecase.Read(ctx, s.rt, outboxDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (OutboxPage, error) {
		rows, next, err := outbox(ctx, idb, q, by.Scope)
		if err != nil {
			return OutboxPage{}, err
		}
		p := OutboxPage{Items: make([]Copy, len(rows)), Next: next}
		for i, r := range rows {
			p.Items[i] = s.copyView(r, q.Lang)
		}
		return p, nil
	})
}

// Counts is how many copies wait, left and were given up.
type Counts struct {
	Waiting int `json:"waiting"`
	Sent    int `json:"sent"`
	Dead    int `json:"dead"`
}

// Counts counts what leaves the house, in the reader's area.
func (s *Service) Counts(ctx context.Context) (Counts, error) {
	return usecase.Read(ctx, s.rt, countsDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Counts, error) {
		n, err := counts(ctx, idb, by.Scope)
		return Counts{Waiting: n[Waiting] + n[Sending], Sent: n[Sent], Dead: n[Dead]}, err
	})
}

// ResendCommand names a copy that was given up.
type ResendCommand struct {
	ID ident.CopyID `json:"-" validate:"required,uuid7"`
}

// Resend puts a copy that was given up back into the queue, with all its tries.
// A copy that was delivered is never sent again.
func (s *Service) Resend(ctx context.Context, cmd ResendCommand) (Copy, error) {
	return usecase.Do(ctx, s.rt, resendDef, cmd, func(ctx context.Context, c *usecase.Call) (Copy, error) {
		row, err := copyOf(ctx, c.Tx, cmd.ID, c.By.Scope)
		if err != nil {
			return Copy{}, err
		}
		c.About(string(row.ID), row.Scope)
		c.Note("channel", row.Channel)
		if row.State != Dead {
			return Copy{}, fault.New(fault.Conflict, "copy_not_dead")
		}
		if row.Channel != Webhook && row.Address == "" {
			return Copy{}, fault.New(fault.Gone, "copy_forgotten")
		}
		if err := c.Precondition(ctx, row.Version); err != nil {
			return Copy{}, err
		}
		if err := again(ctx, c.Tx, row, c.Now); err != nil {
			return Copy{}, err
		}
		m, err := messageOf(ctx, c.Tx, row.Message)
		if err != nil {
			return Copy{}, err
		}
		row.State, row.Attempts, row.DueAt, row.Version = Waiting, 0, c.Now, row.Version+1
		v := s.copyView(outboxRow{copyRow: row, Event: m.Event, Noun: m.Noun, Subject: m.Subject, Data: m.Data}, "zh")
		return v, c.Later(ctx, deliverJob{Copy: row.ID})
	})
}
