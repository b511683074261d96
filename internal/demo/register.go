package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/division"
	"fangxin/internal/merchant"
	"fangxin/internal/scheme"
	"fangxin/internal/sector"
	"fangxin/internal/usecase"
)

const (
	shopScheme   = "jx-model-shop"
	pledgeScheme = "return-pledge"
)

// shownShops are the titles that the index points at, one for each answer of a
// scan, the case that was certified, those of shops that change hands, and two
// that end soon; they are among the model shops.
const shownShops = 13

// shownPledges are those that come into force on stage.
const shownPledges = 3

// batchSize is how many shops share one transaction.
const batchSize = 100

// order is one shop to be made.
type order struct {
	county string
	scheme string
	block  *block // street to which the shop belongs
}

// register makes the shops and streets that hold titles, spread over the
// cities, with all sectors.
func (s *seeder) register() error {
	s.blocks = placeBlocks()
	var orders []order
	for _, kind := range []struct {
		scheme string
		n      int
	}{{shopScheme, ModelShops - shownShops}, {pledgeScheme, PledgeShops - shownPledges}} {
		for _, v := range volumes {
			counties := division.Children(v.city)
			for i := range share(kind.n)[v.city] {
				orders = append(orders, order{counties[i%len(counties)].Code, kind.scheme, s.blockOf(v.city, kind.scheme, i)})
			}
		}
	}
	for len(orders) > 0 {
		n := min(batchSize, len(orders))
		err := usecase.Batch(usecase.System(s.ctx, "demo"), s.Runtime, func(ctx context.Context) error {
			for _, o := range orders[:n] {
				if err := s.shop(ctx, o); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		orders = orders[n:]
	}
	return s.streets()
}

// shop makes an operator with one premises and its title.
func (s *seeder) shop(ctx context.Context, o order) error {
	if o.block != nil {
		return s.blockShop(ctx, o)
	}
	sch, ok := scheme.Lookup(o.scheme, "")
	if !ok {
		return fmt.Errorf("no scheme %s", o.scheme)
	}
	code := sectorOf(s.rng)
	for !slices.Contains(sch.Sectors, string(code)) {
		code = sectorOf(s.rng)
	}
	p, err := s.premises(ctx, o.county, shopName(s.rng, code), code)
	if err != nil {
		return err
	}
	issued := calendar.DateOf(s.now).AddDays(-s.rng.IntN(500))
	cmd := s.title(sch, p, issued, sch.ValidityYears.Value)
	if sch.Code == pledgeScheme {
		ctx = s.terms(ctx, sch, &cmd)
	}
	_, err = s.Certificates.Import(ctx, cmd)
	return err
}

func (s *seeder) premises(ctx context.Context, county, name string, code sector.Code) (merchant.PremisesView, error) {
	return s.premisesWith(ctx, county, name, code, "")
}

// premisesWith makes a shop with a storefront photo. Only those that people
// are led to have one: drawing three thousand takes longer than the rest.
func (s *seeder) premisesWith(ctx context.Context, county, name string, code sector.Code, photo string) (merchant.PremisesView, error) {
	place := strings.TrimSuffix(strings.TrimSuffix(division.Path(county)[2].Name, "区"), "县")
	op, err := s.Merchants.AddOperator(ctx, merchant.AddOperatorCommand{
		USCC: uscc(s.rng, county), Name: division.Path(county)[1].Name + place + name, LegalForm: "个体工商户",
		Contact: person(s.rng), Scope: provincePath,
	})
	if err != nil {
		return merchant.PremisesView{}, err
	}
	return s.Merchants.AddPremises(ctx, merchant.AddPremisesCommand{
		Operator: op.ID, Name: name, Address: address(s.rng), Division: county, Sectors: []string{string(code)}, Phone: phone(s.rng, county), Photo: photo,
	})
}

const provincePath = "/36/"

// title is what the register holds of a shop's title, with the promises that
// the scheme asks for.
func (s *seeder) title(sch scheme.Scheme, p merchant.PremisesView, issued calendar.Date, years int) certificate.ImportCommand {
	in := certificate.IssueInput{
		Scheme: sch.Code, SchemeVersion: sch.Version, Premises: p.ID, Operator: p.Operator, Scope: p.Scope, Holder: p.Name,
		Address: p.Address, Division: p.Division, Sectors: p.Sectors, Photo: p.Photo, Phone: p.Phone, Issuer: sch.Issuer.Zh,
		Approval: sch.Approval, IssuedOn: issued, ExpiresOn: issued.AddYears(years),
		InspectedOn: issued.AddDays(-30).String(),
	}
	for _, c := range sch.Commitments {
		if c.Required && len(in.Promises.Zh) < 4 {
			in.Promises.Zh = append(in.Promises.Zh, c.Text.Zh)
			in.Promises.En = append(in.Promises.En, c.Text.En)
		}
	}
	return certificate.ImportCommand{IssueInput: in}
}

// badges makes one title for each answer that a scan can give.
func (s *seeder) badges() error {
	sch, _ := scheme.Lookup(shopScheme, "")
	system := usecase.System(s.ctx, "demo")
	province, county := s.people["province"], s.people["county"]
	for _, b := range []struct {
		status, name string
		sector       sector.Code
		years        int
		do           func(v certificate.View) error
	}{
		{"valid", "瓷韵轩陶瓷店", sector.Store, 2, nil},
		{"rectifying", "福满家常菜馆", sector.Catering, 2, func(v certificate.View) error {
			_, err := s.Certificates.OrderRectification(county, certificate.StepCommand{ID: v.ID, Reason: "价目表缺少加工前重量，限十五个工作日整改。"})
			return err
		}},
		{"suspended", "鑫达家电专卖店", sector.Store, 2, func(v certificate.View) error {
			_, err := s.Certificates.Suspend(county, certificate.StepCommand{ID: v.ID, Reason: "两次拒绝履行公示的退货承诺，正在调查。"})
			return err
		}},
		{"revoked", "旺客金银饰品店", sector.Store, 2, func(v certificate.View) error {
			_, err := s.Certificates.Revoke(province, certificate.RevokeCommand{ID: v.ID, Reason: "销售的首饰成色与标注不符，经查实。"})
			return err
		}},
		{"expired", "康民大药房", sector.Pharmacy, 0, nil},
		{"withdrawn", "云溪山居民宿", sector.Homestay, 2, nil},
	} {
		as := system
		if b.status == "withdrawn" || b.status == "valid" || b.status == "suspended" {
			as = s.people["merchant"] // its owner has to be somebody who can act
		}
		photo, err := s.shopfront(as, b.name)
		if err != nil {
			return err
		}
		p, err := s.premisesWith(as, "360102", b.name, b.sector, photo)
		if err != nil {
			return err
		}
		issued, years := calendar.DateOf(s.now).AddDays(-60), b.years
		if years == 0 {
			issued, years = calendar.DateOf(s.now).AddYears(-2).AddDays(-20), sch.ValidityYears.Value
		}
		v, err := s.Certificates.Import(system, s.title(sch, p, issued, years))
		if err != nil {
			return err
		}
		prints, err := s.badgeCodes(v.ID)
		if err != nil {
			return err
		}
		if b.status == "withdrawn" {
			if err := s.withdraw(v); err != nil {
				return err
			}
		}
		s.pass(26 * time.Hour)
		if b.do != nil {
			if err := b.do(v); err != nil {
				return err
			}
		}
		if b.status == "suspended" {
			s.suspended = v.ID
		}
		s.index.Badges = append(s.index.Badges, Badge{Status: b.status, Code: prints[0], Holder: b.name})
	}
	s.index.Badges = append(s.index.Badges, Badge{Status: "unknown", Code: "0000000000000000", Holder: "—"})
	return nil
}
