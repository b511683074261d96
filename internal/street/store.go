package street

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/geo"
	"fangxin/internal/ident"
	"fangxin/internal/merchant"
)

type record struct {
	bun.BaseModel `bun:"table:street,alias:s"`

	ID        ident.StreetID `bun:",pk"`
	Name      string
	Organiser string
	Operator  ident.OperatorID `bun:",nullzero"`
	Office    ident.PremisesID `bun:",nullzero"`
	Address   string
	Division  string
	Phone     string
	Photo     string
	Station   string
	Boundary  []geo.Point `bun:"type:jsonb"`
	Datum     merchant.Datum
	Findings  Findings `bun:"type:jsonb"`
	Scope     string
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time
}

func (r record) view() View {
	v := View{
		ID: r.ID, Name: r.Name, Organiser: r.Organiser, Operator: r.Operator, Office: r.Office, Address: r.Address, Division: r.Division,
		Phone: r.Phone, Photo: r.Photo, Station: r.Station, Boundary: r.Boundary, Datum: r.Datum, Version: r.Version, Scope: r.Scope,
	}
	if v.Boundary == nil {
		v.Boundary = []geo.Point{}
	}
	return v
}

// seenBy limits streets to the reader's area, or to those of the reader's
// operators.
func seenBy(by access.Principal) func(*bun.SelectQuery) *bun.SelectQuery { return db.SeenBy("s", by) }

func insert(ctx context.Context, tx bun.IDB, r *record) error {
	_, err := tx.NewInsert().Model(r).Exec(ctx)
	return db.Translate(err)
}

func update(ctx context.Context, tx bun.IDB, r *record) error {
	r.Version++
	return db.One(tx.NewUpdate().Model(r).
		Column("name", "organiser", "operator", "office", "address", "phone", "photo", "station", "boundary", "datum", "version", "updated_at").
		Where("id = ? AND version = ?", r.ID, r.Version-1).Exec(ctx))
}

func setFindings(ctx context.Context, tx bun.IDB, id ident.StreetID, f Findings) error {
	return db.One(tx.NewUpdate().Model(&record{Findings: f}).Column("findings").Where("id = ?", id).Exec(ctx))
}

// byID reads a street for everybody; get reads one that the principal manages.
func byID(ctx context.Context, idb bun.IDB, id ident.StreetID) (record, error) {
	var r record
	err := idb.NewSelect().Model(&r).Where("s.id = ?", id).Scan(ctx)
	return r, db.Translate(err)
}

func get(ctx context.Context, idb bun.IDB, id ident.StreetID, by access.Principal) (record, error) {
	var r record
	err := idb.NewSelect().Model(&r).Where("s.id = ?", id).Apply(seenBy(by)).Scan(ctx)
	return r, db.Translate(err)
}

func byOffice(ctx context.Context, idb bun.IDB, office ident.PremisesID) (record, error) {
	var r record
	err := idb.NewSelect().Model(&r).Where("s.office = ?", office).Scan(ctx)
	return r, db.Translate(err)
}

// streetsOf lists the streets of which a shop is a member now, with its name.
func streetsOf(ctx context.Context, idb bun.IDB, premises ident.PremisesID) ([]record, string, error) {
	var rows []record
	err := idb.NewSelect().Model(&rows).
		Where("EXISTS (SELECT 1 FROM street_member m WHERE m.street = s.id AND m.premises = ? AND m.left_on = '')", premises).Order("s.id").Scan(ctx)
	if err != nil || len(rows) == 0 {
		return nil, "", db.Translate(err)
	}
	name, err := nameOf(ctx, idb, premises)
	return rows, name, err
}

func list(ctx context.Context, idb bun.IDB, q ListQuery, by access.Principal) ([]record, string, error) {
	var rows []record
	sel := idb.NewSelect().Model(&rows).Apply(seenBy(by))
	if q.Division != "" {
		sel = sel.Where("s.division = ?", q.Division)
	}
	if q.After != "" {
		var after string
		if err := db.ReadCursor(q.After, &after); err != nil {
			return nil, "", err
		}
		sel = sel.Where("s.id > ?", after)
	}
	size := db.Page{Limit: q.Limit}.Size()
	if err := sel.Order("s.id").Limit(int64(size + 1)).Scan(ctx); err != nil {
		return nil, "", db.Translate(err)
	}
	next := ""
	if len(rows) > size {
		rows = rows[:size]
		next = db.Cursor(rows[size-1].ID)
	}
	return rows, next, nil
}

func nameOf(ctx context.Context, idb bun.IDB, premises ident.PremisesID) (string, error) {
	var name string
	err := idb.NewRaw("SELECT name FROM premises WHERE id = ?", premises).Scan(ctx, &name)
	return name, db.Translate(err)
}

func operatorOf(ctx context.Context, idb bun.IDB, uscc ident.USCC) (id ident.OperatorID, name string, err error) {
	err = idb.NewRaw("SELECT id, name FROM operator WHERE uscc = ?", string(uscc)).Scan(ctx, &id, &name)
	return id, name, db.Translate(err)
}

// entrustTitles lets the organiser see the titles that the street holds.
func entrustTitles(ctx context.Context, tx bun.IDB, id ident.StreetID, operator ident.OperatorID) error {
	_, err := tx.NewRaw("UPDATE certificate SET operator = ? WHERE street = ? AND operator IS NULL", operator, id).Exec(ctx)
	return db.Translate(err)
}
