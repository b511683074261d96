package application

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/db"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
)

type noticeRow struct {
	bun.BaseModel `bun:"table:notice,alias:n"`

	ID          ident.NoticeID `bun:",pk"`
	Number      string
	Application ident.ApplicationID
	Scheme      string
	Scope       string
	Holder      string
	Operator    string
	Address     string
	Division    string
	Sectors     []string `bun:"type:jsonb"`
	OpensOn     string
	ClosesOn    string
	Outcome     string
	Announcer   ident.AccountID
	CreatedAt   time.Time

	SchemeVersion string `bun:",scanonly"` // which the case follows
}

func selectNotices(idb bun.IDB, into any) *bun.SelectQuery {
	return idb.NewSelect().Model(into).ColumnExpr("n.*").ColumnExpr("(SELECT a.scheme_version FROM application AS a WHERE a.id = n.application) AS scheme_version")
}

type objectionRow struct {
	bun.BaseModel `bun:"table:objection"`

	ID          ident.ObjectionID `bun:",pk"`
	Number      string
	Notice      ident.NoticeID
	Application ident.ApplicationID
	Scope       string
	Body        string
	Party       string
	Name        string
	Contact     string
	State       string
	Reason      string
	DecidedBy   ident.AccountID `bun:",nullzero"`
	DecidedAt   time.Time       `bun:",nullzero"`
	Version     int64
	CreatedAt   time.Time
}

func insertNotice(ctx context.Context, tx bun.IDB, n *noticeRow) error {
	_, err := tx.NewInsert().Model(n).Exec(ctx)
	return db.Translate(err)
}

func noticeByID(ctx context.Context, idb bun.IDB, id ident.NoticeID) (noticeRow, error) {
	var n noticeRow
	err := selectNotices(idb, &n).Where("n.id = ?", id).Scan(ctx)
	return n, db.Translate(err)
}

// noticeOf reads the newest notice of a case.
func noticeOf(ctx context.Context, idb bun.IDB, id ident.ApplicationID) (noticeRow, error) {
	var n noticeRow
	err := selectNotices(idb, &n).Where("n.application = ?", id).Order("n.id DESC").Limit(1).Scan(ctx)
	return n, db.Translate(err)
}

func closeNotice(ctx context.Context, tx bun.IDB, id ident.ApplicationID, outcome string) error {
	_, err := tx.NewUpdate().Model((*noticeRow)(nil)).Set("outcome = ?", outcome).Where("application = ? AND outcome = ''", id).Exec(ctx)
	return db.Translate(err)
}

// reopenNotice lets the notice that ended with an upheld objection run until
// another day; the objection does not stand any more.
func reopenNotice(ctx context.Context, tx bun.IDB, id ident.ApplicationID, closesOn, reason string) error {
	_, err := tx.NewUpdate().Model((*noticeRow)(nil)).Set("outcome = ''").Set("closes_on = ?", closesOn).
		Where("application = ? AND outcome = 'objection_upheld'", id).Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	_, err = tx.NewUpdate().Model((*objectionRow)(nil)).Set("state = 'dismissed'").Set("reason = ?", reason).Set("version = version + 1").
		Where("application = ? AND state = 'upheld'", id).Exec(ctx)
	return db.Translate(err)
}

func listNotices(ctx context.Context, idb bun.IDB, q NoticeQuery, today string) ([]noticeRow, string, error) {
	var rows []noticeRow
	sel := selectNotices(idb, &rows)
	if q.Open {
		sel = sel.Where("n.outcome = '' AND n.closes_on >= ?", today)
	}
	if q.Division != "" {
		sel = sel.Apply(db.InDivision("n.division", q.Division))
	}
	if q.After != "" {
		var after string
		if err := db.ReadCursor(q.After, &after); err != nil {
			return nil, "", err
		}
		sel = sel.Where("n.id < ?", after)
	}
	size := db.Page{Limit: q.Limit}.Size()
	if err := sel.Order("n.id DESC").Limit(int64(size + 1)).Scan(ctx); err != nil {
		return nil, "", db.Translate(err)
	}
	if len(rows) <= size {
		return rows, "", nil
	}
	return rows[:size], db.Cursor(rows[size-1].ID), nil
}

func insertObjection(ctx context.Context, tx bun.IDB, o *objectionRow) error {
	_, err := tx.NewInsert().Model(o).Exec(ctx)
	return db.Translate(err)
}

func objections(ctx context.Context, idb bun.IDB, id ident.ApplicationID) ([]objectionRow, error) {
	var rows []objectionRow
	err := idb.NewSelect().Model(&rows).Where("application = ?", id).Order("id").Scan(ctx)
	return rows, db.Translate(err)
}

func openObjections(ctx context.Context, idb bun.IDB, id ident.ApplicationID) (int, error) {
	n, err := idb.NewSelect().Model((*objectionRow)(nil)).Where("application = ? AND state = 'open'", id).Count(ctx)
	return int(n), db.Translate(err)
}

func decideObjection(ctx context.Context, tx bun.IDB, cmd ObjectionCommand, state string, by ident.AccountID, now time.Time) error {
	res, err := tx.NewUpdate().Model((*objectionRow)(nil)).
		Set("state = ?", state).Set("reason = ?", cmd.Reason).Set("decided_by = ?", by).Set("decided_at = ?", now).Set("version = version + 1").
		Where("id = ? AND application = ? AND state = 'open'", cmd.Objection, cmd.ID).Exec(ctx)
	if err := db.One(res, err); fault.Is(err, fault.StaleVersion) {
		return fault.New(fault.NotFound, "objection_unknown")
	} else if err != nil {
		return err
	}
	return nil
}
