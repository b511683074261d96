package importer

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/db"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
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
	Planned    Counts `bun:"type:jsonb"`
	Counts     Counts `bun:"type:jsonb"`
	Actor      actor  `bun:"type:jsonb"`
	Account    ident.AccountID
	Scope      string
	Version    int64
	CreatedAt  time.Time
	StartedAt  *time.Time
	FinishedAt *time.Time
	MovedAt    time.Time // when it last came further
}

type noteRow struct {
	bun.BaseModel `bun:"table:import_problem,alias:p"`

	Run     ident.ImportID `bun:",pk"`
	RowNo   int            `bun:",pk"`
	Seq     int            `bun:",pk"`
	Col     string
	Say     string
	Args    []string `bun:"type:jsonb"`
	Fix     string
	Refused bool
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

func insert(ctx context.Context, tx bun.IDB, r *record, f *fileRow, notes []note) error {
	if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	if _, err := tx.NewInsert().Model(f).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	return keep(ctx, tx, r.ID, notes)
}

// atOnce is how many rows one statement writes or asks for: both databases
// take as many.
const atOnce = 500

// keep stores what is to be said about rows; all notes of a row come together.
func keep(ctx context.Context, tx bun.IDB, run ident.ImportID, notes []note) error {
	rows := make([]noteRow, len(notes))
	for i, n := range notes {
		rows[i] = noteRow{Run: run, RowNo: n.Row, Col: n.Column, Say: n.Say, Args: n.Args, Fix: n.Fix, Refused: n.Refused}
		if i > 0 && notes[i-1].Row == n.Row {
			rows[i].Seq = rows[i-1].Seq + 1
		}
	}
	for part := range slices.Chunk(rows, atOnce) {
		if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
			return db.Translate(err)
		}
	}
	return nil
}

// forget drops what was to be said about the rows of a run.
func forget(ctx context.Context, tx bun.IDB, run ident.ImportID) error {
	_, err := tx.NewDelete().Model((*noteRow)(nil)).Where("run = ?", run).Exec(ctx)
	return db.Translate(err)
}

// notesOf reads what is to be said about the rows of a run, the first ones or
// with a limit of 0 all.
func notesOf(ctx context.Context, idb bun.IDB, run ident.ImportID, limit int64) ([]note, error) {
	var rows []noteRow
	sel := idb.NewSelect().Model(&rows).Where("p.run = ?", run).OrderExpr("p.row_no, p.seq")
	if limit > 0 {
		sel = sel.Limit(limit)
	}
	if err := sel.Scan(ctx); err != nil {
		return nil, db.Translate(err)
	}
	notes := make([]note, len(rows))
	for i, n := range rows {
		notes[i] = note{Row: n.RowNo, Column: n.Col, Say: n.Say, Args: n.Args, Fix: n.Fix, Refused: n.Refused}
	}
	return notes, nil
}

// supersede drops the caller's own earlier checks of the same file that were
// never run.
func supersede(ctx context.Context, tx bun.IDB, r *record) error {
	old := tx.NewSelect().Model((*record)(nil)).Column("id").
		Where("state = ? AND sha256 = ? AND kind = ? AND scope = ? AND account = ?", Checked, r.SHA256, r.Kind, r.Scope, r.Account)
	var ids []ident.ImportID
	if err := old.Scan(ctx, &ids); err != nil {
		return db.Translate(err)
	}
	if len(ids) == 0 {
		return nil
	}
	return erase(ctx, tx, ids, true)
}

// erase drops files and problems of runs, and the runs themselves.
func erase(ctx context.Context, tx bun.IDB, ids []ident.ImportID, runs bool) error {
	for part := range slices.Chunk(ids, atOnce) {
		for _, q := range []*bun.DeleteQuery{
			tx.NewDelete().Model((*noteRow)(nil)).Where("run IN (?)", bun.List(part)),
			tx.NewDelete().Model((*fileRow)(nil)).Where("run IN (?)", bun.List(part)),
		} {
			if _, err := q.Exec(ctx); err != nil {
				return db.Translate(err)
			}
		}
		if !runs {
			continue
		}
		if _, err := tx.NewDelete().Model((*record)(nil)).Where("id IN (?)", bun.List(part)).Exec(ctx); err != nil {
			return db.Translate(err)
		}
	}
	return nil
}

