package module

import (
	"context"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/sector"
	"fangxin/internal/usecase"
)

// PlanListQuery filters versions of compositions.
type PlanListQuery struct {
	Code  string          `json:"code" validate:"max=40"`
	State lifecycle.State `json:"state" validate:"omitempty,oneof=draft proposed published retired discarded"`
}

// PlanDiffQuery compares the sheets of two versions of a composition.
type PlanDiffQuery struct {
	ID      ident.ModuleID `json:"-" validate:"required,uuid7"`
	Against ident.ModuleID `json:"against" validate:"omitempty,uuid7" doc:"Empty: the version from which it was drawn, or the one in force."`
	Sector  string         `json:"sector" validate:"max=20" doc:"The first that both serve when empty."`
}

// PlanDifference is what changes in the sheet of a sector.
type PlanDifference struct {
	From    View               `json:"from"`
	To      View               `json:"to"`
	Sector  sector.Code        `json:"sector"`
	Changes []checklist.Change `json:"changes" doc:"Of the resulting sheet, item by item; values as JSON."`
	Sectors []SectorChange     `json:"sectors" doc:"Every sector that either serves."`
	Before  checklist.Sheet    `json:"-"`
	After   checklist.Sheet    `json:"-"`
}

// SectorChange is what changes for one sector. A side is absent where no sheet
// is made.
type SectorChange struct {
	Sector  sector.Code       `json:"sector"`
	Before  *checklist.Extent `json:"before,omitempty"`
	After   *checklist.Extent `json:"after,omitempty"`
	Changes int               `json:"changes" doc:"How many differences the sheets have."`
}

// PlanSheetQuery asks for the sheet that a version makes for a sector.
type PlanSheetQuery struct {
	ID     ident.ModuleID `json:"-" validate:"required,uuid7"`
	Sector string         `json:"sector" validate:"max=20" doc:"The first that it serves when empty."`
}

var (
	planListDef   = usecase.Define(usecase.Def{Name: "plan.list", Allow: readers})
	planGetDef    = usecase.Define(usecase.Def{Name: "plan.get", Allow: readers})
	planDiffDef   = usecase.Define(usecase.Def{Name: "plan.diff", Allow: readers})
	planSheetDef  = usecase.Define(usecase.Def{Name: "plan.sheet", Allow: readers})
	planDryRunDef = usecase.Define(usecase.Def{Name: "plan.dry_run", Allow: authors})
)

// Plans lists versions of compositions, the newest of each first.
func (s *Service) Plans(ctx context.Context, q PlanListQuery) ([]View, error) {
	return usecase.Read(ctx, s.rt, planListDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) ([]View, error) {
		return s.listed(ctx, idb, ListQuery(q), true, by)
	})
}

// Plan reads one version of a composition.
func (s *Service) Plan(ctx context.Context, id ident.ModuleID) (PlanDetail, error) {
	return usecase.Read(ctx, s.rt, planGetDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (PlanDetail, error) {
		r, err := getPlan(ctx, idb, id, by)
		if err != nil {
			return PlanDetail{}, err
		}
		return s.planDetail(ctx, idb, r, by)
	})
}

// PlanSheet composes the sheet that inspectors would see with a version.
func (s *Service) PlanSheet(ctx context.Context, q PlanSheetQuery) (checklist.Sheet, error) {
	return usecase.Read(ctx, s.rt, planSheetDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (checklist.Sheet, error) {
		r, err := getPlan(ctx, idb, q.ID, by)
		if err != nil {
			return checklist.Sheet{}, err
		}
		p, err := r.plan()
		if err != nil {
			return checklist.Sheet{}, err
		}
		lib, err := s.Library(ctx, idb)
		if err != nil {
			return checklist.Sheet{}, err
		}
		code := q.Sector
		if code == "" && len(p.Sectors) > 0 {
			code = p.Sectors[0]
		}
		if !slices.Contains(p.Sectors, code) {
			return checklist.Sheet{}, fault.OnField("/sector", "plan_sector", "")
		}
		sheet, err := lib.WithPlans(&p).Sheet(p.ID, sector.Code(code))
		if err != nil {
			return sheet, fault.Wrap(fault.Conflict, err, "plan_composes")
		}
		return sheet, nil
	})
}

