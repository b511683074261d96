package pledge_test

import (
	"context"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/badge"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/lifecycle"
	"fangxin/internal/pledge"
	"fangxin/internal/testkit"
)

// A pledge runs from the draft through its notice into force, expires by the
// calendar alone and is renewed with one tap.
func TestFromDraftToExpiryAndRenewal(t *testing.T) {
	each(t, func(w *world) {
		as := testkit.As(w.owner)
		v := w.start()
		d := w.read(v.ID)
		if d.Terms.Days != 7 || len(d.Terms.Goods) == 0 || len(d.Missing) > 0 {
			t.Errorf("the draft begins with %+v, missing %v", d.Terms, d.Missing)
		}
		_, err := w.s.Start(as, pledge.StartCommand{Premises: w.shop.ID})
		w.refused("a second one beside it", err, fault.Duplicate)
		_, err = w.s.Get(testkit.As(access.Anonymous()), v.ID)
		w.refused("the public reads a draft", err, fault.NotFound)
		t15 := d.Terms
		t15.Days = 15
		_, err = w.s.Save(testkit.As(w.stranger), pledge.SaveCommand{ID: v.ID, Terms: t15})
		w.refused("another merchant saves", err, fault.NotFound)
		v, err = w.s.Save(as, pledge.SaveCommand{ID: v.ID, Step: "goods", Terms: t15})
		w.ok(err)
		_, err = w.s.Publish(as, pledge.PublishCommand{ID: v.ID, Name: "涂金莲"})
		w.refused("without consent", err, fault.Invalid)
		v, err = w.s.Publish(as, pledge.PublishCommand{ID: v.ID, Consent: true, Name: "涂金莲"})
		w.ok(err)
		// Signed on Monday 2 March 2026; five working days are over on the 9th.
		w.want("last day for objections", v.ObjectionUntil, day("2026-03-09"))
		w.want("first day", v.EffectiveOn, day("2026-03-10"))
		w.want("last day", v.ExpiresOn, day("2028-03-09"))
		w.want("standing", v.Standing, pledge.Standing(lifecycle.Published))
		_, err = w.s.Save(as, pledge.SaveCommand{ID: v.ID, Terms: t15})
		w.refused("changed after signing", err, fault.IllegalStep)
		w.to(day("2026-03-09"))
		w.sweep()
		w.want("on the last day of the notice", w.read(v.ID).Standing, pledge.Standing(lifecycle.Published))

		// On the day it is in force, whether or not anybody wrote it down.
		w.to(day("2026-03-10"))
		d = w.read(v.ID)
		w.want("computed", d.Standing, pledge.Standing(lifecycle.Active))
		w.want("stored", d.State, lifecycle.Published)
		w.sweep()
		d = w.read(v.ID)
		w.want("computed", d.Standing, pledge.Standing(lifecycle.Active))
		w.want("stored", d.State, lifecycle.Active)
		w.want("scan", w.scan(d.View), badge.Valid)
		title, _, err := w.certs.Get(testkit.As(w.province), d.Certificate)
		w.ok(err)
		w.want("the title says", title.PromisesZh[0], "15日无理由退货")
		w.sweep() // twice changes nothing
		w.want("version", w.read(v.ID).Version, d.Version)

		_, err = w.s.Renew(as, pledge.RenewCommand{ID: v.ID, Consent: true, Name: "涂金莲"})
		w.refused("renewed too early", err, fault.TooSoon)
		w.to(day("2028-02-01"))
		_, err = w.s.Renew(as, pledge.RenewCommand{ID: v.ID, Name: "涂金莲"})
		w.refused("renewed without consent", err, fault.Invalid)
		next, err := w.s.Renew(as, pledge.RenewCommand{ID: v.ID, Consent: true, Name: "涂金莲"})
		w.ok(err)
		w.want("renewal begins", next.EffectiveOn, day("2028-03-10"))
		w.want("round", next.Round, 2)
		w.want("days", next.Days, 15)
		w.to(day("2028-03-01"))
		w.sweep()
		title, _, err = w.certs.Get(testkit.As(w.province), d.Certificate)
		w.ok(err)
		w.want("the title goes on", title.ExpiresOn, next.ExpiresOn)
		w.want("the renewal waits", w.read(next.ID).State, lifecycle.Published)
		w.to(day("2028-03-10"))
		w.sweep()
		w.want("old", w.read(v.ID).State, lifecycle.Superseded)
		n := w.read(next.ID)
		w.want("new", n.State, lifecycle.Active)
		w.want("same title", n.Certificate, d.Certificate)
		w.want("scan of the old print", w.scan(n.View), badge.Valid)

		w.to(n.ExpiresOn.AddDays(1))
		n = w.read(next.ID)
		w.want("expired", n.Standing, pledge.Expired)
		w.want("nothing was flipped", n.State, lifecycle.Active)
		w.want("scan", w.scan(n.View), badge.Expired)
		// Eleven months later it is still continuous, with a gap in between.
		w.to(n.ExpiresOn.AddMonths(11))
		third, err := w.s.Renew(as, pledge.RenewCommand{ID: next.ID, Consent: true, Name: "涂金莲"})
		w.ok(err)
		w.want("round", third.Round, 3)
		w.to(third.EffectiveOn)
		w.sweep()
		w.want("scan", w.scan(w.read(third.ID).View), badge.Valid)
		a, err := w.s.On(testkit.As(access.Anonymous()), pledge.OnQuery{ID: v.ID, Date: n.ExpiresOn.AddDays(5).String()})
		w.ok(err)
		w.want("in the gap", a.Outcome, pledge.Between)
	})
}

