package badge

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/badgecode"
	"fangxin/internal/db"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
)

// record is one printed badge.
type record struct {
	bun.BaseModel `bun:"table:sticker,alias:sticker"`

	ID          ident.StickerID `bun:",pk"`
	Serial      badgecode.Serial
	Certificate ident.CertificateID
	PrintNo     int64
	Kind        Kind
	State       lifecycle.State
	Version     int64
	Scope       string
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

type faceRow struct {
	bun.BaseModel `bun:"table:badge_face"`

	Serial    badgecode.Serial `bun:",pk"`
	Face      string
	UpdatedAt time.Time
}

// sqliteTime is the form in which bun writes instants to SQLite.
const sqliteTime = "2006-01-02 15:04:05.999999999-07:00"

var errBadFace = errors.New("badge: stored face cannot be read")

// face reads what a scan shows with one prepared statement: this is the
// busiest read of the registry.
func (s *Service) face(ctx context.Context, serial badgecode.Serial) (Face, time.Time, error) {
	stmt, err := s.statement(ctx)
	if err != nil {
		return Face{}, time.Time{}, err
	}
	if s.rt.DB.Dialect == db.SQLite {
		// One row by its key is there before anybody could cancel, and
		// watching for that costs two goroutines.
		ctx = context.WithoutCancel(ctx)
	}
	var body string
	var written time.Time
	if s.rt.DB.Dialect == db.SQLite {
		var text string
		if err = stmt.QueryRowContext(ctx, serial).Scan(&body, &text); err == nil {
			written, err = time.Parse(sqliteTime, text)
		}
	} else {
		err = stmt.QueryRowContext(ctx, serial).Scan(&body, &written)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return Face{}, time.Time{}, fault.New(fault.NotFound, "")
	}
	if err != nil {
		return Face{}, time.Time{}, fmt.Errorf("read badge: %w", err)
	}
	f, err := decodeFace(body)
	if err != nil {
		return Face{}, time.Time{}, fmt.Errorf("%w: %w", errBadFace, err)
	}
	return f, written, nil
}

// statement prepares the read once; a failure is not remembered, so that a
// database which comes back is used again.
func (s *Service) statement(ctx context.Context) (*sql.Stmt, error) {
	s.stmtMu.Lock()
	defer s.stmtMu.Unlock()
	if s.stmt != nil {
		return s.stmt, nil
	}
	query := "SELECT face, updated_at FROM badge_face WHERE serial = $1"
	if s.rt.DB.Dialect == db.SQLite {
		// As text the time is read here; its driver tries one form after another.
		query = "SELECT face, CAST(updated_at AS TEXT) FROM badge_face WHERE serial = ?"
	}
	stmt, err := s.rt.DB.R.DB.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s.stmt = stmt
	return stmt, nil
}

// Refresh writes the face of a certificate for each of its prints and gives
// their serials, so that the caller can drop cached answers after the commit.
func Refresh(ctx context.Context, tx bun.IDB, f Face, now time.Time) ([]badgecode.Serial, error) {
	stickers, err := ofCertificate(ctx, tx, f.Certificate)
	if err != nil || len(stickers) == 0 {
		return nil, err
	}
	rows := make([]faceRow, len(stickers))
	serials := make([]badgecode.Serial, len(stickers))
	for i, st := range stickers {
		f.Sticker, f.PrintNo = st.State, st.PrintNo
		body, err := json.Marshal(f)
		if err != nil {
			return nil, err
		}
		rows[i] = faceRow{Serial: st.Serial, Face: string(body), UpdatedAt: now}
		serials[i] = st.Serial
	}
	_, err = tx.NewInsert().Model(&rows).
		On("CONFLICT (serial) DO UPDATE").Set("face = EXCLUDED.face").Set("updated_at = EXCLUDED.updated_at").Exec(ctx)
	return serials, db.Translate(err)
}

func ofCertificate(ctx context.Context, idb bun.IDB, id ident.CertificateID) ([]record, error) {
	var rows []record
	err := idb.NewSelect().Model(&rows).Where("certificate = ?", id).Order("print_no").Scan(ctx)
	return rows, db.Translate(err)
}

// get reads one sticker that the principal's authority, or the holder, sees.
func get(ctx context.Context, idb bun.IDB, id ident.StickerID, by access.Principal) (record, error) {
	var r record
	err := seenBy(idb.NewSelect().Model(&r).Where("sticker.id = ?", id), by).Scan(ctx)
	return r, db.Translate(err)
}

// visible lists the prints of a certificate that the principal sees.
func visible(ctx context.Context, idb bun.IDB, id ident.CertificateID, by access.Principal) ([]record, error) {
	var rows []record
	err := seenBy(idb.NewSelect().Model(&rows).Where("sticker.certificate = ?", id).Order("print_no"), by).Scan(ctx)
	return rows, db.Translate(err)
}

func seenBy(q *bun.SelectQuery, by access.Principal) *bun.SelectQuery {
	switch {
	case by.Staff(), by.Has(access.System):
		return q.Apply(db.InScope("sticker.scope", by.Scope))
	default:
		return q.Where(`EXISTS (SELECT 1 FROM certificate c JOIN membership m ON m.operator = c.operator
			WHERE c.id = sticker.certificate AND m.account = ?)`, by.Account)
	}
}

func insert(ctx context.Context, tx bun.IDB, rows []record) error {
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return db.Translate(err)
}

func lastPrint(ctx context.Context, tx bun.IDB, id ident.CertificateID) (int64, error) {
	var n int64
	err := tx.NewSelect().Model((*record)(nil)).ColumnExpr("coalesce(max(print_no), 0)").Where("certificate = ?", id).Scan(ctx, &n)
	return n, db.Translate(err)
}

func bySerial(ctx context.Context, idb bun.IDB, serial badgecode.Serial) (record, error) {
	var r record
	err := idb.NewSelect().Model(&r).Where("serial = ?", serial).Scan(ctx)
	return r, db.Translate(err)
}

// facesAfter reads faces in the order of serials, from the first one on or
// after one that was read before.
func facesAfter(ctx context.Context, idb bun.IDB, last badgecode.Serial, first bool, n int) ([]faceRow, error) {
	var rows []faceRow
	q := idb.NewSelect().Model(&rows).Order("serial").Limit(int64(n))
	if !first {
		q = q.Where("serial > ?", last)
	}
	return rows, db.Translate(q.Scan(ctx))
}

// repoint moves the prints of a certificate to another one that has none yet.
func repoint(ctx context.Context, tx bun.IDB, from, to ident.CertificateID) error {
	_, err := tx.NewUpdate().Model((*record)(nil)).Set("certificate = ?", to).Where("certificate = ?", from).Exec(ctx)
	return db.Translate(err)
}
