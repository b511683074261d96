package pledge

import (
	"context"

	"fangxin/internal/blob"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

// CardCommand gives a card.
type CardCommand struct {
	ID     ident.PledgeID `json:"-" validate:"required,uuid7"`
	Reason string         `json:"reason" validate:"required,notblank,max=500,plain" doc:"Public words; name no person."`
	DueOn  string         `json:"due_on,omitempty" validate:"omitempty,date" doc:"Day by which it has to be put right; the scheme's working days when empty."`
}

// FixedCommand tells that the shop has put things right.
type FixedCommand struct {
	ID       ident.PledgeID `json:"-" validate:"required,uuid7"`
	Note     string         `json:"note" validate:"required,notblank,max=500,plain" doc:"What was done."`
	Evidence []string       `json:"evidence" validate:"max=6,unique,dive,len=64,hexadecimal,lowercase" doc:"Photos, as POST /files answered."`
}

// RemoveCommand takes a shop off the list.
type RemoveCommand struct {
	ID     ident.PledgeID `json:"-" validate:"required,uuid7"`
	Reason string         `json:"reason" validate:"required,notblank,max=500,plain" doc:"Public words; name no person."`
	Years  int            `json:"exclusion_years" validate:"min=0,max=10" doc:"For how long the operator may not pledge again; 0 means the scheme's period."`
}

// Causes of a card.
const (
	byOfficer   = "officer"
	testRefused = "test_refused"
	notFixed    = "not_fixed"
)

var (
	yellowDef  = define(lifecycle.GiveYellow)
	redDef     = define(lifecycle.GiveRed)
	fixedDef   = usecase.Define(usecase.Def{Name: "pledge.report_fixed", Allow: shopkeepers})
	clearDef   = define(lifecycle.Clear)
	restoreDef = define(lifecycle.Restore)
	removeDef  = define(lifecycle.Remove)
)

// YellowCard warns a shop in public and gives it some days. The title is under
// rectification meanwhile, and stands.
func (s *Service) YellowCard(ctx context.Context, cmd CardCommand) (View, error) {
	return s.cardBy(ctx, yellowDef, cmd, Yellow)
}

// RedCard suspends the title at once; one officer is enough, because it
// protects.
func (s *Service) RedCard(ctx context.Context, cmd CardCommand) (View, error) {
	return s.cardBy(ctx, redDef, cmd, Red)
}

func (s *Service) cardBy(ctx context.Context, def *usecase.Def, cmd CardCommand, colour Colour) (View, error) {
	return usecase.Do(ctx, s.rt, def, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		ctx, r, err := s.take(ctx, c, cmd.ID)
		if err != nil {
			return View{}, err
		}
		due, today := calendar.Date{}, calendar.DateOf(c.Now)
		if cmd.DueOn != "" {
			if due, err = calendar.ParseDate(cmd.DueOn); err != nil || !today.Before(due) {
				return View{}, fault.OnField("/due_on", "day_to_come", "")
			}
		}
		return s.give(ctx, c, &r, card{colour: colour, reason: cmd.Reason, due: due, cause: byOfficer})
	})
}

// card is a card about to be given.
type card struct {
	colour Colour
	reason string
	cause  string
	due    calendar.Date
	visit  ident.InspectionID
}

// give gives a card inside a use-case. A red one after a yellow one closes it,
// and holds back a renewal that is on its way.
func (s *Service) give(ctx context.Context, c *usecase.Call, r *record, k card) (View, error) {
	today := calendar.DateOf(c.Now)
	if k.due.IsZero() {
		sch, err := scheme.Pinned(ctx, c.Tx, r.Scheme, r.SchemeVersion)
		if err != nil {
			return View{}, err
		}
		k.due = s.calendar.AddWorkdays(today, sch.RectificationWorkdays.Value).Date
	}
	action := lifecycle.GiveYellow
	if k.colour == Red {
		action = lifecycle.GiveRed
	}
	if k.cause == byOfficer && r.State == lifecycle.YellowCard {
		k.cause = notFixed
	}
	if _, err := s.stepWith(ctx, c, r, action, k.reason, func() { r.CardDue = k.due }); err != nil {
		return View{}, err
	}
	if k.colour == Red {
		if err := closeCard(ctx, c, r.ID, "escalated", ""); err != nil {
			return View{}, err
		}
	}
	err := insertCard(ctx, c.Tx, &cardRow{
		ID: ident.New[ident.CardID](), Pledge: r.ID, Premises: r.Premises, Colour: k.colour, Cause: k.cause, Reason: k.reason, Visit: k.visit,
		IssuedBy: c.By.Account, IssuedOn: today, DueOn: k.due, Evidence: []string{}, CreatedAt: c.Now,
	})
	if err != nil {
		return View{}, err
	}
	if err := s.lockstep(ctx, c, r, titleSteps[action], k.reason, ""); err != nil {
		return View{}, err
	}
	next, err := coming(ctx, c.Tx, r.Premises)
	switch {
	case fault.Is(err, fault.NotFound):
	case err != nil:
		return View{}, err
	case next.State == lifecycle.Published:
		if _, err := s.step(inner(ctx), c, &next, lifecycle.Hold, k.reason); err != nil {
			return View{}, err
		}
	}
	c.About(string(r.ID), r.Scope)
	return s.view(*r, c.By, c.Now), nil
}

