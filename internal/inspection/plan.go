package inspection

import (
	"context"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// PlanInput is what an inspection is ordered for.
type PlanInput struct {
	Purpose         Purpose // [ForApplication] when empty
	Ref             Ref     // the application, when empty
	Application     ident.ApplicationID
	Premises        ident.PremisesID
	Operator        ident.OperatorID
	Holder, Address string
	Division        string
	Scope           string
	DueOn           string
	Sheet           checklist.Sheet
}

// Plan orders an inspection inside the caller's transaction. The sheet is
// stored whole, so that a later version of the checklist changes nothing here.
func (s *Service) Plan(ctx context.Context, c *usecase.Call, in PlanInput) (View, error) {
	content, err := in.Sheet.Marshal()
	if err != nil {
		return View{}, err
	}
	if in.Purpose == "" {
		in.Purpose = ForApplication
	}
	if in.Ref == (Ref{}) {
		in.Ref = Ref{lifecycle.Application.Noun, string(in.Application)}
	}
	hash := in.Sheet.Hash()
	if err := keepSheet(ctx, c.Tx, hash, string(content), c.Now); err != nil {
		return View{}, err
	}
	r := record{
		ID: ident.New[ident.InspectionID](), Purpose: in.Purpose, RefNoun: in.Ref.Noun, RefID: in.Ref.ID, Application: in.Application, Premises: in.Premises, Operator: in.Operator,
		Holder: in.Holder, Address: in.Address, Division: in.Division, Sheet: hash, State: lifecycle.Inspection.Start,
		Version: 1, Scope: in.Scope, DueOn: in.DueOn, Marks: []Mark{}, CreatedAt: c.Now, UpdatedAt: c.Now,
	}
	if err := insert(ctx, c.Tx, &r); err != nil {
		if fault.Is(err, fault.Duplicate) {
			return View{}, fault.Wrap(fault.Duplicate, err, "inspection_open")
		}
		return View{}, err
	}
	sys := c.AsSystem()
	if err := sys.Begin(ctx, lifecycle.Inspection, string(r.ID), r.Scope); err != nil {
		return View{}, err
	}
	return r.view(c.By), s.changed(ctx, sys, r, "create")
}

// VoidOpen ends the inspections of an application that is no longer pursued.
// Nothing that was recorded is lost.
func (s *Service) VoidOpen(ctx context.Context, c *usecase.Call, application ident.ApplicationID, reason string) error {
	return s.VoidFor(ctx, c, Ref{lifecycle.Application.Noun, string(application)}, "", reason)
}

func (s *Service) void(ctx context.Context, c *usecase.Call, rows []record, reason string) error {
	step, _ := lifecycle.Inspection.Step(lifecycle.Void)
	for _, r := range rows {
		if !slices.Contains(step.From, r.State) {
			continue
		}
		inner := c.AsSystem()
		inner.By.Roles = append(inner.By.Roles, step.Roles...)
		to, err := inner.Step(withoutVersion(ctx), lifecycle.Inspection, r.subject(), lifecycle.Void, "", reason)
		if err != nil {
			return err
		}
		r.State, r.Version = to, r.Version+1
		if err := s.changed(ctx, inner, r, lifecycle.Void, r.inspectors()...); err != nil {
			return err
		}
	}
	return nil
}

// withoutVersion drops the caller's precondition, which is about another record.
func withoutVersion(ctx context.Context) context.Context {
	e := usecase.EdgeOf(ctx)
	e.Version, e.NeedVersion = 0, false
	return usecase.WithEdge(ctx, e)
}

// AssignCommand sends two inspectors.
type AssignCommand struct {
	ID     ident.InspectionID `json:"-" validate:"required,uuid7"`
	Lead   ident.AccountID    `json:"lead" validate:"required,uuid7" doc:"Inspector in charge (主检)."`
	Second ident.AccountID    `json:"second" validate:"required,uuid7,nefield=Lead" doc:"Second inspector (协检)."`
	Reason string             `json:"reason" validate:"max=300,plain" doc:"Needed when others were assigned before."`
}

// ConflictCommand declares an interest in an operator.
type ConflictCommand struct {
	Operator ident.OperatorID `json:"operator" validate:"required,uuid7"`
	Reason   string           `json:"reason" validate:"required,notblank,max=200,plain"`
}

func define(a lifecycle.Action) *usecase.Def {
	return usecase.Define(usecase.Def{Name: "inspection." + string(a), Allow: lifecycle.Inspection.Roles(a)})
}

var (
	assignDef   = define(lifecycle.Assign)
	conflictDef = usecase.Define(usecase.Def{Name: "inspection.declare_interest", Allow: append([]access.Role{access.Inspector}, access.Officers...)})
	peopleDef   = usecase.Define(usecase.Def{Name: "inspection.inspectors", Allow: lifecycle.Inspection.Roles(lifecycle.Assign)})
)

// Assign sends two inspectors, or others instead of those sent before. It
// refuses people without the role in this area and people with an interest.
func (s *Service) Assign(ctx context.Context, cmd AssignCommand) (View, error) {
	return usecase.Do(ctx, s.rt, assignDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return View{}, err
		}
		c.About(string(r.ID), r.Scope)
		if err := c.Apart(ctx, lifecycle.Inspection, lifecycle.Assign, r.matter()); err != nil {
			return View{}, err
		}
		people, err := s.candidates(ctx, c.Tx, r, c.By.Scope)
		if err != nil {
			return View{}, err
		}
		names := map[ident.AccountID]string{}
		for pointer, id := range map[string]ident.AccountID{"/lead": cmd.Lead, "/second": cmd.Second} {
			i := slices.IndexFunc(people, func(p Person) bool { return p.ID == id })
			if i < 0 {
				return View{}, fault.OnField(pointer, "no_inspector", "")
			}
			if people[i].Conflict {
				return View{}, fault.New(fault.ConflictOfInterest, "inspector_interest", people[i].Name)
			}
			if people[i].Before {
				return View{}, fault.New(fault.ConflictOfInterest, "inspector_before", people[i].Name)
			}
			names[id] = people[i].Name
		}
		action := lifecycle.Assign
		if r.State != lifecycle.Planned {
			action = lifecycle.Reassign
		}
		to, err := c.Step(ctx, lifecycle.Inspection, r.subject(), action, "", cmd.Reason)
		if err != nil {
			return View{}, err
		}
		before := r.inspectors()
		r.State, r.Version = to, r.Version+1
		r.Lead, r.Second, r.LeadName, r.SecondName = cmd.Lead, cmd.Second, names[cmd.Lead], names[cmd.Second]
		if err := update(ctx, c.Tx, &r, "lead", "second", "lead_name", "second_name"); err != nil {
			return View{}, err
		}
		told := r
		told.Reason = cmd.Reason // why others go; the sheet keeps why it was sent back
		return r.view(c.By), s.changed(ctx, c, told, action, before...)
	})
}

