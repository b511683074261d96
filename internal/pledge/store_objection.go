package pledge

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/db"
	"fangxin/internal/ident"
)

type objectionRow struct {
	bun.BaseModel `bun:"table:pledge_objection"`

	ID        ident.ObjectionID `bun:",pk"`
	Number    string
	Pledge    ident.PledgeID
	Scope     string
	Body      string
	Name      string
	Contact   string
	State     string
	Reason    string
	DecidedBy ident.AccountID `bun:",nullzero"`
	DecidedAt time.Time       `bun:",nullzero"`
	CreatedAt time.Time
}

func insertObjection(ctx context.Context, tx bun.IDB, o *objectionRow) error {
	_, err := tx.NewInsert().Model(o).Exec(ctx)
	return db.Translate(err)
}

func decideObjection(ctx context.Context, tx bun.IDB, cmd ObjectionCommand, state string, by ident.AccountID, now time.Time) error {
	res, err := tx.NewUpdate().Model((*objectionRow)(nil)).Set("state = ?", state).Set("reason = ?", cmd.Reason).
		Set("decided_by = ?", by).Set("decided_at = ?", now).Where("id = ? AND pledge = ? AND state = 'open'", cmd.Objection, cmd.ID).Exec(ctx)
	return db.One(res, err)
}

func objectionsOf(ctx context.Context, idb bun.IDB, id ident.PledgeID) ([]objectionRow, error) {
	var rows []objectionRow
	err := idb.NewSelect().Model(&rows).Where("pledge = ?", id).Order("id").Scan(ctx)
	return rows, db.Translate(err)
}
