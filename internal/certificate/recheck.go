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
// (年度复查) is due: the months of their scheme are over since the award or the
// last inspection, and nobody is on the way. The longest wait comes first.
func (s *Service) RecheckDue(ctx context.Context, q RecheckQuery) (Page, error) {
	return usecase.Read(ctx, s.rt, recheckDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Page, error) {
		cutoffs := map[string]string{}
		today := calendar.DateOf(s.rt.Now())
		for code, months := range s.RecheckMonths() {
			cutoffs[code] = today.AddMonths(-months).String()
		}
		if len(cutoffs) == 0 {
			return Page{Items: []View{}}, nil
		}
		items, next, err := s.dueForRecheck(ctx, idb, by, cutoffs, q.After, q.Limit)
		return Page{Items: items, Next: next}, err
	})
}
