package poster

import "math"

// ribbon marks invented data across the upper right corner of a page of the
// given width; reach is where it meets the edges, from the corner.
func (c *canvas) ribbon(width, reach float64) {
	const thick = 11.0
	band := thick * math.Sqrt2
	c.polygon([]point{{width - reach, 0}, {width - reach + band, 0}, {width, reach - band}, {width, reach}}, gold)
	// Along the middle of the band, turned by 45 degrees.
	cx, cy := width-(reach-band/2)/2, (reach-band/2)/2
	px, py := c.at(cx, cy)
	c.pdf.Rotate(-45, px, py)
	label := style{weight: bold, size: 14, color: goldInk, align: center, spacing: 0.06}
	c.line(cx, cy-0.1, zh("demo")+" "+en("demo"), label, reach*0.9)
	c.line(cx, cy+3.4, zh("demo_note"), style{size: 7, color: goldInk, align: center}, reach*0.8)
	c.pdf.RotateReset()
}

// tag marks invented data in a lozenge around a middle, turned by an angle in
// degrees against the clock.
func (c *canvas) tag(cx, cy, angle float64) {
	text := zh("demo") + " " + en("demo")
	st := style{weight: bold, size: 10, color: goldInk, align: center, spacing: 0.06}
	w := c.width(text, st) + 8
	px, py := c.at(cx, cy)
	c.pdf.Rotate(angle, px, py)
	c.polygon(rounded(cx-w/2, cy-3.1, w, 6.2, 3), gold)
	c.text(cx, cy+1.3, text, st)
	c.pdf.RotateReset()
}

// phone draws a handset in a square of the given side.
func (c *canvas) phone(x, y, side float64, fill rgb) {
	k := side / 24
	p := func(px, py float64) point { return point{x + px*k, y + py*k} }
	var out []point
	add := func(points ...point) { out = append(out, points...) }
	curve := func(a, b, d point) { add(bezier(out[len(out)-1], a, b, d, 12)[1:]...) }
	add(p(4, 3), p(8.6, 3), p(10.6, 8.6), p(8, 10.8))
	curve(p(9.2, 13.2), p(10.8, 14.8), p(13.2, 16))
	add(p(15.4, 13.4), p(21, 15.4), p(21, 20))
	curve(p(21, 20.6), p(20.6, 21), p(20, 21))
	curve(p(11, 21), p(3, 13), p(3, 4))
	curve(p(3, 3.4), p(3.4, 3), p(4, 3))
	c.polygon(out, fill)
}
