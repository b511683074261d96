package takeover

import (
	"context"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/merchant"
	"fangxin/internal/sector"
	"fangxin/internal/usecase"
)

// ShopQuery asks for the public page of a shop.
type ShopQuery struct {
	ID ident.PremisesID `json:"-" validate:"required,uuid7"`
	On string           `json:"on" validate:"omitempty,date" doc:"A day that is over: who ran the place then, and with which titles."`
}

// ShopView is what everybody may know of a shop.
type ShopView struct {
	ID       ident.PremisesID `json:"id" format:"uuid"`
	Name     string           `json:"name"`
	Address  string           `json:"address"`
	Division string           `json:"division" doc:"GB/T 2260 code of the county."`
	Sectors  []string         `json:"sectors"`
	Phone    string           `json:"phone,omitempty"`
	Operator string           `json:"operator" doc:"Name on its licence."`
	Active   bool             `json:"active"`
	ClosedOn string           `json:"closed_on,omitempty" format:"date" doc:"Its last day."`
	On       string           `json:"on,omitempty" format:"date" doc:"Day of which this speaks; today when absent."`
	Titles   []ShopTitle      `json:"titles" doc:"Every title it ever held, the newest first."`
	Line     []Shop           `json:"line" doc:"The shops that this place has been, the first one first."`
	// Successor is the present shop at the place.
	Successor *Shop `json:"successor,omitempty" doc:"The shop that goes on at the place today, through every takeover."`
}

// Shop is one of the shops of a place.
type Shop struct {
	ID       ident.PremisesID `json:"id" format:"uuid"`
	Name     string           `json:"name"`
	Operator string           `json:"operator"`
	Until    string           `json:"until,omitempty" format:"date" doc:"Its last day."`
}

// ShopTitle is a title on the day of the page.
type ShopTitle struct {
	Number    string               `json:"number"`
	Scheme    string               `json:"scheme"`
	TitleZh   string               `json:"title_zh"`
	TitleEn   string               `json:"title_en"`
	Holder    string               `json:"holder" doc:"Name on the certificate."`
	Standing  certificate.Standing `json:"standing"`
	IssuedOn  calendar.Date        `json:"issued_on"`
	ExpiresOn calendar.Date        `json:"expires_on"`
	Reason    string               `json:"reason,omitempty" doc:"Public reason of the present state."`
}

var shopDef = usecase.Define(usecase.Def{Name: "shop.get", Allow: access.Roles})

// Shop reads the public page of a shop. Ids are permanent: that of a shop which
// another operator took over tells so and leads to the present one. Shops that
// never held a title and followed none are nobody's business.
func (s *Service) Shop(ctx context.Context, q ShopQuery) (ShopView, error) {
	return usecase.Read(ctx, s.rt, shopDef, q, func(ctx context.Context, idb usecase.Reader, _ access.Principal) (ShopView, error) {
		line, err := s.shops.Line(ctx, idb, q.ID)
		if err != nil {
			return ShopView{}, err
		}
		at := slices.IndexFunc(line, func(p merchant.PremisesView) bool { return p.ID == q.ID })
		if q.On != "" {
			if calendar.DateOf(s.rt.Now()).String() < q.On {
				return ShopView{}, fault.OnField("query/on", "future_day", "")
			}
			at = slices.IndexFunc(line, func(p merchant.PremisesView) bool { return p.Successor == "" || q.On <= p.ClosedOn })
		}
		p := line[at]
		titles, err := s.titlesOf(ctx, idb, p.ID, q.On)
		if err != nil {
			return ShopView{}, err
		}
		if len(titles) == 0 && len(line) == 1 || slices.Contains(p.Sectors, string(sector.Street)) {
			return ShopView{}, fault.New(fault.NotFound, "")
		}
		v := ShopView{
			ID: p.ID, Name: p.Name, Address: p.Address, Division: p.Division, Sectors: p.Sectors, Phone: p.Phone, Operator: p.OperatorName,
			Active: p.Active, ClosedOn: p.ClosedOn, On: q.On, Titles: titles, Line: make([]Shop, len(line)),
		}
		for i, one := range line {
			v.Line[i] = Shop{one.ID, one.Name, one.OperatorName, one.ClosedOn}
		}
		if last := line[len(line)-1]; last.ID != p.ID {
			v.Successor = &v.Line[len(line)-1]
		}
		return v, nil
	})
}

// titlesOf lists the titles of a shop as they are, or were on a day.
func (s *Service) titlesOf(ctx context.Context, idb usecase.Reader, id ident.PremisesID, on string) ([]ShopTitle, error) {
	list, err := s.titles.OfShop(ctx, idb, id)
	if err != nil {
		return nil, err
	}
	out := []ShopTitle{}
	for _, t := range list {
		v := ShopTitle{
			Number: t.Number, Scheme: t.Scheme, TitleZh: t.TitleZh, TitleEn: t.TitleEn, Holder: t.Holder, Standing: t.Standing,
			IssuedOn: t.IssuedOn, ExpiresOn: t.ExpiresOn, Reason: t.Reason,
		}
		if on != "" {
			day, err := calendar.ParseDate(on)
			if err != nil {
				return nil, fault.OnField("query/on", "date", "")
			}
			standing, held := t.On(day)
			if !held {
				continue
			}
			v.Standing, v.Reason = standing, ""
		}
		out = append(out, v)
	}
	return out, nil
}
