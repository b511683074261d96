package browser

import (
	"embed"
	"fmt"
	"html"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

//go:embed testdata/page.html testdata/style.css testdata/script.js
var files embed.FS

// site is a small shop register with the security policy of the real one, and
// pages that are wrong on purpose.
func site(t *testing.T) string {
	mux := http.NewServeMux()
	page := func(w http.ResponseWriter, body string) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, body)
	}
	frame := func(body string) string {
		return `<!doctype html><html lang="en"><head><title>t</title><meta name="viewport" content="width=device-width"><link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/style.css"></head><body><main><h1>t</h1>` + body + `</main></body></html>`
	}
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		b, err := files.ReadFile("testdata/page.html")
		if err != nil {
			t.Error(err)
		}
		page(w, strings.Replace(string(b), `<p id="language"></p>`, `<p id="language">`+html.EscapeString(r.Header.Get("Accept-Language"))+`</p>`, 1))
	})
	for _, name := range []string{"style.css", "script.js"} {
		mux.HandleFunc("GET /"+name, func(w http.ResponseWriter, r *http.Request) {
			http.ServeFileFS(w, r, files, "testdata/"+name)
		})
	}
	mux.HandleFunc("GET /icon.svg", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/svg+xml")
		io.WriteString(w, `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>`)
	})
	mux.HandleFunc("POST /shop", func(w http.ResponseWriter, r *http.Request) {
		_, photo, err := r.FormFile("photo")
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "shop", Value: "1", Path: "/", HttpOnly: true})
		page(w, frame(fmt.Sprintf(`<p id="got">%s|%s|%s|%s|%s|%s|%s</p>`, html.EscapeString(r.FormValue("name")), html.EscapeString(r.FormValue("note")),
			r.FormValue("day"), r.FormValue("city"), r.FormValue("agree"), r.FormValue("kind"), photo.Filename)))
	})
	mux.HandleFunc("GET /wide", func(w http.ResponseWriter, _ *http.Request) {
		page(w, frame(`<svg width="2000" height="10" role="img" aria-label="wide"></svg>`))
	})
	mux.HandleFunc("GET /blind", func(w http.ResponseWriter, _ *http.Request) { page(w, frame(`<img src="/icon.svg"><input>`)) })
	mux.HandleFunc("GET /inline", func(w http.ResponseWriter, _ *http.Request) {
		page(w, frame(`<script>document.title = "executed"</script>`))
	})
	mux.HandleFunc("GET /words", func(w http.ResponseWriter, _ *http.Request) {
		page(w, frame(`<p>Left: 0xc000123450 days until 0001-01-01</p><p>fault.not_ready</p>`))
	})
	mux.HandleFunc("GET /empty", func(w http.ResponseWriter, _ *http.Request) { page(w, frame("")) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func TestBrowser(t *testing.T) {
	base := site(t)
	b := Open(t)
	open := func(t *testing.T, o Options, path string) *Page {
		o.Base = base
		p := b.NewPage(t, o)
		if status := p.Goto(path); status != http.StatusOK {
			t.Fatalf("GET %s = %d", path, status)
		}
		return p
	}
	t.Run("a form as a person fills it", func(t *testing.T) {
		p := open(t, Options{Viewport: Phone}, "/")
		photo := filepath.Join(t.TempDir(), "门头.png")
		if err := os.WriteFile(photo, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		p.Fill("#name", "放心茶馆")
		p.Fill("#note", "两层")
		p.Fill("#note", "")
		p.Fill("#day", "2026-03-05")
		p.Select("#city", "宜春市")
		p.Check("[name=agree]", true)
		p.Check("[value=street]", true)
		p.Upload("#photo", photo)
		if got, want := p.Text("#log"), "typed 放心茶馆;"; got != want {
			t.Errorf("log = %q, want %q", got, want)
		}
		if got := p.Text("#language"); got != "zh-CN" {
			t.Errorf("language = %q", got)
		}
		p.Click("button >> 稍后") // becomes ready only after a while
		p.WaitFor("#log >> clicked zh-CN")
		if got := p.Cookies(); len(got) != 0 {
			t.Errorf("cookies before = %v", got)
		}
		if status := p.Follow("button >> 提交"); status != http.StatusOK {
			t.Errorf("status = %d", status)
		}
		if got, want := p.Text("#got"), "放心茶馆||2026-03-05|3609|yes|street|门头.png"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if got := p.Cookies(); !slices.Equal(got, []string{"shop"}) {
			t.Errorf("cookies = %v", got)
		}
		if got := p.NewTab(Options{}); got.Goto("/") != http.StatusOK || !slices.Equal(got.Cookies(), []string{"shop"}) {
			t.Error("a second tab is another person")
		}
		if other := open(t, Options{}, "/"); len(other.Cookies()) != 0 {
			t.Error("another person has the same cookies")
		}
	})
	t.Run("what is there", func(t *testing.T) {
		p := open(t, Options{Language: "en"}, "/")
		for _, tt := range []struct {
			what string
			is   bool
			want bool
		}{
			{"secret present", p.Has("#secret"), true},
			{"secret visible", p.Visible("#secret"), false},
			{"nothing", p.Has("#nothing"), false},
			{"text elsewhere", p.Has("h1 >> 提交"), false},
			{"text", p.Visible("h1 >> 登记"), true},
			{"no-script text", p.Has("#plain"), false},
		} {
			if tt.is != tt.want {
				t.Errorf("%s = %v", tt.what, tt.is)
			}
		}
		if got := p.Text("#language"); got != "en" {
			t.Errorf("language = %q", got)
		}
		if got := p.Value("#name"); got != "旧名" {
			t.Errorf("value = %q", got)
		}
		if got := p.Attr("#name", "name"); got != "name" {
			t.Errorf("attribute = %q", got)
		}
		if got := p.Count("input[type=radio]"); got != 2 {
			t.Errorf("count = %d", got)
		}
		p.CheckLook()
	})
	t.Run("without scripts", func(t *testing.T) {
		p := open(t, Options{NoScript: true}, "/")
		p.WaitFor("#plain >> 不用脚本")
		p.Fill("#name", "x")
		if got := p.Text("#log"); got != "" {
			t.Errorf("a script ran: %q", got)
		}
		if p.Value("#name") != "x" {
			t.Error("the field is not filled")
		}
	})
	t.Run("pictures", func(t *testing.T) {
		for _, v := range Screens {
			p := open(t, Options{Viewport: v}, "/")
			path := filepath.Join(t.TempDir(), "shots", v.Name+".png")
			p.Screenshot(path)
			f, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			picture, err := png.DecodeConfig(f)
			f.Close()
			if err != nil || picture.Width != int(float64(v.Width)*v.Scale) || picture.Height != int(float64(v.Height)*v.Scale) {
				t.Errorf("%s: %d × %d, %v", v.Name, picture.Width, picture.Height, err)
			}
			p.ScreenshotFull(path)
		}
	})
	t.Run("wide page", func(t *testing.T) {
		p := open(t, Options{Viewport: Phone}, "/wide")
		if got := p.Overflow(); len(got) < 2 || !strings.Contains(got[1], "<svg") {
			t.Errorf("overflow = %q", got)
		}
		if got := open(t, Options{Viewport: Phone}, "/empty").Overflow(); len(got) != 0 {
			t.Errorf("overflow of an empty page = %q", got)
		}
	})
	t.Run("unreadable page", func(t *testing.T) {
		if got := open(t, Options{}, "/words").Unreadable(); !slices.Equal(got, []string{"0xc000123450", "0001-01-01", "fault.not_ready"}) {
			t.Errorf("unreadable = %q", got)
		}
		if got := open(t, Options{}, "/empty").Unreadable(); len(got) != 0 {
			t.Errorf("unreadable on an empty page = %q", got)
		}
	})
	t.Run("inaccessible page", func(t *testing.T) {
		rules := []string{}
		for _, v := range open(t, Options{}, "/blind").Axe() {
			rules = append(rules, v.Rule)
		}
		if !slices.Contains(rules, "image-alt") || !slices.Contains(rules, "label") {
			t.Errorf("rules broken = %v", rules)
		}
		if got := open(t, Options{}, "/empty").Axe(); len(got) != 0 {
			t.Errorf("a good page breaks %v", got)
		}
	})
	t.Run("security policy", func(t *testing.T) {
		p := open(t, Options{}, "/inline")
		if got := p.ConsoleProblems(); len(got) == 0 || !strings.Contains(got[0], "Content Security Policy") {
			t.Errorf("console = %q", got)
		}
		p.AllowConsole("Content Security Policy")
		if got := p.ConsoleProblems(); len(got) != 0 {
			t.Errorf("console after allowing = %q", got)
		}
	})
	t.Run("missing page", func(t *testing.T) {
		p := b.NewPage(t, Options{Base: base})
		if status := p.Goto("/nowhere"); status != http.StatusNotFound {
			t.Errorf("status = %d", status)
		}
		p.AllowConsole("status of 404")
		if !strings.HasSuffix(p.URL(), "/nowhere") {
			t.Errorf("URL = %s", p.URL())
		}
	})
}
