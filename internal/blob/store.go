package blob

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/ident"
)

type record struct {
	bun.BaseModel `bun:"table:blob,alias:b"`

	SHA256         string `bun:"sha256,pk"`
	Kind           Kind
	Bytes          int64
	Width          int
	Height         int
	OriginalSHA256 string `bun:"original_sha256"`
	Owner          string
	CreatedAt      time.Time
}

func (r record) view() View {
	return View{SHA256: r.SHA256, Kind: r.Kind, Bytes: r.Bytes, Width: r.Width, Height: r.Height, Original: r.OriginalSHA256, CreatedAt: r.CreatedAt}
}

type use struct {
	bun.BaseModel `bun:"table:blob_use"`

	SHA256   string `bun:"sha256,pk"`
	Noun     string `bun:",pk"`
	ID       string `bun:",pk"`
	Operator ident.OperatorID
	Scope    string
	Open     bool
	At       time.Time
}

func insert(ctx context.Context, tx bun.IDB, r *record) error {
	_, err := tx.NewInsert().Model(r).On("CONFLICT DO NOTHING").Exec(ctx)
	return db.Translate(err)
}

func insertUse(ctx context.Context, tx bun.IDB, u *use) error {
	_, err := tx.NewInsert().Model(u).On("CONFLICT (sha256, noun, id) DO UPDATE").
		Set("operator = EXCLUDED.operator").Set("scope = EXCLUDED.scope").Set("open = EXCLUDED.open").Exec(ctx)
	return db.Translate(err)
}

// get reads a file that the principal may see.
func get(ctx context.Context, idb bun.IDB, sha string, by access.Principal) (record, error) {
	var r record
	q := idb.NewSelect().Model(&r).Where("b.sha256 = ?", sha)
	if !by.Has(access.System) {
		seen := idb.NewSelect().Model((*use)(nil)).ColumnExpr("1").Where("use.sha256 = b.sha256").
			WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
				q = q.Where("use.open = ?", true)
				if by.Account != "" {
					q = q.WhereOr("use.noun = 'account' AND use.id = ?", by.Account).
						WhereOr("EXISTS (SELECT 1 FROM membership m WHERE m.operator = use.operator AND m.account = ?)", by.Account)
				}
				if by.Staff() && by.Scope != "" {
					q = q.WhereOr("use.scope >= ? AND use.scope < ?", string(by.Scope), by.Scope.Upper())
				}
				return q
			})
		q = q.Where("EXISTS (?)", seen)
	}
	err := q.Scan(ctx)
	return r, db.Translate(err)
}

func listed(ctx context.Context, idb bun.IDB, shas []string) ([]record, error) {
	var rows []record
	if len(shas) == 0 {
		return nil, nil
	}
	err := idb.NewSelect().Model(&rows).Where("b.sha256 IN (?)", bun.List(shas)).Order("b.sha256").Scan(ctx)
	return rows, db.Translate(err)
}
