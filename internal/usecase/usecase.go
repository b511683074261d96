// Package usecase owns the one way in which anything happens: validate,
// authorise, open a transaction, act, record, commit, and translate what went
// wrong. Every use-case of every slice runs through [Do] or [Read].
//
// It decides nothing itself. What is allowed stands in [Def] and in the
// lifecycle tables, what is valid in the commands' tags.
package usecase

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"slices"
	"sort"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/valid"
)

// Def declares one use-case. Slices keep theirs in package variables.
type Def struct {
	Name  string        // "application.submit": audit verb, operation id, token scope
	Allow []access.Role // who may; for a lifecycle step take lifecycle.X.Roles(action)
	// NoAPI and NoPage say why a use-case is not reachable there; the parity
	// test accepts no other excuse.
	NoAPI, NoPage string
}

var (
	defsMu sync.Mutex
	defs   = map[string]*Def{}
	mounts = map[string]map[string]string{} // use-case → edge → where
)

// Define registers a use-case; a name may be defined once.
func Define(d Def) *Def {
	defsMu.Lock()
	defer defsMu.Unlock()
	if _, twice := defs[d.Name]; twice {
		panic("usecase: defined twice: " + d.Name)
	}
	defs[d.Name] = &d
	return &d
}

// Defs lists every use-case by name.
func Defs() []*Def {
	defsMu.Lock()
	defer defsMu.Unlock()
	out := make([]*Def, 0, len(defs))
	for _, d := range defs {
		out = append(out, d)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// Mount notes that an edge ("api", "page", "cli") reaches the use-case at a
// place, for the parity test and the documentation.
func (d *Def) Mount(edge, where string) *Def {
	defsMu.Lock()
	defer defsMu.Unlock()
	if mounts[d.Name] == nil {
		mounts[d.Name] = map[string]string{}
	}
	mounts[d.Name][edge] = where
	return d
}

// Mounted tells where an edge reaches the use-case; "" when it does not.
func (d *Def) Mounted(edge string) string {
	defsMu.Lock()
	defer defsMu.Unlock()
	return mounts[d.Name][edge]
}

// Job is a piece of background work. Its fields are stored as JSON.
type Job interface{ Kind() string }

// Queue puts jobs into the transaction that made them necessary.
type Queue interface {
	Enqueue(ctx context.Context, tx *sql.Tx, job Job, at time.Time) error
}

// Runtime is what every use-case runs on.
type Runtime struct {
	DB    *db.DB
	Clock ident.Clock
	Queue Queue
	Log   *slog.Logger
	// Interests lists who must keep out of an operator's matters; the slice
	// that keeps the declarations sets it.
	Interests func(ctx context.Context, idb bun.IDB, operator ident.OperatorID) ([]ident.AccountID, error)
}

// Now reads the runtime's clock.
func (rt *Runtime) Now() time.Time { return rt.Clock.Now() }

// Authorise refuses a principal that may not run the use-case.
func (d *Def) Authorise(p access.Principal) error {
	if !p.Has(d.Allow...) {
		if !p.SignedIn() && !p.Has(access.System) {
			return fault.New(fault.Unauthenticated, "")
		}
		return fault.New(fault.Forbidden, "")
	}
	if p.Pending != "" && !slices.Contains(d.Allow, access.Public) {
		return fault.New(fault.SecondFactor, p.Pending)
	}
	if !p.TokenCovers(d.Name) {
		return fault.New(fault.OutOfScope, "scope_needed", d.Name)
	}
	return nil
}

// Reader is what a reading use-case works on; only store functions look inside.
type Reader = bun.IDB

// Read runs a use-case that changes nothing: no transaction, no audit entry.
func Read[Q, V any](ctx context.Context, rt *Runtime, d *Def, query Q, fn func(ctx context.Context, idb Reader, by access.Principal) (V, error)) (V, error) {
	var none V
	by := access.From(ctx)
	if err := d.Authorise(by); err != nil {
		return none, err
	}
	if err := valid.Check(query); err != nil {
		return none, err
	}
	var idb Reader = rt.DB.R
	if b, ok := ctx.Value(batchKey{}).(*batch); ok {
		idb = b.tx // what the batch wrote is not yet visible elsewhere
	}
	v, err := fn(ctx, idb, by)
	if err != nil {
		return none, db.Translate(err)
	}
	return v, nil
}

// Do runs a use-case that changes something. fn works in one transaction, with
// which the audit entry, the events, the jobs and the answer to an
// Idempotency-Key commit or vanish together. A refusal writes its entry in a
// transaction of its own.
func Do[C, V any](ctx context.Context, rt *Runtime, d *Def, command C, fn func(ctx context.Context, c *Call) (V, error)) (V, error) {
	var view V
	var after []func()
	c := &Call{By: access.From(ctx), Now: rt.Now(), rt: rt, def: d, after: &after}
	err := func() error {
		if err := d.Authorise(c.By); err != nil {
			return err
		}
		if err := valid.Check(command); err != nil {
			return err
		}
		return transaction(ctx, rt, func(ctx context.Context, tx bun.Tx) error {
			c.Tx = tx
			after = nil
			replayed, err := c.replay(ctx, command, &view)
			if err != nil || replayed {
				return err
			}
			if view, err = fn(ctx, c); err != nil {
				return err
			}
			if err := c.remember(ctx, command, view); err != nil {
				return err
			}
			return c.done(ctx)
		})
	}()
	if err != nil {
		var none V
		c.refuse(ctx, err)
		return none, err
	}
	whenCommitted(ctx, after)
	return view, nil
}

// System gives a context in which the registry itself acts, under a name.
func System(ctx context.Context, name string) context.Context {
	return access.With(ctx, access.Internal(name))
}

var errNoQueue = fmt.Errorf("usecase: a job was enqueued but the runtime has no queue")
