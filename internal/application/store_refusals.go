package application

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/ident"
)

// refusalRow is a refused attempt as the audit trail keeps it.
type refusalRow struct {
	ID      string
	At      time.Time
	Usecase string
	Subject string
	Data    struct {
		Facts    []RefusedFact    `json:"ineligible"`
		Operator ident.OperatorID `json:"operator"`
		Scheme   string           `json:"scheme"`
		Version  string           `json:"scheme_version"`
	} `bun:"type:jsonb"`
}

// refusals lists the attempts that facts refused, newest first.
func refusals(ctx context.Context, idb bun.IDB, q RefusalQuery, scope access.Scope) ([]refusalRow, string, error) {
	var rows []refusalRow
	sel := idb.NewSelect().TableExpr("audit_entry AS e").ColumnExpr("e.id AS id, e.at AS at, e.usecase AS usecase, e.subject AS subject, e.data AS data").
		Where("e.outcome = 'refused' AND CAST(e.data AS TEXT) LIKE ?", `%"ineligible"%`).Apply(db.InScope("e.scope", scope))
	if q.Fact != "" {
		sel = sel.Where("CAST(e.data AS TEXT) LIKE ?", `%"`+string(q.Fact)+`"%`)
	}
	if q.After != "" {
		var id string
		if err := db.ReadCursor(q.After, &id); err != nil {
			return nil, "", err
		}
		sel = sel.Where("e.id < ?", id)
	}
	size := db.Page{Limit: q.Limit}.Size()
	if err := sel.OrderExpr("e.id DESC").Limit(int64(size+1)).Scan(ctx, &rows); err != nil {
		return nil, "", db.Translate(err)
	}
	if len(rows) <= size {
		return rows, "", nil
	}
	return rows[:size], db.Cursor(rows[size-1].ID), nil
}
