package page_test

import (
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strings"
	"testing"

	"fangxin/assets"
	"fangxin/internal/i18n"
	"fangxin/internal/web/page"
)

// templates calls f with each template file and its text.
func templates(t *testing.T, f func(name, text string)) {
	t.Helper()
	n := 0
	err := fs.WalkDir(assets.FS, "tpl", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".html" {
			return err
		}
		b, err := fs.ReadFile(assets.FS, name)
		n++
		f(name, string(b))
		return err
	})
	if err != nil || n < 5 {
		t.Fatalf("%d templates: %v", n, err)
	}
}

var (
	usesText = regexp.MustCompile(`\bt [.$][\w.]* "([a-z0-9_.-]+)"`)
	usesIcon = regexp.MustCompile(`(?:\bicon|"icon") "([a-z]+)"`)
	hasHan   = regexp.MustCompile(`\p{Han}`)
	note     = regexp.MustCompile(`(?s)\{\{-?\s*/\*.*?\*/\s*-?\}\}`)
)

func TestTemplatesUseWordsThatExist(t *testing.T) {
	texts := i18n.Shipped()
	templates(t, func(name, text string) {
		text = note.ReplaceAllString(text, "")
		for _, m := range usesText.FindAllStringSubmatch(text, -1) {
			if !texts.Has(m[1]) && !strings.HasSuffix(m[1], ".") && !strings.HasSuffix(m[1], "_") {
				t.Errorf("%s: the text %q does not exist", name, m[1])
			}
		}
		if m := hasHan.FindStringIndex(text); m != nil {
			t.Errorf("%s: words belong in the catalogue: %s", name, text[m[0]:min(len(text), m[0]+30)])
		}
	})
}

func TestTemplatesUseIconsThatExist(t *testing.T) {
	known := map[string]bool{}
	for _, n := range page.Icons() {
		known[n] = true
	}
	templates(t, func(name, text string) {
		for _, m := range usesIcon.FindAllStringSubmatch(text, -1) {
			if !known[m[1]] {
				t.Errorf("%s: there is no icon %q", name, m[1])
			}
		}
	})
}

// forbidden must not stand in a page: the security policy would stop it.
var forbidden = regexp.MustCompile(`(?i)\sstyle\s*=|<style|<script(\s+type="module"\s+src="/a/[^"]+"|\s+src="/a/[^"]+")?>[^<]|\son[a-z]+\s*=\s*["']|javascript:|(src|href|action)="https?:`)

func TestStyleGuideShowsEveryComponent(t *testing.T) {
	e := engine(t)
	for _, frame := range []string{"", "merchant", "bureau", "tablet"} {
		for _, query := range []string{"?lang=zh", "?lang=en", "?lang=zh&mode=elder", "?lang=en&mode=elder"} {
			w := get(t, func(w http.ResponseWriter, r *http.Request) { r.SetPathValue("frame", frame); e.StyleGuide(w, r) }, "/design"+query)
			body := w.Body.String()
			if w.Code != http.StatusOK || !strings.HasSuffix(body, "</body></html>") {
				t.Errorf("%s %s: %d, %d bytes", frame, query, w.Code, len(body))
			}
			if m := forbidden.FindString(body); m != "" {
				t.Errorf("%s %s: %q", frame, query, m)
			}
			if strings.Contains(body, "<no value>") || strings.Contains(body, "ZgotmplZ") || regexp.MustCompile(`\b(design|core|page)\.[a-z_]+\b`).MatchString(strings.ReplaceAll(body, "core.hotline", "")) {
				t.Errorf("%s %s: something is not filled in", frame, query)
			}
			if strings.Contains(query, "lang=en") != strings.Contains(body, `<html lang="en"`) || strings.Contains(query, "elder") != strings.Contains(body, " elder\">") {
				t.Errorf("%s %s: wrong language or size", frame, query)
			}
		}
	}
	w := get(t, func(w http.ResponseWriter, r *http.Request) { r.SetPathValue("frame", "nothing"); e.StyleGuide(w, r) }, "/design/nothing")
	if w.Code != http.StatusNotFound {
		t.Errorf("an unknown frame answers %d", w.Code)
	}
}

func TestSheetsUseTokens(t *testing.T) {
	plain := regexp.MustCompile(`(?:^|[\s:,(])(#[0-9a-f]{3,8})\b`)
	known := map[string]bool{"#fff": true}
	names, err := fs.Glob(assets.FS, "css/*.css")
	if err != nil || len(names) < 8 {
		t.Fatalf("%v %v", names, err)
	}
	others := 0
	for _, name := range names {
		b, err := fs.ReadFile(assets.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b), "http:") && !strings.Contains(string(b), "http://www.w3.org/2000/svg") || strings.Contains(string(b), "@import") {
			t.Errorf("%s asks another server", name)
		}
		if name == "css/tokens.css" {
			continue
		}
		for _, m := range plain.FindAllStringSubmatch(string(b), -1) {
			if !known[m[1]] {
				others++
			}
		}
	}
	if others > 14 { // shades on the dark navigation and of rows pointed at
		t.Errorf("%d colours stand outside tokens.css", others)
	}
}
