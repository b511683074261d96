package takeover_test

import (
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/badge"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/takeover"
	"fangxin/internal/task"
	"fangxin/internal/testkit"
)

// The shop that is meant is found by whatever people can read of it, and only
// a merchant looks it up.
func TestShopsAreFoundByWhatPeopleRead(t *testing.T) {
	each(t, func(w *world) {
		for _, typed := range []string{
			w.title.Number, " " + w.title.Number + " ", w.code, string(w.shop.ID), "https://fx.example.gov.cn/b/" + w.code + "?lang=zh", "/shops/" + string(w.shop.ID) + "/",
		} {
			f, err := w.s.Find(testkit.As(w.next), takeover.FindQuery{Shop: typed})
			if err != nil || f.Premises != w.shop.ID || f.Operator != w.giver.Name || len(f.Titles) != 1 || f.Titles[0].Number != w.title.Number {
				t.Errorf("%q: %+v, %v", typed, f, err)
			}
		}
		for _, typed := range []string{"瓷韵轩", "JX-SF-2026-000999-0", string(ident.New[ident.PremisesID]()), "ABCDEFGHJKMNPQRS"} {
			_, err := w.s.Find(testkit.As(w.next), takeover.FindQuery{Shop: typed})
			w.refused(typed, err, fault.Invalid)
		}
		_, err := w.s.Find(testkit.As(w.officer), takeover.FindQuery{Shop: w.title.Number})
		w.refused("looked up by an officer", err, fault.Forbidden)
	})
}

func TestFile(t *testing.T) {
	each(t, func(w *world) {
		refuse := func(what string, by access.Principal, code fault.Code, change func(*takeover.FileCommand)) {
			t.Helper()
			cmd := w.command()
			change(&cmd)
			_, err := w.s.File(testkit.As(by), cmd)
			w.refused(what, err, code)
		}
		refuse("unconfirmed", w.next, fault.Invalid, func(c *takeover.FileCommand) { c.Confirmed = false })
		refuse("for an operator of others", w.next, fault.NotFound, func(c *takeover.FileCommand) { c.Operator = w.last.ID })
		refuse("one's own shop", w.old, fault.Invalid, func(c *takeover.FileCommand) { c.Operator = w.giver.ID })
		refuse("papers that nobody sent", w.next, fault.Invalid, func(c *takeover.FileCommand) {
			c.Evidence = []string{"00000000000000000000000000000000000000000000000000000000000000aa"}
		})
		refuse("by an officer", w.officer, fault.Forbidden, func(*takeover.FileCommand) {})
		v := w.file()
		if v.Sign != "瓷韵轩" || v.Giver != w.giver.ID || v.Side != takeover.Taker || v.AnswerBy <= w.today().String() {
			t.Errorf("filed %+v", v)
		}
		refuse("a second one at a time", w.third, fault.Duplicate, func(c *takeover.FileCommand) { c.Operator = w.last.ID })
		if p, err := w.tasks.List(testkit.As(w.officer), task.ListQuery{Kind: task.TakeoverFiled}); err != nil || len(p.Items) != 1 {
			t.Errorf("%d tasks, %v", len(p.Items), err)
		}
		// Both sides and the county see it, nobody else.
		for who, want := range map[*access.Principal]int{&w.old: 1, &w.next: 1, &w.officer: 1, &w.third: 0, &w.stranger: 0} {
			p, err := w.s.List(testkit.As(*who), takeover.ListQuery{})
			w.ok(err)
			if len(p.Items) != want {
				t.Errorf("%s sees %d", who.Name, len(p.Items))
			}
		}
		_, err := w.s.Get(testkit.As(w.third), v.ID)
		w.refused("read by a stranger", err, fault.NotFound)
	})
}

