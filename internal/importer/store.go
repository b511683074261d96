package importer

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/tabular"
)

type record struct {
	bun.BaseModel `bun:"table:import_run,alias:r"`

	ID         ident.ImportID `bun:",pk"`
	Kind       Kind
	Name       string
	SHA256     string `bun:"sha256"`
	State      State
	Mapping    tabular.Mapping `bun:"type:jsonb"`
	RowCount   int
	LastRow    int
	DoneRow    int
	Planned    Counts    `bun:"type:jsonb"`
	Counts     Counts    `bun:"type:jsonb"`
	Problems   []Problem `bun:"type:jsonb"` // as the check found them, the first ones
	Late       []Problem `bun:"type:jsonb"` // what came up while rows were written
	Actor      actor     `bun:"type:jsonb"`
	Account    ident.AccountID
	Scope      string
	Version    int64
	CreatedAt  time.Time
	StartedAt  *time.Time
	FinishedAt *time.Time
}

type fileRow struct {
	bun.BaseModel `bun:"table:import_file,alias:f"`

	Run     ident.ImportID `bun:",pk"`
	Content []byte
	Errors  []byte
}

// keepFiles is how long files and their lists of errors are kept: they hold
// names and numbers of people.
const keepFiles = 30 * 24 * time.Hour

func insert(ctx context.Context, tx bun.IDB, r *record, f *fileRow) error {
	if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	_, err := tx.NewInsert().Model(f).Exec(ctx)
	return db.Translate(err)
}

// tidy drops files that nobody needs any more and checks of the same file
// that were never run.
func tidy(ctx context.Context, tx bun.IDB, r *record) error {
	_, err := tx.NewRaw(`DELETE FROM import_file WHERE run IN (SELECT id FROM import_run WHERE (state <> 'running' AND created_at < ?)
		OR (state = 'checked' AND sha256 = ? AND kind = ? AND scope = ?))`, r.CreatedAt.Add(-keepFiles), r.SHA256, r.Kind, r.Scope).Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	_, err = tx.NewRaw(`DELETE FROM import_run WHERE state = 'checked' AND id NOT IN (SELECT run FROM import_file)`).Exec(ctx)
	return db.Translate(err)
}

// unfinished finds the run of the same file that was interrupted.
func unfinished(ctx context.Context, idb bun.IDB, r *record) (record, error) {
	var found record
	err := idb.NewSelect().Model(&found).Where("r.sha256 = ? AND r.kind = ? AND r.scope = ? AND r.state = ?", r.SHA256, r.Kind, r.Scope, Running).
		OrderExpr("r.id DESC").Limit(1).Scan(ctx)
	return found, db.Translate(err)
}

func byID(ctx context.Context, idb bun.IDB, id ident.ImportID) (record, error) {
	var r record
	err := idb.NewSelect().Model(&r).Where("r.id = ?", id).Scan(ctx)
	return r, db.Translate(err)
}

func get(ctx context.Context, idb bun.IDB, id ident.ImportID, by access.Principal) (record, error) {
	var r record
	err := idb.NewSelect().Model(&r).Where("r.id = ?", id).Apply(db.InScope("r.scope", by.Scope)).Scan(ctx)
	return r, db.Translate(err)
}

func list(ctx context.Context, idb bun.IDB, q ListQuery, by access.Principal) ([]record, string, error) {
	var rows []record
	sel := idb.NewSelect().Model(&rows).Apply(db.InScope("r.scope", by.Scope))
	if q.After != "" {
		var after string
		if err := db.ReadCursor(q.After, &after); err != nil {
			return nil, "", err
		}
		sel = sel.Where("r.id < ?", after)
	}
	size := db.Page{Limit: q.Limit}.Size()
	if err := sel.OrderExpr("r.id DESC").Limit(int64(size) + 1).Scan(ctx); err != nil {
		return nil, "", db.Translate(err)
	}
	if len(rows) <= size {
		return rows, "", nil
	}
	return rows[:size], db.Cursor(rows[size-1].ID), nil
}

