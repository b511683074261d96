package pledge

import (
	"context"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
)

// narrowing limits a list to what its reader may see.
type narrowing func(*bun.SelectQuery) *bun.SelectQuery

func onlySeenBy(by access.Principal) narrowing {
	return func(q *bun.SelectQuery) *bun.SelectQuery { return seenBy(q, by) }
}

// list reads one page, newest first.
func list(ctx context.Context, idb bun.IDB, q ListQuery, shops []string, narrow narrowing, today string) ([]record, string, error) {
	var rows []record
	sel := matching(narrow(idb.NewSelect().Model(&rows)), q, shops, today)
	if q.After != "" {
		var after string
		if err := db.ReadCursor(q.After, &after); err != nil {
			return nil, "", err
		}
		sel = sel.Where("p.id < ?", after)
	}
	size := db.Page{Limit: q.Limit}.Size()
	if err := sel.Order("p.id DESC").Limit(int64(size + 1)).Scan(ctx); err != nil {
		return nil, "", db.Translate(err)
	}
	if len(rows) <= size {
		return rows, "", nil
	}
	rows = rows[:size]
	return rows, db.Cursor(rows[size-1].ID), nil
}

// isDue is what [due] says, in SQL.
const isDue = "(p.state = 'published' AND p.open_objections = 0 AND p.effective_on <> '' AND p.effective_on <= ?)"

func matching(sel *bun.SelectQuery, q ListQuery, shops []string, today string) *bun.SelectQuery {
	if q.Division != "" {
		sel = sel.Apply(db.InDivision("p.division", q.Division))
	}
	if q.Sector != "" {
		sel = sel.Where("EXISTS (SELECT 1 FROM premises_sector s WHERE s.sector = ? AND s.premises = p.premises)", q.Sector)
	}
	if q.Goods != "" {
		sel = sel.Where("EXISTS (SELECT 1 FROM pledge_goods g WHERE g.goods = ? AND g.pledge = p.id)", q.Goods)
	}
	if q.Days > 0 {
		sel = sel.Where("p.days >= ?", q.Days)
	}
	if q.Premises != "" {
		sel = sel.Where("p.premises = ?", q.Premises)
	}
	if shops != nil {
		sel = sel.Where("p.premises IN (?)", bun.List(shops))
	}
	switch q.Work {
	case "objections":
		sel = sel.Where("p.open_objections > 0")
	case "cards":
		sel = sel.Where("p.state IN ('yellow_card', 'red_card')")
	case "overdue":
		sel = sel.Where("p.state = 'yellow_card' AND p.card_due <> '' AND p.card_due < ?", today)
	}
	switch q.Standing {
	case "":
	case Expired:
		sel = sel.Where("p.state IN ('active', 'yellow_card') AND p.expires_on < ?", today)
	case Standing(lifecycle.Active):
		sel = sel.Where("((p.state = 'active' OR "+isDue+") AND p.expires_on >= ?)", today, today)
	case Standing(lifecycle.YellowCard):
		sel = sel.Where("p.state = 'yellow_card' AND p.expires_on >= ?", today)
	case Standing(lifecycle.Published):
		sel = sel.Where("p.state = 'published' AND NOT "+isDue, today)
	default:
		sel = sel.Where("p.state = ?", q.Standing)
	}
	return sel
}

// standingIn lists the pledges in force in a scope, in the order of their ids,
// for exports and draws.
func standingIn(ctx context.Context, idb bun.IDB, by access.Principal, q ListQuery, today string, after ident.PledgeID, limit int) ([]record, error) {
	var rows []record
	q.Standing = Standing(lifecycle.Active)
	err := matching(seenBy(idb.NewSelect().Model(&rows), by), q, nil, today).Where("p.id > ?", after).Order("p.id").Limit(int64(limit)).Scan(ctx)
	return rows, db.Translate(err)
}

// shopFacts are what the look-up file says of a shop.
type shopFacts struct {
	ID                          ident.PremisesID
	Name, Address, Phone, Datum string
	Lng, Lat                    float64
	Operator, USCC              string
}

func shopsOf(ctx context.Context, idb bun.IDB, ids []ident.PremisesID) (map[ident.PremisesID]shopFacts, error) {
	out := map[ident.PremisesID]shopFacts{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []shopFacts
	err := idb.NewSelect().TableExpr("premises AS s").Join("JOIN operator AS o ON o.id = s.operator").
		ColumnExpr("s.id, s.name, s.address, s.phone, s.datum, coalesce(s.lng, 0.0) AS lng, coalesce(s.lat, 0.0) AS lat, o.name AS operator, o.uscc AS uscc").
		Where("s.id IN (?)", bun.List(ids)).Scan(ctx, &rows)
	for _, r := range rows {
		out[r.ID] = r
	}
	return out, db.Translate(err)
}
