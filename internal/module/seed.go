package module

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

var seedDef = usecase.Define(usecase.Def{Name: "module.seed", Allow: []access.Role{access.System},
	NoAPI: "runs when the program starts", NoPage: "runs when the program starts"})

// shipped is what the program brings, as rows without id and time.
func (s *Service) shipped() ([]record, error) {
	lib := checklist.Shipped()
	var out []record
	add := func(hold func(r *record) error) error {
		r := record{Scope: s.root, Seeded: true, State: lifecycle.Module.Start, Version: 1, Editors: []ident.AccountID{}}
		err := hold(&r)
		out = append(out, r)
		return err
	}
	for i := range lib.Modules {
		if err := add(func(r *record) error { return r.hold(&lib.Modules[i]) }); err != nil {
			return nil, err
		}
	}
	for _, p := range lib.Plans {
		c, _ := lib.Composition(p.ID)
		if err := add(func(r *record) error { return r.holdPlan(&c) }); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// relabel is the content of a row under another label.
func (r *record) relabel(label string) error {
	v, err := r.content()
	if err != nil {
		return err
	}
	switch v := v.(type) {
	case *checklist.Composition:
		v.Version = label
		return r.holdPlan(v)
	case *checklist.Module:
		v.Version = label
		return r.hold(v)
	}
	return nil
}

// Seed keeps the shipped modules and compositions as versions. One that the
// authority has not touched takes the shipped version over; one that it has
// published itself stays, and the shipped version waits as a draft.
func (s *Service) Seed(ctx context.Context) error {
	ctx = usecase.System(ctx, "module.seed")
	rows, err := known(ctx, s.rt.DB.R)
	if err != nil {
		return err
	}
	own, kept, taken := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, r := range rows {
		kept[r.Code+" "+r.Hash] = true
		if r.State != lifecycle.ModuleDiscarded {
			taken[r.Code+" "+r.Label] = true
		}
		if r.State == lifecycle.ModulePublished {
			own[r.Code] = !r.Seeded
		}
	}
	all, err := s.shipped()
	if err != nil {
		return err
	}
	var fresh []record
	for _, r := range all {
		if kept[r.Code+" "+r.Hash] {
			continue
		}
		if taken[r.Code+" "+r.Label] {
			if err := r.relabel(r.Label + "-" + r.Hash[:8]); err != nil {
				return err
			}
		}
		if kept[r.Code+" "+r.Hash] {
			continue
		}
		fresh = append(fresh, r)
	}
	if len(fresh) == 0 {
		return nil
	}
	_, err = usecase.Do(ctx, s.rt, seedDef, struct{}{}, func(ctx context.Context, c *usecase.Call) (int, error) {
		c.About("", s.root)
		c.Note("versions", len(fresh))
		for _, r := range fresh {
			r.ID, r.CreatedAt, r.UpdatedAt = ident.New[ident.ModuleID](), c.Now, c.Now
			if !own[r.Code] {
				r.State, r.PublishedAt = lifecycle.ModulePublished, c.Now
			}
			if err := insert(ctx, c.Tx, &r); err != nil {
				return 0, err
			}
		}
		return len(fresh), nil
	})
	return err
}
