package browser

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// OpenProfile starts a browser on a folder that outlives it, as a tablet's
// storage outlives its battery. It skips the test where no browser is
// installed, as [Open] does. Its camera and microphone are made up: what the
// camera sees is the film of that name (y4m), or a test picture.
func OpenProfile(tb testing.TB, folder, film string) *Browser {
	tb.Helper()
	more := []chromedp.ExecAllocatorOption{chromedp.Flag("use-fake-ui-for-media-stream", true), chromedp.Flag("use-fake-device-for-media-stream", true)}
	if film != "" {
		more = append(more, chromedp.Flag("use-file-for-fake-video-capture", film))
	}
	return open(tb, folder, more...)
}

// Kill ends the browser at once, without a chance to write anything more.
func (b *Browser) Kill(tb testing.TB) {
	tb.Helper()
	c := chromedp.FromContext(b.ctx)
	if c == nil || c.Browser == nil || c.Browser.Process() == nil {
		tb.Fatal("browser: no process to kill")
	}
	b.killed = true
	if err := c.Browser.Process().Kill(); err != nil {
		tb.Fatalf("browser: kill: %v", err)
	}
	b.stop()
}

// Page opens a page of the profile itself, whose cookies and storage stay.
func (b *Browser) Page(tb testing.TB, o Options) *Page {
	tb.Helper()
	return newPage(tb, b.ctx, o)
}

// Allow grants the site of the page permissions by their names on the web:
// geolocation, persistent-storage, camera.
func (p *Page) Allow(names ...string) {
	p.tb.Helper()
	for _, n := range names {
		p.must("allow "+n, send(cdpbrowser.SetPermission, cdpbrowser.SetPermissionParams{
			Permission: &cdpbrowser.PermissionDescriptor{Name: n}, Setting: cdpbrowser.PermissionSettingGranted, Origin: p.options.Base,
		}))
	}
}

// Forget ends the person's sessions on the device, as when they expire.
func (p *Page) Forget() {
	p.tb.Helper()
	p.must("clear the cookies", send(network.ClearBrowserCookies, cdp.Empty{}))
}

// At puts the device somewhere, with an accuracy in metres.
func (p *Page) At(lat, lng, accuracy float64) {
	p.tb.Helper()
	p.must("set the position", send(emulation.SetGeolocationOverride, emulation.SetGeolocationOverrideParams{Latitude: &lat, Longitude: &lng, Accuracy: &accuracy}))
}

// Ask calls a function of the page, which may give a promise, and reads its
// value as JSON into a variable.
func (p *Page) Ask(into any, function string, args ...any) {
	p.tb.Helper()
	if err := p.TryAsk(into, function, args...); err != nil {
		p.fail("ask "+function, err)
	}
}

// TryAsk is Ask for pages that may be gone.
func (p *Page) TryAsk(into any, function string, args ...any) error {
	list := make([]string, len(args))
	for i, a := range args {
		b, err := json.Marshal(a)
		if err != nil {
			return err
		}
		list[i] = string(b)
	}
	ctx, cancel := context.WithTimeout(p.ctx, 2*patience)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string]("(async () => JSON.stringify(await ("+function+")("+strings.Join(list, ",")+")) ?? 'null')()", chromedp.EvalAwaitPromise))
	if err != nil || into == nil {
		return err
	}
	return json.Unmarshal([]byte(text), into)
}

// Until waits for a function of the page to give true.
func (p *Page) Until(what, function string, args ...any) {
	p.tb.Helper()
	for deadline := time.Now().Add(2 * patience); ; {
		var ok bool
		err := p.TryAsk(&ok, function, args...)
		if ok {
			return
		}
		if time.Now().After(deadline) {
			p.fail("wait until "+what, err)
		}
		time.Sleep(40 * time.Millisecond)
	}
}
