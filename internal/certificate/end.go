package certificate

import (
	"context"

	"fangxin/internal/badge"
	"fangxin/internal/badgecode"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// EndWithShop ends the titles of a shop that has closed or that another
// operator goes on with, inside the transaction that says so: a title is bound
// to its operator and place and is not passed on. What has run out already
// stays as it is; scans of any print then lead to the shop that follows.
func (s *Service) EndWithShop(ctx context.Context, c *usecase.Call, shop ident.PremisesID, reason string) error {
	rows, err := ofShop(ctx, c.Tx, shop)
	if err != nil {
		return err
	}
	step, _ := lifecycle.Certificate.Step(lifecycle.End)
	for _, r := range rows {
		live := false
		for _, from := range step.From {
			live = live || r.State == from
		}
		if live && r.standing(calendar.DateOf(c.Now)) != Standing(badge.Expired) {
			_, err = s.move(unpinned(ctx), c.AsSystem(), r, lifecycle.End, reason, "")
		} else {
			err = s.refresh(ctx, c, r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// OfShop lists every title that a shop ever held, the newest first, as the
// public reads them.
func (s *Service) OfShop(ctx context.Context, idb usecase.Reader, shop ident.PremisesID) ([]Detail, error) {
	rows, err := ofShop(ctx, idb, shop)
	out := make([]Detail, 0, len(rows))
	for _, r := range rows {
		d, err := s.detail(ctx, idb, r, anybody)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, err
}

// On is the standing of a title on a day that is over, from what was decided
// until its end; ok is false before it was awarded.
func (d Detail) On(day calendar.Date) (standing Standing, ok bool) {
	if day.Before(d.IssuedOn) {
		return "", false
	}
	state := lifecycle.Certificate.Start // a title that came from a list stood before it was recorded
	for _, m := range d.History {
		if !day.Before(calendar.DateOf(m.At)) {
			state = lifecycle.State(m.To)
		}
	}
	return StandingOf(state, d.ExpiresOn, day), true
}

// PremisesOf finds the shop whose title has a number, as typed; "" for a
// street's.
func (s *Service) PremisesOf(ctx context.Context, idb usecase.Reader, typed string) (ident.PremisesID, error) {
	no, err := badgecode.ParseCertNo(typed)
	if err != nil {
		return "", fault.Wrap(fault.NotFound, err, "bad_number")
	}
	r, err := byNumber(ctx, idb, no.String())
	return r.Premises, err
}

// PremisesOfTitle finds the shop of a title by its id.
func (s *Service) PremisesOfTitle(ctx context.Context, idb usecase.Reader, id ident.CertificateID) (ident.PremisesID, error) {
	r, err := byID(ctx, idb, id)
	return r.Premises, err
}
