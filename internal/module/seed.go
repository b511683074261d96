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

// Seed keeps the shipped modules as versions. A module that the authority has
// not touched takes the shipped version over; one that it has published itself
// stays, and the shipped version waits as a draft.
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
	var fresh []record
	for i := range checklist.Shipped().Modules {
		m := checklist.Shipped().Modules[i]
		_, hash, err := m.Marshal()
		if err != nil {
			return err
		}
		if kept[m.ID+" "+hash] {
			continue
		}
		if taken[m.ID+" "+m.Version] {
			m.Version += "-" + hash[:8]
		}
		r := record{Scope: s.root, Seeded: true, State: lifecycle.Module.Start, Version: 1, Editors: []ident.AccountID{}}
		if err := r.hold(&m); err != nil {
			return err
		}
		if kept[m.ID+" "+r.Hash] {
			continue
		}
		fresh = append(fresh, r)
	}
	if len(fresh) == 0 {
		return nil
	}
	_, err = usecase.Do(ctx, s.rt, seedDef, struct{}{}, func(ctx context.Context, c *usecase.Call) (int, error) {
		c.About("", s.root)
		c.Note("modules", len(fresh))
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
