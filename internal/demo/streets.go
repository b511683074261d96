package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/application"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/division"
	"fangxin/internal/geo"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/scheme"
	"fangxin/internal/sector"
	"fangxin/internal/street"
	"fangxin/internal/usecase"
)

const streetScheme = "jx-model-street"

// Shops of each street: those that promise returns, and those that cannot take
// goods back.
const (
	blockPledge = 24
	blockModel  = 14
)

// block is a street with its shops. Places are roughly where they are.
type block struct {
	name, city, road string
	at               geo.Point
	county           string
	shops            []ident.PremisesID
	ending           int // shops whose title ends soon
}

// blocks are the streets of the story, the model streets first; the last one
// is still on its way to a title.
var blocks = []block{
	{name: "万寿宫历史文化街区", city: "360100", road: "翠花街", at: geo.Point{115.8931, 28.6817}, ending: 3},
	{name: "绳金塔美食街", city: "360100", road: "绳金塔街", at: geo.Point{115.8866, 28.6632}},
	{name: "胜利路步行街", city: "360100", road: "胜利路", at: geo.Point{115.9253, 28.6214}, ending: 9},
	{name: "红谷滩万达商圈", city: "360100", road: "会展路", at: geo.Point{115.9624, 28.6821}},
	{name: "江南宋城街区", city: "360700", road: "宋城路", at: geo.Point{114.9352, 25.8611}},
	{name: "客家风情商圈", city: "360700", road: "客家大道", at: geo.Point{114.7654, 25.6617}},
	{name: "九江浔阳楼街区", city: "360400", road: "滨江路", at: geo.Point{115.9902, 29.6714}},
	{name: "庐山恋商圈", city: "360400", road: "庐山路", at: geo.Point{115.9961, 29.7271}},
	{name: "广丰月亮湾商圈", city: "361100", road: "月兔大道", at: geo.Point{117.9661, 28.4313}},
	{name: "庐陵老街", city: "360800", road: "庐陵路", at: geo.Point{114.9942, 27.1432}},
	{name: "明月山温泉街", city: "360900", road: "温汤路", at: geo.Point{114.4243, 27.7971}},
	{name: "滕王阁休闲街区", city: "360100", road: "榕门路", at: geo.Point{115.8842, 28.6861}},
}

// placeBlocks gives each street its county: those of the last one are in the
// county of the index's officers.
func placeBlocks() []*block {
	out := make([]*block, len(blocks))
	n := map[string]int{}
	for i, b := range blocks {
		counties := division.Children(b.city)
		b.county = counties[n[b.city]%len(counties)].Code
		n[b.city]++
		if i == len(blocks)-1 {
			b.county = "360102"
		}
		out[i] = &b
	}
	return out
}

// blockOf tells whether the nth shop of a city with a title belongs to a street.
func (s *seeder) blockOf(city, code string, n int) *block {
	quota := blockModel
	if code == pledgeScheme {
		quota = blockPledge
	}
	for _, b := range s.blocks {
		if b.city != city {
			continue
		}
		if n < quota {
			return b
		}
		n -= quota
	}
	return nil
}

