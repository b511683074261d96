package inspection

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/db"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	rec "fangxin/internal/record"
)

type record struct {
	bun.BaseModel `bun:"table:inspection,alias:i"`

	ID          ident.InspectionID `bun:",pk"`
	Purpose     Purpose
	RefNoun     string
	RefID       string
	Application ident.ApplicationID `bun:",nullzero"`
	Premises    ident.PremisesID
	Operator    ident.OperatorID
	Holder      string
	Address     string
	Division    string
	Sheet       string
	Lead        ident.AccountID `bun:",nullzero"`
	Second      ident.AccountID `bun:",nullzero"`
	LeadName    string
	SecondName  string
	State       lifecycle.State
	Version     int64
	Scope       string
	DueOn       string
	StartedAt   time.Time `bun:",nullzero"`
	SubmittedAt time.Time `bun:",nullzero"`
	Reason      string
	Marks       []Mark  `bun:"type:jsonb"`
	Result      Outcome `bun:"type:jsonb"`
	Seal        string
	Started     rec.Stamp `bun:"type:jsonb"`
	Amended     *Outcome  `bun:"type:jsonb,nullzero"`
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

type sheetRow struct {
	bun.BaseModel `bun:"table:checklist_sheet"`

	Hash    string `bun:",pk"`
	Content string
	At      time.Time
}

type answerRow struct {
	bun.BaseModel `bun:"table:inspection_answer,alias:a"`

	ID         string `bun:",pk"`
	Inspection ident.InspectionID
	Item       string
	N          int64
	Answer     string
	Digest     string
	Device     string
	DeviceAt   time.Time `bun:",nullzero"`
	AgeMS      *int64    `bun:"age_ms,nullzero"`
	Account    ident.AccountID
	ReceivedAt time.Time
	Base       string // entry that the author saw; "" for none, and for answers given online
}

type signatureRow struct {
	bun.BaseModel `bun:"table:inspection_signature"`

	Inspection ident.InspectionID `bun:",pk"`
	Party      Party              `bun:",pk"`
	Name       string
	Drawing    string
	Refused    string
	Witness    string
	Moment     rec.Moment `bun:"type:jsonb"`
	Account    ident.AccountID
	At         time.Time
	Content    string `bun:"content_hash"` // hash of what was signed, when a device told; see ContentHash
}

func (r signatureRow) view() Signature {
	return Signature{Party: r.Party, Name: r.Name, Drawing: r.Drawing, Refused: r.Refused, Witness: r.Witness, At: r.At}
}

type interestRow struct {
	bun.BaseModel `bun:"table:conflict_interest"`

	Account  ident.AccountID  `bun:",pk"`
	Operator ident.OperatorID `bun:",pk"`
	Reason   string
	At       time.Time
}

func keepSheet(ctx context.Context, tx bun.IDB, hash, content string, now time.Time) error {
	_, err := tx.NewInsert().Model(&sheetRow{Hash: hash, Content: content, At: now}).On("CONFLICT DO NOTHING").Exec(ctx)
	return db.Translate(err)
}

func sheetOf(ctx context.Context, idb bun.IDB, hash string) (checklist.Sheet, error) {
	var row sheetRow
	if err := idb.NewSelect().Model(&row).Where("hash = ?", hash).Scan(ctx); err != nil {
		return checklist.Sheet{}, db.Translate(err)
	}
	return checklist.UnmarshalSheet([]byte(row.Content))
}

func insert(ctx context.Context, tx bun.IDB, r *record) error {
	_, err := tx.NewInsert().Model(r).Exec(ctx)
	return db.Translate(err)
}

// update stores columns beside a step that has already checked the version.
func update(ctx context.Context, tx bun.IDB, r *record, columns ...string) error {
	res, err := tx.NewUpdate().Model(r).Column(columns...).Where("id = ? AND version = ?", r.ID, r.Version).Exec(ctx)
	return db.One(res, err)
}

// get reads an inspection that the principal makes or whose area is theirs.
func get(ctx context.Context, idb bun.IDB, id ident.InspectionID, by access.Principal) (record, error) {
	var r record
	err := seenBy(idb.NewSelect().Model(&r).Where("i.id = ?", id), by).Scan(ctx)
	return r, db.Translate(err)
}

// seenBy lets officers see their area, and inspectors what they make.
func seenBy(q *bun.SelectQuery, by access.Principal) *bun.SelectQuery {
	if by.Has(access.CountyOfficer, access.CityOfficer, access.ProvinceOfficer, access.Supervisor, access.System) {
		return q.Apply(db.InScope("i.scope", by.Scope))
	}
	return q.Where("(i.lead = ? OR i.second = ?)", by.Account, by.Account)
}

// ofRef lists the inspections of a record, all of them for an empty purpose.
func ofRef(ctx context.Context, idb bun.IDB, ref Ref, purpose Purpose) ([]record, error) {
	var rows []record
	sel := idb.NewSelect().Model(&rows).Where("i.ref_noun = ? AND i.ref_id = ?", ref.Noun, ref.ID)
	if purpose != "" {
		sel = sel.Where("i.purpose = ?", purpose)
	}
	err := sel.Order("i.id").Scan(ctx)
	return rows, db.Translate(err)
}

func list(ctx context.Context, idb bun.IDB, q ListQuery, by access.Principal) ([]record, string, error) {
	var rows []record
	sel := seenBy(idb.NewSelect().Model(&rows), by)
	if q.State != "" {
		sel = sel.Where("i.state = ?", q.State)
	}
	if q.Application != "" {
		sel = sel.Where("i.application = ?", q.Application)
	}
	if q.Purpose != "" {
		sel = sel.Where("i.purpose = ?", q.Purpose)
	}
	if q.Reference != "" {
		sel = sel.Where("i.ref_id = ?", q.Reference)
	}
	if q.Mine {
		sel = sel.Where("(i.lead = ? OR i.second = ?)", by.Account, by.Account)
	}
	next, err := db.ByDue(ctx, sel, "i", q.Limit, q.After, &rows, (*record).due)
	return rows, next, err
}

// due is where a row stands in lists.
func (r *record) due() (string, ident.InspectionID) { return r.DueOn, r.ID }

// lastAnswer is the number of the newest entry. It takes the inspection first,
// so that two tablets which save at once number their entries one after the
// other; SQLite has one writer anyhow.
func lastAnswer(ctx context.Context, idb bun.IDB, id ident.InspectionID) (int64, error) {
	res, err := idb.NewUpdate().Table("inspection").Set("version = version").Where("id = ?", id).Exec(ctx)
	if err := db.One(res, err); err != nil {
		return 0, err
	}
	var n int64
	err = idb.NewSelect().Model((*answerRow)(nil)).ColumnExpr("coalesce(max(a.n), 0)").Where("a.inspection = ?", id).Scan(ctx, &n)
	return n, db.Translate(err)
}

// addAnswer inserts an entry; when its id is already there it gives the old
// row instead.
func addAnswer(ctx context.Context, tx bun.IDB, row *answerRow) (old answerRow, known bool, err error) {
	res, err := tx.NewInsert().Model(row).On("CONFLICT (id) DO NOTHING").Exec(ctx)
	if err != nil {
		return answerRow{}, false, db.Translate(err)
	}
	if n, _ := res.RowsAffected(); n == 1 {
		return answerRow{}, false, nil
	}
	err = tx.NewSelect().Model(&old).Where("a.id = ?", row.ID).Scan(ctx)
	return old, true, db.Translate(err)
}

// newest reads the answer that counts for each item, in the order of items.
func newest(ctx context.Context, idb bun.IDB, id ident.InspectionID) ([]checklist.Answer, error) {
	rows, err := newestRows(ctx, idb, id)
	if err != nil {
		return nil, err
	}
	stored, err := storedNames(ctx, idb, id)
	if err != nil {
		return nil, err
	}
	answers := make([]checklist.Answer, 0, len(rows))
	for _, r := range rows {
		a, err := r.decode(stored)
		if err != nil {
			return nil, fmt.Errorf("answer %s: %w", r.ID, err)
		}
		if !rec.TakenBack(a) {
			answers = append(answers, a)
		}
	}
	return answers, nil
}

func putSignature(ctx context.Context, tx bun.IDB, row *signatureRow) error {
	_, err := tx.NewInsert().Model(row).On("CONFLICT (inspection, party) DO UPDATE").
		Set("name = EXCLUDED.name").Set("drawing = EXCLUDED.drawing").Set("refused = EXCLUDED.refused").
		Set("witness = EXCLUDED.witness").Set("moment = EXCLUDED.moment").
		Set("account = EXCLUDED.account").Set("at = EXCLUDED.at").Set("content_hash = EXCLUDED.content_hash").Exec(ctx)
	return db.Translate(err)
}

// signatureRows reads who signed, with the names of stored drawings.
func signatureRows(ctx context.Context, idb bun.IDB, id ident.InspectionID) ([]signatureRow, error) {
	rows, err := rawSignatures(ctx, idb, id)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	stored, err := storedNames(ctx, idb, id)
	for i := range rows {
		if name := stored[rows[i].Drawing]; name != "" && name != unusable {
			rows[i].Drawing = name
		}
	}
	return rows, err
}

func signaturesOf(ctx context.Context, idb bun.IDB, id ident.InspectionID) ([]Signature, error) {
	rows, err := signatureRows(ctx, idb, id)
	if err != nil {
		return nil, err
	}
	out := make([]Signature, len(rows))
	for i, r := range rows {
		out[i] = r.view()
	}
	return out, nil
}

// interests lists who must not be sent to an operator: those who said so and
// those who act for it.
func interests(ctx context.Context, idb bun.IDB, operator ident.OperatorID) ([]ident.AccountID, error) {
	var out []ident.AccountID
	err := idb.NewRaw(`SELECT account FROM conflict_interest WHERE operator = ?
		UNION SELECT account FROM membership WHERE operator = ?`, operator, operator).Scan(ctx, &out)
	return out, db.Translate(err)
}

func addInterest(ctx context.Context, tx bun.IDB, account ident.AccountID, operator ident.OperatorID, reason string, now time.Time) error {
	_, err := tx.NewInsert().Model(&interestRow{Account: account, Operator: operator, Reason: reason, At: now}).
		On("CONFLICT (account, operator) DO UPDATE").Set("reason = EXCLUDED.reason").Exec(ctx)
	return db.Translate(err)
}
