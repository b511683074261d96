package reinspect

import (
	"context"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// FileCommand asks to be inspected again.
type FileCommand struct {
	Certificate ident.CertificateID `json:"certificate" validate:"required,uuid7"`
	Mended      string              `json:"mended" validate:"required,notblank,max=1000,plain" doc:"What was mended, item by item; for officers and inspectors."`
}

// StepCommand takes a step that needs no words.
type StepCommand struct {
	ID ident.ReinspectionID `json:"-" validate:"required,uuid7"`
}

// DeclineCommand declines a request.
type DeclineCommand struct {
	ID     ident.ReinspectionID `json:"-" validate:"required,uuid7"`
	Reason string               `json:"reason" validate:"required,notblank,max=500,plain" doc:"For the holder."`
}

var holders = []access.Role{access.Merchant, access.Organiser}

func define(a lifecycle.Action) *usecase.Def {
	return usecase.Define(usecase.Def{Name: "reinspection." + string(a), Allow: lifecycle.Reinspections.Roles(a)})
}

var (
	fileDef    = usecase.Define(usecase.Def{Name: "reinspection.file", Allow: holders})
	arrangeDef = define(lifecycle.Arrange)
	declineDef = define(lifecycle.Decline)
	retractDef = define(lifecycle.Retract)
)

// refusals words why a request is not taken.
var refusals = map[string]fault.Code{
	"ended": fault.NotReady, "street": fault.NotReady, "never": fault.NotReady, "open": fault.Duplicate, "used_up": fault.TooSoon, "downgraded": fault.TooSoon,
}

// File takes a request for the county to answer.
func (s *Service) File(ctx context.Context, cmd FileCommand) (View, error) {
	return usecase.Do(ctx, s.rt, fileDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		d, err := s.titles.Dossier(ctx, c, cmd.Certificate)
		if err != nil {
			return View{}, err
		}
		c.About(string(d.ID), d.Scope)
		o, err := s.outlook(ctx, c.Tx, d.View)
		if err != nil {
			return View{}, err
		}
		if !o.Can {
			return View{}, fault.New(refusals[o.Why], "reinspect_"+o.Why, o.Again)
		}
		r := record{
			ID: ident.New[ident.ReinspectionID](), Certificate: d.ID, CertNumber: d.Number, Holder: d.Holder, Operator: d.Operator, Division: d.Division,
			Scope: d.Scope, Standing: d.State, Mended: cmd.Mended, State: lifecycle.Reinspections.Start, Version: 1, DueOn: s.workdays(c, AnswerWorkdays),
			FiledBy: c.By.Account, FiledAt: c.Now, UpdatedAt: c.Now,
		}
		if err := insert(ctx, c.Tx, &r); err != nil {
			if fault.Is(err, fault.Duplicate) {
				return View{}, fault.Wrap(fault.Duplicate, err, "reinspect_open")
			}
			return View{}, err
		}
		if err := c.Begin(ctx, lifecycle.Reinspections, string(r.ID), r.Scope); err != nil {
			return View{}, err
		}
		v := s.view(r, c.By, c.Now)
		err = s.openTask(ctx, c, r, task.ReinspectionFiled, r.DueOn)
		c.About(string(r.ID), r.Scope)
		return v, err
	})
}

func (s *Service) workdays(c *usecase.Call, n int) string {
	return s.calendar.AddWorkdays(calendar.DateOf(c.Now), n).Date.String()
}

func (s *Service) openTask(ctx context.Context, c *usecase.Call, r record, kind, due string) error {
	_, err := s.tasks.Open(ctx, c, task.Opening{
		Kind: kind, Noun: lifecycle.Reinspections.Noun, Subject: string(r.ID), Scope: r.Scope, DueOn: due,
		Data: map[string]any{"name": r.Holder, "number": r.CertNumber},
	})
	return err
}

// Arrange orders the visit.
func (s *Service) Arrange(ctx context.Context, cmd StepCommand) (View, error) {
	return s.officer(ctx, arrangeDef, cmd, cmd.ID, lifecycle.Arrange, "", func(ctx context.Context, c *usecase.Call, r *record) error {
		in, err := s.inspections.OfTitle(ctx, c, r.Certificate)
		if err != nil {
			return err
		}
		in.Purpose, in.DueOn = inspection.Reinspection, s.workdays(c, VisitWorkdays)
		v, err := s.inspections.Plan(inner(ctx), c, in)
		r.Visit, r.DueOn = v.ID, in.DueOn
		return err
	})
}

// Decline refuses a request with a reason.
func (s *Service) Decline(ctx context.Context, cmd DeclineCommand) (View, error) {
	return s.officer(ctx, declineDef, cmd, cmd.ID, lifecycle.Decline, cmd.Reason, nil)
}

// Retract takes a request back before it was answered; it does not count.
func (s *Service) Retract(ctx context.Context, cmd StepCommand) (View, error) {
	return usecase.Do(ctx, s.rt, retractDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return View{}, err
		}
		return s.step(ctx, c, &r, lifecycle.Retract, "")
	})
}

func (s *Service) officer(ctx context.Context, def *usecase.Def, cmd any, id ident.ReinspectionID, a lifecycle.Action, reason string,
	before func(context.Context, *usecase.Call, *record) error,
) (View, error) {
	return usecase.Do(ctx, s.rt, def, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := get(ctx, c.Tx, id, c.By)
		if err != nil {
			return View{}, err
		}
		c.About(string(r.ID), r.Scope)
		if _, err := lifecycle.Reinspections.Check(c.By, a, r.State, ""); err != nil {
			return View{}, err
		}
		if err := c.Precondition(ctx, r.Version); err != nil {
			return View{}, err
		}
		d, err := s.titles.Dossier(ctx, c, r.Certificate)
		if err != nil {
			return View{}, err
		}
		more, err := s.Deeds(ctx, c.Tx, d.ID, d.Application)
		if err != nil {
			return View{}, err
		}
		if err := c.Apart(ctx, lifecycle.Reinspections, a, usecase.Matter{Operator: r.Operator, Deeds: slices.Concat(d.Deeds, more)}); err != nil {
			return View{}, err
		}
		if before != nil {
			if err := before(ctx, c, &r); err != nil {
				return View{}, err
			}
		}
		return s.step(ctx, c, &r, a, reason)
	})
}

func (s *Service) step(ctx context.Context, c *usecase.Call, r *record, a lifecycle.Action, reason string) (View, error) {
	to, err := c.Step(ctx, lifecycle.Reinspections, usecase.Subject{ID: string(r.ID), State: r.State, Version: r.Version, Scope: r.Scope}, a, "", reason)
	if err != nil {
		return View{}, err
	}
	r.State, r.Version, r.Reason = to, r.Version+1, reason
	if err := save(ctx, c.Tx, r); err != nil {
		return View{}, err
	}
	if to != lifecycle.Filed {
		if err := s.tasks.Settle(ctx, c, string(r.ID), task.ReinspectionFiled); err != nil {
			return View{}, err
		}
	}
	v := s.view(*r, c.By, c.Now)
	for _, hook := range s.OnMoved {
		if err := hook(inner(ctx), c, v, a); err != nil {
			return View{}, err
		}
	}
	c.About(string(r.ID), r.Scope)
	return v, nil
}

// inner drops the caller's precondition, which is about another record.
func inner(ctx context.Context) context.Context {
	return usecase.WithEdge(ctx, usecase.Edge{RequestID: usecase.RequestID(ctx)})
}
