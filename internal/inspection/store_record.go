package inspection

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	rec "fangxin/internal/record"
	"fangxin/internal/usecase"
)

type recordRow struct {
	bun.BaseModel `bun:"table:inspection_record,alias:k"`

	Seal       string `bun:",pk"`
	Inspection ident.InspectionID
	N          int64
	Format     int
	Kind       rec.Kind
	Previous   string
	Sheet      string // hash of the sheet, which the content leaves out
	Content    string // "" in the first format: made from the rows
	Account    ident.AccountID
	At         time.Time
}

func insertRecord(ctx context.Context, tx bun.IDB, row *recordRow) error {
	_, err := tx.NewInsert().Model(row).Exec(ctx)
	return db.Translate(err)
}

// setContent stores the text of a record that has none yet; the database
// refuses to replace one.
func setContent(ctx context.Context, tx bun.IDB, seal, content string) error {
	res, err := tx.NewUpdate().Model((*recordRow)(nil)).Set("content = ?", content).Where("seal = ?", seal).Exec(ctx)
	return db.One(res, err)
}

// lastRecord is the newest of an inspection's chain; a zero row without one.
func lastRecord(ctx context.Context, idb bun.IDB, id ident.InspectionID) (recordRow, error) {
	var rows []recordRow
	err := idb.NewSelect().Model(&rows).Where("k.inspection = ?", id).Order("k.n DESC").Limit(1).Scan(ctx)
	if err != nil || len(rows) == 0 {
		return recordRow{}, db.Translate(err)
	}
	return rows[0], nil
}

func recordRows(ctx context.Context, idb bun.IDB, id ident.InspectionID) ([]recordRow, error) {
	var rows []recordRow
	err := idb.NewSelect().Model(&rows).Where("k.inspection = ?", id).Order("k.n").Scan(ctx)
	return rows, db.Translate(err)
}

// recordBySeal finds a record by its seal, for whoever holds the paper.
func recordBySeal(ctx context.Context, idb bun.IDB, seal string) (recordRow, record, error) {
	var row recordRow
	if err := idb.NewSelect().Model(&row).Where("k.seal = ?", seal).Scan(ctx); err != nil {
		return row, record{}, db.Translate(err)
	}
	var r record
	err := idb.NewSelect().Model(&r).Where("i.id = ?", row.Inspection).Scan(ctx)
	return row, r, db.Translate(err)
}

// answerRows reads every answer ever given, in the order of arrival.
func answerRows(ctx context.Context, idb bun.IDB, id ident.InspectionID) ([]answerRow, error) {
	var rows []answerRow
	err := idb.NewSelect().Model(&rows).Where("a.inspection = ?", id).Order("a.n").Scan(ctx)
	return rows, db.Translate(err)
}

func sheetText(ctx context.Context, idb bun.IDB, hash string) (string, error) {
	var row sheetRow
	err := idb.NewSelect().Model(&row).Where("hash = ?", hash).Scan(ctx)
	return row.Content, db.Translate(err)
}

// getHeld reads an inspection that the principal makes, oversees, or to whose
// operator they belong.
func getHeld(ctx context.Context, idb bun.IDB, id ident.InspectionID, by access.Principal) (record, error) {
	var r record
	err := heldBy(idb.NewSelect().Model(&r).Where("i.id = ?", id), by).Scan(ctx)
	return r, db.Translate(err)
}

// heldBy is [seenBy] for people of an authority, and for others the
// inspections of the operators that they belong to.
func heldBy(q *bun.SelectQuery, by access.Principal) *bun.SelectQuery {
	if by.Staff() || by.Has(access.System) {
		return seenBy(q, by)
	}
	return q.Where("EXISTS (SELECT 1 FROM membership m WHERE m.operator = i.operator AND m.account = ?)", by.Account)
}

type amendmentRow struct {
	bun.BaseModel `bun:"table:inspection_amendment,alias:m"`

	ID         ident.AmendmentID `bun:",pk"`
	Inspection ident.InspectionID
	Seal       string
	State      lifecycle.State
	Version    int64
	Scope      string
	ByAccount  ident.AccountID
	ByName     string
	Reason     string
	Changes    []rec.Change `bun:"type:jsonb"`
	Result     Outcome      `bun:"type:jsonb"`
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

func (row amendmentRow) subject() usecase.Subject {
	return usecase.Subject{ID: string(row.ID), State: row.State, Version: row.Version, Scope: row.Scope}
}

// view shows a correction; its buttons are for those who may judge it.
func (row amendmentRow) view(by access.Principal, r record) AmendmentView {
	v := AmendmentView{
		ID: row.ID, Inspection: row.Inspection, State: row.State, ByName: row.ByName, Reason: row.Reason, Changes: row.Changes,
		Result: row.Result, Seal: row.Seal, Version: row.Version, At: row.CreatedAt,
	}
	if by.Account == row.ByAccount || r.made(by.Account) {
		return v
	}
	for _, st := range lifecycle.Amendment.Open(by, row.State) {
		if !by.Has(access.System) {
			v.Actions = append(v.Actions, st.Action)
		}
	}
	return v
}

func insertAmendment(ctx context.Context, tx bun.IDB, row *amendmentRow) error {
	_, err := tx.NewInsert().Model(row).Exec(ctx)
	if db.IsUnique(err) { // another correction came first
		return fault.New(fault.NotReady, "amendment_pending")
	}
	return db.Translate(err)
}

func amendmentRows(ctx context.Context, idb bun.IDB, id ident.InspectionID) ([]amendmentRow, error) {
	var rows []amendmentRow
	err := idb.NewSelect().Model(&rows).Where("m.inspection = ?", id).Order("m.id").Scan(ctx)
	return rows, db.Translate(err)
}

// getAmendment reads a correction of an inspection that the principal sees.
func getAmendment(ctx context.Context, idb bun.IDB, id ident.AmendmentID, by access.Principal) (amendmentRow, record, error) {
	var row amendmentRow
	if err := idb.NewSelect().Model(&row).Where("m.id = ?", id).Scan(ctx); err != nil {
		return row, record{}, db.Translate(err)
	}
	r, err := get(ctx, idb, row.Inspection, by)
	return row, r, err
}

// setAmended stores the result with the corrections; the inspection's version
// grows, because what its readers see has changed.
func setAmended(ctx context.Context, tx bun.IDB, r *record, now time.Time) error {
	old := r.Version
	r.Version, r.UpdatedAt = old+1, now
	res, err := tx.NewUpdate().Model(r).Column("amended", "version", "updated_at").Where("id = ? AND version = ?", r.ID, old).Exec(ctx)
	return db.One(res, err)
}
