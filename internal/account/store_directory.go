package account

import (
	"context"

	"github.com/uptrace/bun"

	"fangxin/internal/db"
	"fangxin/internal/ident"
)

// reached are the columns that a [Contact] is made of.
func reached(idb bun.IDB, rows *[]*record) *bun.SelectQuery {
	return idb.NewSelect().Model(rows).Column("account.id", "account.name", "account.phone", "account.roles", "account.authority", "account.scope").
		Where("account.active")
}

func members(ctx context.Context, idb bun.IDB, operator ident.OperatorID) ([]*record, error) {
	var rows []*record
	err := reached(idb, &rows).Join("JOIN membership AS m ON m.account = account.id").
		Where("m.operator = ?", operator).Order("m.at", "account.id").Scan(ctx)
	return rows, db.Translate(err)
}

func staffAt(ctx context.Context, idb bun.IDB, paths []string) ([]*record, error) {
	var rows []*record
	err := reached(idb, &rows).Where("account.authority IS NOT NULL AND account.scope IN (?)", bun.List(paths)).
		Order("account.name", "account.id").Scan(ctx)
	return rows, db.Translate(err)
}

func active(ctx context.Context, idb bun.IDB, ids []ident.AccountID) ([]*record, error) {
	var rows []*record
	err := reached(idb, &rows).Where("account.id IN (?)", bun.List(ids)).Order("account.name", "account.id").Scan(ctx)
	return rows, db.Translate(err)
}
