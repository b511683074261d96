package tablet

import (
	"sync"
	"time"
)

// A device may send at most this many requests of a sort in a minute: enough
// for a day's work in one go, not enough to keep the server busy.
const perMinute = 1200

// pace counts requests by name for the minute under way.
type pace struct {
	mu     sync.Mutex
	minute int64
	counts map[string]int
}

func (p *pace) allow(name string, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if m := now.Unix() / 60; m != p.minute || p.counts == nil {
		p.minute, p.counts = m, map[string]int{}
	}
	p.counts[name]++
	return p.counts[name] <= perMinute
}
