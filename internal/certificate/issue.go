package certificate

import (
	"context"
	"fmt"

	"fangxin/internal/badge"
	"fangxin/internal/badgecode"
	"fangxin/internal/calendar"
	"fangxin/internal/db"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/search"
	"fangxin/internal/usecase"
)

// Promises are the holder's public commitments in both languages.
type Promises struct {
	Zh []string `json:"zh"`
	En []string `json:"en"`
}

// IssueInput is what a title is made of. The application slice fills it when
// the province certifies; imports fill it from the bureau's files.
type IssueInput struct {
	Scheme, SchemeVersion string
	Premises              ident.PremisesID
	Street                ident.StreetID
	Operator              ident.OperatorID
	Application           ident.ApplicationID
	Scope                 string
	Holder, Address       string
	Division              string
	Sectors               []string
	Photo, Phone          string
	Issuer, Approval      string
	IssuedOn, ExpiresOn   calendar.Date
	InspectedOn           string
	Grade                 string
	Promises              Promises
	Number                string // of an imported title; drawn when empty
	Recorded              bool   `json:"-"` // awarded before, elsewhere: a halt does not undo it
}

// Issue awards the title inside the transaction of the decision that grants
// it: the row, its first event, its number, one poster badge that is active
// at once, and what scans of it show. A second live title of the scheme for
// the same place is refused as [fault.Duplicate].
func (s *Service) Issue(ctx context.Context, c *usecase.Call, in IssueInput) (View, error) {
	_, _, abbreviation, _, _, ok := s.schemes(in.Scheme, in.SchemeVersion)
	if !ok {
		return View{}, fmt.Errorf("certificate: no scheme %s %s", in.Scheme, in.SchemeVersion)
	}
	if s.Halted != nil && !in.Recorded {
		if err := s.Halted(ctx, c.Tx, in.Scheme, in.Scope); err != nil {
			return View{}, err
		}
	}
	if err := s.replaceLapsed(ctx, c, in); err != nil {
		return View{}, err
	}
	number := in.Number
	if number == "" {
		year := in.IssuedOn.Year()
		n, err := db.Next(ctx, c.Tx, counter(abbreviation, year))
		if err != nil {
			return View{}, err
		}
		no, err := badgecode.NewCertNo("JX", abbreviation, year, int(n))
		if err != nil {
			return View{}, err
		}
		number = no.String()
	}
	r := record{
		ID: ident.New[ident.CertificateID](), Number: number, Scheme: in.Scheme, SchemeVersion: in.SchemeVersion,
		Premises: in.Premises, Street: in.Street, Operator: in.Operator, Application: in.Application,
		State: lifecycle.Certificate.Start, Version: 1, Scope: in.Scope, Holder: in.Holder, Address: in.Address,
		Division: in.Division, Sectors: in.Sectors, Photo: in.Photo, Phone: in.Phone, Issuer: in.Issuer,
		Approval: in.Approval, IssuedOn: in.IssuedOn, ExpiresOn: in.ExpiresOn, InspectedOn: in.InspectedOn,
		Grade: in.Grade, Promises: in.Promises, StateSince: c.Now, CreatedAt: c.Now, UpdatedAt: c.Now,
	}
	if r.Sectors == nil {
		r.Sectors = []string{}
	}
	if err := insert(ctx, c.Tx, &r); err != nil {
		if fault.Is(err, fault.Duplicate) {
			return View{}, fault.Wrap(fault.Duplicate, err, "title_exists")
		}
		return View{}, err
	}
	if err := search.Index(ctx, c.Tx, searchKind, string(r.ID), r.Holder); err != nil {
		return View{}, err
	}
	inner := c.AsSystem()
	if err := inner.Begin(ctx, lifecycle.Certificate, string(r.ID), r.Scope); err != nil {
		return View{}, err
	}
	if _, err := s.badges.Issue(ctx, c, r.ID, r.Scope, badge.PosterPrint, 1, lifecycle.StickerActive); err != nil {
		return View{}, err
	}
	if err := s.refresh(ctx, c, r); err != nil {
		return View{}, err
	}
	v := s.view(r, c.By, c.Now)
	for _, hook := range s.OnIssued {
		if err := hook(ctx, c, Moved{View: v, Operator: r.Operator}); err != nil {
			return View{}, err
		}
	}
	return v, nil
}

// counter names what the numbers of a title and year are drawn from.
func counter(abbreviation string, year int) string {
	return fmt.Sprintf("certificate/%s/%d", abbreviation, year)
}
