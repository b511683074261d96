package browser

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/chromedp"
)

// ahead is a clock for pages that open from now on, so many milliseconds ahead
// of the real one.
const ahead = `(() => {
	const Real = Date, now = Real.now.bind(Real), ms = %d;
	self.Date = class Date extends Real {
		constructor(...a) { a.length ? super(...a) : super(now() + ms); }
		static now() { return now() + ms; }
	};
})()`

// Later lets the clock of documents that open from now on go ahead, as on a
// device that lay in a drawer. Service workers keep the real one.
func (p *Page) Later(by time.Duration) {
	p.tb.Helper()
	p.must("set the clock", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: fmt.Sprintf(ahead, by.Milliseconds())})
		return err
	}))
}

// workers remembers the service workers that the browser has told of.
type workers struct {
	mu   sync.Mutex
	list map[string]serviceworker.RegistrationID // by scope
}

func (w *workers) listen(event any) {
	e, ok := event.(*serviceworker.EventWorkerRegistrationUpdated)
	if !ok {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range e.Registrations {
		if r.IsDeleted {
			delete(w.list, r.ScopeURL)
		} else {
			w.list[r.ScopeURL] = r.RegistrationID
		}
	}
}

// Sync wakes the service worker of a scope for a tag, as the system does when
// it has found a network and no page is open.
func (p *Page) Sync(scope, tag string) {
	p.tb.Helper()
	p.must("watch service workers", send(serviceworker.Enable, cdp.Empty{}))
	var id serviceworker.RegistrationID
	p.until("know the service worker of "+scope, func(context.Context) error {
		p.workers.mu.Lock()
		defer p.workers.mu.Unlock()
		if id = p.workers.list[p.options.Base+scope]; id == "" {
			return fmt.Errorf("there are %v", p.workers.list)
		}
		return nil
	})
	p.must("wake the service worker", send(serviceworker.DispatchSyncEvent, serviceworker.DispatchSyncEventParams{Origin: p.options.Base, RegistrationID: id, Tag: tag}))
}