// lockstep moves the title with its pledge.
func (s *Service) lockstep(ctx context.Context, c *usecase.Call, r *record, a lifecycle.Action, reason, excludedUntil string) error {
	if r.Certificate == "" {
		return nil
	}
	err := s.certificates.Follow(leading(ctx), c, r.Certificate, a, reason, excludedUntil)
	c.About(string(r.ID), r.Scope)
	return err
}

// ReportFixed tells the county that a card's matter is put right; a second
// officer looks whether it is.
func (s *Service) ReportFixed(ctx context.Context, cmd FixedCommand) (View, error) {
	return usecase.Do(ctx, s.rt, fixedDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return View{}, err
		}
		c.About(string(r.ID), r.Scope)
		if r.State != lifecycle.YellowCard && r.State != lifecycle.RedCard {
			return View{}, fault.New(fault.IllegalStep, "no_card")
		}
		if err := c.Precondition(ctx, r.Version); err != nil {
			return View{}, err
		}
		open, err := openCard(ctx, c.Tx, r.ID)
		if err != nil {
			return View{}, err
		}
		for _, sha := range cmd.Evidence {
			if err := s.files.Use(ctx, c, blob.Use{SHA256: sha, Noun: "pledge", ID: string(r.ID), Operator: r.Operator, Scope: r.Scope}); err != nil {
				return View{}, err
			}
		}
		open.Fix, open.FixedOn, open.Evidence = cmd.Note, calendar.DateOf(c.Now), cmd.Evidence
		if open.Evidence == nil {
			open.Evidence = []string{}
		}
		if err := saveFix(ctx, c.Tx, &open); err != nil {
			return View{}, err
		}
		if err := bump(ctx, c.Tx, &r, c.Now); err != nil {
			return View{}, err
		}
		v := s.view(r, c.By, c.Now)
		for _, hook := range s.OnMoved {
			if err := hook(ctx, c, Moved{View: v, Operator: r.Operator, To: r.State, Note: "fixed"}); err != nil {
				return View{}, err
			}
		}
		return v, nil
	})
}

// Clear takes a yellow card back because the matter is put right. Whoever gave
// it does not: it needs a second person.
func (s *Service) Clear(ctx context.Context, cmd StepCommand) (View, error) {
	return s.forgive(ctx, clearDef, cmd, lifecycle.Clear)
}

// Restore takes a red card back, under the same rule.
func (s *Service) Restore(ctx context.Context, cmd StepCommand) (View, error) {
	return s.forgive(ctx, restoreDef, cmd, lifecycle.Restore)
}

func (s *Service) forgive(ctx context.Context, def *usecase.Def, cmd StepCommand, a lifecycle.Action) (View, error) {
	return usecase.Do(ctx, s.rt, def, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		ctx, r, err := s.take(ctx, c, cmd.ID)
		if err != nil {
			return View{}, err
		}
		open, err := openCard(ctx, c.Tx, r.ID)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return View{}, err
		}
		card := lifecycle.Deed{Noun: lifecycle.Pledge.Noun, Action: lifecycle.GiveCard, By: open.IssuedBy}
		if err := c.Apart(ctx, lifecycle.Pledge, a, usecase.Matter{Operator: r.Operator, Deeds: []lifecycle.Deed{card}}); err != nil {
			return View{}, err
		}
		if _, err := s.stepWith(ctx, c, &r, a, cmd.Reason, func() { r.CardDue = calendar.Date{} }); err != nil {
			return View{}, err
		}
		if err := closeCard(ctx, c, r.ID, "cleared", cmd.Reason); err != nil {
			return View{}, err
		}
		if err := s.lockstep(ctx, c, &r, titleSteps[a], cmd.Reason, ""); err != nil {
			return View{}, err
		}
		return s.view(r, c.By, c.Now), nil
	})
}

// Remove takes a shop with a red card off the list; its operator may not pledge
// again for the scheme's years. What was bought before stays promised.
func (s *Service) Remove(ctx context.Context, cmd RemoveCommand) (View, error) {
	return usecase.Do(ctx, s.rt, removeDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		ctx, r, err := s.take(ctx, c, cmd.ID)
		if err != nil {
			return View{}, err
		}
		sch, err := scheme.Pinned(ctx, c.Tx, r.Scheme, r.SchemeVersion)
		if err != nil {
			return View{}, err
		}
		years, today := cmd.Years, calendar.DateOf(c.Now)
		if years == 0 {
			years = sch.ExclusionYears.Value
		}
		until := today.AddYears(years).String()
		_, err = s.stepWith(ctx, c, &r, lifecycle.Remove, cmd.Reason, func() {
			r.EndedOn, r.ExcludedUntil, r.CardDue = today, until, calendar.Date{}
		})
		if err != nil {
			return View{}, err
		}
		c.Note("excluded_until", until)
		if err := closeCard(ctx, c, r.ID, "removed", ""); err != nil {
			return View{}, err
		}
		if err := s.lockstep(ctx, c, &r, titleSteps[lifecycle.Remove], cmd.Reason, until); err != nil {
			return View{}, err
		}
		return s.view(r, c.By, c.Now), s.endComing(ctx, c, r, lifecycle.Refuse, cmd.Reason)
	})
}

// endComing ends what the shop has on its way together with what stands.
func (s *Service) endComing(ctx context.Context, c *usecase.Call, r record, a lifecycle.Action, reason string) error {
	next, err := coming(ctx, c.Tx, r.Premises)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if next.State == lifecycle.Draft {
		return nil // nobody but the shop knows of it
	}
	_, err = s.step(inner(ctx), c, &next, a, reason)
	c.About(string(r.ID), r.Scope)
	return err
}
