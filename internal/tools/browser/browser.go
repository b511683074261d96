// Package browser drives a real Chromium in tests as people would: it clicks
// with a mouse where the page lets it, types into fields, uploads files, and
// looks at what comes back. Each page belongs to a person with cookies of
// their own, so that several people can take part in one story.
//
// It owns finding and starting the browser and the checks that hold for every
// page: nothing on the console, nothing wider than the screen, no fault found
// by axe. It knows nothing of the registry.
//
// A selector is CSS, optionally followed by " >> " and a text that the element
// must contain: `button >> 提交`. The first visible match counts.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// EnvPath names the environment variable with the browser's program, for
// browsers that are not on PATH.
const EnvPath = "CHROMIUM"

// Find returns the path of a Chromium or Chrome. The error says how to get one.
func Find() (path string, err error) {
	names := []string{
		"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "headless-shell",
		"/snap/bin/chromium",
		"/Applications/Chromium.app/Contents/MacOS/Chromium",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
	}
	if named := os.Getenv(EnvPath); named != "" {
		names = []string{named}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("no Chromium found: install it (Debian: apt-get install chromium; macOS: brew install --cask chromium) or set %s to its program", EnvPath)
}

// Browser is a running headless browser.
type Browser struct {
	ctx    context.Context
	stop   context.CancelFunc // ends the process
	killed bool
}

// Open starts a browser and closes it when the test ends. It skips the test
// where none is installed, and fails it when CI is "true".
func Open(tb testing.TB) *Browser {
	tb.Helper()
	profile, err := os.MkdirTemp("", "fangxin-browser-")
	if err != nil {
		tb.Fatalf("browser: %v", err)
	}
	tb.Cleanup(func() { removeProfile(tb, profile) })
	return open(tb, profile)
}

func open(tb testing.TB, profile string, more ...chromedp.ExecAllocatorOption) *Browser {
	tb.Helper()
	path, err := Find()
	switch {
	case err != nil && os.Getenv("CI") == "true":
		tb.Fatalf("browser: %v", err)
	case err != nil:
		tb.Skipf("browser: %v", err)
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), append(flags(path, profile), more...)...)
	b := &Browser{stop: stop}
	tb.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocator)
	b.ctx = ctx
	tb.Cleanup(cancel)
	tb.Cleanup(func() {
		if !b.killed {
			closeBrowser(tb, ctx)
		}
	})
	// The context of the first call is the browser's life, so the limit for
	// starting stands beside it.
	started := make(chan error, 1)
	go func() { started <- chromedp.Do(ctx) }()
	select {
	case err := <-started:
		if err != nil {
			tb.Fatalf("browser: start %s: %v", path, err)
		}
	case <-time.After(time.Minute):
		tb.Fatalf("browser: %s did not start within a minute", path)
	}
	return b
}

// flags keep the browser quiet, off the network and without memory of earlier
// runs.
func flags(path, profile string) []chromedp.ExecAllocatorOption {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(profile),
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-domain-reliability", true),
		chromedp.Flag("hide-scrollbars", true), // as on phones; the same picture everywhere
		chromedp.Flag("no-proxy-server", true),
		chromedp.Flag("lang", "zh-CN"),
		chromedp.Flag("font-render-hinting", "none"),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // the sandbox refuses root
	}
	return options
}

func closeBrowser(tb testing.TB, ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := chromedp.Cancel(ctx); err != nil && !errors.Is(err, context.Canceled) {
		tb.Logf("browser: close: %v", err)
	}
}

// removeProfile tries for a while: the browser's helpers write for a moment
// after it has gone.
func removeProfile(tb testing.TB, dir string) {
	var err error
	for range 50 {
		if err = os.RemoveAll(dir); err == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	tb.Logf("browser: %v", err)
}
