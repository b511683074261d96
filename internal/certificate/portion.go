package certificate

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/search"
	"fangxin/internal/usecase"
)

// Portion reads one page of the titles that a principal sees, for a slice that
// writes them out. The query is that of the register.
func (s *Service) Portion(ctx context.Context, idb usecase.Reader, q RegisterQuery, by access.Principal) (Page, error) {
	return s.page(ctx, idb, q, by, onlySeenBy(by))
}

// Count tells how many titles of a query a principal sees.
func (s *Service) Count(ctx context.Context, idb usecase.Reader, q RegisterQuery, by access.Principal) (int, error) {
	var ids []string
	if q.Name != "" {
		found, err := search.Find(ctx, idb, searchKind, q.Name, search.Most)
		if err != nil || len(found) == 0 {
			return 0, err
		}
		ids = found
	}
	return count(ctx, idb, q, ids, onlySeenBy(by), calendar.DateOf(s.rt.Now()).String())
}
