package street

import (
	"context"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/db"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/merchant"
)

type memberRow struct {
	bun.BaseModel `bun:"table:street_member,alias:m"`

	Street   ident.StreetID   `bun:",pk"`
	Premises ident.PremisesID `bun:",pk"`
	JoinedOn string           `bun:",pk"`
	LeftOn   string
	Source   Source
	Eligible bool
	Why      string
	LeftWhy  string
}

type outsiderRow struct {
	bun.BaseModel `bun:"table:street_outsider,alias:o"`

	ID        ident.OutsiderID `bun:",pk"`
	Street    ident.StreetID
	Name      string
	Address   string
	Returns   bool
	Eligible  bool
	Why       string
	ListedOn  string
	GoneOn    string
	CreatedAt time.Time
}

// joinable refuses shops that are closed, that lie in another county, or that
// stand for a street themselves. It names the first of them by its place.
func joinable(ctx context.Context, idb bun.IDB, r record, shops []ident.PremisesID) error {
	var rows []struct {
		ID       ident.PremisesID
		Division string
		Active   bool
		Office   bool
	}
	err := idb.NewRaw(`SELECT p.id, p.division, p.active, EXISTS (SELECT 1 FROM street s WHERE s.office = p.id) AS office
		FROM premises p WHERE p.id IN (?)`, bun.List(shops)).Scan(ctx, &rows)
	if err != nil {
		return db.Translate(err)
	}
	at := map[ident.PremisesID]int{}
	for i, x := range rows {
		at[x.ID] = i
	}
	for i, id := range shops {
		pointer := "/premises/" + strconv.Itoa(i)
		k, ok := at[id]
		switch {
		case !ok, ok && rows[k].Office:
			return fault.OnField(pointer, "premises_unknown", "")
		case !rows[k].Active:
			return fault.OnField(pointer, "premises_closed", "")
		case rows[k].Division != r.Division:
			return fault.OnField(pointer, "outside_county", "")
		}
	}
	return nil
}

// join adds memberships and tells how many are new. Who left today and comes
// back today goes on as before.
func join(ctx context.Context, tx bun.IDB, id ident.StreetID, premises []ident.PremisesID, source Source, day string) (int, error) {
	var present []memberRow
	err := tx.NewSelect().Model(&present).
		Where("m.street = ? AND (m.left_on = '' OR m.joined_on = ?) AND m.premises IN (?)", id, day, bun.List(premises)).Scan(ctx)
	if err != nil {
		return 0, db.Translate(err)
	}
	known, n := map[ident.PremisesID]bool{}, 0
	for _, m := range present {
		known[m.Premises] = true
		if m.LeftOn == "" {
			continue
		}
		n++
		_, err := tx.NewUpdate().Model((*memberRow)(nil)).Set("left_on = ''").Set("left_why = ''").
			Where("m.street = ? AND m.premises = ? AND m.joined_on = ?", id, m.Premises, day).Exec(ctx)
		if err != nil {
			return 0, db.Translate(err)
		}
	}
	var rows []memberRow
	for _, p := range premises {
		if !known[p] {
			rows = append(rows, memberRow{Street: id, Premises: p, JoinedOn: day, Source: source, Eligible: true})
		}
	}
	if rows == nil {
		return n, nil
	}
	_, err = tx.NewInsert().Model(&rows).Exec(ctx)
	return n + len(rows), db.Translate(err)
}

func leave(ctx context.Context, tx bun.IDB, id ident.StreetID, premises ident.PremisesID, day, why string) error {
	res, err := tx.NewUpdate().Model((*memberRow)(nil)).Set("left_on = ?", day).Set("left_why = ?", why).
		Where("m.street = ? AND m.premises = ? AND m.left_on = ''", id, premises).Exec(ctx)
	return db.One(res, err)
}

func setEligible(ctx context.Context, tx bun.IDB, id ident.StreetID, premises ident.PremisesID, eligible bool, why string) error {
	res, err := tx.NewUpdate().Model((*memberRow)(nil)).Set("eligible = ?", eligible).Set("why = ?", why).
		Where("m.street = ? AND m.premises = ? AND m.left_on = ''", id, premises).Exec(ctx)
	return db.One(res, err)
}

func selectMembers(idb bun.IDB, id ident.StreetID) *bun.SelectQuery {
	return idb.NewSelect().TableExpr("street_member AS m").
		ColumnExpr("m.street, m.premises, m.joined_on, m.left_on, m.source, m.eligible, m.why, m.left_why, p.name, p.address, p.sectors, p.division, p.operator").
		Join("JOIN premises AS p ON p.id = m.premises").Where("m.street = ?", id)
}

type shopRow struct {
	Street   ident.StreetID
	Premises ident.PremisesID
	JoinedOn string
	LeftOn   string
	Source   Source
	Eligible bool
	Why      string
	LeftWhy  string
	Name     string
	Address  string
	Sectors  []string `bun:"type:jsonb"`
	Division string
	Operator ident.OperatorID
}

