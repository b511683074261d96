package application_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/application"
	"fangxin/internal/audit"
	"fangxin/internal/calendar"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/testkit"
)

// Whatever happens to cases, and however long each step takes, the stored last
// day is the one that their events alone say: no clock loses or gains time on
// its way through returns, corrections, holidays and nights.
func TestStoredDueDaysAreThoseOfTheEvents(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := rand.New(rand.NewPCG(2026, 11))
		returned, checked := 0, 0
		for range 6 {
			id := w.draft().ID
			w.complete(id)
			w.submit(id)
			check := func(after string) application.Detail {
				t.Helper()
				d, err := w.apps.Get(testkit.As(w.owner), id)
				w.ok(err)
				events, err := audit.Timeline(context.Background(), w.d.R, "application", string(id))
				w.ok(err)
				sch, _ := scheme.Lookup(d.Scheme, d.SchemeVer)
				var stored string
				w.ok(w.d.R.NewRaw("SELECT due_on FROM application WHERE id = ?", id).Scan(context.Background(), &stored))
				if want := application.DueOn(calendar.Shipped(), sch, events); stored != want || d.DueOn != want {
					t.Fatalf("after %s at %s: stored %q, shown %q, by the events %q", after, w.clock.Now(), stored, d.DueOn, want)
				}
				checked++
				return d
			}
			d := check("submit")
			for steps := 0; steps < 24 && !lifecycle.Application.Info(d.State).Final; steps++ {
				w.clock.Add(time.Duration(r.IntN(9*24*60)) * time.Minute)
				if by, can := map[lifecycle.State]access.Principal{
					lifecycle.CountyReview: w.county, lifecycle.CityReview: w.city,
				}[d.State]; can && r.IntN(2) == 0 {
					_, err := w.apps.Return(testkit.As(by), application.ReturnCommand{ID: id, Reason: "请补正", Items: []application.Correction{{Pointer: "/documents/licence", Note: "照片不清晰"}}})
					w.ok(err)
					check("return")
					w.clock.Add(time.Duration(r.IntN(12*24*60)) * time.Minute)
					_, err = w.apps.Resubmit(testkit.As(w.owner), application.SubmitCommand{ID: id, Name: "张三", Consent: true, Kept: []application.Kept{{Pointer: "/documents/licence", Why: "就是这张"}}})
					w.ok(err)
					returned++
					d = check("resubmit")
					continue
				}
				if steps > 4 && r.IntN(8) == 0 {
					_, err := w.apps.Withdraw(testkit.As(w.owner), application.StepCommand{ID: id})
					w.ok(err)
					d = check("withdraw")
					continue
				}
				w.ok(w.onward(id, d.State))
				d = check("leaving " + string(d.State))
			}
			if !lifecycle.Application.Info(d.State).Final {
				_, err := w.apps.Withdraw(testkit.As(w.owner), application.StepCommand{ID: id})
				w.ok(err)
			}
		}
		if returned < 5 || checked < 40 {
			t.Fatalf("only %d returns and %d looks", returned, checked)
		}
	})
}

// onward takes the step of the default way out of a state.
func (w *world) onward(id ident.ApplicationID, state lifecycle.State) error {
	cmd := application.StepCommand{ID: id}
	var err error
	switch state {
	case lifecycle.Submitted:
		_, err = w.apps.Accept(testkit.As(w.county), cmd)
	case lifecycle.CountyReview:
		_, err = w.apps.Recommend(testkit.As(w.county), cmd)
	case lifecycle.CityReview:
		_, err = w.apps.OrderInspection(testkit.As(w.city), cmd)
	case lifecycle.ToInspect:
		err = w.inspected(id, true, w.inspector.Account)
	case lifecycle.Inspected:
		_, err = w.apps.TakeAssessment(testkit.As(w.county), cmd)
	case lifecycle.CountyAssessment:
		_, err = w.apps.Endorse(testkit.As(w.county), cmd)
	case lifecycle.CityAssessment:
		_, err = w.apps.EndorseCity(testkit.As(w.city), cmd)
	case lifecycle.Decision:
		_, err = w.apps.Announce(testkit.As(w.province), cmd)
	case lifecycle.PublicNotice:
		w.clock.Add(15 * 24 * time.Hour)
		_, err = w.apps.Certify(testkit.As(w.province2), cmd)
	}
	return err
}
