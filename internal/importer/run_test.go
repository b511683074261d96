package importer_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/importer"
	"fangxin/internal/merchant"
)

// shopList is a list of n shops of as many operators, two of each ten alike,
// one wrong.
func shopList(n int) string {
	var b strings.Builder
	b.WriteString(premisesHead)
	for i := range n {
		c := i
		switch i % 10 {
		case 7:
			c = i - 4 // the row four above again
		case 9:
			fmt.Fprintf(&b, "%s,,无主店%d,八一大道%d号,东湖区,超市,,,,\n", code(i), i, i) // its operator is unknown
			continue
		}
		fmt.Fprintf(&b, "%s,东湖区%d店,%d店,八一大道%d号,东湖区,超市,,,,\n", code(c), c, c, c)
	}
	return b.String()
}

// once checks that every row of shopList stands in the registry once.
func (w *world) once(n int) {
	w.t.Helper()
	if got, want := w.count("premises"), n/10*8; got != want {
		w.t.Errorf("%d shops, want %d", got, want)
	}
	if got := w.count("(SELECT DISTINCT operator, place_key FROM premises) x"); got != w.count("premises") {
		w.t.Error("a shop stands there twice")
	}
	if got, want := w.count("operator"), n/10*8; got != want {
		w.t.Errorf("%d operators, want %d", got, want)
	}
}

const manyRows = 600 // three transactions

const manyCounts = "rows 600 new 480 same 0 differs 0 repeated 60 refused 60"

func TestTwiceChangesNothing(t *testing.T) {
	each(t, func(w *world) {
		text := shopList(300)
		first := w.bring(w.county, importer.Premises, text)
		w.counts(first.Counts, "rows 300 new 240 same 0 differs 0 repeated 30 refused 30")
		w.once(300)
		before := w.written()
		again := w.bring(w.county, importer.Premises, text)
		w.counts(again.Counts, "rows 300 new 0 same 240 differs 0 repeated 30 refused 30")
		if after := w.written(); after != before {
			t.Errorf("before %s\nafter  %s", before, after)
		}
		_, err := w.imports.Run(as(w.county), importer.RunCommand{ID: again.ID})
		w.refused(err, fault.Conflict, "import_done")
		v, err := w.imports.Work(context.Background(), again.ID, importer.Pace{}) // a job that comes twice
		w.ok(err)
		w.counts(v.Counts, tally(again.Counts))
	})
}

func TestInterruptedRunsGoOn(t *testing.T) {
	each(t, func(w *world) {
		v := w.check(w.county, importer.Premises, "门店.csv", []byte(shopList(manyRows)))
		w.counts(v.Planned, manyCounts)
		_, err := w.imports.Run(as(w.county), importer.RunCommand{ID: v.ID})
		w.ok(err)
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		var heard []int
		part, err := w.imports.Work(ctx, v.ID, importer.Pace{Progress: func(done, all int) {
			if heard = append(heard, done); all != manyRows {
				t.Errorf("%d of %d", done, all)
			}
			if len(heard) == 2 {
				stop()
			}
		}})
		if err == nil || part.State != importer.Running || part.Dealt() != 400 || part.DoneRow != 401 {
			t.Fatalf("%v, %s, %d rows, to row %d, heard %v", err, part.State, part.Dealt(), part.DoneRow, heard)
		}
		// The same file gives the run that is still open.
		open, err := w.imports.Start(as(w.county), importer.StartCommand{Kind: importer.Premises, Name: "again.csv", Content: []byte(shopList(manyRows))})
		w.ok(err)
		if open.ID != v.ID || open.State != importer.Running || open.DoneRow != 401 || len(open.Problems) != 40 {
			t.Errorf("%+v", open)
		}
		done := w.run(w.county, v.ID)
		w.counts(done.Counts, manyCounts)
		w.once(manyRows)
		if done.Counts.Problems != 60 || len(done.Problems) != 50 || done.More != 10 || done.FinishedAt == nil {
			t.Errorf("%d problems, %d shown, %d more", done.Counts.Problems, len(done.Problems), done.More)
		}
		// The list of errors tells of the rows before the interruption too.
		list, err := w.imports.Errors(as(w.county), v.ID)
		w.ok(err)
		if n := strings.Count(string(list), "\r\n"); n != 61 {
			t.Errorf("%d lines of errors", n)
		}
	})
}