// Each operator takes its own steps only, and each from its states only.
func TestStepsOfTheTwoOperators(t *testing.T) {
	each(t, func(w *world) {
		v := w.file()
		id := takeover.IDCommand{ID: v.ID}
		object := takeover.ReasonCommand{ID: v.ID, Reason: "没有转让"}
		_, err := w.s.Consent(testkit.As(w.next), id)
		w.refused("agreed to by who asks", err, fault.Forbidden)
		_, err = w.s.Object(testkit.As(w.next), object)
		w.refused("objected to by who asks", err, fault.Forbidden)
		_, err = w.s.Retract(testkit.As(w.old), id)
		w.refused("retracted by the other side", err, fault.Forbidden)
		_, err = w.s.Consent(testkit.As(w.third), id)
		w.refused("agreed to by a stranger", err, fault.NotFound)
		_, err = w.s.Object(testkit.As(w.old), takeover.ReasonCommand{ID: v.ID})
		w.refused("objected to without a reason", err, fault.Invalid)
		got, err := w.s.Object(testkit.As(w.old), object)
		w.ok(err)
		if got.State != lifecycle.Objected || got.Answer != object.Reason {
			t.Errorf("objected %+v", got)
		}
		_, err = w.s.Object(testkit.As(w.old), object)
		w.refused("objected to twice", err, fault.IllegalStep)
		got, err = w.s.Consent(testkit.As(w.old), id) // minds may change
		w.ok(err)
		if got.State != lifecycle.Consented || len(got.Actions) != 0 {
			t.Errorf("agreed %+v", got)
		}
		_, err = w.s.Consent(testkit.As(w.old), id)
		w.refused("agreed to twice", err, fault.IllegalStep)
		_, err = w.s.Retract(testkit.As(w.next), id)
		w.ok(err)
		_, err = w.s.Retract(testkit.As(w.next), id)
		w.refused("retracted twice", err, fault.IllegalStep)
		if p, err := w.tasks.List(testkit.As(w.officer), task.ListQuery{Kind: task.TakeoverFiled}); err != nil || len(p.Items) != 0 {
			t.Errorf("%d tasks are left, %v", len(p.Items), err)
		}
		w.file() // and may be asked again
	})
}

// Without consent the county waits for the answer, and needs papers and words.
func TestWithoutConsent(t *testing.T) {
	each(t, func(w *world) {
		v := w.file()
		check := func(v takeover.View, finding string) error {
			_, err := w.s.Check(testkit.As(w.officer), takeover.CheckCommand{ID: v.ID, Finding: finding})
			return err
		}
		w.refused("before the answer", check(v, "看过合同"), fault.NotReady)
		w.pass(20)
		w.refused("without papers", check(v, "看过合同"), fault.NotReady)
		_, err := w.s.Retract(testkit.As(w.next), takeover.IDCommand{ID: v.ID})
		w.ok(err)
		cmd := w.command()
		cmd.Evidence = []string{w.paper(w.next)}
		v, err = w.s.File(testkit.As(w.next), cmd)
		w.ok(err)
		w.refused("still before the answer", check(v, "看过合同"), fault.NotReady)
		_, err = w.s.Object(testkit.As(w.old), takeover.ReasonCommand{ID: v.ID, Reason: "没有转让"})
		w.ok(err)
		w.refused("without words", check(v, ""), fault.Invalid)
		w.ok(check(v, "法院裁定和租赁合同一致"))
		if d, err := w.s.Get(testkit.As(w.old), v.ID); err != nil || len(d.Evidence) != 0 || d.Finding == "" {
			t.Errorf("the operator of before reads %+v, %v", d.View, err)
		}
		if d, err := w.s.Get(testkit.As(w.officer), v.ID); err != nil || len(d.Evidence) != 1 {
			t.Errorf("the officer reads %+v, %v", d.View, err)
		}
		_, err = w.s.Confirm(testkit.As(w.second), takeover.IDCommand{ID: v.ID})
		w.ok(err)
	})
}

// Somebody who cannot be asked is not waited for.
func TestOperatorThatNobodySpeaksFor(t *testing.T) {
	each(t, func(w *world) {
		cmd := w.command()
		cmd.Evidence = []string{w.paper(w.next)}
		v, err := w.s.File(testkit.As(w.next), cmd)
		w.ok(err)
		_, err = w.d.W.NewRaw("DELETE FROM membership WHERE operator = ?", w.giver.ID).Exec(t.Context())
		w.ok(err)
		_, err = w.s.Check(testkit.As(w.officer), takeover.CheckCommand{ID: v.ID, Finding: "原店主电话确认"})
		w.ok(err)
	})
}

