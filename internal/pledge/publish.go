package pledge

import (
	"context"
	"fmt"

	"fangxin/internal/calendar"
	"fangxin/internal/db"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

// PublishCommand signs a draft and publishes it for objection.
type PublishCommand struct {
	ID      ident.PledgeID `json:"-" validate:"required,uuid7"`
	Consent bool           `json:"consent" validate:"required" doc:"The declaration of the rules is agreed to."`
	Name    string         `json:"name" validate:"required,notblank,max=40,oneline,plain" doc:"Who signs."`
}

// RenewCommand renews a pledge with the terms it has.
type RenewCommand struct {
	ID      ident.PledgeID `json:"-" validate:"required,uuid7"`
	Consent bool           `json:"consent" validate:"required" doc:"The declaration of the rules is agreed to."`
	Name    string         `json:"name" validate:"required,notblank,max=40,oneline,plain" doc:"Who signs."`
}

var (
	publishDef = define(lifecycle.Publish)
	renewDef   = usecase.Define(usecase.Def{Name: "pledge.renew", Allow: shopkeepers})
)

// Publish signs the draft. From the next day on it can be objected to for the
// days of the scheme's notice; it binds from the day after, without anybody's
// further act, unless an objection is open or an officer holds it back.
func (s *Service) Publish(ctx context.Context, cmd PublishCommand) (View, error) {
	return usecase.Do(ctx, s.rt, publishDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return View{}, err
		}
		c.About(string(r.ID), r.Scope)
		if r.State == lifecycle.Draft {
			sch, err := scheme.Pinned(ctx, c.Tx, r.Scheme, r.SchemeVersion)
			if err != nil {
				return View{}, err
			}
			if missing := r.Draft.Against(sch); len(missing) > 0 {
				return View{}, fault.OnFields(missing)
			}
		}
		return s.publish(ctx, c, &r, cmd.Name)
	})
}

// Renew is the one tap: the same terms again, signed and published.
func (s *Service) Renew(ctx context.Context, cmd RenewCommand) (View, error) {
	return usecase.Do(ctx, s.rt, renewDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		old, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return View{}, err
		}
		c.About(string(old.ID), old.Scope)
		if err := c.Precondition(ctx, old.Version); err != nil {
			return View{}, err
		}
		ctx = inner(ctx)
		if old.State != lifecycle.Active {
			return View{}, fault.New(fault.IllegalStep, "pledge_not_renewable")
		}
		shop, err := s.shops.PremisesIn(ctx, c.Tx, old.Premises, c.By)
		if err != nil {
			return View{}, err
		}
		r, err := s.begin(ctx, c, shop)
		if err != nil {
			return View{}, err
		}
		sch, err := scheme.Pinned(ctx, c.Tx, r.Scheme, r.SchemeVersion)
		if err != nil {
			return View{}, err
		}
		if missing := r.Draft.Against(sch); len(missing) > 0 { // the rules have changed since
			return View{}, fault.New(fault.NotReady, "pledge_terms_outdated")
		}
		return s.publish(ctx, c, &r, cmd.Name)
	})
}

func (s *Service) publish(ctx context.Context, c *usecase.Call, r *record, signer string) (View, error) {
	sch, err := scheme.Pinned(ctx, c.Tx, r.Scheme, r.SchemeVersion)
	if err != nil {
		return View{}, err
	}
	if err := s.certificates.Excluded(ctx, c.Tx, r.Operator, r.Scheme); err != nil {
		return View{}, err
	}
	rules, today := RulesOf(r.Draft.Rules), calendar.DateOf(c.Now)
	notice, err := s.calendar.Deadline(c.Now, sch.Period())
	if err != nil {
		return View{}, err
	}
	until := notice.LastDay
	from := until.AddDays(1)
	if r.Previous != "" {
		old, err := get(ctx, c.Tx, r.Previous, c.By)
		if err != nil {
			return View{}, err
		}
		byDate := old.State == lifecycle.Active
		r.Round = Round(rules, old.Round, old.ExpiresOn, byDate, today)
		if byDate && !from.After(old.ExpiresOn) {
			from = old.ExpiresOn.AddDays(1)
		}
	}
	n, err := db.Next(ctx, c.Tx, fmt.Sprintf("pledge/%d", today.Year()))
	if err != nil {
		return View{}, err
	}
	view, err := s.stepWith(ctx, c, r, lifecycle.Publish, "", func() {
		r.Number = fmt.Sprintf("赣放心诺〔%d〕%06d号", today.Year(), n)
		r.SignedBy, r.SignedOn, r.ObjectionUntil, r.EffectiveOn = signer, today, until, from
		r.ExpiresOn, r.Days = from.AddYears(sch.ValidityYears.Value).AddDays(-1), r.Draft.Days
	})
	if err != nil {
		return View{}, err
	}
	err = insertTerms(ctx, c.Tx, &termsRow{
		Pledge: r.ID, No: 1, EffectiveFrom: from, Body: r.Draft, Days: r.Draft.Days, SignedBy: signer, Account: c.By.Account, CreatedAt: c.Now,
	})
	if err != nil {
		return View{}, err
	}
	return view, setGoods(ctx, c.Tx, r.ID, r.Draft.Goods)
}
