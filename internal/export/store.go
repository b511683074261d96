package export

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/ident"
)

type record struct {
	bun.BaseModel `bun:"table:export_run,alias:r"`

	ID         ident.ExportID `bun:",pk"`
	What       What
	Format     Format
	Filter     Filter `bun:"type:jsonb"`
	Lang       string
	State      State
	RowsDone   int
	RowsAll    int
	Bytes      int64
	Account    ident.AccountID
	Actor      actor `bun:"type:jsonb"`
	Scope      string
	Version    int64
	CreatedAt  time.Time
	FinishedAt time.Time `bun:",nullzero"`
	ExpiresAt  time.Time
}

func (r record) view() View {
	v := View{
		ID: r.ID, What: r.What, Format: r.Format, Filter: r.Filter, State: r.State, Rows: r.RowsDone, All: r.RowsAll, Bytes: r.Bytes,
		CreatedAt: r.CreatedAt, ExpiresAt: r.ExpiresAt, Version: r.Version,
	}
	if !r.FinishedAt.IsZero() {
		v.FinishedAt = &r.FinishedAt
	}
	return v
}

func insert(ctx context.Context, tx bun.IDB, r *record) error {
	_, err := tx.NewInsert().Model(r).Exec(ctx)
	return db.Translate(err)
}

func underWay(ctx context.Context, idb bun.IDB, account ident.AccountID) (int, error) {
	n, err := idb.NewSelect().Model((*record)(nil)).Where("account = ? AND state IN ('waiting', 'running')", account).Count(ctx)
	return int(n), db.Translate(err)
}

// own narrows to what somebody asked for and may still see: who was moved to a
// smaller area does not get files of the larger one.
func own(q *bun.SelectQuery, by access.Principal, now time.Time) *bun.SelectQuery {
	return q.Where("r.account = ? AND r.expires_at > ?", by.Account, now).Apply(db.InScope("r.scope", by.Scope))
}

func get(ctx context.Context, idb bun.IDB, id ident.ExportID, by access.Principal, now time.Time) (record, error) {
	var r record
	err := own(idb.NewSelect().Model(&r).Where("r.id = ?", id), by, now).Scan(ctx)
	return r, db.Translate(err)
}

func list(ctx context.Context, idb bun.IDB, q ListQuery, by access.Principal, now time.Time) ([]record, string, error) {
	var rows []record
	sel := own(idb.NewSelect().Model(&rows), by, now)
	if q.After != "" {
		var after string
		if err := db.ReadCursor(q.After, &after); err != nil {
			return nil, "", err
		}
		sel = sel.Where("r.id < ?", after)
	}
	size := db.Page{Limit: q.Limit}.Size()
	if err := sel.Order("r.id DESC").Limit(int64(size + 1)).Scan(ctx); err != nil {
		return nil, "", db.Translate(err)
	}
	if len(rows) <= size {
		return rows, "", nil
	}
	return rows[:size], db.Cursor(rows[size-1].ID), nil
}

func byID(ctx context.Context, idb bun.IDB, id ident.ExportID) (record, error) {
	var r record
	err := idb.NewSelect().Model(&r).Where("r.id = ?", id).Scan(ctx)
	return r, db.Translate(err)
}

// progress notes how far an export is. An export that has ended stays as it is.
func progress(ctx context.Context, idb bun.IDB, r *record, done int) error {
	r.RowsDone = done
	_, err := idb.NewUpdate().Model((*record)(nil)).Set("state = 'running'").Set("rows_done = ?", done).Set("rows_all = ?", r.RowsAll).
		Where("id = ? AND state IN ('waiting', 'running')", r.ID).Exec(ctx)
	return db.Translate(err)
}

// end closes an export, once.
func end(ctx context.Context, tx bun.IDB, r *record) error {
	return db.One(tx.NewUpdate().Model(r).Column("state", "rows_done", "rows_all", "bytes", "finished_at").Set("version = version + 1").
		Where("id = ? AND state IN ('waiting', 'running')", r.ID).Exec(ctx))
}

func over(ctx context.Context, idb bun.IDB, now time.Time) ([]record, error) {
	var rows []record
	err := idb.NewSelect().Model(&rows).Where("r.expires_at <= ?", now).Order("r.expires_at").Limit(500).Scan(ctx)
	return rows, db.Translate(err)
}

func drop(ctx context.Context, idb bun.IDB, id ident.ExportID) error {
	_, err := idb.NewDelete().Model((*record)(nil)).Where("id = ?", id).Exec(ctx)
	return db.Translate(err)
}
