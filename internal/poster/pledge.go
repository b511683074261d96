package poster

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// Term is one term of a pledge in plain words: what it is about and what it
// means.
type Term struct{ Head, Text string }

// Promise is everything that the print of a no-reason-return pledge shows: the
// terms, and before anybody buys, what is not covered and why.
type Promise struct {
	Sheet
	Days     int    // of the terms in force
	From     string // first day of these terms, as it is read
	Terms    []Term
	Covered  []Term // goods, each with its condition
	Excluded []Term // goods, each with the reason
}

// MaxTerms bounds each of the lists.
const MaxTerms = 20

// Pledge writes the A4 print of a return pledge for the shop's wall.
func Pledge(w io.Writer, p Promise) error {
	if err := p.Check(); err != nil {
		return err
	}
	return document(w, p.Sheet, a4Width, a4Height, func(c *canvas, _ Sheet) { c.pledge(p) })
}

// Check tells whether the pledge can be printed, as [Sheet.Check] does.
func (p Promise) Check() error {
	f, err := fonts()
	if err != nil {
		return err
	}
	all := []error{p.Sheet.Check()}
	for name, list := range map[string][]Term{"Terms": p.Terms, "Covered": p.Covered, "Excluded": p.Excluded} {
		if len(list) > MaxTerms || len(list) == 0 && name != "Excluded" {
			all = append(all, &FieldError{Field: name, Rule: "max"})
		}
		for i, t := range list {
			field := fmt.Sprintf("%s[%d]", name, i)
			if utf8.RuneCountInString(t.Head+t.Text) > 2*MaxText {
				all = append(all, &FieldError{Field: field, Rule: "max"})
			}
			if missing := f.missing(t.Head + t.Text); len(missing) > 0 {
				all = append(all, &GlyphError{Field: field, Runes: missing})
			}
		}
	}
	return errors.Join(all...)
}

const (
	pledgeHead = 62.0  // foot of the cobalt field
	pledgeMid  = 156.0 // where the lists of goods begin
	pledgeFoot = 258.0 // where they end
)

func (c *canvas) pledge(p Promise) {
	const inner = a4Width - 2*margin
	c.rect(0, 0, a4Width, pledgeHead, cobalt)
	ground := mix(white, cobalt, 0.12)
	c.outline(plate(a4Width-34, 31, 29), 0.7, ground)
	c.outline(plate(a4Width-34, 31, 22), 0.5, ground)
	c.emblem(margin+9, 19, 9, white, glaze, seal)
	c.line(margin+23, 19, zh("pledge"), style{weight: bold, size: 25, color: white, spacing: 0.06}, 120)
	c.line(margin+23, 26, en("pledge"), style{size: 10, color: mix(white, cobalt, 0.9)}, 120)
	c.lineOrTwo(margin, 35, p.ShopName, style{weight: bold, size: 29, color: white}, inner, 17)
	if p.Address != "" {
		c.line(margin, 57.5, p.Address, style{size: 11, color: mix(white, cobalt, 0.88)}, inner)
	}

	c.pledgeDays(p, pledgeHead+6)
	c.pledgeTerms(p, margin, pledgeHead+36, 117)
	c.pledgeCode(p, margin+124, pledgeHead+6)

	half := (inner - 6) / 2
	c.pledgeGoods(margin, pledgeMid, half, zh("covered"), en("covered"), p.Covered, seal)
	c.pledgeGoods(margin+half+6, pledgeMid, half, zh("excluded"), en("excluded"), p.Excluded, rgb{0xA8, 0x3A, 0x1E})
	c.posterFoot(p.Sheet)
	if p.DemoMark {
		c.ribbon(a4Width, 52)
	}
}

// pledgeDays is the number that people look for.
func (c *canvas) pledgeDays(p Promise, y float64) {
	c.polygon(rounded(margin, y, 117, 25, 4), tint)
	big := style{weight: bold, size: 62, color: cobalt}
	number := strconv.Itoa(p.Days)
	c.text(margin+6, y+20.3, number, big)
	x := margin + 6 + c.width(number, big) + 4
	c.line(x, y+12.5, zh("days_free"), style{weight: bold, size: 21, color: cobaltInk, spacing: 0.04}, margin+113-x)
	c.line(x, y+18, en("days_free"), style{size: 9, color: ink2}, margin+113-x)
	c.line(x, y+22.4, zh("terms_from", p.From), style{size: 8, color: ink3}, margin+113-x)
}

