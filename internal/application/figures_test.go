package application_test

import (
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/application"
	"fangxin/internal/fault"
	"fangxin/internal/lifecycle"
	"fangxin/internal/testkit"
)

// Stages are judged from the events alone: what a county leaves open beyond its
// time counts against it, and a neighbour sees none of it.
func TestFiguresOfPunctuality(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.to(lifecycle.Certified)
		stage := func(by access.Principal, state lifecycle.State) *application.StageFigures {
			f, err := w.apps.Figures(testkit.As(by), application.FiguresQuery{})
			w.ok(err)
			for i := range f.Stages {
				if f.Stages[i].State == state {
					return &f.Stages[i]
				}
			}
			return nil
		}
		if s := stage(w.county, lifecycle.CountyReview); s == nil || s.OnTime != 1 || s.Judged != 1 || s.Rate == nil || *s.Rate != 1000 {
			t.Errorf("a review in time: %+v", s)
		}
		if s := stage(w.county, lifecycle.Returned); s != nil {
			t.Errorf("the merchant's own time is judged: %+v", s)
		}
		id := w.draft().ID
		w.complete(id)
		w.submit(id)
		if s := stage(w.county, lifecycle.Submitted); s == nil || s.Running != 1 || s.Judged != 1 {
			t.Errorf("a fresh case: %+v", s)
		}
		w.clock.Add(60 * 24 * time.Hour)
		if s := stage(w.county, lifecycle.Submitted); s == nil || s.Overdue != 1 || *s.Rate != 500 {
			t.Errorf("a case left open: %+v", s)
		}
		if s := stage(w.otherCounty, lifecycle.Submitted); s != nil {
			t.Errorf("the neighbour sees %+v", s)
		}
		_, err := w.apps.Figures(testkit.As(w.owner), application.FiguresQuery{})
		w.refused(err, fault.Forbidden)
	})
}

// A notice waits for nobody while it runs; when its time is over it is the
// province's turn.
func TestEndedNoticesWaitForTheProvince(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.to(lifecycle.PublicNotice)
		mine := func(by access.Principal) (count, listed int) {
			counts, err := w.apps.Counts(testkit.As(by))
			w.ok(err)
			list, err := w.apps.List(testkit.As(by), application.ListQuery{Tab: application.Mine})
			w.ok(err)
			return counts[application.Mine], len(list.Items)
		}
		if c, l := mine(w.province); c != 0 || l != 0 {
			t.Errorf("while it runs: %d counted, %d listed", c, l)
		}
		w.clock.Add(15 * 24 * time.Hour)
		if c, l := mine(w.province); c != 1 || l != 1 {
			t.Errorf("when it is over: %d counted, %d listed", c, l)
		}
		if c, l := mine(w.county); c != 0 || l != 0 {
			t.Errorf("the county: %d counted, %d listed", c, l)
		}
	})
}
