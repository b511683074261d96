package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
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
	Postgres  string // URL of an empty database; "" starts a throw-away server
	Triples   int    // base–candidate–base triples
	Visits    int    // in each third of a triple
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
	fmt.Fprintf(o.Out, "visits of %d answers a second; base: the same rows by prepared statements of the raw driver, one transaction a visit\n", answersEach)
	fmt.Fprintf(o.Out, "base–candidate–base, %d triples of %d visits; medians; A/A: how far the two halves of the base lie apart\n", o.Triples, o.Visits)
	fmt.Fprintf(o.Out, "  %-8s %-10s | %9s %9s | %6s %13s | %6s\n", "database", "way", "raw /s", "ours /s", "share", "quartiles", "A/A")
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
	for _, way := range []struct {
		name string
		each int // visits in a request
	}{{"one by one", 1}, {"grouped", 2}} {
		if _, _, err := t.round(ctx, raw, o.Visits, way.each); err != nil { // to warm both
			return err
		}
		var bases, ours, shares, firsts, seconds []float64
		for range o.Triples {
			first, err := raw.run(ctx, o.Visits)
			if err != nil {
				return err
			}
			mine, second, err := t.round(ctx, raw, o.Visits, way.each)
			if err != nil {
				return err
			}
			bases, ours = append(bases, first, second), append(ours, mine)
			firsts, seconds = append(firsts, first), append(seconds, second)
			shares = append(shares, mine/((first+second)/2))
		}
		aa := median(firsts)/median(seconds) - 1
		mark := ""
		if max(aa, -aa) > inconclusive {
			mark = "?"
		}
		fmt.Fprintf(o.Out, "  %-8s %-10s | %9.0f %9.0f | %5.0f%% %5.0f–%4.0f %% | %4.1f%%%s\n", dialect, way.name, median(bases), median(ours),
			100*median(shares), 100*quantile(shares, 1, 4), 100*quantile(shares, 3, 4), 100*max(aa, -aa), mark)
	}
	return nil
}

// tablets is a county with an inspector, a device and visits to send.
type tablets struct {
	*app.App
	ctx    context.Context // of the inspector
	by     [2]ident.AccountID
	scope  string
	device string
	seal   *tablet.Sealer
	items  []string
	sheet  checklist.Sheet
}

func newTablets(ctx context.Context, a *app.App) (*tablets, error) {
	t := &tablets{App: a, device: string(ident.New[ident.EventID]())}
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
	e, err := a.Tablets.Enrol(t.ctx, tablet.EnrolCommand{ID: t.device, Name: "bench"})
	if err != nil {
		return nil, err
	}
	if t.seal, err = tablet.NewSealer(e.Keys); err != nil {
		return nil, err
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

// visits makes visits that are open and what a device sends of each.
func (t *tablets) visits(n, each int) ([]tablet.PushCommand, error) {
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
		if i%each == 0 {
			out = append(out, tablet.PushCommand{Device: t.device})
		}
		cmd := &out[len(out)-1]
		for k, item := range t.items {
			id := string(ident.New[ident.EventID]())
			text, err := json.Marshal(map[string]any{
				"id": id, "seq": k, "device": t.device, "kind": tablet.Answer, "inspection": v.ID, "at": time.Now().UTC(), "mono": 1000 * k,
				"payload": checklist.Answer{Item: item, Verdict: checklist.Pass, Note: "现场查看"},
			})
			if err != nil {
				return nil, err
			}
			sealed, err := t.seal.Seal(id, text)
			if err != nil {
				return nil, err
			}
			cmd.Items = append(cmd.Items, tablet.SealedItem{ID: id, Seq: int64(k), Sealed: sealed})
		}
	}
	return out, nil
}

// round measures ours, then the base again.
func (t *tablets) round(ctx context.Context, raw *rawSync, n, each int) (ours, base float64, err error) {
	pushes, err := t.visits(n, each)
	if err != nil {
		return 0, 0, err
	}
	ctx = tablet.Unpaced(access.With(ctx, access.From(t.ctx)))
	began := time.Now()
	for i := range pushes {
		out, err := t.Tablets.Push(ctx, pushes[i])
		if err != nil {
			return 0, 0, err
		}
		for _, r := range out.Results {
			if r.Outcome != tablet.Accepted || r.Receipt == nil {
				return 0, 0, fmt.Errorf("an answer was not taken: %+v", r)
			}
		}
	}
	ours = float64(n) / time.Since(began).Seconds()
	base, err = raw.run(ctx, n)
	return ours, base, err
}
