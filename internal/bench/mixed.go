package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
	"fangxin/internal/tablet"
)

// What is asked of a server on which shoppers scan while tablets send.
const (
	scansPerSecond = 200
	syncsPerSecond = 50
	mixedBadges    = 10_000
	goalMixed      = 2.0 // p99 of scans while tablets send, over p99 alone
)

// mixed compares how long scans take alone and while tablets send. Both come
// at fixed times, whether the server is ready or not, and are timed from then:
// a server that falls behind shows it.
type mixed struct {
	*tablets
	address string
	client  *http.Client
	codes   []string
}

// leg is one stretch of scans: their 99th percentile, and how many visits were
// taken a second besides.
type leg struct {
	p99   time.Duration
	syncs float64
}

func (t *tablets) mixed(ctx context.Context) (*mixed, func(), error) {
	f := NewFiller(ident.System())
	switch n, err := countFaces(ctx, t.DB); {
	case err != nil:
		return nil, nil, err
	case n == 0:
		if err := f.Fill(ctx, t.DB, mixedBadges); err != nil {
			return nil, nil, err
		}
	default: // scans were measured here before, with the same serials
		for f.Made() < min(n, mixedBadges) {
			if _, err := f.next(); err != nil {
				return nil, nil, err
			}
		}
	}
	m := &mixed{tablets: t, client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	for _, serial := range f.serials {
		m.codes = append(m.codes, string(t.Badges.Encode(serial)))
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	server := &http.Server{Handler: t.Handler, ReadHeaderTimeout: 10 * time.Second}
	go server.Serve(l) //nolint:errcheck // ends with close
	m.address = "http://" + l.Addr().String() + httpapi.Prefix + "/badges/"
	return m, func() {
		m.client.CloseIdleConnections()
		server.Close()
	}, nil
}

func (m *mixed) scan(ctx context.Context, code string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, m.address+code, nil)
	if err != nil {
		return err
	}
	resp, err := m.client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusOK {
		return fmt.Errorf("a scan answers %d (%w)", resp.StatusCode, err)
	}
	return nil
}

// paced calls fn n times, at a fixed rate, without waiting for its end, and
// gives how long after its time each call ended.
func paced(n, perSecond int, fn func(i int) error) ([]time.Duration, error) {
	took, failed := make([]time.Duration, n), make([]error, n)
	var all sync.WaitGroup
	began := time.Now()
	for i := range n {
		due := began.Add(time.Duration(i) * time.Second / time.Duration(perSecond))
		time.Sleep(time.Until(due))
		all.Go(func() {
			failed[i] = fn(i)
			took[i] = time.Since(due)
		})
	}
	all.Wait()
	return took, errors.Join(failed...)
}

// leg scans for a while, with what the tablets send in that time or without.
func (m *mixed) leg(ctx context.Context, long time.Duration, pushes []tablet.PushCommand) (leg, error) {
	var out leg
	var syncErr error
	var both sync.WaitGroup
	if len(pushes) > 0 {
		both.Go(func() {
			began := time.Now()
			_, syncErr = paced(len(pushes), syncsPerSecond, func(i int) error { return m.push(ctx, pushes[i]) })
			out.syncs = float64(len(pushes)) / time.Since(began).Seconds()
		})
	}
	rng := rand.New(rand.NewPCG(uint64(len(pushes)), uint64(time.Now().UnixNano())))
	codes := make([]string, max(20, int(long.Seconds()*scansPerSecond)))
	for i := range codes {
		codes[i] = m.codes[rng.IntN(len(m.codes))]
	}
	took, err := paced(len(codes), scansPerSecond, func(i int) error { return m.scan(ctx, codes[i]) })
	both.Wait()
	if err := errors.Join(err, syncErr); err != nil {
		return out, err
	}
	slices.Sort(took)
	out.p99 = took[len(took)*99/100]
	return out, nil
}

// compare alternates legs without and with tablets and prints one line.
func (m *mixed) compare(ctx context.Context, o SyncOptions, database string) error {
	ctx = tablet.Unpaced(access.With(ctx, access.From(m.ctx)))
	var ratios, firsts, seconds, alone, with, syncs []float64
	for k := range o.Mixes + 1 {
		pushes, err := m.visits(max(2, int(o.Leg.Seconds()*syncsPerSecond)), devicesAtOnce)
		if err != nil {
			return err
		}
		var got [3]leg
		for i, send := range [3][]tablet.PushCommand{nil, pushes, nil} {
			if got[i], err = m.leg(ctx, o.Leg, send); err != nil {
				return err
			}
		}
		if k == 0 {
			continue // to warm up
		}
		a, b, c := got[0].p99.Seconds(), got[1].p99.Seconds(), got[2].p99.Seconds()
		firsts, seconds, alone, with = append(firsts, a), append(seconds, c), append(alone, a, c), append(with, b)
		ratios, syncs = append(ratios, b/((a+c)/2)), append(syncs, got[1].syncs)
	}
	verdict := "reached"
	if median(ratios) > goalMixed {
		verdict = "missed"
	}
	aa := median(firsts)/median(seconds) - 1
	fmt.Fprintf(o.Out, "  %-8s scans, p99 %6.2f ms alone, %6.2f ms while %.0f visits a second come: %.2f× (quartiles %.2f–%.2f×; A/A %.0f %%), goal at most %.0f×: %s\n", database,
		1000*median(alone), 1000*median(with), median(syncs), median(ratios), quantile(ratios, 1, 4), quantile(ratios, 3, 4), 100*max(aa, -aa), goalMixed, verdict)
	return nil
}
