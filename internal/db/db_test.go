package db_test

import (
	"context"
	"errors"
	"io/fs"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/audit"
	"fangxin/internal/db"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/migrations"
)

func TestMigrationsHaveEqualNames(t *testing.T) {
	names := func(dir string) map[string]bool {
		out := map[string]bool{}
		entries, err := fs.ReadDir(migrations.FS, dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			out[e.Name()] = true
		}
		return out
	}
	sqlite, postgres := names("sqlite"), names("postgres")
	for n := range sqlite {
		if !postgres[n] {
			t.Errorf("%s is missing for PostgreSQL", n)
		}
	}
	for n := range postgres {
		if !sqlite[n] {
			t.Errorf("%s is missing for SQLite", n)
		}
	}
}

func TestMigratingTwiceChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		names, err := d.Migrate(context.Background())
		if err != nil || len(names) != 0 {
			t.Errorf("ran %v, %v", names, err)
		}
	})
}

func TestCountersHaveNoGaps(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		for want := int64(1); want <= 3; want++ {
			err := d.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
				got, err := db.Next(ctx, tx, "case/2026")
				if got != want {
					t.Errorf("drew %d, want %d", got, want)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		first, err := db.Take(ctx, d.W, "case/2026", 10)
		if err != nil || first != 4 {
			t.Errorf("took ten from %d, %v", first, err)
		}
	})
}

func TestTheTrailOnlyGrows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		e := audit.Entry{ID: ident.New[ident.AuditID](), At: ident.System(), Usecase: "x.y", Role: access.Public, Outcome: audit.Done}
		if err := audit.Append(ctx, d.W, &e); err != nil {
			t.Fatal(err)
		}
		if _, err := d.W.ExecContext(ctx, "UPDATE audit_entry SET outcome = 'refused'"); err == nil {
			t.Error("an audit entry was changed")
		}
	})
}

func TestEventsMustBeSteps(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		ev := audit.Event{ID: ident.New[ident.EventID](), Noun: "application", Subject: "a", FromState: "draft", Action: "certify", ToState: "certified", At: ident.System(), Role: access.System}
		if err := audit.Record(ctx, d.W, &ev); !fault.Is(err, fault.Conflict) {
			t.Errorf("a step that the table lacks was recorded: %v", err)
		}
		ev.Action, ev.ToState = "submit", "submitted"
		if err := audit.Record(ctx, d.W, &ev); err != nil {
			t.Errorf("a listed step was refused: %v", err)
		}
		if _, err := d.W.ExecContext(ctx, "DELETE FROM event"); err == nil {
			t.Error("an event was deleted")
		}
	})
}

func TestScopeIsAPrefix(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		for i, path := range []string{"/36/", "/36/3601/", "/36/3601/360102/", "/36/36010/", "/36/3602/"} {
			e := audit.Entry{ID: ident.New[ident.AuditID](), At: ident.System().Add(time.Duration(i)), Usecase: "x.y", Role: access.Public, Outcome: audit.Done, Scope: path}
			if err := audit.Append(ctx, d.W, &e); err != nil {
				t.Fatal(err)
			}
		}
		for scope, want := range map[access.Scope]int{"/36/3601/": 2, "/36/": 5, "": 0, access.Everything: 5, "/36/3602/": 1} {
			got, err := audit.Trail(ctx, d.R, scope, audit.Filter{})
			if err != nil || len(got) != want {
				t.Errorf("scope %q: %d rows, want %d (%v)", scope, len(got), want, err)
			}
		}
	})
}

func TestCursors(t *testing.T) {
	var at time.Time
	var id string
	now := ident.System()
	if err := db.ReadCursor(db.Cursor(now, "x"), &at, &id); err != nil || !at.Equal(now) || id != "x" {
		t.Errorf("%v %s %v", at, id, err)
	}
	for _, bad := range []string{"", "!!!", db.Cursor("only one")} {
		if err := db.ReadCursor(bad, &at, &id); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// Of two transactions that wait for each other one is ended, and may be tried
// again. (SQLite has one writer, so it cannot happen there.)
func TestDeadlocksMayBeTriedAgain(t *testing.T) {
	d := dbtest.Postgres(t)
	ctx := t.Context()
	held := make(chan struct{}, 2)
	hold := func(first, second string) error {
		return d.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
			if _, err := db.Next(ctx, tx, first); err != nil {
				return err
			}
			held <- struct{}{}
			for len(held) < 2 {
				time.Sleep(time.Millisecond)
			}
			_, err := db.Next(ctx, tx, second)
			return err
		})
	}
	other := make(chan error, 1)
	go func() { other <- hold("a", "b") }()
	mine, theirs := hold("b", "a"), <-other
	if (mine == nil) == (theirs == nil) || !fault.Is(errors.Join(mine, theirs), fault.Unavailable) {
		t.Errorf("%v and %v", mine, theirs)
	}
}
