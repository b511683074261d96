package tablet

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/ident"
)

type deviceRow struct {
	bun.BaseModel `bun:"table:tablet_device,alias:d"`

	ID        string          `bun:",pk"`
	Account   ident.AccountID `bun:",pk"`
	Name      string
	Scope     string
	Ticket    string // SHA-256
	Receipts  int64
	CreatedAt time.Time
	ExpiresAt time.Time
	SeenAt    time.Time `bun:",nullzero"`
	RevokedAt time.Time `bun:",nullzero"`
	User      string    `bun:",scanonly"`
}

func (r deviceRow) view() DeviceView {
	v := DeviceView{ID: r.ID, Account: r.Account, User: r.User, Name: r.Name, Receipts: r.Receipts, CreatedAt: r.CreatedAt.UTC(), ExpiresAt: r.ExpiresAt.UTC()}
	if !r.SeenAt.IsZero() {
		at := r.SeenAt.UTC()
		v.SeenAt = &at
	}
	if !r.RevokedAt.IsZero() {
		at := r.RevokedAt.UTC()
		v.RevokedAt = &at
	}
	return v
}

// putDevice enrols a tablet; enrolling again gives it another ticket and keeps
// its count of receipts.
func putDevice(ctx context.Context, tx bun.IDB, r *deviceRow) error {
	_, err := tx.NewInsert().Model(r).On("CONFLICT (id, account) DO UPDATE").Set("name = EXCLUDED.name").Set("scope = EXCLUDED.scope").
		Set("ticket = EXCLUDED.ticket").Set("expires_at = EXCLUDED.expires_at").Set("revoked_at = NULL").Exec(ctx)
	return db.Translate(err)
}

func devicesOf(ctx context.Context, idb bun.IDB, by access.Principal) ([]deviceRow, error) {
	var rows []deviceRow
	q := idb.NewSelect().Model(&rows).ColumnExpr("d.*").ColumnExpr("u.name AS user").Join("JOIN account u ON u.id = d.account")
	err := deviceSeen(q, by).Order("d.created_at DESC").Limit(500).Scan(ctx)
	return rows, db.Translate(err)
}

// deviceSeen lets people see their own tablets, administrators those of their
// area.
func deviceSeen(q *bun.SelectQuery, by access.Principal) *bun.SelectQuery {
	if by.Has(access.Administrator) {
		return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			return q.Where("d.account = ?", by.Account).WhereOr("d.scope >= ? AND d.scope < ?", string(by.Scope), by.Scope.Upper())
		})
	}
	return q.Where("d.account = ?", by.Account)
}

func deviceSeenBy(ctx context.Context, idb bun.IDB, id string, account ident.AccountID, by access.Principal) (deviceRow, error) {
	var r deviceRow
	err := deviceSeen(idb.NewSelect().Model(&r).Where("d.id = ? AND d.account = ?", id, account), by).Scan(ctx)
	return r, db.Translate(err)
}

func revokeDevice(ctx context.Context, tx bun.IDB, id string, account ident.AccountID, now time.Time) error {
	_, err := tx.NewUpdate().Model((*deviceRow)(nil)).Set("revoked_at = ?", now).
		Where("id = ? AND account = ? AND revoked_at IS NULL", id, account).Exec(ctx)
	return db.Translate(err)
}

func deviceByTicket(ctx context.Context, idb bun.IDB, ticket string, now time.Time) (deviceRow, error) {
	var r deviceRow
	err := idb.NewSelect().Model(&r).Where("d.ticket = ? AND d.revoked_at IS NULL AND d.expires_at > ?", ticket, now).Scan(ctx)
	return r, db.Translate(err)
}

type withdrawnRow struct {
	bun.BaseModel `bun:"table:tablet_withdrawn,alias:w"`

	Account    ident.AccountID    `bun:",pk"`
	Inspection ident.InspectionID `bun:",pk"`
	Cause      string
	Reason     string
	At         time.Time
}

func putWithdrawn(ctx context.Context, tx bun.IDB, r *withdrawnRow) error {
	_, err := tx.NewInsert().Model(r).On("CONFLICT (account, inspection) DO UPDATE").Set("cause = EXCLUDED.cause").
		Set("reason = EXCLUDED.reason").Set("at = EXCLUDED.at").Exec(ctx)
	return db.Translate(err)
}

func dropWithdrawn(ctx context.Context, tx bun.IDB, account ident.AccountID, id ident.InspectionID) error {
	_, err := tx.NewDelete().Model((*withdrawnRow)(nil)).Where("account = ? AND inspection = ?", account, id).Exec(ctx)
	return db.Translate(err)
}

func withdrawnOf(ctx context.Context, idb bun.IDB, account ident.AccountID, since time.Time) ([]withdrawnRow, error) {
	var rows []withdrawnRow
	err := idb.NewSelect().Model(&rows).Where("w.account = ? AND w.at > ?", account, since).Order("w.at DESC").Limit(500).Scan(ctx)
	return rows, db.Translate(err)
}
