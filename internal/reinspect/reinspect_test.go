package reinspect_test

import (
	"slices"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/reinspect"
	"fangxin/internal/task"
	"fangxin/internal/testkit"
)

func (w *world) file(by access.Principal) (reinspect.View, error) {
	return w.s.File(testkit.As(by), reinspect.FileCommand{Certificate: w.title, Mended: "秤已重新检定，价签已补齐"})
}

func (w *world) filed() reinspect.View {
	w.t.Helper()
	v, err := w.file(w.owner)
	w.ok(err)
	return v
}

func (w *world) arranged() reinspect.View {
	w.t.Helper()
	v, err := w.s.Arrange(testkit.As(w.second), reinspect.StepCommand{ID: w.filed().ID})
	w.ok(err)
	return v
}

func (w *world) suspend() {
	w.t.Helper()
	_, err := w.titles.Suspend(testkit.As(w.officer), certificate.StepCommand{ID: w.title, Reason: "计量器具超期"})
	w.ok(err)
}

// open counts the open tasks of a kind.
func (w *world) open(kind string) int {
	w.t.Helper()
	p, err := w.tasks.List(testkit.As(w.officer), task.ListQuery{Kind: kind})
	w.ok(err)
	return len(p.Items)
}

func TestWhoMayAskAndHowOften(t *testing.T) {
	each(t, func(w *world) {
		_, err := w.file(w.other)
		w.refused("another merchant", err, fault.NotFound)
		_, err = w.file(w.officer)
		w.refused("an officer", err, fault.Forbidden)
		v := w.filed()
		if v.State != lifecycle.Filed || v.DueOn != "2026-03-09" || w.open(task.ReinspectionFiled) != 1 {
			t.Errorf("filed as %+v", v)
		}
		_, err = w.file(w.owner)
		w.refused("a second one at a time", err, fault.Duplicate)
		_, err = w.s.Retract(testkit.As(w.other), reinspect.StepCommand{ID: v.ID})
		w.refused("another merchant takes it back", err, fault.NotFound)
		_, err = w.s.Retract(testkit.As(w.owner), reinspect.StepCommand{ID: v.ID})
		w.ok(err)
		_, err = w.s.Retract(testkit.As(w.owner), reinspect.StepCommand{ID: v.ID})
		w.refused("taken back twice", err, fault.IllegalStep)
		for range 2 { // what was taken back does not count
			w.ok(w.visited(w.arranged().Visit, w.second, ""))
			w.clock.Add(24 * time.Hour)
		}
		_, err = w.file(w.owner)
		w.refused("a third one in twelve months", err, fault.TooSoon)
		o, err := w.s.Outlook(testkit.As(w.owner), w.title)
		w.ok(err)
		if o.Can || o.Why != "used_up" || o.Used != 2 || o.Allowed != 2 || o.Again != "2027-03-03" || len(o.Past) != 3 {
			t.Errorf("outlook %+v", o)
		}
		w.clock.Add(365 * 24 * time.Hour)
		w.filed()
	})
}

func TestNothingToInspectAgain(t *testing.T) {
	eachInspected(t, "", func(w *world) {
		_, err := w.file(w.owner)
		w.refused("never inspected", err, fault.NotReady)
		w.suspend()
		v := w.filed()
		_, err = w.titles.Revoke(testkit.As(w.province), certificate.RevokeCommand{ID: w.title, Reason: "拒不整改"})
		w.ok(err)
		if v, err = w.s.Get(testkit.As(w.owner), v.ID); err != nil || v.State != lifecycle.Annulled || w.open(task.ReinspectionFiled) != 0 {
			t.Errorf("the title ended, and the request is %s %v", v.State, err)
		}
		_, err = w.file(w.owner)
		w.refused("the title has ended", err, fault.NotReady)
	})
}

func TestDecline(t *testing.T) {
	each(t, func(w *world) {
		w.suspend()
		v := w.filed()
		decline := func(by access.Principal, reason string) error {
			_, err := w.s.Decline(testkit.As(by), reinspect.DeclineCommand{ID: v.ID, Reason: reason})
			return err
		}
		w.refused("the holder", decline(w.owner, "x"), fault.Forbidden)
		w.refused("another county", decline(w.stranger, "x"), fault.NotFound)
		w.refused("who suspended it", decline(w.officer, "x"), fault.ConflictOfInterest)
		inspecting := w.second
		inspecting.Account = w.lead.Account
		w.refused("who saw the shop", decline(inspecting, "x"), fault.ConflictOfInterest)
		w.refused("without a reason", decline(w.second, " "), fault.Invalid)
		w.ok(decline(w.second, "调查尚未结束"))
		w.refused("twice", decline(w.second, "x"), fault.IllegalStep)
		w.filed() // declined ones do not count
		p, err := w.s.List(testkit.As(w.second), reinspect.ListQuery{State: lifecycle.Denied})
		w.ok(err)
		if len(p.Items) != 1 || p.Items[0].Reason != "调查尚未结束" {
			t.Errorf("declined %+v", p.Items)
		}
	})
}

