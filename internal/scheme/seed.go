package scheme

import (
	"context"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

var seedDef = usecase.Define(usecase.Def{
	Name: "edition.seed", Allow: []access.Role{access.System}, NoAPI: "runs at every start", NoPage: "runs at every start",
})

// Seed keeps the shipped schemes in the database. A title that it does not
// know yet is in force at once; a new version of a known one becomes a draft,
// which people of this province look at and publish.
func (s *Service) Seed(ctx context.Context) error {
	_, err := usecase.Do(usecase.System(ctx, "setup"), s.rt, seedDef, struct{}{}, func(ctx context.Context, c *usecase.Call) (int, error) {
		rows, err := editionRows(ctx, c.Tx, "")
		if err != nil {
			return 0, err
		}
		have, known := map[string]string{}, map[string]bool{}
		for _, r := range rows {
			have[r.Code+" "+r.Edition], known[r.Code] = r.Hash, true
		}
		added := 0
		for _, sch := range slices.SortedStableFunc(slices.Values(shipped()), func(a, b Scheme) int { return compare(a.Version, b.Version) }) {
			hash, there := have[sch.Code+" "+sch.Version]
			if there {
				if hash != sch.Hash {
					s.rt.Log.WarnContext(ctx, "a shipped scheme was edited without a new version; the stored one stays", "scheme", sch.Code, "version", sch.Version)
				}
				continue
			}
			newest, _ := Lookup(sch.Code, "")
			if err := s.plant(ctx, c, sch, !known[sch.Code] && sch.Version == newest.Version, !known[sch.Code]); err != nil {
				return 0, err
			}
			added++
		}
		c.Note("added", added)
		c.AfterCommit(s.forget)
		return added, nil
	})
	return err
}

// plant stores one shipped version; published tells that it is in force,
// past that it or a newer one is.
func (s *Service) plant(ctx context.Context, c *usecase.Call, sch Scheme, published, past bool) error {
	r := editionRow{
		ID: ident.New[ident.EditionID](), Code: sch.Code, Edition: sch.Version, State: lifecycle.Edition.Start, Version: 1,
		Body: string(sch.Content()), Hash: sch.Hash, Editors: []ident.AccountID{}, CreatedAt: c.Now, UpdatedAt: c.Now,
	}
	if err := insertEdition(ctx, c.Tx, &r); err != nil {
		return err
	}
	if err := c.Begin(ctx, lifecycle.Edition, string(r.ID), string(access.Everything)); err != nil || !past {
		return err
	}
	if err := s.step(ctx, c, &r, lifecycle.Publish, ""); err != nil {
		return err
	}
	at := c.Now
	r.PublishedAt = &at
	if !published {
		r.Reason = "由较新的版本替代"
		if err := s.step(ctx, c, &r, lifecycle.Retire, r.Reason); err != nil {
			return err
		}
	}
	return markEdition(ctx, c.Tx, &r)
}

// forget drops what this process remembers of the versions in force.
func (s *Service) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inForce = nil
}
