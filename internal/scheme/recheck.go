package scheme

import (
	"context"

	"fangxin/internal/usecase"
)

// Recheck is how often titles of a version are checked again.
type Recheck struct {
	Scheme  string
	Version string // empty: of every version that is not named
	Months  int
}

// Rechecks gives the months between two re-checks of a title: those of the
// version under which it was awarded, and of the one in force for titles whose
// version the registry does not know.
func (s *Service) Rechecks(ctx context.Context, idb usecase.Reader) ([]Recheck, error) {
	names, err := everInForce(ctx, idb)
	if err != nil {
		return nil, err
	}
	var out []Recheck
	add := func(code, version string) {
		if sch, ok := s.version(code, version); ok && sch.RecheckMonths.Value > 0 {
			out = append(out, Recheck{Scheme: code, Version: version, Months: sch.RecheckMonths.Value})
		}
	}
	seen := map[string]bool{}
	for _, n := range names {
		add(n[0], n[1])
		if !seen[n[0]] {
			seen[n[0]] = true
			add(n[0], "")
		}
	}
	return out, nil
}
