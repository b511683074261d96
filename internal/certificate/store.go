package certificate

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/db"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/quorum"
	"fangxin/internal/usecase"
)

// record is one row of the table certificate.
type record struct {
	bun.BaseModel `bun:"table:certificate,alias:c"`

	ID            ident.CertificateID `bun:",pk"`
	Number        string
	Scheme        string
	SchemeVersion string
	Premises      ident.PremisesID    `bun:",nullzero"`
	Street        ident.StreetID      `bun:",nullzero"`
	Operator      ident.OperatorID    `bun:",nullzero"`
	Application   ident.ApplicationID `bun:",nullzero"`
	State         lifecycle.State
	Version       int64
	Scope         string
	Holder        string
	Address       string
	Division      string
	Sectors       []string `bun:"type:jsonb"`
	Photo         string
	Phone         string
	Issuer        string
	Approval      string
	IssuedOn      calendar.Date
	ExpiresOn     calendar.Date
	InspectedOn   string
	Grade         string
	Promises      Promises `bun:"type:jsonb"`
	Reason        string
	StateSince    time.Time
	ExcludedUntil string
	// GradeHeldUntil is the last day on which a grade that fell is not raised.
	GradeHeldUntil string
	Successor      ident.CertificateID `bun:",nullzero"`
	CreatedAt      time.Time
	UpdatedAt      time.Time

	Turns []quorum.Turn `bun:"-"` // of a street's title: when it is at risk, when it lapses
}

func (r record) subject() usecase.Subject {
	return usecase.Subject{ID: string(r.ID), State: r.State, Version: r.Version, Scope: r.Scope}
}

type sectorRow struct {
	bun.BaseModel `bun:"table:certificate_sector"`

	Sector      string              `bun:",pk"`
	Certificate ident.CertificateID `bun:",pk"`
}

type proposal struct {
	bun.BaseModel `bun:"table:certificate_proposal"`

	ID          string `bun:",pk"`
	Certificate ident.CertificateID
	Action      lifecycle.Action
	Reason      string
	Proposer    ident.AccountID
	ProposedBy  string
	ProposedAt  time.Time
	Decider     ident.AccountID `bun:",nullzero"`
	DecidedAt   time.Time       `bun:",nullzero"`
	Outcome     string
}

