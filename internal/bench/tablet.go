package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/account"
	"fangxin/internal/app"
	"fangxin/internal/checklist"
	"fangxin/internal/db"
	"fangxin/internal/db/pgtest"
	"fangxin/internal/demo"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/tablet"
	"fangxin/internal/usecase"
)

// SyncOptions say how the synchronisation of tablets is measured.
type SyncOptions struct {
	Databases []string
	Postgres  string        // URL of an empty database; "" starts a throw-away server
	Triples   int           // base–candidate–base triples
	Visits    int           // in each third of a triple
	Mixes     int           // triples of scans alone, with visits coming in, and alone; 0 for none
	Leg       time.Duration // of each third of those
	Out       io.Writer
}

// answersEach is how many answers one visit sends.
const answersEach = 40

// Sync measures how many visits of forty answers a second the registry takes
// from tablets, sealed and with a signed receipt for each answer, against the
// raw driver that writes the same rows with prepared statements.
func Sync(ctx context.Context, o SyncOptions) error {
	if o.Triples < 1 || o.Visits < 2 {
		return fmt.Errorf("bench: at least one triple and two visits are needed")
	}
	fmt.Fprintf(o.Out, "visits of %d answers a second, opened, placed and with a receipt each; base: the same rows by prepared statements of the raw driver\n", answersEach)
	fmt.Fprintf(o.Out, "one by one: a visit after the other, a transaction each; grouped: %d devices at once, base: %d visits in a transaction\n", devicesAtOnce, devicesAtOnce)
	fmt.Fprintf(o.Out, "base–candidate–base, %d triples of %d visits; medians; A/A: how far the two halves of the base lie apart; cpu: of this process alone\n", o.Triples, o.Visits)
	fmt.Fprintf(o.Out, "  %-8s %-10s | %9s %9s | %6s %13s | %9s | %6s\n", "database", "way", "raw /s", "ours /s", "share", "quartiles", "cpu share", "A/A")
	for _, name := range o.Databases {
		if err := syncOn(ctx, o, db.Dialect(name)); err != nil {
			return fmt.Errorf("bench, %s: %w", name, err)
		}
	}
	return nil
}

