package inspection

import (
	"context"
	"strconv"

	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// SendBackCommand gives a sheet back with marks on the very items.
type SendBackCommand struct {
	ID     ident.InspectionID `json:"-" validate:"required,uuid7"`
	Reason string             `json:"reason" validate:"required,notblank,max=500,plain"`
	Marks  []Mark             `json:"marks" validate:"required,min=1,max=200,dive"`
	DueOn  string             `json:"due_on" validate:"omitempty,date" doc:"Until when it should be done."`
}

// ReasonCommand takes a step that has to be explained.
type ReasonCommand struct {
	ID     ident.InspectionID `json:"-" validate:"required,uuid7"`
	Reason string             `json:"reason" validate:"required,notblank,max=500,plain"`
	DueOn  string             `json:"due_on" validate:"omitempty,date" doc:"Deadline, for rectification."`
}

var (
	acceptDef   = define(lifecycle.Accept)
	sendBackDef = define(lifecycle.SendBack)
	rectifyDef  = define(lifecycle.OrderRectification)
	verifyDef   = define(lifecycle.Verify)
	failDef     = define(lifecycle.Fail)
	voidDef     = define(lifecycle.Void)
)

// judged reads an inspection for an officer who did not make it and has no
// interest in the operator.
func (s *Service) judged(ctx context.Context, c *usecase.Call, id ident.InspectionID, a lifecycle.Action) (record, error) {
	r, err := get(ctx, c.Tx, id, c.By)
	if err != nil {
		return record{}, err
	}
	c.About(string(r.ID), r.Scope)
	return r, c.Apart(ctx, lifecycle.Inspection, a, r.matter())
}

// Accept takes the result over; hooks move what waited for it.
func (s *Service) Accept(ctx context.Context, cmd IDCommand) (View, error) {
	return usecase.Do(ctx, s.rt, acceptDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := s.judged(ctx, c, cmd.ID, lifecycle.Accept)
		if err != nil {
			return View{}, err
		}
		if err := settled(ctx, c, r); err != nil {
			return View{}, err
		}
		to, err := c.Step(ctx, lifecycle.Inspection, r.subject(), lifecycle.Accept, "", "")
		if err != nil {
			return View{}, err
		}
		r.State, r.Version = to, r.Version+1
		v := r.view(c.By)
		for _, hook := range s.OnAccepted {
			if err := hook(withoutVersion(ctx), c, v); err != nil {
				return View{}, err
			}
		}
		return v, nil
	})
}

// SendBack gives the sheet back to the same two inspectors.
func (s *Service) SendBack(ctx context.Context, cmd SendBackCommand) (View, error) {
	return usecase.Do(ctx, s.rt, sendBackDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := s.judged(ctx, c, cmd.ID, lifecycle.SendBack)
		if err != nil {
			return View{}, err
		}
		sheet, err := sheetOf(ctx, c.Tx, r.Sheet)
		if err != nil {
			return View{}, err
		}
		for i, m := range cmd.Marks {
			if sheet.Item(m.Item) == nil {
				return View{}, fault.OnField("/marks/"+itoa(i)+"/item", "unknown_item", "")
			}
		}
		if err := settled(ctx, c, r); err != nil {
			return View{}, err
		}
		to, err := c.Step(ctx, lifecycle.Inspection, r.subject(), lifecycle.SendBack, "", cmd.Reason)
		if err != nil {
			return View{}, err
		}
		if err := s.carry(ctx, c, r); err != nil {
			return View{}, err
		}
		r.State, r.Version, r.Reason, r.Marks = to, r.Version+1, cmd.Reason, cmd.Marks
		if cmd.DueOn != "" {
			r.DueOn = cmd.DueOn
		}
		if err := update(ctx, c.Tx, &r, "reason", "marks", "due_on"); err != nil {
			return View{}, err
		}
		return r.view(c.By), s.changed(ctx, c, r, lifecycle.SendBack, r.inspectors()...)
	})
}

// OrderRectification sets a day by which findings have to be mended.
func (s *Service) OrderRectification(ctx context.Context, cmd ReasonCommand) (View, error) {
	return s.explain(ctx, rectifyDef, cmd, lifecycle.OrderRectification)
}

// Verify finds the rectification good.
func (s *Service) Verify(ctx context.Context, cmd ReasonCommand) (View, error) {
	return s.explain(ctx, verifyDef, cmd, lifecycle.Verify)
}

// Fail finds that nothing was mended.
func (s *Service) Fail(ctx context.Context, cmd ReasonCommand) (View, error) {
	return s.explain(ctx, failDef, cmd, lifecycle.Fail)
}

// Void ends an inspection that should not count; its record stays.
func (s *Service) Void(ctx context.Context, cmd ReasonCommand) (View, error) {
	return s.explain(ctx, voidDef, cmd, lifecycle.Void)
}

func (s *Service) explain(ctx context.Context, d *usecase.Def, cmd ReasonCommand, a lifecycle.Action) (View, error) {
	return usecase.Do(ctx, s.rt, d, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := s.judged(ctx, c, cmd.ID, a)
		if err != nil {
			return View{}, err
		}
		if a == lifecycle.OrderRectification && cmd.DueOn == "" {
			return View{}, fault.OnField("/due_on", "required", "")
		}
		to, err := c.Step(ctx, lifecycle.Inspection, r.subject(), a, "", cmd.Reason)
		if err != nil {
			return View{}, err
		}
		r.State, r.Version, r.Reason = to, r.Version+1, cmd.Reason
		if cmd.DueOn != "" {
			r.DueOn = cmd.DueOn
		}
		if err := update(ctx, c.Tx, &r, "reason", "due_on"); err != nil {
			return View{}, err
		}
		return r.view(c.By), s.changed(ctx, c, r, a, r.inspectors()...)
	})
}

func itoa(i int) string { return strconv.Itoa(i) }