func insert(ctx context.Context, tx bun.IDB, r *record) error {
	if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	if len(r.Sectors) == 0 {
		return nil
	}
	rows := make([]sectorRow, len(r.Sectors))
	for i, code := range r.Sectors {
		rows[i] = sectorRow{Sector: code, Certificate: r.ID}
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return db.Translate(err)
}

func byID(ctx context.Context, idb bun.IDB, id ident.CertificateID) (record, error) {
	var r record
	err := idb.NewSelect().Model(&r).Where("c.id = ?", id).Scan(ctx)
	return turned(ctx, idb, r, err)
}

// get reads one title that the principal's authority, or its holder, sees.
func get(ctx context.Context, idb bun.IDB, id ident.CertificateID, by access.Principal) (record, error) {
	var r record
	err := seenBy(idb.NewSelect().Model(&r).Where("c.id = ?", id), by).Scan(ctx)
	return turned(ctx, idb, r, err)
}

func seenBy(q *bun.SelectQuery, by access.Principal) *bun.SelectQuery {
	return q.Apply(db.SeenBy("c", by))
}

// narrowing limits a list to what its reader may see.
type narrowing func(*bun.SelectQuery) *bun.SelectQuery

func everything(q *bun.SelectQuery) *bun.SelectQuery { return q }

func onlySeenBy(by access.Principal) narrowing {
	return func(q *bun.SelectQuery) *bun.SelectQuery { return seenBy(q, by) }
}

// setPublic stores what a step changed besides the state; the step itself has
// already checked state and version.
func setPublic(ctx context.Context, tx bun.IDB, r *record) error {
	res, err := tx.NewUpdate().Model(r).Column("reason", "state_since", "excluded_until").
		Where("id = ? AND version = ?", r.ID, r.Version).Exec(ctx)
	return db.One(res, err)
}

// prolong stores what a title goes on with; its version grows by one.
func prolong(ctx context.Context, tx bun.IDB, r *record) error {
	res, err := tx.NewUpdate().Model(r).Column("scheme_version", "issued_on", "expires_on", "promises", "updated_at").
		Set("version = version + 1").Where("id = ? AND version = ?", r.ID, r.Version).Exec(ctx)
	return db.One(res, err)
}

// downgradedUntil gives the last day on which premises whose grade fell may not
// apply anew; "" when there is none.
func downgradedUntil(ctx context.Context, idb bun.IDB, premises ident.PremisesID, scheme, today string) (string, error) {
	var until string
	err := idb.NewSelect().Model((*record)(nil)).ColumnExpr("coalesce(max(grade_held_until), '')").
		Where("premises = ? AND scheme = ? AND grade_held_until >= ?", premises, scheme, today).Scan(ctx, &until)
	return until, db.Translate(err)
}

func excludedUntil(ctx context.Context, idb bun.IDB, operator ident.OperatorID, scheme, today string) (string, error) {
	var until string
	err := idb.NewSelect().Model((*record)(nil)).ColumnExpr("coalesce(max(excluded_until), '')").
		Where("operator = ? AND scheme = ? AND state = ? AND excluded_until >= ?", operator, scheme, lifecycle.Revoked, today).
		Scan(ctx, &until)
	return until, db.Translate(err)
}

func live(ctx context.Context, idb bun.IDB, premises ident.PremisesID, scheme, today string) (bool, error) {
	// A street stands for itself through its office; one that has lapsed may apply again.
	n, err := idb.NewSelect().Model((*record)(nil)).
		Where("(premises = ? OR street IN (SELECT s.id FROM street s WHERE s.office = ?)) AND scheme = ? AND state IN (?) AND expires_on >= ? AND NOT "+turnOn, premises, premises, scheme,
			bun.List([]lifecycle.State{lifecycle.Active, lifecycle.Rectifying, lifecycle.Suspended}), today, quorum.Lapsed, today, today).
		Limit(1).Count(ctx)
	return n > 0, db.Translate(err)
}

func insertProposal(ctx context.Context, tx bun.IDB, p *proposal) error {
	_, err := tx.NewInsert().Model(p).Exec(ctx)
	return db.Translate(err)
}

func openProposal(ctx context.Context, idb bun.IDB, id ident.CertificateID) (proposal, error) {
	var p proposal
	err := idb.NewSelect().Model(&p).Where("certificate = ? AND outcome = ''", id).Scan(ctx)
	return p, db.Translate(err)
}

func decideProposal(ctx context.Context, tx bun.IDB, id, outcome string, by ident.AccountID, now time.Time) error {
	res, err := tx.NewUpdate().Model((*proposal)(nil)).Set("outcome = ?", outcome).Set("decider = ?", by).Set("decided_at = ?", now).
		Where("id = ? AND outcome = ''", id).Exec(ctx)
	return db.One(res, err)
}

// closeProposals rejects what another step has overtaken.
func closeProposals(ctx context.Context, tx bun.IDB, id ident.CertificateID, by ident.AccountID, now time.Time) error {
	_, err := tx.NewUpdate().Model((*proposal)(nil)).Set("outcome = 'rejected'").Set("decided_at = ?", now).
		Where("certificate = ? AND outcome = ''", id).Exec(ctx)
	return db.Translate(err)
}

// list reads one page of titles, newest first. keep narrows by what the query
// names; an index serves each of its filters.
func list(ctx context.Context, idb bun.IDB, q RegisterQuery, ids []string, narrow narrowing, today string) ([]record, string, error) {
	var rows []record
	sel := matching(narrow(idb.NewSelect().Model(&rows)), q, ids, today)
	if q.After != "" {
		var after string
		if err := db.ReadCursor(q.After, &after); err != nil {
			return nil, "", err
		}
		sel = sel.Where("c.id < ?", after)
	}
	size := db.Page{Limit: q.Limit}.Size()
	if err := sel.Order("c.id DESC").Limit(int64(size + 1)).Scan(ctx); err != nil {
		return nil, "", db.Translate(err)
	}
	next := ""
	if len(rows) > size {
		rows = rows[:size]
		next = db.Cursor(rows[size-1].ID)
	}
	return rows, next, withTurns(ctx, idb, rows)
}

// count tells how many titles match.
func count(ctx context.Context, idb bun.IDB, q RegisterQuery, ids []string, narrow narrowing, today string) (int, error) {
	n, err := matching(narrow(idb.NewSelect().Model((*record)(nil))), q, ids, today).Count(ctx)
	return int(n), db.Translate(err)
}

// matching narrows titles by what a query names.
func matching(sel *bun.SelectQuery, q RegisterQuery, ids []string, today string) *bun.SelectQuery {
	if q.Division != "" {
		sel = sel.Apply(db.InDivision("c.division", q.Division))
	}
	if q.Scheme != "" {
		sel = sel.Where("c.scheme = ?", q.Scheme)
	}
	if q.Sector != "" {
		sel = sel.Where("EXISTS (SELECT 1 FROM certificate_sector s WHERE s.sector = ? AND s.certificate = c.id)", q.Sector)
	}
	switch q.Standing {
	case "":
	case "expired":
		sel = sel.Where("c.state IN ('active', 'rectifying') AND (c.expires_on < ? OR "+turnOn+")", today, quorum.Lapsed, today, today)
	case Standing(lifecycle.Active):
		sel = sel.Where("c.state = ? AND c.expires_on >= ? AND NOT "+turnOn+" AND NOT "+turnOn, q.Standing, today, quorum.Lapsed, today, today, quorum.AtRisk, today, today)
	case Standing(lifecycle.Rectifying):
		sel = sel.Where("c.expires_on >= ? AND NOT "+turnOn+" AND (c.state = ? OR c.state = 'active' AND "+turnOn+")",
			today, quorum.Lapsed, today, today, q.Standing, quorum.AtRisk, today, today)
	default:
		sel = sel.Where("c.state = ?", q.Standing)
	}
	if ids != nil {
		sel = sel.Where("c.id IN (?)", bun.List(ids))
	}
	return sel
}

func byNumber(ctx context.Context, idb bun.IDB, number string) (record, error) {
	var r record
	err := idb.NewSelect().Model(&r).Where("c.number = ?", number).Scan(ctx)
	return turned(ctx, idb, r, err)
}

func counts(ctx context.Context, idb bun.IDB, today string) (map[string]int64, error) {
	var rows []struct {
		Scheme string
		N      int64
	}
	err := idb.NewSelect().Model((*record)(nil)).ColumnExpr("c.scheme AS scheme, count(*) AS n").
		Where("c.state IN ('active', 'rectifying') AND c.expires_on >= ? AND NOT "+turnOn, today, quorum.Lapsed, today, today).Group("c.scheme").Scan(ctx, &rows)
	out := map[string]int64{}
	for _, r := range rows {
		out[r.Scheme] = r.N
	}
	return out, db.Translate(err)
}

// ending lists titles that stand and whose last day lies between two days.
func ending(ctx context.Context, idb bun.IDB, from, until, after string, limit int) ([]record, error) {
	var rows []record
	err := idb.NewSelect().Model(&rows).Where("c.state IN ('active', 'rectifying') AND c.expires_on >= ? AND c.expires_on <= ? AND c.id > ?", from, until, after).
		Order("c.id").Limit(int64(limit)).Scan(ctx)
	return rows, db.Translate(err)
}

func numberTaken(ctx context.Context, idb bun.IDB, number string) (bool, error) {
	n, err := idb.NewSelect().Model((*record)(nil)).Where("number = ?", number).Count(ctx)
	return n > 0, db.Translate(err)
}

// setInspected stores the last inspection; it is no step and leaves the version.
func setInspected(ctx context.Context, tx bun.IDB, r *record) error {
	return db.One(tx.NewUpdate().Model(r).Column("inspected_on", "grade", "grade_held_until", "updated_at").WherePK().Exec(ctx))
}
