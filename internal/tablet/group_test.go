package tablet

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// Those that come while one writes are written together; one that is refused
// does not harm the others, and each has its own entry in the trail.
func TestGroupsWriteTogether(t *testing.T) {
	ctx := usecase.System(t.Context(), "test")
	d, err := db.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "group.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := d.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	rt := &usecase.Runtime{DB: d, Clock: ident.System, Log: slog.New(slog.DiscardHandler)}
	def := &usecase.Def{Name: "test.group", Allow: []access.Role{access.System}}
	var g group
	var mu sync.Mutex
	seen := map[bun.Tx][]int{}
	send := func(ctx context.Context, i int) error {
		return g.do(ctx, rt, func(ctx context.Context) error {
			_, err := usecase.Do(ctx, rt, def, struct{}{}, func(_ context.Context, c *usecase.Call) (struct{}, error) {
				mu.Lock()
				seen[c.Tx] = append(seen[c.Tx], i)
				mu.Unlock()
				c.About(fmt.Sprint("member ", i), "/36/")
				if i == 7 {
					return struct{}{}, fault.New(fault.Conflict, "")
				}
				return struct{}{}, nil
			})
			return err
		})
	}
	round := func(members ...int) map[int]error {
		// While this writes, all others arrive.
		hold, held := make(chan bool), make(chan bool)
		var all sync.WaitGroup
		all.Go(func() {
			g.do(ctx, rt, func(context.Context) error { close(held); <-hold; return nil }) //nolint:errcheck // it writes nothing
		})
		<-held
		out := map[int]error{}
		for _, i := range members {
			all.Go(func() {
				ctx, gone := context.WithCancel(ctx)
				defer gone()
				if i == 3 {
					gone() // it goes away while it waits: what it sent is written all the same
				}
				err := send(ctx, i)
				mu.Lock()
				out[i] = err
				mu.Unlock()
			})
		}
		for waiting := 0; waiting < len(members); time.Sleep(time.Millisecond) {
			g.mu.Lock()
			waiting = len(g.waiting)
			g.mu.Unlock()
		}
		close(hold)
		all.Wait()
		return out
	}
	entries := func(outcome string) int {
		n, err := d.R.NewSelect().Table("audit_entry").Where("usecase = ? AND outcome = ?", def.Name, outcome).Count(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return int(n)
	}

	for i, err := range round(1, 2, 3, 4, 5) {
		if err != nil {
			t.Errorf("member %d: %v", i, err)
		}
	}
	if len(seen) != 1 || entries("done") != 5 {
		t.Errorf("%d transactions and %d entries for five that waited", len(seen), entries("done"))
	}
	clear(seen)
	for i, err := range round(6, 7, 8) {
		if (err != nil) != (i == 7) || i == 7 && !fault.Is(err, fault.Conflict) {
			t.Errorf("member %d: %v", i, err)
		}
	}
	if len(seen) != 4 || entries("done") != 7 || entries("refused") != 1 {
		t.Errorf("%d transactions, %d done and %d refused; a group of three with a bad one takes four", len(seen), entries("done"), entries("refused"))
	}
	clear(seen)
	var many []int
	for i := range mostTogether + 5 {
		many = append(many, 100+i)
	}
	if round(many...); len(seen) != 2 {
		t.Errorf("%d transactions for %d members, at most %d in each", len(seen), len(many), mostTogether)
	}
	// A panic of one is not a success of the others.
	m := &member{ctx: ctx, err: errUnwritten, turn: make(chan bool, 1), fn: func(context.Context) error { panic("broken") }}
	func() {
		defer func() { recover() }() //nolint:errcheck // expected
		write(rt, []*member{m, m})
	}()
	if !errors.Is(m.err, errUnwritten) {
		t.Errorf("after a panic: %v", m.err)
	}
}
