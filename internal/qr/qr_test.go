package qr_test

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	qrcode "github.com/skip2/go-qrcode"

	"fangxin/internal/qr"
)

const payload = "HTTPS://FX.EXAMPLE.GOV.CN/B/0123456789ABCDEF"

// The storefront code has to stay small enough for a cheap phone on the
// pavement: version 3, 29 modules a side.
func TestStorefrontCodeIsSmall(t *testing.T) {
	m, err := qr.Encode(payload, qr.Q)
	if err != nil {
		t.Fatal(err)
	}
	if m.Modules() != 29 {
		t.Errorf("%d modules a side, want 29", m.Modules())
	}
}

func TestDrawingsAgree(t *testing.T) {
	m, _ := qr.Encode(payload, qr.Q)
	dark := 0
	m.Runs(func(_, _, n int) { dark += n })
	var svg bytes.Buffer
	if err := m.SVG(&svg, `a "title" & more`); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(svg.String(), "&#34;title&#34; &amp; more") || strings.Contains(svg.String(), "style=") {
		t.Error("the title is not escaped or a style crept in")
	}
	if strings.Count(svg.String(), "M") < 50 || dark == 0 {
		t.Error("the path is empty")
	}
	if err := m.PNG(&bytes.Buffer{}, 0); err == nil {
		t.Error("scale 0 was accepted")
	}
}

// The picture is read back by image/png at every scale and compared pixel by
// pixel with the matrix.
func TestPNGIsThePicture(t *testing.T) {
	for _, text := range []string{payload, strings.Repeat("放心消费", 60)} {
		m, err := qr.Encode(text, qr.Q)
		if err != nil {
			t.Fatal(err)
		}
		dark := make([][]bool, m.Size())
		for i := range dark {
			dark[i] = make([]bool, m.Size())
		}
		m.Runs(func(x, y, n int) {
			for i := range n {
				dark[y][x+i] = true
			}
		})
		for _, scale := range []int{qr.MinScale, 2, 3, 8, 13, qr.MaxScale} {
			var b bytes.Buffer
			if err := m.PNG(&b, scale); err != nil {
				t.Fatal(err)
			}
			decoded, err := png.Decode(&b)
			if err != nil {
				t.Fatalf("scale %d: %v", scale, err)
			}
			img := decoded.(*image.Paletted)
			if img.Bounds().Dx() != m.Size()*scale || img.Bounds().Dy() != m.Size()*scale {
				t.Fatalf("scale %d: %v", scale, img.Bounds())
			}
			for y := range img.Bounds().Dy() {
				for x := range img.Bounds().Dx() {
					if (img.ColorIndexAt(x, y) == 1) != dark[y/scale][x/scale] {
						t.Fatalf("scale %d: pixel %d,%d is wrong", scale, x, y)
					}
				}
			}
		}
	}
}

func TestRefusals(t *testing.T) {
	m, _ := qr.Encode(payload, qr.Q)
	for _, scale := range []int{-1, 0, qr.MaxScale + 1} {
		if err := m.PNG(&bytes.Buffer{}, scale); err == nil {
			t.Errorf("scale %d was accepted", scale)
		}
	}
	if _, err := qr.Encode("", qr.Q); err == nil {
		t.Error("an empty payload was drawn")
	}
	if _, err := qr.Encode(strings.Repeat("x", 5000), qr.Q); err == nil {
		t.Error("5,000 characters were drawn")
	}
}

func TestZbarReadsThePicture(t *testing.T) {
	zbar, err := exec.LookPath("zbarimg")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("zbarimg is required in CI: apt-get install zbar-tools")
		}
		t.Skip("no zbarimg; install zbar-tools to check the codes with a second decoder")
	}
	for _, level := range []qr.Level{qr.L, qr.M, qr.Q, qr.H} {
		for _, text := range []string{payload, "https://gov.cn/fx/b/0123456789ABCDEF", "放心消费"} {
			m, err := qr.Encode(text, level)
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			if err := m.PNG(&b, 6); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "code.png")
			if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command(zbar, "--quiet", "--raw", path).Output()
			if err != nil || strings.TrimSpace(string(out)) != text {
				t.Errorf("level %d: read %q, %v; want %q", level, out, err, text)
			}
		}
	}
}

func BenchmarkEncoderAlone(b *testing.B) {
	for b.Loop() {
		q, _ := qrcode.New(payload, qrcode.High)
		q.Bitmap()
	}
}

func BenchmarkSVG(b *testing.B) {
	for b.Loop() {
		m, _ := qr.Encode(payload, qr.Q)
		m.SVG(&bytes.Buffer{}, "badge") //nolint:errcheck // a buffer
	}
}

func BenchmarkPNG(b *testing.B) {
	for b.Loop() {
		m, _ := qr.Encode(payload, qr.Q)
		m.PNG(&bytes.Buffer{}, 8) //nolint:errcheck // a buffer
	}
}
