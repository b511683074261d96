package pledge_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/badge"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/pledge"
	"fangxin/internal/record"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

// visits gives the world inspectors who make test purchases.
func (w *world) visits() (lead, second access.Principal) {
	lead, second = testkit.Staff(access.Inspector, county), testkit.Staff(access.Inspector, county)
	v := inspection.New(w.rt)
	v.Inspectors = func(context.Context, usecase.Reader, access.Scope) ([]inspection.Person, error) {
		return []inspection.Person{{ID: lead.Account, Name: "甲"}, {ID: second.Account, Name: "乙"}}, nil
	}
	v.Attach = func(context.Context, *usecase.Call, string, string, string) error { return nil }
	v.Describe = func(_ context.Context, _ usecase.Reader, shas []string) ([]record.File, error) {
		out := make([]record.File, len(shas))
		for i, sha := range shas {
			out[i] = record.File{SHA256: sha, Kind: "image"}
		}
		return out, nil
	}
	v.OnAccepted = append(v.OnAccepted, w.s.Tested)
	w.s.Visits = v
	return lead, second
}

// made is a test purchase in which the return was taken, or refused, accepted
// by an officer.
func (w *world) made(id ident.PledgeID, refused bool, lead, second access.Principal) error {
	w.t.Helper()
	v, err := w.s.OrderTest(testkit.As(w.officer), pledge.OrderCommand{ID: id})
	w.ok(err)
	s := w.s.Visits
	_, err = s.Assign(testkit.As(w.officer), inspection.AssignCommand{ID: v.ID, Lead: lead.Account, Second: second.Account})
	w.ok(err)
	_, err = s.Start(testkit.As(lead), inspection.IDCommand{ID: v.ID})
	w.ok(err)
	sheet, err := checklist.Shipped().Sheet(checklist.ReturnTest, "store")
	w.ok(err)
	var entries []inspection.Entry
	for it := range sheet.Items() {
		if it.Flag == checklist.BonusItem {
			continue
		}
		a := checklist.Answer{Item: it.ID, Verdict: checklist.Pass, Photos: []string{strings.Repeat("c", 64)}, Audio: []string{strings.Repeat("d", 64)}}
		if refused && it.Flag == checklist.VetoItem {
			a.Verdict, a.Note = checklist.Fail, "店员说促销商品一律不退"
		}
		entries = append(entries, inspection.Entry{ID: string(ident.New[ident.EventID]()), Answer: a, Device: "平板 3"})
	}
	_, err = s.Save(testkit.As(lead), inspection.SaveCommand{ID: v.ID, Entries: entries})
	w.ok(err)
	for _, p := range inspection.Parties {
		cmd := inspection.SignCommand{ID: v.ID, Party: p, Name: "张三", Drawing: strings.Repeat("a", 64)}
		if p == inspection.Merchant {
			cmd.Drawing, cmd.Refused = "", "体验检查不当场表明身份"
		}
		_, err := s.Sign(testkit.As(lead), cmd)
		w.ok(err)
	}
	_, err = s.Submit(testkit.As(second), inspection.IDCommand{ID: v.ID})
	w.ok(err)
	d, err := s.Get(testkit.As(w.officer), v.ID)
	w.ok(err)
	if refused && d.Result.Passed {
		w.t.Error("a refused return passed")
	}
	_, err = s.Accept(testkit.As(w.officer), inspection.IDCommand{ID: v.ID})
	return err
}

// A refused return in a test purchase fails the shop whatever its points: a
// yellow card the first time, a red one the second.
func TestARefusedReturnCostsACard(t *testing.T) {
	each(t, func(w *world) {
		lead, second := w.visits()
		v := w.inForce()
		_, err := w.s.OrderTest(testkit.As(w.owner), pledge.OrderCommand{ID: v.ID})
		w.refused("the shop orders", err, fault.Forbidden)
		_, err = w.s.OrderTest(testkit.As(w.officer), pledge.OrderCommand{ID: v.ID, DueOn: "2026-03-01"})
		w.refused("due in the past", err, fault.Invalid)
		w.ok(w.made(v.ID, false, lead, second))
		w.want("after a return that was taken", w.read(v.ID).State, lifecycle.Active)
		w.ok(w.made(v.ID, true, lead, second))
		d := w.read(v.ID)
		w.want("after a refusal", d.State, lifecycle.YellowCard)
		w.want("cause", d.Cards[0].Cause, "test_refused")
		w.want("scan", w.scan(d.View), badge.Rectifying)
		_, err = w.s.Clear(testkit.As(w.officer), step(v.ID))
		w.refused("cleared by whoever accepted the visit", err, fault.FourEyes)
		_, err = w.s.Clear(testkit.As(w.second), step(v.ID))
		w.ok(err)
		w.to(w.today().AddMonths(6))
		w.ok(w.made(v.ID, true, lead, second))
		d = w.read(v.ID)
		w.want("after the second refusal within a year", d.State, lifecycle.RedCard)
		w.want("scan", w.scan(d.View), badge.Suspended)
		_, err = w.s.OrderTest(testkit.As(w.officer), pledge.OrderCommand{ID: v.ID})
		w.refused("a test of what is suspended", err, fault.IllegalStep)
	})
}

func TestDrawsCanBeRepeated(t *testing.T) {
	each(t, func(w *world) {
		w.visits()
		v := w.inForce()
		_, err := w.s.DrawTests(testkit.As(w.owner), pledge.DrawCommand{Number: 1})
		w.refused("a shop draws", err, fault.Forbidden)
		_, err = w.s.DrawTests(testkit.As(w.officer), pledge.DrawCommand{Number: 2})
		w.refused("more than there are", err, fault.NotReady)
		_, err = w.s.DrawTests(testkit.As(testkit.Staff(access.CountyOfficer, "/36/3607/360702/")), pledge.DrawCommand{Number: 1})
		w.refused("in another county", err, fault.NotReady)
		d, err := w.s.DrawTests(testkit.As(w.officer), pledge.DrawCommand{Number: 1})
		w.ok(err)
		w.want("frame", d.Frame, 1)
		w.want("frame hash", d.FrameHash, pledge.FrameHash([]ident.PledgeID{v.ID}))
		w.want("picked", d.Picked[0], v.ID)
		w.want("visits", len(d.Visits), 1)
		list, err := w.s.Draws(testkit.As(w.officer))
		w.ok(err)
		if len(list) != 1 || list[0].Seed != d.Seed {
			t.Errorf("listed %+v", list)
		}
		_, err = w.s.DrawTests(testkit.As(w.officer), pledge.DrawCommand{Number: 1})
		w.refused("a shop that is being tested is not in the frame", err, fault.NotReady)
	})
}

func TestPickFollowsTheSeedAlone(t *testing.T) {
	ids := make([]ident.PledgeID, 50)
	for i := range ids {
		ids[i] = ident.New[ident.PledgeID]()
	}
	first := pledge.Pick("5eed", ids, 10)
	slices.Reverse(ids)
	if again := pledge.Pick("5eed", ids, 10); !slices.Equal(first, again) {
		t.Error("the order of the frame changes the draw")
	}
	if other := pledge.Pick("5eee", ids, 10); slices.Equal(first, other) {
		t.Error("the seed does not")
	}
	if len(slices.Compact(slices.Sorted(slices.Values(first)))) != 10 {
		t.Error("a shop was drawn twice")
	}
}
