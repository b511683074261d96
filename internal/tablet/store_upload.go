package tablet

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/db"
	"fangxin/internal/ident"
)

type uploadRow struct {
	bun.BaseModel `bun:"table:tablet_upload,alias:u"`

	SHA256    string          `bun:"sha256,pk"`
	Account   ident.AccountID `bun:",pk"`
	Bytes     int64           // when complete
	CreatedAt time.Time
	ExpiresAt time.Time
	DoneAt    time.Time `bun:",nullzero"`
}

func insertUpload(ctx context.Context, tx bun.IDB, row *uploadRow) error {
	_, err := tx.NewInsert().Model(row).Exec(ctx)
	return db.Translate(err)
}

func uploadOf(ctx context.Context, idb bun.IDB, sha string, account ident.AccountID) (uploadRow, error) {
	var row uploadRow
	err := idb.NewSelect().Model(&row).Where("u.sha256 = ? AND u.account = ?", sha, account).Scan(ctx)
	return row, db.Translate(err)
}

// unfinished is how many bytes an inspector has under way.
func unfinished(ctx context.Context, idb bun.IDB, account ident.AccountID) (int64, error) {
	var n int64
	err := idb.NewSelect().Model((*uploadRow)(nil)).ColumnExpr("CAST(coalesce(sum(u.bytes), 0) AS BIGINT)").
		Where("u.account = ? AND u.done_at IS NULL", account).Scan(ctx, &n)
	return n, db.Translate(err)
}

func uploadDone(ctx context.Context, tx bun.IDB, sha string, account ident.AccountID, now time.Time) error {
	_, err := tx.NewUpdate().Model((*uploadRow)(nil)).Set("done_at = ?", now).Where("sha256 = ? AND account = ?", sha, account).Exec(ctx)
	return db.Translate(err)
}

// uploadsToPlace lists complete uploads whose photos are not stored yet.
func uploadsToPlace(ctx context.Context, idb bun.IDB) ([]string, error) {
	var out []string
	err := idb.NewRaw(`SELECT DISTINCT p.cipher FROM inspection_photo p JOIN tablet_upload u ON u.sha256 = p.cipher
		WHERE p.stored = '' AND p.cause = '' AND u.done_at IS NOT NULL LIMIT 1000`).Scan(ctx, &out)
	return out, db.Translate(err)
}

// uploadsOver lists uploads whose time is over. The bytes of a photo that could
// not be used are kept, and so are those of one that is not placed yet.
func uploadsOver(ctx context.Context, idb bun.IDB, now time.Time) ([]uploadRow, error) {
	var rows []uploadRow
	err := idb.NewSelect().Model(&rows).Where("u.expires_at <= ?", now).
		Where("NOT (u.done_at IS NOT NULL AND EXISTS (SELECT 1 FROM inspection_photo p WHERE p.cipher = u.sha256 AND p.stored = ''))").
		Order("u.expires_at").Limit(1000).Scan(ctx)
	return rows, db.Translate(err)
}

func dropUpload(ctx context.Context, idb bun.IDB, row uploadRow) error {
	_, err := idb.NewDelete().Model((*uploadRow)(nil)).Where("sha256 = ? AND account = ?", row.SHA256, row.Account).Exec(ctx)
	return db.Translate(err)
}
