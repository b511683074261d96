package importer

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// ListQuery asks for the runs of the caller's area, newest first.
type ListQuery struct {
	Limit int    `json:"limit" validate:"min=0,max=200"`
	After string `json:"after" validate:"max=400"`
}

// Page is one page of runs.
type Page struct {
	Items []View
	Next  string // cursor; "" on the last page
}

// List lists the runs of the caller's area, newest first, without their
// problems.
func (s *Service) List(ctx context.Context, q ListQuery) (Page, error) {
	return usecase.Read(ctx, s.rt, listDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Page, error) {
		rows, next, err := list(ctx, idb, q, by)
		p := Page{Items: make([]View, len(rows)), Next: next}
		for i, r := range rows {
			p.Items[i] = s.view(r, nil)
		}
		return p, err
	})
}

// Get reads one run.
func (s *Service) Get(ctx context.Context, id ident.ImportID) (View, error) {
	return usecase.Read(ctx, s.rt, getDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (View, error) {
		r, err := get(ctx, idb, id, by)
		if err != nil {
			return View{}, err
		}
		notes, err := notesOf(ctx, idb, r.ID, shownProblems)
		return s.view(r, notes), err
	})
}

// Errors gives the list of problems of a run as CSV; it is kept for thirty
// days. A run without problems has none.
func (s *Service) Errors(ctx context.Context, id ident.ImportID) ([]byte, error) {
	return usecase.Read(ctx, s.rt, errorsDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) ([]byte, error) {
		r, err := get(ctx, idb, id, by)
		if err != nil {
			return nil, err
		}
		f, err := fileOf(ctx, idb, r.ID)
		if fault.Is(err, fault.NotFound) || err == nil && len(f.Errors) == 0 {
			if r.Planned.Problems+r.Counts.Problems > 0 && s.rt.Now().Sub(r.CreatedAt) > keepFiles-time.Hour {
				return nil, fault.New(fault.Gone, "import_errors_gone")
			}
			return nil, fault.New(fault.NotFound, "import_no_errors")
		}
		return f.Errors, err
	})
}
