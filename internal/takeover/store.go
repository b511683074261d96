package takeover

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

type record struct {
	bun.BaseModel `bun:"table:takeover,alias:t"`

	ID        ident.TakeoverID `bun:",pk"`
	Number    string
	Premises  ident.PremisesID
	Holder    string
	Address   string
	Division  string
	Scope     string
	Giver     ident.OperatorID
	GiverName string
	Taker     ident.OperatorID
	TakerName string
	Sign      string
	Phone     string
	BeganOn   string
	Note      string
	Evidence  []string `bun:"type:jsonb"`
	State     lifecycle.State
	Version   int64
	AnswerBy  string
	Answer    string
	Finding   string
	Reason    string
	DueOn     string
	TakenOn   string
	Successor ident.PremisesID `bun:",nullzero"`
	FiledBy   ident.AccountID
	CreatedAt time.Time
	UpdatedAt time.Time
}

func (r record) subject() usecase.Subject {
	return usecase.Subject{ID: string(r.ID), State: r.State, Version: r.Version, Scope: r.Scope}
}

func insert(ctx context.Context, tx bun.IDB, r *record) error {
	_, err := tx.NewInsert().Model(r).Exec(ctx)
	return db.Translate(err)
}

// save stores what a step changed besides the state; the step has checked the
// version.
func save(ctx context.Context, tx bun.IDB, r *record) error {
	return db.One(tx.NewUpdate().Model(r).Column("answer", "finding", "reason", "due_on", "taken_on", "successor").
		Where("id = ? AND version = ?", r.ID, r.Version).Exec(ctx))
}

// seenBy lets staff see their area, and merchants what is about an operator of
// theirs, on either side.
func seenBy(q *bun.SelectQuery, by access.Principal) *bun.SelectQuery {
	if by.Staff() || by.Has(access.System) {
		return q.Apply(db.InScope("t.scope", by.Scope))
	}
	return q.Where("EXISTS (SELECT 1 FROM membership m WHERE m.account = ? AND (m.operator = t.giver OR m.operator = t.taker))", by.Account)
}

func get(ctx context.Context, idb bun.IDB, id ident.TakeoverID, by access.Principal) (record, error) {
	var r record
	err := seenBy(idb.NewSelect().Model(&r).Where("t.id = ?", id), by).Scan(ctx)
	return r, db.Translate(err)
}

var openStates = bun.List([]lifecycle.State{lifecycle.Filed, lifecycle.Consented, lifecycle.Objected, lifecycle.Checked})

func openOf(ctx context.Context, idb bun.IDB, id ident.PremisesID) (record, error) {
	var r record
	err := idb.NewSelect().Model(&r).Where("t.premises = ? AND t.state IN (?)", id, openStates).Scan(ctx)
	return r, db.Translate(err)
}

func listed(ctx context.Context, idb bun.IDB, q ListQuery, by access.Principal) ([]record, string, error) {
	var rows []record
	sel := seenBy(idb.NewSelect().Model(&rows), by)
	switch {
	case q.State != "":
		sel = sel.Where("t.state = ?", q.State)
	case by.Staff():
		sel = sel.Where("t.state IN (?)", openStates)
	}
	next, err := db.ByDue(ctx, sel, "t", q.Limit, q.After, &rows, (*record).due)
	return rows, next, err
}

// due is where a row stands in lists.
func (r *record) due() (string, ident.TakeoverID) { return r.DueOn, r.ID }
