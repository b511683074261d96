package poster

import (
	"io"

	"fangxin/internal/i18n"
)

// Certificate writes the certificate of a title (称号证书) on A4 across.
func Certificate(w io.Writer, s Sheet) error {
	return document(w, s, a4Height, a4Width, (*canvas).certificate)
}

func (c *canvas) certificate(s Sheet) {
	const width, height = a4Height, a4Width
	const mid = width / 2
	c.rect(0, 0, width, height, rgb{0xFB, 0xFC, 0xFA})
	ground := mix(glaze, white, 0.22)
	c.outline(plate(mid, 112, 78), 0.7, ground)
	c.outline(plate(mid, 112, 63), 0.5, ground)
	c.frame(width, height)

	c.emblem(mid, 34, 13, cobalt, glaze, white)
	c.text(mid, 60, zh("certificate"), style{weight: bold, size: 15, color: ink2, align: center, spacing: 0.5})
	c.text(mid, 65.2, en("certificate"), style{size: 8.5, color: ink3, align: center, spacing: 0.2})

	y := 70.0
	y += c.lineOrTwo(mid, y, s.ShopName, style{weight: bold, size: 31, color: cobaltInk, align: center}, 210, 24)
	if s.Operator != "" {
		c.line(mid, y+4.5, zh("operator")+"　"+s.Operator, style{size: 11, color: ink2, align: center}, 220)
		y += 6.5
	}
	if s.Address != "" {
		c.line(mid, y+4.5, zh("address")+"　"+s.Address, style{size: 11, color: ink2, align: center}, 220)
		y += 6.5
	}
	c.text(mid, y+9, zh("award"), style{size: 13, color: ink, align: center})
	c.line(mid, y+14, en("award"), style{size: 8, color: ink3, align: center}, 200)
	c.line(mid, y+30, s.Title, style{weight: bold, size: 38, color: cobalt, align: center, spacing: 0.1}, 160)
	if s.TitleEn != "" {
		c.line(mid, y+37.5, s.TitleEn, style{size: 12, color: ink2, align: center}, 220)
	}
	if s.Label != "" {
		c.line(mid, y+44, s.Label, style{weight: bold, size: 14, color: cobaltInk, align: center, spacing: 0.1}, 160)
	}

	c.certificateFacts(s, 32, 158)
	m, err := s.matrix()
	if err != nil {
		c.err = err
		return
	}
	const side = 40.0
	c.polygon(rounded(width-26-side-0.6, 141.4, side+1.2, side+11.2, 3), white)
	c.code(m, width-26-side, 142, side)
	c.line(width-26-side/2, 185.6, zh("scan_short")+" "+en("scan_short"), style{size: 7.5, color: ink2, align: center}, 46)
	c.line(width-26-side/2, 190, s.Code.Grouped(), style{weight: bold, size: 7.5, color: ink, align: center}, 46)

	c.lineOrTwo(178, 165.5, s.Issuer, style{weight: bold, size: 14, color: ink, align: center}, 76, 10)
	c.text(178, 178, zh("seal"), style{size: 10, color: ink3, align: center})
	c.text(178, 185.5, i18n.Date(i18n.Zh, s.IssuedOn.String()), style{size: 13, color: ink, align: center})
	if s.DemoMark {
		c.ribbon(width, 52)
	}
}

// certificateFacts is the column of what the title rests on.
func (c *canvas) certificateFacts(s Sheet, x, y float64) {
	rows := []struct{ key, value string }{
		{"number", s.CertNo},
		{"approval", s.ApprovalDoc},
		{"issued", i18n.Date(i18n.Zh, s.IssuedOn.String())},
		{"expires", i18n.Date(i18n.Zh, s.ExpiresOn.String())},
	}
	for _, row := range rows {
		if row.value == "" {
			continue
		}
		c.text(x, y, zh(row.key), style{size: 10, color: ink2})
		c.text(x, y+3.4, en(row.key), style{size: 6.5, color: ink3})
		c.line(x+25, y+1, row.value, style{weight: bold, size: 11.5, color: ink}, 78)
		y += 9.4
	}
}

// frame is the double border, its corners cut round as a plate's rim is.
func (c *canvas) frame(width, height float64) {
	for _, f := range []struct{ inset, stroke float64 }{{9, 1.4}, {12, 0.35}} {
		c.outline(notched(f.inset, f.inset, width-2*f.inset, height-2*f.inset, 9), f.stroke, cobalt)
	}
	for _, corner := range []point{{14.5, 14.5}, {width - 14.5, 14.5}, {14.5, height - 14.5}, {width - 14.5, height - 14.5}} {
		c.polygon(plate(corner.x-3.8*sign(corner.x, width), corner.y-3.8*sign(corner.y, height), 3), glaze)
	}
}

// sign is 1 in the first half of a length and -1 in the second.
func sign(at, length float64) float64 {
	if at < length/2 {
		return 1
	}
	return -1
}