// dies panics in the middle of a transaction, as a process that is killed.
func (w *world) dies(after int) {
	calls, before := 0, w.area
	w.area = func(code string) (string, error) {
		if calls++; calls == after {
			w.area = before
			panic("killed")
		}
		return before(code)
	}
}

func TestKilledWorkersAreReplaced(t *testing.T) {
	each(t, func(w *world) {
		v := w.check(w.county, importer.Premises, "门店.csv", []byte(shopList(manyRows)))
		_, err := w.imports.Run(as(w.county), importer.RunCommand{ID: v.ID})
		w.ok(err)
		if len(w.queue.Jobs) != 1 {
			t.Fatalf("%d jobs", len(w.queue.Jobs))
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Fatal("the worker lives")
				}
			}()
			w.dies(420)
			w.imports.Work(context.Background(), v.ID, importer.Pace{}) //nolint:errcheck // it panics
		}()
		part, err := w.imports.Get(as(w.county), v.ID)
		w.ok(err)
		if part.State != importer.Running || part.DoneRow != 401 || w.count("premises") != 320 {
			t.Fatalf("%s to row %d with %d shops", part.State, part.DoneRow, w.count("premises"))
		}
		// Nobody takes it up while it may still be alive.
		w.clock.Add(time.Minute)
		swept, err := w.imports.Sweep(context.Background())
		w.ok(err)
		if swept.Resumed != 0 || len(w.queue.Jobs) != 1 {
			t.Errorf("%+v, %d jobs", swept, len(w.queue.Jobs))
		}
		w.clock.Add(2 * time.Minute)
		swept, err = w.imports.Sweep(context.Background())
		w.ok(err)
		if swept.Resumed != 1 || len(w.queue.Jobs) != 2 {
			t.Fatalf("%+v, %d jobs", swept, len(w.queue.Jobs))
		}
		if again, err := w.imports.Sweep(context.Background()); err != nil || again.Resumed != 0 {
			t.Errorf("taken up twice: %+v %v", again, err)
		}
		data, err := json.Marshal(w.queue.Jobs[1])
		w.ok(err)
		w.ok(w.imports.Worker()(context.Background(), data))
		done, err := w.imports.Get(as(w.county), v.ID)
		w.ok(err)
		if done.State != importer.Done {
			t.Fatal(done.State)
		}
		w.counts(done.Counts, manyCounts)
		w.once(manyRows)
		w.ok(w.imports.Worker()(context.Background(), data)) // at least once means: perhaps twice
	})
}

// Two workers on one run: each row is written once, and one of them gives way.
func TestTwoWorkersOnOneRun(t *testing.T) {
	each(t, func(w *world) {
		v := w.check(w.county, importer.Premises, "门店.csv", []byte(shopList(manyRows)))
		_, err := w.imports.Run(as(w.county), importer.RunCommand{ID: v.ID})
		w.ok(err)
		data, err := json.Marshal(importer.Job{Run: v.ID})
		w.ok(err)
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				if err := w.imports.Worker()(context.Background(), data); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		done, err := w.imports.Get(as(w.county), v.ID)
		w.ok(err)
		if done.State != importer.Done {
			t.Fatalf("%s to row %d", done.State, done.DoneRow)
		}
		w.counts(done.Counts, manyCounts)
		w.once(manyRows)
	})
}

// meanwhile works on a run; do happens after its first transaction.
func (w *world) meanwhile(by access.Principal, v importer.View, do func()) importer.View {
	w.t.Helper()
	_, err := w.imports.Run(as(by), importer.RunCommand{ID: v.ID})
	w.ok(err)
	done, err := w.imports.Work(context.Background(), v.ID, importer.Pace{Progress: func(int, int) {
		if do != nil {
			do()
		}
		do = nil
	}})
	w.ok(err)
	return done
}

