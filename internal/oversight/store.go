package oversight

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
)

type haltRow struct {
	bun.BaseModel `bun:"table:halt,alias:h"`

	ID          ident.HaltID `bun:",pk"`
	Scheme      string
	Scope       string
	Area        string
	State       lifecycle.State
	Version     int64
	Reason      string
	Note        string
	ImposedBy   ident.AccountID
	ImposedName string
	ImposedAt   time.Time
	Proposer    ident.AccountID `bun:",nullzero"`
	ProposedBy  string
	Proposal    string
	LiftedBy    string
	LiftedAt    *time.Time
	UpdatedAt   time.Time
}

func insertHalt(ctx context.Context, tx bun.IDB, r *haltRow) error {
	_, err := tx.NewInsert().Model(r).Exec(ctx)
	return db.Translate(err)
}

// haltByID reads a halt that the reader's authority answers for.
func haltByID(ctx context.Context, idb bun.IDB, id ident.HaltID, by access.Principal) (haltRow, error) {
	var r haltRow
	err := idb.NewSelect().Model(&r).Where("h.id = ?", id).Apply(db.InScope("h.scope", by.Scope)).Scan(ctx)
	return r, db.Translate(err)
}

func markHalt(ctx context.Context, tx bun.IDB, r *haltRow) error {
	return db.One(tx.NewUpdate().Model(r).Column("proposer", "proposed_by", "proposal", "lifted_by", "lifted_at").
		Where("id = ? AND version = ?", r.ID, r.Version).Exec(ctx))
}

func halts(ctx context.Context, idb bun.IDB, all bool) ([]haltRow, error) {
	var rows []haltRow
	q := idb.NewSelect().Model(&rows)
	if !all {
		q = q.Where("h.state <> ?", lifecycle.Lifted)
	}
	err := q.Order("h.id DESC").Limit(200).Scan(ctx)
	return rows, db.Translate(err)
}

// haltFor finds a halt of a scheme, or of all, at one of the authorities from
// the top down to a place.
func haltFor(ctx context.Context, idb bun.IDB, scheme string, above []string) (haltRow, error) {
	var r haltRow
	err := idb.NewSelect().Model(&r).Where("h.state <> ? AND h.scheme IN (?, '') AND h.scope IN (?)", lifecycle.Lifted, scheme, bun.List(above)).
		Order("h.id").Limit(1).Scan(ctx)
	return r, db.Translate(err)
}
