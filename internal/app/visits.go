package app

import (
	"context"

	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/sector"
	"fangxin/internal/usecase"
)

// visitOfTitle tells what an inspection of a title's holder is made of: the
// sheet is the one of the scheme version that the title was awarded under.
func (s *Services) visitOfTitle(ctx context.Context, c *usecase.Call, id ident.CertificateID) (inspection.PlanInput, error) {
	d, err := s.Certificates.Dossier(ctx, c, id)
	if err != nil {
		return inspection.PlanInput{}, err
	}
	if d.Street != "" { // its office stands for a street
		v, err := s.Streets.In(ctx, c.Tx, d.Street)
		if err != nil {
			return inspection.PlanInput{}, err
		}
		d.Premises = v.Office
	}
	switch {
	case d.Premises == "":
		return inspection.PlanInput{}, fault.New(fault.IllegalStep, "visit_needs_shop")
	case d.State == lifecycle.Revoked, d.State == lifecycle.Withdrawn, d.State == lifecycle.Superseded:
		return inspection.PlanInput{}, fault.New(fault.IllegalStep, "title_ended")
	}
	plan := checklist.ModelShop // titles without a sheet of their own are looked at like shops
	if sch, ok := s.Schemes.Version(d.Scheme, d.SchemeVersion); ok && sch.Sheet != "" {
		plan = sch.Sheet
	}
	var sheet checklist.Sheet
	err = fault.New(fault.NotReady, "visit_no_sheet") // of a title without a sector
	for _, code := range d.Sectors {                  // the first that the checklist is made for
		if sheet, err = s.Modules.Sheet(ctx, c.Tx, plan, sector.Code(code)); err == nil {
			break
		}
	}
	if err != nil {
		return inspection.PlanInput{}, fault.Wrap(fault.NotReady, err, "visit_no_sheet")
	}
	return inspection.PlanInput{
		Ref: inspection.Ref{Noun: lifecycle.Certificate.Noun, ID: string(id)}, Premises: d.Premises, Operator: d.Operator,
		Holder: d.Holder, Address: d.Address, Division: d.Division, Scope: d.Scope, Sheet: sheet,
	}, nil
}

// deedsBehind lists what people did in everything that a title rests on; the
// table of four eyes keeps them from judging an appeal about it.
func (s *Services) deedsBehind(ctx context.Context, idb usecase.Reader, id ident.CertificateID, application ident.ApplicationID) ([]lifecycle.Deed, error) {
	deeds, err := s.Rectifications.Deeds(ctx, idb, id)
	if err != nil || application == "" {
		return deeds, err
	}
	more, err := s.Applications.Deeds(ctx, idb, application)
	return append(deeds, more...), err
}

// noteInspected shows on the badge when the holder of a title was inspected
// last with success, whatever the visit was for.
func (s *Services) noteInspected(ctx context.Context, c *usecase.Call, v inspection.View) error {
	if v.Ref.Noun != lifecycle.Certificate.Noun || v.Purpose == inspection.TestPurchase || !v.InForce().Passed {
		return nil
	}
	day := calendar.DateOf(c.Now)
	if v.SubmittedAt != nil {
		day = calendar.DateOf(*v.SubmittedAt)
	}
	seen := certificate.Seen{On: day, Grade: v.InForce().Grade}
	if seen.Grade != "" {
		var err error
		if seen.Order, err = s.Inspections.Grades(ctx, c.Tx, v.SheetHash); err != nil {
			return err
		}
		seen.BarYears = func(code, version string) int {
			sch, _ := s.Schemes.Version(code, version)
			return sch.DowngradeYears.Value
		}
	}
	return s.Certificates.Inspected(ctx, c, ident.CertificateID(v.Ref.ID), seen)
}

// seenBefore lists who visited the shop in everything that a title rests on.
func (s *Services) seenBefore(ctx context.Context, idb usecase.Reader, ref inspection.Ref) ([]ident.AccountID, error) {
	if ref.Noun != lifecycle.Certificate.Noun {
		return nil, nil
	}
	id := ident.CertificateID(ref.ID)
	application, err := s.Certificates.CaseOf(ctx, idb, id)
	if err != nil {
		return nil, err
	}
	deeds, err := s.deedsBehind(ctx, idb, id, application)
	var out []ident.AccountID
	for _, d := range deeds {
		if d.Noun == lifecycle.Inspection.Noun && d.Action == lifecycle.Visiting {
			out = append(out, d.By)
		}
	}
	return out, err
}
