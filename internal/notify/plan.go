package notify

import (
	"context"
	"fmt"
	"slices"

	"fangxin/internal/account"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// recipient is one copy before it is made: who, and by which channel.
type recipient struct {
	key     string // of the copy's uniqueness
	account ident.AccountID
	name    string
	channel Channel
	address string
	lang    string
}

// plan lists the copies that an occurrence makes. It is asked before somebody
// decides, to show who will be told, and again when it happened.
func (s *Service) plan(ctx context.Context, idb usecase.Reader, o Occurrence, by ident.AccountID) ([]recipient, error) {
	ev, ok := Lookup(o.Event)
	if !ok {
		return nil, fmt.Errorf("notify: no event %q in the catalogue", o.Event)
	}
	people, err := s.people(ctx, idb, ev, o, by)
	if err != nil {
		return nil, err
	}
	var out []recipient
	for _, p := range people {
		out = append(out, recipient{key: string(p.ID), account: p.ID, name: p.Name, channel: Inbox, lang: "zh"})
	}
	return out, nil
}

// people lists the accounts of an event's audience. Officers do not hear of
// what they did themselves; a holder does, as a receipt.
func (s *Service) people(ctx context.Context, idb usecase.Reader, ev Event, o Occurrence, by ident.AccountID) ([]account.Contact, error) {
	var people []account.Contact
	var err error
	switch ev.Audience {
	case Holder:
		if o.Operator == "" {
			return nil, nil
		}
		return s.dir.Members(ctx, idb, o.Operator)
	case Officers:
		role := o.Role
		if role == "" {
			role = levelRole(o.Scope)
		}
		people, err = s.dir.InCharge(ctx, idb, role, o.Scope)
	case Admins:
		people, err = s.dir.InCharge(ctx, idb, adminRole, o.Scope)
	case Named:
		return s.dir.Contacts(ctx, idb, o.Accounts...)
	}
	return slices.DeleteFunc(people, func(c account.Contact) bool { return c.ID == by }), err
}
