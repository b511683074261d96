package application_test

import (
	"testing"
	"time"

	"fangxin/internal/application"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/merchant"
	"fangxin/internal/scheme"
	"fangxin/internal/testkit"
)

func (w *world) state(facts merchant.Facts, penalties ...merchant.Penalty) {
	w.t.Helper()
	_, err := w.shops.RecordFacts(testkit.As(w.county), merchant.FactsCommand{ID: w.shop.Operator, Facts: facts, Penalties: append([]merchant.Penalty{}, penalties...)})
	w.ok(err)
}

func (w *world) opening() application.Opening {
	w.t.Helper()
	o, err := w.apps.Opening(testkit.As(w.owner), application.EligibilityQuery{Premises: w.shop.ID, Scheme: "jx-model-shop"})
	w.ok(err)
	return o
}

func (w *world) begin() error {
	w.t.Helper()
	_, err := w.apps.Start(testkit.As(w.owner), application.StartCommand{Premises: w.shop.ID, Scheme: "jx-model-shop"})
	return err
}

// What is told beforehand is what beginning a case is refused by: each obstacle
// with the day from which it is none, where dates say so.
func TestOpening(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		if o := w.opening(); !o.May || o.Blocked() || len(o.Obstacles) != 0 || len(o.Findings) == 0 {
			t.Errorf("%+v", o)
		}
		today := calendar.DateOf(w.clock.Now())
		decided := today.AddDays(-100)
		w.state(merchant.Facts{Abnormal: &merchant.Fact{Value: "yes", On: today.AddDays(-9).String(), Source: "公示系统"}},
			merchant.Penalty{Document: "洪市监罚〔2025〕1号", DecidedOn: decided.String(), Source: "处罚公示"})
		o := w.opening()
		if o.May || !o.Blocked() || len(o.Obstacles) != 2 || o.From != "" {
			t.Fatalf("%+v", o)
		}
		if p := o.Obstacles[0]; p.Why != application.NotEligible || p.Fact.Rule.Fact != scheme.FactPenalty || p.From != decided.AddYears(1).String() || p.Fact.Source != "处罚公示" {
			t.Errorf("%+v", p)
		}
		if p := o.Obstacles[1]; p.Fact.Rule.Fact != scheme.FactAbnormal || p.From != "" || p.Fact.On != today.AddDays(-9).String() {
			t.Errorf("%+v", p)
		}
		f, ok := fault.As(w.begin())
		if !ok || f.Code != fault.Invalid || len(f.Fields) != 2 {
			t.Errorf("beginning: %+v", f)
		}
		// Off the list: the penalty alone stands, and its day is the whole answer.
		w.state(merchant.Facts{Abnormal: &merchant.Fact{Value: "no", On: today.String(), Source: "公示系统"}})
		if o = w.opening(); o.From != decided.AddYears(1).String() || len(o.Obstacles) != 1 {
			t.Errorf("%+v", o)
		}
		day, _ := calendar.ParseDate(o.From)
		w.clock.Set(w.clock.Now().Add(time.Duration(today.DaysUntil(day)-1) * 24 * time.Hour))
		w.refused(w.begin(), fault.Invalid)
		w.clock.Add(24 * time.Hour)
		if o = w.opening(); !o.May {
			t.Errorf("on the day it named: %+v", o)
		}
		w.excluded = fault.New(fault.Excluded, "excluded_until", "2030-06-30")
		if o = w.opening(); o.May || !o.Blocked() || o.Obstacles[0].Why != application.ShutOut || o.From != "2030-07-01" {
			t.Errorf("%+v", o)
		}
		w.refused(w.begin(), fault.Excluded)
		w.excluded, w.live = nil, true
		if o = w.opening(); o.May || o.Blocked() || o.Obstacles[0].Why != application.TitleHeld {
			t.Errorf("%+v", o)
		}
		w.refused(w.begin(), fault.Duplicate)
		w.live = false
		w.ok(w.begin())
		if o = w.opening(); o.May || o.Blocked() || o.Obstacles[0].Why != application.CaseOpen {
			t.Errorf("%+v", o)
		}
		if _, err := w.apps.Opening(testkit.As(w.stranger), application.EligibilityQuery{Premises: w.shop.ID, Scheme: "jx-model-shop"}); !fault.Is(err, fault.NotFound) {
			t.Errorf("a stranger asks: %v", err)
		}
	})
}

// Who was refused by which fact stays on record with source and date, for the
// offices of the area, and says what the data of today give.
func TestRefusals(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		list := func(q application.RefusalQuery) application.RefusalPage {
			t.Helper()
			p, err := w.apps.Refusals(testkit.As(w.county), q)
			w.ok(err)
			return p
		}
		w.excluded = fault.New(fault.Excluded, "excluded_until", "2030-06-30")
		w.refused(w.begin(), fault.Excluded) // no fact's refusal
		w.excluded = nil
		if p := list(application.RefusalQuery{}); len(p.Items) != 0 {
			t.Fatalf("%+v", p.Items)
		}
		today := calendar.DateOf(w.clock.Now()).String()
		w.state(merchant.Facts{Abnormal: &merchant.Fact{Value: "yes", On: today, Source: "公示系统"}})
		for range 3 {
			w.refused(w.begin(), fault.Invalid)
			w.clock.Add(time.Minute)
		}
		p := list(application.RefusalQuery{Limit: 2})
		if len(p.Items) != 2 || p.Next == "" {
			t.Fatalf("%+v", p)
		}
		v := p.Items[0]
		if v.Attempt != "application.start" || v.Subject != string(w.shop.ID) || v.OperatorName != "南昌市东湖区好味餐馆" || v.Scheme != "jx-model-shop" || v.Title.Zh == "" ||
			len(v.Facts) != 1 || v.Facts[0] != (application.RefusedFact{Fact: scheme.FactAbnormal, Value: "yes", On: today, Source: "公示系统"}) || v.Stands[scheme.FactAbnormal] != "not_met" {
			t.Errorf("%+v", v)
		}
		if rest := list(application.RefusalQuery{Limit: 2, After: p.Next}); len(rest.Items) != 1 || rest.Next != "" {
			t.Errorf("%+v", rest)
		}
		if p := list(application.RefusalQuery{Fact: scheme.FactPenalty}); len(p.Items) != 0 {
			t.Errorf("for a penalty: %+v", p.Items)
		}
		if p := list(application.RefusalQuery{Fact: scheme.FactAbnormal}); len(p.Items) != 3 {
			t.Errorf("for the list: %+v", p.Items)
		}
		w.state(merchant.Facts{Abnormal: &merchant.Fact{Value: "no", On: today, Source: "公示系统"}})
		if v := list(application.RefusalQuery{}).Items[0]; v.Facts[0].Value != "yes" || v.Stands[scheme.FactAbnormal] != "met" {
			t.Errorf("after it was taken off: %+v", v)
		}
		if p, err := w.apps.Refusals(testkit.As(w.otherCounty), application.RefusalQuery{}); err != nil || len(p.Items) != 0 {
			t.Errorf("another county: %+v %v", p.Items, err)
		}
		if _, err := w.apps.Refusals(testkit.As(w.owner), application.RefusalQuery{}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a merchant: %v", err)
		}
	})
}
