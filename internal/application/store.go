package application

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// record is one row of the table application, with what lists show of the
// shop and its operator.
type record struct {
	bun.BaseModel `bun:"table:application,alias:a"`

	ID            ident.ApplicationID `bun:",pk"`
	CaseNo        string              `bun:",nullzero"`
	Scheme        string
	SchemeVersion string
	Premises      ident.PremisesID
	Operator      ident.OperatorID
	Street        ident.StreetID `bun:",nullzero"`
	Owner         ident.AccountID
	Decides       access.Role // whose officers decide during the notice
	State         lifecycle.State
	Version       int64
	Scope         string
	ReturnedFrom  lifecycle.State
	DueOn         string
	StateSince    time.Time
	SubmittedAt   time.Time    `bun:",nullzero"`
	Form          Form         `bun:"type:jsonb"`
	Sheet         SheetRef     `bun:"type:jsonb"`
	Score         Score        `bun:"type:jsonb"`
	Corrections   []Correction `bun:"type:jsonb"`
	Signed        *Signature   `bun:"type:jsonb"`
	Result        *Result      `bun:"type:jsonb"`
	Reason        string
	AppealUntil   string
	Certificate   ident.CertificateID `bun:",nullzero"`
	CreatedAt     time.Time
	UpdatedAt     time.Time

	PremisesName string   `bun:",scanonly"`
	Address      string   `bun:",scanonly"`
	Division     string   `bun:",scanonly"`
	Sectors      []string `bun:"type:jsonb,scanonly"`
	OperatorName string   `bun:",scanonly"`
}

func (r record) subject() usecase.Subject {
	return usecase.Subject{ID: string(r.ID), State: r.State, Version: r.Version, Scope: r.Scope}
}

type documentRow struct {
	bun.BaseModel `bun:"table:application_document"`

	Application ident.ApplicationID `bun:",pk"`
	Kind        string              `bun:",pk"`
	SHA256      string              `bun:"sha256,pk"`
	Filename    string
	At          time.Time
}

type inspectorRow struct {
	bun.BaseModel `bun:"table:application_inspector"`

	Application ident.ApplicationID `bun:",pk"`
	Account     ident.AccountID     `bun:",pk"`
	Inspection  ident.InspectionID  `bun:",pk"`
}

type sheetRow struct {
	bun.BaseModel `bun:"table:application_sheet"`

	Hash string `bun:",pk"`
	Body string
	At   time.Time
}

func insert(ctx context.Context, tx bun.IDB, r *record) error {
	_, err := tx.NewInsert().Model(r).Exec(ctx)
	return db.Translate(err)
}

func selectCases(idb bun.IDB, into any) *bun.SelectQuery {
	return idb.NewSelect().Model(into).ColumnExpr("a.*").
		ColumnExpr("p.name AS premises_name, p.address AS address, p.division AS division, p.sectors AS sectors, o.name AS operator_name").
		Join("JOIN premises AS p ON p.id = a.premises").Join("JOIN operator AS o ON o.id = a.operator")
}

// seenBy limits cases to the reader's own, or to the reader's area. Officers
// never see drafts: nothing has been handed in.
func seenBy(by access.Principal) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		switch {
		case by.Has(access.System):
			return q
		case by.Staff():
			return q.Apply(db.InScope("a.scope", by.Scope)).Where("a.submitted_at IS NOT NULL")
		}
		return q.Where("EXISTS (SELECT 1 FROM membership m WHERE m.operator = a.operator AND m.account = ?)", by.Account)
	}
}

func get(ctx context.Context, idb bun.IDB, id ident.ApplicationID, by access.Principal) (record, error) {
	var r record
	err := selectCases(idb, &r).Where("a.id = ?", id).Apply(seenBy(by)).Scan(ctx)
	return r, db.Translate(err)
}

// save stores what a use-case changed besides state and version. The version
// is that which the row has now: after a step, the one the step made.
func save(ctx context.Context, tx bun.IDB, r *record) error {
	return db.One(tx.NewUpdate().Model(r).
		Column("case_no", "returned_from", "due_on", "state_since", "submitted_at", "form", "score", "corrections", "signed", "result", "reason", "appeal_until", "certificate", "updated_at").
		Where("id = ? AND version = ?", r.ID, r.Version).Exec(ctx))
}

// bump takes the next version of a record that changes without a step.
func bump(ctx context.Context, tx bun.IDB, r *record) error {
	r.Version++
	return db.One(tx.NewUpdate().Model((*record)(nil)).Set("version = version + 1").
		Where("id = ? AND version = ?", r.ID, r.Version-1).Exec(ctx))
}

func openCase(ctx context.Context, idb bun.IDB, premises ident.PremisesID, scheme string) (bool, error) {
	n, err := idb.NewSelect().Model((*record)(nil)).
		Where("premises = ? AND scheme = ? AND state NOT IN (?)", premises, scheme, bun.List(ended)).Limit(1).Count(ctx)
	return n > 0, db.Translate(err)
}

