package certificate

import (
	"context"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// Follow moves a title because the record behind it moved: a pledge with a
// card, for instance. The step is that of the person who acts, under the rules
// of that record; it runs in its transaction.
func (s *Service) Follow(ctx context.Context, c *usecase.Call, id ident.CertificateID, a lifecycle.Action, reason, excludedUntil string) error {
	r, err := byID(ctx, c.Tx, id)
	if err != nil {
		return err
	}
	hand := *c
	hand.By.Roles = append(slices.Clone(c.By.Roles), access.System)
	edge := usecase.EdgeOf(ctx)
	edge.Version, edge.NeedVersion = 0, false // the caller's precondition is about the other record
	_, err = s.move(usecase.WithEdge(ctx, edge), &hand, r, a, reason, excludedUntil)
	return err
}

// Prolonging is what a title goes on with. What is zero stays as it is.
type Prolonging struct {
	SchemeVersion   string
	From, ExpiresOn calendar.Date
	Promises        Promises
}

// Prolong lets a title go on under its number, so that the badge on the door
// stays good, inside the transaction of the record behind it.
func (s *Service) Prolong(ctx context.Context, c *usecase.Call, id ident.CertificateID, p Prolonging) error {
	r, err := byID(ctx, c.Tx, id)
	if err != nil {
		return err
	}
	if p.SchemeVersion != "" {
		r.SchemeVersion = p.SchemeVersion
	}
	if !p.From.IsZero() && r.ExpiresOn.AddDays(1).Before(p.From) {
		r.IssuedOn = p.From // there was a gap, which must not look covered
	}
	if !p.ExpiresOn.IsZero() {
		r.ExpiresOn = p.ExpiresOn
	}
	if len(p.Promises.Zh) > 0 {
		r.Promises = p.Promises
	}
	r.UpdatedAt = c.Now
	if err := prolong(ctx, c.Tx, &r); err != nil {
		return err
	}
	r.Version++
	return s.refresh(ctx, c, r)
}
