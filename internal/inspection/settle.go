package inspection

import (
	"context"

	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// ResolveCommand is the lead's choice between versions, made at a desk.
type ResolveCommand struct {
	ID   ident.InspectionID `json:"-" validate:"required,uuid7"`
	Item string             `json:"-" validate:"required,max=40"`
	Keep string             `json:"keep" validate:"required,uuid7" format:"uuid" doc:"Id of the entry that shall count."`
}

var resolveDef = usecase.Define(usecase.Def{Name: "inspection.resolve", Allow: lifecycle.Inspection.Roles(lifecycle.Start)})

// ResolveConflict lets one version of an item count. All of them stay.
func (s *Service) ResolveConflict(ctx context.Context, cmd ResolveCommand) (View, error) {
	return usecase.Do(ctx, s.rt, resolveDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := s.mine(ctx, c, cmd.ID)
		if err != nil {
			return View{}, err
		}
		if r.State != lifecycle.OnDevice {
			return View{}, fault.New(fault.IllegalStep, "illegal_step", string(r.State), "resolve")
		}
		c.Note("item", cmd.Item)
		return r.view(c.By), s.Resolve(ctx, c, r.ID, cmd.Item, cmd.Keep, Entry{ID: string(ident.New[ident.EventID]())})
	})
}
