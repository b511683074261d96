package notify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/account"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// outward are the channels on which people are reached outside this site, in
// the order in which they are shown.
var outward = []Channel{SMS, Email, WeChat}

// recipient is one copy before it is made: who, and by which channel.
type recipient struct {
	key     string // of the copy's uniqueness
	account ident.AccountID
	webhook ident.WebhookID
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
	ids := make([]ident.AccountID, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	contacts, err := contactsOf(ctx, idb, ids)
	if err != nil {
		return nil, err
	}
	choices, err := choicesOf(ctx, idb, ids, ev.Code)
	if err != nil {
		return nil, err
	}
	var out []recipient
	for _, p := range people {
		r := recipient{key: string(p.ID), account: p.ID, name: p.Name, channel: Inbox, lang: contacts[p.ID].lang()}
		out = append(out, r)
		for _, ch := range s.ready() {
			r.channel, r.address = ch, addressOf(ch, p, contacts[p.ID], o)
			if r.address != "" && ev.on(ch, choices[p.ID]) {
				out = append(out, r)
			}
		}
	}
	if x := o.Extra; x != nil && ev.Audience == Holder && s.opt.Senders[SMS] != nil && slices.Contains(ev.Channels, SMS) && ident.IsMobile(x.Phone) &&
		!slices.ContainsFunc(people, func(p account.Contact) bool { return p.Phone == x.Phone }) {
		out = append(out, recipient{key: numberKey(x.Phone), name: x.Name, channel: SMS, address: x.Phone, lang: "zh"})
	}
	hooks, err := s.hooksFor(ctx, idb, ev, o)
	return append(out, hooks...), err
}

// ready lists the outward channels that are set up.
func (s *Service) ready() []Channel {
	return slices.DeleteFunc(slices.Clone(outward), func(c Channel) bool { return s.opt.Senders[c] == nil })
}

// on says whether an event goes out on a channel, given what its recipient
// switched.
func (ev Event) on(ch Channel, switched map[Channel]bool) bool {
	wanted, said := switched[ch]
	if said && !ev.Fixed {
		return wanted
	}
	return slices.Contains(ev.Channels, ch)
}

// addressOf is where a channel reaches somebody; "" when it does not.
func addressOf(ch Channel, p account.Contact, c contactRow, o Occurrence) string {
	switch ch {
	case SMS:
		if ident.IsMobile(o.Phone) {
			return o.Phone
		}
		return p.Phone
	case Email:
		return c.Email
	case WeChat:
		return c.Wechat
	}
	return ""
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
		people, err = s.dir.InCharge(ctx, idb, access.Administrator, o.Scope)
	case Named:
		return s.dir.Contacts(ctx, idb, o.Accounts...)
	}
	return slices.DeleteFunc(people, func(c account.Contact) bool { return c.ID == by }), err
}

// hooksFor lists the programs that asked to be told.
func (s *Service) hooksFor(ctx context.Context, idb usecase.Reader, ev Event, o Occurrence) ([]recipient, error) {
	if !ev.Hooks || s.opt.Hooks == nil {
		return nil, nil
	}
	rows, err := hooksAbove(ctx, idb, access.Above(o.Scope))
	var out []recipient
	for _, h := range rows {
		if slices.Contains(h.Events, ev.Code) {
			out = append(out, recipient{key: string(h.ID), webhook: h.ID, name: h.Name, channel: Webhook, address: hostOf(h.URL), lang: "zh"})
		}
	}
	return out, err
}

// hostOf is the part of an address that may be shown; the rest may hold a key.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// numberKey stands for a telephone number without an account in the key that
// keeps copies unique; the number itself is only in the address.
func numberKey(phone string) string {
	sum := sha256.Sum256([]byte(phone))
	return "n:" + hex.EncodeToString(sum[:8])
}