// agedRuns selects runs that still have a file or problems after their time.
const agedRuns = `SELECT r.id, r.state FROM import_run r WHERE r.moved_at < ?
	AND (EXISTS (SELECT 1 FROM import_file f WHERE f.run = r.id) OR EXISTS (SELECT 1 FROM import_problem p WHERE p.run = r.id))`

func anyAged(ctx context.Context, idb bun.IDB, before time.Time) (bool, error) {
	var found []record
	err := idb.NewRaw(agedRuns+" LIMIT 1", before).Scan(ctx, &found)
	return len(found) > 0, db.Translate(err)
}

// dropAged drops the files and problems of runs after their time, and runs
// that were only checked; what still ran is over.
func dropAged(ctx context.Context, tx bun.IDB, now, before time.Time) (int, error) {
	var found []record
	if err := tx.NewRaw(agedRuns, before).Scan(ctx, &found); err != nil {
		return 0, db.Translate(err)
	}
	var checks, others []ident.ImportID
	for _, r := range found {
		if r.State == Checked {
			checks = append(checks, r.ID)
		} else {
			others = append(others, r.ID)
		}
	}
	if err := erase(ctx, tx, checks, true); err != nil {
		return 0, err
	}
	if err := erase(ctx, tx, others, false); err != nil {
		return 0, err
	}
	for part := range slices.Chunk(others, atOnce) {
		_, err := tx.NewUpdate().Model((*record)(nil)).Set("state = ?", Done).Set("finished_at = ?", now).Set("version = version + 1").
			Where("state = ? AND id IN (?)", Running, bun.List(part)).Exec(ctx)
		if err != nil {
			return 0, db.Translate(err)
		}
	}
	return len(found), nil
}

// stalled lists runs that stand still. Those of the command line have no
// account: whoever interrupted them goes on with them.
func stalled(ctx context.Context, idb bun.IDB, since time.Time) ([]ident.ImportID, error) {
	var ids []ident.ImportID
	err := idb.NewSelect().Model((*record)(nil)).Column("id").
		Where("r.state = 'running' AND r.moved_at < ? AND r.account <> ''", since).OrderExpr("r.id").Scan(ctx, &ids)
	return ids, db.Translate(err)
}

// touch notes that a run is being taken up.
func touch(ctx context.Context, tx bun.IDB, id ident.ImportID, now time.Time) error {
	_, err := tx.NewUpdate().Model((*record)(nil)).Set("moved_at = ?", now).Where("id = ?", id).Exec(ctx)
	return db.Translate(err)
}

