// Package qr owns the drawing of QR codes (GB/T 18284): one encoding of a
// payload, and writers for SVG, PNG and vector pages made from it.
//
// It does not know what a code means, and nothing else in the house imports
// the encoder.
package qr

import (
	"bufio"
	"fmt"
	"html"
	"image"
	"image/color"
	"image/png"
	"io"

	qrcode "github.com/skip2/go-qrcode"
)

// Level is how much damage a code survives.
type Level int

// The levels; storefront codes use Q.
const (
	L Level = iota // 7 %
	M              // 15 %
	Q              // 25 %
	H              // 30 %
)

var levels = map[Level]qrcode.RecoveryLevel{L: qrcode.Low, M: qrcode.Medium, Q: qrcode.High, H: qrcode.Highest}

// Quiet is the width of the empty border in modules, as the standard demands.
const Quiet = 4

// Matrix is a drawn code: true is dark. It includes the quiet zone.
type Matrix struct{ rows [][]bool }

// Encode draws a payload. It fails when the payload is empty or too long.
func Encode(payload string, level Level) (Matrix, error) {
	// The encoder's value changes with each call of its methods, so it is
	// used once and thrown away.
	q, err := qrcode.New(payload, levels[level])
	if err != nil {
		return Matrix{}, fmt.Errorf("qr: %w", err)
	}
	return Matrix{rows: q.Bitmap()}, nil
}

// Size is the number of modules a side, with the quiet zone.
func (m Matrix) Size() int { return len(m.rows) }

// Modules is the number of modules a side without the quiet zone.
func (m Matrix) Modules() int { return len(m.rows) - 2*Quiet }

// Runs calls fn for each horizontal run of dark modules.
func (m Matrix) Runs(fn func(x, y, length int)) {
	for y, row := range m.rows {
		for x := 0; x < len(row); x++ {
			if !row[x] {
				continue
			}
			start := x
			for x < len(row) && row[x] {
				x++
			}
			fn(start, y, x-start)
		}
	}
}

// SVG writes the code as one path in a square of its size in modules; title
// names it to a screen reader.
func (m Matrix) SVG(w io.Writer, title string) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" shape-rendering="crispEdges"><title>%s</title><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="`,
		m.Size(), m.Size(), html.EscapeString(title), m.Size(), m.Size())
	m.Runs(func(x, y, n int) { fmt.Fprintf(b, "M%d %dh%dv1h-%dz", x, y, n, n) })
	b.WriteString(`"/></svg>`)
	return b.Flush()
}

// PNG writes the code with scale pixels a module, in two colours.
func (m Matrix) PNG(w io.Writer, scale int) error {
	if scale < 1 || scale > 64 {
		return fmt.Errorf("qr: scale %d is not between 1 and 64", scale)
	}
	n := m.Size() * scale
	img := image.NewPaletted(image.Rect(0, 0, n, n), color.Palette{color.White, color.Black})
	for y, row := range m.rows {
		line := img.Pix[y*scale*img.Stride : y*scale*img.Stride+n]
		for x, dark := range row {
			if dark {
				for i := x * scale; i < (x+1)*scale; i++ {
					line[i] = 1
				}
			}
		}
		for i := 1; i < scale; i++ {
			copy(img.Pix[(y*scale+i)*img.Stride:], line)
		}
	}
	enc := png.Encoder{CompressionLevel: png.BestSpeed}
	return enc.Encode(w, img)
}
