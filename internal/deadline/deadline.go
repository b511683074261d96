// Package deadline owns clocks that run against an office (办理时限): when a
// matter is due, through pauses, a change of class and the working calendar,
// computed from the events of the matter and from nothing else.
//
// It does not know what a matter is, who may pause it or who is told: callers
// give the events and act on the answer. It stores nothing; a stored due date
// is a copy that can always be computed again.
//
// Invariants: the same events give the same answer at any time; a pause never
// shortens the time an office has and never lengthens it by more than the time
// it lasted, rounded up to days where days are counted; what has fallen due
// stays due, whatever happens later.
package deadline

import (
	"fmt"
	"time"

	"fangxin/internal/calendar"
)

// Class is a class of matters that share a period (时限类别).
type Class struct {
	Code   string          `json:"code"`
	Period calendar.Period `json:"period"`
}

// Kind of an event on a clock.
type Kind string

// The kinds of events.
const (
	Start   Kind = "start"   // 起算
	Pause   Kind = "pause"   // 中止计时
	Resume  Kind = "resume"  // 恢复计时
	Reclass Kind = "reclass" // 调整时限类别
	Stop    Kind = "stop"    // 办结
)

// Event is one thing that happened to a clock. Class belongs to Start and
// Reclass, Reason to Pause and Reclass.
type Event struct {
	At     time.Time `json:"at"`
	Kind   Kind      `json:"kind"`
	Class  Class     `json:"class,omitzero"`
	Reason string    `json:"reason,omitempty"`
}

// Phase says whether a clock runs.
type Phase string

// The phases of a clock.
const (
	Running Phase = "running"
	Paused  Phase = "paused"
	Stopped Phase = "stopped"
)

// State is what a clock says at an instant.
type State struct {
	Phase   Phase
	Class   Class
	Started time.Time
	Stopped time.Time // zero while open
	// Due is the first instant that is too late. While a pause keeps it from
	// being known it is zero.
	Due     time.Time
	LastDay calendar.Date // the day in Beijing on which it ends
	Used    Amount        // of the period until then
	Left    Amount        // of the period; negative once it is over
	Late    bool          // closed too late, or open and too late by now
	Guessed []int         // years whose holidays were not known
}

// Amount is a number of days, or a duration for classes in hours.
type Amount struct {
	Days int
	Time time.Duration
}

// EventError says which event cannot be.
type EventError struct {
	Index int
	Why   string // start, order, paused, running, stopped, reason, class
}

// Error names the event for the log; events come from our own records.
func (e *EventError) Error() string { return fmt.Sprintf("deadline: event %d: %s", e.Index, e.Why) }

// history is a list of events that was found possible.
type history struct {
	class   Class
	start   time.Time
	stop    time.Time
	pauses  []pause
	stopped bool
}

// pause is a time in which the clock stands still; open ones have no end.
type pause struct{ from, to time.Time }

func (p pause) open() bool { return p.to.IsZero() }

// covers reports whether the clock stands still just before an instant.
func (p pause) covers(t time.Time) bool { return p.from.Before(t) && (p.open() || !p.to.Before(t)) }

func read(events []Event) (history, error) {
	var h history
	paused := false
	for i, e := range events {
		fail := func(why string) (history, error) { return h, &EventError{i, why} }
		switch {
		case (i == 0) != (e.Kind == Start):
			return fail("start")
		case i > 0 && e.At.Before(events[i-1].At):
			return fail("order")
		case h.stopped:
			return fail("stopped")
		case (e.Kind == Pause || e.Kind == Reclass) && e.Reason == "":
			return fail("reason")
		}
		if e.Kind == Start || e.Kind == Reclass {
			if err := e.Class.Period.Check(); err != nil {
				return fail("class")
			}
			h.class = e.Class
		}
		switch e.Kind {
		case Start:
			h.start = e.At
		case Pause:
			if paused {
				return fail("paused")
			}
			paused, h.pauses = true, append(h.pauses, pause{from: e.At})
		case Resume:
			if !paused {
				return fail("running")
			}
			paused = false
			if last := &h.pauses[len(h.pauses)-1]; e.At.After(last.from) {
				last.to = e.At
			} else {
				h.pauses = h.pauses[:len(h.pauses)-1] // it lasted no time
			}
		case Stop:
			h.stopped, h.stop = true, e.At
		}
	}
	if len(events) == 0 {
		return h, &EventError{0, "start"}
	}
	return h, nil
}