// openCases counts a shop's cases that have not ended, of every scheme.
func openCases(ctx context.Context, idb bun.IDB, premises ident.PremisesID) (int, error) {
	n, err := idb.NewSelect().Model((*record)(nil)).Where("premises = ? AND state NOT IN (?)", premises, bun.List(ended)).Count(ctx)
	return int(n), db.Translate(err)
}

// openOf lists a shop's cases that have not ended.
func openOf(ctx context.Context, idb bun.IDB, premises ident.PremisesID) ([]record, error) {
	var rows []record
	err := selectCases(idb, &rows).Where("a.premises = ? AND a.state NOT IN (?)", premises, bun.List(ended)).Order("a.id").Scan(ctx)
	return rows, db.Translate(err)
}

// OpenCases counts the cases that follow a version of a scheme and have not
// ended.
func (s *Service) OpenCases(ctx context.Context, idb usecase.Reader, code, version string) (int, error) {
	n, err := idb.NewSelect().Model((*record)(nil)).Where("scheme = ? AND scheme_version = ? AND state NOT IN (?)", code, version, bun.List(ended)).Count(ctx)
	return int(n), db.Translate(err)
}

// SchemeOf tells under which version of which title a case was begun, for
// other slices.
func (s *Service) SchemeOf(ctx context.Context, idb usecase.Reader, id ident.ApplicationID) (code, version string, err error) {
	var r record
	err = idb.NewSelect().Model(&r).Column("scheme", "scheme_version").Where("id = ?", id).Scan(ctx)
	return r.Scheme, r.SchemeVersion, db.Translate(err)
}

// Following is how many open cases of an area wait in a state under an older
// version of a scheme than the one in force.
type Following struct {
	Scope   string
	State   lifecycle.State
	Version string `bun:"scheme_version"`
	N       int
}

// FollowersOf counts, by area, state and version, the open cases that do not
// follow a version of a scheme and keep the one they were pinned to.
func (s *Service) FollowersOf(ctx context.Context, idb usecase.Reader, code, except string) ([]Following, error) {
	var out []Following
	err := idb.NewSelect().Model((*record)(nil)).Column("scope", "state", "scheme_version").ColumnExpr("COUNT(*) AS n").
		Where("scheme = ? AND scheme_version <> ? AND state <> ? AND state NOT IN (?)", code, except, lifecycle.Draft, bun.List(ended)).
		Group("scope", "state", "scheme_version").Order("scope", "state", "scheme_version").Scan(ctx, &out)
	return out, db.Translate(err)
}

func keepSheet(ctx context.Context, tx bun.IDB, hash, body string, now time.Time) error {
	_, err := tx.NewInsert().Model(&sheetRow{Hash: hash, Body: body, At: now}).On("CONFLICT DO NOTHING").Exec(ctx)
	return db.Translate(err)
}

func sheetBody(ctx context.Context, idb bun.IDB, hash string) (string, error) {
	var row sheetRow
	err := idb.NewSelect().Model(&row).Where("hash = ?", hash).Scan(ctx)
	return row.Body, db.Translate(err)
}

func documents(ctx context.Context, idb bun.IDB, id ident.ApplicationID) ([]Document, error) {
	var rows []documentRow
	err := idb.NewSelect().Model(&rows).Where("application = ?", id).Order("kind", "at", "sha256").Scan(ctx)
	out := make([]Document, len(rows))
	for i, r := range rows {
		out[i] = Document{Kind: r.Kind, SHA256: r.SHA256, Filename: r.Filename, At: r.At}
	}
	return out, db.Translate(err)
}

func attach(ctx context.Context, tx bun.IDB, row *documentRow) error {
	_, err := tx.NewInsert().Model(row).On("CONFLICT (application, kind, sha256) DO UPDATE").Set("filename = EXCLUDED.filename").Exec(ctx)
	return db.Translate(err)
}

func detach(ctx context.Context, tx bun.IDB, row *documentRow) error {
	_, err := tx.NewDelete().Model(row).WherePK().Exec(ctx)
	return db.Translate(err)
}

func addInspectors(ctx context.Context, tx bun.IDB, rows []inspectorRow) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.NewInsert().Model(&rows).On("CONFLICT DO NOTHING").Exec(ctx)
	return db.Translate(err)
}

func inspectorsOf(ctx context.Context, idb bun.IDB, id ident.ApplicationID) ([]ident.AccountID, error) {
	var out []ident.AccountID
	err := idb.NewSelect().Model((*inspectorRow)(nil)).Column("account").Where("application = ?", id).Scan(ctx, &out)
	return out, db.Translate(err)
}

