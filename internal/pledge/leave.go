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

// ReviseCommand gives a pledge new terms from a day on.
type ReviseCommand struct {
	ID            ident.PledgeID `json:"-" validate:"required,uuid7"`
	Terms         Terms          `json:"terms"`
	EffectiveFrom string         `json:"effective_from" validate:"required,date" doc:"First day on whose purchases they hold: tomorrow or later; terms that promise less some days later, as the rules say."`
	Consent       bool           `json:"consent" validate:"required" doc:"The declaration of the rules is agreed to."`
	Name          string         `json:"name" validate:"required,notblank,max=40,oneline,plain" doc:"Who signs."`
}

var (
	withdrawDef = define(lifecycle.Withdraw)
	reviseDef   = usecase.Define(usecase.Def{Name: "pledge.revise", Allow: shopkeepers})
)

// Withdraw leaves the pledge. Everything bought until the end of this day stays
// promised. With a red card nobody leaves: the officers decide first.
func (s *Service) Withdraw(ctx context.Context, cmd StepCommand) (View, error) {
	return usecase.Do(ctx, s.rt, withdrawDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		ctx, r, err := s.take(ctx, c, cmd.ID)
		if err != nil {
			return View{}, err
		}
		from, today := r.State, calendar.DateOf(c.Now)
		_, err = s.stepWith(ctx, c, &r, lifecycle.Withdraw, cmd.Reason, func() {
			r.CardDue = calendar.Date{}
			switch r.EndedOn = today; {
			case from == lifecycle.Published, from == lifecycle.Held:
				r.EndedOn = r.EffectiveOn.AddDays(-1) // it never was in force
			case r.ExpiresOn.Before(today):
				r.EndedOn = r.ExpiresOn
			}
		})
		if err != nil {
			return View{}, err
		}
		if from != lifecycle.Active && from != lifecycle.YellowCard {
			return s.view(r, c.By, c.Now), s.shorten(ctx, c, r)
		}
		if err := closeCard(ctx, c, r.ID, "left", ""); err != nil {
			return View{}, err
		}
		if err := s.lockstep(ctx, c, &r, lifecycle.Withdraw, cmd.Reason, ""); err != nil {
			return View{}, err
		}
		return s.view(r, c.By, c.Now), s.endComing(ctx, c, r, lifecycle.Withdraw, cmd.Reason)
	})
}

// shorten takes back what a renewal had given the title in advance.
func (s *Service) shorten(ctx context.Context, c *usecase.Call, r record) error {
	if r.Certificate == "" || r.Previous == "" {
		return nil
	}
	old, err := get(ctx, c.Tx, r.Previous, c.By)
	if err != nil || old.State != lifecycle.Active {
		return err
	}
	versions, err := termsOf(ctx, c.Tx, old.ID)
	if err != nil {
		return err
	}
	return s.certificates.Prolong(leading(ctx), c, r.Certificate, certificate.Prolonging{
		ExpiresOn: old.ExpiresOn, Promises: said(versions[old.ID], calendar.DateOf(c.Now)),
	})
}

// Revise appends a version of the terms. Purchases before its day are judged
// by the terms of their own day, whatever this version says.
func (s *Service) Revise(ctx context.Context, cmd ReviseCommand) (View, error) {
	return usecase.Do(ctx, s.rt, reviseDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		ctx, r, err := s.take(ctx, c, cmd.ID)
		if err != nil {
			return View{}, err
		}
		today := calendar.DateOf(c.Now)
		if st := standingOf(r, today); st != Standing(lifecycle.Active) && st != Standing(lifecycle.YellowCard) {
			return View{}, fault.New(fault.IllegalStep, "pledge_not_in_force")
		}
		t, rules := cmd.Terms.filled(), CurrentRules()
		t.Rules = rules.Version
		sch, err := scheme.Newest(ctx, c.Tx, r.Scheme)
		if err != nil {
			return View{}, err
		}
		if missing := t.Against(sch); len(missing) > 0 {
			return View{}, fault.OnFields(missing)
		}
		versions, err := termsOf(ctx, c.Tx, r.ID)
		if err != nil {
			return View{}, err
		}
		list := versions[r.ID]
		last := list[len(list)-1]
		from, err := calendar.ParseDate(cmd.EffectiveFrom)
		if err != nil {
			return View{}, fault.OnField("/effective_from", "date", "")
		}
		earliest := today.AddDays(1)
		if t.Narrower(last.Terms) {
			earliest = today.AddDays(rules.NarrowingDays.Value)
		}
		if !earliest.After(last.From) {
			earliest = last.From.AddDays(1)
		}
		if from.Before(earliest) {
			return View{}, fault.OnField("/effective_from", "not_before", earliest.String())
		}
		if r.ExpiresOn.Before(from) {
			return View{}, fault.OnField("/effective_from", "not_after", r.ExpiresOn.String())
		}
		v := Version{No: last.No + 1, From: from, Terms: t}
		err = insertTerms(ctx, c.Tx, &termsRow{Pledge: r.ID, No: v.No, EffectiveFrom: from, Body: t, Days: t.Days, SignedBy: cmd.Name, Account: c.By.Account, CreatedAt: c.Now})
		if err != nil {
			return View{}, err
		}
		c.Note("terms", v.No)
		r.Days = t.Days
		if err := bump(ctx, c.Tx, &r, c.Now); err != nil {
			return View{}, err
		}
		if err := setGoods(ctx, c.Tx, r.ID, t.Goods); err != nil {
			return View{}, err
		}
		if r.Certificate != "" {
			says := said(append(list, v), today)
			if err := s.certificates.Prolong(leading(ctx), c, r.Certificate, certificate.Prolonging{Promises: says}); err != nil {
				return View{}, err
			}
		}
		return s.view(r, c.By, c.Now), nil
	})
}
