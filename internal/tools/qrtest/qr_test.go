// Package qrtest reads the codes of internal/qr back with two decoders that
// share no code: ZXing in its Go translation, and ZBar.
package qrtest

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"
	"testing"

	"fangxin/internal/qr"
	"fangxin/internal/tools/qrread"
)

const (
	storefront = "HTTPS://FX.EXAMPLE.GOV.CN/B/9M4E2MR0BT5FJ3QX"
	scale      = 8
)

// zbar reads the one code of a picture with ZBar.
func zbar(t *testing.T, img image.Image) (string, error) {
	t.Helper()
	codes, err := qrread.Zbar(t, img)
	return strings.Join(codes, " and "), err
}

func picture(t *testing.T, text string, level qr.Level) (image.Image, qr.Matrix) {
	t.Helper()
	m, err := qr.Encode(text, level)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := m.PNG(&b, scale); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	return img, m
}

func TestBothDecodersAgree(t *testing.T) {
	both := qrread.HasZbar(t)
	for _, text := range []string{storefront, "https://gov.cn/fx/b/9M4E2MR0BT5FJ3QX", "放心消费", strings.Repeat("A1", 87), "0123456789"} {
		for _, level := range []qr.Level{qr.L, qr.M, qr.Q, qr.H} {
			img, _ := picture(t, text, level)
			if got, err := qrread.Image(img); err != nil || got != text {
				t.Errorf("ZXing reads level %d of %q as %q, %v", level, text, got, err)
			}
			if !both {
				continue
			}
			if got, err := zbar(t, img); err != nil || got != text {
				t.Errorf("ZBar reads level %d of %q as %q, %v", level, text, got, err)
			}
		}
	}
}

// paint covers a rectangle, counted in modules without the quiet zone.
func paint(clean image.Image, area image.Rectangle, c color.Color) image.Image {
	img := image.NewRGBA(clean.Bounds())
	draw.Draw(img, img.Bounds(), clean, image.Point{}, draw.Src)
	a := area.Add(image.Pt(qr.Quiet, qr.Quiet))
	draw.Draw(img, image.Rect(a.Min.X*scale, a.Min.Y*scale, a.Max.X*scale, a.Max.Y*scale), image.NewUniform(c), image.Point{}, draw.Src)
	return img
}

// A storefront code with 15 % of its area gone in one piece still opens the
// right page with both decoders. How much is survived depends on the place:
// level Q mends 9 of 35 codewords in each of two interleaved blocks, the
// larger half of which one compact blot of this size may reach, and no code
// survives without its three finder patterns. So the places are named here,
// and the test below says what is survived everywhere.
func TestFifteenPercentGone(t *testing.T) {
	both := qrread.HasZbar(t)
	clean, m := picture(t, storefront, qr.Q)
	n := m.Modules()
	for _, damage := range []struct {
		name string
		area image.Rectangle
	}{
		{"strip from the upper edge", image.Rect(9, 0, 17, 16)},
		{"bite from the left edge", image.Rect(0, 9, 12, 20)},
		{"blot in the middle", image.Rect(9, 6, 21, 17)},
		{"scratch across", image.Rect(6, 12, 22, 20)},
		{"scratch down", image.Rect(9, 6, 15, 28)},
	} {
		if area := damage.area.Dx() * damage.area.Dy(); area*100 < 15*n*n {
			t.Fatalf("%s covers only %d of %d modules", damage.name, area, n*n)
		}
		img := paint(clean, damage.area, color.White)
		if got, err := qrread.Image(img); err != nil || got != storefront {
			t.Errorf("%s: ZXing reads %q, %v", damage.name, got, err)
		}
		if !both {
			continue
		}
		if got, err := zbar(t, img); err != nil || got != storefront {
			t.Errorf("%s: ZBar reads %q, %v", damage.name, got, err)
		}
	}
}

// A hole of 5 % of the area, white or black, may sit anywhere outside the
// finder patterns and the alignment pattern.
func TestHoleAnywhere(t *testing.T) {
	clean, m := picture(t, storefront, qr.Q)
	n := m.Modules()
	const side = 7
	if side*side*100 < 5*n*n {
		t.Fatal("the hole is too small")
	}
	spared := []image.Rectangle{
		image.Rect(0, 0, 9, 9), image.Rect(n-9, 0, n, 9), image.Rect(0, n-9, 9, n),
		image.Rect(n-9, n-9, n-4, n-4),
	}
	tried := 0
	for y := 0; y+side <= n; y++ {
	place:
		for x := 0; x+side <= n; x++ {
			hole := image.Rect(x, y, x+side, y+side)
			for _, s := range spared {
				if hole.Overlaps(s) {
					continue place
				}
			}
			tried++
			for name, c := range map[string]color.Color{"white": color.White, "black": color.Black} {
				if got, err := qrread.Image(paint(clean, hole, c)); err != nil || got != storefront {
					t.Errorf("%s hole at %v: %q, %v", name, hole.Min, got, err)
				}
			}
		}
	}
	if tried < 80 {
		t.Errorf("only %d places were tried", tried)
	}
}
