package plaque

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
)

type record struct {
	bun.BaseModel `bun:"table:plaque,alias:p"`

	ID          ident.PlaqueID `bun:",pk"`
	Certificate ident.CertificateID
	CertNumber  string
	Scheme      string
	TitleZh     string
	TitleEn     string
	Holder      string
	Address     string
	Operator    ident.OperatorID `bun:",nullzero"`
	Division    string
	Scope       string
	State       lifecycle.State
	Version     int64
	Cause       Cause
	EndedOn     string
	PlaceZh     string
	PlaceEn     string
	DueOn       string
	DoneOn      string
	Officer     string
	HandedBy    string
	Photo       string
	Note        string
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

var openStates = []lifecycle.State{lifecycle.Wanted, lifecycle.Missing}

func insert(ctx context.Context, tx bun.IDB, r *record) error {
	_, err := tx.NewInsert().Model(r).Exec(ctx)
	return db.Translate(err)
}

// save stores the proof beside the step that follows; the version counts on
// with the step.
func save(ctx context.Context, tx bun.IDB, r *record) error {
	return db.One(tx.NewUpdate().Model(r).Column("done_on", "officer", "handed_by", "photo", "note").
		Where("id = ? AND version = ?", r.ID, r.Version).Exec(ctx))
}

// seenBy lets staff see their area, and holders what is about their shops.
func seenBy(q *bun.SelectQuery, by access.Principal) *bun.SelectQuery {
	return q.Apply(db.SeenBy("p", by))
}

func get(ctx context.Context, idb bun.IDB, id ident.PlaqueID, by access.Principal) (record, error) {
	var r record
	err := seenBy(idb.NewSelect().Model(&r).Where("p.id = ?", id), by).Scan(ctx)
	return r, db.Translate(err)
}

// lastOf is the newest recovery of a title's plaque.
func lastOf(ctx context.Context, idb bun.IDB, id ident.CertificateID) (record, error) {
	var r record
	err := idb.NewSelect().Model(&r).Where("p.certificate = ?", id).Order("p.id DESC").Limit(1).Scan(ctx)
	return r, db.Translate(err)
}

func list(ctx context.Context, idb bun.IDB, q ListQuery, by access.Principal, today string) ([]record, string, error) {
	var rows []record
	sel := seenBy(idb.NewSelect().Model(&rows), by)
	switch {
	case q.Overdue:
		sel = sel.Where("p.state = ? AND p.due_on < ?", lifecycle.Wanted, today)
	case q.State != "":
		sel = sel.Where("p.state = ?", q.State)
	case q.Certificate == "":
		sel = sel.Where("p.state IN (?)", bun.List(openStates))
	}
	if q.Certificate != "" {
		sel = sel.Where("p.certificate = ?", q.Certificate)
	}
	next, err := db.ByDue(ctx, sel, "p", q.Limit, q.After, &rows, (*record).due)
	return rows, next, err
}

// due is where a row stands in lists.
func (r *record) due() (string, ident.PlaqueID) { return r.DueOn, r.ID }

// wantedUntil lists plaques that are wanted by a day, in the order of their ids.
func wantedUntil(ctx context.Context, idb bun.IDB, day, after string, limit int) ([]record, error) {
	var rows []record
	err := idb.NewSelect().Model(&rows).Where("p.state = ? AND p.due_on <= ? AND p.id > ?", lifecycle.Wanted, day, after).
		Order("p.id").Limit(int64(limit)).Scan(ctx)
	return rows, db.Translate(err)
}
