package street

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/db"
	"fangxin/internal/ident"
)

type nudgeRow struct {
	bun.BaseModel `bun:"table:street_nudge,alias:n"`

	ID      ident.NudgeID `bun:",pk"`
	Street  ident.StreetID
	Words   string
	Account ident.AccountID
	Actor   string
	At      time.Time
}

type nudgeShopRow struct {
	bun.BaseModel `bun:"table:street_nudge_shop,alias:h"`

	Nudge    ident.NudgeID    `bun:",pk"`
	Premises ident.PremisesID `bun:",pk"`
	Street   ident.StreetID
	At       time.Time
}

func insertNudge(ctx context.Context, tx bun.IDB, row *nudgeRow, shops []ident.PremisesID) error {
	if _, err := tx.NewInsert().Model(row).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	rows := make([]nudgeShopRow, len(shops))
	for i, p := range shops {
		rows[i] = nudgeShopRow{Nudge: row.ID, Premises: p, Street: row.Street, At: row.At}
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return db.Translate(err)
}

func lastNudges(ctx context.Context, idb bun.IDB, street ident.StreetID, shops []ident.PremisesID) (map[ident.PremisesID]time.Time, error) {
	var rows []nudgeShopRow
	err := idb.NewSelect().Model(&rows).Where("h.street = ? AND h.premises IN (?)", street, bun.List(shops)).Order("h.at").Scan(ctx)
	out := map[ident.PremisesID]time.Time{}
	for _, r := range rows {
		out[r.Premises] = r.At
	}
	return out, db.Translate(err)
}

func nudgesOf(ctx context.Context, idb bun.IDB, street ident.StreetID, limit int) ([]Nudged, error) {
	var rows []nudgeRow
	if err := idb.NewSelect().Model(&rows).Where("n.street = ?", street).Order("n.id DESC").Limit(int64(limit)).Scan(ctx); err != nil {
		return nil, db.Translate(err)
	}
	out := []Nudged{}
	for _, r := range rows {
		n := Nudged{ID: r.ID, At: r.At.UTC(), By: r.Actor, Words: r.Words, Shops: []string{}}
		err := idb.NewRaw("SELECT p.name FROM street_nudge_shop h JOIN premises p ON p.id = h.premises WHERE h.nudge = ? ORDER BY p.name, p.id", r.ID).Scan(ctx, &n.Shops)
		if err != nil {
			return nil, db.Translate(err)
		}
		out = append(out, n)
	}
	return out, nil
}
