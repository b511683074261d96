package application_test

import (
	"context"
	"testing"
	"time"

	"fangxin/internal/application"
	"fangxin/internal/audit"
	"fangxin/internal/calendar"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/testkit"
)

// A case that is back from its correction has the time that was left: the
// office that returned it gets no fresh period, and loses none either.
func TestCorrectionsHoldTheClock(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		cal := calendar.Shipped()
		left := func(dueOn string) int {
			day, err := calendar.ParseDate(dueOn)
			w.ok(err)
			return cal.WorkdaysBetween(calendar.DateOf(w.clock.Now()), day)
		}
		id := w.to(lifecycle.CityReview)
		w.clock.Add(3 * 24 * time.Hour)
		before, err := w.apps.Get(testkit.As(w.city), id)
		w.ok(err)
		remaining := left(before.DueOn)
		mark := []application.Correction{{Pointer: "/documents/licence", Note: "照片不清晰"}}
		_, err = w.apps.Return(testkit.As(w.city), application.ReturnCommand{ID: id, Reason: "请补正", Items: mark})
		w.ok(err)
		w.clock.Add(14 * 24 * time.Hour)
		back, err := w.apps.Resubmit(testkit.As(w.owner), application.SubmitCommand{ID: id, Name: "张三", Consent: true, Kept: []application.Kept{{Pointer: "/documents/licence", Why: "就是这张"}}})
		w.ok(err)
		if got := left(back.DueOn); got != remaining || remaining <= 0 {
			t.Errorf("%d working days are left, %d were when it was returned", got, remaining)
		}
		events, err := audit.Timeline(context.Background(), w.d.R, "application", string(id))
		w.ok(err)
		sch, _ := scheme.Lookup(back.Scheme, back.SchemeVer)
		if got := application.DueOn(cal, sch, events); got != back.DueOn {
			t.Errorf("the events say %s, the case %s", got, back.DueOn)
		}
		after, err := w.apps.Get(testkit.As(w.city), id)
		w.ok(err)
		if last := after.Timeline[len(after.Timeline)-1]; last.DueOn != back.DueOn {
			t.Errorf("the timeline says %s, the case %s", last.DueOn, back.DueOn)
		}

		figures := func() application.StageFigures {
			f, err := w.apps.Figures(testkit.As(w.city), application.FiguresQuery{})
			w.ok(err)
			for _, s := range f.Stages {
				if s.State == lifecycle.CityReview {
					return s
				}
			}
			return application.StageFigures{}
		}
		if f := figures(); f.Running != 1 || f.Judged != 0 {
			t.Errorf("returning a case counts as dealing with it: %+v", f)
		}
		w.clock.Add(60 * 24 * time.Hour)
		_, err = w.apps.OrderInspection(testkit.As(w.city), application.StepCommand{ID: id})
		w.ok(err)
		if f := figures(); f.Late != 1 || f.Judged != 1 {
			t.Errorf("a late review that was once returned: %+v", f)
		}
	})
}
