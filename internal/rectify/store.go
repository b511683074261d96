package rectify

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
	bun.BaseModel `bun:"table:rectification,alias:r"`

	ID          ident.RectificationID `bun:",pk"`
	Certificate ident.CertificateID
	CertNumber  string
	Holder      string
	Operator    ident.OperatorID `bun:",nullzero"`
	Division    string
	Scope       string
	State       lifecycle.State
	Version     int64
	Reason      string
	Proof       Proof
	Source      string
	DueOn       string
	FirstDueOn  string
	Extension   string
	Remark      string
	Visit       string
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

type findingRow struct {
	bun.BaseModel `bun:"table:rectification_finding,alias:f"`

	Rectification ident.RectificationID `bun:",pk"`
	N             int                   `bun:",pk"`
	Item          string
	Text          string
	Note          string
	Photos        []string  `bun:"type:jsonb"`
	AnsweredAt    time.Time `bun:",nullzero"`
	Verdict       Verdict
	Remark        string
}

func (f findingRow) view() Finding {
	v := Finding{N: f.N, Item: f.Item, Text: f.Text, Note: f.Note, Photos: f.Photos, Verdict: f.Verdict, Remark: f.Remark}
	if v.Photos == nil {
		v.Photos = []string{}
	}
	if !f.AnsweredAt.IsZero() {
		at := f.AnsweredAt
		v.AnsweredAt = &at
	}
	return v
}

func insert(ctx context.Context, tx bun.IDB, r *record, findings []findingRow) error {
	if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	_, err := tx.NewInsert().Model(&findings).Exec(ctx)
	return db.Translate(err)
}

// save stores columns beside a change that has already checked the version.
func save(ctx context.Context, tx bun.IDB, r *record, columns ...string) error {
	return db.One(tx.NewUpdate().Model(r).Column(columns...).Where("id = ? AND version = ?", r.ID, r.Version).Exec(ctx))
}

// bump stores columns of an order whose state stays, and counts its version on.
func bump(ctx context.Context, tx bun.IDB, r *record, columns ...string) error {
	was := r.Version
	r.Version++
	return db.One(tx.NewUpdate().Model(r).Column(append(columns, "version", "updated_at")...).Where("id = ? AND version = ?", r.ID, was).Exec(ctx))
}

func saveFinding(ctx context.Context, tx bun.IDB, f *findingRow) error {
	return db.One(tx.NewUpdate().Model(f).WherePK().Exec(ctx))
}

// seenBy lets staff see their area, and holders what is about their shops.
func seenBy(q *bun.SelectQuery, by access.Principal) *bun.SelectQuery {
	return q.Apply(db.SeenBy("r", by))
}

func get(ctx context.Context, idb bun.IDB, id ident.RectificationID, by access.Principal) (record, []findingRow, error) {
	var r record
	if err := seenBy(idb.NewSelect().Model(&r).Where("r.id = ?", id), by).Scan(ctx); err != nil {
		return r, nil, db.Translate(err)
	}
	rows, err := findingsOf(ctx, idb, id)
	return r, rows[id], err
}

// findingsOf reads the findings of several orders.
func findingsOf(ctx context.Context, idb bun.IDB, ids ...ident.RectificationID) (map[ident.RectificationID][]findingRow, error) {
	out := map[ident.RectificationID][]findingRow{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []findingRow
	if err := idb.NewSelect().Model(&rows).Where("f.rectification IN (?)", bun.List(ids)).Order("f.rectification", "f.n").Scan(ctx); err != nil {
		return nil, db.Translate(err)
	}
	for _, f := range rows {
		out[f.Rectification] = append(out[f.Rectification], f)
	}
	return out, nil
}

// openStates are those in which an order waits for somebody.
var openStates = []lifecycle.State{lifecycle.Ordered, lifecycle.InEvidence, lifecycle.Visit, lifecycle.Proven}

// openOf finds the open order of a title; fault.NotFound without one.
func openOf(ctx context.Context, idb bun.IDB, id ident.CertificateID) (record, error) {
	var r record
	err := idb.NewSelect().Model(&r).Where("r.certificate = ? AND r.state IN (?)", id, bun.List(openStates)).Scan(ctx)
	return r, db.Translate(err)
}

func list(ctx context.Context, idb bun.IDB, q ListQuery, by access.Principal, today string) ([]record, string, error) {
	var rows []record
	sel := seenBy(idb.NewSelect().Model(&rows), by)
	switch {
	case q.Overdue:
		sel = sel.Where("r.state = ? AND r.due_on < ?", lifecycle.Ordered, today)
	case q.State != "":
		sel = sel.Where("r.state = ?", q.State)
	case q.Certificate == "":
		sel = sel.Where("r.state IN (?)", bun.List(openStates))
	}
	if q.Certificate != "" {
		sel = sel.Where("r.certificate = ?", q.Certificate)
	}
	next, err := db.ByDue(ctx, sel, "r", q.Limit, q.After, &rows, (*record).due)
	return rows, next, err
}

// due is where a row stands in lists.
func (r *record) due() (string, ident.RectificationID) { return r.DueOn, r.ID }

func overdue(ctx context.Context, idb bun.IDB, today, after string, limit int) ([]record, error) {
	var rows []record
	err := idb.NewSelect().Model(&rows).Where("r.state = ? AND r.due_on < ? AND r.id > ?", lifecycle.Ordered, today, after).
		Order("r.id").Limit(int64(limit)).Scan(ctx)
	return rows, db.Translate(err)
}

// dueBetween lists orders that wait for their holder and are due within days.
func dueBetween(ctx context.Context, idb bun.IDB, from, until, after string, limit int) ([]record, error) {
	var rows []record
	err := idb.NewSelect().Model(&rows).Where("r.state = ? AND r.due_on >= ? AND r.due_on <= ? AND r.id > ?", lifecycle.Ordered, from, until, after).
		Order("r.id").Limit(int64(limit)).Scan(ctx)
	return rows, db.Translate(err)
}

// ofTitle lists every order about a title, oldest first.
func ofTitle(ctx context.Context, idb bun.IDB, id ident.CertificateID) ([]ident.RectificationID, error) {
	var out []ident.RectificationID
	err := idb.NewSelect().Model((*record)(nil)).Column("id").Where("r.certificate = ?", id).Order("r.id").Scan(ctx, &out)
	return out, db.Translate(err)
}
