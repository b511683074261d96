package poster

import (
	"io"

	"fangxin/internal/i18n"
)

// Poster writes the A4 poster (承诺牌) for the shop's wall.
func Poster(w io.Writer, s Sheet) error {
	return document(w, s, a4Width, a4Height, (*canvas).poster)
}

const (
	a4Width, a4Height = 210.0, 297.0
	margin            = 17.0
)

// document checks a sheet, draws it on one page and writes the file.
func document(w io.Writer, s Sheet, width, height float64, draw func(*canvas, Sheet)) error {
	if err := s.Check(); err != nil {
		return err
	}
	c, err := newCanvas(s, width, height)
	if err != nil {
		return err
	}
	c.page()
	draw(c, s)
	b, err := c.bytes()
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

func zh(key string, args ...any) string { return i18n.Shipped().T(i18n.Zh, "poster."+key, args...) }
func en(key string, args ...any) string { return i18n.Shipped().T(i18n.En, "poster."+key, args...) }

func (c *canvas) poster(s Sheet) {
	c.posterHead(s)
	const inner = a4Width - 2*margin
	y := 95 + c.lineOrTwo(a4Width/2, 95, s.ShopName, style{weight: bold, size: 36, color: cobaltInk, align: center}, inner, 26)
	if s.Address != "" {
		c.lineOrTwo(a4Width/2, y+0.6, s.Address, style{size: 14, color: ink2, align: center}, inner, 10.5)
	}
	c.posterCode(s, margin, 132)
	c.posterPromises(s, 110, 132)
	c.posterNumber(s, 238)
	c.posterFoot(s)
	if s.DemoMark {
		c.ribbon(a4Width, 52)
	}
}

// posterHead is the cobalt field that ends in a wave of glaze, with a plate in
// its ground, the emblem and the title.
func (c *canvas) posterHead(s Sheet) {
	c.rect(0, 0, a4Width, 92, cobalt)
	ground := mix(white, cobalt, 0.13)
	c.outline(plate(a4Width/2, 34, 66), 0.8, ground)
	c.outline(plate(a4Width/2, 34, 53), 0.5, ground)
	wave := func(y float64) []point {
		p := bezier(point{0, y}, point{35, y - 12}, point{70, y - 12}, point{105, y}, 40)
		return append(p, bezier(point{105, y}, point{140, y + 12}, point{175, y + 12}, point{210, y}, 40)...)
	}
	c.polygon(append(wave(79), point{a4Width, 110}, point{0, 110}), glaze)
	// A little wider and lower than the glaze, which must not shine through.
	c.polygon(append(wave(83.5), point{a4Width + 1, 111}, point{-1, 111}), white)

	c.emblem(a4Width/2, 20.5, 12, white, glaze, seal)
	c.line(a4Width/2, 54, s.Title, style{weight: bold, size: 47, color: white, align: center, spacing: 0.08}, a4Width-2*margin)
	sub := s.TitleEn
	if sub == "" {
		sub = en("brand")
	}
	c.line(a4Width/2, 63, sub, style{size: 15, color: mix(white, cobalt, 0.92), align: center, spacing: 0.04}, a4Width-2*margin)
	if s.Label != "" {
		c.line(a4Width/2, 70.5, s.Label, style{weight: bold, size: 15, color: white, align: center, spacing: 0.1}, 130)
	} else if s.Scheme != "" {
		c.line(a4Width/2, 70.5, s.Scheme, style{size: 11, color: mix(white, cobalt, 0.78), align: center, spacing: 0.06}, 130)
	}
}

// posterCodeSide holds 37 modules with the quiet zone: each is 2.08 mm wide.
const posterCodeSide = 77.0

// posterCode is the card with the QR code and the same code to type.
func (c *canvas) posterCode(s Sheet, x, y float64) {
	const width, height, side = 84.0, 100.0, posterCodeSide
	c.polygon(rounded(x, y, width, height, 6), cobalt)
	c.polygon(rounded(x+0.9, y+0.9, width-1.8, height-1.8, 5.2), white)
	m, err := s.matrix()
	if err != nil {
		c.err = err
		return
	}
	c.code(m, x+(width-side)/2, y+1.5, side)
	mid := x + width/2
	c.line(mid, y+81.5, zh("scan"), style{weight: bold, size: 12.5, color: cobaltInk, align: center}, width-8)
	c.line(mid, y+86.5, en("scan"), style{size: 8.5, color: ink3, align: center}, width-8)
	c.line(mid, y+94.5, s.Code.Grouped(), style{weight: bold, size: 14, color: ink, align: center, spacing: 0.06}, width-10)
}

func (c *canvas) posterPromises(s Sheet, x, y float64) {
	width := a4Width - margin - x
	c.text(x, y+5, zh("promises"), style{weight: bold, size: 15, color: cobalt, spacing: 0.06})
	c.text(x+c.width(zh("promises"), style{weight: bold, size: 15, spacing: 0.06})+3, y+5, en("promises"), style{size: 9, color: ink3})
	c.rule(x, y+8.6, x+width, y+8.6, 0.3, 0, line)
	n := len(s.Promises)
	if n == 0 {
		return
	}
	step := min(22.0, 90/float64(n))
	size, lines := 17.0, 2
	if n > 4 {
		size, lines = 14, 1
	}
	for i, p := range s.Promises {
		top := y + 12.5 + float64(i)*step
		head, detail := promise(p)
		c.polygon(rounded(x, top, 11, 11, 3), tint)
		c.tick(x+5.5, top+5.5, 5.4, 1.2, cobalt)
		textWidth := width - 15
		used := c.block(x+15, top-0.9, head, style{weight: bold, size: size, color: ink}, textWidth, 1)
		if detail != "" {
			c.block(x+15, top-0.9+used, detail, style{size: size * 0.62, color: ink2}, textWidth, lines)
		}
	}
}

// posterNumber is the band with what people type and what they look for: the
// certificate number and the last day.
func (c *canvas) posterNumber(s Sheet, y float64) {
	c.rule(margin, y, a4Width-margin, y, 0.25, 1, ink3)
	c.rule(margin, y+20, a4Width-margin, y+20, 0.25, 1, ink3)
	c.fact(margin, y+6.6, zh("number"), en("number"), left)
	number := style{weight: bold, size: 27, color: cobaltInk, spacing: 0.03}
	c.line(margin, y+16.6, s.CertNo, number, 112)
	c.fact(a4Width-margin, y+6.6, zh("expires"), en("expires"), right)
	until := i18n.Date(i18n.Zh, s.ExpiresOn.String())
	c.line(a4Width-margin, y+16.6, until, style{weight: bold, size: 21, color: cobaltInk, align: right}, 60)
}

// fact sets a label in Chinese with its English beside it.
func (c *canvas) fact(x, y float64, chinese, english string, side align) {
	big, small := style{size: 10.5, color: ink2}, style{size: 7.5, color: ink3}
	if side == right {
		x -= c.width(chinese, big) + 2 + c.width(english, small)
	}
	c.text(x, y, chinese, big)
	c.text(x+c.width(chinese, big)+2, y, english, small)
}

func (c *canvas) posterFoot(s Sheet) {
	const top = 264.0
	c.rect(0, top, a4Width, a4Height-top, celadon)
	c.phone(margin, top+3.6, 9, seal)
	big := style{weight: bold, size: 30, color: cobaltInk}
	c.text(margin+12, top+11.6, "12315", big)
	x := margin + 12 + c.width("12315", big) + 3.5
	c.text(x, top+7.2, zh("hotline"), style{weight: bold, size: 11, color: ink})
	c.text(x, top+11.6, en("hotline"), style{size: 7.5, color: ink3})
	if s.Phone != "" {
		c.line(a4Width-margin, top+11.2, zh("shop_phone", s.Phone), style{size: 13, color: ink, align: right}, 85)
	}
	c.rule(margin, top+16, a4Width-margin, top+16, 0.25, 0, glaze)

	issuer := zh("issuer") + " " + s.Issuer
	if s.ApprovalDoc != "" {
		issuer += "　　" + zh("approval") + " " + s.ApprovalDoc
	}
	c.line(margin, top+22, issuer, style{size: 10, color: ink2}, a4Width-2*margin)
	c.text(margin, top+27.4, zh("truth")+" · "+en("truth"), style{size: 8, color: ink3})
	if s.PrintSerial != "" {
		c.line(a4Width-margin, top+27.4, zh("print", s.PrintSerial), style{size: 8, color: ink3, align: right}, 70)
	}
}