// blockShop makes a shop of a street with its title. A few of the first street
// are run by the neighbours of the story, who can be reached.
func (s *seeder) blockShop(ctx context.Context, o order) error {
	b := o.block
	sch, ok := scheme.Lookup(o.scheme, "")
	if !ok {
		return fmt.Errorf("no scheme %s", o.scheme)
	}
	code := pick(s.rng, []sector.Code{sector.Store, sector.Store, sector.Supermarket, sector.Market, sector.Catering})
	if o.scheme == shopScheme {
		code = pick(s.rng, []sector.Code{sector.Catering, sector.Catering, sector.Homestay, sector.Pharmacy})
	} else if !slices.Contains(sch.Sectors, string(code)) {
		code = sector.Store
	}
	n := len(b.shops)
	as := ctx
	if b == s.blocks[0] && n%9 == 4 {
		as = access.With(ctx, access.From(s.people[neighbours[n/9%len(neighbours)].Login]))
	}
	name := shopName(s.rng, code)
	op, err := s.Merchants.AddOperator(as, merchant.AddOperatorCommand{
		USCC: uscc(s.rng, b.county), Name: division.Path(b.county)[1].Name + name, LegalForm: "个体工商户", Contact: person(s.rng), Scope: provincePath,
	})
	if err != nil {
		return err
	}
	side := float64(n%2)*2 - 1
	p, err := s.Merchants.AddPremises(as, merchant.AddPremisesCommand{
		Operator: op.ID, Name: name, Address: fmt.Sprintf("%s%d号", b.road, n*2+1+n%2), Division: b.county, Sectors: []string{string(code)}, Phone: phone(s.rng, b.county),
		Point: &merchant.Point{Lng: b.at[0] + float64(n-19)*0.00012, Lat: b.at[1] + side*0.00016 + (s.rng.Float64()-0.5)*0.0001, Datum: merchant.GCJ02},
	})
	if err != nil {
		return err
	}
	b.shops = append(b.shops, p.ID)
	issued := calendar.DateOf(s.now).AddDays(-s.rng.IntN(400))
	if o.scheme == shopScheme && b.ending > 0 {
		b.ending--
		issued = calendar.DateOf(s.present).AddYears(-sch.ValidityYears.Value).AddDays(18 + 3*b.ending)
	}
	cmd := s.title(sch, p, issued, sch.ValidityYears.Value)
	if sch.Code == pledgeScheme {
		ctx = s.terms(ctx, sch, &cmd)
	}
	_, err = s.Certificates.Import(ctx, cmd)
	return err
}

// streets makes the model streets with their members and titles. The first is
// registered by its own organiser.
func (s *seeder) streets() error {
	sch, _ := scheme.Lookup(streetScheme, "")
	system := usecase.System(s.ctx, "demo")
	for i, b := range s.blocks[:ModelStreets] {
		about := b.about()
		in := certificate.IssueInput{
			Scheme: sch.Code, SchemeVersion: sch.Version, Holder: b.name, Address: about.Address, Division: b.county,
			Sectors: []string{string(sector.Street)}, Issuer: sch.Issuer.Zh, Approval: sch.Approval,
			Promises: certificate.Promises{Zh: []string{"街区商户亮照经营、明码标价", "维权服务站有人值守，小额纠纷 24 小时内办结"}, En: []string{"Licences shown and prices marked in every shop", "A staffed rights station: small disputes settled within 24 hours"}},
		}
		in.IssuedOn = calendar.DateOf(s.now).AddDays(-s.rng.IntN(300))
		in.ExpiresOn = in.IssuedOn.AddYears(sch.ValidityYears.Value)
		var v street.View
		var err error
		if i == 0 {
			v, err = s.ownStreet(b, "万寿宫历史文化街区管理有限公司")
		} else if v, err = s.Streets.Create(system, street.CreateCommand{Name: b.name, Organiser: b.name + "管理处", Address: about.Address, Division: b.county}); err == nil {
			v, err = s.Streets.Update(system, street.UpdateCommand{ID: v.ID, About: about})
		}
		if err != nil {
			return err
		}
		if _, err := s.Streets.Join(system, street.JoinCommand{Street: v.ID, Premises: b.shops}); err != nil {
			return err
		}
		in.Street, in.Scope, in.Operator = v.ID, v.Scope, v.Operator
		if _, err := s.Certificates.Import(system, certificate.ImportCommand{IssueInput: in}); err != nil {
			return err
		}
		s.streetIDs = append(s.streetIDs, v.ID)
	}
	return nil
}

// about is what a street says of itself, with a boundary around its shops.
func (b *block) about() street.About {
	x, y := 0.0026, 0.0004
	return street.About{
		Name: b.name, Address: b.road + "1号", Station: b.road + "3号 消费维权服务站", Phone: "0791-86661315", Datum: merchant.GCJ02,
		Boundary: []geo.Point{{b.at[0] - x, b.at[1] - y}, {b.at[0] + x, b.at[1] - y}, {b.at[0] + x, b.at[1] + y}, {b.at[0] - x, b.at[1] + y}},
	}
}

// ownStreet registers a street as the organiser of the index.
func (s *seeder) ownStreet(b *block, body string) (street.View, error) {
	me := s.people["organiser"]
	op, err := s.Merchants.AddOperator(me, merchant.AddOperatorCommand{USCC: uscc(s.rng, b.county), Name: body, LegalForm: "有限责任公司", Contact: "管理处值班室"})
	if err != nil {
		return street.View{}, err
	}
	return s.Streets.Register(me, street.RegisterCommand{Operator: op.ID, Division: b.county, About: b.about()})
}

