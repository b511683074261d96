package app

import (
	"context"

	"fangxin/internal/certificate"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/usecase"
)

// Public words for why titles ended that nobody gave up or took away.
const (
	titleClosed = "门店停业，称号自当日起终止"
	titleTaken  = "门店已由其他经营者承接，称号不随转让，自当日起终止"
)

// titlesEnd ends the titles of a shop that closes. Its pledge has ended before,
// together with the title that follows it.
func (s *Services) titlesEnd(ctx context.Context, c *usecase.Call, p merchant.PremisesView) error {
	reason := titleClosed
	if p.Successor != "" {
		reason = titleTaken
	}
	return s.Certificates.EndWithShop(ctx, c, p.ID, reason)
}

// visitsEnd calls off the visits to a shop whose title ended with it.
func (s *Services) visitsEnd(ctx context.Context, c *usecase.Call, m certificate.Moved) error {
	if m.Action != lifecycle.End {
		return nil
	}
	return s.Inspections.VoidFor(ctx, c, inspection.Ref{Noun: lifecycle.Certificate.Noun, ID: string(m.ID)}, "", m.Reason)
}
