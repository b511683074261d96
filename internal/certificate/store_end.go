package certificate

import (
	"context"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
)

var anybody = access.Anonymous()

// ofShop lists what a shop ever held, the newest first.
func ofShop(ctx context.Context, idb bun.IDB, shop ident.PremisesID) ([]record, error) {
	var rows []record
	err := idb.NewSelect().Model(&rows).Where("c.premises = ?", shop).Order("c.issued_on DESC", "c.id DESC").Scan(ctx)
	return rows, db.Translate(err)
}

// heirOf finds the shop that follows the one of a title; "" without one. A
// title that stands belongs to a shop that is open, so nothing is asked then.
func heirOf(ctx context.Context, idb bun.IDB, r record, expired bool) (ident.PremisesID, error) {
	live := r.State == lifecycle.Active || r.State == lifecycle.Rectifying || r.State == lifecycle.Suspended
	if r.Premises == "" || live && !expired {
		return "", nil
	}
	var heirs []ident.PremisesID
	err := idb.NewSelect().Table("premises").Column("successor").Where("id = ? AND successor IS NOT NULL", r.Premises).Scan(ctx, &heirs)
	if err != nil || len(heirs) == 0 {
		return "", db.Translate(err)
	}
	return heirs[0], nil
}
