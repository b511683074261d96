package importer

import (
	"context"
	"encoding/json"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/ident"
	"fangxin/internal/jobs"
	"fangxin/internal/usecase"
)

// SweepKind is the kind of the periodic job that goes on with runs whose
// worker died, and drops files after their time.
const SweepKind = "import.sweep"

// Times of the sweep.
const (
	// SweepEvery is how often it runs.
	SweepEvery = 5 * time.Minute
	// stalledAfter is how long a run may stand still before its worker counts
	// as dead: many times the longest transaction.
	stalledAfter = 2 * time.Minute
)

var sweepDef = usecase.Define(usecase.Def{
	Name: SweepKind, Allow: []access.Role{access.System}, NoAPI: "runs by itself", NoPage: "runs by itself",
})

// Swept is what a sweep did.
type Swept struct {
	Resumed int `json:"resumed"` // runs whose worker had died
	Dropped int `json:"dropped"` // files with their lists of errors
}

// Sweeper does the periodic job.
func (s *Service) Sweeper() jobs.Work {
	return func(ctx context.Context, _ json.RawMessage) error {
		_, err := s.Sweep(ctx)
		return err
	}
}

// Sweep goes on with runs that stand still, and drops the files, problems and
// lists of errors of runs of thirty days ago: they hold names and numbers of
// people. A run that did not come to its end in that time ends unfinished.
func (s *Service) Sweep(ctx context.Context) (Swept, error) {
	ctx = usecase.System(ctx, SweepKind)
	now := s.rt.Now()
	todo, err := usecase.Read(ctx, s.rt, sweepDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, _ access.Principal) (bool, error) {
		stalled, err := stalled(ctx, idb, now.Add(-stalledAfter))
		if err != nil || len(stalled) > 0 {
			return true, err
		}
		return anyAged(ctx, idb, now.Add(-keepFiles))
	})
	if err != nil || !todo {
		return Swept{}, err // nothing done, nothing to put in the trail
	}
	return usecase.Do(ctx, s.rt, sweepDef, struct{}{}, func(ctx context.Context, c *usecase.Call) (Swept, error) {
		var done Swept
		var err error
		if done.Dropped, err = dropAged(ctx, c.Tx, c.Now, c.Now.Add(-keepFiles)); err != nil {
			return done, err
		}
		var runs []ident.ImportID
		if runs, err = stalled(ctx, c.Tx, c.Now.Add(-stalledAfter)); err != nil {
			return done, err
		}
		for _, id := range runs {
			if err := touch(ctx, c.Tx, id, c.Now); err != nil {
				return done, err
			}
			if err := c.Later(ctx, Job{Run: id}); err != nil {
				return done, err
			}
		}
		done.Resumed = len(runs)
		c.Note("resumed", done.Resumed)
		c.Note("dropped", done.Dropped)
		return done, nil
	})
}
