package browser

import (
	"sync"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// dialogs answers questions of a page ("Sure?") with yes and remembers them.
type dialogs struct {
	mu    sync.Mutex
	asked []string
	p     *Page
}

func (d *dialogs) listen(event any) {
	e, ok := event.(*page.EventJavascriptDialogOpening)
	if !ok {
		return
	}
	d.mu.Lock()
	d.asked = append(d.asked, e.Message)
	d.mu.Unlock()
	// The answer is a command, which must not wait for the loop it is called in.
	go func() {
		yes := send(page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
		_ = chromedp.Do(d.p.ctx, yes) // the page is gone if this fails
	}()
}

// Dialogs returns the questions that the page asked so far.
func (p *Page) Dialogs() []string {
	p.dialogs.mu.Lock()
	defer p.dialogs.mu.Unlock()
	return append([]string{}, p.dialogs.asked...)
}
