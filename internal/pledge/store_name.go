package pledge

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/calendar"
	"fangxin/internal/db"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
)

type nameRow struct {
	bun.BaseModel `bun:"table:pledge_name"`

	Pledge      ident.PledgeID      `bun:",pk"`
	Certificate ident.CertificateID `bun:",pk"` // that was re-issued
	Holder      string
	Address     string
	UntilOn     calendar.Date
	CreatedAt   time.Time
}

func insertName(ctx context.Context, tx bun.IDB, row *nameRow) error {
	_, err := tx.NewInsert().Model(row).Exec(ctx)
	return db.Translate(err)
}

// openBehind lists the pledges of a title that stand or are on their way, and
// those that will go on with it when they take effect.
func openBehind(ctx context.Context, idb bun.IDB, id ident.CertificateID) ([]record, error) {
	var rows []record
	err := idb.NewSelect().Model(&rows).Where("(p.certificate = ? OR p.certificate IS NULL AND p.previous IN (SELECT q.id FROM pledge AS q WHERE q.certificate = ?)) AND p.state IN (?)", id, id, bun.List([]lifecycle.State{
		lifecycle.Draft, lifecycle.Published, lifecycle.Held, lifecycle.Active, lifecycle.YellowCard, lifecycle.RedCard,
	})).Order("p.id").Scan(ctx)
	return rows, db.Translate(err)
}

// formerOf lists what the shop of a pledge was called before, the oldest first.
func formerOf(ctx context.Context, idb bun.IDB, id ident.PledgeID) ([]Former, error) {
	var rows []nameRow
	err := idb.NewSelect().Model(&rows).Where("pledge = ?", id).Order("created_at", "certificate").Scan(ctx)
	out := make([]Former, len(rows))
	for i, r := range rows {
		out[i] = Former{r.Holder, r.Address, r.UntilOn}
	}
	return out, db.Translate(err)
}
