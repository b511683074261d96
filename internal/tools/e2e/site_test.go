// Package e2e lives the whole story in a real browser as the people of it: a
// merchant applies, officers review, two inspectors check, the province
// certifies, a shopper scans; then the title is suspended and restored. Only
// what a person sees on pages is used.
package e2e

import (
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"fangxin/internal/app"
	"fangxin/internal/config"
	"fangxin/internal/demo"
	"fangxin/internal/tools/browser"
)

// EnvScreens names the environment variable with the folder for the pictures
// of the README.
const EnvScreens = "FANGXIN_SCREENS"

// site is a registry with the demonstration on one database, whose clock the
// story moves.
type site struct {
	t       *testing.T
	base    string
	browser *browser.Browser
	offset  atomic.Int64
	files   string
	screens string // "" takes no pictures
}

func (s *site) now() time.Time { return time.Now().Add(time.Duration(s.offset.Load())) }

// days lets so many days pass.
func (s *site) days(n int) { s.offset.Add(int64(n) * int64(24*time.Hour)) }

func newSite(t *testing.T, b *browser.Browser, database string) *site {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, browser: b, base: "http://" + listener.Addr().String(), files: t.TempDir()}
	c, err := config.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	c.Data, c.DatabaseURL, c.BaseURL, c.Demo = t.TempDir(), database, s.base, true
	if c, err = c.Finish(); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	a, err := app.New(ctx, c, app.Options{Clock: s.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	if err := demo.Seed(ctx, a, func(string, ...any) {}); err != nil {
		t.Fatal(err)
	}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: a.Handler}}
	server.Start()
	t.Cleanup(server.Close)
	return s
}

// photo makes the picture of a shop front, as from a phone.
func (s *site) photo(name string, awning color.RGBA) string {
	s.t.Helper()
	const w, h = 1200, 900
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	fill := func(c color.RGBA, x0, y0, x1, y1 int) {
		draw.Draw(img, image.Rect(x0, y0, x1, y1), image.NewUniform(c), image.Point{}, draw.Src)
	}
	fill(color.RGBA{203, 218, 228, 255}, 0, 0, w, h)
	fill(color.RGBA{226, 216, 200, 255}, 90, 160, w-90, h-110)
	fill(color.RGBA{120, 120, 118, 255}, 0, h-110, w, h)
	for i := range 12 {
		c := awning
		if i%2 == 1 {
			c = color.RGBA{250, 248, 242, 255}
		}
		fill(c, 90+i*85, 330, 90+(i+1)*85, 430)
	}
	fill(awning, 160, 200, w-160, 300)
	for i := range 5 { // the sign's characters, from afar
		fill(color.RGBA{255, 250, 235, 255}, 330+i*115, 222, 410+i*115, 278)
	}
	fill(color.RGBA{86, 122, 140, 255}, 170, 470, 700, 740)
	fill(color.RGBA{110, 74, 48, 255}, 790, 470, 1000, 790)
	fill(color.RGBA{240, 220, 160, 255}, 960, 620, 975, 660)
	path := filepath.Join(s.files, name)
	f, err := os.Create(path)
	if err == nil {
		err = jpeg.Encode(f, img, &jpeg.Options{Quality: 85})
	}
	if err != nil {
		s.t.Fatal(err)
	}
	f.Close()
	return path
}

// picture takes a screenshot for the README.
func (s *site) picture(p *browser.Page, name string) {
	if s.screens != "" && name != "" {
		p.Screenshot(filepath.Join(s.screens, name+".png"))
	}
}
