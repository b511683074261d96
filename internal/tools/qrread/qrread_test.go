package qrread

import (
	"image"
	"image/color"
	"slices"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

func draw(t *testing.T, text string) image.Image {
	t.Helper()
	matrix, err := qrcode.NewQRCodeWriter().Encode(text, gozxing.BarcodeFormat_QR_CODE, 300, 300, nil)
	if err != nil {
		t.Fatal(err)
	}
	picture := image.NewGray(image.Rect(0, 0, matrix.GetWidth(), matrix.GetHeight()))
	for y := range matrix.GetHeight() {
		for x := range matrix.GetWidth() {
			if !matrix.Get(x, y) {
				picture.SetGray(x, y, color.Gray{Y: 255})
			}
		}
	}
	return picture
}

func TestBothReadersAgree(t *testing.T) {
	const text = "HTTPS://EXAMPLE.ORG/B/8K3M-7Q"
	picture := draw(t, text)
	if got, err := Image(picture); err != nil || got != text {
		t.Errorf("Image = %q, %v", got, err)
	}
	if !HasZbar(t) {
		return
	}
	if got, err := Zbar(t, picture); err != nil || !slices.Equal(got, []string{text}) {
		t.Errorf("Zbar = %q, %v", got, err)
	}
}

func TestBlankPictureHasNoCode(t *testing.T) {
	blank := image.NewGray(image.Rect(0, 0, 100, 100))
	if got, err := Image(blank); err == nil {
		t.Errorf("Image = %q", got)
	}
	if HasZbar(t) {
		if got, err := Zbar(t, blank); err == nil {
			t.Errorf("Zbar = %q", got)
		}
	}
}
