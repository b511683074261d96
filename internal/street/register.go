package street

import (
	"context"
	"strings"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/geo"
	"fangxin/internal/ident"
	"fangxin/internal/merchant"
	"fangxin/internal/usecase"
)

// CreateCommand registers a street for a managing body that has no account yet.
type CreateCommand struct {
	Name      string `json:"name" validate:"required,notblank,max=60,oneline,plain"`
	Organiser string `json:"organiser" validate:"required,notblank,max=100,oneline,plain"`
	Address   string `json:"address" validate:"required,notblank,max=120,oneline,plain"`
	Division  string `json:"division" validate:"required,county"`
}

// About is what the managing body says of its street.
type About struct {
	Name     string         `json:"name" validate:"required,notblank,max=60,oneline,plain"`
	Address  string         `json:"address" validate:"required,notblank,max=120,oneline,plain" doc:"Of the entrance or the management."`
	Phone    string         `json:"phone" validate:"omitempty,phone" doc:"Of the management, for shoppers."`
	Photo    string         `json:"photo" validate:"omitempty,len=64,hexadecimal,lowercase" doc:"Photo of the entrance, as POST /files answered."`
	Station  string         `json:"station" validate:"max=120,oneline,plain" doc:"Where the consumer rights station is; empty without one."`
	Boundary []geo.Point    `json:"boundary" validate:"max=200" doc:"Corners in degrees, east then north."`
	Datum    merchant.Datum `json:"datum" validate:"omitempty,oneof=wgs84 gcj02 cgcs2000"`
}

// RegisterCommand registers the caller's own street.
type RegisterCommand struct {
	Operator ident.OperatorID `json:"operator" validate:"required,uuid7" doc:"The managing body."`
	Division string           `json:"division" validate:"required,county"`
	About
}

// UpdateCommand changes a street. The county never changes.
type UpdateCommand struct {
	ID ident.StreetID `json:"-" validate:"required,uuid7"`
	About
}

// EntrustCommand gives a street to the body that manages it.
type EntrustCommand struct {
	ID   ident.StreetID `json:"-" validate:"required,uuid7"`
	USCC string         `json:"uscc" validate:"required,max=60,uscc" doc:"Of the managing body; it has to be registered."`
}

var (
	createDef   = usecase.Define(usecase.Def{Name: "street.create", Allow: keepers})
	registerDef = usecase.Define(usecase.Def{Name: "street.register", Allow: []access.Role{access.Organiser}})
	updateDef   = usecase.Define(usecase.Def{Name: "street.update", Allow: organisers})
	entrustDef  = usecase.Define(usecase.Def{Name: "street.entrust", Allow: keepers})
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
			ID: ident.New[ident.StreetID](), Name: strings.TrimSpace(cmd.Name), Organiser: strings.TrimSpace(cmd.Organiser), Address: strings.TrimSpace(cmd.Address),
			Division: cmd.Division, Scope: scope, Boundary: []geo.Point{}, Version: 1, CreatedAt: c.Now, UpdatedAt: c.Now,
		}
		return s.make(ctx, c, r)
	})
}

// Register registers a street of the caller's operator, with the office that
// stands for it in applications.
func (s *Service) Register(ctx context.Context, cmd RegisterCommand) (View, error) {
	return usecase.Do(ctx, s.rt, registerDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		if err := place(cmd.Boundary, cmd.Datum); err != nil {
			return View{}, err
		}
		op, err := s.src.Merchants.OperatorIn(ctx, c.Tx, cmd.Operator, c.By)
		if fault.Is(err, fault.NotFound) {
			return View{}, fault.OnField("/operator", "operator_unknown", "")
		}
		if err != nil {
			return View{}, err
		}
		r := record{ID: ident.New[ident.StreetID](), Organiser: op.Name, Operator: op.ID, Division: cmd.Division, Version: 1, CreatedAt: c.Now}
		r.fill(cmd.About)
		r.UpdatedAt = c.Now
		p, err := s.src.Merchants.AddOffice(ctx, c, r.office())
		if err != nil {
			return View{}, err
		}
		r.Office, r.Scope = p.ID, p.Scope
		return s.make(ctx, c, r)
	})
}

