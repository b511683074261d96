package oversight

import (
	"context"
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
)

// titleRow is what this slice reads of a title.
type titleRow struct {
	bun.BaseModel `bun:"table:certificate,alias:c"`

	ID     ident.CertificateID `bun:",pk"`
	Number string
	Holder string
	State  lifecycle.State
	Scope  string
}

// standing are the states in which a title can be taken from its holder.
var standing = []lifecycle.State{lifecycle.Active, lifecycle.Rectifying, lifecycle.Suspended}

// matching narrows titles to those that a question asks for, within the area
// of who asks.
func matching(ctx context.Context, idb bun.IDB, sel *bun.SelectQuery, q Question, by access.Principal, today string) (*bun.SelectQuery, error) {
	sel = sel.Apply(db.InScope("c.scope", by.Scope))
	if !q.Ended {
		sel = sel.Where("c.state IN (?) AND c.expires_on >= ?", bun.List(standing), today)
	}
	for _, f := range []struct{ value, where string }{
		{q.Scheme, "c.scheme = ?"}, {q.Version, "c.scheme_version = ?"}, {q.From, "c.issued_on >= ?"}, {q.To, "c.issued_on <= ?"}, {q.Approval, "c.approval = ?"},
	} {
		if f.value != "" {
			sel = sel.Where(f.where, f.value)
		}
	}
	if q.Area != "" {
		sel = sel.Apply(db.InDivision("c.division", q.Area))
	}
	if q.Inspector != "" {
		sel = sel.Where("EXISTS (SELECT 1 FROM application_inspector AS ai WHERE ai.application = c.application AND ai.account = ?)", q.Inspector)
	}
	if q.Module != "" {
		found, err := sheetsWith(ctx, idb, q.Module)
		if err != nil {
			return nil, err
		}
		sel = madeWith(sel, found)
	}
	if q.Sheet != "" {
		sel = madeWith(sel, []string{q.Sheet})
	}
	if q.Fact != "" {
		sel = stated(idb, sel, q)
	}
	return sel, nil
}

// madeWith keeps titles for which a visit with one of the sheets was made.
func madeWith(sel *bun.SelectQuery, sheets []string) *bun.SelectQuery {
	if len(sheets) == 0 {
		return sel.Where("1 = 0")
	}
	return sel.Where("EXISTS (SELECT 1 FROM inspection AS i WHERE i.application = c.application AND i.state <> 'voided' AND i.sheet IN (?))", bun.List(sheets))
}

// sheetsWith lists the sheets that contain a module: there are few, one for
// each plan, sector and version.
func sheetsWith(ctx context.Context, idb bun.IDB, module string) ([]string, error) {
	var hashes []string
	err := idb.NewRaw(`SELECT hash FROM checklist_sheet WHERE content LIKE ?`, `%"module":"`+strings.NewReplacer("%", "", "_", "", `"`, "").Replace(module)+`"%`).Scan(ctx, &hashes)
	return hashes, db.Translate(err)
}

// stated keeps titles of operators about whom an authority states something.
func stated(idb bun.IDB, sel *bun.SelectQuery, q Question) *bun.SelectQuery {
	if q.Fact == scheme.FactPenalty || q.Fact == scheme.FactIntent {
		where, args := "p.operator = c.operator AND p.decided_on >= ?", []any{q.Since}
		if q.Fact == scheme.FactIntent {
			where, args = where+" AND p.intentional = ?", append(args, true)
		}
		return sel.Where("EXISTS (SELECT 1 FROM operator_penalty AS p WHERE "+where+")", args...)
	}
	name, speaks := map[scheme.Fact]string{scheme.FactAbnormal: "abnormal", scheme.FactSerious: "serious", scheme.FactCredit: "credit_class"}[q.Fact], "= 'yes'"
	if q.Fact == scheme.FactCredit {
		speaks = "> 'A'"
	}
	value, on := "json_extract(o.facts, '$."+name+".value')", "json_extract(o.facts, '$."+name+".on')"
	if idb.Dialect().Name() == dialect.PG {
		value, on = "o.facts->'"+name+"'->>'value'", "o.facts->'"+name+"'->>'on'"
	}
	return sel.Where("EXISTS (SELECT 1 FROM operator AS o WHERE o.id = c.operator AND "+value+" "+speaks+" AND "+on+" >= ?)", q.Since)
}

func affected(ctx context.Context, idb bun.IDB, q AffectedQuery, by access.Principal, today string) ([]titleRow, string, error) {
	var rows []titleRow
	sel, err := matching(ctx, idb, idb.NewSelect().Model(&rows).Column("c.id", "c.number", "c.holder", "c.state", "c.scope"), q.Question, by, today)
	if err != nil {
		return nil, "", err
	}
	if q.After != "" {
		var after string
		if err := db.ReadCursor(q.After, &after); err != nil {
			return nil, "", err
		}
		sel = sel.Where("c.id > ?", after)
	}
	size := db.Page{Limit: q.Limit}.Size()
	if err := sel.Order("c.id").Limit(int64(size + 1)).Scan(ctx); err != nil {
		return nil, "", db.Translate(err)
	}
	if len(rows) <= size {
		return rows, "", nil
	}
	return rows[:size], db.Cursor(rows[size-1].ID), nil
}

func countAffected(ctx context.Context, idb bun.IDB, q Question, by access.Principal, today string) (int, error) {
	sel, err := matching(ctx, idb, idb.NewSelect().Model((*titleRow)(nil)), q, by, today)
	if err != nil {
		return 0, err
	}
	n, err := sel.Count(ctx)
	return int(n), db.Translate(err)
}
