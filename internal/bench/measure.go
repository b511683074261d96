package bench

import (
	"bytes"
	"context"
	"net/http"
	"runtime"
	"slices"
	"time"

	"fangxin/internal/db"
)

// side is what one side of a comparison showed in one slice.
type side struct {
	cpu      time.Duration // of the server's process, per request
	rate     float64       // requests a second
	p50, p99 time.Duration
}

// row is one line of the table.
type row struct {
	database db.Dialect
	size     int
	answer   string
	tokens   tokens
	bytes    int // of a body

	share       float64    // bare CPU over ours, the median of the triples
	spread      [2]float64 // its quartiles
	byRate      float64    // our requests a second over bare's
	bare, ours  side       // medians
	aa          float64    // how far the two best slices of the bare handler lie apart
	bareIn, ins inside
}

// inconclusive is how far A and A may lie apart.
const inconclusive = 0.03

func (s *stand) slice(which int, o order) (side, error) {
	o.Address = s.address[which]
	before := cpu()
	t, err := s.load.do(o)
	used := cpu() - before
	if err != nil {
		return side{}, err
	}
	return side{used / time.Duration(t.Requests), float64(t.Requests) / t.Took.Seconds(), t.P50, t.P99}, nil
}

// measure makes one row: triples of base, candidate and base again.
func (s *stand) measure(ctx context.Context, dialect db.Dialect, size int, ans answer, way tokens) (row, error) {
	s.isCold.Store(way == cold)
	s.app.Badges.Cache().DropAll()
	r := row{database: dialect, size: size, answer: ans.name, tokens: way}
	var err error
	if r.bytes, err = s.yardstick(ans); err != nil {
		return r, err
	}
	o := order{Path: ans.path, Header: ans.header, Tokens: way, Slice: s.o.Slice, Conns: s.o.Conns}
	if way != cold {
		o.Slice = s.o.KeptSlice
	}
	if err := s.warm(ctx, o); err != nil {
		return r, err
	}
	var first, second, both, ours []side
	var shares, rates []float64
	for range s.o.Triples {
		var got [3]side
		for i, which := range []int{base, candidate, base} {
			if got[i], err = s.slice(which, o); err != nil {
				return r, err
			}
		}
		first, second, ours = append(first, got[0]), append(second, got[2]), append(ours, got[1])
		both = append(both, got[0], got[2])
		shares = append(shares, float64(got[0].cpu+got[2].cpu)/2/float64(got[1].cpu))
		rates = append(rates, got[1].rate/((got[0].rate+got[2].rate)/2))
		if err := ctx.Err(); err != nil {
			return r, err
		}
	}
	r.share, r.spread = median(shares), [2]float64{quantile(shares, 1, 4), quantile(shares, 3, 4)}
	r.byRate, r.bare, r.ours = median(rates), typical(both), typical(ours)
	r.aa = apart(best(first), best(second))
	return r, s.inside(&r, ans, way)
}

func best(all []side) time.Duration {
	return slices.MinFunc(all, func(a, b side) int { return int(a.cpu - b.cpu) }).cpu
}

// apart is the difference of two times as a share of the smaller one.
func apart(a, b time.Duration) float64 {
	if a > b {
		a, b = b, a
	}
	if a <= 0 {
		return 1
	}
	return float64(b-a) / float64(a)
}

func typical(all []side) side {
	pick := func(of func(side) float64) float64 {
		values := make([]float64, len(all))
		for i, s := range all {
			values[i] = of(s)
		}
		return median(values)
	}
	return side{
		cpu:  time.Duration(pick(func(s side) float64 { return float64(s.cpu) })),
		rate: pick(func(s side) float64 { return s.rate }),
		p50:  time.Duration(pick(func(s side) float64 { return float64(s.p50) })),
		p99:  time.Duration(pick(func(s side) float64 { return float64(s.p99) })),
	}
}

func median(values []float64) float64 { return quantile(values, 1, 2) }

// quantile gives the value below which n of d parts lie.
func quantile(values []float64, n, d int) float64 {
	sorted := slices.Sorted(slices.Values(values))
	if len(sorted)%2 == 0 && n*2 == d {
		return (sorted[len(sorted)/2-1] + sorted[len(sorted)/2]) / 2
	}
	return sorted[(len(sorted)-1)*n/d]
}

// inside is what a handler costs without a network.
type inside struct {
	cpu    time.Duration
	allocs float64
	bytes  float64 // allocated, per request
}

// How many requests one inside measurement makes; it takes the best of three.
const (
	hotCalls  = 3000
	coldCalls = 500
)

// inside fills in what both handlers cost when called; for Zipf it calls the
// hot set, as the keys make no difference without a network.
func (s *stand) inside(r *row, ans answer, way tokens) error {
	calls, n := hotCalls, hotCodes
	if way == cold {
		calls, n = coldCalls, coldCalls
	}
	n = min(n, len(s.codes))
	reqs := make([]*http.Request, n)
	for i := range reqs {
		var err error
		if reqs[i], err = ans.request(s.codes[i]); err != nil {
			return err
		}
	}
	bare := *s.bare.Load()
	r.bareIn = bestInside(bare.ServeHTTP, reqs, calls, func() {})
	forget := func() {}
	if way == cold {
		forget = s.app.Badges.Cache().DropAll
	}
	r.ins = bestInside(s.app.Handler.ServeHTTP, reqs, calls, forget)
	return nil
}

// bestInside serves the requests in turn, calls of them, four times; the first
// time warms. It forgets before each time and each round.
func bestInside(serve http.HandlerFunc, reqs []*http.Request, calls int, forget func()) inside {
	var out inside
	w := newSink(false)
	for i := range 4 {
		var m0, m1 runtime.MemStats
		runtime.ReadMemStats(&m0)
		before := cpu()
		for made := range calls {
			if made%len(reqs) == 0 {
				forget()
			}
			clear(w.header)
			serve(w, reqs[made%len(reqs)])
		}
		n := time.Duration(calls)
		used := (cpu() - before) / n
		runtime.ReadMemStats(&m1)
		if i == 0 || (i > 1 && used >= out.cpu) {
			continue
		}
		out = inside{used, float64(m1.Mallocs-m0.Mallocs) / float64(n), float64(m1.TotalAlloc-m0.TotalAlloc) / float64(n)}
	}
	return out
}

// sink is the least that a handler can write to.
type sink struct {
	header http.Header
	status int
	body   *bytes.Buffer
}

func newSink(keep bool) *sink {
	s := &sink{header: http.Header{}, status: http.StatusOK}
	if keep {
		s.body = &bytes.Buffer{}
	}
	return s
}

func (s *sink) Header() http.Header    { return s.header }
func (s *sink) WriteHeader(status int) { s.status = status }
func (s *sink) Write(b []byte) (int, error) {
	if s.body != nil {
		return s.body.Write(b)
	}
	return len(b), nil
}
