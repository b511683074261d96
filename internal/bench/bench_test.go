package bench

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// A small run goes through everything and prints every row and goal.
func TestRun(t *testing.T) {
	var out strings.Builder
	err := Run(context.Background(), Options{
		Sizes: []int{200, 300}, Databases: []string{"sqlite"}, Triples: 1, Slice: 5 * time.Millisecond, KeptSlice: 5 * time.Millisecond, Conns: 1, Out: &out,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"GOMAXPROCS=", "200      json hot", "300      page cold", "200 → 300 json hot", "goal at least 85 %"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the output does not say %q:\n%s", want, out.String())
		}
	}
}

func TestRunRefuses(t *testing.T) {
	good := Options{Sizes: []int{200}, Databases: []string{"sqlite"}, Triples: 1, Slice: time.Millisecond, KeptSlice: time.Millisecond, Conns: 1, Out: io.Discard}
	for name, spoil := range map[string]func(*Options){
		"no triples":       func(o *Options) { o.Triples = 0 },
		"too few badges":   func(o *Options) { o.Sizes = []int{10} },
		"unknown database": func(o *Options) { o.Databases = []string{"oracle"} },
	} {
		o := good
		spoil(&o)
		if err := Run(context.Background(), o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// The load process reports a wrong answer instead of timing it.
func TestLoadRefusesWrongAnswers(t *testing.T) {
	a, now := stopped(t, "")
	f := NewFiller(now)
	if err := f.Fill(context.Background(), a.DB, 2*hotCodes); err != nil {
		t.Fatal(err)
	}
	s, err := newStand(Options{Triples: 1, Slice: time.Millisecond, Conns: 1}, a, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	if err := s.use(f, 2*hotCodes); err != nil {
		t.Fatal(err)
	}
	o := order{Path: answers[0].path, Tokens: hot, Slice: time.Millisecond, Conns: 1}
	if _, err := s.slice(candidate, o); err != nil {
		t.Errorf("a right answer: %v", err)
	}
	if _, err := s.slice(base, o); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("a bare handler without its bytes: %v", err)
	}
}

func TestFigures(t *testing.T) {
	if got := median([]float64{3, 1, 2}); got != 2 {
		t.Errorf("median of three: %v", got)
	}
	if got := median([]float64{4, 1, 2, 3}); got != 2.5 {
		t.Errorf("median of four: %v", got)
	}
	if got := quantile([]float64{5, 4, 3, 2, 1}, 3, 4); got != 4 {
		t.Errorf("upper quartile: %v", got)
	}
	if got := apart(100, 103); got < 0.029 || got > 0.031 || apart(103, 100) != got {
		t.Errorf("apart: %v", got)
	}
	rows := []row{{size: 10, answer: "json", tokens: hot, share: 0.9}, {size: 1000, answer: "json", tokens: hot, share: 0.75},
		{size: 10, answer: "json", tokens: zipf, share: 0.9}, {size: 1000, answer: "json", tokens: zipf, share: 0.5}}
	if g := growths(rows); len(g) != 1 || g[0].times < 1.19 || g[0].times > 1.21 || g[0].unsure {
		t.Errorf("growth: %+v", g)
	}
}

// What a scan may allocate when its bytes are kept, and what one as JSON may
// when they are not; one more is a change that somebody has to want.
const (
	maxHotAllocs  = 1
	maxColdAllocs = 40
)

func TestScanAllocations(t *testing.T) {
	a, now := stopped(t, "")
	f := NewFiller(now)
	if err := f.Fill(context.Background(), a.DB, 1); err != nil {
		t.Fatal(err)
	}
	for _, ans := range answers {
		r, err := ans.request(string(a.Badges.Encode(f.serials[0])))
		if err != nil {
			t.Fatal(err)
		}
		w := newSink(false)
		got := testing.AllocsPerRun(200, func() { clear(w.header); a.Handler.ServeHTTP(w, r) })
		t.Logf("%s: %.1f allocations", ans.name, got)
		if got > maxHotAllocs || w.status != http.StatusOK {
			t.Errorf("a hot scan (%s) answers %d and allocates %.1f times, at most %d are allowed", ans.name, w.status, got, maxHotAllocs)
		}
		if ans.name != "json" {
			continue
		}
		got = testing.AllocsPerRun(200, func() { a.Badges.Cache().DropAll(); clear(w.header); a.Handler.ServeHTTP(w, r) })
		t.Logf("%s, not kept: %.1f allocations", ans.name, got)
		if got > maxColdAllocs || w.status != http.StatusOK {
			t.Errorf("a cold scan (%s) answers %d and allocates %.1f times, at most %d are allowed", ans.name, w.status, got, maxColdAllocs)
		}
	}
}

func benchmarkScan(b *testing.B, ans answer, way tokens) {
	const badges = 10_000
	a, err := Open(context.Background(), b.TempDir(), "")
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close()
	f := NewFiller(time.Now().UTC().Truncate(time.Microsecond))
	if err := f.Fill(context.Background(), a.DB, badges); err != nil {
		b.Fatal(err)
	}
	n := badges
	if way == hot {
		n = hotCodes
	}
	reqs := make([]*http.Request, n)
	for i := range reqs {
		if reqs[i], err = ans.request(string(a.Badges.Encode(f.serials[i]))); err != nil {
			b.Fatal(err)
		}
	}
	w := newSink(false)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if i++; way == cold && i%dropEvery == 0 {
			a.Badges.Cache().DropAll()
		}
		clear(w.header)
		a.Handler.ServeHTTP(w, reqs[i%n])
	}
	if w.status != http.StatusOK {
		b.Fatalf("answered %d", w.status)
	}
}

func BenchmarkScanJSONHot(b *testing.B)  { benchmarkScan(b, answers[0], hot) }
func BenchmarkScanJSONCold(b *testing.B) { benchmarkScan(b, answers[0], cold) }
func BenchmarkScanPageHot(b *testing.B)  { benchmarkScan(b, answers[1], hot) }
func BenchmarkScanPageCold(b *testing.B) { benchmarkScan(b, answers[1], cold) }