// pledgeTerms sets the terms below each other, each as high as it needs.
func (c *canvas) pledgeTerms(p Promise, x, y, width float64) {
	const size = 9.0
	lines, text := 0, width-34
	for _, t := range p.Terms {
		lines += min(2, len(c.wrap(t.Text, style{size: size}, text)))
	}
	line := size * 1.3 / pointsPerMM
	gap := max(0.8, min(4.5, (pledgeMid-4-y-float64(lines)*line)/float64(max(len(p.Terms), 1))))
	for _, t := range p.Terms {
		c.tick(x+2.6, y+2.7, 3.6, 0.9, seal)
		c.block(x+7.5, y-0.2, t.Head, style{weight: bold, size: 10.5, color: ink}, 25, 1)
		y += max(line, c.block(x+34, y+0.1, t.Text, style{size: size, color: ink2}, text, 2)) + gap
	}
}

// pledgeCode is the card with the code of this print and the number of the
// title.
func (c *canvas) pledgeCode(p Promise, x, y float64) {
	const width, side = 52.0, 47.0
	c.polygon(rounded(x, y, width, 84, 4), cobalt)
	c.polygon(rounded(x+0.7, y+0.7, width-1.4, 82.6, 3.4), white)
	m, err := p.matrix()
	if err != nil {
		c.err = err
		return
	}
	c.code(m, x+(width-side)/2, y+2, side)
	mid := x + width/2
	c.line(mid, y+54, zh("scan_pledge"), style{weight: bold, size: 9.5, color: cobaltInk, align: center}, width-5)
	c.line(mid, y+58.4, en("scan_pledge"), style{size: 6.5, color: ink3, align: center}, width-5)
	c.line(mid, y+64.4, p.Code.Grouped(), style{weight: bold, size: 9, color: ink, align: center}, width-5)
	c.line(mid, y+71.5, zh("number")+" "+p.CertNo, style{size: 8, color: ink2, align: center}, width-5)
	c.line(mid, y+77.5, zh("expires")+" "+p.ExpiresOn.String(), style{weight: bold, size: 9, color: cobaltInk, align: center}, width-5)
}

// pledgeGoods is one list of goods. With many of them the conditions are left
// to the scan: what cannot be read is no notice.
func (c *canvas) pledgeGoods(x, y, width float64, head, sub string, list []Term, colour rgb) {
	c.polygon(rounded(x, y, width, pledgeFoot-y, 4), mix(colour, white, 0.06))
	c.rect(x, y+3, 1.4, 9, colour)
	c.text(x+5, y+9.6, head, style{weight: bold, size: 15, color: colour})
	beside := x + 5 + c.width(head, style{weight: bold, size: 15}) + 2.5
	c.line(beside, y+9.6, sub, style{size: 8, color: ink3}, x+width-4-beside)
	if len(list) == 0 {
		c.block(x+5, y+16, zh("nothing_excluded"), style{size: 11, color: ink}, width-10, 2)
		return
	}
	top := y + 15
	step := min(20.0, (pledgeFoot-3-top)/float64(len(list)))
	for i, t := range list {
		at := top + float64(i)*step
		c.polygon(shift(circle(0, 0, 0.8), x+6, at+2.6), colour)
		switch {
		case step < 7.4 && t.Text != "":
			c.block(x+9, at, t.Head+"："+t.Text, style{size: min(9.5, step*1.55), color: ink}, width-13, 1)
		default:
			grown, headLines := min(1.25, max(1, step/13)), 1 // few goods are set larger
			if step > 13 {
				headLines = 2
			}
			used := c.block(x+9, at, t.Head, style{weight: bold, size: 11 * grown, color: ink}, width-13, headLines)
			c.block(x+9, at+used-0.2, t.Text, style{size: 8.4 * grown, color: ink2}, width-13, max(1, int((step-used-0.6)/(3.8*grown))))
		}
	}
}

func shift(points []point, dx, dy float64) []point {
	out := make([]point, len(points))
	for i, p := range points {
		out[i] = point{p.x + dx, p.y + dy}
	}
	return out
}
