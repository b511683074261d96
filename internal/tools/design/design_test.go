// Package design looks at the style guide in a real browser: every component,
// on each kind of page, in both languages and both sizes of text.
package design

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fangxin/internal/i18n"
	"fangxin/internal/tools/browser"
	"fangxin/internal/web/page"
)

// EnvPictures names the environment variable with a folder to put pictures in.
const EnvPictures = "FANGXIN_DESIGN_PICTURES"

// site serves the style guide; what the forms and links of the test need stands
// under /sample.
func site(t *testing.T) string {
	t.Helper()
	e, err := page.New(i18n.Shipped(), func() bool { return true }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /a/", e.Assets())
	mux.Handle("GET /design", e.Middleware(http.HandlerFunc(e.StyleGuide)))
	mux.Handle("GET /design/{frame}", e.Middleware(http.HandlerFunc(e.StyleGuide)))
	sample := func(part string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprintf(w, `<!doctype html><html lang="en"><head><title>Sample</title><link rel="icon" href="data:,"><script type="module" src="%s"></script></head><body><main><h1>Sample</h1>
<a id="link" data-swap="#part" data-push href="/sample/second">Second</a><div id="part">%s</div>
<form method="post" action="/sample/save" data-autosave="/sample/save" data-status="status" data-saving="Saving" data-saved="Saved" data-unsaved="Not saved"><input type="hidden" name="version" value="1"><label>Name <input name="name"></label><p id="status">Ready</p><button data-confirm="Sure?">Send</button></form></main></body></html>`, script(e), part)
		}
	}
	mux.Handle("GET /sample", e.Middleware(sample("first")))
	mux.Handle("GET /sample/second", e.Middleware(sample("second")))
	mux.Handle("POST /sample/save", e.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Autosave") == "" && r.PostFormValue("version") == "2" {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<!doctype html><title>Sent</title><link rel=icon href=data:,><p id=sent>Sent</p>")
			return
		}
		time.Sleep(300 * time.Millisecond) // a slow network: the form may be sent meanwhile
		if r.PostFormValue("name") == "" || r.Header.Get("X-Autosave") == "" {
			http.Error(w, "no", http.StatusUnprocessableEntity)
			return
		}
		w.Header().Set("X-Version", "2")
	})))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// script is the address of js/site.js, read from a page.
func script(e *page.Engine) string {
	w := httptest.NewRecorder()
	e.Middleware(http.HandlerFunc(e.StyleGuide)).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/design", nil))
	_, rest, _ := strings.Cut(w.Body.String(), `<script type="module" src="`)
	address, _, _ := strings.Cut(rest, `"`)
	return address
}

func TestHelps(t *testing.T) {
	base := site(t)
	b := browser.Open(t)

	p := b.NewPage(t, browser.Options{Base: base})
	p.Goto("/design")
	p.WaitFor("#errors:focus")
	p.Click(".stepper button >> +")
	if v := p.Value("#f-days"); v != "8" {
		t.Errorf("after one more the number is %q", v)
	}
	p.Goto("/sample")
	p.Click("#link")
	p.WaitFor("#part >> second")
	if !strings.HasSuffix(p.URL(), "/sample/second") {
		t.Errorf("the address is %s", p.URL())
	}
	p.Fill("[name=name]", "瓷韵")
	p.WaitFor("#status >> Saved") // a moment after the last key, still in the field
	p.Fill("[name=name]", "瓷韵轩")
	p.Press("\t")
	p.WaitFor("#status >> Saved")
	if v := p.Value("[name=version]"); v != "2" {
		t.Errorf("the version is %q", v)
	}

	// Sent at once, with the change not saved yet: it waits for the save and
	// carries the version that it gave.
	p.Goto("/sample")
	p.Fill("[name=name]", "瓷韵轩")
	p.Follow("form button")
	if !p.Has("#sent") || len(p.Dialogs()) != 1 {
		t.Errorf("sent during a save: %s, asked %v", p.Text("body"), p.Dialogs())
	}

	p = b.NewPage(t, browser.Options{Base: base, NoScript: true})
	p.Goto("/design")
	if p.Has(".stepper button") || !p.Visible("#f-days") || !p.Visible("#errors") {
		t.Error("without scripts the form is not complete")
	}
}

func TestStyleGuide(t *testing.T) {
	base := site(t)
	b := browser.Open(t)
	queries := map[string]string{"zh": "?lang=zh", "en": "?lang=en", "elder": "?lang=zh&mode=elder"}
	for _, screen := range browser.Screens {
		for name, query := range queries {
			if screen.Name == browser.Tablet.Name && name != "zh" {
				continue // it lies between the other two
			}
			t.Run(screen.Name+"/"+name, func(t *testing.T) {
				p := b.NewPage(t, browser.Options{Base: base, Viewport: screen})
				for _, frame := range []string{"", "/merchant", "/bureau", "/tablet"} {
					if status := p.Goto("/design" + frame + query); status != http.StatusOK {
						t.Fatalf("/design%s answers %d", frame, status)
					}
					p.CheckLook()
					if dir := os.Getenv(EnvPictures); dir != "" {
						p.ScreenshotFull(filepath.Join(dir, strings.TrimPrefix(frame+"-", "/")+screen.Name+"-"+name+".png"))
					}
				}
			})
		}
	}
}
