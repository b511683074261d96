package usecase_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/audit"
	"fangxin/internal/db"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/fault"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

type command struct {
	Name string `json:"name" validate:"required,max=5"`
}

type job struct{ N int }

func (job) Kind() string { return "test.job" }

var drawDef = usecase.Define(usecase.Def{Name: "test.draw", Allow: []access.Role{access.CountyOfficer}})

// draw is a use-case that draws a number and enqueues a job.
func draw(ctx context.Context, rt *usecase.Runtime, cmd command, fail error) (int64, error) {
	return usecase.Do(ctx, rt, drawDef, cmd, func(ctx context.Context, c *usecase.Call) (int64, error) {
		c.About("subject", string(c.By.Scope))
		n, err := db.Next(ctx, c.Tx, "test")
		if err != nil {
			return 0, err
		}
		if err := c.Later(ctx, job{int(n)}); err != nil {
			return 0, err
		}
		return n, fail
	})
}

func trail(t *testing.T, d *db.DB) map[audit.Outcome]int {
	t.Helper()
	entries, err := audit.Trail(context.Background(), d.R, access.Everything, audit.Filter{Usecase: "test.draw"})
	if err != nil {
		t.Fatal(err)
	}
	counts := map[audit.Outcome]int{}
	for _, e := range entries {
		counts[e.Outcome]++
	}
	return counts
}

func TestEveryCallLeavesOneEntry(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rt, _, _ := testkit.Runtime(d)
		officer := testkit.As(testkit.Staff(access.CountyOfficer, "/36/"))
		if _, err := draw(officer, rt, command{"a"}, nil); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			ctx  context.Context
			cmd  command
			fail error
			want fault.Code
		}{
			{officer, command{"too long"}, nil, fault.Invalid},
			{testkit.As(testkit.Merchant()), command{"a"}, nil, fault.Forbidden},
			{context.Background(), command{"a"}, nil, fault.Unauthenticated},
			{officer, command{"a"}, fault.New(fault.NotReady, ""), fault.NotReady},
			{officer, command{"a"}, errors.New("disk on fire"), fault.Internal},
		} {
			if _, err := draw(c.ctx, rt, c.cmd, c.fail); fault.CodeOf(err) != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		}
		if got := trail(t, d); got[audit.Done] != 1 || got[audit.Refused] != 4 || got[audit.Failed] != 1 {
			t.Errorf("entries: %v", got)
		}
		// What was refused drew no number.
		if n, err := draw(officer, rt, command{"b"}, nil); err != nil || n != 2 {
			t.Errorf("drew %d, %v", n, err)
		}
	})
}

func TestTokensCoverOnlyTheirScopes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rt, _, _ := testkit.Runtime(d)
		p := testkit.Staff(access.CountyOfficer, "/36/")
		p.Token, p.Scopes = "token", []string{"other.*"}
		if _, err := draw(testkit.As(p), rt, command{"a"}, nil); !fault.Is(err, fault.OutOfScope) {
			t.Errorf("%v", err)
		}
		p.Scopes = []string{"test.*"}
		if _, err := draw(testkit.As(p), rt, command{"a"}, nil); err != nil {
			t.Error(err)
		}
	})
}

// The same key a hundred times at once has one effect; other content under it
// is refused.
func TestIdempotency(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rt, _, queue := testkit.Runtime(d)
		p := testkit.Staff(access.CountyOfficer, "/36/")
		keyed := usecase.WithEdge(testkit.As(p), usecase.Edge{IdempotencyKey: "k1"})
		var wg sync.WaitGroup
		var mu sync.Mutex
		answers := map[int64]int{}
		for range 100 {
			wg.Go(func() {
				n, err := draw(keyed, rt, command{"a"}, nil)
				for fault.Is(err, fault.InProgress) || fault.Is(err, fault.Unavailable) {
					time.Sleep(time.Millisecond)
					n, err = draw(keyed, rt, command{"a"}, nil)
				}
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
				}
				answers[n]++
			})
		}
		wg.Wait()
		if len(answers) != 1 {
			t.Errorf("answers: %v", answers)
		}
		var drawn int64
		if err := d.R.NewRaw("SELECT value FROM counter WHERE name = 'test'").Scan(context.Background(), &drawn); err != nil || drawn != 1 {
			t.Errorf("drew %d numbers, %v", drawn, err)
		}
		if _, err := draw(keyed, rt, command{"b"}, nil); !fault.Is(err, fault.IdempotencyMismatch) {
			t.Errorf("other content: %v", err)
		}
		other := usecase.WithEdge(testkit.As(testkit.Staff(access.CountyOfficer, "/36/")), usecase.Edge{IdempotencyKey: "k1"})
		if n, err := draw(other, rt, command{"a"}, nil); err != nil || n != 2 {
			t.Errorf("another caller's key: %d, %v", n, err)
		}
		_ = queue
	})
}

func TestBatchesAreAllOrNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rt, _, _ := testkit.Runtime(d)
		officer := testkit.As(testkit.Staff(access.CountyOfficer, "/36/"))
		err := usecase.Batch(officer, rt, func(ctx context.Context) error {
			for _, name := range []string{"a", "b", "too long"} {
				if _, err := draw(ctx, rt, command{name}, nil); err != nil {
					return err
				}
			}
			return nil
		})
		if !fault.Is(err, fault.Invalid) || len(trail(t, d)) != 0 {
			t.Errorf("%v left %v", err, trail(t, d))
		}
		err = usecase.Batch(officer, rt, func(ctx context.Context) error {
			_, err1 := draw(ctx, rt, command{"a"}, nil)
			_, err2 := draw(ctx, rt, command{"b"}, nil)
			return errors.Join(err1, err2)
		})
		if err != nil || trail(t, d)[audit.Done] != 2 {
			t.Errorf("%v, %v", err, trail(t, d))
		}
	})
}

// An unknown error inside a batch stands in the trail although the batch is
// rolled back, and does not wait for the transaction that it belongs to.
func TestUnknownErrorsOfBatchesAreRecorded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rt, _, _ := testkit.Runtime(d)
		var log strings.Builder
		rt.Log = slog.New(slog.NewTextHandler(&log, nil))
		officer := testkit.As(testkit.Staff(access.CountyOfficer, "/36/"))
		err := usecase.Batch(officer, rt, func(ctx context.Context) error {
			if _, err := draw(ctx, rt, command{"a"}, nil); err != nil {
				return err
			}
			_, err := draw(ctx, rt, command{"b"}, errors.New("the disk is full"))
			return err
		})
		if err == nil || trail(t, d)[audit.Failed] != 1 || trail(t, d)[audit.Done] != 0 || strings.Contains(log.String(), "not recorded") {
			t.Errorf("%v left %v; %s", err, trail(t, d), log.String())
		}
	})
}
