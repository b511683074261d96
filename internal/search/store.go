package search

import (
	"context"

	"github.com/uptrace/bun"

	"fangxin/internal/db"
	"fangxin/internal/fault"
)

type gramRow struct {
	bun.BaseModel `bun:"table:search_gram"`

	Kind string `bun:",pk"`
	Gram string `bun:",pk"`
	ID   string `bun:",pk"`
}

type nameRow struct {
	bun.BaseModel `bun:"table:search_name"`

	Kind string `bun:",pk"`
	ID   string `bun:",pk"`
	Name string
}

// Index makes a record of a kind findable under a name, instead of any name
// it had before.
func Index(ctx context.Context, tx bun.IDB, kind, id, name string) error {
	if _, err := tx.NewDelete().Model((*gramRow)(nil)).Where("kind = ? AND id = ?", kind, id).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	normal := Normal(name)
	_, err := tx.NewInsert().Model(&nameRow{Kind: kind, ID: id, Name: normal}).
		On("CONFLICT (kind, id) DO UPDATE").Set("name = EXCLUDED.name").Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	var rows []gramRow
	for _, g := range grams(normal) {
		rows = append(rows, gramRow{Kind: kind, Gram: g, ID: id})
	}
	if rows == nil {
		return nil
	}
	_, err = tx.NewInsert().Model(&rows).Exec(ctx)
	return db.Translate(err)
}

// Find lists the ids of records whose name holds the words, newest first. A
// query of one character is refused: it would find half the province.
func Find(ctx context.Context, idb bun.IDB, kind, words string, limit int) ([]string, error) {
	normal := Normal(words)
	gs := grams(normal)
	if len(gs) == 0 {
		return nil, fault.OnField("query/name", "two_characters", "")
	}
	q := idb.NewSelect().TableExpr("search_gram AS g0").Column("g0.id").
		Where("g0.kind = ? AND g0.gram = ?", kind, gs[0])
	for _, g := range gs[1:] {
		q = q.Where("EXISTS (SELECT 1 FROM search_gram g WHERE g.kind = ? AND g.gram = ? AND g.id = g0.id)", kind, g)
	}
	if len(gs) > 1 {
		// Pairs may occur in another order; only the whole name settles it.
		q = q.Where("EXISTS (SELECT 1 FROM search_name n WHERE n.kind = ? AND n.id = g0.id AND n.name LIKE ? ESCAPE '!')",
			kind, "%"+escape(normal)+"%")
	}
	var ids []string
	err := q.OrderExpr("g0.id DESC").Limit(int64(limit)).Scan(ctx, &ids)
	return ids, db.Translate(err)
}

func escape(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		if r == '%' || r == '_' || r == '!' {
			out = append(out, '!')
		}
		out = append(out, r)
	}
	return string(out)
}
