package qr

import (
	"encoding/binary"
	"math/bits"
)

// deflater writes one zlib stream (RFC 1950) of a single block with the fixed
// codes (RFC 1951, 3.2.6). Its caller says where the data repeats itself,
// which in a picture of enlarged modules is known.
type deflater struct {
	out   []byte
	acc   uint64
	count uint
}

func newDeflater(sizeHint int) *deflater {
	d := &deflater{out: append(make([]byte, 0, sizeHint), 0x78, 0x01)}
	d.bits(0b011, 3) // last block, fixed codes
	return d
}

// bits writes the n lowest bits of v, lowest first.
func (d *deflater) bits(v uint64, n uint) {
	d.acc |= v << d.count
	d.count += n
	for d.count >= 8 {
		d.out = append(d.out, byte(d.acc))
		d.acc >>= 8
		d.count -= 8
	}
}

// code writes a Huffman code, highest bit first.
func (d *deflater) code(v uint16, n uint) { d.bits(uint64(bits.Reverse16(v)>>(16-n)), n) }

func (d *deflater) literals(data []byte) {
	for _, c := range data {
		if c < 144 {
			d.code(0x30+uint16(c), 8)
		} else {
			d.code(0x190+uint16(c)-144, 9)
		}
	}
}

// repeat copies length bytes from distance bytes back, in the lengths that
// need no extra bits: 258, then 10 to 3. What stays below 3 rides on the piece
// before it, so that a length of 1 or 2 alone is not possible.
func (d *deflater) repeat(distance, length int) {
	for length > 0 {
		switch n := min(length, 258); {
		case n == 258 && (length == 258 || length >= 261):
			d.code(0xC5, 8) // symbol 285
			length -= 258
		case length > 10:
			n = min(10, length-3)
			d.code(uint16(n-2), 7) // symbols 257 to 264
			length -= n
		default:
			d.code(uint16(length-2), 7)
			length = 0
		}
		d.distance(uint32(distance - 1))
	}
}

// distance writes a distance, given less one.
func (d *deflater) distance(v uint32) {
	if v < 4 {
		d.code(uint16(v), 5)
		return
	}
	extra := uint(bits.Len32(v)) - 2
	d.code(uint16(2*extra+2)+uint16(v>>extra&1), 5)
	d.bits(uint64(v&(1<<extra-1)), extra)
}

func (d *deflater) close(checksum uint32) []byte {
	d.code(0, 7) // end of block
	if d.count > 0 {
		d.bits(0, 8-d.count)
	}
	return binary.BigEndian.AppendUint32(d.out, checksum)
}
