// Package geo owns the conversion between the coordinate systems met in the
// mainland: WGS 84 of satellites (CGCS 2000 differs by less than a metre) and
// GCJ-02 of public web maps.
//
// Converted values are for showing on a map; what is stored keeps the datum in
// which it was given.
package geo

import "math"

const (
	axis         = 6378245.0              // Krasovsky 1940, metres
	eccentricity = 0.00669342162296594323 // squared
)

// InMainland reports the rectangle in which the shift of GCJ-02 is defined.
func InMainland(lng, lat float64) bool {
	return lng >= 72.004 && lng <= 137.8347 && lat >= 0.8293 && lat <= 55.8271
}

// ToGCJ02 shifts a point of WGS 84, in degrees; outside the mainland's
// rectangle it stays where it is.
func ToGCJ02(lng, lat float64) (float64, float64) {
	if !InMainland(lng, lat) {
		return lng, lat
	}
	dLng, dLat := shift(lng, lat)
	return lng + dLng, lat + dLat
}

// FromGCJ02 undoes the shift to well under a metre, by approaching the point
// whose shift leads to the given one.
func FromGCJ02(lng, lat float64) (float64, float64) {
	wLng, wLat := lng, lat
	for range 5 {
		gLng, gLat := ToGCJ02(wLng, wLat)
		wLng, wLat = wLng-(gLng-lng), wLat-(gLat-lat)
	}
	return wLng, wLat
}

func shift(lng, lat float64) (dLng, dLat float64) {
	x, y := lng-105, lat-35
	waves := (20*math.Sin(6*x*math.Pi) + 20*math.Sin(2*x*math.Pi)) * 2 / 3
	dLat = -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*math.Sqrt(math.Abs(x)) + waves +
		(20*math.Sin(y*math.Pi)+40*math.Sin(y/3*math.Pi))*2/3 +
		(160*math.Sin(y/12*math.Pi)+320*math.Sin(y*math.Pi/30))*2/3
	dLng = 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*math.Sqrt(math.Abs(x)) + waves +
		(20*math.Sin(x*math.Pi)+40*math.Sin(x/3*math.Pi))*2/3 +
		(150*math.Sin(x/12*math.Pi)+300*math.Sin(x/30*math.Pi))*2/3
	rad := lat / 180 * math.Pi
	m := 1 - eccentricity*math.Sin(rad)*math.Sin(rad)
	dLat = dLat * 180 / (axis * (1 - eccentricity) / (m * math.Sqrt(m)) * math.Pi)
	dLng = dLng * 180 / (axis / math.Sqrt(m) * math.Cos(rad) * math.Pi)
	return dLng, dLat
}
