package module

import (
	"context"
	"fmt"
	"slices"

	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// StepCommand moves a version along; the note is kept with it.
type StepCommand struct {
	ID   ident.ModuleID `json:"-" validate:"required,uuid7"`
	Note string         `json:"note" validate:"required,notblank,max=500,plain" doc:"What changes and why."`
}

// DiscardCommand gives a draft up.
type DiscardCommand struct {
	ID ident.ModuleID `json:"-" validate:"required,uuid7"`
}

func define(a lifecycle.Action) *usecase.Def {
	return usecase.Define(usecase.Def{Name: "module." + string(a), Allow: lifecycle.Module.Roles(a)})
}

var (
	proposeDef = define(lifecycle.ProposeModule)
	publishDef = define(lifecycle.PublishModule)
	reworkDef  = define(lifecycle.ReworkModule)
	retireDef  = define(lifecycle.RetireModule)
	discardDef = define(lifecycle.DiscardModule)
)

// Propose asks a second person to publish. A version with problems, or one
// with which a plan would no longer compose, is refused.
func (s *Service) Propose(ctx context.Context, cmd StepCommand) (View, error) {
	return s.step(ctx, proposeDef, cmd.ID, cmd, lifecycle.ProposeModule, cmd.Note, func(ctx context.Context, c *usecase.Call, r *record) error {
		if !slices.Contains(r.Editors, c.By.Account) {
			r.Editors = append(r.Editors, c.By.Account)
		}
		return s.sound(ctx, c, r)
	})
}

// Publish puts the version into force: sheets planned from now on hold it.
// Whoever wrote or proposed it cannot publish it.
func (s *Service) Publish(ctx context.Context, cmd StepCommand) (View, error) {
	return s.step(ctx, publishDef, cmd.ID, cmd, lifecycle.PublishModule, cmd.Note, func(ctx context.Context, c *usecase.Call, r *record) error {
		wrote := usecase.Acts(lifecycle.Module.Noun, lifecycle.Writing, r.Editors)
		if err := c.Apart(ctx, lifecycle.Module, lifecycle.PublishModule, usecase.Matter{Deeds: wrote}); err != nil {
			return err
		}
		r.PublishedAt = c.Now
		return s.sound(ctx, c, r)
	})
}

// Rework gives a proposed version back to be changed.
func (s *Service) Rework(ctx context.Context, cmd StepCommand) (View, error) {
	return s.step(ctx, reworkDef, cmd.ID, cmd, lifecycle.ReworkModule, cmd.Note, nil)
}

// Retire takes a published version out of force: the one published before it
// is in force again. The last one cannot be retired.
func (s *Service) Retire(ctx context.Context, cmd StepCommand) (View, error) {
	return s.step(ctx, retireDef, cmd.ID, cmd, lifecycle.RetireModule, cmd.Note, func(ctx context.Context, c *usecase.Call, r *record) error {
		rows, err := list(ctx, c.Tx, ListQuery{Code: r.Code, State: lifecycle.ModulePublished}, r.Kind == checklist.OfPlan, c.By)
		if err != nil {
			return err
		}
		var next *record
		for i := range rows {
			if o := &rows[i]; o.ID != r.ID && (next == nil || o.PublishedAt.After(next.PublishedAt)) {
				next = o
			}
		}
		if next == nil {
			return fault.New(fault.Conflict, "module_last")
		}
		force, err := inForce(ctx, c.Tx)
		if err != nil || force[r.Code] != r.ID {
			return err
		}
		back, err := byIDs(ctx, c.Tx, []ident.ModuleID{next.ID})
		if err != nil || len(back) == 0 {
			return err
		}
		return s.sound(ctx, c, &back[0])
	})
}

// Discard gives a draft up; it is kept, and its label is free again.
func (s *Service) Discard(ctx context.Context, cmd DiscardCommand) (View, error) {
	return s.step(ctx, discardDef, cmd.ID, cmd, lifecycle.DiscardModule, "", nil)
}

func (s *Service) step(ctx context.Context, def *usecase.Def, id ident.ModuleID, cmd any, a lifecycle.Action, note string, check func(context.Context, *usecase.Call, *record) error) (View, error) {
	return usecase.Do(ctx, s.rt, def, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := get(ctx, c.Tx, id, c.By)
		if err != nil {
			return View{}, err
		}
		c.About(string(r.ID), r.Scope)
		if err := s.author(c.By); err != nil {
			return View{}, err
		}
		if _, err := lifecycle.Module.Check(c.By, a, r.State, ""); err != nil {
			return View{}, err
		}
		if check != nil {
			if err := check(ctx, c, &r); err != nil {
				return View{}, err
			}
		}
		to, err := c.Step(ctx, lifecycle.Module, usecase.Subject{ID: string(r.ID), State: r.State, Version: r.Version, Scope: r.Scope}, a, "", note)
		if err != nil {
			return View{}, err
		}
		r.State, r.Version = to, r.Version+1
		if note != "" {
			r.Note = note
		}
		if err := saveStep(ctx, c.Tx, &r); err != nil {
			return View{}, err
		}
		force, err := inForce(ctx, c.Tx)
		return s.view(r, c.By, force[r.Code] == r.ID), err
	})
}

// sound refuses a version that is not complete, or with which a sheet would
// not compose beside what else is in force.
func (s *Service) sound(ctx context.Context, c *usecase.Call, r *record) error {
	lib, err := s.Library(ctx, c.Tx)
	if err != nil {
		return err
	}
	if r.Kind == checklist.OfPlan {
		p, err := r.plan()
		if err != nil {
			return err
		}
		wrong, err := s.planProblems(ctx, c.Tx, lib, &p)
		if err != nil {
			return err
		}
		if len(wrong) > 0 {
			return fault.New(fault.Conflict, "module_problems", fmt.Sprint(len(wrong)), wrong[0].Where)
		}
		return nil
	}
	m, err := r.module()
	if err != nil {
		return err
	}
	if p := checklist.Lint(&m, checklist.Shipped().Sources); len(p) > 0 {
		return fault.New(fault.Conflict, "module_problems", fmt.Sprint(len(p)), p[0].Where)
	}
	if p := lib.With(&m).Composes(); len(p) > 0 {
		return fault.New(fault.Conflict, "module_composes", p[0].Where, fmt.Sprint(p[0].Args))
	}
	return nil
}
