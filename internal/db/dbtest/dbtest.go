// Package dbtest gives a test an empty, migrated database of its own, on
// SQLite and on a real PostgreSQL.
//
// Migrating takes longer than most tests, so it is done once and copied.
package dbtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"fangxin/internal/db"
	"fangxin/internal/db/pgtest"
	"fangxin/internal/jobs"
	"fangxin/migrations"
)

// Each runs fn as a subtest on each database. The subtest has a short
// deadline, so that a statement which waits for its own transaction is found.
func Each(t *testing.T, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { fn(t, Postgres(t)) })
}

var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "fxdb")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "template.db")
	if err := build("sqlite:" + path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// SQLite gives a database in a temporary file.
func SQLite(tb testing.TB) *db.DB {
	tb.Helper()
	content, err := sqliteTemplate()
	if err != nil {
		tb.Fatal(err)
	}
	path := filepath.Join(tb.TempDir(), "test.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		tb.Fatal(err)
	}
	return open(tb, "sqlite:"+path)
}

// Postgres gives a database on a throw-away server.
func Postgres(tb testing.TB) *db.DB {
	tb.Helper()
	return open(tb, PostgresURL(tb))
}

// PostgresURL gives the address of a migrated database, for a whole binary.
func PostgresURL(tb testing.TB) string {
	tb.Helper()
	name := "fx_template_" + schemaHash()
	pgtest.Template(tb, name, build)
	return pgtest.Clone(tb, name)
}

func open(tb testing.TB, url string) *db.DB {
	tb.Helper()
	d, err := db.Open(context.Background(), url)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { d.Close() })
	return d
}

func build(url string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	d, err := db.Open(ctx, url)
	if err != nil {
		return err
	}
	defer d.Close()
	if _, err := d.Migrate(ctx); err != nil {
		return err
	}
	if err := jobs.Migrate(ctx, d); err != nil {
		return err
	}
	if d.Dialect == db.SQLite {
		// The copy is one file: nothing may remain in the write-ahead log.
		_, err = d.W.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	}
	return err
}

// schemaHash names the template by everything that makes it.
func schemaHash() string {
	h := sha256.New()
	fs.WalkDir(migrations.FS, ".", func(path string, d fs.DirEntry, err error) error { //nolint:errcheck // embedded
		if err == nil && !d.IsDir() {
			b, _ := migrations.FS.ReadFile(path)
			h.Write([]byte(path))
			h.Write(b)
		}
		return nil
	})
	for _, r := range db.Steps() {
		h.Write([]byte(r.Noun + r.From + r.Action + r.To))
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}
