package pledge_test

import (
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/badge"
	"fangxin/internal/fault"
	"fangxin/internal/lifecycle"
	"fangxin/internal/pledge"
	"fangxin/internal/task"
	"fangxin/internal/testkit"
)

var taskQuery = task.ListQuery{Kind: task.ObjectionFiled}

func give(v pledge.View) pledge.CardCommand {
	return pledge.CardCommand{ID: v.ID, Reason: "消费者持小票三日内退货被拒"}
}

func TestYellowCardsAreClearedByAnother(t *testing.T) {
	each(t, func(w *world) {
		v := w.inForce()
		_, err := w.s.YellowCard(testkit.As(w.owner), give(v))
		w.refused("the shop", err, fault.Forbidden)
		early := give(v)
		early.DueOn = w.today().String()
		_, err = w.s.YellowCard(testkit.As(w.officer), early)
		w.refused("due today", err, fault.Invalid)
		_, err = w.s.ReportFixed(testkit.As(w.owner), pledge.FixedCommand{ID: v.ID, Note: "已培训"})
		w.refused("nothing to put right", err, fault.IllegalStep)
		got, err := w.s.YellowCard(testkit.As(w.officer), give(v))
		w.ok(err)
		w.want("state", got.State, lifecycle.YellowCard)
		w.want("scan", w.scan(got), badge.Rectifying)
		if !got.CardDue.After(w.today()) {
			t.Errorf("due on %v", got.CardDue)
		}
		_, err = w.s.YellowCard(testkit.As(w.officer), give(v))
		w.refused("a second yellow card", err, fault.IllegalStep)
		_, err = w.s.ReportFixed(testkit.As(w.stranger), pledge.FixedCommand{ID: v.ID, Note: "已培训"})
		w.refused("another merchant", err, fault.NotFound)
		_, err = w.s.ReportFixed(testkit.As(w.owner), pledge.FixedCommand{ID: v.ID, Note: "已退款并培训店员"})
		w.ok(err)
		_, err = w.s.Clear(testkit.As(w.officer), step(v.ID))
		w.refused("cleared by whoever gave it", err, fault.FourEyes)
		got, err = w.s.Clear(testkit.As(w.second), step(v.ID))
		w.ok(err)
		w.want("state", got.State, lifecycle.Active)
		w.want("scan", w.scan(got), badge.Valid)
		d, err := w.s.Get(testkit.As(access.Anonymous()), v.ID)
		w.ok(err)
		if len(d.Cards) != 1 || d.Cards[0].Outcome != "cleared" || d.Cards[0].Fix != "" {
			t.Errorf("the public reads %+v", d.Cards)
		}
	})
}

func TestRedCardsAndRemoval(t *testing.T) {
	each(t, func(w *world) {
		v := w.inForce()
		_, err := w.s.Remove(testkit.As(w.city), pledge.RemoveCommand{ID: v.ID, Reason: "拒不履行"})
		w.refused("removed without a red card", err, fault.IllegalStep)
		_, err = w.s.YellowCard(testkit.As(w.officer), give(v))
		w.ok(err)
		w.to(w.today().AddDays(40))
		w.want("overdue", w.read(v.ID).CardOverdue, true)
		got, err := w.s.RedCard(testkit.As(w.officer), give(v))
		w.ok(err)
		w.want("scan", w.scan(got), badge.Suspended)
		_, err = w.s.Withdraw(testkit.As(w.owner), step(v.ID))
		w.refused("leaving with a red card", err, fault.IllegalStep)
		_, err = w.s.Restore(testkit.As(w.officer), step(v.ID))
		w.refused("restored by whoever gave it", err, fault.FourEyes)
		got, err = w.s.Restore(testkit.As(w.second), step(v.ID))
		w.ok(err)
		w.want("scan", w.scan(got), badge.Valid)
		_, err = w.s.RedCard(testkit.As(w.officer), give(v))
		w.ok(err)
		_, err = w.s.Remove(testkit.As(w.officer), pledge.RemoveCommand{ID: v.ID, Reason: "拒不履行"})
		w.refused("removed by a county", err, fault.Forbidden)
		removed := w.today()
		got, err = w.s.Remove(testkit.As(w.city), pledge.RemoveCommand{ID: v.ID, Reason: "拒不履行"})
		w.ok(err)
		w.want("scan", w.scan(got), badge.Revoked)
		w.want("excluded", got.ExcludedUntil, removed.AddYears(2).String())
		_, err = w.s.Start(testkit.As(w.owner), pledge.StartCommand{Premises: w.shop.ID})
		w.refused("pledging anew while excluded", err, fault.Excluded)
		w.to(removed.AddDays(2))
		a, err := w.s.On(testkit.As(access.Anonymous()), pledge.OnQuery{ID: v.ID, Date: removed.AddDays(-1).String()})
		w.ok(err)
		w.want("bought before the removal", a.Outcome, pledge.InForce)
	})
}
