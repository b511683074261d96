package tablet_test

import (
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"strings"
	"testing"

	"fangxin/assets"
	"fangxin/internal/i18n"
	"fangxin/internal/web/page"
	"fangxin/internal/web/tablet"
)

// most is how much of the line the whole app may take, compressed, in bytes.
const most = 250 << 10

func shell(t *testing.T) (*tablet.Shell, http.Handler) {
	t.Helper()
	e, err := page.New(i18n.Shipped(), func() bool { return false }, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	s, err := tablet.NewShell(e)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	s.Mount(mux)
	mux.Handle("/a/", e.Assets())
	return s, e.Middleware(mux)
}

func get(h http.Handler, address string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
	return w
}

// The worker gives up when one of its files is missing, and then nothing works
// without a network.
func TestEveryFileOfTheAppIsThere(t *testing.T) {
	s, h := shell(t)
	for _, f := range s.Files() {
		if w := get(h, f); w.Code != http.StatusOK || w.Body.Len() == 0 {
			t.Errorf("%s answers %d", f, w.Code)
		}
	}
	worker := get(h, "/tablet/sw.js")
	if scope := worker.Header().Get("Service-Worker-Allowed"); scope != "/tablet" {
		t.Errorf("scope %q", scope)
	}
	for _, want := range []string{"import { push } from \"/a/", "const version = \"" + s.Version(), "const files = [\"/a/"} {
		if !strings.Contains(worker.Body.String(), want) {
			t.Errorf("the worker lacks %q", want)
		}
	}
	if strings.Contains(get(h, "/tablet/sw.js?plain").Body.String(), "import {") {
		t.Error("the plain worker imports")
	}
}

func TestTheAppIsSmall(t *testing.T) {
	s, _ := shell(t)
	t.Logf("the app is %.1f KB compressed, %d files, at most %d KB", float64(s.Size())/1024, len(s.Files()), most>>10)
	if s.Size() > most {
		t.Errorf("the app is %d bytes compressed", s.Size())
	}
}

var (
	uses    = regexp.MustCompile(`\bt\([^"()]*"((?:app|tablet|rule|checklist|scan|state)\.[a-z0-9_.]+)"|\? "(app\.[a-z0-9_]+)" : "(app\.[a-z0-9_]+)"`)
	imports = regexp.MustCompile(`(?:from|import\() ?"(\.[^"]+)"`)
	drawing = regexp.MustCompile(`\bicon\("([a-z]+)"\)`)
	address = regexp.MustCompile(`https?://[^\s"'` + "`" + `)]+`)
)

// Words, drawings and modules that a script names must be among what the
// device takes along, and no script may call anybody else.
func TestTheScriptsFindWhatTheyName(t *testing.T) {
	s, h := shell(t)
	words := get(h, "/tablet/words/zh.json").Body.String()
	page := get(h, "/tablet").Body.String()
	files := strings.Join(s.Files(), "\n")
	count := 0
	err := fs.WalkDir(assets.FS, "js/tablet", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(assets.FS, name)
		for _, m := range uses.FindAllStringSubmatch(string(b), -1) {
			for _, key := range m[1:] {
				if key == "" || strings.HasSuffix(key, "_") || strings.HasSuffix(key, ".") {
					continue
				}
				count++
				if !strings.Contains(words, `"`+key+`"`) {
					t.Errorf("%s: the text %s is not taken along", name, key)
				}
			}
		}
		for _, m := range imports.FindAllStringSubmatch(string(b), -1) {
			if target := path.Join(path.Dir(name), m[1]); !strings.Contains(files, target) {
				t.Errorf("%s imports %s, which is not taken along", name, target)
			}
		}
		for _, m := range drawing.FindAllStringSubmatch(string(b), -1) {
			if !strings.Contains(page, `data-icon="`+m[1]+`"`) {
				t.Errorf("%s draws %s, which the page does not hold", name, m[1])
			}
		}
		for _, a := range address.FindAllString(string(b), -1) {
			if a != "http://www.w3.org/2000/svg" {
				t.Errorf("%s names another server: %s", name, a)
			}
		}
		return err
	})
	if err != nil || count < 150 {
		t.Fatalf("%d uses of words: %v", count, err)
	}
}

// The shell is kept on devices: it must be the same for everybody.
func TestTheShellKnowsNobody(t *testing.T) {
	_, h := shell(t)
	a := get(h, "/tablet")
	r := httptest.NewRequest(http.MethodGet, "/tablet?lang=en", nil)
	r.Header.Set("Accept-Language", "en")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if a.Body.String() != w.Body.String() {
		t.Error("the shell depends on who asks")
	}
	for name, want := range map[string]string{"Cache-Control": "no-cache", "Content-Type": "text/html; charset=utf-8"} {
		if got := a.Header().Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	if !strings.Contains(a.Header().Get("Content-Security-Policy"), "default-src 'none'") {
		t.Error("no policy")
	}
}

// What others wrote is recorded with its hash, so that a changed file shows.
func TestVendoredScriptsAreAsRecorded(t *testing.T) {
	list, err := fs.ReadFile(assets.FS, "js/vendor/VENDOR.md")
	if err != nil {
		t.Fatal(err)
	}
	names, err := fs.Glob(assets.FS, "js/vendor/*.js")
	if err != nil || len(names) < 3 {
		t.Fatalf("%v %v", names, err)
	}
	for _, name := range names {
		b, err := fs.ReadFile(assets.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		if sum := fmt.Sprintf("%x", sha256.Sum256(b)); !strings.Contains(string(list), "| "+path.Base(name)+" |") || !strings.Contains(string(list), sum) {
			t.Errorf("VENDOR.md does not record %s with %s", name, sum)
		}
	}
}
