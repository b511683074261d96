package module

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/db"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
)

type record struct {
	bun.BaseModel `bun:"table:checklist_module,alias:m"`

	ID          ident.ModuleID `bun:",pk"`
	Code        string
	Label       string
	State       lifecycle.State
	Version     int64
	Scope       string
	Kind        checklist.Kind
	TitleZh     string
	TitleEn     string
	Hash        string
	Body        string
	Base        ident.ModuleID `bun:",nullzero"`
	Seeded      bool
	Note        string
	Editors     []ident.AccountID `bun:"type:jsonb"`
	CreatedBy   ident.AccountID   `bun:",nullzero"`
	CreatedAt   time.Time
	PublishedAt time.Time `bun:",nullzero"`
	UpdatedAt   time.Time
}

func (r *record) module() (checklist.Module, error) {
	var m checklist.Module
	err := json.Unmarshal([]byte(r.Body), &m)
	return m, err
}

func (r *record) plan() (checklist.Composition, error) {
	var c checklist.Composition
	err := json.Unmarshal([]byte(r.Body), &c)
	return c, err
}

// content is a *checklist.Module or a *checklist.Composition.
func (r *record) content() (any, error) {
	if r.Kind == checklist.OfPlan {
		c, err := r.plan()
		return &c, err
	}
	m, err := r.module()
	return &m, err
}

// holdPlan puts a composition into the row.
func (r *record) holdPlan(p *checklist.Composition) error {
	body, hash, err := p.Marshal()
	if err != nil {
		return err
	}
	r.Code, r.Label, r.Kind, r.TitleZh, r.TitleEn, r.Body, r.Hash = p.ID, p.Version, checklist.OfPlan, p.Title.Zh, p.Title.En, string(body), hash
	return nil
}

// hold puts a module into the row.
func (r *record) hold(m *checklist.Module) error {
	body, hash, err := m.Marshal()
	if err != nil {
		return err
	}
	r.Code, r.Label, r.Kind, r.TitleZh, r.TitleEn, r.Body, r.Hash = m.ID, m.Version, m.Kind, m.Title.Zh, m.Title.En, string(body), hash
	return nil
}

func insert(ctx context.Context, tx bun.IDB, r *record) error {
	_, err := tx.NewInsert().Model(r).Exec(ctx)
	return db.Translate(err)
}

// save stores a draft that was changed, if it is still the version that was read.
func save(ctx context.Context, tx bun.IDB, r *record) error {
	res, err := tx.NewUpdate().Model(r).Column("label", "kind", "title_zh", "title_en", "hash", "body", "editors", "updated_at").
		Set("version = version + 1").Where("id = ? AND version = ? AND state = ?", r.ID, r.Version, lifecycle.ModuleDraft).Exec(ctx)
	return db.One(res, db.Translate(err))
}

// saveStep stores what belongs to a step that has already checked the version.
func saveStep(ctx context.Context, tx bun.IDB, r *record) error {
	return db.One(tx.NewUpdate().Model(r).Column("note", "editors", "published_at").Where("id = ? AND version = ?", r.ID, r.Version).Exec(ctx))
}

// seenBy lets those who author see every version, and other staff what was
// published.
func seenBy(q *bun.SelectQuery, by access.Principal) *bun.SelectQuery {
	if by.Has(access.System) {
		return q
	}
	return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("m.state IN (?, ?)", lifecycle.ModulePublished, lifecycle.ModuleRetired).
			WhereGroup(" OR ", func(q *bun.SelectQuery) *bun.SelectQuery { return q.Apply(db.InScope("m.scope", by.Scope)) })
	})
}

// get reads a version of either kind.
func get(ctx context.Context, idb bun.IDB, id ident.ModuleID, by access.Principal) (record, error) {
	var r record
	err := seenBy(idb.NewSelect().Model(&r).Where("m.id = ?", id), by).Scan(ctx)
	return r, db.Translate(err)
}

// getModule reads a version of a module, getPlan one of a composition.
func getModule(ctx context.Context, idb bun.IDB, id ident.ModuleID, by access.Principal) (record, error) {
	r, err := get(ctx, idb, id, by)
	if err == nil && r.Kind == checklist.OfPlan {
		return record{}, fault.New(fault.NotFound, "")
	}
	return r, err
}

func getPlan(ctx context.Context, idb bun.IDB, id ident.ModuleID, by access.Principal) (record, error) {
	r, err := get(ctx, idb, id, by)
	if err == nil && r.Kind != checklist.OfPlan {
		return record{}, fault.New(fault.NotFound, "")
	}
	return r, err
}

func list(ctx context.Context, idb bun.IDB, q ListQuery, plans bool, by access.Principal) ([]record, error) {
	var rows []record
	sel := seenBy(idb.NewSelect().Model(&rows).ExcludeColumn("body"), by)
	if plans {
		sel = sel.Where("m.kind = ?", checklist.OfPlan)
	} else {
		sel = sel.Where("m.kind <> ?", checklist.OfPlan)
	}
	if q.Code != "" {
		sel = sel.Where("m.code = ?", q.Code)
	}
	if q.State != "" {
		sel = sel.Where("m.state = ?", q.State)
	} else {
		sel = sel.Where("m.state <> ?", lifecycle.ModuleDiscarded)
	}
	err := sel.Order("m.code", "m.id DESC").Limit(500).Scan(ctx)
	return rows, db.Translate(err)
}

// inForce names the version of each module with which new sheets are made: the
// one published last that was not retired.
func inForce(ctx context.Context, idb bun.IDB) (map[string]ident.ModuleID, error) {
	var rows []record
	err := idb.NewSelect().Model(&rows).Column("id", "code").Where("m.state = ?", lifecycle.ModulePublished).Order("m.published_at", "m.id").Scan(ctx)
	out := map[string]ident.ModuleID{}
	for _, r := range rows {
		out[r.Code] = r.ID
	}
	return out, db.Translate(err)
}

// byIDs reads versions with their content.
func byIDs(ctx context.Context, idb bun.IDB, ids []ident.ModuleID) ([]record, error) {
	var rows []record
	if len(ids) == 0 {
		return rows, nil
	}
	err := idb.NewSelect().Model(&rows).Where("m.id IN (?)", bun.List(ids)).Scan(ctx)
	return rows, db.Translate(err)
}

// named reads versions by code and label that were once in force.
func named(ctx context.Context, idb bun.IDB, code, label string) (record, error) {
	var r record
	err := idb.NewSelect().Model(&r).Where("m.code = ? AND m.label = ?", code, label).
		Where("m.state IN (?, ?)", lifecycle.ModulePublished, lifecycle.ModuleRetired).Scan(ctx)
	return r, db.Translate(err)
}

// labels lists the labels of a module that are taken.
func labels(ctx context.Context, idb bun.IDB, code string) ([]string, error) {
	var out []string
	err := idb.NewSelect().Model((*record)(nil)).Column("label").Where("m.code = ? AND m.state <> ?", code, lifecycle.ModuleDiscarded).Scan(ctx, &out)
	return out, db.Translate(err)
}

// known lists every version ever kept without its content, those published last at
// the end.
func known(ctx context.Context, idb bun.IDB) ([]record, error) {
	var rows []record
	err := idb.NewSelect().Model(&rows).ExcludeColumn("body").Order("m.published_at", "m.id").Scan(ctx)
	return rows, db.Translate(err)
}
