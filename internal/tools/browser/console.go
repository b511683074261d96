package browser

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
)

// console collects what a good page never writes: errors, warnings of the
// security policy, failed loads, exceptions.
type console struct {
	mu      sync.Mutex
	entries []string
	allowed []string
	heard   func(text string)
}

// listen runs inside the loop that reads the browser's messages, so it sees
// each entry before the answer to the command that comes after it.
func (c *console) listen(event any) {
	var entry string
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeDebug {
			c.mu.Lock()
			heard := c.heard
			c.mu.Unlock()
			if heard != nil && len(e.Args) == 1 {
				var text string
				if json.Unmarshal(e.Args[0].Value, &text) == nil {
					heard(text)
				}
			}
			return
		}
		if e.Type != runtime.ConsoleAPICalledTypeError && e.Type != runtime.ConsoleAPICalledTypeAssert {
			return
		}
		entry = "console." + string(e.Type) + ": " + arguments(e.Args)
	case *runtime.EventExceptionThrown:
		entry = "exception: " + e.ExceptionDetails.Text
		if o := e.ExceptionDetails.Exception; o != nil {
			entry += " " + o.Description
		}
	case *log.EventEntryAdded:
		if e.Entry.Level != log.EntryLevelError && e.Entry.Source != log.EntrySourceSecurity {
			return
		}
		entry = fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
	default:
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries = append(c.entries, entry)
}

func arguments(list []*runtime.RemoteObject) string {
	parts := make([]string, len(list))
	for i, o := range list {
		parts[i] = o.Description
		if len(o.Value) > 0 {
			parts[i] = string(o.Value)
		}
	}
	return strings.Join(parts, " ")
}

// problems returns the entries that no test has allowed.
func (c *console) problems() (list []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
next:
	for _, e := range c.entries {
		for _, part := range c.allowed {
			if strings.Contains(e, part) {
				continue next
			}
		}
		list = append(list, e)
	}
	return list
}

// Hear calls f with each text that the page gives to console.debug, as it
// comes in: what a page has said before its browser was killed.
func (p *Page) Hear(f func(text string)) {
	p.console.mu.Lock()
	defer p.console.mu.Unlock()
	p.console.heard = f
}

// AllowConsole lets entries pass that contain the text, as a page that is
// asked for something forbidden: "status of 403".
func (p *Page) AllowConsole(part string) {
	p.console.mu.Lock()
	defer p.console.mu.Unlock()
	p.console.allowed = append(p.console.allowed, part)
}

// ConsoleProblems returns the entries so far that no test has allowed.
func (p *Page) ConsoleProblems() []string {
	p.tb.Helper()
	look[bool](p, "console", `(() => true)`) // its answer comes after all entries before it
	return p.console.problems()
}
