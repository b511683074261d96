package pledge

import (
	"context"

	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/usecase"
)

// Public words for why a pledge ended that nobody left.
const (
	reasonClosed = "门店停业，承诺自当日起终止；此前的购买仍按当时的承诺办理"
	reasonTaken  = "门店已由其他经营者承接，承诺不随转让，自当日起终止；此前的购买仍由原经营者按当时的承诺办理"
)

// shopEnded ends what a shop pledged when it closes or another operator goes
// on with it. Everything bought until the end of this day stays promised; what
// has run out by its date stays as it is.
func (s *Service) shopEnded(ctx context.Context, c *usecase.Call, p merchant.PremisesView) error {
	ctx, c = inner(ctx), c.AsSystem()
	reason, today := reasonClosed, calendar.DateOf(c.Now)
	if p.Successor != "" {
		reason = reasonTaken
	}
	old, err := standing(ctx, c.Tx, p.ID)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	stands := err == nil
	next, err := coming(ctx, c.Tx, p.ID)
	switch {
	case fault.Is(err, fault.NotFound):
	case err != nil:
		return err
	case due(next, today) && (!stands || old.State == lifecycle.Active):
		// The dates say that it is in force: that is written down first.
		if err := s.settle(ctx, c, &next); err != nil {
			return err
		}
		old, stands = next, true
	default:
		_, err := s.stepWith(ctx, c, &next, lifecycle.End, reason, func() {
			if !next.EffectiveOn.IsZero() {
				next.EndedOn = next.EffectiveOn.AddDays(-1) // it never was in force
			}
		})
		if err != nil {
			return err
		}
		if err := s.shorten(ctx, c, next); err != nil {
			return err
		}
	}
	if !stands || standingOf(old, today) == Expired {
		return nil
	}
	_, err = s.stepWith(ctx, c, &old, lifecycle.End, reason, func() {
		old.CardDue, old.EndedOn = calendar.Date{}, today
		if old.ExpiresOn.Before(today) {
			old.EndedOn = old.ExpiresOn
		}
	})
	if err != nil {
		return err
	}
	if err := closeCard(ctx, c, old.ID, "left", ""); err != nil {
		return err
	}
	return s.lockstep(ctx, c, &old, lifecycle.End, reason, "")
}
