package takeover_test

import (
	"context"
	"testing"

	"fangxin/internal/application"
	"fangxin/internal/badge"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/pledge"
	"fangxin/internal/scheme"
	"fangxin/internal/takeover"
	"fangxin/internal/testkit"
)

// Everything that is bound to the operator of before ends with the old shop,
// and each old id leads honestly to the new one.
func TestTakeoverEndsWhatIsNotPassedOn(t *testing.T) {
	each(t, func(w *world) {
		led, pledged := w.award(w.shop, scheme.ReturnPledge)
		draft, err := w.cases.Start(testkit.As(w.old), application.StartCommand{Premises: w.shop.ID, Scheme: "jx-model-shop"})
		w.ok(err)
		w.pass(10)
		last := w.today()
		cmd := w.command()
		cmd.Sign, cmd.Phone = "景行陶瓷", "0791-86600002"
		v := w.done(cmd, w.next, w.old)
		if v.State != lifecycle.TakenOver || v.TakenOn != last.String() || v.Successor == "" || v.Successor == w.shop.ID {
			w.t.Fatalf("taken over %+v", v)
		}
		old, err := w.shops.Premises(testkit.As(w.old), w.shop.ID)
		w.ok(err)
		next, err := w.shops.Premises(testkit.As(w.next), v.Successor)
		w.ok(err)
		if old.Active || old.Successor != next.ID || old.Operator != w.giver.ID || old.ClosedOn != last.String() {
			t.Errorf("the old shop %+v", old)
		}
		if !next.Active || next.Operator != w.taker.ID || next.Name != "景行陶瓷" || next.Address != old.Address || next.Point == nil {
			t.Errorf("the new shop %+v", next)
		}
		for _, code := range []string{w.code, pledged} {
			a := w.scan(code, badge.Withdrawn)
			if a.Reason == "" || a.Shop == nil || a.Shop.Heir != "/shops/"+string(next.ID) || a.Shop.Name != "瓷韵轩" {
				t.Errorf("the old badge: %+v, %+v", a, a.Shop)
			}
		}
		d, err := w.titles.Detail(context.Background(), w.title.Number)
		w.ok(err)
		if d.State != lifecycle.Withdrawn || d.Heir != next.ID {
			t.Errorf("the old number: %+v", d)
		}
		_, err = w.badges.Print(testkit.As(w.next), badge.PrintCommand{Certificate: w.title.ID, Kind: badge.PosterPrint, Copies: 1})
		w.refused("a print for the new operator", err, fault.NotFound)
		_, err = w.badges.Print(testkit.As(w.old), badge.PrintCommand{Certificate: w.title.ID, Kind: badge.PosterPrint, Copies: 1})
		w.refused("a print of the ended title", err, fault.NotReady)
		c, err := w.cases.Get(testkit.As(w.old), draft.ID)
		w.ok(err)
		if c.State != lifecycle.Withdrawn || c.Reason == "" {
			t.Errorf("the open case: %+v", c.View)
		}
		_, err = w.cases.Start(testkit.As(w.next), application.StartCommand{Premises: next.ID, Scheme: "jx-model-shop"})
		w.ok(err) // the new operator applies anew
		// A purchase before the day is judged by the terms of its day.
		p, err := w.pledges.OfTitle(context.Background(), led.ID)
		w.ok(err)
		if p.State != lifecycle.Withdrawn || p.EndedOn != last {
			t.Errorf("the pledge: %+v", p)
		}
		w.pass(5)
		for day, want := range map[string]pledge.Outcome{
			last.AddDays(-3).String(): pledge.InForce, last.String(): pledge.InForce, last.AddDays(1).String(): pledge.Ended,
		} {
			if a, err := w.pledges.On(context.Background(), pledge.OnQuery{ID: p.ID, Date: day}); err != nil || a.Outcome != want {
				t.Errorf("bought on %s: %s, %v", day, a.Outcome, err)
			}
		}
		// A title of its own makes the new shop valid, and the old badge not.
		_, fresh := w.award(next, "jx-model-shop")
		w.scan(fresh, badge.Valid)
		w.scan(w.code, badge.Withdrawn)
	})
}