// unfinished finds runs of the same file that were interrupted, the newest
// first.
func unfinished(ctx context.Context, idb bun.IDB, r *record) ([]record, error) {
	var found []record
	err := idb.NewSelect().Model(&found).Where("r.sha256 = ? AND r.kind = ? AND r.scope = ? AND r.state = ?", r.SHA256, r.Kind, r.Scope, Running).
		OrderExpr("r.id DESC").Scan(ctx)
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
func save(ctx context.Context, tx bun.IDB, r *record) error {
	r.Version++
	res, err := tx.NewUpdate().Model(r).Column("state", "done_row", "counts", "actor", "account", "version", "started_at", "finished_at", "moved_at").
		Where("id = ? AND version = ?", r.ID, r.Version-1).Exec(ctx)
	return db.One(res, err)
}

// conclude keeps the list of errors and lets the file go.
func conclude(ctx context.Context, tx bun.IDB, id ident.ImportID, errors []byte) error {
	_, err := tx.NewUpdate().Model((*fileRow)(nil)).Set("content = NULL").Set("errors = ?", errors).Where("run = ?", id).Exec(ctx)
	return db.Translate(err)
}

type knownOperator struct {
	ID   ident.OperatorID
	USCC ident.USCC
	Name string
	// Facts are what is known of it.
	Facts merchant.Facts `bun:"type:jsonb"`
}

type knownPremises struct {
	ID       ident.PremisesID
	USCC     ident.USCC
	Name     string
	Scope    string
	PlaceKey string
	Sectors  []string `bun:"type:jsonb"`
}

func (p knownPremises) key() string { return string(p.USCC) + "|" + p.PlaceKey }

type knownTitle struct {
	Number        string
	Scheme        string
	Premises      ident.PremisesID
	State         lifecycle.State
	IssuedOn      calendar.Date
	ExpiresOn     calendar.Date
	ExcludedUntil string
}

const selectTitles = `SELECT c.number, c.scheme, coalesce(c.premises, '') AS premises, c.state, c.issued_on, c.expires_on, c.excluded_until FROM certificate c `

// lookUp reads what the registry holds of the operators with these codes and
// under these numbers, in portions that both databases take.
func lookUp(ctx context.Context, idb bun.IDB, kind Kind, codes map[ident.USCC]bool, numbers []string) (known, error) {
	k := newKnown()
	for part := range slices.Chunk(slices.Collect(maps.Keys(codes)), atOnce) {
		var operators []knownOperator
		if err := idb.NewRaw("SELECT id, uscc, name, facts FROM operator WHERE uscc IN (?)", bun.List(part)).Scan(ctx, &operators); err != nil {
			return k, db.Translate(err)
		}
		for _, o := range operators {
			k.operators[o.USCC] = o
		}
		switch kind {
		case Merchants:
			continue
		case Facts:
			if err := k.addPenalties(ctx, idb, operators); err != nil {
				return k, err
			}
			continue
		}
		var shops []knownPremises
		err := idb.NewRaw(`SELECT p.id, o.uscc, p.name, p.scope, p.place_key, p.sectors FROM premises p JOIN operator o ON o.id = p.operator
			WHERE p.active AND o.uscc IN (?)`, bun.List(part)).Scan(ctx, &shops)
		if err != nil {
			return k, db.Translate(err)
		}
		for _, p := range shops {
			k.premises[p.key()] = p
			k.shops[p.USCC] = append(k.shops[p.USCC], p)
		}
		if kind == Premises {
			continue
		}
		var titles []knownTitle
		err = idb.NewRaw(selectTitles+"JOIN operator o ON o.id = c.operator WHERE c.premises IS NOT NULL AND o.uscc IN (?)", bun.List(part)).Scan(ctx, &titles)
		if err != nil {
			return k, db.Translate(err)
		}
		for _, t := range titles {
			place := string(t.Premises) + "|" + t.Scheme
			k.titles[place] = append(k.titles[place], t)
		}
	}
	for part := range slices.Chunk(numbers, atOnce) {
		var titles []knownTitle
		if err := idb.NewRaw(selectTitles+"WHERE c.number IN (?)", bun.List(part)).Scan(ctx, &titles); err != nil {
			return k, db.Translate(err)
		}
		for _, t := range titles {
			k.numbers[t.Number] = t
		}
	}
	return k, nil
}

// addPenalties reads which penalties of operators are known already.
func (k *known) addPenalties(ctx context.Context, idb bun.IDB, operators []knownOperator) error {
	if len(operators) == 0 {
		return nil
	}
	ids := make([]ident.OperatorID, len(operators))
	for i, o := range operators {
		ids[i] = o.ID
	}
	var rows []struct {
		Operator ident.OperatorID
		Document string
	}
	err := idb.NewRaw("SELECT operator, document FROM operator_penalty WHERE operator IN (?)", bun.List(ids)).Scan(ctx, &rows)
	for _, r := range rows {
		k.penalties[r.Operator] = append(k.penalties[r.Operator], r.Document)
	}
	return db.Translate(err)
}
