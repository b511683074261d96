package blob_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/blob"
	"fangxin/internal/db"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/fault"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

// picture is red on its left half and blue on its right.
func picture(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{R: 220, A: 255}
			if x >= w/2 {
				c = color.RGBA{B: 220, A: 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func jpegOf(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withExif puts an orientation and a place into a JPEG, as phones do.
func withExif(data []byte, orientation byte) []byte {
	tiff := []byte("MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00GPS-SECRET")
	tiff[19] = orientation
	body := append([]byte("Exif\x00\x00"), tiff...)
	seg := binary.BigEndian.AppendUint16([]byte{0xFF, 0xE1}, uint16(len(body)+2))
	return append(append(append([]byte{}, data[:2]...), append(seg, body...)...), data[2:]...)
}

func TestNormaliseShrinksTurnsAndForgets(t *testing.T) {
	sent := withExif(jpegOf(t, picture(3200, 1000)), 6) // held upright: left becomes top
	out, w, h, err := blob.Normalise(sent)
	if err != nil {
		t.Fatal(err)
	}
	if w != 500 || h != 1600 {
		t.Errorf("stored as %d×%d", w, h)
	}
	if bytes.Contains(out, []byte("GPS-SECRET")) || bytes.Contains(out, []byte("Exif")) {
		t.Error("metadata survived")
	}
	img, err := jpeg.Decode(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	if r, _, b, _ := img.At(250, 100).RGBA(); r < b {
		t.Error("the top is not the red left half")
	}
	if r, _, b, _ := img.At(250, 1500).RGBA(); r > b {
		t.Error("the bottom is not the blue right half")
	}
}

// bomb is a small PNG that claims to be w×h.
func bomb(w, h uint32, depth, colour byte) []byte {
	var b bytes.Buffer
	b.WriteString("\x89PNG\r\n\x1a\n")
	chunk := func(kind string, body []byte) {
		full := append([]byte(kind), body...)
		_ = binary.Write(&b, binary.BigEndian, uint32(len(body)))
		b.Write(full)
		_ = binary.Write(&b, binary.BigEndian, crc32.ChecksumIEEE(full))
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	chunk("IHDR", append(head, depth, colour, 0, 0, 0))
	var z bytes.Buffer
	zw := zlib.NewWriter(&z)
	_, _ = zw.Write(make([]byte, 1<<20))
	zw.Close()
	chunk("IDAT", z.Bytes())
	chunk("IEND", nil)
	return b.Bytes()
}

func TestBombsAreRefusedBeforeDecoding(t *testing.T) {
	for name, c := range map[string]struct {
		data []byte
		code fault.Code
	}{
		"gigapixels":        {bomb(60000, 60000, 8, 6), fault.TooLarge},
		"too many bytes":    {bomb(7000, 7000, 16, 6), fault.TooLarge},
		"a ribbon":          {bomb(40000, 20, 8, 6), fault.UnsupportedMedia},
		"a dot":             {jpegOf(t, picture(8, 8)), fault.UnsupportedMedia},
		"more than allowed": {make([]byte, blob.MaxImageBytes+1), fault.TooLarge},
		"text":              {[]byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), fault.UnsupportedMedia},
		"cut off":           {jpegOf(t, picture(400, 400))[:600], fault.UnsupportedMedia},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _, _, err := blob.Normalise(c.data)
		runtime.ReadMemStats(&after)
		if !fault.Is(err, c.code) {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 8<<20 {
			t.Errorf("%s: took %d MB to refuse", name, used>>20)
		}
	}
}

func FuzzNormalise(f *testing.F) {
	good := jpegOf(f, picture(40, 30))
	f.Add(good)
	f.Add(withExif(good, 8))
	var p bytes.Buffer
	if err := png.Encode(&p, picture(20, 20)); err != nil {
		f.Fatal(err)
	}
	f.Add(p.Bytes())
	f.Add(bomb(300, 300, 8, 2))
	f.Add([]byte("RIFF\x00\x00\x00\x00WEBPVP8 "))
	f.Fuzz(func(t *testing.T, data []byte) {
		out, w, h, err := blob.Normalise(data)
		if err != nil {
			if fault.CodeOf(err) == fault.Internal {
				t.Fatalf("unknown failure: %v", err)
			}
			return
		}
		cfg, err := jpeg.DecodeConfig(bytes.NewReader(out))
		if err != nil || cfg.Width != w || cfg.Height != h || max(w, h) > blob.MaxEdge {
			t.Fatalf("stored %dx%d: %v", w, h, err)
		}
	})
}

func TestWhoSeesAFile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rt, _, _ := testkit.Runtime(d)
		dir := t.TempDir()
		s := blob.New(rt, dir)
		owner, other := testkit.Merchant(), testkit.Merchant()
		officer := testkit.Staff(access.CountyOfficer, "/36/3601/360102/")
		data := jpegOf(t, picture(64, 48))
		if _, err := s.Put(testkit.As(access.Anonymous()), data); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("the public may send files: %v", err)
		}
		v, err := s.Put(testkit.As(owner), data)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := s.Put(testkit.As(owner), data); err != nil || again.SHA256 != v.SHA256 {
			t.Errorf("the same bytes again: %v %v", again, err)
		}
		sees := func(p access.Principal) bool {
			_, f, err := s.Open(testkit.As(p), v.SHA256)
			if err != nil {
				if !fault.Is(err, fault.NotFound) {
					t.Errorf("%v: %v", p.Roles, err)
				}
				return false
			}
			defer f.Close()
			b, err := io.ReadAll(f)
			return err == nil && int64(len(b)) == v.Bytes
		}
		if !sees(owner) || sees(other) || sees(officer) || sees(access.Anonymous()) {
			t.Error("a fresh file is not its sender's alone")
		}
		use := func(by access.Principal, u blob.Use) error {
			def := usecase.Def{Name: "test.use", Allow: access.Roles}
			_, err := usecase.Do(testkit.As(by), rt, &def, struct{}{}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
				return struct{}{}, s.Use(ctx, c, u)
			})
			return err
		}
		attach := blob.Use{SHA256: v.SHA256, Noun: "application", ID: "x", Scope: "/36/3601/360102/"}
		if err := use(other, attach); !fault.Is(err, fault.NotFound) {
			t.Errorf("somebody attached a file they cannot see: %v", err)
		}
		attach.Kind = blob.PDF
		if err := use(owner, attach); !fault.Is(err, fault.UnsupportedMedia) {
			t.Errorf("a photo passed as a document: %v", err)
		}
		attach.Kind = ""
		if err := use(owner, attach); err != nil {
			t.Fatal(err)
		}
		if !sees(officer) || sees(testkit.Staff(access.CountyOfficer, "/36/3607/")) || sees(access.Anonymous()) {
			t.Error("the scope of the case does not decide")
		}
		if err := use(owner, blob.Use{SHA256: v.SHA256, Noun: "premises", ID: "y", Open: true}); err != nil {
			t.Fatal(err)
		}
		if !sees(access.Anonymous()) {
			t.Error("a storefront photo is hidden")
		}
		for _, bad := range []string{"", "../../etc/passwd", v.SHA256[:63] + "Z"} {
			if _, err := s.Stat(testkit.As(owner), bad); !fault.Is(err, fault.NotFound) {
				t.Errorf("%q: %v", bad, err)
			}
		}
		left, err := filepath.Glob(filepath.Join(dir, "*", ".new-*"))
		if err != nil || len(left) > 0 {
			t.Errorf("temporary files stay behind: %v %v", left, err)
		}
		if info, err := os.Stat(filepath.Join(dir, v.SHA256[:2], v.SHA256)); err != nil || info.Size() != v.Bytes {
			t.Errorf("on disk: %v %v", info, err)
		}
	})
}