func scanShops(ctx context.Context, q *bun.SelectQuery) ([]shop, error) {
	var rows []shopRow
	if err := q.Scan(ctx, &rows); err != nil {
		return nil, db.Translate(err)
	}
	out := make([]shop, len(rows))
	for i, r := range rows {
		out[i] = shop{
			memberRow: memberRow{Street: r.Street, Premises: r.Premises, JoinedOn: r.JoinedOn, LeftOn: r.LeftOn, Source: r.Source, Eligible: r.Eligible, Why: r.Why, LeftWhy: r.LeftWhy},
			Name:      r.Name, Address: r.Address, Sectors: r.Sectors, Division: r.Division, Operator: r.Operator,
		}
	}
	return out, nil
}

func membersNow(ctx context.Context, idb bun.IDB, id ident.StreetID) ([]shop, error) {
	return scanShops(ctx, selectMembers(idb, id).Where("m.left_on = ''").Order("p.name", "p.id"))
}

func membersBefore(ctx context.Context, idb bun.IDB, id ident.StreetID, limit int) ([]shop, error) {
	return scanShops(ctx, selectMembers(idb, id).Where("m.left_on <> ''").Order("m.left_on DESC", "p.name", "p.id").Limit(int64(limit)))
}

func insertOutsiders(ctx context.Context, tx bun.IDB, rows []outsiderRow) error {
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return db.Translate(err)
}

func outsidersNow(ctx context.Context, idb bun.IDB, id ident.StreetID) ([]outsiderRow, error) {
	var rows []outsiderRow
	err := idb.NewSelect().Model(&rows).Where("o.street = ? AND o.gone_on = ''", id).Order("o.name", "o.id").Scan(ctx)
	return rows, db.Translate(err)
}

func outsider(ctx context.Context, idb bun.IDB, street ident.StreetID, id ident.OutsiderID) (outsiderRow, error) {
	var row outsiderRow
	err := idb.NewSelect().Model(&row).Where("o.id = ? AND o.street = ? AND o.gone_on = ''", id, street).Scan(ctx)
	return row, db.Translate(err)
}

func setOutsiderEligible(ctx context.Context, tx bun.IDB, street ident.StreetID, id ident.OutsiderID, eligible bool, why string) (string, error) {
	row, err := outsider(ctx, tx, street, id)
	if err != nil {
		return "", err
	}
	return row.Name, db.One(tx.NewUpdate().Model((*outsiderRow)(nil)).Set("eligible = ?", eligible).Set("why = ?", why).Where("id = ?", id).Exec(ctx))
}

func removeOutsider(ctx context.Context, tx bun.IDB, street ident.StreetID, id ident.OutsiderID, day string) (string, error) {
	row, err := outsider(ctx, tx, street, id)
	if err != nil {
		return "", err
	}
	return row.Name, db.One(tx.NewUpdate().Model((*outsiderRow)(nil)).Set("gone_on = ?", day).Where("id = ?", id).Exec(ctx))
}

// nearRow is a shop of the county with its place.
type nearRow struct {
	ID      ident.PremisesID
	Name    string
	Address string
	Lng     *float64
	Lat     *float64
	Datum   merchant.Datum
	Member  bool
	USCC    string `bun:"uscc"`
}

// county lists the open shops of a street's county, whoever registered them;
// what is read of them is public in the register. ids narrows, nil does not.
func county(ctx context.Context, idb bun.IDB, r record, ids []string, limit int) ([]nearRow, error) {
	var rows []nearRow
	q := idb.NewSelect().TableExpr("premises AS p").
		ColumnExpr("p.id, p.name, p.address, p.lng, p.lat, p.datum, op.uscc AS uscc").
		ColumnExpr("EXISTS (SELECT 1 FROM street_member m WHERE m.street = ? AND m.premises = p.id AND m.left_on = '') AS member", r.ID).
		Join("JOIN operator AS op ON op.id = p.operator").
		Where("p.division = ? AND p.active = ?", r.Division, true).
		Where("NOT EXISTS (SELECT 1 FROM street s WHERE s.office = p.id)")
	if ids != nil {
		q = q.Where("p.id IN (?)", bun.List(ids))
	}
	err := q.Order("p.name", "p.id").Limit(int64(limit)).Scan(ctx, &rows)
	return rows, db.Translate(err)
}

// openFindings counts the inspections of shops that wait for rectification.
func openFindings(ctx context.Context, idb bun.IDB, shops []ident.PremisesID) (map[ident.PremisesID]int, error) {
	out := map[ident.PremisesID]int{}
	if len(shops) == 0 {
		return out, nil
	}
	var rows []struct {
		Premises ident.PremisesID
		N        int
	}
	err := idb.NewRaw("SELECT premises, count(*) AS n FROM inspection WHERE state = 'rectification_due' AND premises IN (?) GROUP BY premises", bun.List(shops)).Scan(ctx, &rows)
	for _, r := range rows {
		out[r.Premises] = r.N
	}
	return out, db.Translate(err)
}
