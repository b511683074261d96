package merchant

import (
	"context"

	"github.com/uptrace/bun"

	"fangxin/internal/db"
	"fangxin/internal/ident"
)

// precededBy finds the shop that another one followed; of several the one that
// ended last.
func precededBy(ctx context.Context, idb bun.IDB, id ident.PremisesID) (premisesRecord, error) {
	var r premisesRecord
	err := selectPremises(idb, &r).Where("p.successor = ?", id).Order("p.closed_on DESC", "p.id DESC").Limit(1).Scan(ctx)
	return r, db.Translate(err)
}

func operatorsOf(ctx context.Context, idb bun.IDB, account ident.AccountID) ([]ident.OperatorID, error) {
	var ids []ident.OperatorID
	err := idb.NewSelect().TableExpr("membership").Column("operator").Where("account = ?", account).Order("operator").Scan(ctx, &ids)
	return ids, db.Translate(err)
}
