package pgtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"testing"
	"time"
)

// maxName is PostgreSQL's limit for names, in bytes; longer ones are cut off
// silently, so that two templates could become one.
const maxName = 63

// building is added to the name of a template while it is being built.
const building = "_building"

// Template makes sure that a template database of this name exists, and
// returns the name. Build fills it and must close its connections; it runs
// once for all tests of all processes that share the server, so the name must
// say what is inside: put a hash of the content in it. A build that failed or
// was killed leaves nothing that could be taken for a template.
func Template(tb testing.TB, name string, build func(dsn string) error) string {
	tb.Helper()
	i := get(tb)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	if err := i.ensureTemplate(ctx, name, build); err != nil {
		tb.Fatalf("pgtest: template %s: %v", name, err)
	}
	return name
}

// Clone creates a database from a template, as fast as files can be copied,
// and returns its URL. It is dropped when the test ends.
func Clone(tb testing.TB, template string) (dsn string) {
	tb.Helper()
	i := get(tb)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	name := "fx_" + randomHex()
	if err := i.clone(ctx, name, template); err != nil {
		tb.Fatalf("pgtest: clone %s: %v", template, err)
	}
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if _, err := i.admin.ExecContext(ctx, "DROP DATABASE "+quote(name)+" WITH (FORCE)"); err != nil {
			tb.Errorf("pgtest: drop the test's database: %v", err)
		}
	})
	return withDatabase(i.url, name)
}

func (i instance) ensureTemplate(ctx context.Context, name string, build func(dsn string) error) (err error) {
	if len(name)+len(building) > maxName {
		return fmt.Errorf("the name is longer than %d bytes", maxName-len(building))
	}
	if there, err := i.exists(ctx, name); err != nil || there {
		return err
	}
	// The lock belongs to one connection, and a pool of its own: waiting
	// for it must not use up the connections the builder needs.
	lock, err := connect(ctx, i.url)
	if err != nil {
		return err
	}
	defer lock.Close()
	conn, err := lock.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", lockKey(name)); err != nil {
		return err
	}
	if there, err := i.exists(ctx, name); err != nil || there {
		return err // another process was first
	}
	draft := name + building
	if _, err := conn.ExecContext(ctx, "DROP DATABASE IF EXISTS "+quote(draft)+" WITH (FORCE)"); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, "CREATE DATABASE "+quote(draft)+" TEMPLATE template0"); err != nil {
		return err
	}
	if err := build(withDatabase(i.url, draft)); err != nil {
		return fmt.Errorf("build: %w", err)
	}
	if err := i.waitUnused(ctx, draft); err != nil {
		return err
	}
	// Only the last statement makes it a template for others. Nobody may
	// connect to it: an open connection would make each copy fail.
	for _, statement := range []string{
		"ALTER DATABASE " + quote(draft) + " ALLOW_CONNECTIONS false",
		"ALTER DATABASE " + quote(draft) + " RENAME TO " + quote(name),
	} {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// waitUnused waits until the server has noticed that the builder's
// connections are closed, which takes it a moment.
func (i instance) waitUnused(ctx context.Context, name string) error {
	const patience = 10 * time.Second
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		var open int
		if err := i.admin.QueryRowContext(ctx, "SELECT count(*) FROM pg_stat_activity WHERE datname = $1", name).Scan(&open); err != nil {
			return err
		}
		if open == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("build left %d connections open", open)
		}
	}
}

func (i instance) exists(ctx context.Context, name string) (there bool, err error) {
	err = i.admin.QueryRowContext(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&there)
	return there, err
}

func (i instance) clone(ctx context.Context, name, template string) error {
	statement := "CREATE DATABASE " + quote(name) + " TEMPLATE " + quote(template)
	version, err := serverVersion(ctx, i.admin)
	if err != nil {
		return err
	}
	if version >= 150000 { // older servers always copy files and do not know the word
		statement += " STRATEGY = FILE_COPY"
	}
	_, err = i.admin.ExecContext(ctx, statement)
	return err
}

// serverVersion returns server_version_num, for example 150018.
func serverVersion(ctx context.Context, pool *sql.DB) (number int, err error) {
	err = pool.QueryRowContext(ctx, "SELECT current_setting('server_version_num')::int").Scan(&number)
	return number, err
}

func lockKey(name string) int64 {
	h := fnv.New64a()
	h.Write([]byte("fangxin template " + name))
	return int64(h.Sum64())
}

func randomHex() string {
	b := make([]byte, 8)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}
