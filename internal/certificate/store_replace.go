package certificate

import (
	"context"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/ident"
)

func linkSuccessor(ctx context.Context, tx bun.IDB, old, next ident.CertificateID) error {
	return db.One(tx.NewUpdate().Model((*record)(nil)).Set("successor = ?", next).Where("id = ?", old).Exec(ctx))
}

// cutoff is the latest day of the last look at a title of a version, at which
// its re-check is due; an empty version means all that are not named.
type cutoff struct{ scheme, version, day string }

// recheckDue lists shops' titles whose award and last inspection lie on or
// before their scheme's day and that nobody is visiting for it, oldest first.
// What has run out needs no re-check.
func recheckDue(ctx context.Context, idb bun.IDB, by access.Principal, today string, cutoffs []cutoff, after string, limit int) ([]record, string, error) {
	var rows []record
	const last = "(CASE WHEN c.inspected_on > c.issued_on THEN c.inspected_on ELSE c.issued_on END)"
	sel := seenBy(idb.NewSelect().Model(&rows), by).Where("c.state IN ('active', 'rectifying') AND c.premises IS NOT NULL AND c.expires_on >= ?", today)
	named := map[string][]string{}
	for _, x := range cutoffs {
		if x.version != "" {
			named[x.scheme] = append(named[x.scheme], x.version)
		}
	}
	sel = sel.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		for _, x := range cutoffs {
			switch {
			case x.version != "":
				q = q.WhereOr("(c.scheme = ? AND c.scheme_version = ? AND "+last+" <= ?)", x.scheme, x.version, x.day)
			case len(named[x.scheme]) > 0:
				q = q.WhereOr("(c.scheme = ? AND c.scheme_version NOT IN (?) AND "+last+" <= ?)", x.scheme, bun.List(named[x.scheme]), x.day)
			default:
				q = q.WhereOr("(c.scheme = ? AND "+last+" <= ?)", x.scheme, x.day)
			}
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