func TestObjectionsKeepAPledgeFromTakingEffect(t *testing.T) {
	each(t, func(w *world) {
		v := w.published()
		anybody := testkit.As(access.Anonymous())
		cmd := pledge.ObjectCommand{ID: v.ID, Body: "该店上月拒绝退货", Name: "李四", Contact: "13800000009"}
		bad := cmd
		bad.Name = " "
		_, err := w.s.Object(anybody, bad)
		w.refused("without a name", err, fault.Invalid)
		rc, err := w.s.Object(anybody, cmd)
		w.ok(err)
		if rc.Number == "" {
			t.Error("no number")
		}
		tasks, err := w.tasks.List(testkit.As(w.officer), taskQuery)
		w.ok(err)
		w.want("tasks of the county", len(tasks.Items), 1)
		w.to(v.EffectiveOn.AddDays(3))
		w.sweep()
		w.want("with an open objection", w.read(v.ID).Standing, pledge.Standing(lifecycle.Published))
		_, err = w.s.Object(anybody, cmd)
		w.refused("after the notice", err, fault.Gone)
		d, err := w.s.GetOwn(testkit.As(w.officer), v.ID)
		w.ok(err)
		w.want("the officer reads the name", d.Objections[0].Name, "李四")
		if own := w.read(v.ID); len(own.Objections) != 0 {
			t.Error("the shop reads objections")
		}
		decide := pledge.ObjectionCommand{ID: v.ID, Objection: d.Objections[0].ID, Reason: "经查为另一家店"}
		_, err = w.s.DismissObjection(testkit.As(w.owner), decide)
		w.refused("the shop dismisses", err, fault.Forbidden)
		got, err := w.s.DismissObjection(testkit.As(w.officer), decide)
		w.ok(err)
		w.want("dismissed after the notice", got.State, lifecycle.Active)
		w.want("in force from that day", got.EffectiveOn, w.today())
		a, err := w.s.On(anybody, pledge.OnQuery{ID: v.ID, Date: v.EffectiveOn.String()})
		w.ok(err)
		w.want("before that day", a.Outcome, pledge.NotYet)
		_, err = w.s.UpholdObjection(testkit.As(w.officer), decide)
		w.refused("decided twice", err, fault.StaleVersion)
	})
	each(t, func(w *world) {
		v := w.published()
		_, err := w.s.Object(testkit.As(access.Anonymous()), pledge.ObjectCommand{ID: v.ID, Body: "没有这家店", Name: "李四", Contact: "13800000009"})
		w.ok(err)
		d, err := w.s.GetOwn(testkit.As(w.officer), v.ID)
		w.ok(err)
		_, err = w.s.UpholdObjection(testkit.As(testkit.Staff(access.CountyOfficer, "/36/3607/360702/")), pledge.ObjectionCommand{ID: v.ID, Objection: d.Objections[0].ID, Reason: "属实"})
		w.refused("another county", err, fault.NotFound)
		got, err := w.s.UpholdObjection(testkit.As(w.officer), pledge.ObjectionCommand{ID: v.ID, Objection: d.Objections[0].ID, Reason: "属实"})
		w.ok(err)
		w.want("upheld", got.State, lifecycle.ObjectionUpheld)
		w.to(v.EffectiveOn)
		w.sweep()
		a, err := w.s.On(testkit.As(access.Anonymous()), pledge.OnQuery{ID: v.ID, Date: v.EffectiveOn.String()})
		w.ok(err)
		w.want("it never bound", a.Outcome, pledge.Never)
	})
}

