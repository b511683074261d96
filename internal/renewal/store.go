package renewal

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
)

type record struct {
	bun.BaseModel `bun:"table:renewal,alias:n"`

	ID          ident.RenewalID `bun:",pk"`
	Kind        Kind
	Certificate ident.CertificateID
	CertNumber  string
	Operator    ident.OperatorID
	Division    string
	Scope       string
	State       lifecycle.State
	Version     int64
	Was         string
	Holder      string
	Changes     []Change `bun:"type:jsonb"`
	Note        string
	DueOn       string
	FiledBy     ident.AccountID
	Reason      string
	Successor   ident.CertificateID
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

func insert(ctx context.Context, tx bun.IDB, r *record) error {
	_, err := tx.NewInsert().Model(r).Exec(ctx)
	return db.Translate(err)
}

func save(ctx context.Context, tx bun.IDB, r *record) error {
	return db.One(tx.NewUpdate().Model(r).Column("reason").Where("id = ? AND version = ?", r.ID, r.Version).Exec(ctx))
}

func setSuccessor(ctx context.Context, tx bun.IDB, id ident.RenewalID, next ident.CertificateID) error {
	return db.One(tx.NewUpdate().Model((*record)(nil)).Set("successor = ?", next).Where("id = ?", id).Exec(ctx))
}

// seenBy lets staff see their area, and holders what is about their shops.
func seenBy(q *bun.SelectQuery, by access.Principal) *bun.SelectQuery {
	return q.Apply(db.SeenBy("n", by))
}

func get(ctx context.Context, idb bun.IDB, id ident.RenewalID, by access.Principal) (record, error) {
	var r record
	err := seenBy(idb.NewSelect().Model(&r).Where("n.id = ?", id), by).Scan(ctx)
	return r, db.Translate(err)
}

func openOf(ctx context.Context, idb bun.IDB, id ident.CertificateID) (record, error) {
	var r record
	err := idb.NewSelect().Model(&r).Where("n.certificate = ? AND n.state IN ('filed', 'checked')", id).Scan(ctx)
	return r, db.Translate(err)
}

func listed(ctx context.Context, idb bun.IDB, q ListQuery, by access.Principal) ([]record, string, error) {
	var rows []record
	sel := seenBy(idb.NewSelect().Model(&rows), by)
	switch {
	case q.State != "":
		sel = sel.Where("n.state = ?", q.State)
	case !by.Has(access.Merchant, access.Organiser):
		sel = sel.Where("n.state IN ('filed', 'checked')")
	}
	next, err := db.ByDue(ctx, sel, "n", q.Limit, q.After, &rows, (*record).due)
	return rows, next, err
}

// due is where a row stands in lists.
func (r *record) due() (string, ident.RenewalID) { return r.DueOn, r.ID }

// underWay are those of some titles whose renewal or re-issue was asked for
// and not decided.
func underWay(ctx context.Context, idb bun.IDB, titles []ident.CertificateID) ([]ident.CertificateID, error) {
	var out []ident.CertificateID
	if len(titles) == 0 {
		return nil, nil
	}
	err := idb.NewSelect().Model((*record)(nil)).Column("certificate").Where("n.certificate IN (?) AND n.state IN ('filed', 'checked')", bun.List(titles)).Scan(ctx, &out)
	return out, db.Translate(err)
}
