// Package pgtest owns throw-away PostgreSQL servers for tests: it finds the
// binaries, starts a server in a temporary directory, makes databases from a
// template, and leaves nothing behind.
//
// It knows no schema. TEST_DATABASE_URL names a server to use instead.
package pgtest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // registers "pgx"
)

// EnvURL names the variable that points at a running server. The user in it
// must be allowed to create databases.
const EnvURL = "TEST_DATABASE_URL"

var (
	startOnce sync.Once
	adminURL  string
	startErr  error
	// server is kept here because closing its pipe, which the collector does
	// to a file nobody holds, stops it.
	server *Server
)

// URL gives the address of a server's maintenance database. Without a server
// the test fails when CI is true, and is skipped with one line otherwise.
func URL(tb testing.TB) string {
	tb.Helper()
	startOnce.Do(func() {
		if adminURL = os.Getenv(EnvURL); adminURL != "" {
			return
		}
		if server, startErr = Start(); startErr == nil {
			adminURL = server.URL
		}
	})
	if startErr != nil {
		if os.Getenv("CI") == "true" {
			tb.Fatalf("PostgreSQL is required in CI: %v", startErr)
		}
		tb.Skipf("no PostgreSQL (%v); install it, for instance with: apt-get install postgresql", startErr)
	}
	return adminURL
}

// Template makes sure that the database name exists and was filled by build.
// Several processes may ask for the same name; one builds, the others wait.
func Template(tb testing.TB, name string, build func(dsn string) error) {
	tb.Helper()
	admin := URL(tb)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	conn, done := connect(tb, ctx, admin)
	defer done()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(hashtext($1))", name); err != nil {
		tb.Fatalf("lock template: %v", err)
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock(hashtext($1))", name) //nolint:errcheck
	var ready bool
	if err := conn.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name).Scan(&ready); err != nil {
		tb.Fatalf("look for template: %v", err)
	}
	if ready {
		return
	}
	// Built under another name and renamed, so that a half-built one is never used.
	draft := name + "_draft"
	exec := func(query string) {
		if _, err := conn.ExecContext(ctx, query); err != nil {
			tb.Fatalf("%s: %v", query, err)
		}
	}
	exec("DROP DATABASE IF EXISTS " + draft)
	exec("CREATE DATABASE " + draft)
	if err := build(withDatabase(admin, draft)); err != nil {
		tb.Fatalf("build template: %v", err)
	}
	exec("ALTER DATABASE " + draft + " RENAME TO " + name)
}

// Clone copies a template and gives the copy's address; it is dropped when
// the test ends.
func Clone(tb testing.TB, template string) string {
	tb.Helper()
	admin := URL(tb)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	name := fmt.Sprintf("fx_%d_%d", os.Getpid(), time.Now().UnixNano())
	conn, done := connect(tb, ctx, admin)
	defer done()
	if _, err := conn.ExecContext(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
		tb.Fatalf("clone: %v", err)
	}
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		conn, done := connect(tb, ctx, admin)
		defer done()
		conn.ExecContext(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") //nolint:errcheck // the server is thrown away anyway
	})
	return withDatabase(admin, name)
}

func connect(tb testing.TB, ctx context.Context, dsn string) (*sql.Conn, func()) {
	tb.Helper()
	pool, err := sql.Open("pgx", dsn)
	if err != nil {
		tb.Fatal(err)
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		pool.Close()
		tb.Fatalf("connect: %v", err)
	}
	return conn, func() { conn.Close(); pool.Close() }
}

func withDatabase(dsn, name string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		return dsn
	}
	u.Path = "/" + name
	return strings.ReplaceAll(u.String(), "%2F", "/")
}

func ready(dsn string) bool {
	pool, err := sql.Open("pgx", dsn)
	if err != nil {
		return false
	}
	defer pool.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return pool.PingContext(ctx) == nil
}
