package geo_test

import (
	"math"
	"testing"

	"fangxin/internal/geo"
)

func near(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance }

func TestKnownPoints(t *testing.T) {
	// Pairs published with the common implementations of the shift.
	for _, p := range []struct{ lng, lat, gLng, gLat float64 }{
		{121.4737021, 31.2304160, 121.478229, 31.228467}, // Shanghai
		{116.3912757, 39.9062170, 116.397517, 39.907620}, // Beijing
	} {
		lng, lat := geo.ToGCJ02(p.lng, p.lat)
		if !near(lng, p.gLng, 1e-4) || !near(lat, p.gLat, 1e-4) {
			t.Errorf("%v,%v became %.6f,%.6f, want %v,%v", p.lng, p.lat, lng, lat, p.gLng, p.gLat)
		}
	}
}

func TestThereAndBack(t *testing.T) {
	for lng := 113.6; lng < 118.5; lng += 0.37 {
		for lat := 24.5; lat < 30.1; lat += 0.41 {
			gLng, gLat := geo.ToGCJ02(lng, lat)
			if near(gLng, lng, 1e-4) && near(gLat, lat, 1e-4) {
				t.Fatalf("%v,%v was not shifted", lng, lat)
			}
			bLng, bLat := geo.FromGCJ02(gLng, gLat)
			if !near(bLng, lng, 1e-8) || !near(bLat, lat, 1e-8) {
				t.Errorf("%v,%v came back as %v,%v", lng, lat, bLng, bLat)
			}
		}
	}
}

func TestAbroadIsNotShifted(t *testing.T) {
	if lng, lat := geo.ToGCJ02(2.35, 48.85); lng != 2.35 || lat != 48.85 {
		t.Errorf("Paris moved to %v,%v", lng, lat)
	}
}
