package certificate

import (
	"context"

	"fangxin/internal/badge"
	"fangxin/internal/calendar"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// Take takes a step on a title inside the transaction of another slice's
// use-case, with the right of its caller. That slice has seen to everything
// that the table of steps does not know, such as a second person.
func (s *Service) Take(ctx context.Context, c *usecase.Call, id ident.CertificateID, a lifecycle.Action, reason string) (View, error) {
	r, err := get(ctx, c.Tx, id, c.By)
	if err != nil {
		return View{}, err
	}
	return s.move(unpinned(ctx), c, r, a, reason, "")
}

// unpinned drops the caller's precondition, which is about another record.
func unpinned(ctx context.Context) context.Context {
	edge := usecase.EdgeOf(ctx)
	edge.Version, edge.NeedVersion = 0, false
	return usecase.WithEdge(ctx, edge)
}

// Inspected notes when and how a title's holder was inspected last, and shows
// it on the badge from the next scan on.
func (s *Service) Inspected(ctx context.Context, c *usecase.Call, id ident.CertificateID, on calendar.Date, grade string) error {
	r, err := byID(ctx, c.Tx, id)
	if err != nil {
		return err
	}
	if StandingOf(r.State, r.ExpiresOn, calendar.DateOf(c.Now)) == Standing(badge.Expired) || on.String() <= r.InspectedOn {
		return nil
	}
	r.InspectedOn, r.Grade, r.UpdatedAt = on.String(), grade, c.Now
	if err := setInspected(ctx, c.Tx, &r); err != nil {
		return err
	}
	return s.refresh(ctx, c, r)
}