// streetLife lets things happen in the streets: the desk of the first fills,
// the second gets at risk, and a further one applies for its title.
func (s *seeder) streetLife(present time.Time) error {
	me, own, b := s.people["organiser"], s.streetIDs[0], s.blocks[0]
	for _, step := range []struct {
		ago time.Duration
		do  func() error
	}{
		{40 * day, func() error {
			_, err := s.Streets.AddOutsider(me, street.OutsiderCommand{Street: own, Name: "老门东修表铺", Address: "翠花街口"})
			return err
		}},
		{33 * day, func() error {
			_, err := s.Streets.AddOutsider(me, street.OutsiderCommand{Street: own, Name: "赣味小食摊", Address: "翠花街 2 号旁"})
			return err
		}},
		{30 * day, func() error {
			_, err := s.Streets.SetEligible(me, street.EligibleCommand{Street: own, Premises: b.shops[7], Reason: "仓储用房，不对消费者营业"})
			return err
		}},
		{24 * day, func() error {
			_, err := s.Streets.Leave(me, street.LeaveCommand{Street: own, Premises: b.shops[11], Reason: "合同到期，已搬离街区"})
			return err
		}},
		{12 * day, func() error { return s.suspendMember(b.shops[2]) }},
		{9 * day, s.crowd},
		{2 * day, func() error {
			var chosen []ident.PremisesID
			for n := 4; n < len(b.shops); n += 9 {
				chosen = append(chosen, b.shops[n])
			}
			_, err := s.Streets.Nudge(me, street.NudgeCommand{Street: own, Premises: chosen, Words: "街区称号复查将至，请检查价签和退货公示是否齐全，称号快到期的请尽早续期。"})
			return err
		}},
	} {
		s.now = present.Add(-step.ago)
		if err := step.do(); err != nil {
			return err
		}
	}
	return s.streetCase(present)
}

func (s *seeder) suspendMember(p ident.PremisesID) error {
	titles, err := s.Certificates.ShopTitles(s.ctx, s.DB.R, []ident.PremisesID{p})
	if err != nil || len(titles[p]) == 0 {
		return fmt.Errorf("a member without a title (%w)", err)
	}
	_, err = s.Certificates.Suspend(s.people["county"], certificate.StepCommand{ID: titles[p][0].ID, Reason: "价签与实际收费不符，正在调查。"})
	return err
}

// crowd opens new shops in the second street that nobody has registered yet:
// its share falls below the least.
func (s *seeder) crowd() error {
	text := "店名,地址"
	for i := range 10 {
		text += fmt.Sprintf("\n夜市%s,绳金塔街%d号", shopName(s.rng, sector.Catering), 201+i)
	}
	_, err := s.Streets.ListShops(usecase.System(s.ctx, "demo"), street.ListCommand{Street: s.streetIDs[1], Text: text, Apply: true, Others: true})
	return err
}

// streetCase brings the last street to its inspection, with the shops drawn.
func (s *seeder) streetCase(present time.Time) error {
	b := s.blocks[len(s.blocks)-1]
	s.now = present.Add(-spent(lifecycle.ToInspect) - 2*day)
	v, err := s.ownStreet(b, "滕王阁休闲街区运营有限公司")
	if err != nil {
		return err
	}
	me := s.people["organiser"]
	if _, err := s.Streets.Draw(me, street.DrawCommand{Street: v.ID, Boundary: b.about().Boundary, Datum: merchant.GCJ02, Join: true}); err != nil {
		return err
	}
	app, err := s.Applications.Start(me, application.StartCommand{Premises: v.Office, Scheme: streetScheme})
	if err != nil {
		return err
	}
	c := &story{seeder: s, id: app.ID, shop: caseShop{b.name, sector.Street, "organiser"}}
	if err := c.fill(me); err != nil {
		return err
	}
	if err := c.to(lifecycle.ToInspect); err != nil {
		return err
	}
	s.index.Cases = append(s.index.Cases, Case{Noun: "application", State: string(lifecycle.ToInspect), ID: string(c.id), Label: b.name, Href: "/desk/cases/" + string(c.id)})
	return nil
}
