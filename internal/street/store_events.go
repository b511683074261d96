package street

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/db"
	"fangxin/internal/ident"
	"fangxin/internal/quorum"
)

type eventRow struct {
	bun.BaseModel `bun:"table:street_event,alias:e"`

	ID        ident.EventID `bun:",pk"`
	Street    ident.StreetID
	Kind      string
	Premises  ident.PremisesID
	Name      string
	Note      string
	Role      access.Role
	Actor     string
	Was       quorum.Standing
	Standing  quorum.Standing
	Judgement quorum.Judgement `bun:"type:jsonb"`
	At        time.Time
}

type incidentRow struct {
	bun.BaseModel `bun:"table:street_incident,alias:i"`

	ID         ident.IncidentID `bun:",pk"`
	Street     ident.StreetID
	HappenedOn calendar.Date
	Summary    string
	Source     string
	Recorder   ident.AccountID
	RecordedBy string
	At         time.Time
	Striker    ident.AccountID `bun:",nullzero"`
	StruckBy   string
	StruckWhy  string
	StruckAt   time.Time `bun:",nullzero"`
}

func insertEvent(ctx context.Context, tx bun.IDB, row *eventRow) error {
	_, err := tx.NewInsert().Model(row).Exec(ctx)
	return db.Translate(err)
}

func events(ctx context.Context, idb bun.IDB, id ident.StreetID, limit int) ([]eventRow, error) {
	var rows []eventRow
	err := idb.NewSelect().Model(&rows).Where("e.street = ?", id).Order("e.id DESC").Limit(int64(limit)).Scan(ctx)
	return rows, db.Translate(err)
}

func insertIncident(ctx context.Context, tx bun.IDB, row *incidentRow) error {
	_, err := tx.NewInsert().Model(row).Exec(ctx)
	return db.Translate(err)
}

func incident(ctx context.Context, idb bun.IDB, street ident.StreetID, id ident.IncidentID) (incidentRow, error) {
	var row incidentRow
	err := idb.NewSelect().Model(&row).Where("i.id = ? AND i.street = ?", id, street).Scan(ctx)
	return row, db.Translate(err)
}

func strike(ctx context.Context, tx bun.IDB, row incidentRow) error {
	return db.One(tx.NewUpdate().Model(&row).Column("striker", "struck_by", "struck_why", "struck_at").
		Where("id = ? AND striker IS NULL", row.ID).Exec(ctx))
}

func incidents(ctx context.Context, idb bun.IDB, id ident.StreetID) ([]incidentRow, error) {
	var rows []incidentRow
	err := idb.NewSelect().Model(&rows).Where("i.street = ?", id).Order("i.happened_on DESC", "i.id").Scan(ctx)
	return rows, db.Translate(err)
}

func incidentDays(ctx context.Context, idb bun.IDB, id ident.StreetID) ([]calendar.Date, error) {
	rows, err := incidents(ctx, idb, id)
	var days []calendar.Date
	for _, r := range rows {
		if r.Striker == "" {
			days = append(days, r.HappenedOn)
		}
	}
	return days, err
}

// turnedStreets lists the streets whose titles are at risk or have lapsed on a
// day, since another day.
func turnedStreets(ctx context.Context, idb bun.IDB, today, since string) ([]ident.StreetID, error) {
	var ids []ident.StreetID
	err := idb.NewRaw(`SELECT DISTINCT c.street FROM certificate c JOIN certificate_turn t ON t.certificate = c.id
		WHERE c.state IN ('active', 'rectifying') AND t.from_on <= ? AND t.from_on >= ? AND (t.until_on = '' OR t.until_on > ?) ORDER BY c.street`,
		today, since, today).Scan(ctx, &ids)
	return ids, db.Translate(err)
}
