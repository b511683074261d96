// Package design looks at the style guide in a real browser: every component,
// on each kind of page, in both languages and both sizes of text.
package design

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fangxin/internal/i18n"
	"fangxin/internal/tools/browser"
	"fangxin/internal/web/page"
)

// EnvPictures names the environment variable with a folder to put pictures in.
const EnvPictures = "FANGXIN_DESIGN_PICTURES"

func TestStyleGuide(t *testing.T) {
	e, err := page.New(i18n.Shipped(), func() bool { return true }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /a/", e.Assets())
	mux.Handle("GET /design", e.Middleware(http.HandlerFunc(e.StyleGuide)))
	mux.Handle("GET /design/{frame}", e.Middleware(http.HandlerFunc(e.StyleGuide)))
	server := httptest.NewServer(mux)
	defer server.Close()

	b := browser.Open(t)
	for _, screen := range browser.Screens {
		for _, look := range []struct{ name, query string }{{"zh", "?lang=zh"}, {"en", "?lang=en"}, {"elder", "?lang=zh&mode=elder"}} {
			t.Run(screen.Name+"/"+look.name, func(t *testing.T) {
				p := b.NewPage(t, browser.Options{Base: server.URL, Viewport: screen})
				for _, frame := range []string{"", "/merchant", "/bureau", "/tablet"} {
					if status := p.Goto("/design" + frame + look.query); status != http.StatusOK {
						t.Fatalf("/design%s answers %d", frame, status)
					}
					p.CheckLook()
					if dir := os.Getenv(EnvPictures); dir != "" {
						p.ScreenshotFull(filepath.Join(dir, strings.TrimPrefix(frame+"-", "/")+screen.Name+"-"+look.name+".png"))
					}
				}
			})
		}
	}
}
