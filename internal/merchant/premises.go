package merchant

import (
	"context"
	"strings"

	"fangxin/internal/access"
	"fangxin/internal/blob"
	"fangxin/internal/calendar"
	"fangxin/internal/division"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/search"
	"fangxin/internal/usecase"
)

// PlaceKey folds a name and an address so that two ways of writing the same
// place are equal: width, case, spaces and punctuation, and the names of the
// province, city and county in front of the street.
func PlaceKey(name, address, county string) string {
	place := search.Normal(address)
	for _, code := range []string{county[:2] + "0000", county[:4] + "00", county} {
		if d, ok := division.Lookup(code); ok {
			place = strings.TrimPrefix(place, search.Normal(d.Name))
		}
	}
	return county + "|" + place + "|" + search.Normal(name)
}

func duplicatePremises() error {
	return &fault.Fault{Code: fault.Duplicate, Detail: "premises_known", Fields: []fault.Field{{Pointer: "/address", Rule: "registered"}}}
}

// AddPremises adds a shop; the county in charge follows from the division.
func (s *Service) AddPremises(ctx context.Context, cmd AddPremisesCommand) (PremisesView, error) {
	return usecase.Do(ctx, s.rt, addPremisesDef, cmd, func(ctx context.Context, c *usecase.Call) (PremisesView, error) {
		scope, err := s.inCharge(ctx, c.Tx, cmd.Division)
		if fault.Is(err, fault.NotFound) {
			return PremisesView{}, fault.OnField("/division", "no_authority", "")
		}
		if err != nil {
			return PremisesView{}, err
		}
		if c.By.Staff() && !c.By.Scope.Contains(scope) {
			return PremisesView{}, fault.OnField("/division", "outside_area", "")
		}
		owner, err := operatorForPremises(ctx, c.Tx, cmd.Operator, c.By)
		if err != nil {
			return PremisesView{}, err
		}
		r := premisesRecord{
			ID: ident.New[ident.PremisesID](), Operator: owner.ID, Division: cmd.Division, Scope: scope, Active: true,
			Version: 1, CreatedAt: c.Now, OperatorName: owner.Name, USCC: owner.USCC,
		}
		r.fill(cmd.Name, cmd.Address, cmd.Point, cmd.Sectors, cmd.Phone)
		r.UpdatedAt = c.Now
		c.About(string(r.ID), scope)
		if _, err := premisesAtPlace(ctx, c.Tx, owner.ID, r.PlaceKey); err == nil {
			return PremisesView{}, duplicatePremises()
		} else if !fault.Is(err, fault.NotFound) {
			return PremisesView{}, err
		}
		if err := s.showPhoto(ctx, c, &r, cmd.Photo); err != nil {
			return PremisesView{}, err
		}
		if err := insertPremises(ctx, c.Tx, &r); err != nil {
			return PremisesView{}, err
		}
		return premisesView(r), search.Index(ctx, c.Tx, searchPremises, string(r.ID), r.Name)
	})
}

// operatorForPremises finds the operator; an officer may add a shop to any
// operator, because the shop lies in the officer's area.
func operatorForPremises(ctx context.Context, idb usecase.Reader, id ident.OperatorID, by access.Principal) (operatorRecord, error) {
	if by.Staff() {
		by.Scope = access.Everything
	}
	r, err := operatorByID(ctx, idb, id, by)
	if fault.Is(err, fault.NotFound) {
		return r, fault.New(fault.NotFound, "operator_unknown")
	}
	return r, err
}

// UpdatePremises changes a shop inside its county.
func (s *Service) UpdatePremises(ctx context.Context, cmd UpdatePremisesCommand) (PremisesView, error) {
	return usecase.Do(ctx, s.rt, updatePremisesDef, cmd, func(ctx context.Context, c *usecase.Call) (PremisesView, error) {
		r, err := s.changeable(ctx, c, cmd.ID)
		if err != nil {
			return PremisesView{}, err
		}
		r.fill(cmd.Name, cmd.Address, cmd.Point, cmd.Sectors, cmd.Phone)
		r.UpdatedAt = c.Now
		if other, err := premisesAtPlace(ctx, c.Tx, r.Operator, r.PlaceKey); err == nil && other.ID != r.ID {
			return PremisesView{}, duplicatePremises()
		} else if err != nil && !fault.Is(err, fault.NotFound) {
			return PremisesView{}, err
		}
		if cmd.Photo != r.Photo {
			if err := s.showPhoto(ctx, c, &r, cmd.Photo); err != nil {
				return PremisesView{}, err
			}
		}
		if err := updatePremises(ctx, c.Tx, &r); err != nil {
			return PremisesView{}, err
		}
		return premisesView(r), search.Index(ctx, c.Tx, searchPremises, string(r.ID), r.Name)
	})
}

