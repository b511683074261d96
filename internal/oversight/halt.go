package oversight

import (
	"context"
	"strings"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// ImposeCommand stops the issuance of titles.
type ImposeCommand struct {
	Scheme string `json:"scheme" validate:"max=40" doc:"Code of the title; empty for every title."`
	Area   string `json:"area" validate:"omitempty,division" doc:"GB/T 2260 code of a city or county; empty for all of the caller's area."`
	Reason string `json:"reason" validate:"required,notblank,max=1000,plain" doc:"For officers: what happened."`
	Note   string `json:"note" validate:"required,notblank,max=300,plain" doc:"Public words; name no person and no shop."`
}

// HaltStep moves a halt.
type HaltStep struct {
	ID     ident.HaltID `json:"-" validate:"required,uuid7"`
	Reason string       `json:"reason,omitempty" validate:"max=500,plain" doc:"Needed to propose and to keep."`
}

// HaltQuery lists halts.
type HaltQuery struct {
	All bool `json:"all" doc:"Lifted ones too."`
}

func haltStep(a lifecycle.Action) *usecase.Def {
	return usecase.Define(usecase.Def{Name: "halt." + string(a), Allow: lifecycle.Halt.Roles(a)})
}

var (
	imposeDef  = usecase.Define(usecase.Def{Name: "halt.impose", Allow: []access.Role{access.CityOfficer, access.ProvinceOfficer}})
	proposeDef = haltStep(lifecycle.ProposeLift)
	confirmDef = haltStep(lifecycle.ConfirmLift)
	keepDef    = haltStep(lifecycle.KeepHalt)
	haltsDef   = usecase.Define(usecase.Def{Name: "halt.list", Allow: access.Roles})
)

// Impose stops the issuance of a title, or of all, in an area, at once.
func (s *Service) Impose(ctx context.Context, cmd ImposeCommand) (Halt, error) {
	return usecase.Do(ctx, s.rt, imposeDef, cmd, func(ctx context.Context, c *usecase.Call) (Halt, error) {
		scope := string(c.By.Scope)
		if cmd.Area != "" {
			path, err := s.Path(ctx, c.Tx, cmd.Area)
			if fault.Is(err, fault.Conflict) {
				return Halt{}, fault.OnField("/area", "no_own_authority", "")
			}
			if err != nil {
				return Halt{}, err
			}
			if areaOf(path) != cmd.Area {
				return Halt{}, fault.OnField("/area", "no_own_authority", "")
			}
			if scope = path; !c.By.Scope.Contains(scope) {
				return Halt{}, fault.OnField("/area", "outside_area", "")
			}
		}
		r := haltRow{
			ID: ident.New[ident.HaltID](), Scheme: cmd.Scheme, Scope: scope, Area: areaOf(scope), State: lifecycle.Halt.Start, Version: 1,
			Reason: strings.TrimSpace(cmd.Reason), Note: strings.TrimSpace(cmd.Note), ImposedBy: c.By.Account, ImposedName: c.By.Name,
			ImposedAt: c.Now, UpdatedAt: c.Now,
		}
		if err := insertHalt(ctx, c.Tx, &r); err != nil {
			if fault.Is(err, fault.Duplicate) {
				return Halt{}, fault.Wrap(fault.Duplicate, err, "halt_open")
			}
			return Halt{}, err
		}
		c.Note("scheme", r.Scheme)
		return r.view(c.By), c.Begin(ctx, lifecycle.Halt, string(r.ID), r.Scope)
	})
}

// areaOf gives the division code of an authority path: "/36/3601/" → "360100".
func areaOf(scope string) string {
	parts := strings.Split(strings.Trim(scope, "/"), "/")
	last := parts[len(parts)-1]
	if len(last) > 6 {
		last = last[:6]
	}
	return last + strings.Repeat("0", 6-len(last))
}

// ProposeLift says that titles may be issued again; a second officer decides.
func (s *Service) ProposeLift(ctx context.Context, cmd HaltStep) (Halt, error) {
	return s.haltStep(ctx, proposeDef, cmd, lifecycle.ProposeLift, func(_ *usecase.Call, r *haltRow) error { return nil })
}

// ConfirmLift lets titles be issued again, by another officer than whoever
// proposed it.
func (s *Service) ConfirmLift(ctx context.Context, cmd HaltStep) (Halt, error) {
	return s.haltStep(ctx, confirmDef, cmd, lifecycle.ConfirmLift, func(c *usecase.Call, r *haltRow) error {
		if r.Proposer == c.By.Account {
			return fault.New(fault.FourEyes, "")
		}
		return nil
	})
}

// KeepHalt turns a proposal down.
func (s *Service) KeepHalt(ctx context.Context, cmd HaltStep) (Halt, error) {
	return s.haltStep(ctx, keepDef, cmd, lifecycle.KeepHalt, func(*usecase.Call, *haltRow) error { return nil })
}

func (s *Service) haltStep(ctx context.Context, d *usecase.Def, cmd HaltStep, a lifecycle.Action, may func(*usecase.Call, *haltRow) error) (Halt, error) {
	return usecase.Do(ctx, s.rt, d, cmd, func(ctx context.Context, c *usecase.Call) (Halt, error) {
		r, err := haltByID(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return Halt{}, err
		}
		c.About(string(r.ID), r.Scope)
		if _, err := lifecycle.Halt.Check(c.By, a, r.State, ""); err != nil {
			return Halt{}, err
		}
		if err := may(c, &r); err != nil {
			return Halt{}, err
		}
		reason := strings.TrimSpace(cmd.Reason)
		to, err := c.Step(ctx, lifecycle.Halt, usecase.Subject{ID: string(r.ID), State: r.State, Version: r.Version, Scope: r.Scope}, a, "", reason)
		if err != nil {
			return Halt{}, err
		}
		r.State, r.Version, r.UpdatedAt = to, r.Version+1, c.Now
		switch to {
		case lifecycle.Lifting:
			r.Proposer, r.ProposedBy, r.Proposal = c.By.Account, c.By.Name, reason
		case lifecycle.Lifted:
			at := c.Now
			r.LiftedBy, r.LiftedAt = c.By.Name, &at
		default:
			r.Proposer, r.ProposedBy, r.Proposal = "", "", ""
		}
		return r.view(c.By), markHalt(ctx, c.Tx, &r)
	})
}

// Halts lists what is halted. The public reads extent, day and public note.
func (s *Service) Halts(ctx context.Context, q HaltQuery) ([]Halt, error) {
	return usecase.Read(ctx, s.rt, haltsDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) ([]Halt, error) {
		rows, err := halts(ctx, idb, q.All)
		out := make([]Halt, len(rows))
		for i, r := range rows {
			out[i] = r.view(by)
		}
		return out, err
	})
}

