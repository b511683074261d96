// Package qrtest reads the codes of internal/qr back with two decoders that
// share no code: ZXing in its Go translation, and ZBar.
package qrtest

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"fangxin/internal/qr"
)

const (
	storefront = "HTTPS://FX.EXAMPLE.GOV.CN/B/9M4E2MR0BT5FJ3QX"
	scale      = 8
)

func zxing(img image.Image) (string, error) {
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		return "", err
	}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		return "", err
	}
	return result.GetText(), nil
}

// zbar is empty when ZBar is not installed, which CI does not allow.
func zbar(t *testing.T) string {
	path, err := exec.LookPath("zbarimg")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("zbarimg is required in CI: apt-get install zbar-tools")
		}
		t.Log("no zbarimg: only one decoder was asked")
	}
	return path
}

func zbarRead(t *testing.T, program string, img image.Image) (string, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "code.png")
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(program, "--quiet", "--raw", path).Output()
	return strings.TrimSpace(string(out)), err
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
	program := zbar(t)
	for _, text := range []string{storefront, "https://gov.cn/fx/b/9M4E2MR0BT5FJ3QX", "放心消费", strings.Repeat("A1", 87), "0123456789"} {
		for _, level := range []qr.Level{qr.L, qr.M, qr.Q, qr.H} {
			img, _ := picture(t, text, level)
			if got, err := zxing(img); err != nil || got != text {
				t.Errorf("ZXing reads level %d of %q as %q, %v", level, text, got, err)
			}
			if program == "" {
				continue
			}
			if got, err := zbarRead(t, program, img); err != nil || got != text {
				t.Errorf("ZBar reads level %d of %q as %q, %v", level, text, got, err)
			}
		}
	}
}

// A storefront code with 15 % of its area lost - a corner torn off, a blot, a
// scratch from edge to edge - still opens the right page with both decoders.
// The three finder patterns are spared: without one of them no decoder knows
// that there is a code.
func TestDamage(t *testing.T) {
	program := zbar(t)
	_, m := picture(t, storefront, qr.Q)
	n := m.Modules()
	for _, damage := range []struct {
		name string
		area image.Rectangle // in modules, without the quiet zone
	}{
		{"corner torn off", image.Rect(n-12, n-11, n, n)},
		{"blot in the middle", image.Rect(9, 9, 20, 21)},
		{"blot at the right", image.Rect(n-10, 9, n, 22)},
		{"blot at the bottom", image.Rect(9, n-10, 22, n)},
		{"scratch across", image.Rect(0, 11, n, 16)},
		{"scratch down", image.Rect(12, 8, 18, n)},
	} {
		if share := damage.area.Dx() * damage.area.Dy() * 100 / (n * n); share < 15 {
			t.Fatalf("%s covers only %d %%", damage.name, share)
		}
		for _, paint := range []struct {
			name string
			c    color.Color
		}{{"white", color.White}, {"black", color.Black}} {
			t.Run(damage.name+" "+paint.name, func(t *testing.T) {
				clean, _ := picture(t, storefront, qr.Q)
				img := image.NewRGBA(clean.Bounds())
				draw.Draw(img, img.Bounds(), clean, image.Point{}, draw.Src)
				a := damage.area.Add(image.Pt(qr.Quiet, qr.Quiet))
				draw.Draw(img, image.Rect(a.Min.X*scale, a.Min.Y*scale, a.Max.X*scale, a.Max.Y*scale), image.NewUniform(paint.c), image.Point{}, draw.Src)
				if got, err := zxing(img); err != nil || got != storefront {
					t.Errorf("ZXing: %q, %v", got, err)
				}
				if program == "" {
					return
				}
				if got, err := zbarRead(t, program, img); err != nil || got != storefront {
					t.Errorf("ZBar: %q, %v", got, err)
				}
			})
		}
	}
}
