package application

import (
	"context"
	"slices"

	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

var (
	acceptDef    = define(lifecycle.Accept)
	recommendDef = define(lifecycle.Recommend)
	orderDef     = define(lifecycle.OrderInspection)
	takeDef      = define(lifecycle.TakeAssessment)
	adviseDef    = define(lifecycle.Advise)
	passCityDef  = define(lifecycle.PassCity)
	endorseDef   = define(lifecycle.Endorse)
	cityDef      = define(lifecycle.EndorseCity)
	returnDef    = define(lifecycle.Return)
	refuseDef    = define(lifecycle.Refuse)
)

// Accept begins the county's review (县级初审).
func (s *Service) Accept(ctx context.Context, cmd StepCommand) (View, error) {
	return s.pass(ctx, acceptDef, cmd, lifecycle.Accept)
}

// Advise records what the association said (行业协会意见): its words are the
// reason, and the case goes on.
func (s *Service) Advise(ctx context.Context, cmd AdviseCommand) (View, error) {
	return s.pass(ctx, adviseDef, StepCommand{ID: cmd.ID, Opinion: cmd.Reason}, lifecycle.Advise)
}

// PassCity sends the case from the city to the province where the scheme
// orders no visit.
func (s *Service) PassCity(ctx context.Context, cmd StepCommand) (View, error) {
	return s.pass(ctx, passCityDef, cmd, lifecycle.PassCity)
}

// Recommend sends the case from the county to the next stop, in Jiangxi the city.
func (s *Service) Recommend(ctx context.Context, cmd StepCommand) (View, error) {
	return s.pass(ctx, recommendDef, cmd, lifecycle.Recommend)
}

// OrderInspection approves the application at the city and orders the visit.
func (s *Service) OrderInspection(ctx context.Context, cmd StepCommand) (View, error) {
	return s.pass(ctx, orderDef, cmd, lifecycle.OrderInspection)
}

// TakeAssessment begins the county's assessment of the visit (评估初审).
func (s *Service) TakeAssessment(ctx context.Context, cmd StepCommand) (View, error) {
	return s.pass(ctx, takeDef, cmd, lifecycle.TakeAssessment)
}

// Endorse sends the assessed case from the county to the city.
func (s *Service) Endorse(ctx context.Context, cmd StepCommand) (View, error) {
	return s.pass(ctx, endorseDef, cmd, lifecycle.Endorse)
}

// EndorseCity sends the assessed case from the city to the province.
func (s *Service) EndorseCity(ctx context.Context, cmd StepCommand) (View, error) {
	return s.pass(ctx, cityDef, cmd, lifecycle.EndorseCity)
}

func (s *Service) pass(ctx context.Context, d *usecase.Def, cmd StepCommand, a lifecycle.Action) (View, error) {
	return usecase.Do(ctx, s.rt, d, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, sch, err := s.forOfficer(ctx, c, cmd.ID, a)
		if err != nil {
			return View{}, err
		}
		if slices.Contains(onTheStrengthOf, a) {
			if err := passed(r, sch); err != nil {
				return View{}, err
			}
		}
		return s.move(ctx, c, &r, sch, a, "", cmd.Opinion)
	})
}

// onTheStrengthOf are the steps that rest on the visit, where there was one.
var onTheStrengthOf = []lifecycle.Action{lifecycle.Endorse, lifecycle.EndorseCity, lifecycle.Announce}

// passed refuses where the scheme asks for a visit before this state and the
// shop has not passed it.
func passed(r record, sch scheme.Scheme) error {
	if sch.Inspects(r.State) && (r.Result == nil || !r.Result.Passed) {
		return fault.New(fault.NotReady, "inspection_not_passed")
	}
	return nil
}

// Return gives the case back with every point marked; it comes back to this
// desk under the same number.
func (s *Service) Return(ctx context.Context, cmd ReturnCommand) (View, error) {
	return usecase.Do(ctx, s.rt, returnDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, sch, err := s.forOfficer(ctx, c, cmd.ID, lifecycle.Return)
		if err != nil {
			return View{}, err
		}
		sheet, err := pinnedSheet(ctx, c.Tx, r.Sheet)
		if err != nil {
			return View{}, err
		}
		var fields []fault.Field
		for i, m := range cmd.Items {
			if !markable(m.Pointer, sch, sheet) {
				fields = append(fields, fault.Field{Pointer: "/items/" + itoa(i) + "/pointer", Rule: "not_markable"})
			}
		}
		if fields != nil {
			return View{}, fault.OnFields(fields)
		}
		items, err := s.marked(ctx, c.Tx, r, cmd.Items)
		if err != nil {
			return View{}, err
		}
		r.ReturnedFrom, r.Corrections, r.Reason = r.State, items, cmd.Reason
		return s.move(ctx, c, &r, sch, lifecycle.Return, "", cmd.Reason)
	})
}

// Refuse ends the case; the applicant may appeal until the day named.
func (s *Service) Refuse(ctx context.Context, cmd RefuseCommand) (View, error) {
	return usecase.Do(ctx, s.rt, refuseDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, sch, err := s.forOfficer(ctx, c, cmd.ID, lifecycle.Refuse)
		if err != nil {
			return View{}, err
		}
		r.Reason = cmd.Reason
		r.AppealUntil = s.appealUntil(c, sch)
		return s.move(ctx, c, &r, sch, lifecycle.Refuse, "", cmd.Reason)
	})
}

func (s *Service) appealUntil(c *usecase.Call, sch scheme.Scheme) string {
	return s.calendar.AddWorkdays(calendar.DateOf(c.Now), sch.AppealWorkdays.Value).Date.String()
}

// RecordInspected puts the accepted result of the inspection into the case,
// in the transaction and on behalf of whoever accepted it. A case that was
// withdrawn meanwhile stays as it is.
func (s *Service) RecordInspected(ctx context.Context, c *usecase.Call, in Inspected) error {
	sys := c.AsSystem()
	ctx = inner(ctx)
	r, err := get(ctx, sys.Tx, in.Application, sys.By)
	if err != nil || r.State == lifecycle.Withdrawn {
		return err
	}
	sch, err := scheme.Pinned(ctx, sys.Tx, r.Scheme, r.SchemeVersion)
	if err != nil {
		return err
	}
	rows := make([]inspectorRow, len(in.Inspectors))
	for i, account := range in.Inspectors {
		rows[i] = inspectorRow{Application: r.ID, Account: account, Inspection: in.Result.Inspection}
	}
	if err := addInspectors(ctx, sys.Tx, rows); err != nil {
		return err
	}
	result := in.Result
	r.Result = &result
	_, err = s.move(ctx, sys, &r, sch, lifecycle.RecordInspected, "", "")
	return err
}
