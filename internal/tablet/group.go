package tablet

import (
	"context"
	"errors"
	"sync"
	"time"

	"fangxin/internal/usecase"
)

// SQLite has one writer, and makes each transaction durable by itself. Requests
// that come while another is written wait anyway: those that wait are written
// together and share the one write to the disk. Nobody waits for company, and
// a request alone has a transaction of its own.
//
// PostgreSQL writes several transactions at once and joins their writes to the
// disk by itself.

// mostTogether bounds how long a group keeps the other writers waiting, and
// groupTime how long it may take at all.
const (
	mostTogether = 20
	groupTime    = 30 * time.Second
)

// group lets requests write together.
type group struct {
	mu      sync.Mutex
	writing bool
	waiting []*member
}

// member is a request that wants to write.
type member struct {
	ctx  context.Context
	fn   func(context.Context) error
	err  error
	turn chan bool // true: write for those who wait; false: err is the outcome
}

// errUnwritten is what the others of a group get when writing it panicked.
var errUnwritten = errors.New("tablet: the group was not written")

// do runs fn in a transaction, with others that wait. fn may run twice: again
// alone, when the group it was in could not be written.
func (g *group) do(ctx context.Context, rt *usecase.Runtime, fn func(context.Context) error) error {
	m := &member{ctx: ctx, fn: fn, err: errUnwritten, turn: make(chan bool, 1)}
	g.mu.Lock()
	g.waiting = append(g.waiting, m)
	if g.writing {
		g.mu.Unlock()
		if !<-m.turn {
			return m.err
		}
		g.mu.Lock()
	}
	g.writing = true
	n := min(len(g.waiting), mostTogether)
	mine := g.waiting[:n:n]
	g.waiting = g.waiting[n:]
	g.mu.Unlock()
	defer g.next(mine, m)
	write(rt, mine)
	return m.err
}

// next tells the members their outcome and lets the first of those that came
// meanwhile write.
func (g *group) next(done []*member, self *member) {
	for _, m := range done {
		if m != self {
			m.turn <- false
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.writing = len(g.waiting) > 0; g.writing {
		g.waiting[0].turn <- true
	}
}

// write writes all members in one transaction, or each in its own when one of
// them is refused: it shall not harm the others.
func write(rt *usecase.Runtime, members []*member) {
	if len(members) > 1 && inOne(rt, members) == nil {
		for _, m := range members {
			m.err = nil
		}
		return
	}
	for _, m := range members {
		m.err = m.fn(m.ctx)
	}
}

func inOne(rt *usecase.Runtime, members []*member) error {
	// None of the members may end it for the others by going away.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(members[0].ctx), groupTime)
	defer cancel()
	return usecase.Batch(ctx, rt, func(ctx context.Context) error {
		for _, m := range members {
			if err := m.fn(usecase.Joining(ctx, m.ctx)); err != nil {
				return err
			}
		}
		return nil
	})
}
