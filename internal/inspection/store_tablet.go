package inspection

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"

	"fangxin/internal/checklist"
	"fangxin/internal/db"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	rec "fangxin/internal/record"
)

type conflictRow struct {
	bun.BaseModel `bun:"table:inspection_conflict,alias:x"`

	ID         string `bun:",pk"`
	Inspection ident.InspectionID
	Item       string
	Versions   []string `bun:"type:jsonb"`
	OpenedAt   time.Time
	ClosedAt   time.Time `bun:",nullzero"`
	ClosedBy   ident.AccountID
	Kept       string
	Answer     string // by which it was settled; "" when its authors came to agree
}

type photoRow struct {
	bun.BaseModel `bun:"table:inspection_photo,alias:p"`

	Inspection ident.InspectionID `bun:",pk"`
	SHA256     string             `bun:"sha256,pk"`
	Item       string
	Bytes      int64
	Cipher     string
	Secret     string
	IV         string     `bun:"iv"`
	Moment     rec.Moment `bun:"type:jsonb"`
	Account    ident.AccountID
	At         time.Time
	Stored     string
	StoredAt   time.Time `bun:",nullzero"`
	Cause      string
	Source     Source
}

type closingRow struct {
	bun.BaseModel `bun:"table:inspection_closing"`

	Inspection ident.InspectionID `bun:",pk"`
	Hash       string
	Moment     rec.Moment `bun:"type:jsonb"`
	Account    ident.AccountID
	Actor      rec.Person `bun:"type:jsonb"`
	At         time.Time
	Cause      string
}

// locked reads an inspection whoever asks, and holds it until the transaction
// ends, so that two devices are heard one after the other. SQLite has one
// writer anyway.
func locked(ctx context.Context, tx bun.Tx, id ident.InspectionID) (record, error) {
	var r record
	q := tx.NewSelect().Model(&r).Where("i.id = ?", id)
	if tx.Dialect().Name() == dialect.PG {
		q = q.For("UPDATE")
	}
	return r, db.Translate(q.Scan(ctx))
}

// link is what an answer's place among the others is judged by.
type link struct {
	ID     string
	Item   string
	N      int64
	Digest string
	Base   string

	Account ident.AccountID
	Device  string
}

// author is who gave an answer: a person with two tablets counts twice.
func (l link) author() string { return string(l.Account) + "/" + l.Device }

// links reads the order of all answers of an inspection.
func links(ctx context.Context, idb bun.IDB, id ident.InspectionID) ([]link, error) {
	var out []link
	err := idb.NewSelect().Model((*answerRow)(nil)).Column("id", "item", "n", "digest", "base", "account", "device").
		Where("a.inspection = ?", id).Order("a.n").Scan(ctx, &out)
	return out, db.Translate(err)
}

func insertAnswers(ctx context.Context, tx bun.IDB, rows []answerRow) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return db.Translate(err)
}

func answerByID(ctx context.Context, idb bun.IDB, inspection ident.InspectionID, id string) (answerRow, error) {
	var row answerRow
	err := idb.NewSelect().Model(&row).Where("a.inspection = ? AND a.id = ?", inspection, id).Scan(ctx)
	return row, db.Translate(err)
}

// newestRows reads the rows that count for each item, in the order of items;
// also those that take an answer back.
func newestRows(ctx context.Context, idb bun.IDB, id ident.InspectionID) ([]answerRow, error) {
	var rows []answerRow
	err := idb.NewSelect().Model(&rows).Where("a.inspection = ?", id).
		Where("NOT EXISTS (SELECT 1 FROM inspection_answer b WHERE b.inspection = a.inspection AND b.item = a.item AND b.n > a.n)").
		Order("a.item").Scan(ctx)
	return rows, db.Translate(err)
}

