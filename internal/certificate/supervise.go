package certificate

import (
	"context"

	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// StepCommand moves a title, with the reason that the public will read.
type StepCommand struct {
	ID     ident.CertificateID `json:"-" validate:"required,uuid7"`
	Reason string              `json:"reason" validate:"required,notblank,max=500,plain" doc:"Public words; name no person."`
}

// RevokeCommand takes a title away.
type RevokeCommand struct {
	ID     ident.CertificateID `json:"-" validate:"required,uuid7"`
	Reason string              `json:"reason" validate:"required,notblank,max=500,plain" doc:"Public words; name no person."`
	Years  int                 `json:"exclusion_years" validate:"min=0,max=10" doc:"For how long no new application is taken; 0 means the scheme's period."`
}

func define(a lifecycle.Action) *usecase.Def {
	return usecase.Define(usecase.Def{Name: "certificate." + string(a), Allow: lifecycle.Certificate.Roles(a)})
}

var (
	suspendDef  = define(lifecycle.Suspend)
	rectifyDef  = define(lifecycle.OrderRectification)
	revokeDef   = define(lifecycle.Revoke)
	withdrawDef = define(lifecycle.Withdraw)
)

// Suspend stops a title at once; one officer is enough, because it protects.
func (s *Service) Suspend(ctx context.Context, cmd StepCommand) (View, error) {
	return s.step(ctx, suspendDef, cmd, lifecycle.Suspend)
}

// OrderRectification lets the title stand while its holder mends something.
func (s *Service) OrderRectification(ctx context.Context, cmd StepCommand) (View, error) {
	return s.step(ctx, rectifyDef, cmd, lifecycle.OrderRectification)
}

// Withdraw gives a title up at its holder's wish. Promises made before keep
// binding for what was bought before.
func (s *Service) Withdraw(ctx context.Context, cmd StepCommand) (View, error) {
	return s.step(ctx, withdrawDef, cmd, lifecycle.Withdraw)
}

func (s *Service) step(ctx context.Context, d *usecase.Def, cmd StepCommand, a lifecycle.Action) (View, error) {
	return usecase.Do(ctx, s.rt, d, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return View{}, err
		}
		return s.move(ctx, c, r, a, cmd.Reason, "")
	})
}

// Revoke takes a title away for good and bars its holder for a time.
func (s *Service) Revoke(ctx context.Context, cmd RevokeCommand) (View, error) {
	return usecase.Do(ctx, s.rt, revokeDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return View{}, err
		}
		years := cmd.Years
		if years == 0 {
			_, _, _, years, _, _ = s.schemes(r.Scheme, r.SchemeVersion)
		}
		until := calendar.DateOf(c.Now).AddYears(years)
		c.Note("excluded_until", until.String())
		return s.move(ctx, c, r, lifecycle.Revoke, cmd.Reason, until.String())
	})
}

// move takes the step, stores its public side and refreshes what scans show.
func (s *Service) move(ctx context.Context, c *usecase.Call, r record, a lifecycle.Action, reason, excludedUntil string) (View, error) {
	c.About(string(r.ID), r.Scope)
	if err := c.Apart(ctx, lifecycle.Certificate, a, usecase.Matter{Operator: r.Operator}); err != nil {
		return View{}, err
	}
	to, err := c.Step(ctx, lifecycle.Certificate, r.subject(), a, "", reason)
	if err != nil {
		return View{}, err
	}
	r.State, r.Version, r.StateSince, r.ExcludedUntil = to, r.Version+1, c.Now, excludedUntil
	r.Reason = reason
	if to == lifecycle.Active {
		r.Reason = "" // the past reason is in the history, not on the badge
	}
	if err := setPublic(ctx, c.Tx, &r); err != nil {
		return View{}, err
	}
	if err := closeProposals(ctx, c.Tx, r.ID, c.By.Account, c.Now); err != nil {
		return View{}, err
	}
	if err := s.refresh(ctx, c, r); err != nil {
		return View{}, err
	}
	v := s.view(r, c.By, c.Now)
	for _, hook := range s.OnMoved {
		if err := hook(ctx, c, Moved{View: v, Operator: r.Operator, Action: a, KeepsPlaque: keepsPlaque(ctx)}); err != nil {
			return View{}, err
		}
	}
	c.About(string(r.ID), r.Scope) // a hook may have spoken of its own record
	return v, nil
}

// Excluded tells whether an operator may not apply on a day, and until when.
func (s *Service) Excluded(ctx context.Context, idb usecase.Reader, operator ident.OperatorID, scheme string) error {
	until, err := excludedUntil(ctx, idb, operator, scheme, calendar.DateOf(s.rt.Now()).String())
	if err != nil {
		return err
	}
	if until != "" {
		return fault.New(fault.Excluded, "excluded_until", until)
	}
	return nil
}

// Downgraded refuses a new application of premises whose grade fell, while the
// time that the scheme sets for it runs.
func (s *Service) Downgraded(ctx context.Context, idb usecase.Reader, premises ident.PremisesID, scheme string) error {
	until, err := downgradedUntil(ctx, idb, premises, scheme, calendar.DateOf(s.rt.Now()).String())
	if err == nil && until != "" {
		err = fault.New(fault.Excluded, "downgraded_until", until)
	}
	return err
}

// Live tells whether the premises hold a live title of the scheme.
func (s *Service) Live(ctx context.Context, idb usecase.Reader, premises ident.PremisesID, scheme string) (bool, error) {
	return live(ctx, idb, premises, scheme, calendar.DateOf(s.rt.Now()).String())
}
