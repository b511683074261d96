package module

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/sector"
	"fangxin/internal/usecase"
)

// ListQuery filters versions.
type ListQuery struct {
	Code  string          `json:"code" validate:"max=10"`
	State lifecycle.State `json:"state" validate:"omitempty,oneof=draft proposed published retired discarded"`
}

// DiffQuery compares a version with another one of the same module.
type DiffQuery struct {
	ID      ident.ModuleID `json:"-" validate:"required,uuid7"`
	Against ident.ModuleID `json:"against" validate:"omitempty,uuid7" doc:"Empty: the version from which it was drawn, or the one in force."`
}

// Difference is what changes from one version to another.
type Difference struct {
	From    View               `json:"from"`
	To      View               `json:"to"`
	Changes []checklist.Change `json:"changes" doc:"Item by item; values as JSON."`
	Before  checklist.Module   `json:"-"`
	After   checklist.Module   `json:"-"`
}

// SheetQuery asks for a sheet as inspectors would see it with this version.
type SheetQuery struct {
	ID     ident.ModuleID `json:"-" validate:"required,uuid7"`
	Plan   string         `json:"plan" validate:"max=40" doc:"The first that uses the module when empty."`
	Sector string         `json:"sector" validate:"max=20" doc:"The first that the plan serves when empty."`
}

var (
	readers  = append([]access.Role{access.System}, access.StaffRoles...)
	listDef  = usecase.Define(usecase.Def{Name: "module.list", Allow: readers})
	getDef   = usecase.Define(usecase.Def{Name: "module.get", Allow: readers})
	diffDef  = usecase.Define(usecase.Def{Name: "module.diff", Allow: readers})
	sheetDef = usecase.Define(usecase.Def{Name: "module.sheet", Allow: readers})
)

// List lists versions by module, the newest first.
func (s *Service) List(ctx context.Context, q ListQuery) ([]View, error) {
	return usecase.Read(ctx, s.rt, listDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) ([]View, error) {
		return s.listed(ctx, idb, q, false, by)
	})
}

// listed lists versions of modules, or of compositions.
func (s *Service) listed(ctx context.Context, idb usecase.Reader, q ListQuery, plans bool, by access.Principal) ([]View, error) {
	rows, err := list(ctx, idb, q, plans, by)
	if err != nil {
		return nil, err
	}
	force, err := inForce(ctx, idb)
	out := make([]View, len(rows))
	for i, r := range rows {
		out[i] = s.view(r, by, force[r.Code] == r.ID)
	}
	return out, err
}

// Get reads one version.
func (s *Service) Get(ctx context.Context, id ident.ModuleID) (Detail, error) {
	return usecase.Read(ctx, s.rt, getDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Detail, error) {
		r, err := getModule(ctx, idb, id, by)
		if err != nil {
			return Detail{}, err
		}
		return s.detail(ctx, idb, r, by)
	})
}

// Diff compares two versions of a module item by item.
func (s *Service) Diff(ctx context.Context, q DiffQuery) (Difference, error) {
	return usecase.Read(ctx, s.rt, diffDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Difference, error) {
		p, err := s.pair(ctx, idb, q, getModule, by)
		if err != nil {
			return Difference{}, err
		}
		from, to := p.from, p.to
		if from.Code != to.Code {
			return Difference{}, fault.OnField("/against", "other_module", to.Code)
		}
		d := Difference{From: p.was, To: p.is}
		if d.Before, err = from.module(); err != nil {
			return Difference{}, err
		}
		if d.After, err = to.module(); err != nil {
			return Difference{}, err
		}
		if d.Changes = checklist.DiffModules(&d.Before, &d.After); d.Changes == nil {
			d.Changes = []checklist.Change{}
		}
		return d, nil
	})
}

// pair is two versions to compare.
type pair struct {
	from, to record
	was, is  View
}

// pair reads a version and the one to compare it with: the one that is named,
// or else the one it began with, or else the one in force.
func (s *Service) pair(ctx context.Context, idb usecase.Reader, q DiffQuery,
	get func(context.Context, usecase.Reader, ident.ModuleID, access.Principal) (record, error), by access.Principal) (p pair, err error) {
	if p.to, err = get(ctx, idb, q.ID, by); err != nil {
		return p, err
	}
	force, err := inForce(ctx, idb)
	if err != nil {
		return p, err
	}
	against := q.Against
	if against == "" {
		if against = p.to.Base; against == "" {
			against = force[p.to.Code]
		}
	}
	if p.from, err = get(ctx, idb, against, by); err != nil {
		return p, err
	}
	p.was, p.is = s.view(p.from, by, force[p.from.Code] == p.from.ID), s.view(p.to, by, force[p.to.Code] == p.to.ID)
	return p, nil
}

// Preview composes the sheet that inspectors would see with this version.
func (s *Service) Preview(ctx context.Context, q SheetQuery) (checklist.Sheet, error) {
	return usecase.Read(ctx, s.rt, sheetDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (checklist.Sheet, error) {
		r, err := getModule(ctx, idb, q.ID, by)
		if err != nil {
			return checklist.Sheet{}, err
		}
		m, err := r.module()
		if err != nil {
			return checklist.Sheet{}, err
		}
		lib, err := s.Library(ctx, idb)
		if err != nil {
			return checklist.Sheet{}, err
		}
		lib = lib.With(&m)
		plan, code, ok := pick(lib, &m, q)
		if !ok {
			return checklist.Sheet{}, fault.New(fault.Conflict, "module_no_plan")
		}
		sheet, err := lib.Sheet(plan, code)
		if err != nil {
			return sheet, fault.Wrap(fault.Conflict, err, "module_composes", plan, err.Error())
		}
		return sheet, nil
	})
}

// pick completes a query: the plan asked for or the first that uses the
// module, and a sector for which the module is part of it.
func pick(lib *checklist.Library, m *checklist.Module, q SheetQuery) (string, sector.Code, bool) {
	for _, p := range lib.Plans {
		if q.Plan != "" && q.Plan != p.ID || !p.Uses(m.ID, m.Kind) {
			continue
		}
		for _, c := range p.Sectors {
			info, _ := sector.Lookup(sector.Code(c))
			fits := m.Kind != checklist.OfSector || info.Module == m.ID
			if q.Sector == c && fits || q.Sector == "" && fits {
				return p.ID, sector.Code(c), true
			}
		}
	}
	return "", "", false
}
