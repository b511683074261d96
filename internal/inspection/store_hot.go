package inspection

import (
	"context"

	"github.com/uptrace/bun"

	"fangxin/internal/db"
	"fangxin/internal/ident"
)

// What a push of answers reads and writes, with prepared statements: forty
// answers of a visit cost three.

// Texts by dialect: a parameter is ? on SQLite and $1 on PostgreSQL.
const (
	lightText   = `SELECT state, version, scope, sheet, coalesce(lead, ''), coalesce(second, '') FROM inspection WHERE id = ?`
	lightTextPG = `SELECT state, version, scope, sheet, coalesce(lead, ''), coalesce(second, '') FROM inspection WHERE id = $1 FOR UPDATE`
	linksText   = `SELECT id, item, n, digest, base, account, device FROM inspection_answer WHERE inspection = ? ORDER BY n`
	linksTextPG = `SELECT id, item, n, digest, base, account, device FROM inspection_answer WHERE inspection = $1 ORDER BY n`
)

// lockedLight reads of an inspection what answers need, and holds it as
// [locked] does.
func lockedLight(ctx context.Context, d *db.DB, tx bun.Tx, id ident.InspectionID) (record, error) {
	text := lightText
	if d.Dialect == db.Postgres {
		text = lightTextPG
	}
	r := record{ID: id}
	err := d.HotScan(ctx, tx, text, []any{string(id)}, &r.State, &r.Version, &r.Scope, &r.Sheet, &r.Lead, &r.Second)
	return r, db.Translate(err)
}

// hotLinks is [links] for a push.
func hotLinks(ctx context.Context, d *db.DB, tx bun.Tx, id ident.InspectionID) ([]link, error) {
	text := linksText
	if d.Dialect == db.Postgres {
		text = linksTextPG
	}
	rows, err := d.HotQuery(ctx, tx, text, string(id))
	if err != nil {
		return nil, db.Translate(err)
	}
	defer rows.Close()
	var out []link
	for rows.Next() {
		var l link
		if err := rows.Scan(&l.ID, &l.Item, &l.N, &l.Digest, &l.Base, &l.Account, &l.Device); err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, db.Translate(rows.Err())
}

var hotAnswerRows = &db.Rows{Table: "inspection_answer", Columns: []db.Column{
	{Name: "id"}, {Name: "inspection"}, {Name: "item"}, {Name: "n", Kind: db.Int}, {Name: "answer"}, {Name: "digest"}, {Name: "device"},
	{Name: "device_at", Kind: db.Time}, {Name: "age_ms", Kind: db.Int}, {Name: "account"}, {Name: "received_at", Kind: db.Time}, {Name: "base"},
}}

// hotAnswers is [insertAnswers] for a push: answers of one author on one visit.
func hotAnswers(ctx context.Context, d *db.DB, tx bun.Tx, rows []answerRow) error {
	values := make([]any, 0, len(rows)*len(hotAnswerRows.Columns))
	var inspection, account, device any // the same in nearly all rows: boxed once
	for i := range rows {
		r := &rows[i]
		var at, age any
		if i == 0 {
			inspection, account = string(r.Inspection), string(r.Account)
		}
		if i == 0 || r.Device != rows[i-1].Device {
			device = r.Device
		}
		if !r.DeviceAt.IsZero() {
			at = r.DeviceAt
		}
		if r.AgeMS != nil {
			age = *r.AgeMS
		}
		values = append(values, r.ID, inspection, r.Item, r.N, r.Answer, r.Digest, device, at, age, account, r.ReceivedAt, r.Base)
	}
	_, err := hotAnswerRows.Insert(ctx, d, tx, values)
	return err
}
