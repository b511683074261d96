package certificate

import (
	"context"
	"slices"

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

// heldOn is the last day on which the grade is not raised, while that day has
// not passed.
func (r record) heldOn(today calendar.Date) string {
	if r.GradeHeldUntil < today.String() {
		return ""
	}
	return r.GradeHeldUntil
}

// Seen is what an inspection found that was passed.
type Seen struct {
	On    calendar.Date
	Grade string
	// Order has the grades of the sheet, the best first.
	Order []string
	// BarYears tells for how many years a version of a scheme does not raise a
	// grade that has fallen; nil where none does.
	BarYears func(scheme, version string) int
}

// Inspected notes when and how a title's holder was inspected last, and shows
// it on the badge from the next scan on. A grade that has fallen is not raised
// before the days that the scheme sets are over, however well the shop does.
func (s *Service) Inspected(ctx context.Context, c *usecase.Call, id ident.CertificateID, seen Seen) error {
	r, err := byID(ctx, c.Tx, id)
	if err != nil {
		return err
	}
	if StandingOf(r.State, r.ExpiresOn, calendar.DateOf(c.Now)) == Standing(badge.Expired) || seen.On.String() <= r.InspectedOn {
		return nil
	}
	was, is := slices.Index(seen.Order, r.Grade), slices.Index(seen.Order, seen.Grade)
	known := was >= 0 && is >= 0
	switch {
	case known && is > was:
		if seen.BarYears != nil {
			if years := seen.BarYears(r.Scheme, r.SchemeVersion); years > 0 {
				r.GradeHeldUntil = seen.On.AddYears(years).String()
				c.Note("grade_held_until", r.GradeHeldUntil)
			}
		}
		r.Grade = seen.Grade
	case known && is < was && seen.On.String() <= r.GradeHeldUntil:
		c.Note("grade_held", r.Grade)
	default:
		r.Grade = seen.Grade
	}
	r.InspectedOn, r.UpdatedAt = seen.On.String(), c.Now
	if err := setInspected(ctx, c.Tx, &r); err != nil {
		return err
	}
	return s.refresh(ctx, c, r)
}
