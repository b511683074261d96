package application

import (
	"context"

	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

var startDef = usecase.Define(usecase.Def{Name: "application.start", Allow: owners})

// Start begins a draft. It refuses while the operator is excluded, while
// another case for the shop and title is open, and while the shop holds the
// title.
func (s *Service) Start(ctx context.Context, cmd StartCommand) (View, error) {
	return usecase.Do(ctx, s.rt, startDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		sch, err := scheme.Newest(ctx, c.Tx, cmd.Scheme)
		if fault.Is(err, fault.NotFound) {
			return View{}, fault.OnField("/scheme", "scheme_unknown", "")
		}
		if err != nil {
			return View{}, err
		}
		shop, err := s.shops.PremisesIn(ctx, c.Tx, cmd.Premises, c.By)
		if fault.Is(err, fault.NotFound) {
			return View{}, fault.OnField("/premises", "premises_unknown", "")
		}
		if err != nil {
			return View{}, err
		}
		c.About(string(shop.ID), shop.Scope)
		if !shop.Active {
			return View{}, fault.New(fault.Conflict, "premises_closed")
		}
		if !sch.In(shop.Division) {
			return View{}, fault.OnField("/scheme", "division_not_taken", "")
		}
		sec, ok := sch.SectorFor(shop.Sectors)
		street, err := s.streetOf(ctx, c, shop.ID)
		if err != nil {
			return View{}, err
		}
		if (sch.Subject == scheme.Street) != (street != "") {
			return View{}, fault.OnField("/premises", "street_or_shop", "")
		}
		if sch.Subject == scheme.Street {
			sec, ok = "street", true
		}
		if !ok {
			return View{}, fault.OnField("/scheme", "sector_not_taken", "")
		}
		if sch.Code == scheme.ReturnPledge { // a promise is signed and published, not reviewed
			return View{}, fault.New(fault.Conflict, "pledge_instead")
		}
		if err := s.open(ctx, c, shop, sch); err != nil {
			return View{}, err
		}
		if err := scheme.Pin(ctx, c.Tx, sch, c.Now); err != nil {
			return View{}, err
		}
		ref, sheet, err := s.compose(ctx, c, sch, sec)
		if err != nil {
			return View{}, err
		}
		r := record{
			ID: ident.New[ident.ApplicationID](), Scheme: sch.Code, SchemeVersion: sch.Version, Premises: shop.ID,
			Operator: shop.Operator, Street: street, Owner: c.By.Account, Decides: sch.Decides.Role(), State: lifecycle.Application.Start, Version: 1,
			Scope: shop.Scope, StateSince: c.Now, Form: Form{}.filled(), Sheet: ref, Corrections: []Correction{},
			CreatedAt: c.Now, UpdatedAt: c.Now, PremisesName: shop.Name, Address: shop.Address, Division: shop.Division,
			Sectors: shop.Sectors, OperatorName: shop.OperatorName,
		}
		r.Score = score(sheet, r.Form)
		if err := insert(ctx, c.Tx, &r); err != nil {
			if fault.Is(err, fault.Duplicate) {
				return View{}, fault.Wrap(fault.Duplicate, err, "case_open")
			}
			return View{}, err
		}
		if err := c.Begin(ctx, lifecycle.Application, string(r.ID), r.Scope); err != nil {
			return View{}, err
		}
		return s.view(r, sch, calendar.DateOf(c.Now)), nil
	})
}

func (s *Service) streetOf(ctx context.Context, c *usecase.Call, premises ident.PremisesID) (ident.StreetID, error) {
	if s.titles.Street == nil { // no streets here
		return "", nil
	}
	return s.titles.Street(ctx, c.Tx, premises)
}
