package importer

import (
	"context"

	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// RunCommand says that a checked file shall be imported.
type RunCommand struct {
	ID ident.ImportID `json:"-" validate:"required,uuid7"`
	// Here is set by a caller that does the work itself, with [Service.Work].
	Here bool   `json:"-"`
	Lang string `json:"-"` // of the list of errors
}

// Run begins to import a checked file, or goes on with one that was
// interrupted. The rows are written in the background.
func (s *Service) Run(ctx context.Context, cmd RunCommand) (View, error) {
	return usecase.Do(ctx, s.rt, runDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return View{}, err
		}
		c.About(string(r.ID), r.Scope)
		switch {
		case r.State == Done:
			return View{}, fault.New(fault.Conflict, "import_done")
		case r.Kind == Certificates && !c.By.Has(titleImporters...):
			return View{}, fault.New(fault.Forbidden, "import_titles")
		case r.State == Checked:
			// What the check found is found again, row by row.
			if err := forget(ctx, c.Tx, r.ID); err != nil {
				return View{}, err
			}
			r.State, r.StartedAt = Running, &c.Now
		}
		// Whoever runs it answers for it, within their own area.
		r.Actor, r.Account, r.MovedAt = actorOf(c.By, cmd.Lang), c.By.Account, c.Now
		if err := save(ctx, c.Tx, &r); err != nil {
			return View{}, err
		}
		if !cmd.Here {
			if err := c.Later(ctx, Job{Run: r.ID}); err != nil {
				return View{}, err
			}
		}
		notes, err := notesOf(ctx, c.Tx, r.ID, shownProblems)
		return s.view(r, notes), err
	})
}
