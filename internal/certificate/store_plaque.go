package certificate

import (
	"context"

	"github.com/uptrace/bun"

	"fangxin/internal/db"
)

// unplated lists titles that ran out and have no recovery of their plaque but
// one that was annulled.
func unplated(ctx context.Context, idb bun.IDB, until string, none []string, after string, limit int) ([]record, error) {
	var rows []record
	err := idb.NewSelect().Model(&rows).Where("c.state IN ('active', 'rectifying', 'suspended') AND c.expires_on <= ? AND c.id > ? AND c.scheme NOT IN (?)", until, after, bun.List(none)).
		Where("NOT EXISTS (SELECT 1 FROM plaque AS p WHERE p.certificate = c.id AND p.state <> 'annulled')").
		Order("c.id").Limit(int64(limit)).Scan(ctx)
	return rows, db.Translate(err)
}
