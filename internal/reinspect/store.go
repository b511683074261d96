package reinspect

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
	bun.BaseModel `bun:"table:reinspection,alias:q"`

	ID          ident.ReinspectionID `bun:",pk"`
	Certificate ident.CertificateID
	CertNumber  string
	Holder      string
	Operator    ident.OperatorID
	Division    string
	Scope       string
	Standing    lifecycle.State
	Mended      string
	State       lifecycle.State
	Version     int64
	DueOn       string
	Visit       ident.InspectionID
	Passed      bool
	Grade       string
	FiledBy     ident.AccountID
	FiledAt     time.Time
	Reason      string
	UpdatedAt   time.Time
}

func insert(ctx context.Context, tx bun.IDB, r *record) error {
	_, err := tx.NewInsert().Model(r).Exec(ctx)
	return db.Translate(err)
}

// save stores what came with a step that has already checked the version.
func save(ctx context.Context, tx bun.IDB, r *record) error {
	return db.One(tx.NewUpdate().Model(r).Column("reason", "visit", "due_on", "passed", "grade").Where("id = ? AND version = ?", r.ID, r.Version).Exec(ctx))
}

// seenBy lets staff see their area, and holders what is about their shops.
func seenBy(q *bun.SelectQuery, by access.Principal) *bun.SelectQuery {
	return q.Apply(db.SeenBy("q", by))
}

func get(ctx context.Context, idb bun.IDB, id ident.ReinspectionID, by access.Principal) (record, error) {
	var r record
	err := seenBy(idb.NewSelect().Model(&r).Where("q.id = ?", id), by).Scan(ctx)
	return r, db.Translate(err)
}

func openOf(ctx context.Context, idb bun.IDB, id ident.CertificateID) (record, error) {
	var r record
	err := idb.NewSelect().Model(&r).Where("q.certificate = ? AND q.state IN ('filed', 'arranged')", id).Scan(ctx)
	return r, db.Translate(err)
}

func ofVisit(ctx context.Context, idb bun.IDB, id ident.InspectionID) (record, error) {
	var r record
	err := idb.NewSelect().Model(&r).Where("q.visit = ?", id).Scan(ctx)
	return r, db.Translate(err)
}

// countedSince lists the requests about a title that count against what its
// scheme allows, the oldest first: those that wait or led to a visit.
func countedSince(ctx context.Context, idb bun.IDB, id ident.CertificateID, since time.Time) ([]record, error) {
	var rows []record
	err := idb.NewSelect().Model(&rows).
		Where("q.certificate = ? AND q.filed_at >= ? AND q.state IN ('filed', 'arranged', 'seen')", id, since).Order("q.id").Scan(ctx)
	return rows, db.Translate(err)
}

func ofCertificate(ctx context.Context, idb bun.IDB, id ident.CertificateID, by access.Principal) ([]record, error) {
	var rows []record
	err := seenBy(idb.NewSelect().Model(&rows).Where("q.certificate = ?", id), by).Order("q.id DESC").Limit(50).Scan(ctx)
	return rows, db.Translate(err)
}

func list(ctx context.Context, idb bun.IDB, f ListQuery, by access.Principal) ([]record, string, error) {
	var rows []record
	q := seenBy(idb.NewSelect().Model(&rows), by)
	if f.State != "" {
		q = q.Where("q.state = ?", f.State)
	}
	next, err := db.ByDue(ctx, q, "q", f.Limit, f.After, &rows, (*record).due)
	return rows, next, err
}

// due is where a row stands in lists.
func (r *record) due() (string, ident.ReinspectionID) { return r.DueOn, r.ID }
