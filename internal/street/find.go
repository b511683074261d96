package street

import (
	"context"
	"slices"
	"strings"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/geo"
	"fangxin/internal/ident"
	"fangxin/internal/merchant"
	"fangxin/internal/search"
	"fangxin/internal/usecase"
)

// NearQuery looks for shops of a street's county.
type NearQuery struct {
	Street ident.StreetID `json:"-" validate:"required,uuid7"`
	Name   string         `json:"name" validate:"max=60,plain" doc:"Part of the name, two characters or more; all with a place when empty."`
	Road   string         `json:"road" validate:"max=40,plain" doc:"Part of the address, such as the road."`
}

// DrawCommand keeps a boundary and adds the chosen shops inside it.
type DrawCommand struct {
	Street   ident.StreetID     `json:"-" validate:"required,uuid7"`
	Boundary []geo.Point        `json:"boundary" validate:"required,max=200" doc:"Corners in degrees, east then north."`
	Datum    merchant.Datum     `json:"datum" validate:"required,oneof=wgs84 gcj02 cgcs2000"`
	Join     bool               `json:"join" doc:"Add every open shop inside that is no member yet."`
	Except   []ident.PremisesID `json:"except,omitempty" validate:"max=500,dive,uuid7" doc:"Shops inside that are not added."`
}

var (
	nearDef = usecase.Define(usecase.Def{Name: "street.near", Allow: organisers})
	drawDef = usecase.Define(usecase.Def{Name: "street.draw", Allow: organisers})
)

// mostNear bounds the dots of a map; a county has fewer shops with titles.
const mostNear = 2000

// Near lists shops of the county: by name, or all that have a place on the map.
func (s *Service) Near(ctx context.Context, q NearQuery) ([]Near, error) {
	return usecase.Read(ctx, s.rt, nearDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) ([]Near, error) {
		r, err := get(ctx, idb, q.Street, by)
		if err != nil {
			return nil, err
		}
		var ids []string
		if name := strings.TrimSpace(q.Name); name != "" {
			if ids, err = search.Find(ctx, idb, "premises", name, search.Most); err != nil || len(ids) == 0 {
				return []Near{}, err
			}
		}
		if road := search.Normal(q.Road); road != "" {
			rows, err := near(ctx, idb, r, ids, r.Boundary, datumOf(r), true)
			return slices.DeleteFunc(rows, func(n Near) bool { return !strings.Contains(search.Normal(n.Address), road) }), err
		}
		return near(ctx, idb, r, ids, r.Boundary, datumOf(r), ids != nil)
	})
}

func datumOf(r record) merchant.Datum {
	if r.Datum == "" {
		return merchant.GCJ02
	}
	return r.Datum
}

func near(ctx context.Context, idb usecase.Reader, r record, ids []string, ring []geo.Point, datum merchant.Datum, all bool) ([]Near, error) {
	rows, err := county(ctx, idb, r, ids, mostNear)
	if err != nil {
		return nil, err
	}
	out := []Near{}
	for _, x := range rows {
		n := Near{ID: x.ID, Name: x.Name, Address: x.Address, Member: x.Member}
		if x.Lng != nil && x.Lat != nil {
			p := geo.Convert(geo.Point{*x.Lng, *x.Lat}, string(x.Datum), string(datum))
			n.Point = &merchant.Point{Lng: p[0], Lat: p[1], Datum: datum}
			n.Inside = len(ring) > 2 && geo.Inside(ring, p)
		} else if !all {
			continue // it has no place on the map
		}
		out = append(out, n)
	}
	return out, nil
}

// Draw keeps the boundary and, if asked to, adds the shops inside it.
func (s *Service) Draw(ctx context.Context, cmd DrawCommand) (View, error) {
	return usecase.Do(ctx, s.rt, drawDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := s.managed(ctx, c, cmd.Street)
		if err != nil {
			return View{}, err
		}
		if err := c.Precondition(ctx, r.Version); err != nil {
			return View{}, err
		}
		if err := place(cmd.Boundary, cmd.Datum); err != nil {
			return View{}, err
		}
		r.Boundary, r.Datum, r.UpdatedAt = cmd.Boundary, cmd.Datum, c.Now
		if r.Office != "" {
			if err := s.src.Merchants.UpdateOffice(ctx, c, r.Office, r.office()); err != nil {
				return View{}, err
			}
		}
		if err := update(ctx, c.Tx, &r); err != nil {
			return View{}, err
		}
		if err := s.judged(ctx, c, r, event{Kind: "boundary"}); err != nil || !cmd.Join {
			return r.view(), err
		}
		shops, err := near(ctx, c.Tx, r, nil, r.Boundary, r.Datum, false)
		if err != nil {
			return View{}, err
		}
		skip := map[ident.PremisesID]bool{}
		for _, id := range cmd.Except {
			skip[id] = true
		}
		var inside []ident.PremisesID
		for _, n := range shops {
			if n.Inside && !n.Member && !skip[n.ID] {
				inside = append(inside, n.ID)
			}
		}
		if inside == nil {
			return r.view(), nil
		}
		if len(inside) > 500 {
			return View{}, fault.OnField("/boundary", "boundary_crowded", "500")
		}
		return r.view(), s.join(ctx, c, r, inside, FromMap)
	})
}
