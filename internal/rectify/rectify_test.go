package rectify_test

import (
	"slices"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/rectify"
	"fangxin/internal/task"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

// From the order by evidence to the title given back by a second officer.
func TestMendedOnPaper(t *testing.T) {
	each(t, func(w *world) {
		_, err := w.order(w.owner, rectify.Paper)
		w.refused("the holder orders", err, fault.Forbidden)
		_, err = w.order(w.stranger, rectify.Paper)
		w.refused("another county orders", err, fault.NotFound)
		v, err := w.order(w.officer, rectify.Paper)
		w.ok(err)
		w.standing(lifecycle.Rectifying)
		if len(v.Findings) != 2 || v.Proof != rectify.Paper || v.DueOn == "" || v.State != lifecycle.Ordered {
			t.Errorf("ordered %+v", v)
		}
		_, err = w.order(w.officer, rectify.Paper)
		w.refused("a second order", err, fault.IllegalStep)

		_, err = w.s.Submit(testkit.As(w.owner), rectify.IDCommand{ID: v.ID})
		w.refused("without evidence", err, fault.Invalid)
		w.refused("nothing shown", w.answer(v.ID, 1, ""), fault.Invalid)
		w.refused("a photo that is not there", w.answer(v.ID, 1, "", "00"+w.photo()[2:]), fault.Invalid)
		w.refused("a finding that is not there", w.answer(v.ID, 9, "x"), fault.NotFound)
		_, err = w.s.Answer(testkit.As(w.other), rectify.AnswerCommand{ID: v.ID, N: 1, Note: "x"})
		w.refused("somebody else's shop", err, fault.NotFound)
		_, err = w.s.Answer(testkit.As(w.officer), rectify.AnswerCommand{ID: v.ID, N: 1, Note: "x"})
		w.refused("an officer answers", err, fault.Forbidden)
		w.ok(w.answer(v.ID, 1, "已补齐价签"))
		w.ok(w.answer(v.ID, 2, "", w.photo()))
		stale := usecase.WithEdge(testkit.As(w.owner), usecase.Edge{Version: 1, NeedVersion: true})
		_, err = w.s.Answer(stale, rectify.AnswerCommand{ID: v.ID, N: 1, Note: "旧页面"})
		w.refused("an old page", err, fault.StaleVersion)

		_, err = w.s.Pass(testkit.As(w.officer), judged(v.ID, ""))
		w.refused("passed before it was sent", err, fault.IllegalStep)
		_, err = w.s.Submit(testkit.As(w.owner), rectify.IDCommand{ID: v.ID})
		w.ok(err)
		w.refused("changed after it was sent", w.answer(v.ID, 1, "再改"), fault.IllegalStep)
		w.tasked(task.RectificationSent, 1)

		_, err = w.s.Pass(testkit.As(w.officer), rectify.ReviewCommand{ID: v.ID, Findings: []rectify.Judgement{{N: 1, Verdict: rectify.Taken}}})
		w.refused("one finding not judged", err, fault.Invalid)
		_, err = w.s.Pass(testkit.As(w.officer), rectify.ReviewCommand{ID: v.ID, Findings: []rectify.Judgement{{N: 1, Verdict: rectify.Rejected}}})
		w.refused("rejected without a word", err, fault.Invalid)
		_, err = w.s.Pass(testkit.As(w.officer), judged(v.ID, "", 2))
		w.refused("passed with a rejected finding", err, fault.NotReady)
		_, err = w.s.Return(testkit.As(w.officer), judged(v.ID, "再补"))
		w.refused("returned with nothing rejected", err, fault.NotReady)
		_, err = w.s.Return(testkit.As(w.officer), judged(v.ID, "", 2))
		w.refused("returned without a reason", err, fault.Invalid)
		_, err = w.s.OrderVisit(testkit.As(w.officer), judged(v.ID, ""))
		w.refused("a visit of an order on paper", err, fault.IllegalStep)
		_, err = w.s.Restore(testkit.As(w.second), rectify.IDCommand{ID: v.ID})
		w.refused("restored before it was judged", err, fault.IllegalStep)

		v, err = w.s.Return(testkit.As(w.officer), judged(v.ID, "第二项照片不清", 2))
		w.ok(err)
		w.tasked(task.RectificationSent, 0)
		if v.State != lifecycle.Ordered || v.Findings[0].Verdict != rectify.Taken || v.Findings[1].Remark == "" {
			t.Errorf("returned %+v", v)
		}
		w.refused("an accepted finding changed", w.answer(v.ID, 1, "再改"), fault.IllegalStep)
		_, err = w.s.Submit(testkit.As(w.owner), rectify.IDCommand{ID: v.ID})
		w.refused("the rejected one not answered again", err, fault.Invalid)
		w.ok(w.answer(v.ID, 2, "重新张贴", w.photo()))
		_, err = w.s.Submit(testkit.As(w.owner), rectify.IDCommand{ID: v.ID})
		w.ok(err)
		v, err = w.s.Pass(testkit.As(w.officer), judged(v.ID, ""))
		w.ok(err)
		w.standing(lifecycle.Rectifying)

		_, err = w.s.Restore(testkit.As(w.officer), rectify.IDCommand{ID: v.ID})
		w.refused("the same officer gives it back", err, fault.FourEyes)
		_, err = w.titles.Propose(testkit.As(w.officer), certificate.ProposeCommand{ID: w.title, Action: lifecycle.VerifyRectification, Reason: "好了"})
		w.refused("proposed beside the order", err, fault.NotReady)
		v, err = w.s.Restore(testkit.As(w.second), rectify.IDCommand{ID: v.ID})
		w.ok(err)
		w.standing(lifecycle.Active)
		if v.State != lifecycle.Mended || len(v.Actions) != 0 {
			t.Errorf("mended %+v", v)
		}
	})
}

func (w *world) tasked(kind string, want int) {
	w.t.Helper()
	p, err := w.tasks.List(testkit.As(w.officer), task.ListQuery{Kind: kind, State: task.Open})
	w.ok(err)
	if len(p.Items) != want {
		w.t.Errorf("%d open tasks of %s, want %d", len(p.Items), kind, want)
	}
}

// On site: the visit proves the order, or gives it back with what is left.
func TestMendedOnSite(t *testing.T) {
	each(t, func(w *world) {
		v := w.sent(rectify.OnSite)
		_, err := w.s.Pass(testkit.As(w.officer), judged(v.ID, ""))
		w.refused("on paper", err, fault.NotReady)
		_, err = w.s.OrderVisit(testkit.As(w.officer), judged(v.ID, "", 1))
		w.refused("a visit with a rejected finding", err, fault.NotReady)
		v, err = w.s.OrderVisit(testkit.As(w.officer), judged(v.ID, ""))
		w.ok(err)
		if v.State != lifecycle.Visit || v.Visit == "" {
			t.Fatalf("%+v", v)
		}
		w.ok(w.visited(ident.InspectionID(v.Visit), w.officer, w.veto()))
		if v = w.get(v.ID); v.State != lifecycle.Ordered || v.Remark == "" {
			t.Fatalf("a failed visit left %s", v.State)
		}
		for _, f := range v.Findings {
			if f.Verdict == rectify.Rejected {
				w.ok(w.answer(v.ID, f.N, "再次整改"))
			}
		}
		_, err = w.s.Submit(testkit.As(w.owner), rectify.IDCommand{ID: v.ID})
		w.ok(err)
		v, err = w.s.OrderVisit(testkit.As(w.officer), judged(v.ID, ""))
		w.ok(err)
		w.ok(w.visited(ident.InspectionID(v.Visit), w.officer, ""))
		if v = w.get(v.ID); v.State != lifecycle.Proven {
			t.Fatalf("a passed visit left %s", v.State)
		}
		_, err = w.s.Restore(testkit.As(w.officer), rectify.IDCommand{ID: v.ID})
		w.refused("who accepted the visit gives it back", err, fault.FourEyes)
		_, err = w.s.Restore(testkit.As(w.second), rectify.IDCommand{ID: v.ID})
		w.ok(err)
		w.standing(lifecycle.Active)
	})
}

// Not mended: suspended at once, and nothing is left open.
func TestNotMended(t *testing.T) {
	each(t, func(w *world) {
		v, err := w.order(w.officer, rectify.OnSite)
		w.ok(err)
		_, err = w.s.Fail(testkit.As(w.officer), rectify.ReasonCommand{ID: v.ID})
		w.refused("without a reason", err, fault.Invalid)
		_, err = w.s.Fail(testkit.As(w.owner), rectify.ReasonCommand{ID: v.ID, Reason: "x"})
		w.refused("by the holder", err, fault.Forbidden)
		v, err = w.s.Fail(testkit.As(w.officer), rectify.ReasonCommand{ID: v.ID, Reason: "逾期未整改"})
		w.ok(err)
		w.standing(lifecycle.Suspended)
		if v.State != lifecycle.Unmended {
			t.Errorf("%s", v.State)
		}
		_, err = w.s.Fail(testkit.As(w.officer), rectify.ReasonCommand{ID: v.ID, Reason: "再次"})
		w.refused("twice", err, fault.IllegalStep)
	})
}

// One extension, and the overdue order is told once.
func TestDeadlineOfAnOrder(t *testing.T) {
	each(t, func(w *world) {
		v, err := w.order(w.officer, rectify.Paper)
		w.ok(err)
		extend := func(by access.Principal, due, reason string) error {
			_, err := w.s.Extend(testkit.As(by), rectify.ExtendCommand{ID: v.ID, DueOn: due, Reason: reason})
			return err
		}
		w.refused("by the holder", extend(w.owner, "2030-01-01", "装修"), fault.Forbidden)
		w.refused("to an earlier day", extend(w.officer, v.DueOn, "装修"), fault.Invalid)
		w.refused("without a reason", extend(w.officer, "2030-01-01", " "), fault.Invalid)

		w.clock.Add(40 * 24 * time.Hour)
		if got := w.get(v.ID); !got.Overdue || got.DaysLeft == nil || *got.DaysLeft >= 0 {
			t.Errorf("overdue is not shown: %+v", got)
		}
		for range 2 {
			n, err := w.s.Sweep(t.Context())
			w.ok(err)
			if n != 1 {
				t.Errorf("swept %d", n)
			}
		}
		w.tasked(task.RectificationOverdue, 1)
		p, err := w.s.List(testkit.As(w.officer), rectify.ListQuery{Overdue: true})
		w.ok(err)
		if len(p.Items) != 1 {
			t.Errorf("%d overdue", len(p.Items))
		}
		later := w.clock.Now().AddDate(0, 0, 20).Format(time.DateOnly)
		w.ok(extend(w.officer, later, "门店装修"))
		w.tasked(task.RectificationOverdue, 0)
		if got := w.get(v.ID); got.Overdue || got.DueOn != later || got.Extension != "门店装修" || got.FirstDueOn != v.FirstDueOn {
			t.Errorf("extended %+v", got)
		}
		w.refused("a second time", extend(w.officer, "2031-01-01", "再延"), fault.Conflict)
		if !slices.Contains(w.heard, lifecycle.Action("extend")) || !slices.Contains(w.heard, lifecycle.Action("overdue")) {
			t.Errorf("told %v", w.heard)
		}
	})
}

// A failed re-check is an order with its items; a title that ends, ends it.
func TestFailedRecheckBecomesAnOrder(t *testing.T) {
	each(t, func(w *world) {
		visit, err := w.visits.Order(testkit.As(w.officer), inspection.OrderCommand{Certificate: w.title, Purpose: inspection.Recheck, DueOn: "2030-01-01"})
		w.ok(err)
		item := w.veto()
		w.ok(w.visited(visit.ID, w.officer, item))
		w.standing(lifecycle.Rectifying)
		p, err := w.s.List(testkit.As(w.owner), rectify.ListQuery{})
		w.ok(err)
		if len(p.Items) != 1 || p.Items[0].Source != string(visit.ID) || p.Items[0].Findings[0].Item != item {
			t.Fatalf("%+v", p.Items)
		}
		if mine, err := w.s.List(testkit.As(w.other), rectify.ListQuery{}); err != nil || len(mine.Items) != 0 {
			t.Errorf("somebody else sees %d orders, %v", len(mine.Items), err)
		}
		_, err = w.titles.Withdraw(testkit.As(w.owner), certificate.StepCommand{ID: w.title, Reason: "歇业"})
		w.ok(err)
		if got := w.get(p.Items[0].ID); got.State != lifecycle.Annulled {
			t.Errorf("after the title ended: %s", got.State)
		}
	})
}

// An officer with an interest in the operator keeps out.
func TestInterestKeepsOut(t *testing.T) {
	each(t, func(w *world) {
		v := w.sent(rectify.Paper)
		_, err := w.visits.DeclareInterest(testkit.As(w.officer), inspection.ConflictCommand{Operator: w.operator, Reason: "亲属经营"})
		w.ok(err)
		_, err = w.s.Pass(testkit.As(w.officer), judged(v.ID, ""))
		w.refused("judged by an interested officer", err, fault.ConflictOfInterest)
		_, err = w.titles.Suspend(testkit.As(w.officer), certificate.StepCommand{ID: w.title, Reason: "x"})
		w.refused("suspended by an interested officer", err, fault.ConflictOfInterest)
		_, err = w.s.Pass(testkit.As(w.second), judged(v.ID, ""))
		w.ok(err)
	})
}
