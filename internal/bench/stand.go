package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"fangxin/internal/app"
	"fangxin/internal/httpapi"
)

// answer is one of the two forms of a scan.
type answer struct {
	name, path, header string // path before the code; header as clients send it
}

var answers = []answer{
	{"json", httpapi.Prefix + "/badges/", ""},
	{"page", "/b/", "Accept-Language: zh-CN,zh;q=0.9\r\nAccept-Encoding: gzip, deflate, br\r\n"},
}

// request makes the request that the load process sends, for the calls inside
// the process.
func (a answer) request(code string) (*http.Request, error) {
	r, err := http.NewRequest(http.MethodGet, "http://fx.example.gov.cn"+a.path+code, nil)
	if err != nil {
		return nil, err
	}
	for line := range strings.SplitSeq(strings.TrimSpace(a.header), "\r\n") {
		if name, value, ok := strings.Cut(line, ": "); ok {
			r.Header.Set(name, value)
		}
	}
	r.RemoteAddr, r.RequestURI = "127.0.0.1:40000", r.URL.Path
	return r, nil
}

// stand is one registry, its yardstick and the load process.
type stand struct {
	o     Options
	app   *app.App
	dir   string
	codes []string

	served  atomic.Uint64 // by the registry, for the cold way
	isCold  atomic.Bool
	bare    atomic.Pointer[http.Handler]
	servers [2]*http.Server
	address [2]string
	load    *client
}

// The two sides of a comparison.
const (
	base      = 0
	candidate = 1
)

// dropEvery is how many cold answers come between two droppings of the kept
// ones: fewer than there are codes, so that none is asked twice in between.
const dropEvery = 4096

func newStand(o Options, a *app.App, dir string) (*stand, error) {
	s := &stand{o: o, app: a, dir: dir}
	none := http.NotFoundHandler()
	s.bare.Store(&none)
	sides := [2]http.Handler{
		base:      http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*s.bare.Load()).ServeHTTP(w, r) }),
		candidate: http.HandlerFunc(s.candidate),
	}
	for i, h := range sides {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			s.close()
			return nil, err
		}
		s.servers[i], s.address[i] = &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}, l.Addr().String()
		go s.servers[i].Serve(l) //nolint:errcheck // ends with close
	}
	var err error
	s.load, err = startLoad(o.Loader)
	if err != nil {
		s.close()
	}
	return s, err
}

func (s *stand) close() {
	for _, server := range s.servers {
		if server != nil {
			server.Close()
		}
	}
	if s.load != nil {
		s.load.close()
	}
}

// candidate is the registry as it serves, forgetting its finished answers now
// and then when everything is to be cold.
func (s *stand) candidate(w http.ResponseWriter, r *http.Request) {
	if s.isCold.Load() && s.served.Add(1)%dropEvery == 0 {
		s.app.Badges.Cache().DropAll()
	}
	s.app.Handler.ServeHTTP(w, r)
}

// use makes the codes of the filler's badges known to both sides. They are
// shuffled by nature: serials are random numbers.
func (s *stand) use(f *Filler, size int) error {
	s.codes = make([]string, size)
	var b bytes.Buffer
	for i, serial := range f.serials[:size] {
		s.codes[i] = string(s.app.Badges.Encode(serial))
		b.WriteString(s.codes[i])
		b.WriteByte('\n')
	}
	path := filepath.Join(s.dir, "codes")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		return err
	}
	_, err := s.load.do(order{Codes: path})
	return err
}

// yardstick sets the bare handler to the bytes that the registry answers, and
// checks them: a scan that is not valid would be measured for nothing.
func (s *stand) yardstick(ans answer) (size int, err error) {
	r, err := ans.request(s.codes[0])
	if err != nil {
		return 0, err
	}
	w := newSink(true)
	s.app.Handler.ServeHTTP(w, r)
	if w.status != http.StatusOK {
		return 0, fmt.Errorf("%s%s answers %d", ans.path, s.codes[0], w.status)
	}
	if ans.name == "json" {
		var got struct{ Status, Code string }
		if err := json.Unmarshal(w.body.Bytes(), &got); err != nil || got.Status != "valid" || got.Code != s.codes[0] {
			return 0, fmt.Errorf("the scan of %s is not valid: %s", s.codes[0], w.body.Bytes())
		}
	}
	bare := bareHandler(ans, w.header, bytes.Clone(w.body.Bytes()))
	s.bare.Store(&bare)
	return w.body.Len(), nil
}

// bareHandler is what somebody writes with net/http alone to answer the same
// bytes: a pattern, the type, the length and the body.
func bareHandler(ans answer, header http.Header, body []byte) http.Handler {
	kind, encoding, length := header.Get("Content-Type"), header.Get("Content-Encoding"), strconv.Itoa(len(body))
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+ans.path+"{code}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		if encoding != "" {
			w.Header().Set("Content-Encoding", encoding)
		}
		w.Header().Set("Content-Length", length)
		w.Write(body) //nolint:errcheck // the client went away
	})
	return mux
}

// client speaks to the load process.
type client struct {
	in   io.Closer
	enc  *json.Encoder
	dec  *json.Decoder
	wait func() error
}

// startLoad starts the load process, or the loader in this one.
func startLoad(command []string) (*client, error) {
	if command == nil {
		askR, askW := io.Pipe()
		tellR, tellW := io.Pipe()
		done := make(chan error, 1)
		go func() { done <- Load(askR, tellW) }()
		return &client{in: askW, enc: json.NewEncoder(askW), dec: json.NewDecoder(tellR), wait: func() error { return <-done }}, nil
	}
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("load process: %w", err)
	}
	return &client{in: in, enc: json.NewEncoder(in), dec: json.NewDecoder(out), wait: cmd.Wait}, nil
}

func (c *client) do(o order) (tally, error) {
	var t tally
	if err := c.enc.Encode(o); err != nil {
		return t, fmt.Errorf("load process: %w", err)
	}
	if err := c.dec.Decode(&t); err != nil {
		return t, fmt.Errorf("load process: %w", err)
	}
	if t.Error != "" {
		return t, fmt.Errorf("load: %s", t.Error)
	}
	return t, nil
}

func (c *client) close() {
	c.in.Close()
	c.wait() //nolint:errcheck // it ends with its input
}

// warm lets both sides reach their stride before anything counts.
func (s *stand) warm(ctx context.Context, o order) error {
	for side := range s.servers {
		o.Address = s.address[side]
		if _, err := s.load.do(o); err != nil {
			return err
		}
	}
	return ctx.Err()
}
