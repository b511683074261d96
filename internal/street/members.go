package street

import (
	"context"
	"strconv"
	"strings"

	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// JoinCommand adds shops to a street.
type JoinCommand struct {
	Street   ident.StreetID     `json:"-" validate:"required,uuid7"`
	Premises []ident.PremisesID `json:"premises" validate:"required,min=1,max=500,unique,dive,uuid7"`
	Source   Source             `json:"source,omitempty" validate:"omitempty,oneof=register list map" doc:"register when left out."`
}

// LeaveCommand ends the membership of one shop.
type LeaveCommand struct {
	Street   ident.StreetID   `json:"-" validate:"required,uuid7"`
	Premises ident.PremisesID `json:"premises" validate:"required,uuid7"`
	Reason   string           `json:"reason,omitempty" validate:"max=200,plain"`
}

// EligibleCommand says whether a member counts for the shares. Who does not
// has a reason: a bank counter or a vacant shop, say.
type EligibleCommand struct {
	Street   ident.StreetID   `json:"-" validate:"required,uuid7"`
	Premises ident.PremisesID `json:"premises,omitempty" validate:"required_without=Outsider,omitempty,uuid7" doc:"A registered shop."`
	Outsider ident.OutsiderID `json:"outsider,omitempty" validate:"omitempty,uuid7" doc:"Or one that the register does not know."`
	Eligible bool             `json:"eligible"`
	Reason   string           `json:"reason" validate:"required_if=Eligible false,max=200,plain"`
}

// OutsiderCommand lists a shop that the register does not know. It counts
// among the eligible ones and takes part in nothing.
type OutsiderCommand struct {
	Street  ident.StreetID `json:"-" validate:"required,uuid7"`
	Name    string         `json:"name" validate:"required,notblank,max=60,oneline,plain"`
	Address string         `json:"address" validate:"max=120,oneline,plain"`
	Returns bool           `json:"returns" doc:"Sells what can be taken back."`
}

// GoneCommand takes such a shop off the list: it closed, or was registered.
type GoneCommand struct {
	Street   ident.StreetID   `json:"-" validate:"required,uuid7"`
	Outsider ident.OutsiderID `json:"outsider" validate:"required,uuid7"`
}

var (
	joinDef     = usecase.Define(usecase.Def{Name: "street.join", Allow: organisers})
	leaveDef    = usecase.Define(usecase.Def{Name: "street.leave", Allow: organisers})
	eligibleDef = usecase.Define(usecase.Def{Name: "street.set_eligible", Allow: organisers})
	outsiderDef = usecase.Define(usecase.Def{Name: "street.add_outsider", Allow: organisers})
	goneDef     = usecase.Define(usecase.Def{Name: "street.remove_outsider", Allow: organisers})
)

// Join adds shops of the street's county from today on; those that are members
// already stay as they are.
func (s *Service) Join(ctx context.Context, cmd JoinCommand) (View, error) {
	return usecase.Do(ctx, s.rt, joinDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := s.managed(ctx, c, cmd.Street)
		if err != nil {
			return View{}, err
		}
		return r.view(), s.join(ctx, c, r, cmd.Premises, cmd.Source)
	})
}

func (s *Service) join(ctx context.Context, c *usecase.Call, r record, shops []ident.PremisesID, source Source) error {
	if source == "" {
		source = FromRegister
	}
	if err := joinable(ctx, c.Tx, r, shops); err != nil {
		return err
	}
	n, err := join(ctx, c.Tx, r.ID, shops, source, calendar.DateOf(c.Now).String())
	if err != nil || n == 0 {
		return err
	}
	c.Note("joined", n)
	e := event{Kind: "joined", Note: strconv.Itoa(n)}
	if len(shops) == 1 {
		if e.Name, err = nameOf(ctx, c.Tx, shops[0]); err != nil {
			return err
		}
		e.Premises, e.Note = shops[0], ""
	}
	return s.judged(ctx, c, r, e)
}

