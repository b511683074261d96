package db

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/fault"
)

// InScope narrows a query to the rows whose path column lies in the scope, as
// a range that an index on the column serves. An empty scope selects nothing.
func InScope(column string, s access.Scope) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		if s == access.Everything {
			return q
		}
		if s == "" {
			return q.Where("1 = 0")
		}
		return q.Where("? >= ? AND ? < ?", bun.Ident(column), string(s), bun.Ident(column), s.Upper())
	}
}

// InDivision narrows a query to the rows whose column holds a county under a
// GB/T 2260 code: that of a province or city stands for every county in it.
func InDivision(column, code string) func(*bun.SelectQuery) *bun.SelectQuery {
	for len(code) > 2 && code[len(code)-2:] == "00" {
		code = code[:len(code)-2]
	}
	// Digits sort alike in every collation; a town's code has twelve of them.
	last := code + strings.Repeat("9", max(0, 12-len(code)))
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("? >= ? AND ? <= ?", bun.Ident(column), code, bun.Ident(column), last)
	}
}

// One checks that a compare-and-set touched exactly one row; none means that
// somebody else was quicker and becomes [fault.StaleVersion].
func One(res sql.Result, err error) error {
	if err != nil {
		return Translate(err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.StaleVersion, "")
	}
	if n > 1 {
		return fmt.Errorf("a change meant for one row touched %d", n)
	}
	return nil
}

// Next draws the next value of a named counter, starting at 1. The row stays
// locked until the transaction ends, so the numbers of a name have no gaps
// and no doubles.
func Next(ctx context.Context, tx bun.IDB, name string) (int64, error) {
	return Take(ctx, tx, name, 1)
}

// Take draws n values of a named counter at once and gives the first.
func Take(ctx context.Context, tx bun.IDB, name string, n int64) (int64, error) {
	var last int64
	err := tx.NewRaw(`INSERT INTO counter (name, value) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET value = counter.value + ? RETURNING value`, name, n, n).Scan(ctx, &last)
	return last - n + 1, Translate(err)
}

// Raise makes sure that a named counter never again gives n or less, because
// those values came from elsewhere.
func Raise(ctx context.Context, tx bun.IDB, name string, n int64) error {
	_, err := tx.NewRaw(`INSERT INTO counter (name, value) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET value = CASE WHEN counter.value < ? THEN ? ELSE counter.value END`, name, n, n, n).Exec(ctx)
	return Translate(err)
}

// Page asks for one page of a list: at most Limit rows after the cursor.
type Page struct {
	Limit int
	After string // as given out by [Cursor]; empty for the first page
}

// Limits of a page.
const (
	DefaultLimit = 50
	MaxLimit     = 200
)

// Size is the limit to use, between 1 and [MaxLimit].
func (p Page) Size() int {
	switch {
	case p.Limit <= 0:
		return DefaultLimit
	case p.Limit > MaxLimit:
		return MaxLimit
	}
	return p.Limit
}

// Cursor packs the sort key of a page's last row into an opaque text.
func Cursor(key ...any) string {
	b, err := json.Marshal(key)
	if err != nil {
		panic(err) // keys are strings, numbers and times
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// ReadCursor unpacks a cursor into pointers; a cursor that was not made by
// [Cursor] is a fault on query/after.
func ReadCursor(cursor string, into ...any) error {
	bad := fault.OnField("query/after", "cursor", "")
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return bad
	}
	var parts []json.RawMessage
	if json.Unmarshal(b, &parts) != nil || len(parts) != len(into) {
		return bad
	}
	for i, p := range parts {
		if json.Unmarshal(p, into[i]) != nil {
			return bad
		}
	}
	return nil
}
