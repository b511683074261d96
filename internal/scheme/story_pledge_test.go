package scheme_test

import (
	"slices"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/application"
	"fangxin/internal/badge"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/pledge"
	"fangxin/internal/scheme"
	"fangxin/internal/testkit"
)

// pledgeStory: a promise is drafted, published, objected to and in force; a
// yellow card is cleared, a red one suspends and is lifted; it is renewed
// without a break, runs to its last day, and is taken up again within the
// window.
func pledgeStory(r *registry, sch scheme.Scheme) {
	if stops := sch.Stops(); !slices.Equal(stops, []lifecycle.State{lifecycle.Draft, lifecycle.Published, lifecycle.Active}) {
		r.t.Errorf("the scheme says that a pledge goes through %v", stops)
	}
	timed, days := sch.Timed()
	if len(timed) != 1 || timed[0].State != lifecycle.Published || timed[0].Who != "" || days != sch.NoticeWorkdays.Value {
		r.t.Errorf("time runs at %+v, %d days", timed, days)
	}
	owner, county, anybody := r.as("owner"), r.as("county"), testkit.As(access.Anonymous())
	_, err := r.Applications.Start(owner, application.StartCommand{Premises: r.shop.ID, Scheme: sch.Code})
	refused(r.t, err, fault.Conflict) // signed and published, not applied for
	if a, to, _ := sch.Next(lifecycle.Draft); a != lifecycle.Publish || to != lifecycle.Published {
		r.t.Errorf("from a draft the scheme goes to %s by %s", to, a)
	}
	draft, err := r.Pledges.Start(owner, pledge.StartCommand{Premises: r.shop.ID})
	ok(r.t, err)
	v, err := r.Pledges.Publish(owner, pledge.PublishCommand{ID: draft.ID, Consent: true, Name: "张三"})
	ok(r.t, err)
	if a, to, _ := sch.Next(v.State); a != lifecycle.TakeEffect || to != lifecycle.Active {
		r.t.Errorf("from %s the scheme goes to %s by %s", v.State, to, a)
	}
	signed := calendar.DateOf(r.clock.Now())
	end := calendar.Shipped().AddWorkdays(signed, sch.NoticeWorkdays.Value).Date
	if v.ObjectionUntil != end || v.EffectiveOn != end.AddDays(1) || v.ExpiresOn != v.EffectiveOn.AddYears(sch.ValidityYears.Value).AddDays(-1) {
		r.t.Errorf("signed on %s: objections until %s, from %s to %s", signed, v.ObjectionUntil, v.EffectiveOn, v.ExpiresOn)
	}
	_, err = r.Pledges.Object(anybody, pledge.ObjectCommand{ID: v.ID, Body: "该店上月拒绝退货", Name: "李四", Contact: "13800000009"})
	ok(r.t, err)
	r.noon(v.EffectiveOn)
	r.pledgeIs(v.ID, pledge.Standing(lifecycle.Published), "")
	d, err := r.Pledges.GetOwn(county, v.ID)
	ok(r.t, err)
	_, err = r.Pledges.DismissObjection(county, pledge.ObjectionCommand{ID: v.ID, Objection: d.Objections[0].ID, Reason: "经查为另一家店"})
	ok(r.t, err)
	first := r.pledgeIs(v.ID, pledge.Standing(lifecycle.Active), badge.Valid)
	title, _, err := r.Certificates.Get(county, first.Certificate)
	ok(r.t, err)
	if title.Scheme != sch.Code || title.SchemeVersion != sch.Version || title.ExpiresOn != first.ExpiresOn {
		r.t.Errorf("the title %s of %s %s ends on %s, the pledge on %s", title.Number, title.Scheme, title.SchemeVersion, title.ExpiresOn, first.ExpiresOn)
	}

	step := pledge.StepCommand{ID: v.ID, Reason: "复查时按承诺退货"}
	_, err = r.Pledges.YellowCard(county, pledge.CardCommand{ID: v.ID, Reason: "拒绝退货"})
	ok(r.t, err)
	yellow := r.pledgeIs(v.ID, pledge.Standing(lifecycle.YellowCard), badge.Rectifying)
	if due := calendar.Shipped().AddWorkdays(calendar.DateOf(r.clock.Now()), sch.RectificationWorkdays.Value).Date; yellow.CardDue != due {
		r.t.Errorf("to be put right by %s, want %s", yellow.CardDue, due)
	}
	_, err = r.Pledges.Clear(county, step)
	refused(r.t, err, fault.FourEyes)
	_, err = r.Pledges.Clear(r.as("county2"), step)
	ok(r.t, err)
	r.pledgeIs(v.ID, pledge.Standing(lifecycle.Active), badge.Valid)
	_, err = r.Pledges.RedCard(county, pledge.CardCommand{ID: v.ID, Reason: "再次拒绝退货"})
	ok(r.t, err)
	r.pledgeIs(v.ID, pledge.Standing(lifecycle.RedCard), badge.Suspended)
	_, err = r.Pledges.Restore(r.as("county2"), step)
	ok(r.t, err)
	r.pledgeIs(v.ID, pledge.Standing(lifecycle.Active), badge.Valid)

	r.noon(first.ExpiresOn.AddDays(-20))
	second, err := r.Pledges.Renew(owner, pledge.RenewCommand{ID: v.ID, Consent: true, Name: "张三"})
	ok(r.t, err)
	if second.Round != 2 || second.EffectiveOn != first.ExpiresOn.AddDays(1) {
		r.t.Errorf("round %d from %s, after %s", second.Round, second.EffectiveOn, first.ExpiresOn)
	}
	r.noon(second.EffectiveOn)
	now := r.pledgeIs(second.ID, pledge.Standing(lifecycle.Active), badge.Valid)
	if now.Certificate != first.Certificate {
		r.t.Error("without a break the title goes on")
	}
	r.pledgeIs(v.ID, pledge.Standing(lifecycle.Superseded), badge.Valid)
	r.noon(now.ExpiresOn)
	r.pledgeIs(second.ID, pledge.Standing(lifecycle.Active), badge.Valid)
	r.noon(now.ExpiresOn.AddDays(1))
	if over := r.pledgeIs(second.ID, pledge.Expired, badge.Expired); over.State != lifecycle.Active {
		r.t.Errorf("expired and stored as %s", over.State)
	}

	r.noon(now.ExpiresOn.AddMonths(pledge.CurrentRules().Renewal.WindowMonths.Value - 1))
	third, err := r.Pledges.Renew(owner, pledge.RenewCommand{ID: second.ID, Consent: true, Name: "张三"})
	ok(r.t, err)
	if third.Round != 3 {
		r.t.Errorf("taken up again within the window it is round %d", third.Round)
	}
	r.noon(third.EffectiveOn)
	r.pledgeIs(third.ID, pledge.Standing(lifecycle.Active), badge.Valid)
	_, err = r.Pledges.Withdraw(owner, pledge.StepCommand{ID: third.ID, Reason: "门店转型"})
	ok(r.t, err)
	r.pledgeIs(third.ID, pledge.Standing(lifecycle.Withdrawn), badge.Withdrawn)

	// Removed for a broken promise: no new one while the scheme excludes.
	fourth, err := r.Pledges.Start(owner, pledge.StartCommand{Premises: r.shop.ID})
	ok(r.t, err)
	fourth, err = r.Pledges.Publish(owner, pledge.PublishCommand{ID: fourth.ID, Consent: true, Name: "张三"})
	ok(r.t, err)
	if fourth.Round != 1 {
		r.t.Errorf("after leaving it is round %d", fourth.Round)
	}
	r.noon(fourth.EffectiveOn)
	r.pledgeIs(fourth.ID, pledge.Standing(lifecycle.Active), badge.Valid)
	_, err = r.Pledges.RedCard(county, pledge.CardCommand{ID: fourth.ID, Reason: "拒绝退货"})
	ok(r.t, err)
	_, err = r.Pledges.Remove(r.as("city"), pledge.RemoveCommand{ID: fourth.ID, Reason: "拒不履行"})
	ok(r.t, err)
	gone := r.pledgeIs(fourth.ID, pledge.Standing(lifecycle.Removed), badge.Revoked)
	until := calendar.DateOf(r.clock.Now()).AddYears(sch.ExclusionYears.Value)
	if gone.ExcludedUntil != until.String() {
		r.t.Errorf("excluded until %s, want %s", gone.ExcludedUntil, until)
	}
	_, err = r.Pledges.Start(owner, pledge.StartCommand{Premises: r.shop.ID})
	refused(r.t, err, fault.Excluded)
	r.noon(until.AddDays(1))
	_, err = r.Pledges.Start(owner, pledge.StartCommand{Premises: r.shop.ID})
	ok(r.t, err)
}

// noon moves the clock to noon of a day and lets the periodic job run.
func (r *registry) noon(d calendar.Date) {
	r.t.Helper()
	r.clock.Set(d.Start().Add(12 * time.Hour))
	_, err := r.Pledges.Sweep(r.t.Context())
	ok(r.t, err)
}

// pledgeIs looks at a pledge and at what a shopper sees of it.
func (r *registry) pledgeIs(id ident.PledgeID, want pledge.Standing, scan badge.Status) pledge.View {
	r.t.Helper()
	d, err := r.Pledges.GetOwn(r.as("owner"), id)
	ok(r.t, err)
	if d.Standing != want {
		r.t.Errorf("the pledge is %s, want %s", d.Standing, want)
	}
	if scan == "" {
		if d.Certificate != "" {
			r.t.Error("a pledge that is not in force has a title")
		}
		return d.View
	}
	if a := r.scan(d.Certificate); a.Status != scan {
		r.t.Errorf("the pledge is %s and its badge %s, want %s", d.Standing, a.Status, scan)
	}
	return d.View
}
