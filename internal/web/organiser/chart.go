package organiser

import (
	"math"
	"net/http"
	"strconv"
	"strings"

	"fangxin/internal/geo"
	"fangxin/internal/ident"
	"fangxin/internal/merchant"
	"fangxin/internal/street"
	"fangxin/internal/web/page"
)

// The size of the drawing, in its own units.
const (
	chartWide = 800
	chartHigh = 560
	chartEdge = 30
	// chartRound is left free around a street, to draw beyond its boundary.
	chartRound = 180
)

// chartView is the drawing of a street's county without any tiles: dots of
// shops and the boundary.
type chartView struct {
	Street  street.View
	Corners string
	Datum   string
	Datums  []page.Option
	Dots    []dot
	Ring    string  // of the polygon
	West    float64 // degrees at the left and upper edge
	North   float64
	PerX    float64 // degrees of one unit to the right
	PerY    float64 // and downwards
	Scale   string  // what the bar stands for
	Metres  int     // the same as a number
	Bar     int     // its length in units
	Inside  []street.Near
}

type dot struct {
	X, Y float64
	street.Near
}

func (p *Pages) chartView(r *http.Request) (chartView, error) {
	k, err := p.Streets.Get(r.Context(), id(r))
	if err != nil {
		return chartView{}, err
	}
	shops, err := p.Streets.Near(r.Context(), street.NearQuery{Street: k.ID})
	if err != nil {
		return chartView{}, err
	}
	v := chartView{Street: k, Corners: lines(k.Boundary), Datum: string(k.Datum)}
	if v.Datum == "" {
		v.Datum = string(merchant.GCJ02)
	}
	for _, d := range (merchant.Datum("")).Values() {
		v.Datums = append(v.Datums, page.Option{Value: d, Label: p.E.T(r, "datum."+d)})
	}
	all, own := append([]geo.Point{}, k.Boundary...), append([]geo.Point{}, k.Boundary...)
	for _, s := range shops {
		if s.Point != nil {
			at := geo.Point{s.Point.Lng, s.Point.Lat}
			all = append(all, at)
			if s.Member {
				own = append(own, at)
			}
		}
	}
	switch {
	case len(all) == 0:
		return v, nil
	case len(own) > 0: // a street is small in its county
		v.frame(own, chartRound)
	default:
		v.frame(all, chartEdge)
	}
	for _, s := range shops {
		if s.Point == nil {
			continue
		}
		x, y := v.at(geo.Point{s.Point.Lng, s.Point.Lat})
		v.Dots = append(v.Dots, dot{x, y, s})
		if s.Inside && !s.Member {
			v.Inside = append(v.Inside, s)
		}
	}
	var ring []string
	for _, c := range k.Boundary {
		x, y := v.at(c)
		ring = append(ring, number(x)+","+number(y))
	}
	v.Ring = strings.Join(ring, " ")
	return v, nil
}

// frame fits the points into the drawing with equal metres in both directions,
// leaving an edge free.
func (v *chartView) frame(points []geo.Point, edge float64) {
	lo, hi := geo.Box(points)
	mid := geo.Middle(points)
	squeeze := math.Cos(mid[1] * math.Pi / 180)
	const metresPerDegree = 111_320
	wide, high := (hi[0]-lo[0])*squeeze, hi[1]-lo[1]
	per := max(wide/(chartWide-2*edge), high/(chartHigh-2*edge), 300.0/metresPerDegree/chartWide)
	v.PerY, v.PerX = per, per/squeeze
	v.West, v.North = mid[0]-v.PerX*chartWide/2, mid[1]+per*chartHigh/2
	metres := 10
	for _, m := range []int{20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000} {
		if float64(m)/metresPerDegree/per <= 200 {
			metres = m
		}
	}
	v.Metres = metres
	v.Bar = int(float64(metres) / metresPerDegree / per)
	v.Scale = strconv.Itoa(metres) + " m"
	if metres >= 1000 {
		v.Scale = strconv.Itoa(metres/1000) + " km"
	}
}

func (v *chartView) at(p geo.Point) (x, y float64) {
	return (p[0] - v.West) / v.PerX, (v.North - p[1]) / v.PerY
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }

func (p *Pages) chart(w http.ResponseWriter, r *http.Request) {
	v, err := p.chartView(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.show(w, r, "organiser/map", p.E.T(r, "street.boundary"), v)
}

func (p *Pages) draw(w http.ResponseWriter, r *http.Request) {
	in := struct {
		Corners string             `json:"corners"`
		Datum   string             `json:"datum"`
		Join    bool               `json:"join"`
		Except  []ident.PremisesID `json:"except"`
		Version int64              `json:"version"`
	}{}
	err := page.Decode(w, r, &in)
	var ring []geo.Point
	if err == nil {
		ring, err = corners(in.Corners)
	}
	if err == nil {
		_, err = p.Streets.Draw(page.WithVersion(r.Context(), in.Version), street.DrawCommand{
			Street: id(r), Boundary: ring, Datum: merchant.Datum(in.Datum), Join: in.Join, Except: in.Except,
		})
	}
	if err == nil {
		next := to(id(r), "/map")
		if in.Join {
			next = to(id(r), "#members")
		}
		p.E.Done(w, r, next, "flash.street_drawn")
		return
	}
	v, readErr := p.chartView(r)
	if readErr != nil {
		p.E.Fault(w, r, readErr)
		return
	}
	p.refuse(w, r, err, "organiser/map", page.Data{Title: p.E.T(r, "street.boundary"), Data: v})
}
