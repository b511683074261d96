package tablet

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// gate is a relay of TCP between tablets and the registry that can be shut:
// then connections break and new ones are reset, as on a dead line. What a
// browser's own "offline" switch does reaches neither the service worker nor
// requests under way.
type gate struct {
	listener net.Listener
	target   string
	shut     atomic.Bool
	bytes    atomic.Int64 // from tablets to the registry
	mu       sync.Mutex
	open     map[net.Conn]bool
	limit    atomic.Int64 // breaks the line after so many more bytes up; 0 never
}

func newGate(t *testing.T, target string) *gate {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{listener: l, target: target, open: map[net.Conn]bool{}}
	t.Cleanup(func() { l.Close(); g.cut() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go g.serve(c)
		}
	}()
	return g
}

func (g *gate) serve(c net.Conn) {
	if g.shut.Load() {
		reset(c)
		return
	}
	up, err := net.Dial("tcp", g.target)
	if err != nil {
		reset(c)
		return
	}
	g.mu.Lock()
	g.open[c], g.open[up] = true, true
	g.mu.Unlock()
	done := make(chan struct{}, 2)
	go func() { io.Copy(counted{up, g}, c); done <- struct{}{} }() //nolint:errcheck // the line broke
	go func() { io.Copy(c, up); done <- struct{}{} }()             //nolint:errcheck // the line broke
	<-done
	for _, x := range []net.Conn{c, up} {
		reset(x)
		g.mu.Lock()
		delete(g.open, x)
		g.mu.Unlock()
	}
}

// counted counts what goes up, and breaks the line at the limit.
type counted struct {
	net.Conn
	g *gate
}

func (c counted) Write(b []byte) (int, error) {
	c.g.bytes.Add(int64(len(b)))
	if left := c.g.limit.Load(); left > 0 && c.g.limit.Add(-int64(len(b))) <= 0 {
		c.g.limit.Store(0)
		c.g.close()
		return 0, net.ErrClosed
	}
	return c.Conn.Write(b)
}

func reset(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok {
		t.SetLinger(0) //nolint:errcheck // it is being thrown away
	}
	c.Close()
}

func (g *gate) cut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for c := range g.open {
		reset(c)
	}
	clear(g.open)
}

// close shuts the gate and breaks what is under way.
func (g *gate) close() { g.shut.Store(true); g.cut() }

// reopen lets connections through again.
func (g *gate) reopen() { g.shut.Store(false) }
