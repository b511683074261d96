package application

import (
	"time"

	"fangxin/internal/calendar"
	"fangxin/internal/deadline"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
)

// step is what a clock has to know of an event of a case.
type step struct {
	From, To lifecycle.State
	At       time.Time
	Reason   string
}

// clocks follows the time that runs against whoever's turn it is, through the
// steps of one case. While a case is with its applicant for correction the
// clock of the office that returned it stands still; it goes on, from what was
// left, when the case comes back. So returning a case neither costs the office
// time nor gives it a fresh period.
type clocks struct {
	scheme scheme.Scheme
	now    []deadline.Event                     // of the present state; nil when no time runs
	held   map[lifecycle.State][]deadline.Event // of offices that wait for a correction
}

// take follows a step. It gives the clocks that ended with it, by the state in
// which they ran.
func (c *clocks) take(s step) map[lifecycle.State][]deadline.Event {
	if c.held == nil {
		c.held = map[lifecycle.State][]deadline.Event{}
	}
	ended := map[lifecycle.State][]deadline.Event{}
	if s.To == lifecycle.Returned {
		if c.now != nil {
			reason := s.Reason
			if reason == "" {
				reason = string(lifecycle.Return)
			}
			c.held[s.From] = append(c.now, deadline.Event{At: s.At, Kind: deadline.Pause, Reason: reason})
		}
		c.now = stageClock(c.scheme, s.To, s.At)
		return ended
	}
	if c.now != nil {
		ended[s.From] = append(c.now, deadline.Event{At: s.At, Kind: deadline.Stop})
	}
	if back := c.held[s.To]; back != nil && s.From == lifecycle.Returned {
		c.now = append(back, deadline.Event{At: s.At, Kind: deadline.Resume})
		delete(c.held, s.To)
		return ended
	}
	for state, held := range c.held { // withdrawn before it came back
		ended[state] = append(held, deadline.Event{At: s.At, Kind: deadline.Stop})
		delete(c.held, state)
	}
	c.now = stageClock(c.scheme, s.To, s.At)
	return ended
}

// lastDay is the last day of the present clock; "" when no time runs.
func (c *clocks) lastDay(cal *calendar.Calendar) string {
	if c.now == nil {
		return ""
	}
	at, err := deadline.Evaluate(cal, c.now, c.now[len(c.now)-1].At)
	if err != nil {
		return "" // a scheme without a possible period has no due day
	}
	return at.LastDay.String()
}

// stageClock is the clock of a state that began at an instant; nil when no time
// runs in it.
func stageClock(s scheme.Scheme, state lifecycle.State, began time.Time) []deadline.Event {
	period := calendar.Period{N: s.Workdays(state), Unit: calendar.Workdays}
	switch state {
	case lifecycle.Returned:
		period.N = s.CorrectionWorkdays.Value
	case lifecycle.PublicNotice:
		period = s.Period()
	}
	if period.N == 0 {
		return nil
	}
	class := deadline.Class{Code: string(state), Period: period}
	return []deadline.Event{{At: began, Kind: deadline.Start, Class: class}}
}