// DiffPlan compares the sheets that two versions make of the modules in force.
func (s *Service) DiffPlan(ctx context.Context, q PlanDiffQuery) (PlanDifference, error) {
	return usecase.Read(ctx, s.rt, planDiffDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (PlanDifference, error) {
		p, err := s.pair(ctx, idb, DiffQuery{ID: q.ID, Against: q.Against}, getPlan, by)
		if err != nil {
			return PlanDifference{}, err
		}
		d := PlanDifference{From: p.was, To: p.is, Changes: []checklist.Change{}}
		lib, err := s.Library(ctx, idb)
		if err != nil {
			return PlanDifference{}, err
		}
		before, err := p.from.plan()
		if err != nil {
			return PlanDifference{}, err
		}
		after, err := p.to.plan()
		if err != nil {
			return PlanDifference{}, err
		}
		return d, d.compare(lib, &before, &after, q.Sector)
	})
}

// compare fills in every sector and the changes of the one asked for.
func (d *PlanDifference) compare(lib *checklist.Library, before, after *checklist.Composition, asked string) error {
	for _, info := range sector.All() {
		code := string(info.Code)
		was, is := slices.Contains(before.Sectors, code), slices.Contains(after.Sectors, code)
		if !was && !is {
			continue
		}
		line := SectorChange{Sector: info.Code}
		a, b := sides(lib, before, info.Code, was), sides(lib, after, info.Code, is)
		if a != nil {
			x := a.Extent()
			line.Before = &x
		}
		if b != nil {
			x := b.Extent()
			line.After = &x
		}
		var changes []checklist.Change
		if a != nil && b != nil {
			changes = checklist.Diff(a, b)
			line.Changes = len(changes)
			if d.Sector == "" && asked == "" || asked == code {
				d.Sector, d.Before, d.After = info.Code, *a, *b
				d.Changes = append([]checklist.Change{}, changes...)
			}
		}
		d.Sectors = append(d.Sectors, line)
	}
	if asked != "" && d.Sector == "" {
		return fault.OnField("/sector", "plan_sector", "")
	}
	return nil
}

// sides is the sheet of a version for a sector, nil where it makes none. A
// version label alone is no difference of sheets.
func sides(lib *checklist.Library, c *checklist.Composition, code sector.Code, serves bool) *checklist.Sheet {
	if !serves {
		return nil
	}
	sheet, err := lib.WithPlans(c).Sheet(c.ID, code)
	if err != nil {
		return nil
	}
	return &sheet
}

// DryRunPlan scores accepted inspections with this version in place of the one
// by which their sheets were made, of the same versions of the modules.
func (s *Service) DryRunPlan(ctx context.Context, q DryRunQuery) (DryRun, error) {
	return usecase.Read(ctx, s.rt, planDryRunDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (DryRun, error) {
		if err := s.author(by); err != nil {
			return DryRun{}, err
		}
		r, err := getPlan(ctx, idb, q.ID, by)
		if err != nil {
			return DryRun{}, err
		}
		p, err := r.plan()
		if err != nil {
			return DryRun{}, err
		}
		lib, err := s.Library(ctx, idb)
		if err != nil {
			return DryRun{}, err
		}
		lib = lib.WithPlans(&p)
		past, err := s.Past(ctx, idb, "", r.Code, DryRunLimit)
		if err != nil {
			return DryRun{}, err
		}
		then := &former{s: s, ctx: ctx, idb: idb}
		out := run(past, func(sheet *checklist.Sheet) *checklist.Sheet {
			now, err := lib.With(then.modules(sheet)...).Sheet(p.ID, sheet.Sector)
			if err != nil {
				return nil
			}
			return &now
		})
		return out, then.err
	})
}