// People lists who can be sent to an inspection, and who cannot because of an
// interest in the operator.
func (s *Service) People(ctx context.Context, id ident.InspectionID) ([]Person, error) {
	return usecase.Read(ctx, s.rt, peopleDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) ([]Person, error) {
		r, err := get(ctx, idb, id, by)
		if err != nil {
			return nil, err
		}
		return s.candidates(ctx, idb, r, by.Scope)
	})
}

func (s *Service) candidates(ctx context.Context, idb usecase.Reader, r record, scope access.Scope) ([]Person, error) {
	people, err := s.Inspectors(ctx, idb, scope)
	if err != nil {
		return nil, err
	}
	interested, err := interests(ctx, idb, r.Operator)
	if err != nil {
		return nil, err
	}
	var seen []ident.AccountID
	if r.Purpose == Reinspection && s.Seen != nil {
		if seen, err = s.Seen(ctx, idb, Ref{r.RefNoun, r.RefID}); err != nil {
			return nil, err
		}
	}
	// Those who are assigned were looked at when they were.
	seen = slices.DeleteFunc(seen, func(a ident.AccountID) bool { return slices.Contains(r.inspectors(), a) })
	before := usecase.Acts(lifecycle.Inspection.Noun, lifecycle.Before, seen)
	for i := range people {
		people[i].Before = lifecycle.Barred(lifecycle.Inspection.Noun, lifecycle.Start, people[i].ID, before) != nil
		people[i].Conflict = slices.Contains(interested, people[i].ID)
	}
	return people, nil
}

// DeclareInterest records that the caller must keep out of an operator's
// matters: is not sent to it and decides nothing about it.
func (s *Service) DeclareInterest(ctx context.Context, cmd ConflictCommand) (struct{}, error) {
	return usecase.Do(ctx, s.rt, conflictDef, cmd, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
		c.About(string(cmd.Operator), "")
		return struct{}{}, addInterest(ctx, c.Tx, c.By.Account, cmd.Operator, cmd.Reason, c.Now)
	})
}
