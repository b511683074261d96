package reply

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/badge"
	"fangxin/internal/db"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
)

type record struct {
	bun.BaseModel `bun:"table:reply,alias:p"`

	ID          ident.ReplyID `bun:",pk"`
	Certificate ident.CertificateID
	CertNumber  string
	Holder      string
	Operator    ident.OperatorID
	Division    string
	Scope       string
	About       badge.About
	Result      string
	Action      lifecycle.Action
	Words       string
	ResultOn    string
	Body        string
	State       lifecycle.State
	Version     int64
	DueOn       string
	FiledBy     ident.AccountID
	FiledAt     time.Time
	PublishedOn string
	Reason      string
	UpdatedAt   time.Time
}

func insert(ctx context.Context, tx bun.IDB, r *record) error {
	_, err := tx.NewInsert().Model(r).Exec(ctx)
	return db.Translate(err)
}

// save stores what came with a step that has already checked the version.
func save(ctx context.Context, tx bun.IDB, r *record) error {
	return db.One(tx.NewUpdate().Model(r).Column("reason", "published_on").Where("id = ? AND version = ?", r.ID, r.Version).Exec(ctx))
}

// seenBy lets staff see their area, and holders what is about their shops.
func seenBy(q *bun.SelectQuery, by access.Principal) *bun.SelectQuery {
	return q.Apply(db.SeenBy("p", by))
}

func get(ctx context.Context, idb bun.IDB, id ident.ReplyID, by access.Principal) (record, error) {
	var r record
	err := seenBy(idb.NewSelect().Model(&r).Where("p.id = ?", id), by).Scan(ctx)
	return r, db.Translate(err)
}

// shownFor reads the reply that is published to a result.
func shownFor(ctx context.Context, idb bun.IDB, id ident.CertificateID, result string) (record, error) {
	var r record
	err := idb.NewSelect().Model(&r).Where("p.certificate = ? AND p.result = ? AND p.state = ?", id, result, lifecycle.Published).Scan(ctx)
	return r, db.Translate(err)
}

// published lists what is published about a title. What its holder said about
// an inspection goes on to the certificate that took its place, as the
// inspection itself does.
func published(ctx context.Context, idb bun.IDB, id ident.CertificateID) ([]record, error) {
	var rows []record
	err := idb.NewSelect().Model(&rows).Where("p.state = ?", lifecycle.Published).
		Where("(p.certificate = ? OR (p.about = 'inspection' AND p.certificate IN (SELECT c.id FROM certificate c WHERE c.successor = ?)))", id, id).
		Order("p.id DESC").Limit(50).Scan(ctx)
	return rows, db.Translate(err)
}

func ofCertificate(ctx context.Context, idb bun.IDB, id ident.CertificateID, by access.Principal) ([]record, error) {
	var rows []record
	err := seenBy(idb.NewSelect().Model(&rows).Where("p.certificate = ?", id), by).Order("p.id DESC").Limit(50).Scan(ctx)
	return rows, db.Translate(err)
}

func list(ctx context.Context, idb bun.IDB, f ListQuery, by access.Principal) ([]record, string, error) {
	var rows []record
	q := seenBy(idb.NewSelect().Model(&rows), by)
	if f.State != "" {
		q = q.Where("p.state = ?", f.State)
	}
	next, err := db.ByDue(ctx, q, "p", f.Limit, f.After, &rows, (*record).due)
	return rows, next, err
}

// due is where a row stands in lists.
func (r *record) due() (string, ident.ReplyID) { return r.DueOn, r.ID }
