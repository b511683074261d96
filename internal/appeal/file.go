package appeal

import (
	"context"
	"fmt"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/db"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// FileCommand asks that a decision be looked at again: one on a title, or the
// refusal of a case.
type FileCommand struct {
	Certificate ident.CertificateID `json:"certificate,omitempty" validate:"required_without=Application,excluded_with=Application,omitempty,uuid7" doc:"The title; or else application."`
	Application ident.ApplicationID `json:"application,omitempty" validate:"omitempty,uuid7" doc:"The case that was refused."`
	Body        string              `json:"body" validate:"required,notblank,max=2000,plain" doc:"What is wrong with the decision, in the writer's words."`
}

// StepCommand ends an appeal, with the reason that the public will read.
type StepCommand struct {
	ID     ident.AppealID `json:"-" validate:"required,uuid7"`
	Reason string         `json:"reason" validate:"required,notblank,max=500,plain" doc:"Public words; name no person."`
}

// RetractCommand takes an appeal back.
type RetractCommand struct {
	ID ident.AppealID `json:"-" validate:"required,uuid7"`
}

var holders = []access.Role{access.Merchant, access.Organiser}

func define(a lifecycle.Action) *usecase.Def {
	return usecase.Define(usecase.Def{Name: "appeal." + string(a), Allow: lifecycle.Appeal.Roles(a)})
}

var (
	fileDef    = usecase.Define(usecase.Def{Name: "appeal.file", Allow: holders})
	upholdDef  = define(lifecycle.Uphold)
	rejectDef  = define(lifecycle.Reject)
	retractDef = define(lifecycle.Retract)
)

// File takes an appeal against the decision that holds now. A second one
// against the same decision is refused, and so is one after its time.
func (s *Service) File(ctx context.Context, cmd FileCommand) (View, error) {
	return usecase.Do(ctx, s.rt, fileDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		m, err := s.matter(ctx, c, record{Certificate: cmd.Certificate, Application: cmd.Application})
		if err != nil {
			return View{}, err
		}
		r := m.record
		c.About(m.id(), r.Scope)
		if m.decision == nil {
			return View{}, fault.New(fault.Conflict, "nothing_to_appeal")
		}
		today := calendar.DateOf(c.Now)
		if m.until < today.String() {
			return View{}, fault.New(fault.Conflict, "appeal_too_late", m.until)
		}
		due, err := s.lastDay(c.Now, DecideWithin)
		if err != nil {
			return View{}, err
		}
		n, err := db.Next(ctx, c.Tx, fmt.Sprintf("appeal/%d", today.Year()))
		if err != nil {
			return View{}, err
		}
		r.ID, r.Number = ident.New[ident.AppealID](), fmt.Sprintf("赣放心复〔%d〕%06d号", today.Year(), n)
		r.Action, r.Event, r.Level = lifecycle.Action(m.decision.Action), m.decision.ID, m.decision.Role
		r.Decision, r.ContestedAt, r.Body = m.decision.Reason, m.decision.At, cmd.Body
		r.State, r.Version, r.DueOn, r.FiledBy, r.FiledAt, r.UpdatedAt = lifecycle.Appeal.Start, 1, due.String(), c.By.Account, c.Now, c.Now
		if err := insert(ctx, c.Tx, &r); err != nil {
			if fault.Is(err, fault.Duplicate) {
				return View{}, fault.Wrap(fault.Duplicate, err, "appealed_already")
			}
			return View{}, err
		}
		if err := c.Begin(ctx, lifecycle.Appeal, string(r.ID), r.Scope); err != nil {
			return View{}, err
		}
		v := s.view(r, c.By, c.Now)
		for _, hook := range s.OnMoved {
			if err := hook(ctx, c, v, "create"); err != nil {
				return View{}, err
			}
		}
		c.About(m.id(), r.Scope)
		return v, nil
	})
}

// Uphold annuls the contested decision: it gives the title back, or lets the
// case go on where it was refused.
func (s *Service) Uphold(ctx context.Context, cmd StepCommand) (View, error) {
	return s.decide(ctx, upholdDef, cmd, lifecycle.Uphold, func(ctx context.Context, c *usecase.Call, r record) error {
		if r.Application != "" {
			return s.Applications.Reconsider(ctx, c, r.Application, cmd.Reason)
		}
		return s.certificates.Reinstate(ctx, c, r.Certificate, cmd.Reason)
	})
}

// Reject lets the decision stand.
func (s *Service) Reject(ctx context.Context, cmd StepCommand) (View, error) {
	return s.decide(ctx, rejectDef, cmd, lifecycle.Reject, nil)
}

// Retract takes the appeal back; the decision stands.
func (s *Service) Retract(ctx context.Context, cmd RetractCommand) (View, error) {
	return usecase.Do(ctx, s.rt, retractDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return View{}, err
		}
		return s.end(ctx, c, r, lifecycle.Retract, "")
	})
}

func (s *Service) decide(ctx context.Context, def *usecase.Def, cmd StepCommand, a lifecycle.Action, then func(context.Context, *usecase.Call, record) error) (View, error) {
	return usecase.Do(ctx, s.rt, def, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return View{}, err
		}
		c.About(string(r.ID), r.Scope)
		if err := s.uninvolved(ctx, c, r, a); err != nil {
			return View{}, err
		}
		v, err := s.end(ctx, c, r, a, cmd.Reason)
		if err != nil || then == nil {
			return v, err
		}
		if err := then(ctx, c, r); err != nil {
			return View{}, err
		}
		c.About(string(r.ID), r.Scope) // the title spoke of its own record
		return v, nil
	})
}

// uninvolved refuses whoever had a hand in the matter, and those below the
// level at which it was decided.
func (s *Service) uninvolved(ctx context.Context, c *usecase.Call, r record, a lifecycle.Action) error {
	if below(c.By, r.Level) {
		return fault.New(fault.Forbidden, "appeal_level")
	}
	m, err := s.matter(ctx, c, r)
	if err != nil {
		return err
	}
	return c.Apart(ctx, lifecycle.Appeal, a, usecase.Matter{Operator: r.Operator, Deeds: m.deeds})
}

func (s *Service) end(ctx context.Context, c *usecase.Call, r record, a lifecycle.Action, reason string) (View, error) {
	to, err := c.Step(ctx, lifecycle.Appeal, usecase.Subject{ID: string(r.ID), State: r.State, Version: r.Version, Scope: r.Scope}, a, "", reason)
	if err != nil {
		return View{}, err
	}
	r.State, r.Version, r.Reason, r.DecidedAt = to, r.Version+1, reason, c.Now
	if err := save(ctx, c.Tx, &r); err != nil {
		return View{}, err
	}
	v := s.view(r, c.By, c.Now)
	for _, hook := range s.OnMoved {
		if err := hook(ctx, c, v, a); err != nil {
			return View{}, err
		}
	}
	c.About(string(r.ID), r.Scope)
	return v, nil
}
