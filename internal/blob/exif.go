package blob

import (
	"encoding/binary"
	"image"
)

// orientation reads how a camera was held (EXIF tag 0x0112), 1 when the file
// does not say. Writing the image anew loses the tag, so it is applied first.
func orientation(data []byte) int {
	value := 1
	segments(data, func(marker byte, body []byte) bool {
		if marker != 0xE1 || len(body) < 14 || string(body[:6]) != "Exif\x00\x00" {
			return true
		}
		value = tiffOrientation(body[6:])
		return false
	})
	return value
}

func tiffOrientation(t []byte) int {
	var order binary.ByteOrder = binary.LittleEndian
	if string(t[:2]) == "MM" {
		order = binary.BigEndian
	}
	start := uint64(order.Uint32(t[4:]))
	if start+2 > uint64(len(t)) {
		return 1
	}
	for n, at := uint64(order.Uint16(t[start:])), start+2; n > 0; n, at = n-1, at+12 {
		if at+12 > uint64(len(t)) {
			return 1
		}
		if order.Uint16(t[at:]) == 0x0112 {
			if v := int(order.Uint16(t[at+8:])); v >= 1 && v <= 8 {
				return v
			}
			return 1
		}
	}
	return 1
}

// turn puts an image upright by its EXIF orientation.
func turn(src *image.RGBA, o int) *image.RGBA {
	if o <= 1 || o > 8 {
		return src
	}
	w, h := src.Rect.Dx(), src.Rect.Dy()
	dw, dh := w, h
	if o >= 5 {
		dw, dh = h, w
	}
	dst := image.NewRGBA(image.Rect(0, 0, dw, dh))
	for y := range dh {
		for x := range dw {
			sx, sy := x, y
			switch o {
			case 2:
				sx = w - 1 - x
			case 3:
				sx, sy = w-1-x, h-1-y
			case 4:
				sy = h - 1 - y
			case 5:
				sx, sy = y, x
			case 6:
				sx, sy = y, h-1-x
			case 7:
				sx, sy = w-1-y, h-1-x
			case 8:
				sx, sy = w-1-y, x
			}
			i, j := dst.PixOffset(x, y), src.PixOffset(sx, sy)
			copy(dst.Pix[i:i+4], src.Pix[j:j+4])
		}
	}
	return dst
}