func TestHoldReleaseRefuse(t *testing.T) {
	each(t, func(w *world) {
		v := w.published()
		_, err := w.s.Hold(testkit.As(w.officer), pledge.StepCommand{ID: v.ID})
		w.refused("held without a reason", err, fault.Invalid)
		_, err = w.s.Hold(testkit.As(w.owner), step(v.ID))
		w.refused("held by the shop", err, fault.Forbidden)
		_, err = w.s.Hold(testkit.As(w.officer), step(v.ID))
		w.ok(err)
		w.to(v.EffectiveOn)
		w.sweep()
		w.want("held over its day", w.read(v.ID).Standing, pledge.Standing(lifecycle.Held))
		_, err = w.s.Release(testkit.As(w.officer), step(v.ID))
		w.refused("released by whoever held it", err, fault.FourEyes)
		got, err := w.s.Release(testkit.As(w.second), step(v.ID))
		w.ok(err)
		w.want("released after the notice", got.State, lifecycle.Active)
		_, err = w.s.Refuse(testkit.As(w.officer), step(v.ID))
		w.refused("refused in force", err, fault.IllegalStep)
	})
	each(t, func(w *world) {
		v := w.published()
		_, err := w.s.Refuse(testkit.As(w.officer), step(v.ID))
		w.ok(err)
		got, err := w.s.Start(testkit.As(w.owner), pledge.StartCommand{Premises: w.shop.ID})
		w.ok(err)
		_, err = w.s.Discard(testkit.As(w.stranger), pledge.DiscardCommand{ID: got.ID})
		w.refused("another merchant discards", err, fault.NotFound)
		_, err = w.s.Discard(testkit.As(w.owner), pledge.DiscardCommand{ID: got.ID})
		w.ok(err)
		_, err = w.s.Discard(testkit.As(w.owner), pledge.DiscardCommand{ID: got.ID})
		w.refused("discarded twice", err, fault.IllegalStep)
		_, err = w.s.Get(testkit.As(access.Anonymous()), got.ID)
		w.refused("the public reads what was discarded", err, fault.NotFound)
	})
}

