package usecase

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/db"
	"fangxin/internal/fault"
)

// Edge is what the way in knows about a request and the use-case needs.
type Edge struct {
	RequestID string
	// IdempotencyKey makes a repeated create give the first answer again.
	IdempotencyKey string
	// Version is what the caller believes the record's version to be, from
	// If-Match or a form's hidden field; 0 when it said nothing.
	Version int64
	// NeedVersion refuses a change without a version: the API sets it.
	NeedVersion bool
}

type edgeKey struct{}

// WithEdge puts e into the context.
func WithEdge(ctx context.Context, e Edge) context.Context {
	return context.WithValue(ctx, edgeKey{}, e)
}

// EdgeOf reads what [WithEdge] put there.
func EdgeOf(ctx context.Context) Edge {
	e, _ := ctx.Value(edgeKey{}).(Edge)
	return e
}

// RequestID is the id under which the log knows the request.
func RequestID(ctx context.Context) string { return EdgeOf(ctx).RequestID }

// Precondition compares the version that the caller saw with the present one.
func (c *Call) Precondition(ctx context.Context, current int64) error {
	e := EdgeOf(ctx)
	switch {
	case e.Version == 0 && e.NeedVersion:
		return fault.New(fault.VersionRequired, "")
	case e.Version != 0 && e.Version != current:
		return fault.New(fault.StaleVersion, "")
	}
	return nil
}

// answer is a remembered reply to an Idempotency-Key.
type answer struct {
	bun.BaseModel `bun:"table:idempotency"`

	Caller  string `bun:",pk"`
	Key     string `bun:",pk"`
	Usecase string
	Digest  string
	Answer  string
	At      time.Time
}

// AnswerLifetime is how long a reply to an Idempotency-Key is kept.
const AnswerLifetime = 7 * 24 * time.Hour

func (c *Call) caller() string {
	if c.By.Account != "" {
		return string(c.By.Account)
	}
	return "public"
}

// replay fills view with the answer given before under the same key. The same
// key with another command is refused.
func (c *Call) replay(ctx context.Context, command, view any) (bool, error) {
	key := EdgeOf(ctx).IdempotencyKey
	if key == "" {
		return false, nil
	}
	var a answer
	err := c.Tx.NewSelect().Model(&a).Where("caller = ? AND key = ?", c.caller(), key).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if a.Usecase != c.def.Name || a.Digest != digest(command) {
		return false, fault.New(fault.IdempotencyMismatch, "")
	}
	return true, json.Unmarshal([]byte(a.Answer), view)
}

// remember stores the answer in the transaction that made it. When two equal
// requests race, the second one's insert is refused and it starts over as a
// replay at the caller's next try.
func (c *Call) remember(ctx context.Context, command, view any) error {
	key := EdgeOf(ctx).IdempotencyKey
	if key == "" {
		return nil
	}
	body, err := json.Marshal(view)
	if err != nil {
		return err
	}
	_, err = c.Tx.NewInsert().Model(&answer{
		Caller: c.caller(), Key: key, Usecase: c.def.Name, Digest: digest(command), Answer: string(body), At: c.Now,
	}).Exec(ctx)
	if db.IsUnique(err) {
		return fault.New(fault.InProgress, "")
	}
	return err
}

func digest(command any) string {
	b, err := json.Marshal(command)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