// ClosePremises ends a shop; its id is never given to another.
func (s *Service) ClosePremises(ctx context.Context, cmd ClosePremisesCommand) (PremisesView, error) {
	return usecase.Do(ctx, s.rt, closePremisesDef, cmd, func(ctx context.Context, c *usecase.Call) (PremisesView, error) {
		r, err := s.changeable(ctx, c, cmd.ID)
		if err != nil {
			return PremisesView{}, err
		}
		if calendar.DateOf(c.Now).String() < cmd.ClosedOn {
			return PremisesView{}, fault.OnField("/closed_on", "future_day", "")
		}
		return s.end(ctx, c, r, cmd.ClosedOn)
	})
}

// end closes a shop and lets the other slices end what belongs to it.
func (s *Service) end(ctx context.Context, c *usecase.Call, r premisesRecord, on string) (PremisesView, error) {
	r.Active, r.ClosedOn, r.UpdatedAt = false, on, c.Now
	if err := updatePremises(ctx, c.Tx, &r); err != nil {
		return PremisesView{}, err
	}
	for _, hook := range s.OnClosed {
		if err := hook(ctx, c, premisesView(r)); err != nil {
			return PremisesView{}, err
		}
	}
	c.About(string(r.ID), r.Scope) // a hook may have spoken of its own record
	return premisesView(r), nil
}

func (s *Service) changeable(ctx context.Context, c *usecase.Call, id ident.PremisesID) (premisesRecord, error) {
	r, err := premisesByID(ctx, c.Tx, id, c.By)
	if err != nil {
		return r, err
	}
	c.About(string(r.ID), r.Scope)
	if !r.Active {
		return r, fault.New(fault.Conflict, "premises_closed")
	}
	return r, c.Precondition(ctx, r.Version)
}

func (s *Service) showPhoto(ctx context.Context, c *usecase.Call, r *premisesRecord, sha string) error {
	r.Photo = sha
	if sha == "" {
		return nil
	}
	err := s.files.Use(ctx, c, blob.Use{
		SHA256: sha, Noun: "premises", ID: string(r.ID), Operator: r.Operator, Scope: r.Scope, Open: true, Kind: blob.Image,
	})
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.UnsupportedMedia) {
		return fault.OnField("/photo", "photo_unknown", "")
	}
	return err
}

func (r *premisesRecord) fill(name, address string, point *Point, sectors []string, phone string) {
	r.Name, r.Address = strings.TrimSpace(name), strings.TrimSpace(address)
	r.PlaceKey = PlaceKey(r.Name, r.Address, r.Division)
	r.Sectors, r.Phone = sectors, ident.NormalPhone(phone)
	r.Lng, r.Lat, r.Datum = nil, nil, ""
	if point != nil {
		r.Lng, r.Lat, r.Datum = &point.Lng, &point.Lat, point.Datum
	}
}

func premisesView(r premisesRecord) PremisesView {
	v := PremisesView{
		ID: r.ID, Operator: r.Operator, OperatorName: r.OperatorName, USCC: r.USCC, Name: r.Name, Address: r.Address,
		Division: r.Division, Sectors: r.Sectors, Phone: r.Phone, Photo: r.Photo, Active: r.Active, ClosedOn: r.ClosedOn, Successor: r.Successor,
		Version: r.Version, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Scope: r.Scope,
	}
	if r.Lng != nil && r.Lat != nil {
		v.Point = &Point{Lng: *r.Lng, Lat: *r.Lat, Datum: r.Datum}
	}
	return v
}
