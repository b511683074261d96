// Package street owns streets and business circles (街区、商圈): who manages one
// and which shops belong to it since when.
//
// It does not hold titles (certificate) and does not yet judge whether a
// street's shops satisfy its title.
//
// Invariants: a shop is a member at most once at a time; leaving keeps the
// past membership.
package street

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// View is a street as everybody sees it.
type View struct {
	ID        ident.StreetID `json:"id" format:"uuid"`
	Name      string         `json:"name"`
	Organiser string         `json:"organiser" doc:"Body that manages it."`
	Address   string         `json:"address"`
	Division  string         `json:"division" doc:"GB/T 2260 code of the county."`
	Version   int64          `json:"version"`
	Scope     string         `json:"-"`
}

// Member is a shop that belongs to a street now.
type Member struct {
	Premises  ident.PremisesID `json:"premises" format:"uuid"`
	Name      string           `json:"name"`
	Address   string           `json:"address"`
	JoinedOn  string           `json:"joined_on" format:"date"`
	Certified bool             `json:"certified" doc:"Holds a title that is in force today."`
}

// InCharge finds the path of the county authority for a division.
type InCharge func(ctx context.Context, idb usecase.Reader, division string) (string, error)

// Service runs the use-cases of streets.
type Service struct {
	rt       *usecase.Runtime
	inCharge InCharge
}

// New makes the service.
func New(rt *usecase.Runtime, inCharge InCharge) *Service { return &Service{rt, inCharge} }

// CreateCommand registers a street.
type CreateCommand struct {
	Name      string `json:"name" validate:"required,notblank,max=60,oneline,plain"`
	Organiser string `json:"organiser" validate:"required,notblank,max=100,oneline,plain"`
	Address   string `json:"address" validate:"required,notblank,max=120,oneline,plain"`
	Division  string `json:"division" validate:"required,county"`
}

// JoinCommand adds shops to a street.
type JoinCommand struct {
	Street   ident.StreetID     `json:"-" validate:"required,uuid7"`
	Premises []ident.PremisesID `json:"premises" validate:"required,min=1,max=500,unique,dive,uuid7"`
}

// LeaveCommand ends the membership of one shop.
type LeaveCommand struct {
	Street   ident.StreetID   `json:"-" validate:"required,uuid7"`
	Premises ident.PremisesID `json:"premises" validate:"required,uuid7"`
}

var keepers = []access.Role{access.CountyOfficer, access.CityOfficer, access.ProvinceOfficer, access.System}

const noPage = "the organiser's desk comes with street titles by application"

var (
	createDef  = usecase.Define(usecase.Def{Name: "street.create", Allow: keepers, NoPage: noPage})
	joinDef    = usecase.Define(usecase.Def{Name: "street.join", Allow: keepers, NoPage: noPage})
	leaveDef   = usecase.Define(usecase.Def{Name: "street.leave", Allow: keepers, NoPage: noPage})
	membersDef = usecase.Define(usecase.Def{Name: "street.members", Allow: access.Roles})
	getDef     = usecase.Define(usecase.Def{Name: "street.get", Allow: access.Roles, NoPage: "shown with the street's title"})
)

// Create registers a street in the caller's area.
func (s *Service) Create(ctx context.Context, cmd CreateCommand) (View, error) {
	return usecase.Do(ctx, s.rt, createDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		scope, err := s.inCharge(ctx, c.Tx, cmd.Division)
		if err != nil {
			return View{}, err
		}
		if !c.By.Scope.Contains(scope) {
			return View{}, fault.New(fault.Forbidden, "")
		}
		r := record{
			ID: ident.New[ident.StreetID](), Name: cmd.Name, Organiser: cmd.Organiser, Address: cmd.Address,
			Division: cmd.Division, Scope: scope, Version: 1, CreatedAt: c.Now, UpdatedAt: c.Now,
		}
		c.About(string(r.ID), scope)
		return r.view(), insert(ctx, c.Tx, &r)
	})
}

// Join adds shops from today on; those that are members already stay as they
// are.
func (s *Service) Join(ctx context.Context, cmd JoinCommand) (View, error) {
	return usecase.Do(ctx, s.rt, joinDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := s.managed(ctx, c, cmd.Street)
		if err != nil {
			return View{}, err
		}
		return r.view(), join(ctx, c.Tx, r.ID, cmd.Premises, calendar.DateOf(c.Now).String())
	})
}

// Leave ends a membership today.
func (s *Service) Leave(ctx context.Context, cmd LeaveCommand) (View, error) {
	return usecase.Do(ctx, s.rt, leaveDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := s.managed(ctx, c, cmd.Street)
		if err != nil {
			return View{}, err
		}
		return r.view(), leave(ctx, c.Tx, r.ID, cmd.Premises, calendar.DateOf(c.Now).String())
	})
}

func (s *Service) managed(ctx context.Context, c *usecase.Call, id ident.StreetID) (record, error) {
	r, err := get(ctx, c.Tx, id)
	if err != nil {
		return record{}, err
	}
	c.About(string(r.ID), r.Scope)
	if !c.By.Scope.Contains(r.Scope) {
		return record{}, fault.New(fault.NotFound, "")
	}
	return r, nil
}

// Get reads one street.
func (s *Service) Get(ctx context.Context, id ident.StreetID) (View, error) {
	return usecase.Read(ctx, s.rt, getDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, _ access.Principal) (View, error) {
		r, err := get(ctx, idb, id)
		return r.view(), err
	})
}

// Members lists the shops of a street today, by name.
func (s *Service) Members(ctx context.Context, id ident.StreetID) ([]Member, error) {
	return usecase.Read(ctx, s.rt, membersDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, _ access.Principal) ([]Member, error) {
		return members(ctx, idb, id, calendar.DateOf(s.rt.Now()).String())
	})
}
