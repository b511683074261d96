package pledge

import (
	"slices"

	"fangxin/internal/calendar"
)

// Version is one version of a pledge's terms.
type Version struct {
	No    int           `json:"no"`
	From  calendar.Date `json:"from" doc:"First day on whose purchases it holds."`
	To    calendar.Date `json:"to,omitzero" doc:"Last such day, when it is known."`
	Terms Terms         `json:"terms"`
}

// span is the time in which one commitment bound, with its versions in order.
type span struct {
	from, to calendar.Date // both days belong to it
	versions []Version
}

func (s span) holds(day calendar.Date) bool { return !day.Before(s.from) && !s.to.Before(day) }

// spans cut versions to the time in which their commitment bound, and give
// each its last day. The intervals of a shop never overlap: a renewal begins
// after what it renews, and a version ends on the day before the next.
func cut(s span) []Version {
	var out []Version
	for i, v := range s.versions {
		v.To = s.to
		if i+1 < len(s.versions) && !s.to.Before(s.versions[i+1].From) {
			v.To = s.versions[i+1].From.AddDays(-1)
		}
		if !v.To.Before(v.From) {
			out = append(out, v)
		}
	}
	return out
}

// inForce finds the version that judges a purchase of a day.
func inForce(spans []span, day calendar.Date) (Version, bool) {
	for _, s := range spans {
		if !s.holds(day) {
			continue
		}
		for _, v := range slices.Backward(cut(s)) {
			if !day.Before(v.From) {
				return v, true
			}
		}
	}
	return Version{}, false
}

// Window is the time in which goods may be returned.
type Window struct {
	First   calendar.Date `json:"first" doc:"The first of the days."`
	Last    calendar.Date `json:"last" doc:"The last day on which the goods are taken back."`
	Moved   bool          `json:"moved" doc:"The last day was moved off a rest day."`
	Guessed bool          `json:"guessed" doc:"The holidays of the year are not announced yet; weekends are known."`
}

// WindowOf counts the days of terms. For goods taken along, arrived is the day
// of the purchase; for delivered goods it is the day on which they really
// arrived, and the day after it is the first. A last day that is a rest day
// moves to the next working day where the rules say so (民法典 art. 203): the
// later day is the one that is safe for the shopper.
func WindowOf(cal *calendar.Calendar, t Terms, arrived calendar.Date, delivered bool) Window {
	w := Window{First: arrived}
	if delivered || t.Pickup != SameDay {
		w.First = arrived.AddDays(1)
	}
	w.Last = w.First.AddDays(t.Days - 1)
	if RulesOf(t.Rules).Clock.RestDayExtends.Value > 0 {
		for !cal.Workday(w.Last) {
			w.Last, w.Moved = w.Last.AddDays(1), true
		}
	}
	w.Guessed = len(cal.Uncovered(w.First, w.Last)) > 0
	return w
}

// Round is how many pledges without a break the next one makes: one more when
// the last ended by its date and the new one is signed within the window after
// it, one again after any other end. The registers of other provinces are at
// odds with themselves here: their rule says that a pledge after a voluntary
// exit is not continuous, while their program counts it for three months more.
// This one follows the rule: who leaves, begins again.
func Round(rules Rules, before int, lastDay calendar.Date, byDate bool, signed calendar.Date) int {
	if !byDate || lastDay.AddMonths(rules.Renewal.WindowMonths.Value).Before(signed) {
		return 1
	}
	return before + 1
}