func syncOn(ctx context.Context, o SyncOptions, dialect db.Dialect) error {
	dir, err := os.MkdirTemp("", "fangxin-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	url := ""
	if dialect == db.Postgres {
		if url = o.Postgres; url == "" {
			server, err := pgtest.Start(ctx)
			if err != nil {
				fmt.Fprintf(o.Out, "  postgres: left out. %v\n", err)
				return nil
			}
			defer server.Stop()
			url = server.URL
		}
	}
	a, err := Open(ctx, filepath.Join(dir, "data"), url)
	if err != nil {
		return err
	}
	defer a.Close()
	t, err := newTablets(ctx, a)
	if err != nil {
		return err
	}
	raw, err := newRaw(ctx, a.DB)
	if err != nil {
		return err
	}
	defer raw.close()
	for _, way := range syncWays {
		r, err := t.measure(ctx, raw, o, way)
		if err != nil {
			return err
		}
		mark, cpuShare := "", fmt.Sprintf("%.0f %%", 100*median(r.cpu))
		if r.aa > inconclusive {
			mark = "?"
		}
		if dialect == db.Postgres {
			cpuShare = "–" // most of it is the server's
		}
		fmt.Fprintf(o.Out, "  %-8s %-10s | %9.0f %9.0f | %5.0f%% %5.0f–%4.0f %% | %9s | %4.1f%%%s\n", dialect, way.name, median(r.bases), median(r.ours),
			100*median(r.shares), 100*quantile(r.shares, 1, 4), 100*quantile(r.shares, 3, 4), cpuShare, 100*r.aa, mark)
	}
	if o.Mixes < 1 {
		return nil
	}
	m, end, err := t.mixed(ctx)
	if err != nil {
		return err
	}
	defer end()
	return m.compare(ctx, o, string(dialect))
}

// devicesAtOnce is how many devices send at the same time in the grouped way.
const devicesAtOnce = 20

// syncWay is one of the ways to send.
type syncWay struct {
	name    string
	devices int // that send at once, and visits in a transaction of the base
}

var syncWays = []syncWay{{"one by one", 1}, {"grouped", devicesAtOnce}}

// pass is what one third of a triple showed.
type pass struct{ rate, cpu float64 } // visits a second; seconds of CPU for each

type start struct {
	at  time.Time
	cpu time.Duration
}

func started() start { return start{time.Now(), cpu()} }

func (s start) ended(visits int) pass {
	return pass{float64(visits) / time.Since(s.at).Seconds(), (cpu() - s.cpu).Seconds() / float64(visits)}
}

// compared is one line of the table.
type compared struct {
	bases, ours, shares, cpu []float64
	aa                       float64
}

func (t *tablets) measure(ctx context.Context, raw *rawSync, o SyncOptions, way syncWay) (compared, error) {
	var r compared
	var firsts, seconds []float64
	for k := range o.Triples + 1 {
		pushes, err := t.visits(o.Visits, way.devices)
		if err != nil {
			return r, err
		}
		first, err := raw.run(ctx, o.Visits, way.devices)
		if err != nil {
			return r, err
		}
		mine, err := t.send(ctx, pushes, way.devices)
		if err != nil {
			return r, err
		}
		second, err := raw.run(ctx, o.Visits, way.devices)
		if err != nil {
			return r, err
		}
		if k == 0 {
			continue // to warm both
		}
		r.bases, r.ours = append(r.bases, first.rate, second.rate), append(r.ours, mine.rate)
		firsts, seconds = append(firsts, first.rate), append(seconds, second.rate)
		r.shares = append(r.shares, mine.rate/((first.rate+second.rate)/2))
		r.cpu = append(r.cpu, (first.cpu+second.cpu)/2/mine.cpu)
	}
	r.aa = median(firsts)/median(seconds) - 1
	r.aa = max(r.aa, -r.aa)
	return r, nil
}

// tablets is a county with an inspector, a device and visits to send.
type tablets struct {
	*app.App
	ctx   context.Context // of the inspector
	by    [2]ident.AccountID
	scope string
	seats []seat
	items []string
	sheet checklist.Sheet
}

// seat is an enrolled device.
type seat struct {
	id   string
	seal *tablet.Sealer
}

func newTablets(ctx context.Context, a *app.App) (*tablets, error) {
	t := &tablets{App: a}
	if err := demo.Authorities(ctx, a); err != nil {
		return nil, err
	}
	au, err := a.Authorities.ByCode(ctx, a.DB.R, "360102")
	if err != nil {
		return nil, err
	}
	t.scope = au.Path
	for i, login := range []string{"bench1", "bench2"} {
		v, err := a.Accounts.Seed(usecase.System(ctx, "bench"), account.SeedCommand{
			Login: login, Password: "Seven-lanterns-09", Name: login, Roles: []access.Role{access.Inspector}, Authority: au.ID,
		})
		if err != nil {
			return nil, err
		}
		t.by[i] = v.ID
	}
	t.ctx = access.With(ctx, access.Principal{Account: t.by[0], Name: "bench1", Roles: []access.Role{access.Inspector}, Authority: au.ID, Scope: access.Scope(au.Path)})
	for range devicesAtOnce {
		d := seat{id: string(ident.New[ident.EventID]())}
		e, err := a.Tablets.Enrol(t.ctx, tablet.EnrolCommand{ID: d.id, Name: "bench"})
		if err != nil {
			return nil, err
		}
		if d.seal, err = tablet.NewSealer(e.Keys); err != nil {
			return nil, err
		}
		t.seats = append(t.seats, d)
	}
	if t.sheet, err = checklist.ForSector("store"); err != nil {
		return nil, err
	}
	for it := range t.sheet.Items() {
		if t.items = append(t.items, it.ID); len(t.items) == answersEach {
			return t, nil
		}
	}
	return nil, fmt.Errorf("the sheet has %d items, %d are needed", len(t.items), answersEach)
}

// visits makes visits that are open and what devices, which take turns, send of
// each.
func (t *tablets) visits(n, devices int) ([]tablet.PushCommand, error) {
	def := usecase.Def{Name: "bench.plan", Allow: []access.Role{access.System}}
	system := usecase.System(t.ctx, "bench")
	var out []tablet.PushCommand
	for i := range n {
		v, err := usecase.Do(system, t.Runtime, &def, struct{}{}, func(ctx context.Context, c *usecase.Call) (inspection.View, error) {
			v, err := t.Inspections.Plan(ctx, c, inspection.PlanInput{
				Premises: ident.New[ident.PremisesID](), Operator: ident.New[ident.OperatorID](), Holder: "瓷韵轩", Address: "珠山路 1 号", Division: "360102",
				Scope: t.scope, DueOn: "2099-12-31", Sheet: t.sheet,
			})
			if err != nil {
				return v, err
			}
			return v, openVisit(ctx, c, v.ID, t.by)
		})
		if err != nil {
			return nil, err
		}
		d := t.seats[i%devices]
		cmd := tablet.PushCommand{Device: d.id, Receipts: 2}
		for k, item := range t.items {
			id := string(ident.New[ident.EventID]())
			text, err := json.Marshal(map[string]any{
				"id": id, "seq": k, "device": d.id, "kind": tablet.Answer, "inspection": v.ID, "at": time.Now().UTC(), "mono": 1000 * k,
				"payload": checklist.Answer{Item: item, Verdict: checklist.Pass, Note: "现场查看"},
			})
			if err != nil {
				return nil, err
			}
			sealed, err := d.seal.Seal(id, text)
			if err != nil {
				return nil, err
			}
			cmd.Items = append(cmd.Items, tablet.SealedItem{ID: id, Seq: int64(k), Sealed: sealed})
		}
		out = append(out, cmd)
	}
	return out, nil
}

// send sends all visits, as many at once as there are devices.
func (t *tablets) send(ctx context.Context, pushes []tablet.PushCommand, devices int) (pass, error) {
	ctx = tablet.Unpaced(access.With(ctx, access.From(t.ctx)))
	failed := make([]error, devices)
	began := started()
	var all sync.WaitGroup
	for d := range devices {
		all.Go(func() {
			for i := d; i < len(pushes) && failed[d] == nil; i += devices {
				failed[d] = t.push(ctx, pushes[i])
			}
		})
	}
	all.Wait()
	return began.ended(len(pushes)), errors.Join(failed...)
}

func (t *tablets) push(ctx context.Context, cmd tablet.PushCommand) error {
	out, err := t.Tablets.Push(ctx, cmd)
	if err != nil {
		return err
	}
	for _, r := range out.Results {
		if r.Outcome != tablet.Accepted || r.Receipt == nil {
			return fmt.Errorf("an answer was not taken: %+v", r)
		}
	}
	return nil
}
