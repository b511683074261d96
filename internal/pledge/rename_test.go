package pledge_test

import (
	"context"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/badge"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/pledge"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

// reissue puts a certificate with another name in the place of a pledge's.
func (w *world) reissue(v pledge.View, name string) certificate.View {
	w.t.Helper()
	def := usecase.Def{Name: "test.reissue", Allow: access.Roles}
	next, err := usecase.Do(testkit.As(w.officer), w.rt, &def, struct{}{}, func(ctx context.Context, c *usecase.Call) (certificate.View, error) {
		return w.certs.Replace(ctx, c, certificate.Replacement{
			Old: v.Certificate, Reason: "名称变更，换发新证", Holder: name, Address: v.Address, Sectors: v.Sectors, IssuedOn: calendar.DateOf(c.Now), ExpiresOn: v.ExpiresOn,
		})
	})
	w.ok(err)
	return next
}

// A pledge goes on under the name of its shop: its page, the register and the
// badge on the door show it, and the name of before stays in the history.
func TestPledgeFollowsTheNameOfItsShop(t *testing.T) {
	each(t, func(w *world) {
		v := w.inForce()
		first := w.today()
		w.to(first.AddDays(30))
		next := w.reissue(v, "瓷韵轩（中山路店）")
		renamed := w.today()
		w.to(renamed.AddDays(5))
		got, err := w.s.Get(context.Background(), v.ID)
		w.ok(err)
		if got.Holder != next.Holder || got.Certificate != next.ID || got.State != lifecycle.Active || got.ExpiresOn != v.ExpiresOn || got.EffectiveOn != v.EffectiveOn {
			t.Errorf("renamed: %+v", got.View)
		}
		if len(got.Former) != 1 || got.Former[0].Holder != v.Holder || got.Former[0].Until != renamed {
			t.Errorf("called before: %+v", got.Former)
		}
		for day, want := range map[calendar.Date]string{first: v.Holder, renamed: v.Holder, renamed.AddDays(1): next.Holder} {
			a, err := w.s.On(context.Background(), pledge.OnQuery{ID: v.ID, Date: day.String()})
			w.ok(err)
			if a.Outcome != pledge.InForce || a.Holder != want {
				t.Errorf("on %s: %s, %q, want %q", day, a.Outcome, a.Holder, want)
			}
		}
		if s := w.scan(got.View); s != badge.Valid {
			t.Errorf("the badge says %s", s)
		}
		for _, id := range []pledge.View{v, got.View} { // the number on an old print leads here too
			if p, err := w.s.OfTitle(context.Background(), id.Certificate); err != nil || p.ID != v.ID {
				t.Errorf("behind %s: %+v, %v", id.Certificate, p, err)
			}
		}
		old, err := w.certs.PremisesOfTitle(context.Background(), w.d.R, v.Certificate)
		w.ok(err)
		if titles, err := w.certs.OfShop(context.Background(), w.d.R, old); err != nil || len(titles) != 2 || titles[1].Successor != next.Number {
			t.Errorf("the old number leads to %+v, %v", titles, err)
		}
		// Cards go on to move the title that shows now.
		_, err = w.s.Withdraw(testkit.As(w.owner), pledge.StepCommand{ID: v.ID, Reason: "歇业"})
		w.ok(err)
		if s := w.scan(w.read(v.ID).View); s != badge.Withdrawn {
			t.Errorf("the badge of the renamed shop says %s", s)
		}
	})
}

// Only a re-issue replaces the title of a pledge; who wants to suspend it does
// that on the pledge.
func TestTitleOfAPledgeStillFollowsIt(t *testing.T) {
	each(t, func(w *world) {
		v := w.inForce()
		w.reissue(v, "新店招")
		_, err := w.certs.Suspend(testkit.As(w.officer), certificate.StepCommand{ID: w.read(v.ID).Certificate, Reason: "查证属实"})
		w.refused("suspended on the title", err, "conflict")
	})
}

// A shop that calls itself otherwise is not yet called so: until the county has
// confirmed the name by a re-issue, a renewal goes on under the name on the
// certificate, from its publication on; when it is confirmed meanwhile, the
// renewal follows.
func TestARenewalKeepsTheNameOfTheCertificate(t *testing.T) {
	each(t, func(w *world) {
		v := w.inForce()
		w.to(v.ExpiresOn.AddDays(-20))
		_, err := w.shops.UpdatePremises(testkit.As(w.owner), merchant.UpdatePremisesCommand{ID: v.Premises, Name: "改头换面店", Address: v.Address, Sectors: v.Sectors})
		w.ok(err)
		next, err := w.s.Renew(testkit.As(w.owner), pledge.RenewCommand{ID: v.ID, Consent: true, Name: "涂金莲"})
		w.ok(err)
		w.want("published under", next.Holder, v.Holder)
		w.to(next.EffectiveOn.AddDays(1))
		w.sweep()
		got := w.read(next.ID)
		w.want("in force", got.State, lifecycle.Active)
		w.want("under", got.Holder, v.Holder)
		title, _, err := w.certs.Get(testkit.As(w.officer), got.Certificate)
		w.ok(err)
		w.want("as on the certificate", title.Holder, got.Holder)
		// Confirmed between two renewals' publication and effect, it counts for both.
		w.to(got.ExpiresOn.AddDays(-20))
		again, err := w.s.Renew(testkit.As(w.owner), pledge.RenewCommand{ID: got.ID, Consent: true, Name: "涂金莲"})
		w.ok(err)
		w.want("still published under", again.Holder, v.Holder)
		w.reissue(got.View, "改头换面店")
		w.want("the one in force, confirmed", w.read(got.ID).Holder, "改头换面店")
		w.want("the one to come, confirmed", w.read(again.ID).Holder, "改头换面店")
		w.to(again.EffectiveOn.AddDays(1))
		w.sweep()
		w.want("in force, confirmed", w.read(again.ID).Holder, "改头换面店")
	})
}
