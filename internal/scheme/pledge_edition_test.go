package scheme_test

import (
	"slices"
	"testing"

	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/merchant"
	"fangxin/internal/pledge"
	"fangxin/internal/scheme"
)

// edited publishes a version of a shipped scheme that an administrator changed.
func (r *registry) edited(code string, change func(s *scheme.Scheme)) scheme.Scheme {
	r.t.Helper()
	e, err := r.Schemes.Draft(r.as("admin"), scheme.DraftCommand{Code: code})
	ok(r.t, err)
	next := clone(r.t, e.Scheme)
	change(&next)
	e, err = r.Schemes.Save(r.as("admin"), scheme.SaveCommand{ID: e.ID, Scheme: next, Summary: "调整"})
	ok(r.t, err)
	e, err = r.Schemes.Publish(r.as("province"), scheme.EditionStep{ID: e.ID})
	ok(r.t, err)
	return e.Scheme
}

// What a version of the pledge's scheme says is what a pledge does: days of
// the notice, least days, what may be left out, where, and for whom.
func TestPledgesFollowTheVersionInForce(t *testing.T) {
	onBoth(t, "360102", []string{"store"}, func(r *registry) {
		owner := r.as("owner")
		sch := r.edited(scheme.ReturnPledge, func(s *scheme.Scheme) {
			s.NoticeWorkdays, s.NoticeDays = scheme.Number{}, scheme.Number{Value: 30}
			s.ValidityYears.Value, s.RectificationWorkdays.Value, s.Terms.Days.Value = 3, 4, 15
			s.Terms.Exclusions = slices.DeleteFunc(s.Terms.Exclusions, func(it scheme.Item) bool { return it.ID == "medicine" })
			s.Declaration.Zh = "我代表本店承诺十五日内退货，不收取任何费用。"
		})
		v, err := r.Pledges.Start(owner, pledge.StartCommand{Premises: r.shop.ID})
		ok(r.t, err)
		d, err := r.Pledges.GetOwn(owner, v.ID)
		ok(r.t, err)
		if d.Terms.Days != 15 || d.Declaration != sch.Declaration || d.NoticeDays != 30 || d.ValidityYears != 3 || d.SchemeVersion != sch.Version {
			r.t.Errorf("the draft begins with %d days and %q, notice of %d days for %d years under %s", d.Terms.Days, d.Declaration.Zh, d.NoticeDays, d.ValidityYears, d.SchemeVersion)
		}
		short := d.Terms
		short.Days, short.Exclusions = 7, append(slices.Clone(short.Exclusions), "medicine")
		_, err = r.Pledges.Save(owner, pledge.SaveCommand{ID: v.ID, Terms: short})
		ok(r.t, err)
		_, err = r.Pledges.Publish(owner, pledge.PublishCommand{ID: v.ID, Consent: true, Name: "张三"})
		f, _ := fault.As(err)
		if f == nil || len(f.Fields) != 2 || f.Fields[0].Pointer != "/terms/days" || f.Fields[0].Param != "15" || f.Fields[1].Pointer != "/terms/exclusions" {
			r.t.Fatalf("seven days and medicines left out: %v", err)
		}
		_, err = r.Pledges.Save(owner, pledge.SaveCommand{ID: v.ID, Terms: d.Terms})
		ok(r.t, err)
		v, err = r.Pledges.Publish(owner, pledge.PublishCommand{ID: v.ID, Consent: true, Name: "张三"})
		ok(r.t, err)
		today := calendar.DateOf(r.clock.Now())
		if v.ObjectionUntil != today.AddDays(30) || v.ExpiresOn != v.EffectiveOn.AddYears(3).AddDays(-1) {
			r.t.Errorf("objections until %s, in force to %s", v.ObjectionUntil, v.ExpiresOn)
		}
		// A newer version changes nothing for a pledge that was made before.
		r.edited(scheme.ReturnPledge, func(s *scheme.Scheme) { s.RectificationWorkdays.Value = 60 })
		r.noon(v.EffectiveOn)
		_, err = r.Pledges.YellowCard(r.as("county"), pledge.CardCommand{ID: v.ID, Reason: "拒绝退货"})
		ok(r.t, err)
		d, err = r.Pledges.GetOwn(owner, v.ID)
		ok(r.t, err)
		if due := calendar.Shipped().AddWorkdays(calendar.DateOf(r.clock.Now()), 4).Date; d.CardDue != due {
			r.t.Errorf("to be put right by %s, want %s", d.CardDue, due)
		}
	})
}

// Facts of the scheme and its area keep a pledge from beginning.
func TestPledgesAreForTheEligible(t *testing.T) {
	onBoth(t, "360102", []string{"store"}, func(r *registry) {
		start := func() error {
			_, err := r.Pledges.Start(r.as("owner"), pledge.StartCommand{Premises: r.shop.ID})
			return err
		}
		state := func(value, on string) {
			_, err := r.Merchants.RecordFacts(r.as("province"), merchant.FactsCommand{ID: r.shop.Operator, Facts: merchant.Facts{
				Abnormal: &merchant.Fact{Value: value, On: on, Source: "信用信息公示系统"},
			}})
			ok(r.t, err)
		}
		state("yes", "2026-02-01")
		f, _ := fault.As(start())
		if f == nil || len(f.Fields) != 1 || f.Fields[0].Rule != "not_eligible_abnormal" {
			r.t.Errorf("a shop of the abnormal list began: %v", f)
		}
		state("no", "2026-02-20")
		r.edited(scheme.ReturnPledge, func(s *scheme.Scheme) { s.Divisions = []string{"360700"} })
		f, _ = fault.As(start())
		if f == nil || len(f.Fields) != 1 || f.Fields[0].Rule != "division_not_taken" {
			r.t.Errorf("a shop of another city began: %v", f)
		}
		if takes, err := r.Pledges.Takes(t.Context(), r.shop.Sectors, r.shop.Division); err != nil || takes {
			r.t.Errorf("the page offers it all the same: %v", err)
		}
		r.edited(scheme.ReturnPledge, func(s *scheme.Scheme) { s.Divisions = []string{"360100"} })
		ok(r.t, start())
	})
}
