package scheme_test

import (
	"slices"
	"testing"
	"time"

	"fangxin/internal/application"
	"fangxin/internal/badge"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/renewal"
	"fangxin/internal/scheme"
	"fangxin/internal/sector"
)

const day = 24 * time.Hour

// through takes a case along the way of its scheme to the title. At every stop
// it sees that the buttons are those of the way, and that what other schemes
// do there is refused.
func (r *registry) through(sch scheme.Scheme, id ident.ApplicationID) certificate.View {
	r.t.Helper()
	_, err := r.Applications.Submit(r.as(r.applicant), application.SubmitCommand{ID: id, Name: "张三", Consent: true})
	ok(r.t, err)
	stops := sch.Stops()
	for i, stop := range stops[1 : len(stops)-1] {
		a, next, found := sch.Next(stop)
		if !found || next != stops[i+2] {
			r.t.Fatalf("from %s the way goes to %s by %s", stop, next, a)
		}
		who := officerOf(sch.Waits(stop), a == lifecycle.Certify)
		if a == lifecycle.RecordInspected {
			r.clock.Add(2 * day)
			r.inspect(id, nil)
			continue
		}
		d, err := r.Applications.Get(r.as(who), id)
		ok(r.t, err)
		if d.State != stop || d.Waits != sch.Waits(stop) || d.Waits != r.people[who].Roles[0] {
			r.t.Fatalf("the case is in %s and waits for %s, want %s and %s", d.State, d.Waits, stop, who)
		}
		for _, b := range d.Actions {
			if slices.Contains(lifecycle.Forward, b.Action) && b.Action != a {
				r.t.Errorf("%s: in %s there is a button for %s", sch.Code, stop, b.Action)
			}
		}
		for other, do := range r.steps() {
			st, _ := lifecycle.Application.Step(other)
			if other != a && slices.Contains(st.From, stop) {
				if _, err := do(r.as(who), application.StepCommand{ID: id}); err == nil {
					r.t.Fatalf("%s: %s was taken in %s", sch.Code, other, stop)
				}
			}
		}
		if stop == lifecycle.PublicNotice {
			r.notice(sch, d, func() error { _, err := r.steps()[a](r.as(who), application.StepCommand{ID: id}); return err })
		}
		v, err := r.steps()[a](r.as(who), application.StepCommand{ID: id})
		if err != nil {
			r.t.Fatalf("%s: %s from %s: %v", sch.Code, a, stop, err)
		}
		if v.State != next {
			r.t.Fatalf("%s: %s from %s leads to %s, want %s", sch.Code, a, stop, v.State, next)
		}
		if next != lifecycle.PublicNotice && next != lifecycle.Certified {
			r.clock.Add(2 * day)
		}
	}
	d, err := r.Applications.Get(r.as(r.applicant), id)
	ok(r.t, err)
	v, _, err := r.Certificates.Get(r.as("county"), d.Certificate)
	ok(r.t, err)
	return v.View
}

// scan is what a shopper sees of a title by its first print.
func (r *registry) scan(id ident.CertificateID) badge.Answer {
	r.t.Helper()
	prints, err := r.Badges.List(r.as("county"), badge.ListQuery{Certificate: id})
	ok(r.t, err)
	if len(prints) == 0 {
		r.t.Fatal("the title has no print")
	}
	return r.Badges.Scan(r.t.Context(), string(prints[0].Code))
}

// notice waits for the last day of the notice, on which nothing is decided yet,
// and then for the day after.
func (r *registry) notice(sch scheme.Scheme, d application.Detail, step func() error) {
	r.t.Helper()
	opened := calendar.DateOf(r.clock.Now())
	end, err := calendar.Shipped().Deadline(r.clock.Now(), sch.Period())
	ok(r.t, err)
	if d.Notice == nil || d.Notice.ClosesOn != end.LastDay.String() || d.DueOn != d.Notice.ClosesOn {
		r.t.Fatalf("%s: the notice %+v closes another day than %s", sch.Code, d.Notice, end.LastDay)
	}
	if sch.NoticeDays.Value > 0 && end.LastDay != opened.AddDays(sch.NoticeDays.Value) {
		r.t.Errorf("%d calendar days after %s is %s", sch.NoticeDays.Value, opened, end.LastDay)
	}
	r.clock.Set(end.LastDay.Start().Add(20 * time.Hour))
	refused(r.t, step(), fault.TooSoon)
	r.clock.Set(end.LastDay.AddDays(1).Start().Add(9 * time.Hour))
}