func TestOthersLookAgain(t *testing.T) {
	each(t, func(w *world) {
		w.suspend()
		v := w.filed()
		_, err := w.s.Arrange(testkit.As(w.stranger), reinspect.StepCommand{ID: v.ID})
		w.refused("another county", err, fault.NotFound)
		_, err = w.s.Arrange(testkit.As(w.owner), reinspect.StepCommand{ID: v.ID})
		w.refused("the holder", err, fault.Forbidden)
		v, err = w.s.Arrange(testkit.As(w.officer), reinspect.StepCommand{ID: v.ID}) // even who suspended it may agree
		w.ok(err)
		if v.State != lifecycle.Arranged || v.Visit == "" || w.open(task.ReinspectionFiled) != 0 {
			t.Errorf("arranged as %+v", v)
		}
		_, err = w.s.Retract(testkit.As(w.owner), reinspect.StepCommand{ID: v.ID})
		w.refused("taken back on the way", err, fault.IllegalStep)
		_, err = w.visits.Assign(testkit.As(w.officer), inspection.AssignCommand{ID: v.Visit, Lead: w.third.Account, Second: w.helper.Account})
		w.refused("somebody who saw the shop before", err, fault.ConflictOfInterest)
		people, err := w.visits.People(testkit.As(w.officer), v.Visit)
		w.ok(err)
		for _, p := range people {
			if p.Before != slices.Contains([]string{"甲", "乙"}, p.Name) {
				t.Errorf("%s: seen before %v", p.Name, p.Before)
			}
		}
		w.ok(w.visited(v.Visit, w.second, ""))
		v, err = w.s.Get(testkit.As(w.owner), v.ID)
		w.ok(err)
		if v.State != lifecycle.Seen || !v.Met() {
			t.Errorf("after the visit %+v", v)
		}
		w.standing(lifecycle.Suspended) // it comes back by two officers, not by itself
		if w.open(task.ReinspectionPassed) != 1 {
			t.Error("nobody is told to propose that the title comes back")
		}
		if want := []lifecycle.Action{lifecycle.Arrange, lifecycle.Conclude}; !slices.Equal(w.heard, want) {
			t.Errorf("told %v, want %v", w.heard, want)
		}
	})
}

func TestTheResultMayBeWorse(t *testing.T) {
	each(t, func(w *world) {
		v := w.arranged()
		w.ok(w.visited(v.Visit, w.second, w.veto()))
		v, err := w.s.Get(testkit.As(w.owner), v.ID)
		w.ok(err)
		if v.State != lifecycle.Seen || v.Met() || w.open(task.ReinspectionPassed) != 0 {
			t.Errorf("after the visit %+v", v)
		}
	})
}

func TestAVisitThatIsCalledOff(t *testing.T) {
	each(t, func(w *world) {
		v := w.arranged()
		_, err := w.visits.Void(testkit.As(w.second), inspection.ReasonCommand{ID: v.Visit, Reason: "台风"})
		w.ok(err)
		v, err = w.s.Get(testkit.As(w.owner), v.ID)
		w.ok(err)
		if v.State != lifecycle.Filed || v.Visit != "" || v.Reason != "台风" || w.open(task.ReinspectionFiled) != 1 {
			t.Errorf("the request is %+v", v)
		}
		v, err = w.s.Arrange(testkit.As(w.second), reinspect.StepCommand{ID: v.ID})
		w.ok(err)
		_, err = w.titles.Withdraw(testkit.As(w.owner), certificate.StepCommand{ID: w.title, Reason: "停业"})
		w.ok(err)
		d, err := w.visits.Get(testkit.As(w.second), v.Visit)
		w.ok(err)
		if v, err = w.s.Get(testkit.As(w.owner), v.ID); err != nil || v.State != lifecycle.Annulled || d.State != lifecycle.Voided {
			t.Errorf("the title was given up: request %s, visit %s, %v", v.State, d.State, err)
		}
	})
}
