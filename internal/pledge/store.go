package pledge

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/db"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

type record struct {
	bun.BaseModel `bun:"table:pledge,alias:p"`

	ID             ident.PledgeID `bun:",pk"`
	Number         string
	Scheme         string
	SchemeVersion  string
	Premises       ident.PremisesID
	Operator       ident.OperatorID
	Certificate    ident.CertificateID `bun:",nullzero"`
	Previous       ident.PledgeID      `bun:",nullzero"`
	Round          int
	State          lifecycle.State
	Version        int64
	Scope          string
	Holder         string
	Address        string
	Division       string
	Sectors        []string `bun:"type:jsonb"`
	Draft          Terms    `bun:"type:jsonb"`
	Step           string
	SignedBy       string
	SignedOn       calendar.Date
	ObjectionUntil calendar.Date
	EffectiveOn    calendar.Date
	ExpiresOn      calendar.Date
	EndedOn        calendar.Date
	Days           int
	OpenObjections int
	CardDue        calendar.Date
	Reason         string
	StateSince     time.Time
	ExcludedUntil  string
	PublishLedger  bool
	Owner          ident.AccountID `bun:",nullzero"`
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

func (r record) subject() usecase.Subject {
	return usecase.Subject{ID: string(r.ID), State: r.State, Version: r.Version, Scope: r.Scope}
}

type termsRow struct {
	bun.BaseModel `bun:"table:pledge_terms"`

	Pledge        ident.PledgeID `bun:",pk"`
	No            int            `bun:",pk"`
	EffectiveFrom calendar.Date
	Body          Terms `bun:"type:jsonb"`
	Days          int
	SignedBy      string
	Account       ident.AccountID `bun:",nullzero"`
	CreatedAt     time.Time
}

type goodsRow struct {
	bun.BaseModel `bun:"table:pledge_goods"`

	Goods  string         `bun:",pk"`
	Pledge ident.PledgeID `bun:",pk"`
}

// public are the states whose rows everybody may see.
var public = []lifecycle.State{
	lifecycle.Published, lifecycle.Held, lifecycle.Active, lifecycle.YellowCard, lifecycle.RedCard, lifecycle.Removed,
	lifecycle.Refused, lifecycle.ObjectionUpheld, lifecycle.Withdrawn, lifecycle.Superseded,
}

func insert(ctx context.Context, tx bun.IDB, r *record) error {
	_, err := tx.NewInsert().Model(r).Exec(ctx)
	return db.Translate(err)
}

// save keeps everything that a step or a change left in the record; the caller
// has compared the version already.
func save(ctx context.Context, tx bun.IDB, r *record) error {
	res, err := tx.NewUpdate().Model(r).
		Column("number", "certificate", "previous", "round", "draft", "step", "signed_by", "signed_on", "objection_until", "effective_on",
			"expires_on", "ended_on", "days", "open_objections", "card_due", "reason", "state_since", "excluded_until", "publish_ledger", "holder", "address", "sectors").
		Where("id = ? AND version = ?", r.ID, r.Version).Exec(ctx)
	return db.One(res, err)
}

// bump keeps a change that is no step: the version grows, so that a page that
// was read before is refused.
func bump(ctx context.Context, tx bun.IDB, r *record, now time.Time) error {
	res, err := tx.NewUpdate().Model((*record)(nil)).Set("version = version + 1").Set("updated_at = ?", now).
		Where("id = ? AND version = ?", r.ID, r.Version).Exec(ctx)
	if err := db.One(res, err); err != nil {
		return err
	}
	r.Version++
	return save(ctx, tx, r)
}

func seenBy(q *bun.SelectQuery, by access.Principal) *bun.SelectQuery {
	return q.Apply(db.SeenBy("p", by))
}

func seenByAll(q *bun.SelectQuery) *bun.SelectQuery {
	// A withdrawn draft never was a pledge.
	return q.Where("p.state IN (?) AND p.signed_on <> ''", bun.List(public))
}

func get(ctx context.Context, idb bun.IDB, id ident.PledgeID, by access.Principal) (record, error) {
	var r record
	err := seenBy(idb.NewSelect().Model(&r).Where("p.id = ?", id), by).Scan(ctx)
	return r, db.Translate(err)
}

func getPublic(ctx context.Context, idb bun.IDB, id ident.PledgeID) (record, error) {
	var r record
	err := seenByAll(idb.NewSelect().Model(&r).Where("p.id = ?", id)).Scan(ctx)
	return r, db.Translate(err)
}

// byCertificate finds the newest pledge behind a title, or behind the one that
// a title made way for after a change of name.
func byCertificate(ctx context.Context, idb bun.IDB, id ident.CertificateID) (record, error) {
	var r record
	err := idb.NewSelect().Model(&r).Where("p.certificate = ? OR p.id IN (SELECT n.pledge FROM pledge_name n WHERE n.certificate = ?)", id, id).
		Order("p.id DESC").Limit(1).Scan(ctx)
	return r, db.Translate(err)
}

// ofPremises lists what a shop pledged, oldest first, drafts left out.
func ofPremises(ctx context.Context, idb bun.IDB, id ident.PremisesID) ([]record, error) {
	var rows []record
	err := seenByAll(idb.NewSelect().Model(&rows).Where("p.premises = ?", id)).Order("p.id").Scan(ctx)
	return rows, db.Translate(err)
}

func termsOf(ctx context.Context, idb bun.IDB, ids ...ident.PledgeID) (map[ident.PledgeID][]Version, error) {
	out := map[ident.PledgeID][]Version{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []termsRow
	err := idb.NewSelect().Model(&rows).Where("pledge IN (?)", bun.List(ids)).Order("pledge", "no").Scan(ctx)
	for _, r := range rows {
		out[r.Pledge] = append(out[r.Pledge], Version{No: r.No, From: r.EffectiveFrom, Terms: r.Body.filled()})
	}
	return out, db.Translate(err)
}

func insertTerms(ctx context.Context, tx bun.IDB, row *termsRow) error {
	_, err := tx.NewInsert().Model(row).Exec(ctx)
	return db.Translate(err)
}

// moveFirstTerms moves the first day of terms that were never in force.
func moveFirstTerms(ctx context.Context, tx bun.IDB, id ident.PledgeID, from calendar.Date) error {
	res, err := tx.NewUpdate().Model((*termsRow)(nil)).Set("effective_from = ?", from).Where("pledge = ? AND no = 1", id).Exec(ctx)
	return db.One(res, err)
}

// setGoods keeps which goods a pledge covers.
func setGoods(ctx context.Context, tx bun.IDB, id ident.PledgeID, goods []string) error {
	if _, err := tx.NewDelete().Model((*goodsRow)(nil)).Where("pledge = ?", id).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	if len(goods) == 0 {
		return nil
	}
	rows := make([]goodsRow, len(goods))
	for i, g := range goods {
		rows[i] = goodsRow{Goods: g, Pledge: id}
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return db.Translate(err)
}

// coming finds a shop's pledge that is on its way; NotFound when there is none.
func coming(ctx context.Context, idb bun.IDB, id ident.PremisesID) (record, error) {
	var r record
	err := idb.NewSelect().Model(&r).Where("p.premises = ? AND p.state IN (?)", id,
		bun.List([]lifecycle.State{lifecycle.Draft, lifecycle.Published, lifecycle.Held})).Scan(ctx)
	return r, db.Translate(err)
}

// standing finds a shop's pledge that was in force last and not ended by
// anybody; NotFound when there is none.
func standing(ctx context.Context, idb bun.IDB, id ident.PremisesID) (record, error) {
	var r record
	err := idb.NewSelect().Model(&r).Where("p.premises = ? AND p.state IN (?)", id,
		bun.List([]lifecycle.State{lifecycle.Active, lifecycle.YellowCard, lifecycle.RedCard})).Scan(ctx)
	return r, db.Translate(err)
}

// dueRows lists published pledges whose notice is over.
func dueRows(ctx context.Context, idb bun.IDB, today string, after ident.PledgeID, limit int) ([]record, error) {
	var rows []record
	err := idb.NewSelect().Model(&rows).Where("p.state = ? AND p.effective_on <= ? AND p.effective_on <> '' AND p.open_objections = 0 AND p.id > ?", lifecycle.Published, today, after).
		Order("p.id").Limit(int64(limit)).Scan(ctx)
	return rows, db.Translate(err)
}

// awaited lists published renewals whose notice is over and whose day comes.
func awaited(ctx context.Context, idb bun.IDB, today string, limit int) ([]record, error) {
	var rows []record
	err := idb.NewSelect().Model(&rows).Where("p.state = ? AND p.objection_until < ? AND p.effective_on > ? AND p.open_objections = 0 AND p.previous IS NOT NULL AND p.certificate IS NULL",
		lifecycle.Published, today, today).Order("p.id").Limit(int64(limit)).Scan(ctx)
	return rows, db.Translate(err)
}

// turning lists pledges that got new terms on a day.
func turning(ctx context.Context, idb bun.IDB, today string) ([]ident.PledgeID, error) {
	var ids []ident.PledgeID
	err := idb.NewSelect().Model((*termsRow)(nil)).Column("pledge").Where("effective_from = ? AND no > 1", today).Scan(ctx, &ids)
	return ids, db.Translate(err)
}
