package pledge

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
)

type drawRow struct {
	bun.BaseModel `bun:"table:pledge_draw,alias:d"`

	ID        ident.TestDrawID `bun:",pk"`
	Scope     string
	Seed      string
	Frame     int
	FrameHash string
	Picked    []ident.PledgeID `bun:"type:jsonb"`
	DueOn     string
	DrawnBy   string
	Account   ident.AccountID `bun:",nullzero"`
	CreatedAt time.Time
}

func (r drawRow) view() Draw {
	return Draw{ID: r.ID, Seed: r.Seed, Frame: r.Frame, FrameHash: r.FrameHash, Picked: r.Picked, DueOn: r.DueOn, DrawnBy: r.DrawnBy, At: r.CreatedAt}
}

func insertDraw(ctx context.Context, tx bun.IDB, r *drawRow) error {
	_, err := tx.NewInsert().Model(r).Exec(ctx)
	return db.Translate(err)
}

func draws(ctx context.Context, idb bun.IDB, by access.Principal) ([]drawRow, error) {
	var rows []drawRow
	err := idb.NewSelect().Model(&rows).Apply(db.InScope("d.scope", by.Scope)).Order("d.id DESC").Limit(50).Scan(ctx)
	return rows, db.Translate(err)
}

// testFrame lists the pledges that can be drawn, in the order of their ids.
func testFrame(ctx context.Context, idb bun.IDB, by access.Principal, cmd DrawCommand, today string) ([]record, error) {
	var rows []record
	q := ListQuery{Division: cmd.Division, Goods: cmd.Goods, Standing: Standing(lifecycle.Active)}
	err := matching(seenBy(idb.NewSelect().Model(&rows), by), q, nil, today).
		Where("NOT EXISTS (SELECT 1 FROM inspection i WHERE i.ref_noun = 'pledge' AND i.purpose = 'test_purchase' AND i.premises = p.premises AND i.state IN ('planned','assigned','on_device','submitted','sent_back'))").
		Order("p.id").Limit(20000).Scan(ctx)
	return rows, db.Translate(err)
}
