package authority

import (
	"context"

	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

var (
	renameDef     = usecase.Define(usecase.Def{Name: "authority.rename", Allow: admins, NoPage: noPage})
	deactivateDef = usecase.Define(usecase.Def{Name: "authority.deactivate", Allow: admins, NoPage: noPage})
)

// RenameCommand gives an authority new names.
type RenameCommand struct {
	ID     ident.AuthorityID `json:"-" validate:"required,uuid7"`
	NameZh string            `json:"name_zh" validate:"required,max=60,notblank,oneline"`
	NameEn string            `json:"name_en" validate:"required,max=120,notblank,oneline"`
}

// Rename changes the names. Certificates keep the name under which they were
// issued; they store it themselves.
func (s *Service) Rename(ctx context.Context, cmd RenameCommand) (View, error) {
	return usecase.Do(ctx, s.rt, renameDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := s.mine(ctx, c, cmd.ID)
		if err != nil {
			return View{}, err
		}
		r.NameZh, r.NameEn = cmd.NameZh, cmd.NameEn
		if err := save(ctx, c.Tx, r, c.Now); err != nil {
			return View{}, err
		}
		return whole(ctx, c.Tx, r)
	})
}

// DeactivateCommand closes an authority.
type DeactivateCommand struct {
	ID ident.AuthorityID `json:"-" validate:"required,uuid7"`
	To ident.AuthorityID `json:"divisions_to,omitempty" validate:"omitempty,uuid7" doc:"The authority of the same level that takes over its divisions."`
}

// Deactivate closes an authority that has neither staff nor authorities below.
// Its divisions go to another, so that no shop is left without one in charge.
// What it handled keeps its path; officers above still see it.
func (s *Service) Deactivate(ctx context.Context, cmd DeactivateCommand) (View, error) {
	return usecase.Do(ctx, s.rt, deactivateDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := s.mine(ctx, c, cmd.ID)
		if err != nil {
			return View{}, err
		}
		if r.Level == Province || !r.Active {
			return View{}, fault.New(fault.Conflict, "authority_closed", r.NameZh)
		}
		n, err := inUse(ctx, c.Tx, r.ID)
		if err != nil {
			return View{}, err
		}
		if n > 0 {
			return View{}, fault.New(fault.Conflict, "authority_in_use", n)
		}
		if err := s.handOver(ctx, c, r, cmd.To); err != nil {
			return View{}, err
		}
		r.Active = false
		if err := save(ctx, c.Tx, r, c.Now); err != nil {
			return View{}, err
		}
		return whole(ctx, c.Tx, r)
	})
}

func (s *Service) handOver(ctx context.Context, c *usecase.Call, from *record, to ident.AuthorityID) error {
	v, err := whole(ctx, c.Tx, from)
	if err != nil || len(v.Divisions) == 0 {
		return err
	}
	if to == "" {
		return fault.OnField("/divisions_to", "required", "")
	}
	heir, err := one(ctx, c.Tx, "id", string(to))
	if err != nil {
		return err
	}
	if err := inScope(c.By, heir.Path); err != nil {
		return err
	}
	if heir.Level != from.Level || !heir.Active || heir.ID == from.ID {
		return fault.New(fault.Conflict, "authority_heir", heir.NameZh)
	}
	charges := make([]*charge, len(v.Divisions))
	for i, code := range v.Divisions {
		charges[i] = &charge{Division: code, Authority: heir.ID}
	}
	if err := releaseDivisions(ctx, c.Tx, from.ID); err != nil {
		return err
	}
	return addCharges(ctx, c.Tx, charges)
}

// mine reads an authority that the caller may change, at the version that the
// caller saw.
func (s *Service) mine(ctx context.Context, c *usecase.Call, id ident.AuthorityID) (*record, error) {
	r, err := one(ctx, c.Tx, "id", string(id))
	if err != nil {
		return nil, err
	}
	c.About(string(r.ID), r.Path)
	if err := inScope(c.By, r.Path); err != nil {
		return nil, err
	}
	return r, c.Precondition(ctx, r.Version)
}
