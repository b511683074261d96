package authority

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/db"
	"fangxin/internal/ident"
)

type record struct {
	bun.BaseModel `bun:"table:authority"`

	ID        ident.AuthorityID `bun:",pk"`
	Code      string
	NameZh    string
	NameEn    string
	Level     Level
	Parent    ident.AuthorityID `bun:",nullzero"`
	Path      string
	Active    bool
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time
}

type charge struct {
	bun.BaseModel `bun:"table:authority_division"`

	Division  string `bun:",pk"`
	Authority ident.AuthorityID
}

func insert(ctx context.Context, tx bun.IDB, rows []*record, charges []*charge) error {
	if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	if len(charges) == 0 {
		return nil
	}
	_, err := tx.NewInsert().Model(&charges).Exec(ctx)
	return db.Translate(err)
}

func one(ctx context.Context, idb bun.IDB, column, value string) (*record, error) {
	var r record
	err := idb.NewSelect().Model(&r).Where("? = ?", bun.Ident(column), value).Scan(ctx)
	return &r, db.Translate(err)
}

func whole(ctx context.Context, idb bun.IDB, r *record) (View, error) {
	var divisions []string
	err := idb.NewSelect().Model((*charge)(nil)).Column("division").Where("authority = ?", r.ID).Order("division").Scan(ctx, &divisions)
	return r.view(divisions), db.Translate(err)
}

// list reads the tree in the order of paths: each authority stands before
// those below it.
func list(ctx context.Context, idb bun.IDB) ([]View, error) {
	var rows []*record
	if err := idb.NewSelect().Model(&rows).Order("path").Scan(ctx); err != nil {
		return nil, db.Translate(err)
	}
	var charges []charge
	if err := idb.NewSelect().Model(&charges).Order("division").Scan(ctx); err != nil {
		return nil, db.Translate(err)
	}
	of := map[ident.AuthorityID][]string{}
	for _, c := range charges {
		of[c.Authority] = append(of[c.Authority], c.Division)
	}
	views := make([]View, len(rows))
	for i, r := range rows {
		views[i] = r.view(of[r.ID])
	}
	return views, nil
}

// inCharge finds the active authority of a division.
func inCharge(ctx context.Context, idb bun.IDB, division string) (*record, error) {
	var r record
	err := idb.NewSelect().Model(&r).
		Join("JOIN authority_division AS d ON d.authority = record.id").
		Where("d.division = ? AND record.active", division).Scan(ctx)
	return &r, db.Translate(err)
}

func save(ctx context.Context, tx bun.IDB, r *record, now time.Time) error {
	was := r.Version
	r.Version, r.UpdatedAt = was+1, now
	res, err := tx.NewUpdate().Model(r).Column("name_zh", "name_en", "active", "version", "updated_at").
		Where("id = ? AND version = ?", r.ID, was).Exec(ctx)
	return db.One(res, err)
}

// inUse counts what hangs on an authority: authorities below and staff.
func inUse(ctx context.Context, idb bun.IDB, id ident.AuthorityID) (int, error) {
	var n int
	err := idb.NewRaw(`SELECT (SELECT COUNT(*) FROM authority WHERE parent = ? AND active)
		+ (SELECT COUNT(*) FROM account WHERE authority = ? AND active)`, id, id).Scan(ctx, &n)
	return n, db.Translate(err)
}

func releaseDivisions(ctx context.Context, tx bun.IDB, id ident.AuthorityID) error {
	_, err := tx.NewDelete().Model((*charge)(nil)).Where("authority = ?", id).Exec(ctx)
	return db.Translate(err)
}

func addCharges(ctx context.Context, tx bun.IDB, charges []*charge) error {
	if len(charges) == 0 {
		return nil
	}
	_, err := tx.NewInsert().Model(&charges).Exec(ctx)
	return db.Translate(err)
}

func count(ctx context.Context, idb bun.IDB) (int, error) {
	n, err := idb.NewSelect().Model((*record)(nil)).Count(ctx)
	return int(n), db.Translate(err)
}
