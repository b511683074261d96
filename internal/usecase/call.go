package usecase

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/audit"
	"fangxin/internal/db"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
)

// Call is one running use-case.
type Call struct {
	Tx  bun.Tx           // the transaction; use nothing else inside
	By  access.Principal // who asks
	Now time.Time        // one instant for everything that happens

	rt      *Runtime
	def     *Def
	subject string
	scope   string
	data    map[string]any
	after   *[]func()
}

// About names the record that the use-case reached and the authority path it
// belongs to, for the audit entry.
func (c *Call) About(subject, scope string) { c.subject, c.scope = subject, scope }

// Note adds a fact to the audit entry: codes, counts and ids only.
func (c *Call) Note(key string, value any) {
	if c.data == nil {
		c.data = map[string]any{}
	}
	c.data[key] = value
}

// Later enqueues a job that becomes due at once when the transaction commits.
func (c *Call) Later(ctx context.Context, job Job) error { return c.LaterAt(ctx, job, time.Time{}) }

// LaterAt enqueues a job for a time.
func (c *Call) LaterAt(ctx context.Context, job Job, at time.Time) error {
	if c.rt.Queue == nil {
		return errNoQueue
	}
	return c.rt.Queue.Enqueue(ctx, c.Tx.Tx, job, at)
}

// AfterCommit runs fn once the transaction has committed: dropping a cache
// entry, for instance. It does not run when the use-case fails.
func (c *Call) AfterCommit(fn func()) { *c.after = append(*c.after, fn) }

// Subject is a record as its lifecycle sees it.
type Subject struct {
	ID      string
	State   lifecycle.State
	Version int64
	Scope   string // authority path
}

// Step moves a record along its lifecycle: it checks the table, the role, the
// reason, the caller's precondition and the four-eyes rule, changes the state
// by compare-and-set and records the event. to may be empty when the step has
// only one target. The record's version grows by one.
func (c *Call) Step(ctx context.Context, m *lifecycle.Machine, s Subject, a lifecycle.Action, to lifecycle.State, reason string) (lifecycle.State, error) {
	c.About(s.ID, s.Scope)
	to, err := m.Check(c.By, a, s.State, to)
	if err != nil {
		return "", err
	}
	if step, _ := m.Step(a); step.Reason && reason == "" {
		return "", fault.OnField("/reason", "required", "")
	}
	if err := c.Precondition(ctx, s.Version); err != nil {
		return "", err
	}
	res, err := c.Tx.NewUpdate().Table(m.Table).
		Set("state = ?", to).Set("version = version + 1").Set("updated_at = ?", c.Now).
		Where("id = ? AND state = ? AND version = ?", s.ID, s.State, s.Version).Exec(ctx)
	if err := db.One(res, err); err != nil {
		return "", err
	}
	c.Note("from", s.State)
	c.Note("to", to)
	return to, c.event(ctx, m.Noun, s.ID, s.State, a, to, reason)
}

// Begin records the creation of a record in its machine's first state. The
// slice inserts the row itself.
func (c *Call) Begin(ctx context.Context, m *lifecycle.Machine, id, scope string) error {
	c.About(id, scope)
	return c.event(ctx, m.Noun, id, "", "create", m.Start, "")
}

func (c *Call) event(ctx context.Context, noun, id string, from lifecycle.State, a lifecycle.Action, to lifecycle.State, reason string) error {
	return audit.Record(ctx, c.Tx, &audit.Event{
		ID: ident.New[ident.EventID](), Noun: noun, Subject: id,
		FromState: string(from), Action: string(a), ToState: string(to),
		At: c.Now, Account: c.By.Account, Actor: c.By.Name, Role: c.role(), Reason: reason,
	})
}

// AsSystem gives the same call acting as the registry itself, for the steps
// that follow from somebody's act but are nobody's own: a case moves on when
// its inspection is accepted. The audit entry still names who began.
func (c *Call) AsSystem() *Call {
	inner := *c
	inner.By = access.Internal(c.def.Name)
	return &inner
}

// role is the role in which the caller acts: the first that the use-case allows.
func (c *Call) role() access.Role {
	for _, r := range c.By.Roles {
		for _, allowed := range c.def.Allow {
			if r == allowed {
				return r
			}
		}
	}
	if len(c.By.Roles) > 0 {
		return c.By.Roles[0]
	}
	return access.Public
}

func (c *Call) entry(ctx context.Context, outcome audit.Outcome, code fault.Code) *audit.Entry {
	return &audit.Entry{
		ID: ident.New[ident.AuditID](), At: c.Now, Usecase: c.def.Name,
		Account: c.By.Account, Role: c.role(), Authority: c.By.Authority, Token: c.By.Token,
		Subject: c.subject, Scope: c.scope, Outcome: outcome, Code: code,
		Request: RequestID(ctx), Data: c.data,
	}
}

func (c *Call) done(ctx context.Context) error {
	return audit.Write(ctx, c.rt.DB, c.Tx, c.entry(ctx, audit.Done, ""))
}

// refuse writes the entry of a use-case that did not happen.
func (c *Call) refuse(ctx context.Context, cause error) {
	outcome, code := audit.Refused, fault.CodeOf(cause)
	b := batchOf(ctx)
	if b != nil && code != fault.Internal {
		return // the batch is rolled back; its caller reports
	}
	if code == fault.Internal {
		outcome = audit.Failed
		c.rt.Log.ErrorContext(ctx, "use-case failed", "usecase", c.def.Name, "request", RequestID(ctx), "error", cause)
	}
	e := c.entry(ctx, outcome, code)
	record := func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		err := c.rt.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return audit.Write(ctx, c.rt.DB, tx, e) })
		if err != nil {
			c.rt.Log.ErrorContext(ctx, "refusal not recorded", "usecase", c.def.Name, "request", e.Request, "error", err)
		}
	}
	if b != nil {
		b.failed = append(b.failed, record) // SQLite's one writer still belongs to the batch
		return
	}
	record()
}
