// Package walk goes through the whole site as each kind of person: it signs in,
// follows every link it is shown, one page for each kind of address, and looks
// at it on the three screens in both languages.
package walk

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"fangxin/internal/app"
	"fangxin/internal/config"
	"fangxin/internal/demo"
	"fangxin/internal/tools/browser"
)

// Environment variables: a site that runs already, and a folder for pictures.
const (
	EnvSite     = "FANGXIN_WALK_SITE"
	EnvPictures = "FANGXIN_WALK_PICTURES"
)

// people are who walks; "" is the public. The names are logins of the demo.
var people = []string{"", "merchant", "organiser", "county", "city", "province", "inspector1", "publisher", "supervisor", "admin"}

// site serves the demonstration.
func site(t *testing.T) string {
	t.Helper()
	if base := os.Getenv(EnvSite); base != "" {
		return base
	}
	dir := t.TempDir()
	c, err := config.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	c.Data, c.Demo = dir, true
	if c, err = c.Finish(); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	a, err := app.New(ctx, c, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	if err := demo.Seed(ctx, a, func(string, ...any) {}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(a.Handler)
	t.Cleanup(server.Close)
	return server.URL
}

// The pages of people in their roles; public ones are the public's to walk.
var (
	varies = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{64}\b|/[bB]/[0-9A-Z]+|/(?:schemes|titles)/[a-z]+-[a-z-]+|\d+`)
	theirs = regexp.MustCompile(`^/(desk|my|tablet|account|inbox)\b`)
	files  = regexp.MustCompile(`^/(files|a|api)/|\.(pdf|png|svg|csv|xlsx|json|zip)$|^/sign-out|/export$|/file\?|^/design`)
)

// kind is an address without what differs between records of one kind.
func kind(href string) string {
	path, query, _ := strings.Cut(href, "?")
	names := []string{}
	for _, part := range strings.Split(query, "&") {
		name, value, _ := strings.Cut(part, "=")
		if name == "tab" || name == "state" {
			name += "=" + value
		}
		if name != "" {
			names = append(names, name)
		}
	}
	return varies.ReplaceAllString(path, "#") + "?" + strings.Join(names, "&")
}

func TestEveryPage(t *testing.T) {
	if testing.Short() {
		t.Skip("walks through the whole site")
	}
	base := site(t)
	b := browser.Open(t)
	for _, person := range people {
		name := person
		if name == "" {
			name = "public"
		}
		t.Run(name, func(t *testing.T) { walk(t, b, base, name, person) })
	}
}

// most is how many pages one person looks at.
const most = 150

func walk(t *testing.T, b *browser.Browser, base, name, login string) {
	p := b.NewPage(t, browser.Options{Base: base, Viewport: browser.Phone})
	queue := []string{"/", "/demo"}
	if login != "" {
		p.Goto("/sign-in")
		p.Fill("[name=login]", login)
		p.Fill("[name=password]", demo.Password)
		p.Follow("main button[type=submit]")
		queue = []string{strings.TrimPrefix(p.URL(), base)}
	}
	seen := map[string]bool{}
	for n := 0; len(queue) > 0 && n < most; n++ {
		href := queue[0]
		queue = queue[1:]
		status := p.Goto(href)
		if status >= 400 {
			t.Errorf("%s: %s answers %d", name, href, status)
		}
		p.CheckLook()
		if dir := os.Getenv(EnvPictures); dir != "" {
			file := strings.Trim(strings.NewReplacer("/", "_", "?", "_", "&", "_", "=", "_", "#", "x").Replace(kind(href)), "_")
			for _, v := range browser.Screens {
				p.Resize(v)
				time.Sleep(50 * time.Millisecond)
				p.ScreenshotFull(filepath.Join(dir, name, file+"-"+v.Name+".png"))
				p.CheckOverflow()
			}
			p.Resize(browser.Phone)
		}
		for _, next := range p.Links() {
			next, _, _ = strings.Cut(strings.TrimPrefix(next, base), "#")
			if login != "" && !theirs.MatchString(next) {
				continue // the same for everybody
			}
			if !strings.HasPrefix(next, "/") || files.MatchString(next) || seen[kind(next)] || strings.Contains(next, "lang=") || strings.Contains(next, "mode=") {
				continue
			}
			seen[kind(next)] = true
			queue = append(queue, next)
		}
	}
	if len(queue) > 0 {
		t.Errorf("%d kinds of pages were not looked at: %v", len(queue), queue)
	}
}