// toExpiry looks at a title until it is over: nothing expires it but the date.
func (r *registry) toExpiry(sch scheme.Scheme, v certificate.View) {
	r.t.Helper()
	if want := v.IssuedOn.AddYears(sch.ValidityYears.Value).AddDays(-1); v.ExpiresOn != want || v.SchemeVersion != sch.Version {
		r.t.Errorf("%s of version %s until %s, want %s", v.Number, v.SchemeVersion, v.ExpiresOn, want)
	}
	if (v.InspectedOn != "") != sch.Inspects(lifecycle.Certified) {
		r.t.Errorf("inspected on %q", v.InspectedOn)
	}
	scan := func() badge.Answer { return r.scan(v.ID) }
	if a := scan(); a.Status != badge.Valid || a.Title.LabelZh != sch.BadgeLabel.Zh {
		r.t.Errorf("the badge says %s with the words %q", a.Status, a.Title.LabelZh)
	}
	r.clock.Set(v.ExpiresOn.Start().Add(23 * time.Hour))
	if a := scan(); a.Status != badge.Valid {
		r.t.Errorf("on its last day the badge says %s", a.Status)
	}
	r.clock.Set(v.ExpiresOn.AddDays(1).Start())
	if a := scan(); a.Status != badge.Expired {
		r.t.Errorf("after its last day the badge says %s", a.Status)
	}
	after, _, err := r.Certificates.Get(r.as("county"), v.ID)
	ok(r.t, err)
	if after.Standing != certificate.Standing(badge.Expired) || after.State != lifecycle.Active {
		r.t.Errorf("after its last day the title is %s, stored as %s", after.Standing, after.State)
	}
}

// A street's title is for the organiser of a street: a shop cannot begin one,
// whoever's programme it is. How a street comes to its title is told where its
// shops are counted.
func TestStreetSchemesAreNotForShops(t *testing.T) {
	onBoth(t, "360602", []string{"mall"}, func(r *registry) {
		for _, code := range []string{"jx-model-street", "yt-smart-street", r.publish("chongqing-street").Code} {
			_, err := r.Applications.Start(r.as("owner"), application.StartCommand{Premises: r.shop.ID, Scheme: code})
			f, _ := fault.As(err)
			if f == nil || f.Code != fault.Invalid {
				r.t.Errorf("a shop began %s: %v", code, err)
			}
		}
	})
}

// Jingdezhen: first-asked duty and advance compensation are no matter of
// choice, and shops elsewhere cannot apply.
func TestJingdezhenPromisesAreMandatory(t *testing.T) {
	onBoth(t, "360203", []string{"store"}, func(r *registry) {
		sch, err := r.Schemes.Get(r.as("owner"), scheme.Query{Code: "jdz-ceramics-shop"})
		ok(r.t, err)
		id := r.draft(sch)
		for _, promise := range []string{"first-asked", "advance"} {
			var others []string
			for _, it := range sch.Commitments {
				if it.ID != promise {
					others = append(others, it.ID)
				}
			}
			_, err := r.Applications.Save(r.as("owner"), application.SaveCommand{ID: id, Commitments: &others})
			ok(r.t, err)
			_, err = r.Applications.Submit(r.as("owner"), application.SubmitCommand{ID: id, Name: "张三", Consent: true})
			f, _ := fault.As(err)
			if f == nil || !slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return x.Pointer == "/commitments/"+promise }) {
				r.t.Errorf("without %s: %v", promise, err)
			}
		}
	})
	onBoth(t, "360102", []string{"store"}, func(r *registry) {
		_, err := r.Applications.Start(r.as("owner"), application.StartCommand{Premises: r.shop.ID, Scheme: "jdz-ceramics-shop"})
		refused(r.t, err, fault.Invalid)
	})
}

