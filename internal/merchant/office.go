package merchant

import (
	"context"

	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/sector"
	"fangxin/internal/usecase"
)

// Office is the place that stands for a street or business circle (街区、商圈):
// it bears the street's name, and cases, visits and notices speak of it as of
// a shop. The street slice makes it and keeps it; no form of shops shows it.
type Office struct {
	Operator      ident.OperatorID // the body that manages the street
	Name, Address string
	Division      string
	Point         *Point
	Phone, Photo  string
}

var officeSectors = []string{string(sector.Street)}

// AddOffice makes the office of a street inside the caller's transaction. The
// operator has to be the caller's own.
func (s *Service) AddOffice(ctx context.Context, c *usecase.Call, o Office) (PremisesView, error) {
	scope, err := s.inCharge(ctx, c.Tx, o.Division)
	if fault.Is(err, fault.NotFound) {
		return PremisesView{}, fault.OnField("/division", "no_authority", "")
	}
	if err != nil {
		return PremisesView{}, err
	}
	owner, err := operatorForPremises(ctx, c.Tx, o.Operator, c.By)
	if err != nil {
		return PremisesView{}, err
	}
	r := premisesRecord{
		ID: ident.New[ident.PremisesID](), Operator: owner.ID, Division: o.Division, Scope: scope, Active: true,
		Version: 1, CreatedAt: c.Now, UpdatedAt: c.Now, OperatorName: owner.Name, USCC: owner.USCC,
	}
	r.fill(o.Name, o.Address, o.Point, officeSectors, o.Phone)
	if _, err := premisesAtPlace(ctx, c.Tx, owner.ID, r.PlaceKey); err == nil {
		return PremisesView{}, duplicatePremises()
	} else if !fault.Is(err, fault.NotFound) {
		return PremisesView{}, err
	}
	if err := s.showPhoto(ctx, c, &r, o.Photo); err != nil {
		return PremisesView{}, err
	}
	return premisesView(r), insertPremises(ctx, c.Tx, &r)
}

// UpdateOffice changes it with its street.
func (s *Service) UpdateOffice(ctx context.Context, c *usecase.Call, id ident.PremisesID, o Office) error {
	r, err := premisesByID(ctx, c.Tx, id, c.By)
	if err != nil {
		return err
	}
	r.fill(o.Name, o.Address, o.Point, officeSectors, o.Phone)
	r.UpdatedAt = c.Now
	if o.Photo != r.Photo {
		if err := s.showPhoto(ctx, c, &r, o.Photo); err != nil {
			return err
		}
	}
	return updatePremises(ctx, c.Tx, &r)
}
