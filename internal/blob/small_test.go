package blob_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"net/http/httptest"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/blob"
	"fangxin/internal/db"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/fault"
	"fangxin/internal/testkit"
)

// noise is the image that compresses worst.
func noise(w, h int) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	r := rand.New(rand.NewPCG(1, 2))
	for y := range h {
		for x := range w {
			m.Set(x, y, color.RGBA{byte(r.Uint32()), byte(r.Uint32()), byte(r.Uint32()), 255})
		}
	}
	return m
}

func TestSmallImages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rt, _, _ := testkit.Runtime(d)
		s := blob.New(rt, t.TempDir())
		owner, other := testkit.Merchant(), testkit.Merchant()
		v, err := s.Put(testkit.As(owner), jpegOf(t, noise(1600, 1200)))
		if err != nil {
			t.Fatal(err)
		}
		ask := func(p access.Principal, sha string) (*httptest.ResponseRecorder, error) {
			w := httptest.NewRecorder()
			return w, s.ServeSmall(w, httptest.NewRequest("GET", "/", nil).WithContext(testkit.As(p)), sha)
		}
		for range 2 { // made, then kept
			w, err := ask(owner, v.SHA256)
			if err != nil {
				t.Fatal(err)
			}
			cfg, err := jpeg.DecodeConfig(bytes.NewReader(w.Body.Bytes()))
			if err != nil || cfg.Width != blob.SmallEdge || cfg.Height != 180 {
				t.Errorf("small image is %dx%d: %v", cfg.Width, cfg.Height, err)
			}
			if w.Code != 200 || w.Body.Len() > 2*blob.SmallBytes || w.Header().Get("Content-Type") != "image/jpeg" {
				t.Errorf("%d, %d bytes, %v", w.Code, w.Body.Len(), w.Header())
			}
		}
		if _, err := ask(other, v.SHA256); !fault.Is(err, fault.NotFound) {
			t.Errorf("another merchant sees it: %v", err)
		}
		pdf, err := s.Put(testkit.As(owner), []byte("%PDF-1.4\n%%EOF"))
		if err != nil {
			t.Fatal(err)
		}
		for _, sha := range []string{pdf.SHA256, "../../etc/passwd", ""} {
			if _, err := ask(owner, sha); !fault.Is(err, fault.NotFound) {
				t.Errorf("%q: %v", sha, err)
			}
		}
	})
}
