package geo

// A Point is a place in degrees: east, then north.
type Point [2]float64

// GCJ names the coordinate system of public web maps; every other datum is
// WGS 84 or equals it for our purpose.
const GCJ = "gcj02"

// Convert moves a point from one datum to another.
func Convert(p Point, from, to string) Point {
	switch {
	case from == GCJ && to != GCJ:
		lng, lat := FromGCJ02(p[0], p[1])
		return Point{lng, lat}
	case from != GCJ && to == GCJ:
		lng, lat := ToGCJ02(p[0], p[1])
		return Point{lng, lat}
	}
	return p
}

// Inside reports whether a point lies in the area that a ring of corners
// encloses, the last joined to the first. A point on the edge may count
// either way.
func Inside(ring []Point, p Point) bool {
	in := false
	for i, j := 0, len(ring)-1; i < len(ring); j, i = i, i+1 {
		a, b := ring[i], ring[j]
		if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < (b[0]-a[0])*(p[1]-a[1])/(b[1]-a[1])+a[0] {
			in = !in
		}
	}
	return in
}

// Crosses reports whether two sides of a ring cut each other, so that it
// encloses no one area.
func Crosses(ring []Point) bool {
	n := len(ring)
	for i := range n {
		for j := i + 1; j < n; j++ {
			if j == i+1 || i == 0 && j == n-1 {
				continue // neighbours share a corner
			}
			if cut(ring[i], ring[(i+1)%n], ring[j], ring[(j+1)%n]) {
				return true
			}
		}
	}
	return false
}

func cut(a, b, c, d Point) bool {
	return turn(a, b, c)*turn(a, b, d) < 0 && turn(c, d, a)*turn(c, d, b) < 0
}

// turn is positive when a, b, c turn to the left, and zero on a line.
func turn(a, b, c Point) float64 { return (b[0]-a[0])*(c[1]-a[1]) - (b[1]-a[1])*(c[0]-a[0]) }

// Middle is the centre of the points' box.
func Middle(points []Point) Point {
	lo, hi := Box(points)
	return Point{(lo[0] + hi[0]) / 2, (lo[1] + hi[1]) / 2}
}

// Box gives the corners of the smallest box around points; at least one.
func Box(points []Point) (lo, hi Point) {
	lo, hi = points[0], points[0]
	for _, p := range points[1:] {
		for k := range 2 {
			lo[k], hi[k] = min(lo[k], p[k]), max(hi[k], p[k])
		}
	}
	return lo, hi
}
