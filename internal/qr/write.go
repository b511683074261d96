package qr

import (
	"encoding/binary"
	"fmt"
	"hash/adler32"
	"hash/crc32"
	"html"
	"io"
	"strconv"
)

// SVG writes the code as one path in a square of its size in modules; title
// names it to a screen reader. There is no style attribute, so that it obeys
// a strict content security policy when placed inside a page.
func (m Matrix) SVG(w io.Writer, title string) error {
	size := strconv.Itoa(m.Size())
	b := make([]byte, 0, 6<<10)
	b = append(b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 `...)
	b = append(b, size...)
	b = append(b, ' ')
	b = append(b, size...)
	b = append(b, `" role="img" shape-rendering="crispEdges"><title>`...)
	b = append(b, html.EscapeString(title)...)
	b = append(b, `</title><path fill="#fff" d="M0 0h`...)
	b = append(b, size...)
	b = append(b, 'v')
	b = append(b, size...)
	b = append(b, `H0z"/><path d="`...)
	m.Runs(func(x, y, n int) {
		b = strconv.AppendInt(append(b, 'M'), int64(x), 10)
		b = strconv.AppendInt(append(b, ' '), int64(y), 10)
		b = strconv.AppendInt(append(b, 'h'), int64(n), 10)
		b = strconv.AppendInt(append(b, "v1h-"...), int64(n), 10)
		b = append(b, 'z')
	})
	b = append(b, `"/></svg>`...)
	_, err := w.Write(b)
	return err
}

// Scales of a PNG, in pixels a module.
const (
	MinScale = 1
	MaxScale = 64
)

// PNG writes the code with scale pixels a module as a picture of one bit a
// pixel with a palette of white and black. It is written here rather than by
// image/png because that packs each pixel anew and searches for repetitions
// that are known beforehand: twice the time of encoding the code itself.
func (m Matrix) PNG(w io.Writer, scale int) error {
	if scale < MinScale || scale > MaxScale {
		return fmt.Errorf("qr: scale %d is not between %d and %d", scale, MinScale, MaxScale)
	}
	side := m.Size() * scale
	stride := 1 + (side+7)/8 // filter type (always 0), then the packed bits
	lines := make([]byte, 0, stride*side)
	z := newDeflater(len(m.rows) * stride * 2)
	for _, row := range m.rows {
		start := len(lines)
		lines = lines[:start+stride]
		line := lines[start+1:]
		for x, dark := range row {
			if dark {
				for i := x * scale; i < (x+1)*scale; i++ {
					line[i>>3] |= 0x80 >> (i & 7)
				}
			}
		}
		z.literals(lines[start:])
		for range scale - 1 {
			lines = append(lines, lines[start:start+stride]...)
		}
		z.repeat(stride, stride*(scale-1))
	}

	head := binary.BigEndian.AppendUint32(nil, uint32(side))
	head = binary.BigEndian.AppendUint32(head, uint32(side))
	head = append(head, 1, 3, 0, 0, 0) // one bit, palette, deflate, adaptive filters, not interlaced
	body := z.close(adler32.Checksum(lines))
	b := append(make([]byte, 0, len(body)+128), "\x89PNG\r\n\x1a\n"...)
	b = chunk(b, "IHDR", head)
	b = chunk(b, "PLTE", []byte{255, 255, 255, 0, 0, 0})
	b = chunk(b, "IDAT", body)
	b = chunk(b, "IEND", nil)
	_, err := w.Write(b)
	return err
}

// chunk appends one chunk of a PNG: length, name, data, checksum.
func chunk(b []byte, name string, data []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(data)))
	start := len(b)
	b = append(append(b, name...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[start:]))
}
