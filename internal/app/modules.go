package app

import (
	"context"

	"fangxin/internal/inspection"
	"fangxin/internal/module"
	"fangxin/internal/usecase"
)

// pastInspections gives the dry run of a checklist module, or of a composition,
// its history.
func (s *Services) pastInspections(ctx context.Context, idb usecase.Reader, code, plan string, limit int) ([]module.Past, error) {
	rows, err := s.Inspections.PastWith(ctx, idb, inspection.Holding{Module: code, Plan: plan}, limit)
	out := make([]module.Past, len(rows))
	for i, r := range rows {
		out[i] = module.Past{ID: r.ID, Holder: r.Holder, Sheet: r.Sheet, Answers: r.Answers}
		if r.SubmittedAt != nil {
			out[i].At = *r.SubmittedAt
		}
	}
	return out, err
}