// Hainan: a yellow card is an order to put things right, a red one takes the
// title and bars for a year; facts decide who may begin.
func TestHainanCardsAndFacts(t *testing.T) {
	onBoth(t, "360102", []string{"catering"}, func(r *registry) {
		sch := r.publish("hainan-stars")
		state := func(f merchant.Facts, penalties ...merchant.Penalty) {
			op, err := r.Merchants.Operator(r.as("county"), r.shop.Operator)
			ok(r.t, err)
			_, err = r.Merchants.RecordFacts(r.as("province"), merchant.FactsCommand{ID: op.ID, Facts: f, Penalties: penalties})
			ok(r.t, err)
		}
		fact := func(value, on string) *merchant.Fact {
			return &merchant.Fact{Value: value, On: on, Source: "信用信息公示系统"}
		}
		check := func(f scheme.Fact, want application.Outcome) {
			r.t.Helper()
			found, err := r.Applications.Eligibility(r.as("owner"), application.EligibilityQuery{Premises: r.shop.ID, Scheme: sch.Code})
			ok(r.t, err)
			for _, x := range found {
				if x.Rule.Fact == f && x.Outcome != want {
					r.t.Errorf("%s is %s, want %s", f, x.Outcome, want)
				}
			}
		}
		for _, f := range []scheme.Fact{scheme.FactTrading, scheme.FactPenalty, scheme.FactAbnormal, scheme.FactSerious} {
			check(f, application.FactUnknown)
		}
		state(merchant.Facts{Abnormal: fact("yes", "2026-02-01"), Founded: fact("2025-06-01", "2026-02-01"), Penalties: fact("complete", "2026-02-01")},
			merchant.Penalty{Document: "市监罚〔2025〕9号", DecidedOn: "2025-09-01", Source: "信用信息公示系统"})
		check(scheme.FactTrading, application.FactNotMet)
		check(scheme.FactPenalty, application.FactNotMet)
		check(scheme.FactAbnormal, application.FactNotMet)
		check(scheme.FactSerious, application.FactUnknown)
		_, err := r.Applications.Start(r.as("owner"), application.StartCommand{Premises: r.shop.ID, Scheme: sch.Code})
		f, _ := fault.As(err)
		if f == nil || len(f.Fields) != 3 {
			r.t.Fatalf("began with three facts against it: %v", err)
		}
		r.clock.Set(time.Date(2026, 9, 3, 9, 0, 0, 0, ident.Beijing))
		state(merchant.Facts{Abnormal: fact("no", "2026-09-01"), Penalties: fact("complete", "2026-09-01")})
		check(scheme.FactTrading, application.FactMet)
		check(scheme.FactPenalty, application.FactMet)
		check(scheme.FactAbnormal, application.FactMet)
		v := r.through(sch, r.draft(sch))

		reason := certificate.StepCommand{ID: v.ID, Reason: "黄牌：未履行承诺"}
		v, err = r.Certificates.OrderRectification(r.as("county"), reason)
		ok(r.t, err)
		if v.State != lifecycle.Rectifying {
			r.t.Errorf("after a yellow card the title is %s", v.State)
		}
		_, err = r.Certificates.Revoke(r.as("province"), certificate.RevokeCommand{ID: v.ID, Reason: "红牌：逾期未整改"})
		ok(r.t, err)
		_, err = r.Applications.Start(r.as("owner"), application.StartCommand{Premises: r.shop.ID, Scheme: sch.Code})
		refused(r.t, err, fault.Excluded)
		r.clock.Add(367 * day)
		if r.draft(sch) == "" {
			r.t.Error("no new case after the exclusion")
		}
	})
}

// Wenchang: eighty and thirty-five are two thresholds; one does not make up
// for the other.
func TestWenchangThresholds(t *testing.T) {
	sheet, err := checklist.Shipped().Sheet("wc-80-35", sector.Store)
	ok(t, err)
	result := func(failed func(*checklist.Item, string) bool) checklist.Result {
		var answers []checklist.Answer
		for _, sec := range sheet.Sections {
			for i := range sec.Items {
				item := &sec.Items[i]
				a, asked := answer(item, "")
				if failed(item, sec.Module) && item.Type == checklist.YesNo {
					a.Verdict = checklist.Fail
				}
				if asked {
					answers = append(answers, a)
				}
			}
		}
		return checklist.Score(&sheet, answers)
	}
	if r := result(func(*checklist.Item, string) bool { return false }); r.Score != 15000 {
		t.Errorf("a perfect shop has %s", r.Score)
	}
	lost := checklist.Points(0)
	r := result(func(it *checklist.Item, module string) bool {
		if module != "STO" || lost >= 1600 {
			return false
		}
		lost += it.Points * 50 / 40
		return true
	})
	if r.Passed || r.Score < 13000 {
		t.Errorf("with %s points and a weak sector part the shop passed: %v", r.Score, r.Passed)
	}
}