func TestLeavingAndPledgingAnew(t *testing.T) {
	each(t, func(w *world) {
		v := w.inForce()
		_, err := w.s.Withdraw(testkit.As(w.officer), step(v.ID))
		w.refused("an officer leaves for the shop", err, fault.Forbidden)
		_, err = w.certs.Withdraw(testkit.As(w.owner), certificate.StepCommand{ID: v.Certificate, Reason: "不想做了"})
		w.refused("around the pledge", err, fault.Conflict)
		_, err = w.certs.Suspend(testkit.As(w.officer), certificate.StepCommand{ID: v.Certificate, Reason: "拒绝退货"})
		w.refused("suspended around the pledge", err, fault.Conflict)
		w.to(w.today().AddDays(40))
		got, err := w.s.Withdraw(testkit.As(w.owner), pledge.StepCommand{ID: v.ID, Reason: "门店转型"})
		w.ok(err)
		w.want("scan", w.scan(got), badge.Withdrawn)
		left := w.today()
		w.to(left.AddDays(3))
		for on, want := range map[string]pledge.Outcome{
			left.String(): pledge.InForce, left.AddDays(1).String(): pledge.Ended, v.EffectiveOn.AddDays(-1).String(): pledge.NotYet, left.AddDays(9).String(): pledge.ToCome,
		} {
			a, err := w.s.On(testkit.As(access.Anonymous()), pledge.OnQuery{ID: v.ID, Date: on})
			w.ok(err)
			w.want("on "+on, a.Outcome, want)
			if want == pledge.InForce {
				w.want("goods bought before are still taken back", a.Open, true)
			}
		}
		// Who leaves, begins again: not continuous, with a title of its own.
		again := w.published()
		w.want("round", again.Round, 1)
		w.to(again.EffectiveOn)
		w.sweep()
		d := w.read(again.ID)
		w.want("scan", w.scan(d.View), badge.Valid)
		if d.Certificate == v.Certificate || d.Certificate == "" {
			t.Error("the title that was given up came back")
		}
	})
}

func TestTermsNeverShortenWhatWasBought(t *testing.T) {
	each(t, func(w *world) {
		v := w.inForce()
		first := w.today()
		w.to(first.AddDays(10))
		terms := w.read(v.ID).Terms
		longer, shorter := terms, terms
		longer.Days = 30
		shorter.Goods = terms.Goods[:1]
		sign := func(by access.Principal, t pledge.Terms, from string) error {
			_, err := w.s.Revise(testkit.As(by), pledge.ReviseCommand{ID: v.ID, Terms: t, EffectiveFrom: from, Consent: true, Name: "涂金莲"})
			return err
		}
		w.refused("another merchant", sign(w.stranger, longer, w.today().AddDays(1).String()), fault.NotFound)
		w.refused("from today", sign(w.owner, longer, w.today().String()), fault.Invalid)
		w.refused("less from tomorrow", sign(w.owner, shorter, w.today().AddDays(1).String()), fault.Invalid)
		six := terms
		six.Days = 6
		w.refused("six days", sign(w.owner, six, w.today().AddDays(9).String()), fault.Invalid)
		change := w.today().AddDays(1)
		w.ok(sign(w.owner, longer, change.String()))
		title, _, err := w.certs.Get(testkit.As(w.province), v.Certificate)
		w.ok(err)
		w.want("the badge says both", title.PromisesZh[0], "7日无理由退货（2026年3月21日起购买的30日）")
		back := w.today().AddDays(12)
		w.ok(sign(w.owner, terms, back.String()))
		w.to(back)
		w.sweep()
		title, _, err = w.certs.Get(testkit.As(w.province), v.Certificate)
		w.ok(err)
		w.want("the badge says what holds", title.PromisesZh[0], "7日无理由退货")
		w.to(back.AddDays(5))
		for on, days := range map[string]int{first.String(): 7, change.AddDays(-1).String(): 7, change.String(): 30, back.AddDays(-1).String(): 30, back.String(): 7} {
			a, err := w.s.On(context.Background(), pledge.OnQuery{ID: v.ID, Date: on})
			w.ok(err)
			if a.Version == nil || a.Version.Terms.Days != days {
				t.Errorf("bought on %s: %+v, want %d days", on, a.Version, days)
			}
		}
	})
}
