package notify

import (
	"context"

	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// topScope owns what belongs to no authority, such as the accounts of
// merchants: the province sees to it.
const topScope = "/36/"

type pastKey struct{}

// Past marks a context in which the past is made up, for the demonstration:
// what is told in it counts as delivered at its own time and leaves no mail.
func Past(ctx context.Context) context.Context { return context.WithValue(ctx, pastKey{}, true) }

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
	return s.post(ctx, c, o, recipients)
}

// post stores a message with its copies and hands the outward ones to the
// queue.
func (s *Service) post(ctx context.Context, c *usecase.Call, o Occurrence, recipients []recipient) error {
	m := &messageRow{
		ID: ident.New[ident.MessageID](), Event: o.Event, Key: o.key(), Noun: o.Noun, Subject: o.Subject,
		Scope: o.Scope, Data: o.Data, At: c.Now,
	}
	if m.Data == nil {
		m.Data = map[string]string{}
	}
	fresh, err := insertMessage(ctx, c.Tx, m)
	if err != nil || !fresh {
		return err
	}
	past, _ := ctx.Value(pastKey{}).(bool)
	copies := make([]copyRow, len(recipients))
	for i, r := range recipients {
		copies[i] = copyRow{
			ID: ident.New[ident.CopyID](), Message: m.ID, Channel: r.channel, Recipient: r.key, Account: r.account, Webhook: r.webhook, Name: r.name,
			Address: r.address, Lang: r.lang, Scope: o.Scope, State: Waiting, DueAt: c.Now, Version: 1, At: c.Now,
		}
		if r.channel == Inbox || past {
			copies[i].State, copies[i].SentAt = Sent, c.Now
		}
	}
	if err := insertCopies(ctx, c.Tx, copies); err != nil {
		return err
	}
	for _, row := range copies {
		if row.State == Waiting {
			if err := c.Later(ctx, deliverJob{Copy: row.ID}); err != nil {
				return err
			}
		}
	}
	return nil
}
