package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/chromedp/chromedp"
)

// Has says whether something matches now, visible or not.
func (p *Page) Has(selector string) bool {
	p.tb.Helper()
	return look[bool](p, "has "+selector, `(selector => find(selector) !== null)`, selector)
}

// Count returns how many elements match the CSS selector now.
func (p *Page) Count(css string) int {
	p.tb.Helper()
	return look[int](p, "count "+css, `(css => document.querySelectorAll(css).length)`, css)
}

// Visible says whether something matches now and can be seen.
func (p *Page) Visible(selector string) bool {
	p.tb.Helper()
	return look[bool](p, "visible "+selector, isVisible, selector)
}

const isVisible = `(selector => { const e = find(selector); return e !== null && shown(e); })`

// WaitFor waits until something matches and can be seen.
func (p *Page) WaitFor(selector string) {
	p.tb.Helper()
	p.wait("wait for "+selector, isVisible, selector)
}

// WaitPresent waits until something matches, visible or not.
func (p *Page) WaitPresent(selector string) {
	p.tb.Helper()
	p.wait("wait for "+selector, `(selector => find(selector) !== null)`, selector)
}

// WaitGone waits until nothing that matches can be seen.
func (p *Page) WaitGone(selector string) {
	p.tb.Helper()
	p.wait("wait for the end of "+selector, `(selector => { const e = find(selector); return e === null || !shown(e); })`, selector)
}

func (p *Page) wait(what, condition, selector string) {
	p.tb.Helper()
	p.until(what, func(ctx context.Context) error {
		is, err := eval[bool](ctx, condition, selector)
		if err == nil && !is {
			err = errors.New("it did not happen")
		}
		return err
	})
}

// Text returns what a person reads in the element, once it is there.
func (p *Page) Text(selector string) string {
	p.tb.Helper()
	p.WaitPresent(selector)
	return strings.TrimSpace(look[string](p, "text of "+selector, `(selector => find(selector).innerText)`, selector))
}

// Value returns the content of a field.
func (p *Page) Value(selector string) string {
	p.tb.Helper()
	p.WaitPresent(selector)
	return look[string](p, "value of "+selector, `(selector => find(selector).value)`, selector)
}

// Attr returns an attribute, empty when it is missing.
func (p *Page) Attr(selector, name string) string {
	p.tb.Helper()
	p.WaitPresent(selector)
	return look[string](p, name+" of "+selector, `((selector, name) => find(selector).getAttribute(name) ?? "")`, selector, name)
}

// Screenshot writes a PNG of what the screen shows.
func (p *Page) Screenshot(path string) {
	p.tb.Helper()
	p.picture(path, chromedp.CaptureScreenshot())
}

// ScreenshotFull writes a PNG of the whole page, as long as it is.
func (p *Page) ScreenshotFull(path string) {
	p.tb.Helper()
	p.picture(path, chromedp.FullScreenshot(100))
}

func (p *Page) picture(path string, shot chromedp.Action[[]byte]) {
	p.tb.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	b, err := chromedp.Run(ctx, shot)
	if err == nil {
		err = errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, b, 0o644))
	}
	if err != nil {
		p.fail("screenshot", err)
	}
}

// Overflow returns the elements that make the page wider than the screen, so
// that it would have to be scrolled sideways; none is how it should be.
func (p *Page) Overflow() []string {
	p.tb.Helper()
	return look[[]string](p, "overflow", `(() => {
		const width = document.documentElement.clientWidth;
		if (document.documentElement.scrollWidth <= width) return [];
		const scrolls = e => e && e !== document.body && e !== document.documentElement &&
			(["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
		const wide = [...document.body.querySelectorAll("*")].filter(e => e.getBoundingClientRect().right > width + 1 && !scrolls(e.parentElement));
		return [document.documentElement.scrollWidth + " px on a screen of " + width + " px", ...wide.slice(0, 5).map(e => e.outerHTML.slice(0, 120))];
	})`)
}

// CheckOverflow marks the test as failed when the page is wider than the screen.
func (p *Page) CheckOverflow() {
	p.tb.Helper()
	if wide := p.Overflow(); len(wide) > 0 {
		p.tb.Errorf("browser: %s on a %s is too wide:\n  %s", p.URL(), p.options.Viewport.Name, strings.Join(wide, "\n  "))
	}
}

// unreadable is what a program shows where it should show words: values that
// are not there, where they lie in memory, keys of texts, days that never were.
var unreadable = regexp.MustCompile(`<no value>|ZgotmplZ|%!|\b0x[0-9a-f]{8,}|0001-01-01|\b(fault|flash|rule)\.[a-z]+_[a-z_]+`)

// Unreadable returns what stands on the page that no reader understands.
func (p *Page) Unreadable() []string {
	p.tb.Helper()
	return unreadable.FindAllString(look[string](p, "words", `(() => document.body.innerText)`), 5)
}

// CheckLook marks the test as failed for faults that no page may have on this
// screen: too wide, not accessible, not readable, an error on the console.
func (p *Page) CheckLook() {
	p.tb.Helper()
	if bad := p.Unreadable(); len(bad) > 0 {
		p.tb.Errorf("browser: %s shows %q", p.URL(), bad)
	}
	p.CheckOverflow()
	p.CheckAxe()
	if problems := p.ConsoleProblems(); len(problems) > 0 {
		p.tb.Errorf("browser: the console of %s shows\n  %s", p.URL(), strings.Join(problems, "\n  "))
	}
}

// String names the page in messages.
func (p *Page) String() string {
	return fmt.Sprintf("page on a %s", p.options.Viewport.Name)
}

// Links returns the addresses of all visible links, in the order of the page.
func (p *Page) Links() []string {
	p.tb.Helper()
	return look[[]string](p, "links", `(() => [...document.links].filter(a => a.offsetParent || a.getClientRects().length).map(a => a.href))`)
}

// Attrs returns an attribute of every element that matches the CSS selector.
func (p *Page) Attrs(css, name string) []string {
	p.tb.Helper()
	return look[[]string](p, name+" of "+css, `((css, name) => [...document.querySelectorAll(css)].map(e => e.getAttribute(name) ?? ""))`, css, name)
}
