package notify

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/ident"
)

type hookRow struct {
	bun.BaseModel `bun:"table:webhook,alias:h"`

	ID           ident.WebhookID `bun:",pk"`
	Name         string
	URL          string `bun:"url"`
	Events       []Code `bun:"type:jsonb"`
	Scope        string
	Secret       string
	OldSecret    string
	OldUntil     time.Time `bun:",nullzero"`
	Active       bool
	Reason       string
	FailingSince time.Time `bun:",nullzero"`
	Account      ident.AccountID
	Version      int64
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

type attemptRow struct {
	bun.BaseModel `bun:"table:webhook_attempt,alias:t"`

	ID      string `bun:",pk"`
	Webhook ident.WebhookID
	Copy    ident.CopyID
	Event   Code
	Status  int
	Error   string
	Millis  int
	At      time.Time
}

func insertHook(ctx context.Context, tx bun.IDB, r *hookRow) error {
	_, err := tx.NewInsert().Model(r).Exec(ctx)
	return db.Translate(err)
}

func saveHook(ctx context.Context, tx bun.IDB, r *hookRow, now time.Time) error {
	was := r.Version
	r.Version, r.UpdatedAt = was+1, now
	return db.One(tx.NewUpdate().Model(r).WherePK().Where("version = ?", was).Exec(ctx))
}

func hookIn(ctx context.Context, idb bun.IDB, id ident.WebhookID, scope access.Scope) (hookRow, error) {
	var r hookRow
	err := idb.NewSelect().Model(&r).Where("h.id = ?", id).Apply(db.InScope("h.scope", scope)).Scan(ctx)
	return r, db.Translate(err)
}

func hookByID(ctx context.Context, idb bun.IDB, id ident.WebhookID) (hookRow, error) {
	return hookIn(ctx, idb, id, access.Everything)
}

func hooksIn(ctx context.Context, idb bun.IDB, scope access.Scope) ([]hookRow, error) {
	var rows []hookRow
	err := idb.NewSelect().Model(&rows).Apply(db.InScope("h.scope", scope)).Order("h.id DESC").Limit(200).Scan(ctx)
	return rows, db.Translate(err)
}

// hooksAbove lists the active webhooks whose area holds a record: those of the
// authorities on the way down to it.
func hooksAbove(ctx context.Context, idb bun.IDB, paths []string) ([]hookRow, error) {
	var rows []hookRow
	err := idb.NewSelect().Model(&rows).Where("h.active AND h.scope IN (?)", bun.List(append(paths, string(access.Everything)))).Order("h.id").Scan(ctx)
	return rows, db.Translate(err)
}

// noteAttempt keeps a try, and since when the webhook fails; the zero time when
// it does not.
func noteAttempt(ctx context.Context, idb bun.IDB, a *attemptRow, failed bool) (time.Time, error) {
	if _, err := idb.NewInsert().Model(a).Exec(ctx); err != nil {
		return time.Time{}, db.Translate(err)
	}
	if !failed {
		_, err := idb.NewUpdate().Model((*hookRow)(nil)).Set("failing_since = NULL").Where("id = ? AND failing_since IS NOT NULL", a.Webhook).Exec(ctx)
		return time.Time{}, db.Translate(err)
	}
	var h hookRow
	err := idb.NewRaw("UPDATE webhook SET failing_since = coalesce(failing_since, ?) WHERE id = ? RETURNING failing_since", a.At, a.Webhook).Scan(ctx, &h)
	return h.FailingSince, db.Translate(err)
}

func stopHook(ctx context.Context, tx bun.IDB, id ident.WebhookID, reason string, now time.Time) (bool, error) {
	res, err := tx.NewUpdate().Model((*hookRow)(nil)).Set("active = ?", false).Set("reason = ?", reason).Set("updated_at = ?", now).Set("version = version + 1").
		Where("id = ? AND active", id).Exec(ctx)
	if err != nil {
		return false, db.Translate(err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

func attempts(ctx context.Context, idb bun.IDB, q HistoryQuery) ([]attemptRow, string, error) {
	var rows []attemptRow
	sel := idb.NewSelect().Model(&rows).Where("t.webhook = ?", q.ID)
	if q.After != "" {
		var after string
		if err := db.ReadCursor(q.After, &after); err != nil {
			return nil, "", err
		}
		sel = sel.Where("t.id < ?", after)
	}
	size := db.Page{Limit: q.Limit}.Size()
	if err := sel.Order("t.id DESC").Limit(int64(size + 1)).Scan(ctx); err != nil {
		return nil, "", db.Translate(err)
	}
	if len(rows) <= size {
		return rows, "", nil
	}
	return rows[:size], db.Cursor(rows[size-1].ID), nil
}
