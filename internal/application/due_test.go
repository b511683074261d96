package application_test

import (
	"context"
	"testing"

	"fangxin/internal/application"
	"fangxin/internal/audit"
	"fangxin/internal/calendar"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/testkit"
)

// What the column says is what the events say, in every state.
func TestDueDatesFollowFromTheEvents(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, state := range []lifecycle.State{lifecycle.Submitted, lifecycle.CityReview, lifecycle.ToInspect, lifecycle.Decision, lifecycle.PublicNotice} {
			id := w.to(state)
			d, err := w.apps.Get(testkit.As(w.owner), id)
			w.ok(err)
			events, err := audit.Timeline(context.Background(), w.d.R, "application", string(id))
			w.ok(err)
			sch, _ := scheme.Lookup(d.Scheme, d.SchemeVer)
			if got := application.DueOn(calendar.Shipped(), sch, events); got != d.DueOn || got == "" {
				t.Errorf("%s: events say %q, the case %q", state, got, d.DueOn)
			}
			if len(d.Ahead) == 0 || d.Ahead[len(d.Ahead)-1].State != lifecycle.Certified {
				t.Errorf("%s: ahead %+v", state, d.Ahead)
			}
			_, err = w.apps.Withdraw(testkit.As(w.owner), application.StepCommand{ID: id})
			w.ok(err)
		}
	})
}