// Halted refuses with [fault.Halted] while titles of a scheme are not issued
// at a place.
func (s *Service) Halted(ctx context.Context, idb usecase.Reader, scheme, scope string) error {
	r, err := haltFor(ctx, idb, scheme, access.Above(scope))
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return fault.New(fault.Halted, "issuance_halted", r.Note)
}

func (r haltRow) view(by access.Principal) Halt {
	h := Halt{ID: r.ID, Scheme: r.Scheme, Area: r.Area, State: r.State, Note: r.Note, ImposedAt: r.ImposedAt, LiftedAt: r.LiftedAt, Version: r.Version}
	if !by.Has(watchers...) {
		return h
	}
	h.Reason, h.ImposedBy, h.ProposedBy, h.Proposal, h.LiftedBy = r.Reason, r.ImposedName, r.ProposedBy, r.Proposal, r.LiftedBy
	if !by.Scope.Contains(r.Scope) {
		return h
	}
	for _, st := range lifecycle.Halt.Open(by, r.State) {
		a := Allowed{Action: st.Action, Open: true}
		if st.Action == lifecycle.ConfirmLift && r.Proposer == by.Account {
			a.Open, a.Why = false, string(fault.FourEyes)
		}
		h.Actions = append(h.Actions, a)
	}
	return h
}
