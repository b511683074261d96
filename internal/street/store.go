package street

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/db"
	"fangxin/internal/ident"
)

type record struct {
	bun.BaseModel `bun:"table:street,alias:s"`

	ID        ident.StreetID `bun:",pk"`
	Name      string
	Organiser string
	Address   string
	Division  string
	Scope     string
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time
}

type memberRow struct {
	bun.BaseModel `bun:"table:street_member,alias:m"`

	Street   ident.StreetID   `bun:",pk"`
	Premises ident.PremisesID `bun:",pk"`
	JoinedOn string           `bun:",pk"`
	LeftOn   string
}

func (r record) view() View {
	return View{ID: r.ID, Name: r.Name, Organiser: r.Organiser, Address: r.Address, Division: r.Division, Version: r.Version, Scope: r.Scope}
}

func insert(ctx context.Context, tx bun.IDB, r *record) error {
	_, err := tx.NewInsert().Model(r).Exec(ctx)
	return db.Translate(err)
}

func get(ctx context.Context, idb bun.IDB, id ident.StreetID) (record, error) {
	var r record
	err := idb.NewSelect().Model(&r).Where("s.id = ?", id).Scan(ctx)
	return r, db.Translate(err)
}

func join(ctx context.Context, tx bun.IDB, id ident.StreetID, premises []ident.PremisesID, day string) error {
	var present []ident.PremisesID
	err := tx.NewSelect().Model((*memberRow)(nil)).Column("premises").
		Where("m.street = ? AND m.left_on = '' AND m.premises IN (?)", id, bun.List(premises)).Scan(ctx, &present)
	if err != nil {
		return db.Translate(err)
	}
	known := map[ident.PremisesID]bool{}
	for _, p := range present {
		known[p] = true
	}
	var rows []memberRow
	for _, p := range premises {
		if !known[p] {
			rows = append(rows, memberRow{Street: id, Premises: p, JoinedOn: day})
		}
	}
	if rows == nil {
		return nil
	}
	_, err = tx.NewInsert().Model(&rows).Exec(ctx)
	return db.Translate(err)
}

func leave(ctx context.Context, tx bun.IDB, id ident.StreetID, premises ident.PremisesID, day string) error {
	res, err := tx.NewUpdate().Model((*memberRow)(nil)).Set("left_on = ?", day).
		Where("m.street = ? AND m.premises = ? AND m.left_on = ''", id, premises).Exec(ctx)
	return db.One(res, err)
}

func members(ctx context.Context, idb bun.IDB, id ident.StreetID, today string) ([]Member, error) {
	out := []Member{}
	err := idb.NewRaw(`SELECT m.premises, p.name, p.address, m.joined_on,
		EXISTS (SELECT 1 FROM certificate c WHERE c.premises = m.premises AND c.state IN ('active', 'rectifying') AND c.expires_on >= ?) AS certified
		FROM street_member m JOIN premises p ON p.id = m.premises
		WHERE m.street = ? AND m.left_on = '' ORDER BY p.name, p.id`, today, id).Scan(ctx, &out)
	return out, db.Translate(err)
}