func openConflicts(ctx context.Context, idb bun.IDB, id ident.InspectionID) ([]conflictRow, error) {
	var rows []conflictRow
	err := idb.NewSelect().Model(&rows).Where("x.inspection = ? AND x.closed_at IS NULL", id).Order("x.item").Scan(ctx)
	return rows, db.Translate(err)
}

func conflictRows(ctx context.Context, idb bun.IDB, id ident.InspectionID) ([]conflictRow, error) {
	var rows []conflictRow
	err := idb.NewSelect().Model(&rows).Where("x.inspection = ?", id).Order("x.id").Scan(ctx)
	return rows, db.Translate(err)
}

func putConflict(ctx context.Context, tx bun.IDB, row *conflictRow) error {
	_, err := tx.NewInsert().Model(row).On("CONFLICT (id) DO UPDATE").Set("versions = EXCLUDED.versions").
		Set("closed_at = EXCLUDED.closed_at").Set("closed_by = EXCLUDED.closed_by").Set("kept = EXCLUDED.kept").Set("answer = EXCLUDED.answer").Exec(ctx)
	return db.Translate(err)
}

func photoRows(ctx context.Context, idb bun.IDB, id ident.InspectionID) ([]photoRow, error) {
	var rows []photoRow
	err := idb.NewSelect().Model(&rows).Where("p.inspection = ?", id).Order("p.at", "p.sha256").Scan(ctx)
	return rows, db.Translate(err)
}

// photosByCipher finds the photos of encrypted bytes that are not stored yet.
func photosByCipher(ctx context.Context, idb bun.IDB, cipher string) ([]photoRow, error) {
	var rows []photoRow
	err := idb.NewSelect().Model(&rows).Where("p.cipher = ? AND p.stored = '' AND p.cause = ''", cipher).Order("p.inspection").Scan(ctx)
	return rows, db.Translate(err)
}

// insertPhoto announces a photo. A device that announces it again, after the
// bytes could not be used, may bring others.
func insertPhoto(ctx context.Context, tx bun.IDB, row *photoRow) error {
	_, err := tx.NewInsert().Model(row).On("CONFLICT (inspection, sha256) DO UPDATE").
		Set("cipher = CASE WHEN p.stored = '' THEN EXCLUDED.cipher ELSE p.cipher END").
		Set("secret = CASE WHEN p.stored = '' THEN EXCLUDED.secret ELSE p.secret END").
		Set("iv = CASE WHEN p.stored = '' THEN EXCLUDED.iv ELSE p.iv END").
		Set("cause = CASE WHEN p.stored = '' THEN '' ELSE p.cause END").Exec(ctx)
	return db.Translate(err)
}

// updatePhoto notes what became of a photo's bytes; the secret is not needed
// any more once they are stored.
func updatePhoto(ctx context.Context, tx bun.IDB, row *photoRow) error {
	res, err := tx.NewUpdate().Model(row).Column("stored", "stored_at", "cause", "secret").
		Where("inspection = ? AND sha256 = ? AND stored = ''", row.Inspection, row.SHA256).Exec(ctx)
	return db.One(res, err)
}

// unusable stands for the stored file of a photo whose bytes were no photo.
const unusable = "-"

// storedNames maps the hashes that devices know to those of stored files, or
// to unusable.
func storedNames(ctx context.Context, idb bun.IDB, id ident.InspectionID) (map[string]string, error) {
	rows, err := photoRows(ctx, idb, id)
	out := map[string]string{}
	for _, p := range rows {
		switch {
		case p.Stored != "":
			out[p.SHA256] = p.Stored
		case p.Cause != "":
			out[p.SHA256] = unusable
		}
	}
	return out, err
}

func putClosing(ctx context.Context, tx bun.IDB, row *closingRow) error {
	_, err := tx.NewInsert().Model(row).On("CONFLICT (inspection) DO UPDATE").Set("hash = EXCLUDED.hash").Set("moment = EXCLUDED.moment").
		Set("account = EXCLUDED.account").Set("actor = EXCLUDED.actor").Set("at = EXCLUDED.at").Set("cause = EXCLUDED.cause").Exec(ctx)
	return db.Translate(err)
}

