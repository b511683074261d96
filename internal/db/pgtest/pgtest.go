// Package pgtest gives tests a real, throw-away PostgreSQL.
//
// It owns the server (found, started, stopped) and databases made from
// templates. It knows no table and no migration: package dbtest stands on it
// and fills the templates.
//
// The server is, in this order: the one named by TEST_DATABASE_URL, which the
// test suite sets for all packages at once; else one started by this test
// binary and stopped when the binary ends, however it ends. Where no
// PostgreSQL is installed the test is skipped with one line, and with CI=true
// it fails, because a database must never be left out silently there.
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

// EnvURL names the environment variable with the URL of a server on which
// the tests may create databases.
const EnvURL = "TEST_DATABASE_URL"

// instance is the server of this test binary, started at first use.
type instance struct {
	url   string
	admin *sql.DB
	err   error

	// server is nil for a server of somebody else. The reference matters: its
	// pipe, once collected as garbage, would close and end the server.
	server *Server
}

var shared = sync.OnceValue(func() instance {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	i := instance{url: os.Getenv(EnvURL)}
	if i.url == "" {
		// Nothing stops this server: it ends by itself when this process does.
		if i.server, i.err = Start(ctx); i.err != nil {
			return i
		}
		i.url = i.server.URL
	}
	i.admin, i.err = connect(ctx, i.url)
	return i
})

// URL returns the URL of the server's administrative database. It skips the
// test where PostgreSQL is missing, and fails it when CI is "true".
func URL(tb testing.TB) string {
	tb.Helper()
	return get(tb).url
}

func get(tb testing.TB) instance {
	tb.Helper()
	i := shared()
	refuse(tb, i.err, os.Getenv("CI") == "true")
	return i
}

// refuse ends the test when there is no server: missing binaries are a reason
// to skip on a developer's machine only, any other failure never is.
func refuse(tb testing.TB, err error, ci bool) {
	tb.Helper()
	switch {
	case err == nil:
	case isMissing(err) && !ci:
		tb.Skipf("pgtest: %v", err)
	default:
		tb.Fatalf("pgtest: %v", err)
	}
}

// connect opens and checks a small pool for administration.
func connect(ctx context.Context, raw string) (*sql.DB, error) {
	u, err := url.Parse(raw)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		return nil, fmt.Errorf("%s must look like postgres://user@host/database", EnvURL) // the value may hold a password
	}
	pool, err := sql.Open("pgx", raw)
	if err != nil {
		return nil, fmt.Errorf("open the server of %s: %w", EnvURL, err)
	}
	pool.SetMaxOpenConns(4)
	if err := pool.PingContext(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("PostgreSQL does not answer: %w", err)
	}
	return pool, nil
}

// withDatabase returns the URL with another database name.
func withDatabase(raw, name string) string {
	u, err := url.Parse(raw)
	if err != nil {
		panic("pgtest: an accepted URL no longer parses") // connect has parsed it
	}
	u.Path = "/" + name
	return u.String()
}

// quote makes an SQL identifier of a name.
func quote(name string) string {
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}
