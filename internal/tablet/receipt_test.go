package tablet_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/uptrace/bun"

	"fangxin/internal/checklist"
	"fangxin/internal/tablet"
)

// Programs of tablets are older than the registry now and then, and what waits
// on them may be brought by another one: each gets receipts that it can check,
// and the same item the same receipt.
func TestReceiptsOfEachFormat(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.visit()
		d := w.device(w.lead)
		items := w.items()
		for _, first := range []int{1, 2} {
			e := d.outbox
			for _, it := range items[:6] {
				d.answer(id, checklist.Answer{Item: it.ID, Verdict: checklist.Pass})
			}
			items = items[6:]
			mine := d.outbox[len(e):]
			d.receipts = first
			w.ok(d.push(20))
			var had []tablet.Receipt
			for _, e := range mine {
				if (e.receipt.V == 2) != (first == 2) {
					t.Fatalf("asked for format %d, got %+v", first, e.receipt)
				}
				had = append(had, e.receipt)
				e.receipt = tablet.Receipt{}
			}
			// Asked for again by the other program: true as well.
			d.receipts = 3 - first
			w.ok(d.send(mine))
			for i, e := range mine {
				if e.outcome != tablet.Duplicate || d.receipts == 1 && e.receipt.V != 0 || e.receipt.N != had[i].N || e.receipt.At != had[i].At {
					t.Fatalf("format %d after %d: %s %+v, had %+v", d.receipts, first, e.outcome, e.receipt, had[i])
				}
				e.receipt = had[i]
			}
			// And by the first: the very same, which send compares.
			d.receipts = first
			w.ok(d.send(mine))
		}
	})
}

// counter counts the statements that go through bun.
type counter struct{ n atomic.Int64 }

func (c *counter) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context { return ctx }
func (c *counter) AfterQuery(context.Context, *bun.QueryEvent)                        { c.n.Add(1) }

// A push of forty answers costs a fixed number of statements: the device, the
// items, what they share, the inspection, its answers so far, the new ones, and
// the audit entry, besides BEGIN and COMMIT. SQLite writes forty rows in two.
func TestStatementsOfAPush(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		d := w.device(w.lead)
		var c counter
		w.DB.W = w.DB.W.WithQueryHook(&c)
		for round := range 3 {
			id := w.visit()
			d.add(tablet.Start, id, "", map[string]any{})
			w.ok(d.push(1))
			items := w.items()
			for i := range 40 {
				d.answer(id, checklist.Answer{Item: items[i%len(items)].ID, Verdict: checklist.Pass, Note: "第" + string(rune('一'+i))})
			}
			cmd := tablet.PushCommand{Device: d.id, Receipts: 2}
			for _, e := range d.waiting() {
				cmd.Items = append(cmd.Items, tablet.SealedItem{ID: e.id, Seq: e.seq, Sealed: e.sealed})
				e.outcome = tablet.Accepted
			}
			hot := w.DB.HotStatements()
			c.n.Store(0)
			out, err := w.Tablets.Push(w.lead.ctx, cmd)
			w.ok(err)
			if len(out.Results) != 40 || out.Results[39].Outcome != tablet.Accepted {
				t.Fatalf("not taken: %+v", out.Results)
			}
			own, through := w.DB.HotStatements()-hot, c.n.Load()
			most := int64(7)
			if w.DB.Dialect == "sqlite" {
				most = 9
			}
			if round == 0 {
				continue // the sheet was read, too
			}
			if own > most || through > 2 {
				t.Errorf("push %d of 40 answers: %d prepared statements, at most %d; %d through bun, at most 2: BEGIN and COMMIT", round, own, most, through)
			}
		}
	})
}
