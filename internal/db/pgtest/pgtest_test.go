package pgtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

func openDB(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	pool, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pool.Close() })
	return pool
}

func mustExec(t *testing.T, pool *sql.DB, statement string) {
	t.Helper()
	if _, err := pool.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// fill builds a template with one table and one row.
func fill(dsn string) error {
	pool, err := sql.Open("pgx", dsn)
	if err != nil {
		return err
	}
	defer pool.Close()
	_, err = pool.Exec("CREATE TABLE shop (name text); INSERT INTO shop VALUES ('放心')")
	return err
}

// templateName is new for each test, so that builds are counted from zero on
// a server that outlives the tests.
func templateName(t *testing.T) string {
	name := "pgtest_" + randomHex()
	t.Cleanup(func() {
		if _, err := get(t).admin.Exec("DROP DATABASE IF EXISTS " + quote(name)); err != nil {
			t.Error(err)
		}
	})
	return name
}

func TestClonesAreApart(t *testing.T) {
	template := Template(t, templateName(t), fill)
	one, two := openDB(t, Clone(t, template)), openDB(t, Clone(t, template))
	mustExec(t, one, "INSERT INTO shop VALUES ('only here')")
	for _, tt := range []struct {
		pool *sql.DB
		want int
	}{{one, 2}, {two, 1}} {
		var got int
		if err := tt.pool.QueryRow("SELECT count(*) FROM shop").Scan(&got); err != nil || got != tt.want {
			t.Errorf("rows = %d, %v; want %d", got, err, tt.want)
		}
	}
}

func TestServerKnowsChinese(t *testing.T) {
	pool := openDB(t, URL(t))
	for query, want := range map[string]string{
		"SHOW server_encoding":                     "UTF8",
		"SELECT upper('ä')":                        "Ä",
		"SELECT length('放心')::text":                "2",
		"SELECT ('放心' ~ '^[[:alpha:]]+$')::text":   "true",
		"SELECT current_setting('TimeZone')::text": "UTC",
	} {
		if os.Getenv(EnvURL) != "" && query != "SHOW server_encoding" {
			continue // a server given by its address keeps its own locale and time zone
		}
		var got string
		if err := pool.QueryRow(query).Scan(&got); err != nil || got != want {
			t.Errorf("%s = %q, %v; want %q", query, got, err, want)
		}
	}
}

func TestTemplateIsBuiltOnce(t *testing.T) {
	name := templateName(t)
	URL(t) // skip before the goroutines
	var builds atomic.Int32
	var group sync.WaitGroup
	for range 6 {
		group.Go(func() {
			err := get(t).ensureTemplate(context.Background(), name, func(dsn string) error {
				builds.Add(1)
				return fill(dsn)
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := builds.Load(); n != 1 {
		t.Errorf("built %d times", n)
	}
}

func TestFailedBuildLeavesNoTemplate(t *testing.T) {
	name := templateName(t)
	i := get(t)
	broken := errors.New("syntax error in 0007")
	if err := i.ensureTemplate(t.Context(), name, func(string) error { return broken }); !errors.Is(err, broken) {
		t.Fatalf("err = %v", err)
	}
	if there, err := i.exists(t.Context(), name); err != nil || there {
		t.Errorf("a failed build counts as a template: %v, %v", there, err)
	}
	if err := i.ensureTemplate(t.Context(), name, fill); err != nil {
		t.Errorf("the next build: %v", err)
	}
}

func TestLongNameIsRefused(t *testing.T) {
	err := get(t).ensureTemplate(t.Context(), strings.Repeat("x", 60), fill)
	if err == nil || !strings.Contains(err.Error(), "longer than 54 bytes") {
		t.Errorf("err = %v", err)
	}
}

func TestCloneIsDropped(t *testing.T) {
	template := Template(t, templateName(t), fill)
	var database string
	t.Run("user", func(t *testing.T) {
		pool := openDB(t, Clone(t, template))
		if err := pool.QueryRow("SELECT current_database()").Scan(&database); err != nil {
			t.Fatal(err)
		}
	})
	if there, err := get(t).exists(t.Context(), database); err != nil || there {
		t.Errorf("%s is still there: %v, %v", database, there, err)
	}
}

// recorder notes how a test was ended.
type recorder struct {
	testing.TB
	skipped, failed string
}

func (r *recorder) Helper()                        {}
func (r *recorder) Skipf(format string, a ...any)  { r.skipped = fmt.Sprintf(format, a...) }
func (r *recorder) Fatalf(format string, a ...any) { r.failed = fmt.Sprintf(format, a...) }

func TestMissingServerIsNeverSilentInCI(t *testing.T) {
	missing := fmt.Errorf("%w: install it", errMissing)
	for name, tt := range map[string]struct {
		err          error
		ci           bool
		skip, failed bool
	}{
		"missing at a desk":        {missing, false, true, false},
		"missing in CI":            {missing, true, false, true},
		"does not start at a desk": {errors.New("disk full"), false, false, true},
		"runs":                     {nil, true, false, false},
	} {
		r := &recorder{}
		refuse(r, tt.err, tt.ci)
		if (r.skipped != "") != tt.skip || (r.failed != "") != tt.failed {
			t.Errorf("%s: skipped %q, failed %q", name, r.skipped, r.failed)
		}
	}
}

func TestURLMustBeAURL(t *testing.T) {
	for _, raw := range []string{"host=/tmp password=secret", "mysql://root:secret@localhost/"} {
		_, err := connect(t.Context(), raw)
		if err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), EnvURL) {
			t.Errorf("connect(%q) = %v", raw, err)
		}
	}
}
