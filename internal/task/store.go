package task

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/ident"
)

type record struct {
	bun.BaseModel `bun:"table:task"`

	ID        ident.TaskID `bun:",pk"`
	Kind      string
	Noun      string
	Subject   string
	Dedupe    string
	Scope     string
	State     State
	DueOn     string
	Data      map[string]any `bun:"type:jsonb"`
	Note      string
	ClosedBy  ident.AccountID `bun:",nullzero"`
	ClosedAt  time.Time       `bun:",nullzero"`
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time
}

func (r record) view() View {
	v := View{
		ID: r.ID, Kind: r.Kind, Noun: r.Noun, Subject: r.Subject, State: r.State, DueOn: r.DueOn, Data: r.Data,
		Note: r.Note, Version: r.Version, CreatedAt: r.CreatedAt, Scope: r.Scope,
	}
	if !r.ClosedAt.IsZero() {
		v.ClosedAt = &r.ClosedAt
	}
	return v
}

// insert reports false when an open task of the kind is there already.
func insert(ctx context.Context, tx bun.IDB, r *record) (bool, error) {
	res, err := tx.NewInsert().Model(r).On("CONFLICT DO NOTHING").Exec(ctx)
	if err != nil {
		return false, db.Translate(err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

func get(ctx context.Context, idb bun.IDB, id ident.TaskID, scope access.Scope) (record, error) {
	var r record
	err := idb.NewSelect().Model(&r).Where("id = ?", id).Apply(db.InScope("scope", scope)).Scan(ctx)
	return r, db.Translate(err)
}

func closeOne(ctx context.Context, tx bun.IDB, r record, note string, by ident.AccountID, now time.Time) error {
	return db.One(tx.NewUpdate().Model((*record)(nil)).
		Set("state = ?", Done).Set("note = ?", note).Set("closed_by = ?", nullable(by)).Set("closed_at = ?", now).
		Set("updated_at = ?", now).Set("version = version + 1").
		Where("id = ? AND state = ? AND version = ?", r.ID, Open, r.Version).Exec(ctx))
}

func settle(ctx context.Context, tx bun.IDB, subject string, kinds []string, by ident.AccountID, now time.Time) error {
	_, err := tx.NewUpdate().Model((*record)(nil)).
		Set("state = ?", Done).Set("closed_by = ?", nullable(by)).Set("closed_at = ?", now).
		Set("updated_at = ?", now).Set("version = version + 1").
		Where("subject = ? AND state = ? AND kind IN (?)", subject, Open, bun.List(kinds)).Exec(ctx)
	return db.Translate(err)
}

func nullable(id ident.AccountID) any {
	if id == "" {
		return nil
	}
	return string(id)
}

// list reads one page; the open ones most urgent first, those without a date
// at the end ("~" sorts after every digit).
func list(ctx context.Context, idb bun.IDB, scope access.Scope, q ListQuery) ([]record, string, error) {
	var rows []record
	sel := idb.NewSelect().Model(&rows).Where("state = ?", q.State).Apply(db.InScope("scope", scope))
	if q.Kind != "" {
		sel = sel.Where("kind = ?", q.Kind)
	}
	const due = "CASE WHEN due_on = '' THEN '9999-12-31' ELSE due_on END"
	if q.After != "" {
		var day, id string
		if err := db.ReadCursor(q.After, &day, &id); err != nil {
			return nil, "", err
		}
		sel = sel.Where("("+due+") > ? OR (("+due+") = ? AND id > ?)", day, day, id)
	}
	size := db.Page{Limit: q.Limit}.Size()
	if err := sel.OrderExpr(due + ", id").Limit(int64(size + 1)).Scan(ctx); err != nil {
		return nil, "", db.Translate(err)
	}
	next := ""
	if len(rows) > size {
		rows = rows[:size]
		last := rows[size-1]
		day := last.DueOn
		if day == "" {
			day = "9999-12-31"
		}
		next = db.Cursor(day, last.ID)
	}
	return rows, next, nil
}
