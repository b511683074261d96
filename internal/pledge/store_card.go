package pledge

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/calendar"
	"fangxin/internal/db"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

type cardRow struct {
	bun.BaseModel `bun:"table:pledge_card"`

	ID        ident.CardID `bun:",pk"`
	Pledge    ident.PledgeID
	Premises  ident.PremisesID
	Colour    Colour
	Cause     string
	Reason    string
	Visit     ident.InspectionID `bun:",nullzero"`
	IssuedBy  ident.AccountID    `bun:",nullzero"`
	IssuedOn  calendar.Date
	DueOn     calendar.Date
	Fix       string
	Evidence  []string `bun:"type:jsonb"`
	FixedOn   calendar.Date
	Outcome   string
	ClosedBy  ident.AccountID `bun:",nullzero"`
	ClosedOn  calendar.Date
	Note      string
	CreatedAt time.Time
}

func insertCard(ctx context.Context, tx bun.IDB, r *cardRow) error {
	_, err := tx.NewInsert().Model(r).Exec(ctx)
	return db.Translate(err)
}

func openCard(ctx context.Context, idb bun.IDB, id ident.PledgeID) (cardRow, error) {
	var r cardRow
	err := idb.NewSelect().Model(&r).Where("pledge = ? AND outcome = ''", id).Scan(ctx)
	return r, db.Translate(err)
}

func saveFix(ctx context.Context, tx bun.IDB, r *cardRow) error {
	res, err := tx.NewUpdate().Model(r).Column("fix", "fixed_on", "evidence").Where("id = ? AND outcome = ''", r.ID).Exec(ctx)
	return db.One(res, err)
}

// closeCard ends the open card of a pledge, if there is one.
func closeCard(ctx context.Context, c *usecase.Call, id ident.PledgeID, outcome, note string) error {
	_, err := c.Tx.NewUpdate().Model((*cardRow)(nil)).Set("outcome = ?", outcome).Set("closed_on = ?", calendar.DateOf(c.Now)).
		Set("closed_by = ?", bun.NullZero(c.By.Account)).Set("note = ?", note).Where("pledge = ? AND outcome = ''", id).Exec(ctx)
	return db.Translate(err)
}

// cardsOf lists the cards of a shop, newest first.
func cardsOf(ctx context.Context, idb bun.IDB, id ident.PremisesID) ([]cardRow, error) {
	var rows []cardRow
	err := idb.NewSelect().Model(&rows).Where("premises = ?", id).Order("id DESC").Limit(50).Scan(ctx)
	return rows, db.Translate(err)
}

// cardsSince counts the cards that a shop got from a day on, annulled ones left
// out.
func cardsSince(ctx context.Context, idb bun.IDB, id ident.PremisesID, from calendar.Date) (int, error) {
	n, err := idb.NewSelect().Model((*cardRow)(nil)).Where("premises = ? AND issued_on >= ? AND outcome <> 'annulled'", id, from).Count(ctx)
	return int(n), db.Translate(err)
}
