package db

import (
	"context"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
)

// SeenBy narrows a query to the records that somebody may see, of those that
// lie with an office and are about an operator: staff see what lies in their
// scope, everybody else what is about the operators that they act for. The
// table named by alias has the columns scope and operator.
func SeenBy(alias string, by access.Principal) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		if by.Staff() || by.Has(access.System) {
			return q.Apply(InScope(alias+".scope", by.Scope))
		}
		return q.Where("EXISTS (SELECT 1 FROM membership m WHERE m.operator = ?.operator AND m.account = ?)", bun.Ident(alias), by.Account)
	}
}

// ByDue reads one page of a list into rows, by due day and then by id, after a
// cursor that an earlier page gave. The table named by alias has the columns
// due_on and id, whose values key gives. next is "" on the last page.
func ByDue[R any, ID ~string](ctx context.Context, q *bun.SelectQuery, alias string, limit int, after string, rows *[]R, key func(*R) (due string, id ID)) (next string, err error) {
	table := bun.Ident(alias)
	if after != "" {
		var due, id string
		if err := ReadCursor(after, &due, &id); err != nil {
			return "", err
		}
		q = q.Where("(?.due_on > ? OR (?.due_on = ? AND ?.id > ?))", table, due, table, due, table, id)
	}
	size := Page{Limit: limit}.Size()
	if err := q.Model(rows).OrderExpr("?.due_on, ?.id", table, table).Limit(int64(size + 1)).Scan(ctx); err != nil {
		return "", Translate(err)
	}
	if len(*rows) > size {
		*rows = (*rows)[:size]
		due, id := key(&(*rows)[size-1])
		next = Cursor(due, id)
	}
	return next, nil
}
