package application

import (
	"context"

	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// Deeds lists what people did in a case, its inspectors included: those who
// must not decide an appeal about what followed from it.
func (s *Service) Deeds(ctx context.Context, idb usecase.Reader, id ident.ApplicationID) ([]lifecycle.Deed, error) {
	steps, err := usecase.Deeds(ctx, idb, lifecycle.Application.Noun, string(id))
	if err != nil {
		return nil, err
	}
	inspectors, err := inspectorsOf(ctx, idb, id)
	return append(steps, usecase.Acts(lifecycle.Inspection.Noun, lifecycle.Visiting, inspectors)...), err
}

// matter is a case as the table of four eyes looks at it.
func (s *Service) matter(ctx context.Context, idb usecase.Reader, r record) (usecase.Matter, error) {
	deeds, err := s.Deeds(ctx, idb, r.ID)
	owner := lifecycle.Deed{Noun: lifecycle.Application.Noun, Action: lifecycle.Owning, By: r.Owner}
	return usecase.Matter{Operator: r.Operator, Deeds: append(deeds, owner)}, err
}
