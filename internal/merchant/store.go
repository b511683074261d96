package merchant

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/ident"
)

type operatorRecord struct {
	bun.BaseModel `bun:"table:operator,alias:o"`

	ID           ident.OperatorID `bun:",pk"`
	USCC         string           `bun:"uscc"`
	Name         string
	LegalForm    string
	FoundedOn    string
	ContactName  string
	ContactPhone string
	Facts        Facts `bun:"type:jsonb"`
	Scope        string
	Version      int64
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

type penaltyRecord struct {
	bun.BaseModel `bun:"table:operator_penalty"`

	Operator    ident.OperatorID `bun:",pk"`
	Document    string           `bun:",pk"`
	DecidedOn   string
	Intentional bool
	Summary     string
	Source      string
	At          time.Time
}

type premisesRecord struct {
	bun.BaseModel `bun:"table:premises,alias:p"`

	ID        ident.PremisesID `bun:",pk"`
	Operator  ident.OperatorID
	Name      string
	Address   string
	PlaceKey  string
	Division  string
	Lng       *float64
	Lat       *float64
	Datum     Datum
	Sectors   []string `bun:"type:jsonb"`
	Phone     string
	Photo     string
	Scope     string
	Active    bool
	ClosedOn  string
	Successor ident.PremisesID `bun:",nullzero"`
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time

	OperatorName string `bun:",scanonly"`
	USCC         string `bun:"uscc,scanonly"`
}

type sectorRow struct {
	bun.BaseModel `bun:"table:premises_sector"`

	Premises ident.PremisesID `bun:",pk"`
	Sector   string           `bun:",pk"`
}

// operatorsSeenBy limits operators to the reader's own, or to those with a
// shop in the reader's area or imported by it.
func operatorsSeenBy(by access.Principal) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		switch {
		case by.Has(access.System) || by.Scope == access.Everything:
			return q
		case by.Staff():
			s := by.Scope
			return q.Where("(o.scope >= ? AND o.scope < ?) OR EXISTS (SELECT 1 FROM premises x WHERE x.operator = o.id AND x.scope >= ? AND x.scope < ?)",
				string(s), s.Upper(), string(s), s.Upper())
		}
		return q.Where("EXISTS (SELECT 1 FROM membership m WHERE m.operator = o.id AND m.account = ?)", by.Account)
	}
}

func premisesSeenBy(by access.Principal) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		if by.Staff() || by.Has(access.System) {
			return q.Apply(db.InScope("p.scope", by.Scope))
		}
		return q.Where("EXISTS (SELECT 1 FROM membership m WHERE m.operator = p.operator AND m.account = ?)", by.Account)
	}
}

func insertOperator(ctx context.Context, tx bun.IDB, r *operatorRecord) error {
	_, err := tx.NewInsert().Model(r).Exec(ctx)
	return db.Translate(err)
}

func operatorByUSCC(ctx context.Context, idb bun.IDB, uscc ident.USCC) (operatorRecord, error) {
	var r operatorRecord
	err := idb.NewSelect().Model(&r).Where("o.uscc = ?", string(uscc)).Scan(ctx)
	return r, db.Translate(err)
}

func operatorByID(ctx context.Context, idb bun.IDB, id ident.OperatorID, by access.Principal) (operatorRecord, error) {
	var r operatorRecord
	err := idb.NewSelect().Model(&r).Where("o.id = ?", id).Apply(operatorsSeenBy(by)).Scan(ctx)
	return r, db.Translate(err)
}

func hasMembers(ctx context.Context, idb bun.IDB, operator ident.OperatorID, account ident.AccountID) (any_, mine bool, err error) {
	var accounts []ident.AccountID
	err = idb.NewSelect().TableExpr("membership").Column("account").Where("operator = ?", operator).Scan(ctx, &accounts)
	for _, a := range accounts {
		mine = mine || a == account
	}
	return len(accounts) > 0, mine, db.Translate(err)
}

func updateOperator(ctx context.Context, tx bun.IDB, r *operatorRecord) error {
	r.Version++
	return db.One(tx.NewUpdate().Model(r).
		Column("name", "legal_form", "founded_on", "contact_name", "contact_phone", "facts", "version", "updated_at").
		Where("id = ? AND version = ?", r.ID, r.Version-1).Exec(ctx))
}

func upsertPenalties(ctx context.Context, tx bun.IDB, rows []penaltyRecord) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.NewInsert().Model(&rows).On("CONFLICT (operator, document) DO UPDATE").
		Set("decided_on = EXCLUDED.decided_on").Set("intentional = EXCLUDED.intentional").Set("summary = EXCLUDED.summary").
		Set("source = EXCLUDED.source").Set("at = EXCLUDED.at").Exec(ctx)
	return db.Translate(err)
}

