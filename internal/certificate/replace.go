package certificate

import (
	"context"
	"fmt"

	"fangxin/internal/access"
	"fangxin/internal/badgecode"
	"fangxin/internal/calendar"
	"fangxin/internal/db"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/search"
	"fangxin/internal/usecase"
)

// Replacement is what a new certificate shows that takes the place of another.
type Replacement struct {
	Old             ident.CertificateID
	Reason          string // published at the old one
	Holder, Address string
	Sectors         []string
	Photo, Phone    string
	IssuedOn        calendar.Date
	ExpiresOn       calendar.Date
}

// Replace awards a certificate in the place of one that stands, inside the
// transaction of the decision. The old number leads to the new one, and the
// prints that hang in the shop show the new certificate from the next scan on:
// nobody has to put up another badge.
func (s *Service) Replace(ctx context.Context, c *usecase.Call, in Replacement) (View, error) {
	old, err := byID(ctx, c.Tx, in.Old)
	if err != nil {
		return View{}, err
	}
	_, _, abbreviation, _, _, ok := s.schemes(old.Scheme, old.SchemeVersion)
	if !ok {
		return View{}, fmt.Errorf("certificate: no scheme %s %s", old.Scheme, old.SchemeVersion)
	}
	if old.State != lifecycle.Active {
		return View{}, fault.New(fault.NotReady, "title_not_active")
	}
	inner := context.WithValue(unpinned(ctx), replacingKey{}, true)
	if in.Holder == old.Holder {
		inner = context.WithValue(inner, plaqueKey{}, true)
	}
	if _, err := s.move(inner, c.AsSystem(), old, lifecycle.Supersede, in.Reason, ""); err != nil {
		return View{}, err
	}
	year := calendar.DateOf(c.Now).Year()
	n, err := db.Next(ctx, c.Tx, counter(abbreviation, year))
	if err != nil {
		return View{}, err
	}
	no, err := badgecode.NewCertNo("JX", abbreviation, year, int(n))
	if err != nil {
		return View{}, err
	}
	r := old
	r.ID, r.Number, r.Application, r.Successor = ident.New[ident.CertificateID](), no.String(), "", ""
	r.State, r.Version, r.Reason, r.ExcludedUntil = lifecycle.Certificate.Start, 1, "", ""
	r.Holder, r.Address, r.Sectors, r.Photo, r.Phone = in.Holder, in.Address, in.Sectors, in.Photo, in.Phone
	r.IssuedOn, r.ExpiresOn, r.StateSince, r.CreatedAt, r.UpdatedAt = in.IssuedOn, in.ExpiresOn, c.Now, c.Now, c.Now
	if r.Sectors == nil {
		r.Sectors = []string{}
	}
	if err := insert(ctx, c.Tx, &r); err != nil {
		return View{}, err
	}
	if err := linkSuccessor(ctx, c.Tx, old.ID, r.ID); err != nil {
		return View{}, err
	}
	if err := search.Index(ctx, c.Tx, searchKind, string(r.ID), r.Holder); err != nil {
		return View{}, err
	}
	if err := c.AsSystem().Begin(ctx, lifecycle.Certificate, string(r.ID), r.Scope); err != nil {
		return View{}, err
	}
	if err := s.badges.Repoint(ctx, c, old.ID, r.ID); err != nil {
		return View{}, err
	}
	if err := s.refresh(ctx, c, r); err != nil {
		return View{}, err
	}
	v := s.view(r, c.By, c.Now)
	for _, hook := range s.OnReplaced {
		if err := hook(unpinned(ctx), c, old.ID, Moved{View: v, Operator: r.Operator}); err != nil {
			return View{}, err
		}
	}
	return v, nil
}

type replacingKey struct{}

// Replacing reports whether the step that is being taken makes way for another
// certificate of the same shop: whoever would act on the loss of a title waits
// for [Service.OnReplaced].
func Replacing(ctx context.Context) bool { return ctx.Value(replacingKey{}) != nil }

type plaqueKey struct{}

// keepsPlaque reports whether the step that is being taken leaves the plaque on
// the wall right.
func keepsPlaque(ctx context.Context) bool {
	keeps, _ := ctx.Value(plaqueKey{}).(bool)
	return keeps
}

// dueForRecheck lists titles of a scheme that stand, were neither awarded nor
// inspected with success after a day, and have no re-check under way.
func (s *Service) dueForRecheck(ctx context.Context, idb usecase.Reader, by access.Principal, cutoffs []cutoff, after string, limit int) ([]View, string, error) {
	rows, next, err := recheckDue(ctx, idb, by, calendar.DateOf(s.rt.Now()).String(), cutoffs, after, limit)
	out := make([]View, len(rows))
	for i, r := range rows {
		out[i] = s.view(r, by, s.rt.Now())
	}
	return out, next, err
}
