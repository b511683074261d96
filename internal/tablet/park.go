package tablet

import (
	"bytes"
	"context"
	"time"
	"unicode/utf8"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// MaxParked is how many items of one device may wait in quarantine; the device
// keeps the rest until an officer has looked.
const MaxParked = 5000

// park keeps an item that cannot be placed, whole, with the cause.
func (s *Service) park(ctx context.Context, cmd PushCommand, it *item, cause string, refusal error) (Result, error) {
	trouble := &Trouble{err: refusal}
	if refusal == nil {
		trouble.err = refuse(cause)
	}
	res, err := usecase.Do(ctx, s.rt, parkDef, struct{}{}, func(ctx context.Context, c *usecase.Call) (Result, error) {
		drawn, err := numbers(ctx, s.rt.DB, c.Tx, cmd.Device, c.By.Account, 1, c.Now)
		if err != nil {
			return Result{}, err
		}
		known, err := s.lookUp(ctx, c.Tx, c.By.Account, cmd.Receipts, []item{*it})
		if err != nil {
			return Result{}, err
		}
		if r, ok := known[it.sent.ID+it.hash]; ok {
			return r, nil
		}
		if full, err := parkedOf(ctx, c.Tx, cmd.Device, c.By.Account); err != nil || full >= MaxParked {
			if err == nil {
				err = fault.New(fault.RateLimited, "tablet_quarantine_full")
			}
			return Result{}, err
		}
		scope := string(c.By.Scope)
		if ident.IsID(string(it.Inspection)) {
			in, err := s.inspections.ScopeOf(ctx, c.Tx, it.Inspection)
			if err != nil {
				return Result{}, err
			}
			if in != "" {
				scope = in
			}
		}
		r := s.keys.Load().receipt(it.sent.ID, it.hash, c.Now, drawn.first)
		row := &parkedRow{
			ID: string(ident.New[ident.EventID]()), Item: cut(it.sent.ID, 64), Hash: it.hash, Account: c.By.Account, Name: c.By.Name, Device: cmd.Device,
			Scope: scope, Inspection: cut(string(it.Inspection), 64), Kind: Kind(cut(string(it.Kind), 20)), Cause: cause, Content: string(it.text),
			N: drawn.first, Key: r.Key, Sig: r.Sig, At: c.Now,
		}
		if it.raw || !utf8.Valid(it.text) || bytes.IndexByte(it.text, 0) >= 0 { // no database keeps these as text
			row.Content = it.sent.Sealed
		}
		if bytes.IndexByte([]byte(row.Content), 0) >= 0 || !utf8.ValidString(row.Content) {
			row.Content = b64.EncodeToString([]byte(row.Content))
		}
		c.About(row.ID, scope)
		c.Note("cause", cause)
		return Result{ID: row.Item, Outcome: Parked, Receipt: &r, Cause: cause}, insertParked(ctx, c.Tx, row)
	})
	if err != nil {
		if stop(err) {
			return Result{}, err
		}
		return Result{ID: it.sent.ID, Problem: &Trouble{err: err}}, nil
	}
	res.Problem = trouble
	return res, nil
}

// isTicket reports that a ticket speaks, and not a person or a program.
func isTicket(by access.Principal) bool {
	return by.Token != "" && len(by.Scopes) == len(ticketScopes) && by.Scopes[0] == ticketScopes[0]
}

// ParkedView is an item in quarantine as officers see it.
type ParkedView struct {
	ID         string             `json:"id" format:"uuid"`
	Item       string             `json:"item"`
	Hash       string             `json:"hash"`
	Author     string             `json:"author"`
	Device     string             `json:"device"`
	Inspection ident.InspectionID `json:"inspection,omitempty"`
	Kind       Kind               `json:"kind,omitempty"`
	Cause      string             `json:"cause"`
	Content    string             `json:"content,omitempty" doc:"As it was sent: plain text, or the sealed form when it cannot be opened."`
	At         time.Time          `json:"at"`
	Receipt    *Receipt           `json:"receipt"`
	SettledAt  *time.Time         `json:"settled_at,omitempty"`
	SettledBy  string             `json:"settled_by,omitempty"`
	Note       string             `json:"note,omitempty"`
}

func (r parkedRow) view() ParkedView {
	v := ParkedView{
		ID: r.ID, Item: r.Item, Hash: r.Hash, Author: r.Name, Device: r.Device, Inspection: ident.InspectionID(r.Inspection), Kind: r.Kind,
		Cause: r.Cause, Content: r.Content, At: r.At.UTC(), Receipt: r.receipt(), SettledBy: r.SettledBy, Note: r.Note,
	}
	if !r.SettledAt.IsZero() {
		at := r.SettledAt.UTC()
		v.SettledAt = &at
	}
	return v
}