// Evaluate tells what a clock says at an instant that is not before its last
// event. The day of the start does not count and the last day counts until
// 24:00 (民法典 arts. 201 and 202); of the days between, those count at whose
// end the clock ran. So a pause within one day changes nothing, and each night
// that a pause lasts adds a day. Hours are counted to the nanosecond.
//
// A change of class keeps what has passed: the new period is counted from the
// same start, with the same pauses.
func Evaluate(cal *calendar.Calendar, events []Event, now time.Time) (State, error) {
	h, err := read(events)
	if err != nil {
		return State{}, err
	}
	until := now
	if h.stopped {
		until = h.stop
	}
	s := State{Phase: Running, Class: h.class, Started: h.start, Stopped: h.stop}
	if n := len(h.pauses); n > 0 && h.pauses[n-1].open() {
		s.Phase = Paused
	}
	if h.stopped {
		s.Phase = Stopped
	}
	if h.class.Period.Unit == calendar.Hours {
		h.hours(&s, until)
	} else {
		h.days(cal, &s, until)
	}
	if !s.Due.IsZero() {
		s.LastDay = calendar.DateOf(s.Due.Add(-time.Nanosecond))
		s.Late = !until.Before(s.Due)
	}
	return s, nil
}

// hours walks through the times in which the clock ran.
func (h history) hours(s *State, until time.Time) {
	total := time.Duration(h.class.Period.N) * time.Hour
	used, at := time.Duration(0), h.start
	run := func(to time.Time) { // the clock ran from at to to
		if s.Due.IsZero() && to.Sub(at) >= total-used {
			s.Due = at.Add(total - used)
		}
		used += to.Sub(at)
	}
	for _, p := range h.pauses {
		run(p.from)
		if at = p.to; p.open() {
			break
		}
	}
	if !at.IsZero() {
		if s.Due.IsZero() {
			s.Due = at.Add(total - used)
		}
		if until.After(at) {
			used += until.Sub(at)
		}
	}
	s.Used, s.Left = Amount{Time: used}, Amount{Time: total - used}
}

// days walks from day to day until the period is over, or until an open pause
// after which no day counts.
func (h history) days(cal *calendar.Calendar, s *State, until time.Time) {
	n, workdays := h.class.Period.N, h.class.Period.Unit == calendar.Workdays
	first := calendar.DateOf(h.start)
	day, count := first, 0
	pauses := h.pauses
	counts := func(d calendar.Date) bool {
		for len(pauses) > 0 && !pauses[0].open() && pauses[0].to.Before(d.End()) {
			pauses = pauses[1:]
		}
		return (!workdays || cal.Workday(d)) && (len(pauses) == 0 || !pauses[0].covers(d.End()))
	}
	stuck := func(d calendar.Date) bool {
		return len(pauses) > 0 && pauses[0].open() && pauses[0].from.Before(d.End())
	}
	for count < n {
		day = day.AddDays(1)
		if counts(day) {
			count++
		} else if stuck(day) {
			break
		}
		if !day.End().After(until) {
			s.Used.Days = count
		}
	}
	s.Left.Days = n - s.Used.Days
	if count < n {
		return
	}
	s.Due = day.End()
	if workdays {
		s.Guessed = cal.Uncovered(first, day)
	}
	// Days beyond the last one are counted too: that is how late it is.
	for d := day.AddDays(1); !d.End().After(until) && !stuck(d); d = d.AddDays(1) {
		if counts(d) {
			s.Used.Days++
		}
	}
	s.Left.Days = n - s.Used.Days
}