// The public page of an old id speaks of the old shop and leads to the last
// one, through every takeover; on a past day it tells who ran the place then.
func TestOldIDsLeadToTheLastShop(t *testing.T) {
	each(t, func(w *world) {
		first := w.today()
		w.pass(10)
		v1 := w.done(w.command(), w.next, w.old)
		second := w.today()
		w.pass(10)
		cmd := w.command() // by the number of the first title still
		cmd.Operator = w.last.ID
		v2 := w.done(cmd, w.third, w.next)
		third := w.today()
		w.pass(1)
		if v2.Premises != v1.Successor {
			t.Errorf("the number of the first title stands for %s", v2.Premises)
		}
		shop := func(id ident.PremisesID, on string) takeover.ShopView {
			t.Helper()
			s, err := w.s.Shop(context.Background(), takeover.ShopQuery{ID: id, On: on})
			w.ok(err)
			return s
		}
		for _, id := range []ident.PremisesID{w.shop.ID, v1.Successor} {
			if s := shop(id, ""); s.ID != id || s.Active || s.Successor == nil || s.Successor.ID != v2.Successor || len(s.Line) != 3 {
				t.Errorf("%s: %+v", id, s)
			}
		}
		if s := shop(v2.Successor, ""); !s.Active || s.Successor != nil || len(s.Line) != 3 || s.Operator != w.last.Name || len(s.Titles) != 0 {
			t.Errorf("the present shop: %+v", s)
		}
		for on, want := range map[string]string{
			first.String(): w.giver.Name, second.String(): w.giver.Name, second.AddDays(1).String(): w.taker.Name, third.AddDays(1).String(): w.last.Name,
		} {
			for _, id := range []ident.PremisesID{w.shop.ID, v2.Successor} {
				if s := shop(id, on); s.Operator != want || s.On != on {
					t.Errorf("on %s: %s, want %s", on, s.Operator, want)
				}
			}
		}
		if s := shop(w.shop.ID, first.AddDays(2).String()); len(s.Titles) != 1 || s.Titles[0].Standing != "active" {
			t.Errorf("its titles then: %+v", s.Titles)
		}
		if s := shop(w.shop.ID, ""); s.Titles[0].Standing != "withdrawn" {
			t.Errorf("its titles now: %+v", s.Titles)
		}
		_, err := w.s.Shop(context.Background(), takeover.ShopQuery{ID: w.shop.ID, On: w.today().AddDays(1).String()})
		w.refused("a day to come", err, fault.Invalid)
	})
}

func TestShopsWithoutATitleAreNotPublic(t *testing.T) {
	each(t, func(w *world) {
		p, err := w.shops.AddPremises(testkit.As(w.old), merchant.AddPremisesCommand{
			Operator: w.giver.ID, Name: "仓库", Address: "珠山路 9 号", Division: "360102", Sectors: []string{"store"},
		})
		w.ok(err)
		_, err = w.s.Shop(context.Background(), takeover.ShopQuery{ID: p.ID})
		w.refused("a shop without a title", err, fault.NotFound)
	})
}

// Where the new operator registered the place already, that shop follows; it
// is not doubled.
func TestPlaceThatTheTakerRegistered(t *testing.T) {
	each(t, func(w *world) {
		mine, err := w.shops.AddPremises(testkit.As(w.next), merchant.AddPremisesCommand{
			Operator: w.taker.ID, Name: "瓷韵轩", Address: "珠山路1号", Division: "360102", Sectors: []string{"store"},
		})
		w.ok(err)
		if v := w.done(w.command(), w.next, w.old); v.Successor != mine.ID {
			t.Errorf("followed by %s, want %s", v.Successor, mine.ID)
		}
	})
}
