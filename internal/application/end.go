package application

import (
	"context"

	"fangxin/internal/calendar"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

// EndWithShop ends the open cases of a shop that another operator goes on
// with, inside the transaction that says so. Whoever comes after applies anew.
func (s *Service) EndWithShop(ctx context.Context, c *usecase.Call, shop ident.PremisesID, reason string) error {
	rows, err := openOf(ctx, c.Tx, shop)
	if err != nil {
		return err
	}
	for _, r := range rows {
		sch, err := scheme.Pinned(ctx, c.Tx, r.Scheme, r.SchemeVersion)
		if err != nil {
			return err
		}
		if r.State == lifecycle.PublicNotice {
			if err := closeNotice(ctx, c.Tx, r.ID, "withdrawn"); err != nil {
				return err
			}
		}
		r.Reason = reason
		if _, err := s.move(inner(ctx), c.AsSystem(), &r, sch, lifecycle.End, "", reason); err != nil {
			return err
		}
	}
	return nil
}

// OpenOf lists the cases of a shop that were handed in and have not ended, for whoever has to say what will end.
func (s *Service) OpenOf(ctx context.Context, idb usecase.Reader, shop ident.PremisesID) ([]View, error) {
	rows, err := openOf(ctx, idb, shop)
	out := make([]View, 0, len(rows))
	for _, r := range rows {
		if r.SubmittedAt.IsZero() {
			continue // nothing has been handed in
		}
		sch, err := scheme.Pinned(ctx, idb, r.Scheme, r.SchemeVersion)
		if err != nil {
			return nil, err
		}
		out = append(out, s.view(r, sch, calendar.DateOf(s.rt.Now())))
	}
	return out, err
}
