package application

import (
	"context"

	"fangxin/internal/audit"
	"fangxin/internal/calendar"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

// DueOn computes from the events of a case alone the last day for whoever's
// turn it is; "" when no time runs. The column due_on is a copy of it, kept so
// that queues can be sorted.
func DueOn(cal *calendar.Calendar, s scheme.Scheme, events []audit.Event) string {
	c := clocks{scheme: s}
	for _, e := range events {
		c.take(stepOf(e))
	}
	return c.lastDay(cal)
}

func stepOf(e audit.Event) step {
	return step{From: lifecycle.State(e.FromState), To: lifecycle.State(e.ToState), At: e.At, Reason: e.Reason}
}

// dueAfter is the last day of a state that a case enters on a day for the
// first time.
func dueAfter(cal *calendar.Calendar, s scheme.Scheme, state lifecycle.State, began calendar.Date) string {
	c := clocks{scheme: s, now: stageClock(s, state, began.Start())}
	return c.lastDay(cal)
}

// dueNow is the last day of a state that the record has just entered, or would
// enter by the step next. Only a case that comes back from a correction has a
// past that counts.
func (s *Service) dueNow(ctx context.Context, idb usecase.Reader, r record, sch scheme.Scheme, a lifecycle.Action, next ...step) (string, error) {
	if a != lifecycle.Resubmit {
		return dueAfter(s.calendar, sch, r.State, calendar.DateOf(s.rt.Now())), nil
	}
	events, err := audit.Timeline(ctx, idb, "application", string(r.ID))
	if err != nil {
		return "", err
	}
	c := clocks{scheme: sch}
	for _, e := range events {
		c.take(stepOf(e))
	}
	for _, st := range next {
		c.take(st)
	}
	return c.lastDay(s.calendar), nil
}

// ahead lists the stops after a state, each with the latest day if everybody
// takes all the time allowed.
func ahead(cal *calendar.Calendar, s scheme.Scheme, state, returnedFrom lifecycle.State, dueOn string) []Next {
	at := state
	if state == lifecycle.Returned {
		at = returnedFrom
	}
	day, err := calendar.ParseDate(dueOn)
	var out []Next
	route := s.Stops()
	for i, stop := range route {
		if stop != at {
			continue
		}
		rest := route[i+1:]
		if state == lifecycle.Returned {
			rest = route[i:]
		}
		for _, st := range rest {
			info := lifecycle.Application.Info(st)
			n := Next{State: st, Label: scheme.Text{Zh: info.Zh, En: info.En}, Waits: s.Waits(st)}
			if err == nil {
				if by := dueAfter(cal, s, st, day); by != "" {
					day, _ = calendar.ParseDate(by)
					n.By = by
				}
			}
			out = append(out, n)
		}
	}
	return out
}
