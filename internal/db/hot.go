package db

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/uptrace/bun"
)

// Hot paths hand their texts to the driver with the arguments beside them, so
// that a text is parsed once and not each time: bun writes the arguments into
// it, which in SQLite costs more than the rows. Everything else goes through
// bun.

// hot keeps the prepared statements of one database.
type hot struct {
	mu     sync.Mutex
	stmts  map[string]*sql.Stmt
	wanted map[string]bool
	wants  atomic.Bool
	ran    atomic.Int64
}

// HotStatements counts the statements of hot paths so far, for tests that
// hold a path to its number of them.
func (d *DB) HotStatements() int64 { return d.hot.ran.Load() }

// get gives a prepared statement, or nil when there is none yet. It cannot be
// made here: on SQLite the one writer belongs to the transaction that asks.
func (h *hot) get(text string) *sql.Stmt {
	h.ran.Add(1)
	h.mu.Lock()
	defer h.mu.Unlock()
	if s := h.stmts[text]; s != nil {
		return s
	}
	if h.wanted == nil {
		h.wanted = map[string]bool{}
	}
	h.wanted[text] = true
	h.wants.Store(true)
	return nil
}

// prepare makes what earlier transactions asked for. A text that cannot be
// prepared is asked for again.
func (h *hot) prepare(ctx context.Context, pool *bun.DB) {
	h.mu.Lock()
	wanted := h.wanted
	h.wanted = nil
	h.wants.Store(false)
	h.mu.Unlock()
	for text := range wanted {
		s, err := pool.DB.PrepareContext(ctx, text)
		if err != nil {
			continue
		}
		h.mu.Lock()
		if h.stmts == nil {
			h.stmts = map[string]*sql.Stmt{}
		}
		if h.stmts[text] != nil {
			s.Close()
		} else {
			h.stmts[text] = s
		}
		h.mu.Unlock()
	}
}

func (h *hot) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.stmts {
		s.Close()
	}
	h.stmts = nil
}

// HotExec runs a text of a hot path in the transaction. Times among the
// arguments are written as bun writes them.
func (d *DB) HotExec(ctx context.Context, tx bun.Tx, text string, args ...any) (sql.Result, error) {
	d.plain(args)
	if s := d.hot.get(text); s != nil {
		return tx.StmtContext(ctx, s).ExecContext(ctx, args...)
	}
	return tx.Tx.ExecContext(ctx, text, args...)
}

// HotQuery is HotExec for rows.
func (d *DB) HotQuery(ctx context.Context, tx bun.Tx, text string, args ...any) (*sql.Rows, error) {
	d.plain(args)
	if s := d.hot.get(text); s != nil {
		return tx.StmtContext(ctx, s).QueryContext(ctx, args...)
	}
	return tx.Tx.QueryContext(ctx, text, args...)
}

// HotScan reads one row; [sql.ErrNoRows] when there is none.
func (d *DB) HotScan(ctx context.Context, tx bun.Tx, text string, args []any, into ...any) error {
	rows, err := d.HotQuery(ctx, tx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return err
		}
		return sql.ErrNoRows
	}
	if err := rows.Scan(into...); err != nil {
		return err
	}
	return rows.Close()
}

// sqliteTime is how bun writes times into SQLite.
const sqliteTime = "2006-01-02 15:04:05.999999-07:00"

func (d *DB) plain(args []any) {
	if d.Dialect == Postgres {
		return
	}
	var last time.Time
	var text any // rows of one transaction bear the same instant
	for i, a := range args {
		t, ok := a.(time.Time)
		if !ok {
			continue
		}
		if text == nil || t != last {
			last, text = t, t.UTC().Format(sqliteTime)
		}
		args[i] = text
	}
}

// A Kind of column, for [Rows].
type Kind int

// The kinds: the values are string, int64 or time.Time, or nil.
const (
	Text Kind = iota
	Int
	Time
)

// Column is one column of [Rows].
type Column struct {
	Name string
	Kind Kind
}

// Rows fills a table with many rows in few statements: on PostgreSQL one whose
// arguments are the columns as arrays, on SQLite one for each of chunkSizes.
type Rows struct {
	Table   string
	Columns []Column
	After   string // "ON CONFLICT …"

	mu    sync.Mutex
	texts map[int]string // by number of rows; 0 for PostgreSQL
}

// chunkSizes are the numbers of rows that have a statement on SQLite.
var chunkSizes = []int{32, 8, 1}

// Insert writes rows, whose values follow one another, and gives how many were
// written.
func (r *Rows) Insert(ctx context.Context, d *DB, tx bun.Tx, values []any) (int64, error) {
	width := len(r.Columns)
	if len(values)%width != 0 {
		return 0, fmt.Errorf("db: %d values for %d columns of %s", len(values), width, r.Table)
	}
	if len(values) == 0 {
		return 0, nil
	}
	if d.Dialect == Postgres {
		return r.run(ctx, d, tx, 0, r.arrays(values))
	}
	var total int64
	for _, size := range chunkSizes {
		for len(values) >= size*width {
			n, err := r.run(ctx, d, tx, size, values[:size*width:size*width])
			if err != nil {
				return total, err
			}
			total, values = total+n, values[size*width:]
		}
	}
	return total, nil
}

func (r *Rows) run(ctx context.Context, d *DB, tx bun.Tx, size int, args []any) (int64, error) {
	res, err := d.HotExec(ctx, tx, r.text(size), args...)
	if err != nil {
		return 0, Translate(err)
	}
	return res.RowsAffected()
}

func (r *Rows) text(size int) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := r.texts[size]; t != "" {
		return t
	}
	names, arrays := make([]string, len(r.Columns)), make([]string, len(r.Columns))
	for i, c := range r.Columns {
		names[i], arrays[i] = c.Name, fmt.Sprintf("$%d::%s[]", i+1, [...]string{"text", "bigint", "timestamptz"}[c.Kind])
	}
	t := "INSERT INTO " + r.Table + " (" + strings.Join(names, ", ") + ") "
	if size == 0 {
		t += "SELECT * FROM unnest(" + strings.Join(arrays, ", ") + ")"
	} else {
		row := "(?" + strings.Repeat(",?", len(names)-1) + ")"
		t += "VALUES " + row + strings.Repeat(","+row, size-1)
	}
	if r.After != "" {
		t += " " + r.After
	}
	if r.texts == nil {
		r.texts = map[int]string{}
	}
	r.texts[size] = t
	return t
}

// arrays turns rows into columns.
func (r *Rows) arrays(values []any) []any {
	width := len(r.Columns)
	out := make([]any, width)
	for c, col := range r.Columns {
		switch col.Kind {
		case Text:
			out[c] = column[string](values, c, width)
		case Int:
			out[c] = column[int64](values, c, width)
		case Time:
			out[c] = column[time.Time](values, c, width)
		}
	}
	return out
}

func column[V any](values []any, c, width int) []*V {
	own := make([]V, len(values)/width)
	out := make([]*V, len(own))
	for i := range own {
		if v, ok := values[i*width+c].(V); ok {
			own[i] = v
			out[i] = &own[i]
		}
	}
	return out
}
