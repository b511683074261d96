package tablet

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/db"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
)

// What a push writes besides the answers, with prepared statements.

// batchRow is what the items of one request share.
type batchRow struct {
	bun.BaseModel `bun:"table:tablet_batch,alias:b"`

	ID      string `bun:",pk"`
	Account ident.AccountID
	Device  string
	First   int64
	At      time.Time
	Key     string
	Sig     string
	Leaves  string
}

var (
	hotItemRows = &db.Rows{Table: "tablet_item", After: "ON CONFLICT (id) DO NOTHING", Columns: []db.Column{
		{Name: "id"}, {Name: "batch"}, {Name: "seq", Kind: db.Int}, {Name: "kind"}, {Name: "inspection"}, {Name: "outcome"}, {Name: "hash"},
		{Name: "n", Kind: db.Int}, {Name: "sig"}, {Name: "device_at", Kind: db.Time}, {Name: "boot"}, {Name: "mono", Kind: db.Int},
		{Name: "skew", Kind: db.Int}, {Name: "content"},
	}}
	hotBatchRows = &db.Rows{Table: "tablet_batch", Columns: []db.Column{
		{Name: "id"}, {Name: "account"}, {Name: "device"}, {Name: "first", Kind: db.Int}, {Name: "at", Kind: db.Time}, {Name: "key"}, {Name: "sig"}, {Name: "leaves"},
	}}
)

// insertItems writes items and gives how many were new: one that is there
// already is left as it is.
func insertItems(ctx context.Context, d *db.DB, tx bun.Tx, rows []itemRow) (int, error) {
	values := make([]any, 0, len(rows)*len(hotItemRows.Columns))
	for i := range rows {
		r := &rows[i]
		var at any
		if !r.DeviceAt.IsZero() {
			at = r.DeviceAt
		}
		values = append(values, r.ID, r.Batch, r.Seq, string(r.Kind), r.Inspection, string(r.Outcome), r.Hash, r.N, r.Sig, at, r.Boot, r.Mono, r.Skew, r.Content)
	}
	n, err := hotItemRows.Insert(ctx, d, tx, values)
	return int(n), err
}

func insertBatch(ctx context.Context, d *db.DB, tx bun.Tx, b batchRow) error {
	_, err := hotBatchRows.Insert(ctx, d, tx, []any{b.ID, string(b.Account), b.Device, b.First, b.At, b.Key, b.Sig, b.Leaves})
	return err
}

// dropItems takes back what insertItems wrote of a batch in this transaction.
func dropItems(ctx context.Context, tx bun.Tx, batch string) error {
	_, err := tx.NewDelete().Model((*itemRow)(nil)).Where("t.batch = ?", batch).Exec(ctx)
	return db.Translate(err)
}

func setOutcome(ctx context.Context, tx bun.Tx, ids []string, o Outcome) error {
	_, err := tx.NewUpdate().Model((*itemRow)(nil)).Set("outcome = ?", o).Where("t.id IN (?)", bun.List(ids)).Exec(ctx)
	return db.Translate(err)
}

// The text of numbers by dialect.
const (
	numbersText = `UPDATE tablet_device SET receipts = receipts + ?, seen_at = ? WHERE id = ? AND account = ?
		RETURNING receipts, name, EXISTS (SELECT 1 FROM tablet_quarantine q WHERE q.account = tablet_device.account)`
	numbersTextPG = `UPDATE tablet_device SET receipts = receipts + $1, seen_at = $2 WHERE id = $3 AND account = $4
		RETURNING receipts, name, EXISTS (SELECT 1 FROM tablet_quarantine q WHERE q.account = tablet_device.account)`
)

// drawn is what numbers gives.
type drawn struct {
	first  int64  // receipt number
	name   string // of the device
	parked bool   // whether anything of the author is in quarantine
}

// numbers draws n receipt numbers of a device and holds the device until the
// transaction ends, so that two requests of one device follow each other. A
// device that the author does not have is refused.
func numbers(ctx context.Context, d *db.DB, tx bun.Tx, id string, account ident.AccountID, n int, now time.Time) (drawn, error) {
	text := numbersText
	if d.Dialect == db.Postgres {
		text = numbersTextPG
	}
	var last int64
	var out drawn
	err := db.Translate(d.HotScan(ctx, tx, text, []any{int64(n), now, id, string(account)}, &last, &out.name, &out.parked))
	if fault.Is(err, fault.NotFound) {
		return out, fault.New(fault.NotFound, "tablet_device")
	}
	out.first = last - int64(n) + 1
	return out, err
}