// What changed in the registry since the check is found when a row is written;
// the rows around it are written all the same.
func TestOneRowNeverKeepsOthersOut(t *testing.T) {
	each(t, func(w *world) {
		var b strings.Builder
		b.WriteString(titlesHead)
		for i := range 260 {
			no, county := "", "东湖区"
			switch i {
			case 230:
				no = number("SF", 2024, 900)
			case 250:
				county = "青云谱区" // whose authority breaks
			}
			fmt.Fprintf(&b, "%s,%d店,%d店,八一大道%d号,%s,超市,示范店,%s,2024.3.5,,\n", code(i), i, i, i, county, no)
		}
		v := w.check(w.city, importer.Certificates, "称号.csv", []byte(b.String()))
		w.counts(v.Planned, "rows 260 new 260 same 0 differs 0 repeated 0 refused 0")
		before := w.area
		done := w.meanwhile(w.city, v, func() {
			w.bring(w.city, importer.Certificates, titlesHead+code(999)+",别店,别店,叠山路1号,东湖区,超市,示范店,"+number("SF", 2024, 900)+",2024.3.5,,\n")
			w.area = func(code string) (string, error) {
				if code == "360104" {
					return "", errors.New("the disk is full")
				}
				return before(code)
			}
		})
		w.counts(done.Counts, "rows 260 new 258 same 0 differs 0 repeated 0 refused 2")
		w.says(done, "232 称号编号: 这个编号已用于另一个称号", "252 : …")
		if w.count("certificate") != 259 {
			t.Errorf("%d titles", w.count("certificate"))
		}
		// The trail has the row that failed for a reason that nobody knows.
		if n := value[int](w, "SELECT count(*) FROM audit_entry WHERE outcome = 'failed'"); n == 0 {
			t.Error("the failure is not in the trail")
		}
	})
}

// A record that came in between is there already, and no error.
func TestRegisteredMeanwhile(t *testing.T) {
	each(t, func(w *world) {
		text := "统一社会信用代码,企业名称\n"
		for i := range 210 {
			text += fmt.Sprintf("%s,%d店\n", code(i), i)
		}
		done := w.meanwhile(w.county, w.check(w.county, importer.Merchants, "x.csv", []byte(text)), func() {
			_, err := w.shops.AddOperator(as(w.other), merchant.AddOperatorCommand{USCC: code(205), Name: "别店"})
			w.ok(err)
		})
		w.counts(done.Counts, "rows 210 new 209 same 1 differs 0 repeated 0 refused 0")
		if w.count("operator") != 210 {
			t.Errorf("%d operators", w.count("operator"))
		}
	})
}

// Whoever runs a file answers for it within their own area, also when somebody
// else checked it.
func TestTheRunnersAreaCounts(t *testing.T) {
	each(t, func(w *world) {
		text := premisesHead + code(1) + ",甲店,甲店,八一大道1号,东湖区,超市,,,,\n" + code(2) + ",乙店,乙店,中山路1号,西湖区,超市,,,,\n"
		v := w.check(w.province, importer.Premises, "x.csv", []byte(text))
		w.counts(v.Planned, "rows 2 new 2 same 0 differs 0 repeated 0 refused 0")
		_, err := w.imports.Run(as(w.city), importer.RunCommand{ID: v.ID})
		w.refused(err, fault.NotFound, "")
		v = w.check(w.county, importer.Premises, "x.csv", []byte(text))
		w.counts(v.Planned, "rows 2 new 1 same 0 differs 0 repeated 0 refused 1")
		done := w.run(w.city, v.ID)
		w.counts(done.Counts, "rows 2 new 2 same 0 differs 0 repeated 0 refused 0")
		if len(done.Problems) != 0 || done.By != w.city.Name {
			t.Errorf("%+v", done)
		}
	})
}
