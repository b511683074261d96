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

// Rechecking is a title with the day on which its periodic re-check is due.
type Rechecking struct {
	Moved
	DueOn calendar.Date
}

// RecheckBy lists the titles everywhere whose re-check is due on a day or was
// before it, the longest wait first, for reminders; after is the cursor of the
// page before.
func (s *Service) RecheckBy(ctx context.Context, idb usecase.Reader, day calendar.Date, after string, limit int) ([]Rechecking, string, error) {
	rules, err := s.Rechecks(ctx, idb)
	if err != nil || len(rules) == 0 {
		return nil, "", err
	}
	months, cutoffs := map[[2]string]int{}, make([]cutoff, len(rules))
	for i, r := range rules {
		months[[2]string{r.Scheme, r.Version}] = r.Months
		cutoffs[i] = cutoff{r.Scheme, r.Version, day.AddMonths(-r.Months).String()}
	}
	now := s.rt.Now()
	rows, next, err := recheckDue(ctx, idb, access.Internal("certificate.recheck"), calendar.DateOf(now).String(), cutoffs, after, limit)
	out := make([]Rechecking, len(rows))
	for i, r := range rows {
		last, perr := calendar.ParseDate(max(r.InspectedOn, r.IssuedOn.String()))
		if perr != nil {
			return nil, "", perr
		}
		n, own := months[[2]string{r.Scheme, r.SchemeVersion}]
		if !own { // the rule for versions that have none of their own
			n = months[[2]string{r.Scheme, ""}]
		}
		out[i] = Rechecking{Moved{View: s.view(r, access.Anonymous(), now), Operator: r.Operator}, last.AddMonths(n)}
	}
	return out, next, err
}
