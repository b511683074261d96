// Package audit owns the internal trail: who did or was refused what, and what
// happened to each record. Both tables only grow; the database refuses to
// change or delete their rows.
//
// It never stores what a person typed, names of consumers, passwords or keys:
// an entry names the use-case, the subject and the outcome.
package audit

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
)

// Outcome is how a use-case ended.
type Outcome string

// The outcomes.
const (
	Done    Outcome = "done"
	Refused Outcome = "refused" // the catalogue names why
	Failed  Outcome = "failed"  // an unknown error; the log has it
)

// Entry is one line of the trail (审计记录).
type Entry struct {
	bun.BaseModel `bun:"table:audit_entry"`

	ID        ident.AuditID     `bun:",pk"`
	At        time.Time         // server clock, UTC
	Usecase   string            // "application.submit"
	Account   ident.AccountID   `bun:",nullzero"`
	Role      access.Role       // the first of the account's roles
	Authority ident.AuthorityID `bun:",nullzero"`
	Token     ident.TokenID     `bun:",nullzero"`
	Subject   string            // id of the record, when one was reached
	Scope     string            // authority path of the record
	Outcome   Outcome
	Code      fault.Code     // when refused
	Request   string         // request id, to find the log lines
	Data      map[string]any `bun:"type:jsonb"`
}

// Event is one step in the life of a record (办理记录).
type Event struct {
	bun.BaseModel `bun:"table:event"`

	ID        ident.EventID `bun:",pk"`
	Noun      string        // "application"
	Subject   string        // id of the record
	FromState string
	Action    string
	ToState   string
	At        time.Time
	Account   ident.AccountID `bun:",nullzero"`
	Actor     string          // name at that time
	Role      access.Role
	Reason    string
	Data      map[string]any `bun:"type:jsonb"`
}

// Append writes an entry.
func Append(ctx context.Context, tx bun.IDB, e *Entry) error {
	if e.Data == nil {
		e.Data = map[string]any{}
	}
	_, err := tx.NewInsert().Model(e).Exec(ctx)
	return db.Translate(err)
}

// Every use-case writes an entry, so its text is prepared.
const (
	entryText = `INSERT INTO audit_entry (id, at, usecase, account, role, authority, token, subject, scope, outcome, code, request, data)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	entryTextPG = `INSERT INTO audit_entry (id, at, usecase, account, role, authority, token, subject, scope, outcome, code, request, data)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::jsonb)`
)

// Write is [Append] in the transaction of a use-case.
func Write(ctx context.Context, d *db.DB, tx bun.Tx, e *Entry) error {
	data := []byte("{}")
	if len(e.Data) > 0 {
		var err error
		if data, err = json.Marshal(e.Data); err != nil {
			return err
		}
	}
	text := entryText
	if d.Dialect == db.Postgres {
		text = entryTextPG
	}
	_, err := d.HotExec(ctx, tx, text, string(e.ID), e.At, e.Usecase, orNull(e.Account), string(e.Role), orNull(e.Authority), orNull(e.Token),
		e.Subject, e.Scope, string(e.Outcome), string(e.Code), e.Request, string(data))
	return db.Translate(err)
}

func orNull[S ~string](s S) any {
	if s == "" {
		return nil
	}
	return string(s)
}

// Record writes an event. The database refuses one that the step table does
// not list, as [fault.Conflict].
func Record(ctx context.Context, tx bun.IDB, e *Event) error {
	if e.Data == nil {
		e.Data = map[string]any{}
	}
	_, err := tx.NewInsert().Model(e).Exec(ctx)
	return db.Translate(err)
}

// Timeline reads the events of a record, oldest first.
func Timeline(ctx context.Context, idb bun.IDB, noun, subject string) ([]Event, error) {
	var events []Event
	err := idb.NewSelect().Model(&events).Where("noun = ? AND subject = ?", noun, subject).Order("id").Scan(ctx)
	return events, db.Translate(err)
}

// Actors reads who took a step on a record, for the four-eyes rules.
func Actors(ctx context.Context, idb bun.IDB, noun, subject string, actions ...string) ([]ident.AccountID, error) {
	var accounts []ident.AccountID
	q := idb.NewSelect().Model((*Event)(nil)).Column("account").Distinct().
		Where("noun = ? AND subject = ? AND account IS NOT NULL", noun, subject)
	if len(actions) > 0 {
		q = q.Where("action IN (?)", bun.List(actions))
	}
	return accounts, db.Translate(q.Scan(ctx, &accounts))
}

// Trail lists entries, newest first, inside a scope.
func Trail(ctx context.Context, idb bun.IDB, scope access.Scope, f Filter) ([]Entry, error) {
	q := idb.NewSelect().Model((*Entry)(nil)).Apply(db.InScope("scope", scope))
	if f.Subject != "" {
		q = q.Where("subject = ?", f.Subject)
	}
	if f.Usecase != "" {
		q = q.Where("usecase = ?", f.Usecase)
	}
	if f.Outcome != "" {
		q = q.Where("outcome = ?", f.Outcome)
	}
	if f.Page.After != "" {
		var after string
		if err := db.ReadCursor(f.Page.After, &after); err != nil {
			return nil, err
		}
		q = q.Where("id < ?", after)
	}
	var entries []Entry
	err := q.Order("id DESC").Limit(int64(f.Page.Size())).Scan(ctx, &entries)
	return entries, db.Translate(err)
}

// Filter narrows a reading of the trail.
type Filter struct {
	Subject, Usecase string
	Outcome          Outcome
	Page             db.Page
}
