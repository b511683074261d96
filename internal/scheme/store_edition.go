package scheme

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/db"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
)

type editionRow struct {
	bun.BaseModel `bun:"table:scheme_edition,alias:e"`

	ID          ident.EditionID `bun:",pk"`
	Code        string
	Edition     string
	State       lifecycle.State
	Version     int64
	Body        string
	Hash        string
	BasedOn     string
	Summary     string
	Editors     []ident.AccountID `bun:"type:jsonb"`
	DraftedBy   string
	PublishedBy string
	PublishedAt *time.Time
	Reason      string
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// scheme reads the content; its hash is made anew and must be the stored one.
func (r editionRow) scheme() (Scheme, error) {
	var s Scheme
	if err := json.Unmarshal([]byte(r.Body), &s); err != nil {
		return s, err
	}
	return s.settled().withStreet(), nil
}

func insertEdition(ctx context.Context, tx bun.IDB, r *editionRow) error {
	_, err := tx.NewInsert().Model(r).Exec(ctx)
	return db.Translate(err)
}

func editionByID(ctx context.Context, idb bun.IDB, id ident.EditionID) (editionRow, error) {
	var r editionRow
	err := idb.NewSelect().Model(&r).Where("e.id = ?", id).Scan(ctx)
	return r, db.Translate(err)
}

func editionNamed(ctx context.Context, idb bun.IDB, code, edition string) (editionRow, error) {
	var r editionRow
	err := idb.NewSelect().Model(&r).Where("e.code = ? AND e.edition = ? AND e.state <> ?", code, edition, lifecycle.Discarded).Scan(ctx)
	return r, db.Translate(err)
}

func publishedOf(ctx context.Context, idb bun.IDB, code string) (editionRow, error) {
	var r editionRow
	err := idb.NewSelect().Model(&r).Where("e.code = ? AND e.state = ?", code, lifecycle.Published).Scan(ctx)
	return r, db.Translate(err)
}

// saveEdition stores the content of a draft and takes the next version.
func saveEdition(ctx context.Context, tx bun.IDB, r *editionRow) error {
	r.Version++
	return db.One(tx.NewUpdate().Model(r).Column("body", "hash", "summary", "editors", "version", "updated_at").
		Where("id = ? AND version = ? AND state = ?", r.ID, r.Version-1, lifecycle.Draft).Exec(ctx))
}

// markEdition stores what goes with a step that was taken.
func markEdition(ctx context.Context, tx bun.IDB, r *editionRow) error {
	return db.One(tx.NewUpdate().Model(r).Column("published_by", "published_at", "reason").Where("id = ? AND version = ?", r.ID, r.Version).Exec(ctx))
}

// editionNames lists the versions of a title that are taken.
func editionNames(ctx context.Context, idb bun.IDB, code string) ([]string, error) {
	var out []string
	err := idb.NewSelect().Model((*editionRow)(nil)).Column("edition").Where("code = ? AND state <> ?", code, lifecycle.Discarded).Scan(ctx, &out)
	for _, s := range shipped() {
		if s.Code == code && !slices.Contains(out, s.Version) {
			out = append(out, s.Version)
		}
	}
	return out, db.Translate(err)
}

// abbreviationOwner tells which other title has the two letters.
func abbreviationOwner(rows []editionRow, abbreviation, code string) (string, error) {
	for _, r := range rows {
		s, err := r.scheme()
		if err != nil {
			return "", err
		}
		if r.Code != code && r.State != lifecycle.Discarded && s.Abbreviation == abbreviation {
			return r.Code, nil
		}
	}
	return "", nil
}

// editionRows lists the editions of a title, or of all, the newest first.
func editionRows(ctx context.Context, idb bun.IDB, code string) ([]editionRow, error) {
	var rows []editionRow
	q := idb.NewSelect().Model(&rows)
	if code != "" {
		q = q.Where("e.code = ?", code)
	}
	err := q.Order("e.code", "e.created_at DESC", "e.id DESC").Scan(ctx)
	return rows, db.Translate(err)
}

// current lists the versions in force. A title of which the database knows
// nothing yet is as it was shipped.
func current(ctx context.Context, idb bun.IDB) ([]Scheme, error) {
	rows, err := editionRows(ctx, idb, "")
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	var out []Scheme
	for _, r := range rows {
		known[r.Code] = true
		if r.State != lifecycle.Published {
			continue
		}
		s, err := r.scheme()
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	for _, s := range Current() {
		if !known[s.Code] {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b Scheme) int { return place(a.Code) - place(b.Code) })
	return out, nil
}

// AllInForce lists the titles in force, inside another use-case.
func AllInForce(ctx context.Context, idb bun.IDB) ([]Scheme, error) { return current(ctx, idb) }

// everInForce names the versions that are or were in force, by title.
func everInForce(ctx context.Context, idb bun.IDB) ([][2]string, error) {
	var rows []editionRow
	err := idb.NewSelect().Model(&rows).Column("code", "edition").Where("e.state NOT IN (?, ?)", lifecycle.Draft, lifecycle.Discarded).
		Order("e.code", "e.edition").Scan(ctx)
	out := make([][2]string, len(rows))
	for i, r := range rows {
		out[i] = [2]string{r.Code, r.Edition}
	}
	return out, db.Translate(err)
}

// place keeps the shipped titles in their order, before those of others.
func place(code string) int {
	for i, s := range Current() {
		if s.Code == code {
			return i
		}
	}
	return 1 << 20
}

// Newest is the version of a title that may be applied for.
func Newest(ctx context.Context, idb bun.IDB, code string) (Scheme, error) {
	r, err := publishedOf(ctx, idb, code)
	if err == nil {
		return r.scheme()
	}
	if !fault.Is(err, fault.NotFound) {
		return Scheme{}, err
	}
	n, err := idb.NewSelect().Model((*editionRow)(nil)).Where("code = ?", code).Limit(1).Count(ctx)
	if err != nil {
		return Scheme{}, db.Translate(err)
	}
	if s, ok := Lookup(code, ""); ok && n == 0 {
		return s, nil
	}
	return Scheme{}, fault.New(fault.NotFound, "scheme_unknown")
}

// inForceOrPast reads a version that was published once, or with an empty version the
// one in force.
func inForceOrPast(ctx context.Context, idb bun.IDB, code, version string) (Scheme, error) {
	if version == "" {
		return Newest(ctx, idb, code)
	}
	r, err := editionNamed(ctx, idb, code, version)
	if err == nil && r.State != lifecycle.Draft {
		return r.scheme()
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		return Scheme{}, err
	}
	if s, ok := Lookup(code, version); ok && err != nil {
		return s, nil
	}
	return Scheme{}, fault.New(fault.NotFound, "scheme_unknown")
}
