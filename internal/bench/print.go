package bench

import (
	"fmt"
	"io"
	"runtime"
	"time"

	"fangxin/internal/db"
)

func printMachine(o Options) {
	fmt.Fprintf(o.Out, "machine: %s/%s, %d CPUs, GOMAXPROCS=%d, %s\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.GOMAXPROCS(0), runtime.Version())
	fmt.Fprintf(o.Out, "method:  base–candidate–base, %d triples of %s a slice (cold %s), %d connections over loopback; medians\n", o.Triples, o.KeptSlice, o.Slice, o.Conns)
	fmt.Fprintln(o.Out, "share:   CPU per request of a bare net/http handler that writes the same bytes, over ours (100 % = as cheap as bare);")
	fmt.Fprintln(o.Out, "         by rate: our requests a second over bare's. PostgreSQL's own CPU shows in the rate only.")
	fmt.Fprintf(o.Out, "A/A:     how far the best bare slices before and after ours lie apart; a row beyond %.0f %% is inconclusive (?)\n", 100*inconclusive)
}

func printHead(w io.Writer) {
	fmt.Fprintf(w, "  %-8s %-4s %-4s | %6s %13s %8s %5s | %9s %9s | %15s %15s | %9s %9s | %11s %13s | %6s\n",
		"badges", "form", "keys", "share", "quartiles", "by rate", "goal", "bare cpu", "our cpu", "bare p50/p99", "our p50/p99",
		"bare call", "our call", "allocs b/o", "B alloc b/o", "A/A")
}

func printRow(w io.Writer, r row) {
	goalText := "–"
	if g, ok := goal(r); ok {
		goalText = fmt.Sprintf("%.0f%%", 100*g)
	}
	mark := ""
	if r.aa > inconclusive {
		mark = "?"
	}
	fmt.Fprintf(w, "  %-8d %-4s %-4s | %5.0f%% %5.0f–%4.0f %% %7.0f%% %5s | %9s %9s | %7s/%7s %7s/%7s | %9s %9s | %5.1f/%5.1f %6.0f/%6.0f | %4.1f%%%s\n",
		r.size, r.answer, r.tokens, 100*r.share, 100*r.spread[0], 100*r.spread[1], 100*r.byRate, goalText,
		micro(r.bare.cpu), micro(r.ours.cpu), micro(r.bare.p50), micro(r.bare.p99), micro(r.ours.p50), micro(r.ours.p99),
		micro(r.bareIn.cpu), micro(r.ins.cpu), r.bareIn.allocs, r.ins.allocs, r.bareIn.bytes, r.ins.bytes, 100*r.aa, mark)
}

func micro(d time.Duration) string {
	return fmt.Sprintf("%.1fµs", float64(d)/float64(time.Microsecond))
}

// The goals, as shares of bare, and the growth of a scan's cost from the
// smallest to the largest size.
const (
	goalJSON         = 0.85
	goalPage         = 0.75
	goalColdSQLite   = 0.33
	goalColdPostgres = 0.19
	goalGrowth       = 1.15
)

// goal is the least share that a row shall reach. Zipf mixes the two others
// and has none; cold is about the JSON answer, a page is drawn besides.
func goal(r row) (float64, bool) {
	switch {
	case r.tokens == hot && r.answer == "json":
		return goalJSON, true
	case r.tokens == hot:
		return goalPage, true
	case r.tokens == cold && r.answer == "json" && r.database == db.SQLite:
		return goalColdSQLite, true
	case r.tokens == cold && r.answer == "json":
		return goalColdPostgres, true
	}
	return 0, false
}

func printGoals(w io.Writer, rows []row) {
	fmt.Fprintln(w, "\ngoals")
	for _, r := range rows {
		if g, ok := goal(r); ok {
			verdict := "reached"
			switch {
			case r.aa > inconclusive:
				verdict = "inconclusive"
			case r.share < g:
				verdict = "missed"
			}
			fmt.Fprintf(w, "  %-12s %-8s %8d %s %-4s  %3.0f %% of bare, goal at least %2.0f %%\n", verdict, r.database, r.size, r.answer, r.tokens, 100*r.share, 100*g)
		}
	}
	for _, g := range growths(rows) {
		verdict := "reached"
		if g.times > goalGrowth {
			verdict = "missed"
		}
		if g.unsure {
			verdict = "inconclusive"
		}
		fmt.Fprintf(w, "  %-12s %-8s %d → %d %s %-4s  %.2f× the cost, goal at most %.2f×\n", verdict, g.database, g.from, g.to, g.answer, g.tokens, g.times, goalGrowth)
	}
}

type growth struct {
	database db.Dialect
	answer   string
	tokens   tokens
	from, to int
	times    float64
	unsure   bool
}

// growths compares the largest size with the smallest one. Both are shares of
// the bare handler beside them, so that a change of the machine cancels out.
// Zipf is left out: how many of its scans find a kept answer depends on the
// number of badges by itself.
func growths(rows []row) (out []growth) {
	for i, a := range rows {
		if a.tokens == zipf {
			continue
		}
		last := -1
		first := true
		for j, b := range rows {
			if a.database != b.database || a.answer != b.answer || a.tokens != b.tokens {
				continue
			}
			if j < i {
				first = false
			}
			last = j
		}
		if b := rows[last]; first && b.size > a.size {
			out = append(out, growth{a.database, a.answer, a.tokens, a.size, b.size, a.share / b.share, a.aa > inconclusive || b.aa > inconclusive})
		}
	}
	return out
}
