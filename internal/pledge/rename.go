package pledge

import (
	"context"

	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// Former is what a shop was called until a day.
type Former struct {
	Holder  string        `json:"holder"`
	Address string        `json:"address"`
	Until   calendar.Date `json:"until" doc:"Day on which its certificate was re-issued under the next name."`
}

// renamed follows a shop whose certificate was re-issued under another name or
// address: the pledge goes on under it, its terms and days as they were, and
// what the shop was called before stays in its history.
func (s *Service) renamed(ctx context.Context, c *usecase.Call, old ident.CertificateID, m certificate.Moved) error {
	if m.Scheme != SchemeCode {
		return nil
	}
	rows, err := openBehind(ctx, c.Tx, old)
	if err != nil {
		return err
	}
	for _, r := range rows {
		n := nameRow{Pledge: r.ID, Certificate: old, Holder: r.Holder, Address: r.Address, UntilOn: calendar.DateOf(c.Now), CreatedAt: c.Now}
		if err := insertName(ctx, c.Tx, &n); err != nil {
			return err
		}
		if r.Certificate != "" {
			r.Certificate = m.ID
		}
		r.Holder, r.Address, r.Sectors = m.Holder, m.Address, m.Sectors
		if err := bump(ctx, c.Tx, &r, c.Now); err != nil {
			return err
		}
	}
	return nil
}

// calledOn is the name that a shop had on a day.
func calledOn(r record, names []Former, day calendar.Date) string {
	for _, n := range names { // the oldest first
		if !n.Until.Before(day) {
			return n.Holder
		}
	}
	return r.Holder
}
