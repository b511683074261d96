package pledge

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/calendar"
	"fangxin/internal/db"
	"fangxin/internal/ident"
)

type returnRow struct {
	bun.BaseModel `bun:"table:pledge_return"`

	ID         ident.ReturnID `bun:",pk"`
	Pledge     ident.PledgeID
	Premises   ident.PremisesID
	ReturnedOn calendar.Date
	BoughtOn   calendar.Date
	Goods      string
	Cents      int64
	Outcome    string
	Note       string
	Struck     string
	Account    ident.AccountID `bun:",nullzero"`
	CreatedAt  time.Time
}

func insertReturn(ctx context.Context, tx bun.IDB, r *returnRow) error {
	_, err := tx.NewInsert().Model(r).Exec(ctx)
	return db.Translate(err)
}

func strike(ctx context.Context, tx bun.IDB, premises ident.PremisesID, id ident.ReturnID, why string) error {
	res, err := tx.NewUpdate().Model((*returnRow)(nil)).Set("struck = ?", why).Where("id = ? AND premises = ? AND struck = ''", id, premises).Exec(ctx)
	return db.One(res, err)
}

func within(q *bun.SelectQuery, premises ident.PremisesID, from, to string) *bun.SelectQuery {
	q = q.Where("premises = ?", premises)
	if from != "" {
		q = q.Where("returned_on >= ?", from)
	}
	if to != "" {
		q = q.Where("returned_on <= ?", to)
	}
	return q
}

// returns lists at most 2,000 lines, newest first.
func returns(ctx context.Context, idb bun.IDB, premises ident.PremisesID, from, to string) ([]returnRow, error) {
	var rows []returnRow
	err := within(idb.NewSelect().Model(&rows), premises, from, to).Order("returned_on DESC", "id DESC").Limit(2000).Scan(ctx)
	return rows, db.Translate(err)
}

func totals(ctx context.Context, idb bun.IDB, premises ident.PremisesID, from, to string) (Totals, error) {
	var rows []struct {
		Outcome string
		N       int
		Cents   int64
	}
	err := within(idb.NewSelect().Model((*returnRow)(nil)), premises, from, to).Where("struck = ''").
		ColumnExpr("outcome, count(*) AS n, sum(cents) AS cents").Group("outcome").Scan(ctx, &rows)
	var t Totals
	for _, r := range rows {
		t.Returns += r.N
		switch r.Outcome {
		case "refunded":
			t.Refunded, t.Cents = r.N, r.Cents
		case "exchanged":
			t.Exchanged = r.N
		case "refused":
			t.Refused = r.N
		}
	}
	return t, db.Translate(err)
}
