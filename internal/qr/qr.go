// Package qr owns the drawing of QR codes (GB/T 18284): one encoding of a
// payload, and writers for SVG, PNG and vector pages made from it.
//
// It does not know what a code means, and nothing else in the house imports
// the encoder.
package qr

import (
	"fmt"

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
