package inspection

import (
	"context"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/ident"
)

// givenRow is an answer that knows whether a later one took its place.
type givenRow struct {
	answerRow
	Counts bool
}

// narrow leaves the inspections of a query that the principal sees.
func (q GivenQuery) narrow(sel *bun.SelectQuery, by access.Principal) *bun.SelectQuery {
	if q.Division != "" {
		sel = sel.Apply(db.InDivision("i.division", q.Division))
	}
	if q.Sector != "" {
		sel = sel.Where("i.sheet IN (SELECT hash FROM checklist_sheet WHERE content LIKE ?)", `%"sector":"`+q.Sector+`"%`)
	}
	return seenBy(sel, by)
}

func countGiven(ctx context.Context, idb bun.IDB, q GivenQuery, by access.Principal) (int, error) {
	n, err := q.narrow(idb.NewSelect().Model((*record)(nil)).Join("JOIN inspection_answer AS a ON a.inspection = i.id"), by).Count(ctx)
	return int(n), db.Translate(err)
}

// givenVisits lists inspections in the order of their ids.
func givenVisits(ctx context.Context, idb bun.IDB, q GivenQuery, by access.Principal, most int) ([]record, error) {
	var rows []record
	sel := q.narrow(idb.NewSelect().Model(&rows), by)
	if q.After != "" {
		sel = sel.Where("i.id > ?", q.After)
	}
	return rows, db.Translate(sel.Order("i.id").Limit(int64(most)).Scan(ctx))
}

// givenAnswers reads all answers of some inspections, in their order.
func givenAnswers(ctx context.Context, idb bun.IDB, of []record) (map[ident.InspectionID][]givenRow, error) {
	ids := make([]ident.InspectionID, len(of))
	for i, r := range of {
		ids[i] = r.ID
	}
	var rows []answerRow
	err := idb.NewSelect().Model(&rows).Where("a.inspection IN (?)", bun.List(ids)).Order("a.inspection", "a.n").Scan(ctx)
	if err != nil {
		return nil, db.Translate(err)
	}
	type key struct {
		inspection ident.InspectionID
		item       string
	}
	last := map[key]int64{}
	for _, r := range rows {
		last[key{r.Inspection, r.Item}] = r.N
	}
	out := map[ident.InspectionID][]givenRow{}
	for _, r := range rows {
		out[r.Inspection] = append(out[r.Inspection], givenRow{r, last[key{r.Inspection, r.Item}] == r.N})
	}
	return out, nil
}
