package pledge

import (
	"bytes"
	"context"
	"strconv"
	"strings"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/division"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/tabular"
	"fangxin/internal/usecase"
)

// LookupQuery asks for the pledges in force as the national look-up of pledged
// shops (消费查, run by the China Consumers Association) lists them.
type LookupQuery struct {
	Division string `json:"division" validate:"omitempty,division" doc:"GB/T 2260 code of a county, city or province."`
	NoBOM    bool   `json:"no_bom" doc:"Leave the byte order mark out, for programs."`
}

// LookupColumns are the columns of the file, in order. Their meaning:
//
//	division   code of the county (GB/T 2260)
//	province, city, county
//	name       on the sign
//	operator   on the business licence
//	uscc       credit code (GB 32100)
//	goods      covered categories, with "、" between them
//	days       days in which goods are taken back
//	address    street and number
//	phone      for customers
//	lng, lat   degrees with six digits; empty when the place is unknown
//	datum      coordinate system of the two: wgs84, gcj02 or cgcs2000
//	from, to   first and last day of the pledge
//	number     of the pledge
//	id         permanent; the address of the public page ends in it
var LookupColumns = []string{"division", "province", "city", "county", "name", "operator", "uscc", "goods", "days", "address", "phone", "lng", "lat", "datum", "from", "to", "number", "id"}

var lookupDef = usecase.Define(usecase.Def{
	Name:  "pledge.lookup_csv",
	Allow: []access.Role{access.System, access.CountyOfficer, access.CityOfficer, access.ProvinceOfficer, access.Publisher, access.Administrator},
})

// LookupCSV writes the file for the reader's area; see [LookupColumns].
func (s *Service) LookupCSV(ctx context.Context, q LookupQuery) ([]byte, error) {
	return usecase.Read(ctx, s.rt, lookupDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) ([]byte, error) {
		var b bytes.Buffer
		w, err := tabular.CSVWriter(&b)
		if err != nil {
			return nil, err
		}
		head := make([]string, len(LookupColumns))
		for i, key := range LookupColumns {
			head[i] = say("zh", "lookup_"+key)
		}
		if err := w.Row(head...); err != nil {
			return nil, err
		}
		today, after := calendar.DateOf(s.rt.Now()), ident.PledgeID("")
		for {
			rows, err := standingIn(ctx, idb, by, ListQuery{Division: q.Division}, today.String(), after, 500)
			if err != nil {
				return nil, err
			}
			if err := s.lookupRows(ctx, idb, w, rows, today); err != nil {
				return nil, err
			}
			if len(rows) < 500 {
				break
			}
			after = rows[len(rows)-1].ID
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
		out := b.Bytes()
		if q.NoBOM {
			out = bytes.TrimPrefix(out, []byte("\xef\xbb\xbf"))
		}
		return out, nil
	})
}

func (s *Service) lookupRows(ctx context.Context, idb usecase.Reader, w tabular.Writer, rows []record, today calendar.Date) error {
	ids, shops := make([]ident.PledgeID, len(rows)), make([]ident.PremisesID, len(rows))
	for i, r := range rows {
		ids[i], shops[i] = r.ID, r.Premises
	}
	versions, err := termsOf(ctx, idb, ids...)
	if err != nil {
		return err
	}
	facts, err := shopsOf(ctx, idb, shops)
	if err != nil {
		return err
	}
	for _, r := range rows {
		v, ok := inForce([]span{spanOf(r, versions[r.ID])}, today)
		if !ok {
			continue
		}
		var goods []string
		for _, p := range v.Terms.Covered("zh") {
			goods = append(goods, p.Head)
		}
		names := [3]string{}
		for i, d := range division.Path(r.Division) {
			if i < len(names) {
				names[i] = d.Name
			}
		}
		f := facts[r.Premises]
		lng, lat := "", ""
		if f.Datum != "" {
			lng, lat = strconv.FormatFloat(f.Lng, 'f', 6, 64), strconv.FormatFloat(f.Lat, 'f', 6, 64)
		}
		number := r.Number
		if number == string(r.ID) {
			number = ""
		}
		err := w.Row(r.Division, names[0], names[1], names[2], f.Name, f.Operator, f.USCC, strings.Join(goods, "、"), strconv.Itoa(v.Terms.Days),
			f.Address, f.Phone, lng, lat, f.Datum, r.EffectiveOn.String(), r.ExpiresOn.String(), number, string(r.ID))
		if err != nil {
			return err
		}
	}
	return nil
}

var paperDef = usecase.Define(usecase.Def{Name: "pledge.paper", NoAPI: "a print; its facts are in the pledge", Allow: append(append([]access.Role{}, shopkeepers...), staff...)})

// Paper is what the printed pledge shows besides its badge.
type Paper struct {
	Detail
	From calendar.Date
}

// Paper reads a pledge for its print. It is refused before the pledge is in
// force and when it has ended: a paper on the wall must not promise what
// nobody keeps.
func (s *Service) Paper(ctx context.Context, id ident.PledgeID) (Paper, error) {
	return usecase.Read(ctx, s.rt, paperDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Paper, error) {
		r, err := get(ctx, idb, id, by)
		if err != nil {
			return Paper{}, err
		}
		today := calendar.DateOf(s.rt.Now())
		if st := standingOf(r, today); (st != "active" && st != "yellow_card") || r.Certificate == "" {
			return Paper{}, fault.New(fault.NotReady, "pledge_not_in_force")
		}
		d, err := s.detail(ctx, idb, r, by)
		p := Paper{Detail: d, From: r.EffectiveOn}
		for _, v := range d.Versions {
			if !today.Before(v.From) {
				p.From = v.From
			}
		}
		return p, err
	})
}
