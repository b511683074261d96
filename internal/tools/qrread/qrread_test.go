package qrread

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
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
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		t.Fatal(err)
	}
	if got := Zbar(t, b.Bytes()); !slices.Equal(got, []string{text}) {
		t.Errorf("Zbar = %q", got)
	}
}

func TestBlankPictureHasNoCode(t *testing.T) {
	if got, err := Image(image.NewGray(image.Rect(0, 0, 100, 100))); err == nil {
		t.Errorf("Image = %q", got)
	}
}