func penaltiesOf(ctx context.Context, idb bun.IDB, operators []ident.OperatorID) (map[ident.OperatorID][]Penalty, error) {
	out := map[ident.OperatorID][]Penalty{}
	if len(operators) == 0 {
		return out, nil
	}
	var rows []penaltyRecord
	err := idb.NewSelect().Model(&rows).Where("operator IN (?)", bun.List(operators)).Order("decided_on DESC", "document").Scan(ctx)
	for _, r := range rows {
		out[r.Operator] = append(out[r.Operator], Penalty{r.Document, r.DecidedOn, r.Intentional, r.Summary, r.Source})
	}
	return out, db.Translate(err)
}

func insertPremises(ctx context.Context, tx bun.IDB, r *premisesRecord) error {
	if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	return setSectors(ctx, tx, r)
}

func updatePremises(ctx context.Context, tx bun.IDB, r *premisesRecord) error {
	r.Version++
	err := db.One(tx.NewUpdate().Model(r).
		Column("name", "address", "place_key", "lng", "lat", "datum", "sectors", "phone", "photo", "active", "closed_on", "successor", "version", "updated_at").
		Where("id = ? AND version = ?", r.ID, r.Version-1).Exec(ctx))
	if err != nil {
		return err
	}
	return setSectors(ctx, tx, r)
}

func setSectors(ctx context.Context, tx bun.IDB, r *premisesRecord) error {
	if _, err := tx.NewDelete().Model((*sectorRow)(nil)).Where("premises = ?", r.ID).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	rows := make([]sectorRow, len(r.Sectors))
	for i, s := range r.Sectors {
		rows[i] = sectorRow{Premises: r.ID, Sector: s}
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return db.Translate(err)
}

func selectPremises(idb bun.IDB, into any) *bun.SelectQuery {
	return idb.NewSelect().Model(into).ColumnExpr("p.*").ColumnExpr("o.name AS operator_name").ColumnExpr("o.uscc AS uscc").
		Join("JOIN operator AS o ON o.id = p.operator")
}

func premisesByID(ctx context.Context, idb bun.IDB, id ident.PremisesID, by access.Principal) (premisesRecord, error) {
	var r premisesRecord
	err := selectPremises(idb, &r).Where("p.id = ?", id).Apply(premisesSeenBy(by)).Scan(ctx)
	return r, db.Translate(err)
}

func premisesAtPlace(ctx context.Context, idb bun.IDB, operator ident.OperatorID, key string) (premisesRecord, error) {
	var r premisesRecord
	err := selectPremises(idb, &r).Where("p.operator = ? AND p.place_key = ? AND p.active = ?", operator, key, true).Scan(ctx)
	return r, db.Translate(err)
}

func listOperators(ctx context.Context, idb bun.IDB, q ListQuery, ids []string, by access.Principal) ([]operatorRecord, string, error) {
	var rows []operatorRecord
	sel := idb.NewSelect().Model(&rows).Apply(operatorsSeenBy(by))
	if ids != nil {
		sel = sel.Where("o.id IN (?)", bun.List(ids))
	}
	if q.USCC != "" {
		sel = sel.Where("o.uscc = ?", string(ident.NormalUSCC(q.USCC)))
	}
	return page(ctx, sel, "o.id", q, &rows, func(r operatorRecord) string { return string(r.ID) })
}

func listPremises(ctx context.Context, idb bun.IDB, q ListQuery, ids []string, by access.Principal) ([]premisesRecord, string, error) {
	var rows []premisesRecord
	sel := selectPremises(idb, &rows).Apply(premisesSeenBy(by))
	if ids != nil {
		sel = sel.Where("p.id IN (?)", bun.List(ids))
	}
	if q.Operator != "" {
		sel = sel.Where("p.operator = ?", q.Operator)
	}
	if q.USCC != "" {
		sel = sel.Where("o.uscc = ?", string(ident.NormalUSCC(q.USCC)))
	}
	if q.Division != "" {
		sel = sel.Apply(db.InDivision("p.division", q.Division))
	}
	if q.Sector != "" {
		sel = sel.Where("EXISTS (SELECT 1 FROM premises_sector s WHERE s.sector = ? AND s.premises = p.id)", q.Sector)
	}
	return page(ctx, sel, "p.id", q, &rows, func(r premisesRecord) string { return string(r.ID) })
}

func page[R any](ctx context.Context, sel *bun.SelectQuery, column string, q ListQuery, rows *[]R, id func(R) string) ([]R, string, error) {
	if q.After != "" {
		var after string
		if err := db.ReadCursor(q.After, &after); err != nil {
			return nil, "", err
		}
		sel = sel.Where("? < ?", bun.Ident(column), after)
	}
	size := db.Page{Limit: q.Limit}.Size()
	if err := sel.OrderExpr("? DESC", bun.Ident(column)).Limit(int64(size + 1)).Scan(ctx); err != nil {
		return nil, "", db.Translate(err)
	}
	if len(*rows) > size {
		*rows = (*rows)[:size]
		return *rows, db.Cursor(id((*rows)[size-1])), nil
	}
	return *rows, "", nil
}
