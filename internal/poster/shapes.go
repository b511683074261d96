package poster

import "math"

// arc appends the points of a circle's arc; angles in radians.
func arc(out []point, cx, cy, r, from, to float64, steps int) []point {
	for i := range steps + 1 {
		a := from + (to-from)*float64(i)/float64(steps)
		out = append(out, point{cx + r*math.Cos(a), cy + r*math.Sin(a)})
	}
	return out
}

func circle(cx, cy, r float64) []point { return arc(nil, cx, cy, r, 0, 2*math.Pi, 48) }

// rounded is a rectangle with round corners.
func rounded(x, y, w, h, r float64) []point {
	const quarter = math.Pi / 2
	p := arc(nil, x+w-r, y+r, r, -quarter, 0, 10)
	p = arc(p, x+w-r, y+h-r, r, 0, quarter, 10)
	p = arc(p, x+r, y+h-r, r, quarter, 2*quarter, 10)
	return arc(p, x+r, y+r, r, 2*quarter, 3*quarter, 10)
}

// notched is a rectangle whose corners are cut out in quarters of a circle.
func notched(x, y, w, h, r float64) []point {
	const quarter = math.Pi / 2
	p := arc(nil, x, y, r, quarter, 0, 12)
	p = arc(p, x+w, y, r, 2*quarter, quarter, 12)
	p = arc(p, x+w, y+h, r, 3*quarter, 2*quarter, 12)
	return arc(p, x, y+h, r, 4*quarter, 3*quarter, 12)
}

// plate is the lobed dish (葵口盘) of twelve petals that is the emblem; r is
// the distance from the middle to where two petals meet.
func plate(cx, cy, r float64) []point {
	const petals = 12
	step := 2 * math.Pi / petals
	lobe := r * 0.326 // a petal's own radius
	half := r * math.Sin(step/2)
	// A petal is less than a half circle: its middle lies inside the chord
	// between the two meeting places.
	middle := r*math.Cos(step/2) - math.Sqrt(lobe*lobe-half*half)
	var out []point
	for i := range petals {
		a := float64(i)*step - math.Pi/2
		mid := a + step/2
		mx, my := cx+middle*math.Cos(mid), cy+middle*math.Sin(mid)
		start := math.Atan2(cy+r*math.Sin(a)-my, cx+r*math.Cos(a)-mx)
		end := math.Atan2(cy+r*math.Sin(a+step)-my, cx+r*math.Cos(a+step)-mx)
		for end < start {
			end += 2 * math.Pi
		}
		out = arc(out, mx, my, lobe, start, end, 12)
	}
	return out
}

// bezier samples a cubic curve.
func bezier(a, b, c, d point, steps int) []point {
	out := make([]point, steps+1)
	for i := range out {
		t := float64(i) / float64(steps)
		u := 1 - t
		k0, k1, k2, k3 := u*u*u, 3*u*u*t, 3*u*t*t, t*t*t
		out[i] = point{k0*a.x + k1*b.x + k2*c.x + k3*d.x, k0*a.y + k1*b.y + k2*c.y + k3*d.y}
	}
	return out
}

// tick draws the check mark, with round ends; size is its width.
func (c *canvas) tick(cx, cy, size, stroke float64, fill rgb) {
	path := []point{{cx - 0.5*size, cy + 0.02*size}, {cx - 0.15*size, cy + 0.37*size}, {cx + 0.5*size, cy - 0.35*size}}
	for i, p := range path {
		c.polygon(circle(p.x, p.y, stroke/2), fill)
		if i == 0 {
			continue
		}
		q := path[i-1]
		dx, dy := p.x-q.x, p.y-q.y
		n := math.Hypot(dx, dy)
		ox, oy := -dy/n*stroke/2, dx/n*stroke/2
		c.polygon([]point{{q.x + ox, q.y + oy}, {p.x + ox, p.y + oy}, {p.x - ox, p.y - oy}, {q.x - ox, q.y - oy}}, fill)
	}
}

// emblem draws the plate with the check, which stands for a valid title only.
func (c *canvas) emblem(cx, cy, r float64, dish, rim, mark rgb) {
	c.polygon(plate(cx, cy, r), dish)
	c.outline(plate(cx, cy, r*0.82), r*0.028, rim)
	c.tick(cx, cy, r*0.78, r*0.2, mark)
}
