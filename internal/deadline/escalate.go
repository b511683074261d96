package deadline

import (
	"time"

	"fangxin/internal/calendar"
)

// Office is when an office is open: on working days, from Opens to Closes,
// counted from midnight in Beijing.
type Office struct {
	Opens, Closes time.Duration
}

// UsualOffice is open from 9:00 to 17:30.
var UsualOffice = Office{Opens: 9 * time.Hour, Closes: 17*time.Hour + 30*time.Minute}

// Next is the instant itself when the office is open then, otherwise the next
// opening.
func (o Office) Next(cal *calendar.Calendar, t time.Time) time.Time {
	for d := calendar.DateOf(t); ; d = d.AddDays(1) {
		if !cal.Workday(d) {
			continue
		}
		opens, closes := d.Start().Add(o.Opens), d.Start().Add(o.Closes)
		switch {
		case t.Before(opens):
			return opens
		case t.Before(closes):
			return t
		}
	}
}

// Last is the instant itself when the office is open then, otherwise the
// opening of the last working day before it: whoever is told then has the
// whole of that day.
func (o Office) Last(cal *calendar.Calendar, t time.Time) time.Time {
	for d := calendar.DateOf(t); ; d = d.AddDays(-1) {
		if !cal.Workday(d) {
			continue
		}
		opens, closes := d.Start().Add(o.Opens), d.Start().Add(o.Closes)
		switch {
		case !t.Before(closes):
			return opens
		case !t.Before(opens):
			return t
		}
	}
}

// Rule says when somebody is told about a clock: so long before it is over, in
// the unit of its class; zero tells that it is over, and less than zero, so
// long after it, that it is still open: to the office above, for instance.
type Rule struct {
	Code   string `json:"code"`
	Before int    `json:"before"`
}

// Escalation is a rule with its instant.
type Escalation struct {
	Rule Rule
	At   time.Time
}

// Escalations gives the instants at which people are told, always while the
// office is open: a warning early rather than late, word of a missed deadline
// at the first opening after it, and never early. A warning that would come before the clock
// was started is left out. A paused clock tells nobody anything.
func Escalations(cal *calendar.Calendar, o Office, s State, rules []Rule) []Escalation {
	if s.Due.IsZero() || s.Phase == Paused {
		return nil
	}
	var out []Escalation
	for _, r := range rules {
		var at time.Time
		switch {
		case r.Before == 0:
			at = o.Next(cal, s.Due)
		case r.Before < 0:
			at = o.Next(cal, after(cal, o, s, -r.Before))
		case s.Class.Period.Unit == calendar.Hours:
			at = o.Last(cal, s.Due.Add(-time.Duration(r.Before)*time.Hour))
		case s.Class.Period.Unit == calendar.Days:
			at = o.Last(cal, s.LastDay.AddDays(-r.Before).Start().Add(o.Opens))
		default:
			at = o.Last(cal, cal.AddWorkdays(s.LastDay, -r.Before).Date.Start().Add(o.Opens))
		}
		if r.Before > 0 && at.Before(s.Started) {
			if at = o.Next(cal, s.Started); !at.Before(s.Due) {
				continue
			}
		}
		if s.Phase == Stopped && !at.Before(s.Stopped) {
			continue
		}
		out = append(out, Escalation{r, at})
	}
	return out
}

// after is the instant so many units of a clock's class after its end.
func after(cal *calendar.Calendar, o Office, s State, n int) time.Time {
	switch s.Class.Period.Unit {
	case calendar.Hours:
		return s.Due.Add(time.Duration(n) * time.Hour)
	case calendar.Days:
		return s.LastDay.AddDays(n).Start().Add(o.Opens)
	}
	return cal.AddWorkdays(s.LastDay, n).Date.Start().Add(o.Opens)
}

// Reached are the codes of the rules whose instants have come for a matter
// that is open until the end of a day, whose rules count working days.
func Reached(cal *calendar.Calendar, o Office, last calendar.Date, rules []Rule, now time.Time) map[string]bool {
	s := State{
		Phase: Running, Class: Class{Period: calendar.Period{N: 1, Unit: calendar.Workdays}}, Due: last.AddDays(1).Start(), LastDay: last,
	}
	out := map[string]bool{}
	for _, e := range Escalations(cal, o, s, rules) {
		out[e.Rule.Code] = !now.Before(e.At)
	}
	return out
}
