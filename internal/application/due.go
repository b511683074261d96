package application

import (
	"fangxin/internal/audit"
	"fangxin/internal/calendar"
	"fangxin/internal/deadline"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
)

// DueOn computes from the events of a case alone the last day for whoever's
// turn it is; "" when no time runs. The column due_on is a copy of it, kept so
// that queues can be sorted.
func DueOn(cal *calendar.Calendar, s scheme.Scheme, events []audit.Event) string {
	if len(events) == 0 {
		return ""
	}
	last := events[len(events)-1]
	return dueAfter(cal, s, lifecycle.State(last.ToState), calendar.DateOf(last.At))
}

// dueAfter is the last day of a state that began on a day.
func dueAfter(cal *calendar.Calendar, s scheme.Scheme, state lifecycle.State, began calendar.Date) string {
	clock := stageClock(s, state, began.Start())
	if clock == nil {
		return ""
	}
	at, err := deadline.Evaluate(cal, clock, began.Start())
	if err != nil {
		return "" // a scheme without a possible period has no due day
	}
	return at.LastDay.String()
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
