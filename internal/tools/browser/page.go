package browser

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/chromedp"
)

// Viewport is the size of a screen in CSS pixels.
type Viewport struct {
	Name          string
	Width, Height int64
	// Touch also makes the page take the screen for a phone's or tablet's.
	Touch bool
	// Scale is the number of device pixels to a CSS pixel in pictures.
	Scale float64
}

// The three screens every page is looked at on.
var (
	Phone   = Viewport{Name: "phone", Width: 390, Height: 844, Touch: true, Scale: 2}
	Tablet  = Viewport{Name: "tablet", Width: 1180, Height: 820, Touch: true, Scale: 1}
	Desktop = Viewport{Name: "desktop", Width: 1440, Height: 900, Scale: 1}
	Screens = []Viewport{Phone, Tablet, Desktop}
)

// Options of a new page.
type Options struct {
	// Base is put before addresses that begin with a slash.
	Base string
	// Viewport is Desktop when empty.
	Viewport Viewport
	// Language is what the browser asks for, zh-CN when empty.
	Language string
	// NoScript switches scripts off.
	NoScript bool
}

// patience is how long a page may take to become what a test waits for.
const patience = 15 * time.Second

// Page is a tab. Its methods end the test when something cannot be done, with
// what was wanted and what was there instead.
type Page struct {
	tb      testing.TB
	ctx     context.Context
	options Options
	console *console
	dialogs *dialogs
	workers *workers
}

// NewPage opens a page for a new person: no cookies, no storage. At the end of
// the test it fails when the page wrote an error to the console.
func (b *Browser) NewPage(tb testing.TB, o Options) *Page {
	tb.Helper()
	return newPage(tb, b.ctx, o, chromedp.WithNewBrowserContext())
}

// NewTab opens another page of the same person.
func (p *Page) NewTab(o Options) *Page {
	p.tb.Helper()
	if o.Base == "" {
		o.Base = p.options.Base
	}
	return newPage(p.tb, p.ctx, o)
}

func newPage(tb testing.TB, parent context.Context, o Options, settings ...chromedp.ContextOption) *Page {
	tb.Helper()
	if o.Viewport.Width == 0 {
		o.Viewport = Desktop
	}
	p := &Page{tb: tb, options: o, console: &console{}, workers: &workers{list: map[string]serviceworker.RegistrationID{}}}
	p.dialogs = &dialogs{p: p}
	ctx, cancel := chromedp.NewContext(parent, append(settings, chromedp.WithListener(p.console.listen), chromedp.WithListener(p.dialogs.listen), chromedp.WithListener(p.workers.listen))...)
	p.ctx = ctx
	tb.Cleanup(cancel)
	tb.Cleanup(func() {
		tb.Helper()
		if problems := p.console.problems(); len(problems) > 0 {
			tb.Errorf("browser: the console shows\n  %s", strings.Join(problems, "\n  "))
		}
	})
	if err := chromedp.Do(ctx); err != nil { // without a limit: it would end the tab
		tb.Fatalf("browser: new page: %v", err)
	}
	p.Resize(o.Viewport)
	p.must("set the time zone", send(emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Asia/Shanghai"}))
	p.must("reduce motion", send(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}},
	}))
	// Sets both the header and navigator.language, which no flag does.
	p.must("set the language", send(emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{
		UserAgent:      look[string](p, "name", `(() => navigator.userAgent)`),
		AcceptLanguage: cmp.Or(o.Language, "zh-CN"),
	}))
	if o.NoScript {
		p.must("switch scripts off", send(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	}
	return p
}

// send makes a step of a protocol command without an answer.
func send[P any](command cdp.Command[P, cdp.Empty], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, command, params)
		return err
	})
}

// must runs steps that have no reason to fail.
func (p *Page) must(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.tb.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.fail(what, err)
	}
}

// fail ends the test and shows where the page stands.
func (p *Page) fail(what string, err error) {
	p.tb.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 3*time.Second)
	defer cancel()
	seen, lookErr := eval[string](ctx, `(() => location.href + "\n" + document.title + "\n" + (document.body ? document.body.innerText.slice(0, 1200) : ""))`)
	if lookErr != nil {
		seen = "(the page does not answer: " + lookErr.Error() + ")"
	}
	p.tb.Fatalf("browser: %s: %v\non the page:\n%s", what, err, seen)
}

// Resize changes the screen.
func (p *Page) Resize(v Viewport) {
	p.tb.Helper()
	settings := []chromedp.EmulateViewportOption{chromedp.EmulateScale(max(v.Scale, 1))}
	if v.Touch {
		settings = append(settings, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	p.options.Viewport = v
	p.must("resize", chromedp.EmulateViewport(v.Width, v.Height, settings...))
}

// Goto opens an address and returns the status of the answer, after redirects.
func (p *Page) Goto(address string) (status int) {
	p.tb.Helper()
	if strings.HasPrefix(address, "/") {
		address = p.options.Base + address
	}
	return p.load("go to "+address, chromedp.Navigate(address))
}

// load runs steps that make the browser load another page.
func (p *Page) load(what string, steps ...chromedp.Action[chromedp.Void]) (status int) {
	p.tb.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 2*patience)
	defer cancel()
	response, err := chromedp.RunResponse(ctx, steps...)
	if err != nil {
		p.fail(what, err)
	}
	if response == nil {
		p.fail(what, errors.New("no answer from the server"))
	}
	return int(response.Status)
}

// Reload loads the page again and returns the status.
func (p *Page) Reload() (status int) {
	p.tb.Helper()
	return p.load("reload", chromedp.Reload())
}

// URL returns the address shown.
func (p *Page) URL() string {
	p.tb.Helper()
	return look[string](p, "URL", `(() => location.href)`)
}

// Cookies returns the names of this person's cookies for the page shown.
func (p *Page) Cookies() (names []string) {
	p.tb.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	result, err := chromedp.Call(ctx, network.GetCookies, network.GetCookiesParams{})
	if err != nil {
		p.fail("cookies", err)
	}
	for _, c := range result.Cookies {
		names = append(names, c.Name)
	}
	return names
}

// look asks the page once.
func look[T any](p *Page, what, function string, args ...any) T {
	p.tb.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := eval[T](ctx, function, args...)
	if err != nil {
		p.fail(what, err)
	}
	return v
}

// until asks the page again and again until check returns no error. A page
// that is just being replaced cannot answer; that is a reason to ask again.
func (p *Page) until(what string, check func(ctx context.Context) error) {
	p.tb.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	for {
		err := check(ctx)
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			p.fail(what, err)
		case <-time.After(40 * time.Millisecond):
		}
	}
}

// eval calls a function of the page with arguments. The function sees find.
func eval[T any](ctx context.Context, function string, args ...any) (T, error) {
	list := make([]string, len(args))
	for i, a := range args {
		b, err := json.Marshal(a)
		if err != nil {
			var zero T
			return zero, fmt.Errorf("argument: %w", err)
		}
		list[i] = string(b)
	}
	return chromedp.Run(ctx, chromedp.Evaluate[T]("(() => {"+finder+"return ("+function+")("+strings.Join(list, ",")+")})()"))
}
