package module

import (
	"context"

	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/sector"
	"fangxin/internal/usecase"
)

// Library is what sheets are composed from now: the shipped plans and frames
// with the versions of the modules that are in force.
func (s *Service) Library(ctx context.Context, idb usecase.Reader) (*checklist.Library, error) {
	force, err := inForce(ctx, idb)
	if err != nil {
		return nil, err
	}
	var modules []*checklist.Module
	var missing []ident.ModuleID
	for _, id := range force {
		if m, ok := s.read.Load(id); ok {
			modules = append(modules, m.(*checklist.Module))
		} else {
			missing = append(missing, id)
		}
	}
	rows, err := byIDs(ctx, idb, missing)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		m, err := r.module()
		if err != nil {
			return nil, err
		}
		s.read.Store(r.ID, &m) // published content never changes
		modules = append(modules, &m)
	}
	return checklist.Shipped().With(modules...), nil
}

// Sheet composes the sheet of a plan for a sector from what is in force.
func (s *Service) Sheet(ctx context.Context, idb usecase.Reader, plan string, code sector.Code) (checklist.Sheet, error) {
	lib, err := s.Library(ctx, idb)
	if err != nil {
		return checklist.Sheet{}, err
	}
	return lib.Sheet(plan, code)
}