// closingOf reads what waits for photos; nil when nothing does.
func closingOf(ctx context.Context, idb bun.IDB, id ident.InspectionID) (*closingRow, error) {
	var rows []closingRow
	err := idb.NewSelect().Model(&rows).Where("inspection = ?", id).Scan(ctx)
	if err != nil || len(rows) == 0 {
		return nil, db.Translate(err)
	}
	return &rows[0], nil
}

func dropClosing(ctx context.Context, tx bun.IDB, id ident.InspectionID) error {
	_, err := tx.NewDelete().Model((*closingRow)(nil)).Where("inspection = ?", id).Exec(ctx)
	return db.Translate(err)
}

// heldRows reads the open visits of an inspector, by due date.
func heldRows(ctx context.Context, idb bun.IDB, account ident.AccountID, most int) ([]record, error) {
	var rows []record
	err := idb.NewSelect().Model(&rows).Where("(i.lead = ? OR i.second = ?)", account, account).
		Where("i.state IN (?)", bun.List([]lifecycle.State{lifecycle.Assigned, lifecycle.OnDevice, lifecycle.SentBack})).
		Order("i.due_on", "i.id").Limit(int64(most)).Scan(ctx)
	return rows, db.Translate(err)
}

// previousRow is the newest earlier visit to the same shop that was submitted.
func previousRow(ctx context.Context, idb bun.IDB, r record) (*record, error) {
	var rows []record
	err := idb.NewSelect().Model(&rows).Where("i.premises = ? AND i.id <> ? AND i.seal <> ''", r.Premises, r.ID).
		Where("i.state NOT IN (?)", bun.List([]lifecycle.State{lifecycle.Voided, lifecycle.SentBack, lifecycle.OnDevice})).
		Order("i.submitted_at DESC").Limit(1).Scan(ctx)
	if err != nil || len(rows) == 0 {
		return nil, db.Translate(err)
	}
	return &rows[0], nil
}

// decode reads the answer of a row, with the names of stored photos. A photo
// that turned out to be none is no evidence, and left out.
func (row answerRow) decode(stored map[string]string) (checklist.Answer, error) {
	var a checklist.Answer
	if err := json.Unmarshal([]byte(row.Answer), &a); err != nil {
		return a, err
	}
	a.Photos, a.Audio = renamed(a.Photos, stored), renamed(a.Audio, stored)
	switch name := stored[a.Signature]; name {
	case "":
	case unusable:
		a.Signature = ""
	default:
		a.Signature = name
	}
	return a, nil
}

func renamed(shas []string, stored map[string]string) []string {
	var out []string
	for _, sha := range shas {
		switch name := stored[sha]; name {
		case "":
			out = append(out, sha)
		case unusable:
		default:
			out = append(out, name)
		}
	}
	return out
}

func scopeOf(ctx context.Context, idb bun.IDB, id ident.InspectionID) (string, error) {
	var scope string
	err := idb.NewSelect().Model((*record)(nil)).Column("scope").Where("i.id = ?", id).Scan(ctx, &scope)
	return scope, db.Translate(err)
}

func countPhotos(ctx context.Context, idb bun.IDB, id ident.InspectionID) (int, error) {
	n, err := idb.NewSelect().Model((*photoRow)(nil)).Where("p.inspection = ?", id).Count(ctx)
	return int(n), db.Translate(err)
}

// rawSignatures reads who signed, with the drawings as the device named them.
func rawSignatures(ctx context.Context, idb bun.IDB, id ident.InspectionID) ([]signatureRow, error) {
	var rows []signatureRow
	err := idb.NewSelect().Model(&rows).Where("inspection = ?", id).Order("party").Scan(ctx)
	return rows, db.Translate(err)
}
