package oversight

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
)

type runRow struct {
	bun.BaseModel `bun:"table:bulk_run,alias:r"`

	ID         ident.BulkID `bun:",pk"`
	Measure    Measure
	State      lifecycle.State
	Version    int64
	Scope      string
	Question   Question `bun:"type:jsonb"`
	Reason     string
	Actor      actor `bun:"type:jsonb"`
	Account    ident.AccountID
	CreatedAt  time.Time
	StartedAt  *time.Time
	FinishedAt *time.Time
	UpdatedAt  time.Time
}

type itemRow struct {
	bun.BaseModel `bun:"table:bulk_item,alias:i"`

	Run         ident.BulkID `bun:",pk"`
	N           int64        `bun:",pk"`
	Certificate ident.CertificateID
	Number      string
	Holder      string
	State       lifecycle.State
	Outcome     string
	Code        string
	At          *time.Time
}

func insertRun(ctx context.Context, tx bun.IDB, r *runRow) error {
	_, err := tx.NewInsert().Model(r).Exec(ctx)
	return db.Translate(err)
}

// insertItems writes in portions: a statement takes a limited number of values.
func insertItems(ctx context.Context, tx bun.IDB, rows []itemRow) error {
	for len(rows) > 0 {
		part := rows[:min(len(rows), portion)]
		rows = rows[len(part):]
		if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
			return db.Translate(err)
		}
	}
	return nil
}

// runByID reads a run of the reader's own area: those above see it, those
// below do not.
func runByID(ctx context.Context, idb bun.IDB, id ident.BulkID, by access.Principal) (runRow, error) {
	var r runRow
	err := idb.NewSelect().Model(&r).Where("r.id = ?", id).Apply(db.InScope("r.scope", by.Scope)).Scan(ctx)
	return r, db.Translate(err)
}

func runAnywhere(ctx context.Context, idb bun.IDB, id ident.BulkID) (runRow, error) {
	var r runRow
	err := idb.NewSelect().Model(&r).Where("r.id = ?", id).Scan(ctx)
	return r, db.Translate(err)
}

func markRun(ctx context.Context, tx bun.IDB, r *runRow) error {
	return db.One(tx.NewUpdate().Model(r).Column("reason", "actor", "account", "started_at", "finished_at").Where("id = ? AND version = ?", r.ID, r.Version).Exec(ctx))
}

func runs(ctx context.Context, idb bun.IDB, q RunQuery, by access.Principal) ([]runRow, string, error) {
	var rows []runRow
	sel := idb.NewSelect().Model(&rows).Apply(db.InScope("r.scope", by.Scope))
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

func items(ctx context.Context, idb bun.IDB, q ItemQuery) ([]itemRow, string, error) {
	var rows []itemRow
	sel := idb.NewSelect().Model(&rows).Where("i.run = ?", q.ID)
	if q.Outcome != "" {
		sel = sel.Where("i.outcome = ?", q.Outcome)
	}
	if q.After != "" {
		var after int64
		if err := db.ReadCursor(q.After, &after); err != nil {
			return nil, "", err
		}
		sel = sel.Where("i.n > ?", after)
	}
	size := db.Page{Limit: q.Limit}.Size()
	if err := sel.Order("i.n").Limit(int64(size + 1)).Scan(ctx); err != nil {
		return nil, "", db.Translate(err)
	}
	if len(rows) <= size {
		return rows, "", nil
	}
	return rows[:size], db.Cursor(rows[size-1].N), nil
}

func openItems(ctx context.Context, idb bun.IDB, id ident.BulkID, limit int) ([]itemRow, error) {
	var rows []itemRow
	err := idb.NewSelect().Model(&rows).Where("i.run = ? AND i.outcome = 'would'", id).Order("i.n").Limit(int64(limit)).Scan(ctx)
	return rows, db.Translate(err)
}

// markItem notes what became of a title, once.
func markItem(ctx context.Context, tx bun.IDB, it *itemRow) error {
	return db.One(tx.NewUpdate().Model(it).Column("outcome", "code", "at").Where("run = ? AND n = ? AND outcome = 'would'", it.Run, it.N).Exec(ctx))
}

func outcomes(ctx context.Context, idb bun.IDB, id ident.BulkID) (map[string]int, error) {
	var rows []struct {
		Outcome string
		N       int
	}
	err := idb.NewSelect().Model((*itemRow)(nil)).ColumnExpr("i.outcome AS outcome, count(*) AS n").Where("i.run = ?", id).Group("i.outcome").Scan(ctx, &rows)
	out := map[string]int{}
	for _, r := range rows {
		out[r.Outcome] = r.N
	}
	return out, db.Translate(err)
}
