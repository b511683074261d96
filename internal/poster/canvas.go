package poster

import (
	"bytes"
	"math"

	"github.com/signintech/gopdf"

	"fangxin/internal/qr"
)

const pointsPerMM = 72 / 25.4

type rgb [3]uint8

// The porcelain colours: cobalt for the institution, celadon for calm, ink for
// words, seal green for what is certified.
var (
	ink       = rgb{0x14, 0x21, 0x2B}
	ink2      = rgb{0x3F, 0x4F, 0x5B}
	ink3      = rgb{0x5A, 0x6A, 0x76}
	line      = rgb{0xC3, 0xCE, 0xD4}
	white     = rgb{0xFF, 0xFF, 0xFF}
	cobalt    = rgb{0x1B, 0x4F, 0x8F}
	cobaltInk = rgb{0x10, 0x30, 0x5A}
	tint      = rgb{0xE6, 0xEE, 0xF7}
	celadon   = rgb{0xEA, 0xF4, 0xEE}
	glaze     = rgb{0xA5, 0xC9, 0xCE}
	seal      = rgb{0x0A, 0x74, 0x49}
	gold      = rgb{0xF6, 0xC4, 0x45}
	goldInk   = rgb{0x2A, 0x1D, 0x00}
	qrInk     = rgb{0x0B, 0x1B, 0x2E}
)

// mix is a over b with the given share of a.
func mix(a, b rgb, share float64) rgb {
	var out rgb
	for i := range out {
		out[i] = uint8(math.Round(float64(a[i])*share + float64(b[i])*(1-share)))
	}
	return out
}

type point struct{ x, y float64 }

// canvas draws on the pages of one PDF. Lengths are millimetres from the
// origin, which moves when one page holds several prints; sizes of type are
// points. The first error stays and stops the drawing.
type canvas struct {
	pdf    *gopdf.GoPdf
	fonts  *fontSet
	loaded [weights]bool
	origin point
	err    error
}

// newCanvas starts a document with pages of the given size.
func newCanvas(s Sheet, width, height float64) (*canvas, error) {
	f, err := fonts()
	if err != nil {
		return nil, err
	}
	c := &canvas{pdf: new(gopdf.GoPdf), fonts: f}
	c.pdf.Start(gopdf.Config{Unit: gopdf.UnitPT, PageSize: gopdf.Rect{W: width * pointsPerMM, H: height * pointsPerMM}})
	c.pdf.SetInfo(gopdf.PdfInfo{
		Title: s.Title + " " + s.ShopName, Author: s.Issuer, Subject: s.CertNo, Creator: "Fangxin", Producer: "Fangxin",
		CreationDate: s.PrintedAt.UTC(),
	})
	return c, nil
}

func (c *canvas) page() { c.pdf.AddPage(); c.origin = point{} }

// bytes is the finished document.
func (c *canvas) bytes() ([]byte, error) {
	if c.err != nil {
		return nil, c.err
	}
	var b bytes.Buffer
	_, err := c.pdf.WriteTo(&b)
	return b.Bytes(), err
}

func (c *canvas) at(x, y float64) (float64, float64) {
	return (c.origin.x + x) * pointsPerMM, (c.origin.y + y) * pointsPerMM
}

func (c *canvas) rect(x, y, w, h float64, fill rgb) {
	px, py := c.at(x, y)
	c.pdf.SetFillColor(fill[0], fill[1], fill[2])
	c.pdf.RectFromUpperLeftWithStyle(px, py, w*pointsPerMM, h*pointsPerMM, "F")
}

func (c *canvas) polygon(points []point, fill rgb) {
	c.pdf.SetFillColor(fill[0], fill[1], fill[2])
	c.pdf.Polygon(c.points(points), "F")
}

// outline draws the closed line through the points; width in millimetres.
func (c *canvas) outline(points []point, width float64, stroke rgb) {
	c.pdf.SetStrokeColor(stroke[0], stroke[1], stroke[2])
	c.pdf.SetLineWidth(width * pointsPerMM)
	c.pdf.Polygon(c.points(points), "D")
}

func (c *canvas) points(in []point) []gopdf.Point {
	out := make([]gopdf.Point, len(in))
	for i, p := range in {
		out[i].X, out[i].Y = c.at(p.x, p.y)
	}
	return out
}

// rule draws a straight line, dashed when dash (in millimetres) is not 0.
func (c *canvas) rule(x1, y1, x2, y2, width, dash float64, stroke rgb) {
	ax, ay := c.at(x1, y1)
	bx, by := c.at(x2, y2)
	c.pdf.SetStrokeColor(stroke[0], stroke[1], stroke[2])
	c.pdf.SetLineWidth(width * pointsPerMM)
	if dash > 0 {
		c.pdf.SetCustomLineType([]float64{dash * pointsPerMM, dash * pointsPerMM}, 0)
		defer c.pdf.SetCustomLineType([]float64{}, 0)
	}
	c.pdf.Line(ax, ay, bx, by)
}

// code draws a QR code with its quiet zone into a square. Each run of modules
// reaches a hair below itself, so that no renderer leaves a seam.
func (c *canvas) code(m qr.Matrix, x, y, side float64) {
	c.rect(x, y, side, side, white)
	module := side / float64(m.Size())
	const hair = 0.02
	m.Runs(func(mx, my, n int) {
		c.rect(x+float64(mx)*module, y+float64(my)*module, float64(n)*module, module+hair, qrInk)
	})
}
