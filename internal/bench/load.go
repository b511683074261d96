package bench

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// tokens is how codes are drawn.
type tokens string

// The three ways. A hot set flatters caches; in the cold one no code comes
// twice while its answer is kept.
const (
	hot  tokens = "hot"
	zipf tokens = "zipf"
	cold tokens = "cold"
)

var tokenWays = []tokens{hot, zipf, cold}

// hotCodes is the size of the hot set.
const hotCodes = 64

// codeLength is the length of a code with its line end in the file of codes.
const codeLength = 17

// An order asks the load process for one slice of requests.
type order struct {
	Codes   string // file of codes, one a line; kept for later orders
	Address string
	Path    string // before the code
	Header  string // lines of the request, each with its line end
	Tokens  tokens
	Slice   time.Duration
	Conns   int
}

// A tally is what came of an order.
type tally struct {
	Requests int
	Bytes    int64 // read, headers included
	Took     time.Duration
	P50, P99 time.Duration
	Error    string
}

// Load reads orders and writes tallies, one JSON value a line, until the input
// ends. It runs in a process of its own, so that the server's CPU time can be
// told from the clients'.
func Load(in io.Reader, out io.Writer) error {
	var l loader
	dec, enc := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var o order
		if err := dec.Decode(&o); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		t, err := l.run(o)
		if err != nil {
			t.Error = err.Error()
		}
		if err := enc.Encode(t); err != nil {
			return err
		}
	}
}

type loader struct {
	codes  []byte
	cursor atomic.Uint64 // of the cold way, across slices
	seed   uint64
}

func (l *loader) run(o order) (tally, error) {
	if o.Codes != "" {
		b, err := os.ReadFile(o.Codes)
		if err != nil {
			return tally{}, err
		}
		l.codes = b
	}
	if o.Slice == 0 {
		return tally{}, nil // only the codes
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	var all []time.Duration
	var sum tally
	var failed error
	start := time.Now()
	for range o.Conns {
		l.seed++
		draw := l.draw(o.Tokens, l.seed)
		wg.Go(func() {
			took, n, err := ask(o, draw, start.Add(o.Slice))
			mu.Lock()
			defer mu.Unlock()
			all, sum.Bytes = append(all, took...), sum.Bytes+n
			if err != nil {
				failed = err
			}
		})
	}
	wg.Wait()
	sum.Took, sum.Requests = time.Since(start), len(all)
	if failed != nil {
		return sum, failed
	}
	slices.Sort(all)
	sum.P50, sum.P99 = all[len(all)/2], all[len(all)*99/100]
	return sum, nil
}

// draw gives the codes of one connection.
func (l *loader) draw(way tokens, seed uint64) func() []byte {
	n := len(l.codes) / codeLength
	at := func(i int) []byte { return l.codes[i*codeLength : (i+1)*codeLength-1] }
	switch way {
	case hot:
		i := int(seed)
		return func() []byte { i++; return at(i % hotCodes) }
	case zipf:
		z := rand.NewZipf(rand.New(rand.NewPCG(seed, 1)), 1.1, 1, uint64(n-1))
		return func() []byte { return at(int(z.Uint64())) }
	}
	return func() []byte { return at(int(l.cursor.Add(1) % uint64(n))) }
}

// ask sends one request after the other on a connection until the end, but at
// least one. It
// speaks just as much HTTP as both handlers answer with: a client that costs
// more than the server would hide what it measures.
func ask(o order, draw func() []byte, end time.Time) (took []time.Duration, n int64, err error) {
	conn, err := net.Dial("tcp", o.Address)
	if err != nil {
		return nil, 0, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(end.Add(10 * time.Second)); err != nil {
		return nil, 0, err
	}
	r := bufio.NewReaderSize(conn, 16<<10)
	var req []byte
	for now := time.Now(); len(took) == 0 || now.Before(end); {
		req = append(append(append(req[:0], "GET "...), o.Path...), draw()...)
		req = append(append(append(req, " HTTP/1.1\r\nHost: fx.example.gov.cn\r\n"...), o.Header...), "\r\n"...)
		if _, err := conn.Write(req); err != nil {
			return took, n, err
		}
		size, err := receive(r)
		if err != nil {
			return took, n, err
		}
		n += int64(size)
		then := time.Now()
		took, now = append(took, then.Sub(now)), then
	}
	return took, n, nil
}

var lengthHeader = []byte("Content-Length: ")

// receive reads one answer and gives its size with the headers.
func receive(r *bufio.Reader) (size int, err error) {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	if !bytes.HasPrefix(line, []byte("HTTP/1.1 200 ")) {
		return 0, fmt.Errorf("answered %q", bytes.TrimSpace(line))
	}
	size = len(line)
	body := -1
	for len(line) > 2 {
		if line, err = r.ReadSlice('\n'); err != nil {
			return 0, err
		}
		size += len(line)
		if value, ok := bytes.CutPrefix(line, lengthHeader); ok {
			if body, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return 0, err
			}
		}
	}
	if body < 0 {
		return 0, fmt.Errorf("an answer without Content-Length")
	}
	_, err = r.Discard(body)
	return size + body, err
}
