package authority

import (
	"context"

	"fangxin/internal/division"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

var createDef = usecase.Define(usecase.Def{Name: "authority.create", Allow: admins, NoPage: noPage})

// CreateCommand adds an authority one level below another.
type CreateCommand struct {
	Parent    ident.AuthorityID `json:"parent" validate:"required,uuid7" doc:"The authority above."`
	Code      string            `json:"code" validate:"required,min=2,max=12,alphanum,uppercase" doc:"Digits and capital letters; it becomes part of the path and never changes."`
	NameZh    string            `json:"name_zh" validate:"required,max=60,notblank,oneline"`
	NameEn    string            `json:"name_en" validate:"required,max=120,notblank,oneline"`
	Divisions []string          `json:"divisions,omitempty" validate:"max=50,unique,dive,division" doc:"GB/T 2260 codes it is in charge of; none is taken from another authority."`
}

// Create adds an authority. Only a county is in charge of divisions of county
// level; a division that another authority has is refused as a duplicate.
func (s *Service) Create(ctx context.Context, cmd CreateCommand) (View, error) {
	return usecase.Do(ctx, s.rt, createDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		parent, err := one(ctx, c.Tx, "id", string(cmd.Parent))
		if err != nil {
			return View{}, err
		}
		if err := inScope(c.By, parent.Path); err != nil {
			return View{}, err
		}
		level, ok := below[parent.Level]
		if !ok || !parent.Active {
			return View{}, fault.New(fault.Conflict, "authority_parent", parent.NameZh)
		}
		r := fresh(ident.New[ident.AuthorityID](), cmd.Code, cmd.NameZh, cmd.NameEn, level, parent, c.Now)
		var charges []*charge
		for _, code := range cmd.Divisions {
			if d, _ := division.Lookup(code); level == County && d.Level != division.County {
				return View{}, fault.OnField("/divisions", "county", "")
			}
			charges = append(charges, &charge{Division: code, Authority: r.ID})
		}
		c.About(string(r.ID), r.Path)
		if err := insert(ctx, c.Tx, []*record{r}, charges); err != nil {
			return View{}, err
		}
		return r.view(cmd.Divisions), nil
	})
}
