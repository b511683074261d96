package module

import (
	"context"
	"slices"
	"strings"

	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/sector"
	"fangxin/internal/usecase"
)

// Library is what sheets are composed from now: the versions in force of the
// modules and of the compositions.
func (s *Service) Library(ctx context.Context, idb usecase.Reader) (*checklist.Library, error) {
	force, err := inForce(ctx, idb)
	if err != nil {
		return nil, err
	}
	var modules []*checklist.Module
	var plans []*checklist.Composition
	take := func(v any) {
		switch v := v.(type) {
		case *checklist.Module:
			modules = append(modules, v)
		case *checklist.Composition:
			plans = append(plans, v)
		}
	}
	var missing []ident.ModuleID
	for _, id := range force {
		if v, ok := s.read.Load(id); ok {
			take(v)
		} else {
			missing = append(missing, id)
		}
	}
	rows, err := byIDs(ctx, idb, missing)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		v, err := r.content()
		if err != nil {
			return nil, err
		}
		s.read.Store(r.ID, v) // published content never changes
		take(v)
	}
	slices.SortFunc(plans, func(a, b *checklist.Composition) int { return strings.Compare(a.ID, b.ID) })
	return checklist.Shipped().With(modules...).WithPlans(plans...), nil
}

// Sheet composes the sheet of a plan for a sector from what is in force.
func (s *Service) Sheet(ctx context.Context, idb usecase.Reader, plan string, code sector.Code) (checklist.Sheet, error) {
	lib, err := s.Library(ctx, idb)
	if err != nil {
		return checklist.Sheet{}, err
	}
	return lib.Sheet(plan, code)
}
