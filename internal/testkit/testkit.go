// Package testkit gives tests a running house: a runtime with a clock that
// they set, a queue that remembers instead of working, and principals of every
// role. It is imported by tests only.
package testkit

import (
	"context"
	"database/sql"
	"io"
	"log/slog"
	"sync"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// Monday is a working morning in Beijing on which tests begin.
var Monday = time.Date(2026, 3, 2, 9, 0, 0, 0, ident.Beijing)

// Clock is a clock that tests move.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock starts at an instant.
func NewClock(at time.Time) *Clock { return &Clock{now: at.UTC()} }

// Now reads the clock.
func (c *Clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

// Add moves the clock.
func (c *Clock) Add(d time.Duration) { c.mu.Lock(); c.now = c.now.Add(d); c.mu.Unlock() }

// Set sets the clock.
func (c *Clock) Set(t time.Time) { c.mu.Lock(); c.now = t.UTC(); c.mu.Unlock() }

// Queue remembers jobs.
type Queue struct {
	mu   sync.Mutex
	Jobs []usecase.Job
	At   []time.Time // for when each was enqueued; zero for at once
}

// Enqueue remembers a job.
func (q *Queue) Enqueue(_ context.Context, _ *sql.Tx, job usecase.Job, at time.Time) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.Jobs, q.At = append(q.Jobs, job), append(q.At, at)
	return nil
}

// Runtime is a runtime on a database with a clock at [Monday].
func Runtime(d *db.DB) (*usecase.Runtime, *Clock, *Queue) {
	clock, queue := NewClock(Monday), &Queue{}
	return &usecase.Runtime{DB: d, Clock: clock.Now, Queue: queue, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}, clock, queue
}

// Staff is a person of a role with a scope, such as "/36/3601/360102/".
func Staff(role access.Role, scope access.Scope) access.Principal {
	return access.Principal{Account: ident.New[ident.AccountID](), Name: role.Name("zh"), Roles: []access.Role{role}, Scope: scope, Authority: ident.New[ident.AuthorityID]()}
}

// Merchant is a shopkeeper.
func Merchant() access.Principal {
	return access.Principal{Account: ident.New[ident.AccountID](), Name: "店主", Roles: []access.Role{access.Merchant}}
}

// As puts a principal into a context.
func As(p access.Principal) context.Context { return access.With(context.Background(), p) }
