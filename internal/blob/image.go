package blob

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // registers the decoder
	"sync"

	_ "golang.org/x/image/webp" // registers the decoder

	"fangxin/internal/fault"
)

// maxWork is the most memory that decoding one image may take, in bytes.
const maxWork = 200 << 20

// decoding lets one image be decoded at a time, so that the memory for it is
// bounded for the whole process.
var decoding sync.Mutex

// Normalise decodes an image and writes it anew as JPEG without metadata, at
// most [MaxEdge] long and upright. The size is read and judged before any
// pixel is decoded.
func Normalise(data []byte) (out []byte, width, height int, err error) {
	if len(data) > MaxImageBytes {
		return nil, 0, 0, fault.New(fault.TooLarge, "image_bytes", MaxImageBytes>>20)
	}
	cfg, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, 0, 0, fault.Wrap(fault.UnsupportedMedia, err, "image_unreadable")
	}
	if err := judge(cfg, format, data); err != nil {
		return nil, 0, 0, err
	}
	decoding.Lock()
	defer decoding.Unlock()
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, 0, 0, fault.Wrap(fault.UnsupportedMedia, err, "image_unreadable")
	}
	small := turn(shrink(img, MaxEdge), orientation(data))
	var b bytes.Buffer
	if err := jpeg.Encode(&b, small, &jpeg.Options{Quality: 82}); err != nil {
		return nil, 0, 0, err
	}
	return b.Bytes(), small.Bounds().Dx(), small.Bounds().Dy(), nil
}

func judge(cfg image.Config, format string, data []byte) error {
	w, h := int64(cfg.Width), int64(cfg.Height)
	switch {
	case w < 16 || h < 16:
		return fault.New(fault.UnsupportedMedia, "image_tiny")
	case w*h > MaxPixels:
		return fault.New(fault.TooLarge, "image_pixels", MaxPixels/1_000_000)
	case max(w, h) > MaxRatio*min(w, h):
		return fault.New(fault.UnsupportedMedia, "image_ratio", MaxRatio)
	case w*h*cost(cfg, format, data) > maxWork:
		return fault.New(fault.TooLarge, "image_memory")
	}
	return nil
}

// cost is how many bytes the decoder needs for a pixel.
func cost(cfg image.Config, format string, data []byte) int64 {
	if format == "jpeg" {
		if progressive(data) {
			return 15 // keeps every coefficient as 32 bits until the end
		}
		if cfg.ColorModel == color.CMYKModel {
			return 8
		}
		return 3
	}
	switch cfg.ColorModel {
	case color.NRGBA64Model, color.RGBA64Model:
		return 8
	case color.Gray16Model:
		return 2
	case color.GrayModel:
		return 1
	}
	return 4
}

// segments walks the marker segments of a JPEG up to the scan.
func segments(data []byte, visit func(marker byte, body []byte) bool) {
	for i := 2; i+4 <= len(data) && data[i] == 0xFF; {
		marker := data[i+1]
		if marker == 0xFF {
			i++ // fill byte
			continue
		}
		n := int(data[i+2])<<8 | int(data[i+3])
		if marker == 0xDA || n < 2 || i+2+n > len(data) {
			return
		}
		if !visit(marker, data[i+4:i+2+n]) {
			return
		}
		i += 2 + n
	}
}

func progressive(data []byte) bool {
	found := false
	segments(data, func(marker byte, _ []byte) bool {
		found = marker == 0xC2
		return !found
	})
	return found
}

// shrink averages areas of pixels row by row, so that besides the source only
// the result and one row of sums are in memory.
func shrink(src image.Image, edge int) *image.RGBA {
	b := src.Bounds()
	w, h := b.Dx(), b.Dy()
	dw, dh := w, h
	if long := max(w, h); long > edge {
		dw, dh = max(1, w*edge/long), max(1, h*edge/long)
	}
	dst := image.NewRGBA(image.Rect(0, 0, dw, dh))
	at := reader(src)
	sums := make([][4]uint32, dw) // red, green, blue, count
	for dy := range dh {
		clear(sums)
		for y := dy * h / dh; y < (dy+1)*h/dh; y++ {
			for x := range w {
				r, g, bl := at(b.Min.X+x, b.Min.Y+y)
				s := &sums[x*dw/w]
				s[0], s[1], s[2], s[3] = s[0]+uint32(r), s[1]+uint32(g), s[2]+uint32(bl), s[3]+1
			}
		}
		for dx, s := range sums {
			i := dst.PixOffset(dx, dy)
			dst.Pix[i], dst.Pix[i+1], dst.Pix[i+2], dst.Pix[i+3] = byte(s[0]/s[3]), byte(s[1]/s[3]), byte(s[2]/s[3]), 255
		}
	}
	return dst
}

// reader gives the colour of a pixel on white ground.
func reader(src image.Image) func(x, y int) (r, g, b byte) {
	if m, ok := src.(*image.YCbCr); ok {
		return func(x, y int) (byte, byte, byte) {
			c := m.COffset(x, y)
			return color.YCbCrToRGB(m.Y[m.YOffset(x, y)], m.Cb[c], m.Cr[c])
		}
	}
	return func(x, y int) (byte, byte, byte) {
		r, g, b, a := src.At(x, y).RGBA()
		white := 0xFFFF - a
		return byte((r + white) >> 8), byte((g + white) >> 8), byte((b + white) >> 8)
	}
}
