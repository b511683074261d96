package geo_test

import (
	"math"
	"testing"

	"fangxin/internal/geo"
)

func TestArea(t *testing.T) {
	// An L around (1,1)…(3,3) without its upper right quarter.
	ring := []geo.Point{{1, 1}, {3, 1}, {3, 2}, {2, 2}, {2, 3}, {1, 3}}
	for _, c := range []struct {
		p  geo.Point
		in bool
	}{
		{geo.Point{1.5, 1.5}, true}, {geo.Point{2.5, 1.5}, true}, {geo.Point{1.5, 2.5}, true},
		{geo.Point{2.5, 2.5}, false}, {geo.Point{0.5, 1.5}, false}, {geo.Point{3.5, 1.5}, false}, {geo.Point{1.5, 3.5}, false},
	} {
		if got := geo.Inside(ring, c.p); got != c.in {
			t.Errorf("%v inside: %v", c.p, got)
		}
	}
	if geo.Crosses(ring) {
		t.Error("an L crosses itself")
	}
	if !geo.Crosses([]geo.Point{{0, 0}, {2, 2}, {2, 0}, {0, 2}}) {
		t.Error("an hourglass does not cross itself")
	}
	p := geo.Point{115.89, 28.68}
	g := geo.Convert(p, "wgs84", "gcj02")
	if back := geo.Convert(g, "gcj02", "cgcs2000"); math.Abs(back[0]-p[0]) > 1e-6 || math.Abs(back[1]-p[1]) > 1e-6 || g == p {
		t.Errorf("%v → %v → %v", p, g, back)
	}
	if m := geo.Middle(ring); m != (geo.Point{2, 2}) {
		t.Errorf("middle %v", m)
	}
}
