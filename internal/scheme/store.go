package scheme

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/db"
	"fangxin/internal/fault"
)

type pinned struct {
	bun.BaseModel `bun:"table:scheme"`

	Code    string `bun:",pk"`
	Version string `bun:",pk"`
	Hash    string
	Body    json.RawMessage `bun:"type:jsonb"`
	At      time.Time
}

// Pin keeps the text of a version that a case begins with. A file that was
// edited without a new version is refused as [fault.Conflict]: cases that
// pinned it would silently change their rules.
func Pin(ctx context.Context, tx bun.IDB, s Scheme, now time.Time) error {
	body, err := json.Marshal(s)
	if err != nil {
		return err
	}
	row := &pinned{Code: s.Code, Version: s.Version, Hash: s.Hash, Body: body, At: now}
	if _, err := tx.NewInsert().Model(row).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
		return db.Translate(err)
	}
	var hash string
	err = tx.NewSelect().Model((*pinned)(nil)).Column("hash").Where("code = ? AND version = ?", s.Code, s.Version).Scan(ctx, &hash)
	if err != nil {
		return db.Translate(err)
	}
	if hash != s.Hash {
		return fault.New(fault.Conflict, "scheme_edited", s.Code, s.Version)
	}
	return nil
}

// Pinned reads the version that a case began with, as it was then; one with
// which none began yet as it was published or shipped.
func Pinned(ctx context.Context, idb bun.IDB, code, version string) (Scheme, error) {
	var row pinned
	err := idb.NewSelect().Model(&row).Where("code = ? AND version = ?", code, version).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return inForceOrPast(ctx, idb, code, version)
	}
	if err != nil {
		return Scheme{}, db.Translate(err)
	}
	var s Scheme
	err = json.Unmarshal(row.Body, &s)
	return s.withStreet(), err
}

// Book reads pinned versions, each once: lists have many cases of few versions.
type Book struct {
	idb  bun.IDB
	read map[[2]string]Scheme
}

// Open makes a book for one use-case.
func Open(idb bun.IDB) *Book { return &Book{idb, map[[2]string]Scheme{}} }

// Pinned is [Pinned], remembered.
func (b *Book) Pinned(ctx context.Context, code, version string) (Scheme, error) {
	if s, ok := b.read[[2]string{code, version}]; ok {
		return s, nil
	}
	s, err := Pinned(ctx, b.idb, code, version)
	if err == nil {
		b.read[[2]string{code, version}] = s
	}
	return s, err
}