func narrow(q *bun.SelectQuery, f ListQuery, by access.Principal, today string) *bun.SelectQuery {
	q = q.Apply(seenBy(by))
	if states := statesOf(f.Tab, by); states != nil {
		q = q.Where("a.state IN (?)", bun.List(states))
	}
	if f.Tab == Mine { // a notice waits for its time, and then for those who decide
		q = q.Where("(a.state <> ? OR (a.due_on < ? AND a.decides IN (?)))", lifecycle.PublicNotice, today, bun.List(by.Roles))
	}
	if f.Tab == Due {
		q = q.Where("a.due_on <> '' AND a.due_on < ?", today)
	}
	if f.State != "" {
		q = q.Where("a.state = ?", f.State)
	}
	if f.Scheme != "" {
		q = q.Where("a.scheme = ?", f.Scheme)
	}
	if f.Premises != "" {
		q = q.Where("a.premises = ?", f.Premises)
	}
	if f.Division != "" {
		q = q.Apply(db.InDivision("p.division", f.Division))
	}
	return q
}

// noDue sorts after every date, so that what has none comes last.
const noDue = "9999-12-31"

// list reads one page by due date, the most urgent first.
func list(ctx context.Context, idb bun.IDB, f ListQuery, premises []string, by access.Principal, today string) ([]record, string, error) {
	var rows []record
	q := narrow(selectCases(idb, &rows), f, by, today)
	if f.Name != "" {
		q = q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			q = q.Where("a.case_no = ?", f.Name)
			if len(premises) > 0 {
				q = q.WhereOr("a.premises IN (?)", bun.List(premises))
			}
			return q
		})
	}
	const due = "CASE WHEN a.due_on = '' THEN '" + noDue + "' ELSE a.due_on END"
	if f.After != "" {
		var day, id string
		if err := db.ReadCursor(f.After, &day, &id); err != nil {
			return nil, "", err
		}
		q = q.Where("(("+due+") > ? OR (("+due+") = ? AND a.id > ?))", day, day, id)
	}
	size := db.Page{Limit: f.Limit}.Size()
	if err := q.OrderExpr(due + ", a.id").Limit(int64(size + 1)).Scan(ctx); err != nil {
		return nil, "", db.Translate(err)
	}
	if len(rows) <= size {
		return rows, "", nil
	}
	rows = rows[:size]
	last := rows[size-1]
	day := last.DueOn
	if day == "" {
		day = noDue
	}
	return rows, db.Cursor(day, last.ID), nil
}

type stateCount struct {
	State   lifecycle.State
	Decides access.Role
	N       int
	Late    int
}

func countStates(ctx context.Context, idb bun.IDB, by access.Principal, today string) ([]stateCount, error) {
	var rows []stateCount
	err := idb.NewSelect().Model((*record)(nil)).Apply(seenBy(by)).
		ColumnExpr("a.state AS state, a.decides AS decides, count(*) AS n").
		ColumnExpr("sum(CASE WHEN a.due_on <> '' AND a.due_on < ? THEN 1 ELSE 0 END) AS late", today).
		Group("a.state", "a.decides").Scan(ctx, &rows)
	return rows, db.Translate(err)
}

// stageEvent is the moment at which a case came into a state.
type stageEvent struct {
	Subject       string
	FromState     lifecycle.State
	ToState       lifecycle.State
	At            time.Time
	Scheme        string
	SchemeVersion string
}

// stageEvents lists the steps of the reader's cases that changed since then or
// are still open, case by case in their order.
func stageEvents(ctx context.Context, idb bun.IDB, by access.Principal, since time.Time) ([]stageEvent, error) {
	var rows []stageEvent
	err := idb.NewSelect().Model((*record)(nil)).Apply(seenBy(by)).
		Join("JOIN event AS e ON e.noun = 'application' AND e.subject = a.id").
		ColumnExpr("e.subject, e.from_state, e.to_state, e.at, a.scheme, a.scheme_version").
		Where("(a.state_since >= ? OR a.state NOT IN (?))", since, bun.List(ended)).
		OrderExpr("e.subject, e.id").Scan(ctx, &rows)
	return rows, db.Translate(err)
}

// overdue lists cases whose time is up, for the sweep.
func overdue(ctx context.Context, idb bun.IDB, today, after string, limit int) ([]record, error) {
	var rows []record
	err := selectCases(idb, &rows).Where("a.due_on <> '' AND a.due_on < ? AND a.id > ? AND a.state NOT IN (?)", today, after, bun.List(ended)).
		Order("a.id").Limit(int64(limit)).Scan(ctx)
	return rows, db.Translate(err)
}

// dated lists open cases whose last day is on or before a day.
func dated(ctx context.Context, idb bun.IDB, until, after string, limit int) ([]record, error) {
	var rows []record
	err := selectCases(idb, &rows).Where("a.due_on <> '' AND a.due_on <= ? AND a.id > ? AND a.state NOT IN (?)", until, after, bun.List(ended)).
		Order("a.id").Limit(int64(limit)).Scan(ctx)
	return rows, db.Translate(err)
}

// setResult stores another result of the inspection. The version grows: what
// officers decide on has changed.
func setResult(ctx context.Context, tx bun.IDB, r *record) error {
	old := r.Version
	r.Version++
	return db.One(tx.NewUpdate().Model(r).Column("result", "version", "updated_at").Where("id = ? AND version = ?", r.ID, old).Exec(ctx))
}