func (s *Service) make(ctx context.Context, c *usecase.Call, r record) (View, error) {
	c.About(string(r.ID), r.Scope)
	if err := insert(ctx, c.Tx, &r); err != nil {
		if fault.Is(err, fault.Duplicate) {
			return View{}, &fault.Fault{Code: fault.Duplicate, Detail: "street_known", Fields: []fault.Field{{Pointer: "/name", Rule: "registered"}}}
		}
		return View{}, err
	}
	return r.view(), s.judged(ctx, c, r, event{Kind: "registered"})
}

// Update changes what is said of a street. Losing the rights station bears on
// its title.
func (s *Service) Update(ctx context.Context, cmd UpdateCommand) (View, error) {
	return usecase.Do(ctx, s.rt, updateDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := s.managed(ctx, c, cmd.ID)
		if err != nil {
			return View{}, err
		}
		if err := c.Precondition(ctx, r.Version); err != nil {
			return View{}, err
		}
		if err := place(cmd.Boundary, cmd.Datum); err != nil {
			return View{}, err
		}
		had := r.Station != ""
		r.fill(cmd.About)
		r.UpdatedAt = c.Now
		if r.Office != "" {
			if err := s.src.Merchants.UpdateOffice(ctx, c, r.Office, r.office()); err != nil {
				return View{}, err
			}
		}
		if err := update(ctx, c.Tx, &r); err != nil {
			return View{}, err
		}
		kind := "changed"
		switch has := r.Station != ""; {
		case had && !has:
			kind = "station_closed"
		case has && !had:
			kind = "station_opened"
		}
		return r.view(), s.judged(ctx, c, r, event{Kind: kind})
	})
}

// Entrust gives a street that an authority registered to the body that manages
// it: from now on its organiser keeps it and may apply.
func (s *Service) Entrust(ctx context.Context, cmd EntrustCommand) (View, error) {
	return usecase.Do(ctx, s.rt, entrustDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := s.managed(ctx, c, cmd.ID)
		if err != nil {
			return View{}, err
		}
		if r.Operator != "" {
			return View{}, fault.New(fault.Conflict, "street_entrusted")
		}
		id, name, err := operatorOf(ctx, c.Tx, ident.NormalUSCC(cmd.USCC))
		if fault.Is(err, fault.NotFound) {
			return View{}, fault.OnField("/uscc", "operator_unknown", "")
		}
		if err != nil {
			return View{}, err
		}
		r.Operator, r.Organiser, r.UpdatedAt = id, name, c.Now
		p, err := s.src.Merchants.AddOffice(ctx, c.AsSystem(), r.office())
		if err != nil {
			return View{}, err
		}
		r.Office = p.ID
		if err := update(ctx, c.Tx, &r); err != nil {
			return View{}, err
		}
		if err := entrustTitles(ctx, c.Tx, r.ID, id); err != nil {
			return View{}, err
		}
		return r.view(), s.judged(ctx, c, r, event{Kind: "entrusted", Name: name})
	})
}

func (r *record) fill(a About) {
	r.Name, r.Address, r.Phone = strings.TrimSpace(a.Name), strings.TrimSpace(a.Address), ident.NormalPhone(a.Phone)
	r.Photo, r.Station, r.Boundary, r.Datum = a.Photo, strings.TrimSpace(a.Station), a.Boundary, a.Datum
	if len(r.Boundary) == 0 {
		r.Boundary, r.Datum = []geo.Point{}, ""
	}
}

func (r record) office() merchant.Office {
	o := merchant.Office{Operator: r.Operator, Name: r.Name, Address: r.Address, Division: r.Division, Phone: r.Phone, Photo: r.Photo}
	if len(r.Boundary) > 0 {
		m := geo.Middle(r.Boundary)
		o.Point = &merchant.Point{Lng: m[0], Lat: m[1], Datum: r.Datum}
	}
	return o
}
