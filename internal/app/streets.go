package app

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/application"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/notify"
	"fangxin/internal/street"
	"fangxin/internal/usecase"
)

// tieStreets sets the hooks between streets and the slices that apply for,
// inspect and tell.
func (s *Services) tieStreets(inCharge street.InCharge) {
	s.Streets = street.New(s.Runtime, inCharge, street.Slices{
		Merchants: s.Merchants, Certificates: s.Certificates, Inspections: s.Inspections,
	}, calendar.Shipped())
	s.Streets.Sheet = s.Modules.Sheet
	s.Streets.OnTurned = append(s.Streets.OnTurned, s.Plaques.Turned)
	s.Streets.OnComplete = s.streetInspected
	s.Streets.SchemeOf = s.Applications.SchemeOf
	s.Streets.Reach = func(ctx context.Context, idb usecase.Reader, by access.Principal, n street.Nudge) ([]street.Reached, error) {
		told, err := s.Notices.Would(ctx, idb, by, n.Lang, notify.OfNudge(n))
		var out []street.Reached
		for _, t := range told {
			for _, c := range t.Copies {
				out = append(out, street.Reached{Channel: string(c.Channel), Name: c.Name, Address: c.Address})
			}
		}
		return out, err
	}
	s.Applications.OnMoved = append(s.Applications.OnMoved, s.streetMoved)
}

// streetOf finds the street that an office stands for; "" for a shop.
func (s *Services) streetOf(ctx context.Context, idb usecase.Reader, office ident.PremisesID) (ident.StreetID, error) {
	v, err := s.Streets.OfOffice(ctx, idb, office)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	return v.ID, err
}

// streetMoved keeps a street's case together with the street: it is handed in,
// announced and certified only while its shops satisfy the rules; its shops
// are drawn when its own visit is ordered.
func (s *Services) streetMoved(ctx context.Context, c *usecase.Call, m application.Moved) error {
	id, err := s.streetOf(ctx, c.Tx, m.Premises)
	if err != nil || id == "" {
		return err
	}
	switch m.Action {
	case lifecycle.Submit, lifecycle.Resubmit, lifecycle.Announce, lifecycle.Certify:
		return s.Streets.Ready(ctx, c, id, m.Scheme, m.SchemeVer)
	case lifecycle.Withdraw, lifecycle.Refuse, lifecycle.End:
		return s.Streets.CallOff(ctx, c, m.Application, string(m.Action))
	}
	if m.To == lifecycle.ToInspect {
		return s.Streets.DrawSample(ctx, c, street.Ordered{Application: m.Application, Office: m.Premises, DueOn: m.DueOn})
	}
	return nil
}

// streetInspected moves a street's case on when its own sheet and the visits
// of the drawn shops have all been accepted: it has passed with both.
func (s *Services) streetInspected(ctx context.Context, c *usecase.Call, done street.Complete) error {
	own, err := s.Inspections.Of(ctx, c.Tx, inspection.Ref{Noun: lifecycle.Application.Noun, ID: string(done.Application)})
	if err != nil {
		return err
	}
	var in application.Inspected
	for _, v := range own {
		if v.ID == done.Sheet {
			in = inspected(v, calendar.DateOf(c.Now))
		}
	}
	in.Result.Passed = in.Result.Passed && done.Met
	shops, err := s.Inspections.Of(ctx, c.Tx, done.Ref)
	if err != nil {
		return err
	}
	for _, v := range shops { // whoever looked at a part decides on none
		for _, a := range []ident.AccountID{v.Lead, v.Second} {
			if a != "" && v.State != lifecycle.Voided {
				in.Inspectors = append(in.Inspectors, a)
			}
		}
	}
	return s.Applications.RecordInspected(ctx, c, in)
}
