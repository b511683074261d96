package pledge

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

// StartCommand begins a pledge for a shop.
type StartCommand struct {
	Premises ident.PremisesID `json:"premises" validate:"required,uuid7"`
}

// SaveCommand keeps a draft. Nothing has to be complete yet.
type SaveCommand struct {
	ID    ident.PledgeID `json:"-" validate:"required,uuid7"`
	Step  string         `json:"step,omitempty" validate:"max=20,oneline,plain" doc:"Page that was filled last, to go on from on another device."`
	Terms Terms          `json:"terms"`
}

// DiscardCommand throws a draft away.
type DiscardCommand struct {
	ID ident.PledgeID `json:"-" validate:"required,uuid7"`
}

var (
	shopkeepers = []access.Role{access.Merchant}
	startDef    = usecase.Define(usecase.Def{Name: "pledge.start", Allow: shopkeepers})
	saveDef     = usecase.Define(usecase.Def{Name: "pledge.save", Allow: shopkeepers})
	discardDef  = define(lifecycle.Discard)
)

func define(a lifecycle.Action) *usecase.Def {
	return usecase.Define(usecase.Def{Name: "pledge." + string(a), Allow: lifecycle.Pledge.Roles(a)})
}

// Start begins a draft with terms that are usual in the shop's sector, or with
// those of its last pledge. It refuses while another one is on its way, while
// one stands that cannot be renewed yet, and while the operator is excluded.
func (s *Service) Start(ctx context.Context, cmd StartCommand) (View, error) {
	return usecase.Do(ctx, s.rt, startDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		shop, err := s.shops.PremisesIn(ctx, c.Tx, cmd.Premises, c.By)
		if fault.Is(err, fault.NotFound) {
			return View{}, fault.OnField("/premises", "premises_unknown", "")
		}
		if err != nil {
			return View{}, err
		}
		r, err := s.begin(ctx, c, shop)
		if err != nil {
			return View{}, err
		}
		return s.view(r, c.By, c.Now), nil
	})
}

// begin makes the draft inside a use-case.
func (s *Service) begin(ctx context.Context, c *usecase.Call, shop merchant.PremisesView) (record, error) {
	if !shop.Active {
		return record{}, fault.New(fault.Conflict, "premises_closed")
	}
	sch, err := scheme.Newest(ctx, c.Tx, SchemeCode)
	if err != nil {
		return record{}, err
	}
	if _, ok := sch.SectorFor(shop.Sectors); !ok {
		return record{}, fault.OnField("/premises", "sector_not_taken", "")
	}
	if !sch.In(shop.Division) {
		return record{}, fault.OnField("/premises", "division_not_taken", "")
	}
	if err := s.certificates.Excluded(ctx, c.Tx, shop.Operator, SchemeCode); err != nil {
		return record{}, err
	}
	if s.Eligible != nil {
		c.About(string(shop.ID), shop.Scope)
		if err := s.Eligible(ctx, c, shop.Operator, sch); err != nil {
			return record{}, err
		}
	}
	if open, err := coming(ctx, c.Tx, shop.ID); err == nil {
		c.About(string(open.ID), open.Scope)
		return record{}, fault.New(fault.Duplicate, "pledge_coming")
	} else if !fault.Is(err, fault.NotFound) {
		return record{}, err
	}
	if err := scheme.Pin(ctx, c.Tx, sch, c.Now); err != nil {
		return record{}, err
	}
	rules, id := CurrentRules(), ident.New[ident.PledgeID]()
	r := record{
		ID: id, Number: string(id), Scheme: sch.Code, SchemeVersion: sch.Version, Premises: shop.ID, Operator: shop.Operator, Round: 1,
		State: lifecycle.Pledge.Start, Version: 1, Scope: shop.Scope, Holder: shop.Name, Address: shop.Address, Division: shop.Division,
		Sectors: shop.Sectors, Draft: Suggest(rules, sch, shop.Sectors), StateSince: c.Now, Owner: c.By.Account, CreatedAt: c.Now, UpdatedAt: c.Now,
	}
	if err := s.after(ctx, c, &r, rules); err != nil {
		return record{}, err
	}
	if err := insert(ctx, c.Tx, &r); err != nil {
		if fault.Is(err, fault.Duplicate) {
			return record{}, fault.Wrap(fault.Duplicate, err, "pledge_coming")
		}
		return record{}, err
	}
	return r, c.Begin(ctx, lifecycle.Pledge, string(r.ID), r.Scope)
}

// after ties a draft to the pledge that stands or stood: its terms are the
// usual thing to begin with. It refuses while renewing has not begun and while
// a card is open.
func (s *Service) after(ctx context.Context, c *usecase.Call, r *record, rules Rules) error {
	old, err := standing(ctx, c.Tx, r.Premises)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if old.State != lifecycle.Active {
		return fault.New(fault.NotReady, "pledge_card_open")
	}
	opens := old.ExpiresOn.AddDays(-rules.Renewal.OpensDays.Value)
	if calendar.DateOf(c.Now).Before(opens) {
		return fault.New(fault.TooSoon, "pledge_renew_from", opens.String())
	}
	versions, err := termsOf(ctx, c.Tx, old.ID)
	if err != nil {
		return err
	}
	if list := versions[old.ID]; len(list) > 0 {
		r.Draft = list[len(list)-1].Terms
		r.Draft.Rules = rules.Version
	}
	r.Previous = old.ID
	if old.Certificate != "" {
		// The certificate goes on, and with it the name on it: what the shop calls
		// itself since counts when a re-issue has confirmed it.
		r.Holder, r.Address = old.Holder, old.Address
	}
	return nil
}

// Save keeps the draft as far as it goes.
func (s *Service) Save(ctx context.Context, cmd SaveCommand) (View, error) {
	return usecase.Do(ctx, s.rt, saveDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := s.draft(ctx, c, cmd.ID)
		if err != nil {
			return View{}, err
		}
		r.Draft, r.Step = cmd.Terms.filled(), cmd.Step
		r.Draft.Rules = CurrentRules().Version
		if err := bump(ctx, c.Tx, &r, c.Now); err != nil {
			return View{}, err
		}
		return s.view(r, c.By, c.Now), nil
	})
}

func (s *Service) draft(ctx context.Context, c *usecase.Call, id ident.PledgeID) (record, error) {
	r, err := get(ctx, c.Tx, id, c.By)
	if err != nil {
		return r, err
	}
	c.About(string(r.ID), r.Scope)
	if r.State != lifecycle.Draft {
		return r, fault.New(fault.IllegalStep, "pledge_signed")
	}
	return r, c.Precondition(ctx, r.Version)
}

// Discard throws a draft away.
func (s *Service) Discard(ctx context.Context, cmd DiscardCommand) (View, error) {
	return usecase.Do(ctx, s.rt, discardDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return View{}, err
		}
		return s.step(ctx, c, &r, lifecycle.Discard, "")
	})
}
