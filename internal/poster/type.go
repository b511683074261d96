package poster

import (
	"strings"
	"unicode"
)

// align says where a text's x is.
type align int

const (
	left align = iota
	center
	right
)

// style is how a text is set.
type style struct {
	weight  weight
	size    float64 // points
	color   rgb
	align   align
	spacing float64 // between characters, in em
}

// width of a text in millimetres.
func (c *canvas) width(text string, st style) float64 {
	em, n := 0.0, 0
	for _, p := range c.fonts.pieces(st.weight, text) {
		em += p.em
		n += p.runes
	}
	if n > 1 {
		em += float64(n-1) * st.spacing
	}
	return em * st.size / pointsPerMM
}

// text sets one line; y is its base line.
func (c *canvas) text(x, y float64, text string, st style) {
	switch st.align {
	case center:
		x -= c.width(text, st) / 2
	case right:
		x -= c.width(text, st)
	}
	for _, p := range c.fonts.pieces(st.weight, text) {
		if c.err != nil {
			return
		}
		c.draw(x, y, p, st)
		x += (p.em + float64(p.runes)*st.spacing) * st.size / pointsPerMM
	}
}

// draw writes a piece that one font can draw.
func (c *canvas) draw(x, y float64, p piece, st style) {
	if !c.loaded[p.weight] {
		if c.err = c.pdf.AddTTFFontFromFontContainer(families[p.weight], &c.fonts.container); c.err != nil {
			return
		}
		c.loaded[p.weight] = true
	}
	if c.err = c.pdf.SetFont(families[p.weight], "", st.size); c.err != nil {
		return
	}
	if c.err = c.pdf.SetCharSpacing(st.spacing * st.size); c.err != nil {
		return
	}
	c.pdf.SetTextColor(st.color[0], st.color[1], st.color[2])
	px, py := c.at(x, y)
	c.pdf.SetXY(px, py)
	c.err = c.pdf.Text(p.text)
}

// fit makes a style smaller until the text is no wider than width, but not
// below the smallest size; ok tells whether that was enough.
func (c *canvas) fit(text string, st style, width, smallest float64) (style, bool) {
	if w := c.width(text, st); w > width {
		st.size *= width / w * 0.999
	}
	if st.size < smallest {
		st.size = smallest
		return st, c.width(text, st) <= width
	}
	return st, true
}

// line sets one line that is made smaller to fit a width. Fields are bounded,
// so that what is still too long is cut into several by block instead.
func (c *canvas) line(x, y float64, text string, st style, width float64) {
	st, _ = c.fit(text, st, width, 1)
	c.text(x, y, text, st)
}

// lineOrTwo sets a text in one line as long as that needs no size below
// smallest, and otherwise in two lines of at most that size. It gives the
// height used; y is the top.
func (c *canvas) lineOrTwo(x, y float64, text string, st style, width, smallest float64) float64 {
	if fitted, ok := c.fit(text, st, width, smallest); ok {
		return c.block(x, y, text, fitted, width, 1)
	}
	st.size = smallest
	return c.block(x, y, text, st, width, 2)
}

// block sets a text of at most lines lines into a width, at the largest size
// that allows it, and gives the height used. y is the top. Lines are of about
// equal length: one character alone on a line looks like a mistake.
func (c *canvas) block(x, y float64, text string, st style, width float64, lines int) float64 {
	for st.size > 4 && len(c.wrap(text, st, width)) > lines {
		st.size *= 0.97
	}
	rows := c.wrap(text, st, width)
	low, high := 0.0, width
	for range 12 {
		if half := (low + high) / 2; len(c.wrap(text, st, half)) > len(rows) {
			low = half
		} else {
			high = half
		}
	}
	rows = c.wrap(text, st, high)
	leading := st.size * 1.3 / pointsPerMM
	for i, row := range rows {
		// The base line of Chinese type lies about 0.88 em below its top.
		c.text(x, y+float64(i)*leading+st.size*0.88/pointsPerMM+leading*0.1, row, st)
	}
	return float64(len(rows)) * leading
}

// wrap breaks a text into lines: between any two Chinese characters, but not
// inside a Latin word or number, and never before closing punctuation.
func (c *canvas) wrap(text string, st style, width float64) []string {
	var rows []string
	row := ""
	for _, t := range tokens(text) {
		if row != "" && c.width(strings.TrimSpace(row+t), st) > width {
			rows = append(rows, strings.TrimSpace(row))
			row = ""
		}
		row += t
	}
	if row = strings.TrimSpace(row); row != "" {
		rows = append(rows, row)
	}
	return rows
}

// tokens cuts a text where lines may break.
func tokens(text string) []string {
	var out []string
	var last rune
	for _, r := range text {
		glue := len(out) > 0 && (latin(last) && latin(r) || strings.ContainsRune("，。、；：！？）》」』】〉”’·,.;:!?)", r) ||
			strings.ContainsRune("（《「『【〈“‘(", last))
		if glue {
			out[len(out)-1] += string(r)
		} else {
			out = append(out, string(r))
		}
		last = r
	}
	return out
}

func latin(r rune) bool { return r < 0x2E80 && !unicode.IsSpace(r) }
