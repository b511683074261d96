package pledge

import (
	"context"

	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

type leads struct{}

// leading marks the steps that this package takes on a title itself.
func leading(ctx context.Context) context.Context { return context.WithValue(ctx, leads{}, true) }

func led(ctx context.Context) bool { return ctx.Value(leads{}) != nil }

type known struct{}

// WithTerms tells the terms of a title of the scheme that is about to be
// recorded from a file.
func WithTerms(ctx context.Context, t Terms) context.Context {
	return context.WithValue(ctx, known{}, t)
}

// adopt gives a title of the scheme that was not made here, an imported one,
// its pledge: with the terms that came with it, or with the least that the
// scheme asks for.
func (s *Service) adopt(ctx context.Context, c *usecase.Call, m certificate.Moved) error {
	if m.Scheme != SchemeCode || m.Premises == "" || led(ctx) {
		return nil
	}
	t, ok := ctx.Value(known{}).(Terms)
	if !ok {
		sch, err := scheme.Pinned(ctx, c.Tx, m.Scheme, m.SchemeVersion)
		if err != nil {
			return err
		}
		t = Suggest(CurrentRules(), sch, m.Sectors)
	}
	t.Rules = CurrentRules().Version
	if missing := t.Missing(); len(missing) > 0 {
		return fault.OnFields(missing)
	}
	id := ident.New[ident.PledgeID]()
	r := record{
		ID: id, Number: string(id), Scheme: m.Scheme, SchemeVersion: m.SchemeVersion, Premises: m.Premises, Operator: m.Operator, Certificate: m.ID,
		Round: 1, State: lifecycle.Active, Version: 1, Scope: m.Scope, Holder: m.Holder, Address: m.Address, Division: m.Division, Sectors: m.Sectors,
		Draft: t, SignedBy: m.Holder, SignedOn: m.IssuedOn, ObjectionUntil: m.IssuedOn, EffectiveOn: m.IssuedOn, ExpiresOn: m.ExpiresOn, Days: t.Days,
		StateSince: c.Now, CreatedAt: c.Now, UpdatedAt: c.Now,
	}
	if err := insert(ctx, c.Tx, &r); err != nil {
		return err
	}
	err := insertTerms(ctx, c.Tx, &termsRow{Pledge: r.ID, No: 1, EffectiveFrom: r.EffectiveOn, Body: t, Days: t.Days, SignedBy: r.SignedBy, Account: c.By.Account, CreatedAt: c.Now})
	if err != nil {
		return err
	}
	if err := setGoods(ctx, c.Tx, r.ID, t.Goods); err != nil {
		return err
	}
	return c.AsSystem().Begin(ctx, lifecycle.Pledge, string(r.ID), r.Scope)
}

// follow keeps a pledge in step with its title. Only an appeal moves the title
// first; whoever wants to suspend, revoke or give up the title of a pledge does
// it on the pledge, where due days, cards and terms are.
func (s *Service) follow(ctx context.Context, c *usecase.Call, m certificate.Moved) error {
	if m.Scheme != SchemeCode || led(ctx) || certificate.Replacing(ctx) {
		return nil
	}
	r, err := byCertificate(ctx, c.Tx, m.ID)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if m.Action != lifecycle.Reinstate {
		return fault.New(fault.Conflict, "title_follows_pledge")
	}
	if err := closeCard(ctx, c, r.ID, "annulled", ""); err != nil {
		return err
	}
	_, err = s.stepWith(inner(ctx), c.AsSystem(), &r, lifecycle.Reinstate, "复核成立", func() {
		r.CardDue, r.EndedOn, r.ExcludedUntil, r.Reason = calendar.Date{}, calendar.Date{}, "", ""
	})
	return err
}