// Leave ends a membership today.
func (s *Service) Leave(ctx context.Context, cmd LeaveCommand) (View, error) {
	return usecase.Do(ctx, s.rt, leaveDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := s.managed(ctx, c, cmd.Street)
		if err != nil {
			return View{}, err
		}
		name, err := nameOf(ctx, c.Tx, cmd.Premises)
		if err != nil {
			return View{}, err
		}
		if err := leave(ctx, c.Tx, r.ID, cmd.Premises, calendar.DateOf(c.Now).String(), strings.TrimSpace(cmd.Reason)); err != nil {
			return View{}, err
		}
		return r.view(), s.judged(ctx, c, r, event{Kind: "left", Premises: cmd.Premises, Name: name, Note: strings.TrimSpace(cmd.Reason)})
	})
}

// SetEligible says whether a shop counts for the shares.
func (s *Service) SetEligible(ctx context.Context, cmd EligibleCommand) (View, error) {
	return usecase.Do(ctx, s.rt, eligibleDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := s.managed(ctx, c, cmd.Street)
		if err != nil {
			return View{}, err
		}
		e := event{Kind: "eligible", Premises: cmd.Premises, Note: strings.TrimSpace(cmd.Reason)}
		if !cmd.Eligible {
			e.Kind = "ineligible"
			if e.Note == "" {
				return View{}, fault.OnField("/reason", "required", "")
			}
		} else {
			e.Note = ""
		}
		if cmd.Premises != "" {
			if e.Name, err = nameOf(ctx, c.Tx, cmd.Premises); err != nil {
				return View{}, err
			}
			err = setEligible(ctx, c.Tx, r.ID, cmd.Premises, cmd.Eligible, e.Note)
		} else {
			e.Name, err = setOutsiderEligible(ctx, c.Tx, r.ID, cmd.Outsider, cmd.Eligible, e.Note)
		}
		if err != nil {
			return View{}, err
		}
		return r.view(), s.judged(ctx, c, r, e)
	})
}

// AddOutsider lists a shop that the register does not know.
func (s *Service) AddOutsider(ctx context.Context, cmd OutsiderCommand) (View, error) {
	return usecase.Do(ctx, s.rt, outsiderDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := s.managed(ctx, c, cmd.Street)
		if err != nil {
			return View{}, err
		}
		err = s.addOutsiders(ctx, c, r, []outsiderRow{{Name: cmd.Name, Address: cmd.Address, Returns: cmd.Returns}})
		if fault.Is(err, fault.Duplicate) {
			return View{}, &fault.Fault{Code: fault.Duplicate, Detail: "outsider_known", Fields: []fault.Field{{Pointer: "/name", Rule: "registered"}}}
		}
		return r.view(), err
	})
}

func (s *Service) addOutsiders(ctx context.Context, c *usecase.Call, r record, rows []outsiderRow) error {
	for i := range rows {
		o := &rows[i]
		o.ID, o.Street, o.Eligible, o.ListedOn, o.CreatedAt = ident.New[ident.OutsiderID](), r.ID, true, calendar.DateOf(c.Now).String(), c.Now
		o.Name, o.Address = strings.TrimSpace(o.Name), strings.TrimSpace(o.Address)
	}
	if err := insertOutsiders(ctx, c.Tx, rows); err != nil {
		return err
	}
	e := event{Kind: "outsider", Note: strconv.Itoa(len(rows))}
	if len(rows) == 1 {
		e.Name, e.Note = rows[0].Name, ""
	}
	return s.judged(ctx, c, r, e)
}

// RemoveOutsider takes such a shop off the list.
func (s *Service) RemoveOutsider(ctx context.Context, cmd GoneCommand) (View, error) {
	return usecase.Do(ctx, s.rt, goneDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := s.managed(ctx, c, cmd.Street)
		if err != nil {
			return View{}, err
		}
		name, err := removeOutsider(ctx, c.Tx, r.ID, cmd.Outsider, calendar.DateOf(c.Now).String())
		if err != nil {
			return View{}, err
		}
		return r.view(), s.judged(ctx, c, r, event{Kind: "outsider_gone", Name: name})
	})
}