func fileOf(ctx context.Context, idb bun.IDB, id ident.ImportID) (fileRow, error) {
	var f fileRow
	err := idb.NewSelect().Model(&f).Where("f.run = ?", id).Scan(ctx)
	return f, db.Translate(err)
}

// save writes how far a run has come; it refuses when somebody else took it
// further meanwhile.
func save(ctx context.Context, tx bun.IDB, r *record, from int64) error {
	r.Version = from + 1
	res, err := tx.NewUpdate().Model(r).Column("state", "done_row", "counts", "late", "actor", "account", "version", "started_at", "finished_at").
		Where("id = ? AND version = ?", r.ID, from).Exec(ctx)
	return db.One(res, err)
}

// finish keeps the list of errors and lets the file go.
func finish(ctx context.Context, tx bun.IDB, id ident.ImportID, errors []byte) error {
	_, err := tx.NewUpdate().Model((*fileRow)(nil)).Set("content = NULL").Set("errors = ?", errors).Where("run = ?", id).Exec(ctx)
	return db.Translate(err)
}

type knownOperator struct {
	ID   ident.OperatorID
	USCC ident.USCC
	Name string
}

type knownPremises struct {
	ID       ident.PremisesID
	USCC     ident.USCC
	Name     string
	Scope    string
	PlaceKey string
	Sectors  []string `bun:"type:jsonb"`
}

type knownTitle struct {
	Number   string
	Scheme   string
	Premises ident.PremisesID
	State    lifecycle.State
}

// lookUp reads what the registry holds of the operators with these codes and
// under these numbers, in portions that both databases take.
func lookUp(ctx context.Context, idb bun.IDB, kind Kind, codes map[ident.USCC]bool, numbers []string) (known, error) {
	k := known{operators: map[ident.USCC]knownOperator{}, premises: map[string]knownPremises{}, numbers: map[string]knownTitle{}, titles: map[string]string{}}
	all := make([]ident.USCC, 0, len(codes))
	for c := range codes {
		all = append(all, c)
	}
	for len(all) > 0 {
		part := all[:min(500, len(all))]
		all = all[len(part):]
		var operators []knownOperator
		if err := idb.NewRaw("SELECT id, uscc, name FROM operator WHERE uscc IN (?)", bun.List(part)).Scan(ctx, &operators); err != nil {
			return k, db.Translate(err)
		}
		for _, o := range operators {
			k.operators[o.USCC] = o
		}
		if kind == Merchants {
			continue
		}
		var shops []knownPremises
		err := idb.NewRaw(`SELECT p.id, o.uscc, p.name, p.scope, p.place_key, p.sectors FROM premises p JOIN operator o ON o.id = p.operator
			WHERE p.active AND o.uscc IN (?)`, bun.List(part)).Scan(ctx, &shops)
		if err != nil {
			return k, db.Translate(err)
		}
		for _, p := range shops {
			k.premises[string(p.USCC)+"|"+p.PlaceKey] = p
		}
		if kind == Premises {
			continue
		}
		var titles []knownTitle
		err = idb.NewRaw(`SELECT c.number, c.scheme, c.premises, c.state FROM certificate c JOIN operator o ON o.id = c.operator
			WHERE c.premises IS NOT NULL AND o.uscc IN (?)`, bun.List(part)).Scan(ctx, &titles)
		if err != nil {
			return k, db.Translate(err)
		}
		for _, t := range titles {
			k.numbers[t.Number] = t
			switch t.State {
			case lifecycle.Active, lifecycle.Rectifying, lifecycle.Suspended:
				k.titles[string(t.Premises)+"|"+t.Scheme] = t.Number
			}
		}
	}
	for len(numbers) > 0 {
		part := numbers[:min(500, len(numbers))]
		numbers = numbers[len(part):]
		var titles []knownTitle
		err := idb.NewRaw("SELECT number, scheme, coalesce(premises, '') AS premises, state FROM certificate WHERE number IN (?)", bun.List(part)).Scan(ctx, &titles)
		if err != nil {
			return k, db.Translate(err)
		}
		for _, t := range titles {
			k.numbers[t.Number] = t
		}
	}
	return k, nil
}
