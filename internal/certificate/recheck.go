package certificate

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/usecase"
)

// RecheckQuery pages through titles whose periodic re-check is due.
type RecheckQuery struct {
	Limit int    `json:"limit" validate:"min=0,max=200"`
	After string `json:"after" validate:"max=400"`
}

var recheckDef = usecase.Define(usecase.Def{Name: "certificate.recheck_due", Allow: append([]access.Role{access.Supervisor, access.System}, access.Officers...)})

// RecheckDue lists the titles in the reader's area whose periodic re-check
// (年度复查) is due: the months of the version
// under which they were awarded are over since the award or the
// last inspection, and nobody is on the way. The longest wait comes first.
func (s *Service) RecheckDue(ctx context.Context, q RecheckQuery) (Page, error) {
	return usecase.Read(ctx, s.rt, recheckDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Page, error) {
		rules, err := s.Rechecks(ctx, idb)
		if err != nil || len(rules) == 0 {
			return Page{Items: []View{}}, err
		}
		today := calendar.DateOf(s.rt.Now())
		cutoffs := make([]cutoff, len(rules))
		for i, r := range rules {
			cutoffs[i] = cutoff{r.Scheme, r.Version, today.AddMonths(-r.Months).String()}
		}
		items, next, err := s.dueForRecheck(ctx, idb, by, cutoffs, q.After, q.Limit)
		return Page{Items: items, Next: next}, err
	})
}
