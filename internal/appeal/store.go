package appeal

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
	bun.BaseModel `bun:"table:appeal,alias:p"`

	ID          ident.AppealID `bun:",pk"`
	Number      string
	Certificate ident.CertificateID `bun:",nullzero"`
	CertNumber  string
	Application ident.ApplicationID `bun:",nullzero"`
	CaseNo      string
	Holder      string
	Operator    ident.OperatorID
	Division    string
	Scope       string
	Action      lifecycle.Action
	Event       ident.EventID
	Level       access.Role
	Decision    string
	ContestedAt time.Time
	Body        string
	State       lifecycle.State
	Version     int64
	DueOn       string
	FiledBy     ident.AccountID
	FiledAt     time.Time
	Reason      string
	DecidedAt   time.Time `bun:",nullzero"`
	UpdatedAt   time.Time
}

// noun says what the contested decision is about.
func (r record) noun() string {
	if r.Application != "" {
		return lifecycle.Application.Noun
	}
	return lifecycle.Certificate.Noun
}

func insert(ctx context.Context, tx bun.IDB, r *record) error {
	_, err := tx.NewInsert().Model(r).Exec(ctx)
	return db.Translate(err)
}

// save stores the outcome beside a step that has already checked the version.
func save(ctx context.Context, tx bun.IDB, r *record) error {
	return db.One(tx.NewUpdate().Model(r).Column("reason", "decided_at").Where("id = ? AND version = ?", r.ID, r.Version).Exec(ctx))
}

// seenBy lets staff see their area, and holders what is about their shops.
func seenBy(q *bun.SelectQuery, by access.Principal) *bun.SelectQuery {
	return q.Apply(db.SeenBy("p", by))
}

func get(ctx context.Context, idb bun.IDB, id ident.AppealID, by access.Principal) (record, error) {
	var r record
	err := seenBy(idb.NewSelect().Model(&r).Where("p.id = ?", id), by).Scan(ctx)
	return r, db.Translate(err)
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
func (r *record) due() (string, ident.AppealID) { return r.DueOn, r.ID }

func ofCertificate(ctx context.Context, idb bun.IDB, id ident.CertificateID, by access.Principal) ([]record, error) {
	var rows []record
	err := seenBy(idb.NewSelect().Model(&rows).Where("p.certificate = ?", id), by).Order("p.id DESC").Limit(50).Scan(ctx)
	return rows, db.Translate(err)
}

func ofApplication(ctx context.Context, idb bun.IDB, id ident.ApplicationID, by access.Principal) ([]record, error) {
	var rows []record
	err := seenBy(idb.NewSelect().Model(&rows).Where("p.application = ?", id), by).Order("p.id DESC").Limit(50).Scan(ctx)
	return rows, db.Translate(err)
}

// published lists the appeals about a title for the public; those that were
// retracted are nobody's business.
func published(ctx context.Context, idb bun.IDB, id ident.CertificateID) ([]record, error) {
	var rows []record
	err := idb.NewSelect().Model(&rows).Where("p.certificate = ? AND p.state <> ?", id, lifecycle.Retracted).Order("p.id DESC").Limit(20).Scan(ctx)
	return rows, db.Translate(err)
}
