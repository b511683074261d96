package poster

import (
	"io"

	"fangxin/internal/i18n"
)

// The door sticker, in millimetres; four of them fit on an A4 sheet.
const (
	stickerWidth, stickerHeight = 100.0, 140.0
	perSheet                    = 4
)

// stickerCodeSide holds 37 modules with the quiet zone: each is 2 mm wide.
const stickerCodeSide = 74.0

// Sticker writes one door sticker on a page of its own size.
func Sticker(w io.Writer, s Sheet) error {
	return document(w, s, stickerWidth, stickerHeight, (*canvas).sticker)
}

// StickerSheets writes stickers on A4 pages, four on each, with cutting marks.
func StickerSheets(w io.Writer, sheets []Sheet) error {
	if len(sheets) == 0 {
		return &FieldError{Field: "sheets", Rule: "required"}
	}
	for _, s := range sheets {
		if err := s.Check(); err != nil {
			return err
		}
	}
	c, err := newCanvas(sheets[0], a4Width, a4Height)
	if err != nil {
		return err
	}
	left, top := (a4Width-2*stickerWidth)/2, (a4Height-2*stickerHeight)/2
	for i, s := range sheets {
		place := i % perSheet
		if place == 0 {
			c.page()
			c.cuttingMarks(left, top)
		}
		c.origin = point{left + float64(place%2)*stickerWidth, top + float64(place/2)*stickerHeight}
		c.sticker(s)
	}
	b, err := c.bytes()
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

func (c *canvas) cuttingMarks(left, top float64) {
	for i := range 3 {
		x, y := left+float64(i)*stickerWidth, top+float64(i)*stickerHeight
		c.rule(x, 1.5, x, top-1.5, 0.15, 0, ink3)
		c.rule(x, a4Height-top+1.5, x, a4Height-1.5, 0.15, 0, ink3)
		c.rule(0.8, y, left-0.8, y, 0.15, 0, ink3)
		c.rule(a4Width-left+0.8, y, a4Width-0.8, y, 0.15, 0, ink3)
	}
}

func (c *canvas) sticker(s Sheet) {
	const (
		edge, radius = 1.5, 6.0
		head         = 24.0
		foot         = 124.5
		mid          = stickerWidth / 2
	)
	// The outline in three fields: cobalt above, white, gold below. What is cut
	// is a little inside the format, so that a knife need not be exact.
	w, h := stickerWidth-2*edge, stickerHeight-2*edge
	c.polygon(rounded(edge, edge, w, h, radius), mix(cobalt, white, 0.35))
	c.polygon(rounded(edge+0.3, edge+0.3, w-0.6, h-0.6, radius-0.3), gold)
	c.polygon(rounded(edge+0.3, edge+0.3, w-0.6, 40, radius-0.3), cobalt)
	c.rect(edge+0.25, head, w-0.5, foot-head, white)

	c.emblem(15, 12.8, 7.8, white, glaze, seal)
	title := style{weight: bold, size: 27, color: white, spacing: 0.06}
	c.line(26.5, 14.4, s.Title, title, stickerWidth-26.5-7)
	sub := s.TitleEn
	if sub == "" {
		sub = en("brand")
	}
	if s.Label != "" {
		sub = s.Label + "　" + sub
	}
	c.line(26.5, 19.8, sub, style{size: 9.5, color: mix(white, cobalt, 0.92)}, stickerWidth-26.5-7)

	const side = stickerCodeSide
	m, err := s.matrix()
	if err != nil {
		c.err = err
		return
	}
	c.code(m, mid-side/2, head+0.2, side)
	if s.DemoMark {
		c.tag(7.4, head+side/2, 90)
		c.tag(stickerWidth-7.4, head+side/2, -90)
	}

	y := head + side - 0.6
	label := zh("scan_short") + "  " + en("scan_short")
	pill := style{weight: bold, size: 11, color: white, align: center}
	width := c.width(label, pill) + 10
	c.polygon(rounded(mid-width/2, y, width, 6.4, 3.1), seal)
	c.text(mid, y+4.6, label, pill)
	c.line(mid, y+12.4, s.Code.Grouped(), style{weight: bold, size: 13.5, color: ink, align: center, spacing: 0.06}, 84)
	c.line(mid, y+17.4, s.CertNo, style{size: 10.5, color: ink2, align: center, spacing: 0.04}, 84)
	name := style{weight: bold, size: 14, color: cobaltInk, align: center}
	if c.width(s.ShopName, name) > 110 { // two small lines read better than a tiny one
		name.size = 8.6
		c.block(mid, y+18, s.ShopName, name, 86, 2)
	} else {
		c.block(mid, y+18.4, s.ShopName, name, 86, 1)
	}

	until := i18n.Date(i18n.Zh, s.ExpiresOn.String())
	date := style{weight: bold, size: 18, color: goldInk}
	words := style{size: 10.5, color: goldInk}
	total := c.width(zh("expires"), words) + 3 + c.width(until, date)
	x := mid - total/2
	c.text(x, foot+7, zh("expires"), words)
	c.text(x+c.width(zh("expires"), words)+3, foot+7, until, date)
	last := s.Issuer
	if s.PrintSerial != "" {
		last += " · " + zh("print", s.PrintSerial)
	}
	c.line(mid, foot+11.4, last+" · 12315", style{size: 7.5, color: goldInk, align: center}, 84)
}
