package certificate

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/ident"
)

func linkSuccessor(ctx context.Context, tx bun.IDB, old, next ident.CertificateID) error {
	return db.One(tx.NewUpdate().Model((*record)(nil)).Set("successor = ?", next).Where("id = ?", old).Exec(ctx))
}

// recheckDue lists shops' titles whose award and last inspection lie on or
// before their scheme's day and that nobody is visiting for it, oldest first.
// What has run out needs no re-check.
func recheckDue(ctx context.Context, idb bun.IDB, by access.Principal, today string, cutoffs map[string]string, after string, limit int) ([]record, string, error) {
	var rows []record
	const last = "(CASE WHEN c.inspected_on > c.issued_on THEN c.inspected_on ELSE c.issued_on END)"
	sel := seenBy(idb.NewSelect().Model(&rows), by).Where("c.state IN ('active', 'rectifying') AND c.premises IS NOT NULL AND c.expires_on >= ?", today)
	schemes := make([]string, 0, len(cutoffs))
	for code := range cutoffs {
		schemes = append(schemes, code)
	}
	slices.Sort(schemes)
	sel = sel.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		for _, code := range schemes {
			q = q.WhereOr("(c.scheme = ? AND "+last+" <= ?)", code, cutoffs[code])
		}
		return q
	})
	sel = sel.Where(`NOT EXISTS (SELECT 1 FROM inspection i WHERE i.ref_noun = 'certificate' AND i.ref_id = c.id AND i.purpose = 'recheck'
		AND i.state IN ('planned','assigned','on_device','submitted','sent_back'))`)
	if after != "" {
		var day, id string
		if err := db.ReadCursor(after, &day, &id); err != nil {
			return nil, "", err
		}
		sel = sel.Where("("+last+" > ? OR ("+last+" = ? AND c.id > ?))", day, day, id)
	}
	size := db.Page{Limit: limit}.Size()
	if err := sel.OrderExpr(last).Order("c.id").Limit(int64(size + 1)).Scan(ctx); err != nil {
		return nil, "", db.Translate(err)
	}
	if len(rows) <= size {
		return rows, "", nil
	}
	rows = rows[:size]
	end := rows[size-1]
	return rows, db.Cursor(max(end.InspectedOn, end.IssuedOn.String()), end.ID), nil
}
