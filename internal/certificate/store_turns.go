package certificate

import (
	"context"

	"github.com/uptrace/bun"

	"fangxin/internal/calendar"
	"fangxin/internal/db"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/quorum"
)

type turnRow struct {
	bun.BaseModel `bun:"table:certificate_turn,alias:t"`

	Certificate ident.CertificateID `bun:",pk"`
	N           int64               `bun:",pk"`
	Standing    quorum.Standing
	FromOn      calendar.Date
	UntilOn     string
	LapsesOn    string
	Points      []quorum.Point `bun:"type:jsonb"`
}

// withTurns adds the stretches of street titles; for shops it asks nothing.
func withTurns(ctx context.Context, idb bun.IDB, rows []record) error {
	at := map[ident.CertificateID]int{}
	var ids []ident.CertificateID
	for i, r := range rows {
		if r.Street != "" {
			at[r.ID] = i
			ids = append(ids, r.ID)
		}
	}
	if ids == nil {
		return nil
	}
	var found []turnRow
	if err := idb.NewSelect().Model(&found).Where("t.certificate IN (?)", bun.List(ids)).Order("t.certificate", "t.n").Scan(ctx); err != nil {
		return db.Translate(err)
	}
	for _, f := range found {
		t := quorum.Turn{Standing: f.Standing, From: f.FromOn, Points: f.Points}
		for text, day := range map[string]*calendar.Date{f.UntilOn: &t.Until, f.LapsesOn: &t.LapsesOn} {
			if text == "" {
				continue
			}
			d, err := calendar.ParseDate(text)
			if err != nil {
				return err
			}
			*day = d
		}
		// A risk that runs its whole time ends on the day of the lapse.
		if f.UntilOn == f.LapsesOn {
			t.Until = t.LapsesOn
		}
		r := &rows[at[f.Certificate]]
		r.Turns = append(r.Turns, t)
	}
	return nil
}

func turned(ctx context.Context, idb bun.IDB, r record, err error) (record, error) {
	if err != nil {
		return r, db.Translate(err)
	}
	rows := []record{r}
	err = withTurns(ctx, idb, rows)
	return rows[0], err
}

func keepTurns(ctx context.Context, tx bun.IDB, id ident.CertificateID, turns []quorum.Turn) error {
	if _, err := tx.NewDelete().Model((*turnRow)(nil)).Where("certificate = ?", id).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	if len(turns) == 0 {
		return nil
	}
	rows := make([]turnRow, len(turns))
	for i, t := range turns {
		rows[i] = turnRow{Certificate: id, N: int64(i), Standing: t.Standing, FromOn: t.From, Points: t.Points}
		if rows[i].Points == nil {
			rows[i].Points = []quorum.Point{}
		}
		if !t.Until.IsZero() {
			rows[i].UntilOn = t.Until.String()
		}
		if !t.LapsesOn.IsZero() {
			rows[i].LapsesOn = t.LapsesOn.String()
		}
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return db.Translate(err)
}

var standingStates = bun.List([]lifecycle.State{lifecycle.Active, lifecycle.Rectifying})

// turnOn is a condition: a stretch of a standing covers a day.
const turnOn = `EXISTS (SELECT 1 FROM certificate_turn t WHERE t.certificate = c.id AND t.standing = ? AND t.from_on <= ? AND (t.until_on = '' OR t.until_on > ?))`

// ofStreet lists the titles of a street that were not taken away, given up or
// replaced, the oldest first.
// heldBy reads the titles of a shop or a street that nobody took away.
func heldBy(ctx context.Context, idb bun.IDB, shop ident.PremisesID, street ident.StreetID) ([]record, error) {
	if street != "" {
		return ofStreet(ctx, idb, street)
	}
	var rows []record
	err := idb.NewSelect().Model(&rows).Where("c.premises = ? AND c.state IN (?)", shop,
		bun.List([]lifecycle.State{lifecycle.Active, lifecycle.Rectifying, lifecycle.Suspended})).Order("c.id").Scan(ctx)
	return rows, db.Translate(err)
}

func ofStreet(ctx context.Context, idb bun.IDB, street ident.StreetID) ([]record, error) {
	var rows []record
	err := idb.NewSelect().Model(&rows).Where("c.street = ? AND c.state IN (?)", street,
		bun.List([]lifecycle.State{lifecycle.Active, lifecycle.Rectifying, lifecycle.Suspended})).Order("c.id").Scan(ctx)
	if err != nil {
		return nil, db.Translate(err)
	}
	return rows, withTurns(ctx, idb, rows)
}

func shopTitles(ctx context.Context, idb bun.IDB, shops []ident.PremisesID) (map[ident.PremisesID][]ShopTitle, error) {
	out := map[ident.PremisesID][]ShopTitle{}
	for len(shops) > 0 {
		n := min(500, len(shops))
		var rows []record
		err := idb.NewSelect().Model(&rows).Where("c.premises IN (?) AND c.state IN (?)", bun.List(shops[:n]), standingStates).
			Order("c.premises", "c.expires_on DESC", "c.id").Scan(ctx)
		if err != nil {
			return nil, db.Translate(err)
		}
		for _, r := range rows {
			out[r.Premises] = append(out[r.Premises], ShopTitle{r.Premises, r.ID, r.Number, r.Scheme, r.State, r.IssuedOn, r.ExpiresOn})
		}
		shops = shops[n:]
	}
	return out, nil
}
