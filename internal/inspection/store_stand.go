package inspection

import (
	"context"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/ident"
)

// standRows reads where visits of the same inspectors to other premises were
// begun, newest first, of those that the reader may see.
func standRows(ctx context.Context, idb bun.IDB, r record, by access.Principal, most int) ([]record, error) {
	var rows []record
	pair := bun.List([]ident.AccountID{r.Lead, r.Second})
	err := seenBy(idb.NewSelect().Model(&rows), by).Column("id", "started").
		Where("i.id <> ? AND i.premises <> ? AND i.started_at IS NOT NULL", r.ID, r.Premises).
		Where("(i.lead IN (?) OR i.second IN (?))", pair, pair).
		Order("i.started_at DESC").Limit(int64(most)).Scan(ctx)
	return rows, db.Translate(err)
}
