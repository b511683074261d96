package scheme

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// Past is a version that is or was in force, as everybody may read it.
type Past struct {
	Version     string     `json:"version"`
	InForce     bool       `json:"in_force"`
	PublishedAt *time.Time `json:"published_at,omitempty" doc:"When it was put in force; absent for those that an installation began with."`
	Summary     string     `json:"summary,omitempty" doc:"What changed and why, in the drafter's words."`
}

var historyDef = usecase.Define(usecase.Def{Name: "scheme.history", Allow: access.Roles})

// History lists the versions of a title that are or were in force, the newest
// first: whoever holds one looks up the rules of its day.
func (s *Service) History(ctx context.Context, code string) ([]Past, error) {
	return usecase.Read(ctx, s.rt, historyDef, Query{Code: code}, func(ctx context.Context, idb usecase.Reader, _ access.Principal) ([]Past, error) {
		rows, err := editionRows(ctx, idb, code)
		out := []Past{}
		for _, r := range rows {
			if r.State == lifecycle.Published || r.State == lifecycle.Retired {
				out = append(out, Past{Version: r.Edition, InForce: r.State == lifecycle.Published, PublishedAt: r.PublishedAt, Summary: r.Summary})
			}
		}
		if err == nil && len(out) == 0 {
			err = fault.New(fault.NotFound, "scheme_unknown")
		}
		return out, err
	})
}
