// Package db owns the two databases: opening them, transactions, migrations,
// the translation of their errors into faults, and the few SQL idioms that
// every store function shares (compare-and-set, scope, keyset paging).
//
// It knows no record of the registry. Store functions take a [bun.IDB]; only
// use-cases open transactions.
package db

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // registers "pgx"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	_ "modernc.org/sqlite" // registers "sqlite"
)

// Dialect says which database stands behind a [DB].
type Dialect string

// The two dialects.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// DB is an open database. Writes go through W; reads that need not see the
// writes of a running transaction go through R. On PostgreSQL both are one
// pool; on SQLite W has a single connection, because SQLite has one writer.
type DB struct {
	W, R    *bun.DB
	Dialect Dialect

	hot hot
}

// Open opens the database of a URL: "postgres://…", or "sqlite:PATH" for a
// file that is created when missing.
func Open(ctx context.Context, rawURL string) (*DB, error) {
	switch {
	case strings.HasPrefix(rawURL, "postgres://"), strings.HasPrefix(rawURL, "postgresql://"):
		return openPostgres(ctx, rawURL)
	case strings.HasPrefix(rawURL, "sqlite:"):
		return openSQLite(ctx, strings.TrimPrefix(rawURL, "sqlite:"))
	}
	return nil, fmt.Errorf("database URL must begin with sqlite: or postgres://")
}

func openSQLite(ctx context.Context, path string) (*DB, error) {
	if !filepath.IsAbs(path) {
		abs, err := filepath.Abs(path)
		if err != nil {
			return nil, err
		}
		path = abs
	}
	// busy_timeout first, so that the pragmas after it wait for a lock.
	// synchronous=FULL: an acknowledged decision survives a power cut.
	common := "file:" + (&url.URL{Path: path}).EscapedPath() +
		"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=foreign_keys(1)&_pragma=temp_store(2)"
	writer, err := sql.Open("sqlite", common+"&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	writer.SetMaxOpenConns(1)
	if err := writer.PingContext(ctx); err != nil {
		writer.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	reader, err := sql.Open("sqlite", common+"&_pragma=query_only(1)&_pragma=mmap_size(268435456)")
	if err != nil {
		writer.Close()
		return nil, err
	}
	readers := max(4, runtime.GOMAXPROCS(0))
	reader.SetMaxOpenConns(readers)
	reader.SetMaxIdleConns(readers)
	d := &DB{W: bun.NewDB(writer, sqlitedialect.New()), R: bun.NewDB(reader, sqlitedialect.New()), Dialect: SQLite}
	var fk, sync int
	if err := writer.QueryRowContext(ctx, "SELECT (SELECT foreign_keys FROM pragma_foreign_keys), (SELECT synchronous FROM pragma_synchronous)").Scan(&fk, &sync); err != nil || fk != 1 || sync != 2 {
		d.Close()
		return nil, fmt.Errorf("sqlite did not take its settings (foreign_keys=%d synchronous=%d): %v", fk, sync, err)
	}
	return d, nil
}

func openPostgres(ctx context.Context, rawURL string) (*DB, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, fmt.Errorf("database URL cannot be parsed") // the text may hold a password
	}
	q := u.Query()
	// bun writes arguments into the text, so each text is new and a cache of
	// prepared statements would only be filled and emptied.
	q.Set("default_query_exec_mode", "exec")
	if q.Get("timezone") == "" {
		q.Set("timezone", "UTC")
	}
	u.RawQuery = q.Encode()
	pool, err := sql.Open("pgx", u.String())
	if err != nil {
		return nil, fmt.Errorf("open postgres: %w", err)
	}
	conns := max(8, 2*runtime.GOMAXPROCS(0))
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	if err := pool.PingContext(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("connect to postgres at %s: %w", u.Host, err)
	}
	b := bun.NewDB(pool, pgdialect.New())
	return &DB{W: b, R: b, Dialect: Postgres}, nil
}

// Close closes both pools.
func (d *DB) Close() error {
	d.hot.close()
	err := d.W.Close()
	if d.R != d.W {
		if rerr := d.R.Close(); err == nil {
			err = rerr
		}
	}
	return err
}

// Tx runs fn in a transaction that commits when fn returns nil. On SQLite it
// is the only one that writes; fn must use the tx it is given and nothing
// else, or it waits for itself.
func (d *DB) Tx(ctx context.Context, fn func(ctx context.Context, tx bun.Tx) error) error {
	if d.hot.wants.Load() {
		d.hot.prepare(ctx, d.W)
	}
	return Translate(d.W.RunInTx(ctx, nil, fn))
}

// Ready reports whether the database answers.
func (d *DB) Ready(ctx context.Context) error {
	var one int
	if err := d.R.NewRaw("SELECT 1").Scan(ctx, &one); err != nil {
		return err
	}
	return d.W.PingContext(ctx)
}