// Guangdong: two pledges side by side. One is renewed before its end and goes
// on without a day between; the other is taken up again when it is over.
func TestGuangdongDualPledgeIsRenewed(t *testing.T) {
	onBoth(t, "360102", []string{"store"}, func(r *registry) {
		pledge, returns := r.publish("guangdong-pledge"), r.publish("guangdong-returns")
		first := r.through(pledge, r.draft(pledge))
		second := r.through(returns, r.draft(returns))
		if first.Scheme == second.Scheme || second.Standing != certificate.Standing(lifecycle.Active) || len(second.PromisesZh) < 2 {
			r.t.Errorf("%s and %s with %v", first.Scheme, second.Scheme, second.PromisesZh)
		}
		_, err := r.Applications.Start(r.as("owner"), application.StartCommand{Premises: r.shop.ID, Scheme: pledge.Code})
		refused(r.t, err, fault.Duplicate) // it is held
		r.clock.Set(second.ExpiresOn.AddDays(-30).Start().Add(9 * time.Hour))
		ask, err := r.Renewals.File(r.as("owner"), renewal.FileCommand{Certificate: second.ID, Kind: renewal.Renew, Confirmed: true})
		ok(r.t, err)
		_, err = r.Renewals.Check(r.as("county"), renewal.StepCommand{ID: ask.ID})
		ok(r.t, err)
		ask, err = r.Renewals.Grant(r.as("city"), renewal.StepCommand{ID: ask.ID})
		ok(r.t, err)
		next, _, err := r.Certificates.Get(r.as("county"), ask.Successor)
		ok(r.t, err)
		if next.ExpiresOn != second.ExpiresOn.AddYears(returns.ValidityYears.Value) || !slices.Equal(next.PromisesZh, second.PromisesZh) {
			r.t.Errorf("renewed until %s with %v, after %s with %v", next.ExpiresOn, next.PromisesZh, second.ExpiresOn, second.PromisesZh)
		}
		r.toExpiry(pledge, first)
		again := r.through(pledge, r.draft(pledge))
		if over, _, err := r.Certificates.Get(r.as("county"), first.ID); err != nil || over.State != lifecycle.Superseded {
			r.t.Errorf("the first title is %s, %v", over.State, err)
		}
		if again.Number == first.Number || !again.IssuedOn.After(first.ExpiresOn) {
			r.t.Errorf("%s of %s follows %s until %s", again.Number, again.IssuedOn, first.Number, first.ExpiresOn)
		}
	})
}

// A city awards what its scheme says it awards: the province has no button, and
// the same officer does not announce and certify.
func TestCityAwardsWithFourEyes(t *testing.T) {
	onBoth(t, "360102", []string{"store"}, func(r *registry) {
		sch := r.publish("guangdong-returns")
		id := r.draft(sch)
		_, err := r.Applications.Submit(r.as("owner"), application.SubmitCommand{ID: id, Name: "张三", Consent: true})
		ok(r.t, err)
		cmd := application.StepCommand{ID: id}
		for _, step := range []struct {
			who string
			a   lifecycle.Action
		}{{"county", lifecycle.Accept}, {"county", lifecycle.Recommend}, {"city", lifecycle.Announce}} {
			_, err := r.steps()[step.a](r.as(step.who), cmd)
			ok(r.t, err)
		}
		r.clock.Add(30 * day)
		_, err = r.Applications.Certify(r.as("city"), cmd)
		refused(r.t, err, fault.FourEyes)
		_, err = r.Applications.Certify(r.as("province"), cmd)
		refused(r.t, err, fault.Forbidden)
		for name, want := range map[string]int{"city": 1, "province": 0} {
			page, err := r.Applications.List(r.as(name), application.ListQuery{Tab: application.Mine})
			ok(r.t, err)
			counts, err := r.Applications.Counts(r.as(name))
			ok(r.t, err)
			if len(page.Items) != want || counts[application.Mine] != want {
				r.t.Errorf("%s has %d cases, the tab says %d", name, len(page.Items), counts[application.Mine])
			}
		}
		_, err = r.Applications.Certify(r.as("city2"), cmd)
		ok(r.t, err)
	})
}

// A case keeps the version it began with, and its officers hear of the newer.
func TestCaseKeepsItsVersion(t *testing.T) {
	onBoth(t, "360102", []string{"catering"}, func(r *registry) {
		old, err := r.Schemes.Get(r.as("owner"), scheme.Query{Code: "jx-model-shop"})
		ok(r.t, err)
		id := r.draft(old)
		e, err := r.Schemes.Draft(r.as("admin"), scheme.DraftCommand{Code: old.Code})
		ok(r.t, err)
		next := e.Scheme
		next.ValidityYears.Value, next.Route = 3, slices.DeleteFunc(next.Route, func(g scheme.Gate) bool { return g.State == lifecycle.CityReview })
		e, err = r.Schemes.Save(r.as("admin"), scheme.SaveCommand{ID: e.ID, Scheme: next})
		ok(r.t, err)
		_, err = r.Schemes.Publish(r.as("province"), scheme.EditionStep{ID: e.ID})
		ok(r.t, err)
		d, err := r.Applications.Get(r.as("owner"), id)
		ok(r.t, err)
		if d.SchemeVer != old.Version || d.Newer != e.Edition || d.SchemeInfo.Hash != old.Hash {
			r.t.Errorf("the case follows %s, newer %s", d.SchemeVer, d.Newer)
		}
		if past, err := r.Schemes.Editions(r.as("admin"), old.Code); err != nil || past[len(past)-1].OpenCases != 1 {
			r.t.Errorf("the old version has %d open cases, %v", past[len(past)-1].OpenCases, err)
		}
		if v := r.through(old, id); v.SchemeVersion != old.Version || v.ExpiresOn.Year() != v.IssuedOn.Year()+2 {
			r.t.Errorf("issued under %s until %s", v.SchemeVersion, v.ExpiresOn)
		}
	})
}
