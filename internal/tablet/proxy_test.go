package tablet_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

// A line is a bad connection: it loses requests before and after they were
// heard, cuts them in the middle, sends them twice, and brings old ones again
// after newer ones.
type line struct {
	server *httptest.Server
	target string // host:port

	mu     sync.Mutex
	rng    *rand.Rand
	bad    float64 // share of requests with a fault
	held   []held
	faults map[string]int
	pause  func() // before a request is forwarded; nil for none
}

// held is a copy of a request that comes later.
type held struct {
	method, uri string
	header      http.Header
	body        []byte
}

func newLine(target string, seed uint64) *line {
	l := &line{target: target, rng: rand.New(rand.NewPCG(seed, 7)), faults: map[string]int{}}
	l.server = httptest.NewServer(l)
	return l
}

func (l *line) set(seed uint64, bad float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rng, l.bad, l.held = rand.New(rand.NewPCG(seed, 7)), bad, nil
}

var faultNames = []string{"drop", "deaf", "cut answer", "cut request", "twice", "twice at once", "late", "delay"}

// choose draws what happens to a request.
func (l *line) choose() (fault string, part float64, old []held) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.held) > 0 && l.rng.Float64() < 0.4 {
		old, l.held = l.held, nil
	}
	if l.rng.Float64() >= l.bad {
		return "", 0, old
	}
	fault = faultNames[l.rng.IntN(len(faultNames))]
	l.faults[fault]++
	return fault, l.rng.Float64(), old
}

// forward sends a request on, or only the beginning of it, and reads the
// answer.
func (l *line) forward(h held, part float64) (*http.Response, []byte, error) {
	conn, err := net.Dial("tcp", l.target)
	if err != nil {
		return nil, nil, err
	}
	defer conn.Close()
	r, err := http.NewRequest(h.method, "http://"+l.target+h.uri, bytes.NewReader(h.body))
	if err != nil {
		return nil, nil, err
	}
	r.Header = h.header.Clone()
	r.Close = true
	var wire bytes.Buffer
	if err := r.Write(&wire); err != nil {
		return nil, nil, err
	}
	n := wire.Len()
	if part < 1 {
		n = int(float64(n) * part)
	}
	if _, err := conn.Write(wire.Bytes()[:n]); err != nil || part < 1 {
		return nil, nil, fmt.Errorf("cut: %w", io.ErrUnexpectedEOF)
	}
	var raw bytes.Buffer
	if _, err := io.Copy(&raw, conn); err != nil {
		return nil, nil, err
	}
	res, err := http.ReadResponse(newReader(raw.Bytes()), r)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return res, body, err
}

func (l *line) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	h := held{r.Method, r.URL.RequestURI(), r.Header.Clone(), body}
	h.header.Del("Connection")
	fault, part, old := l.choose()
	if l.pause != nil {
		l.pause()
	}
	for _, o := range old {
		l.forward(o, 1) //nolint:errcheck // nobody waits for it
	}
	switch fault {
	case "drop":
		panic(http.ErrAbortHandler)
	case "cut request":
		l.forward(h, part) //nolint:errcheck // it was cut
		panic(http.ErrAbortHandler)
	case "late":
		l.mu.Lock()
		l.held = append(l.held, h)
		l.mu.Unlock()
		panic(http.ErrAbortHandler)
	case "twice":
		l.forward(h, 1) //nolint:errcheck // the second answer counts
	case "twice at once":
		done := make(chan struct{})
		go func() {
			defer close(done)
			l.forward(h, 1) //nolint:errcheck // the other answer counts
		}()
		defer func() { <-done }()
	case "delay":
		time.Sleep(time.Duration(part * float64(5*time.Millisecond)))
	}
	res, answer, err := l.forward(h, 1)
	if err != nil || fault == "deaf" {
		panic(http.ErrAbortHandler)
	}
	for k, v := range res.Header {
		w.Header()[k] = v
	}
	if fault == "cut answer" && len(answer) > 0 {
		w.Header().Set("Content-Length", fmt.Sprint(len(answer)))
		w.WriteHeader(res.StatusCode)
		w.Write(answer[:int(float64(len(answer))*part)]) //nolint:errcheck // it is cut
		if f, ok := w.(http.Flusher); ok {
			f.Flush()
		}
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(res.StatusCode)
	w.Write(answer) //nolint:errcheck // the device went away
}
