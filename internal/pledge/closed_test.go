package pledge_test

import (
	"testing"

	"fangxin/internal/badge"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/pledge"
	"fangxin/internal/testkit"
)

func (w *world) closeShop() {
	w.t.Helper()
	_, err := w.shops.ClosePremises(testkit.As(w.owner), merchant.ClosePremisesCommand{ID: w.shop.ID, ClosedOn: w.today().String()})
	w.ok(err)
}

func (w *world) bought(v pledge.View, day string) pledge.Outcome {
	w.t.Helper()
	a, err := w.s.On(testkit.As(w.stranger), pledge.OnQuery{ID: v.ID, Date: day})
	w.ok(err)
	return a.Outcome
}

// A shop that closes ends its pledge from that day on; what was bought before
// stays promised.
func TestClosingEndsAPledgeGoingForward(t *testing.T) {
	each(t, func(w *world) {
		v := w.inForce()
		w.to(w.today().AddDays(30))
		last := w.today()
		w.closeShop()
		got := w.read(v.ID)
		if got.State != lifecycle.Withdrawn || got.EndedOn != last || got.Reason == "" || len(got.Actions) != 0 {
			t.Errorf("closed: %+v", got.View)
		}
		if s := w.scan(got.View); s != badge.Withdrawn {
			t.Errorf("the badge says %s", s)
		}
		w.to(last.AddDays(10))
		for day, want := range map[string]pledge.Outcome{
			last.AddDays(-5).String(): pledge.InForce, last.String(): pledge.InForce, last.AddDays(1).String(): pledge.Ended,
		} {
			if o := w.bought(v, day); o != want {
				t.Errorf("bought on %s: %s, want %s", day, o, want)
			}
		}
	})
}

// A pledge whose notice is over is in force although nobody wrote that down:
// what was bought then is promised.
func TestClosingOnTheFirstDay(t *testing.T) {
	each(t, func(w *world) {
		v := w.published()
		w.to(v.EffectiveOn)
		w.closeShop()
		got := w.read(v.ID)
		if got.State != lifecycle.Withdrawn || got.EndedOn != v.EffectiveOn || got.Certificate == "" {
			t.Errorf("closed on the first day: %+v", got.View)
		}
		if o := w.bought(v, v.EffectiveOn.String()); o != pledge.InForce {
			t.Errorf("bought on the first day: %s", o)
		}
	})
}

func TestClosingBeforeAPledgeIsInForce(t *testing.T) {
	each(t, func(w *world) {
		v := w.published()
		w.closeShop()
		if got := w.read(v.ID); got.State != lifecycle.Withdrawn || got.Certificate != "" {
			t.Errorf("closed during the notice: %+v", got.View)
		}
		w.to(v.EffectiveOn.AddDays(1))
		w.sweep()
		if o := w.bought(v, v.EffectiveOn.String()); o == pledge.InForce {
			t.Errorf("bought after the shop closed: %s", o)
		}
	})
}

// What ran out by its date is not rewritten, and a draft is dropped.
func TestClosingLeavesWhatRanOut(t *testing.T) {
	each(t, func(w *world) {
		v := w.inForce()
		w.to(v.ExpiresOn.AddDays(3))
		w.start()
		w.closeShop()
		if got := w.read(v.ID); got.Standing != pledge.Expired {
			t.Errorf("ran out: %+v", got.View)
		}
		if s := w.scan(v); s != badge.Expired {
			t.Errorf("the badge says %s", s)
		}
	})
}
