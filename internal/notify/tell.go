package notify

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

const adminRole = access.Administrator

// topScope owns what belongs to no authority, such as the accounts of
// merchants: the province sees to it.
const topScope = "/36/"

// Tell makes the copies of occurrences, inside the transaction in which they
// happened. Telling one of them again changes nothing.
func (s *Service) Tell(ctx context.Context, c *usecase.Call, occurrences ...Occurrence) error {
	for _, o := range occurrences {
		if err := s.tell(ctx, c, o); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) tell(ctx context.Context, c *usecase.Call, o Occurrence) error {
	if o.Scope == "" {
		o.Scope = topScope
	}
	recipients, err := s.plan(ctx, c.Tx, o, c.By.Account)
	if err != nil {
		return err
	}
	m := &messageRow{
		ID: ident.New[ident.MessageID](), Event: o.Event, Key: string(o.Event) + "/" + o.Key, Noun: o.Noun, Subject: o.Subject,
		Scope: o.Scope, Data: o.Data, At: c.Now,
	}
	if m.Data == nil {
		m.Data = map[string]string{}
	}
	fresh, err := insertMessage(ctx, c.Tx, m)
	if err != nil || !fresh {
		return err
	}
	copies := make([]copyRow, len(recipients))
	for i, r := range recipients {
		copies[i] = copyRow{
			ID: ident.New[ident.CopyID](), Message: m.ID, Channel: r.channel, Recipient: r.key, Account: r.account, Name: r.name,
			Address: r.address, Lang: r.lang, Scope: o.Scope, State: Waiting, DueAt: c.Now, Version: 1, At: c.Now,
		}
		if r.channel == Inbox {
			copies[i].State, copies[i].SentAt = Sent, c.Now
		}
	}
	return insertCopies(ctx, c.Tx, copies)
}