func TestStepsOfTheCounty(t *testing.T) {
	each(t, func(w *world) {
		v := w.file()
		_, err := w.s.Consent(testkit.As(w.old), takeover.IDCommand{ID: v.ID})
		w.ok(err)
		check, confirm := takeover.CheckCommand{ID: v.ID}, takeover.IDCommand{ID: v.ID}
		decline := takeover.ReasonCommand{ID: v.ID, Reason: "材料不实"}
		_, err = w.s.Confirm(testkit.As(w.second), confirm)
		w.refused("confirmed before it was checked", err, fault.IllegalStep)
		_, err = w.s.Check(testkit.As(w.stranger), check)
		w.refused("checked by another county", err, fault.NotFound)
		_, err = w.s.Check(testkit.As(w.next), check)
		w.refused("checked by who asks", err, fault.Forbidden)
		_, err = w.s.Decline(testkit.As(w.officer), takeover.ReasonCommand{ID: v.ID})
		w.refused("declined without a reason", err, fault.Invalid)
		for _, side := range []ident.OperatorID{w.giver.ID, w.taker.ID} {
			w.interested = map[ident.OperatorID][]ident.AccountID{side: {w.officer.Account}}
			_, err = w.s.Check(testkit.As(w.officer), check)
			w.refused("checked with an interest", err, fault.ConflictOfInterest)
			_, err = w.s.Decline(testkit.As(w.officer), decline)
			w.refused("declined with an interest", err, fault.ConflictOfInterest)
		}
		w.interested = nil
		_, err = w.s.Check(testkit.As(w.officer), check)
		w.ok(err)
		_, err = w.s.Check(testkit.As(w.officer), check)
		w.refused("checked twice", err, fault.IllegalStep)
		_, err = w.s.Confirm(testkit.As(w.officer), confirm)
		w.refused("confirmed by who checked", err, fault.FourEyes)
		_, err = w.s.Decline(testkit.As(w.second), decline)
		w.ok(err)
		_, err = w.s.Decline(testkit.As(w.second), decline)
		w.refused("declined twice", err, fault.IllegalStep)
		_, err = w.s.Confirm(testkit.As(w.second), confirm)
		w.refused("confirmed after it was declined", err, fault.IllegalStep)
		w.scan(w.code, badge.Valid) // the shop stays as it is
		if got, want := w.told, []lifecycle.Action{"create", lifecycle.Consent, lifecycle.Check, lifecycle.Decline}; len(got) != len(want) || got[3] != want[3] {
			t.Errorf("told %v", got)
		}
	})
}

func TestNotBeforeItBegins(t *testing.T) {
	each(t, func(w *world) {
		cmd := w.command()
		cmd.BeganOn = w.today().AddDays(3).String()
		v, err := w.s.File(testkit.As(w.next), cmd)
		w.ok(err)
		_, err = w.s.Consent(testkit.As(w.old), takeover.IDCommand{ID: v.ID})
		w.ok(err)
		_, err = w.s.Check(testkit.As(w.officer), takeover.CheckCommand{ID: v.ID})
		w.ok(err)
		_, err = w.s.Confirm(testkit.As(w.second), takeover.IDCommand{ID: v.ID})
		w.refused("before the day", err, fault.NotReady)
		w.pass(3)
		_, err = w.s.Confirm(testkit.As(w.second), takeover.IDCommand{ID: v.ID})
		w.ok(err)
	})
}

// A request for a shop that closes is taken back by itself.
func TestShopClosesMeanwhile(t *testing.T) {
	each(t, func(w *world) {
		v := w.file()
		_, err := w.shops.ClosePremises(testkit.As(w.old), merchant.ClosePremisesCommand{ID: w.shop.ID, ClosedOn: w.today().String()})
		w.ok(err)
		d, err := w.s.Get(testkit.As(w.next), v.ID)
		w.ok(err)
		if d.State != lifecycle.Retracted || d.Reason == "" {
			t.Errorf("after the shop closed: %+v", d.View)
		}
		_, err = w.s.File(testkit.As(w.next), w.command())
		w.refused("a closed shop", err, fault.Invalid)
	})
}
