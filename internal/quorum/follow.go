package quorum

import (
	"slices"

	"fangxin/internal/calendar"
)

// Standing is what dates make of a title that nobody touched.
type Standing string

// The standings.
const (
	Sound  Standing = "sound"   // 达标
	AtRisk Standing = "at_risk" // 预警,宽限期内
	Lapsed Standing = "lapsed"  // 已失效
)

// Values lists the codes for the API's enum.
func (Standing) Values() []string { return []string{string(Sound), string(AtRisk), string(Lapsed)} }

// Turn is a stretch of days on which a title is at risk or has lapsed.
type Turn struct {
	Standing Standing      `json:"standing"`
	From     calendar.Date `json:"from"`
	Until    calendar.Date `json:"until" doc:"First day after it; of a lapse, zero."`
	LapsesOn calendar.Date `json:"lapses_on" doc:"Of a risk: the day on which the title lapses if nothing is mended."`
	Points   []Point       `json:"points" doc:"What was not met when it began, or at the last event since; of a lapse, on the last day of grace."`
}

// covers reports whether a day lies in the turn.
func (t Turn) covers(day calendar.Date) bool {
	return !day.Before(t.From) && (t.Until.IsZero() || day.Before(t.Until))
}

// On gives the standing of a day, and the turn it follows from.
func On(turns []Turn, day calendar.Date) (Standing, *Turn) {
	for i, t := range turns {
		if t.covers(day) {
			return t.Standing, &turns[i]
		}
	}
	return Sound, nil
}

// Follow computes what becomes of a title from a day on if nothing happens
// until a last day: when it gets at risk, when it lapses, when a date alone
// mends it. past are the turns that held until now: a stretch that began
// earlier goes on with the time it has left, and a lapse is never undone.
func (r Rules) Follow(past []Turn, f Facts, from, last calendar.Date, c *calendar.Calendar) []Turn {
	var out []Turn
	for _, t := range past {
		if t.Standing == Lapsed && !from.Before(t.From) {
			return slices.DeleteFunc(slices.Clone(past), func(x Turn) bool { return x.From.After(t.From) })
		}
		if t.Standing == AtRisk && !from.Before(t.Until) { // over and mended
			out = append(out, t)
		}
	}
	_, open := On(past, from)
	var cur *Turn
	if open != nil {
		t := *open
		t.Until = t.LapsesOn // what was foreseen to mend it is foreseen anew
		cur = &t
	}
	for _, day := range r.days(f, from, last) {
		if cur != nil && !day.Before(cur.Until) {
			return r.lapse(append(out, *cur), f)
		}
		j := r.Judge(f, day)
		switch {
		case j.Met && cur != nil:
			if cur.From.Before(day) { // a stretch of no day leaves no trace
				cur.Until = day
				out = append(out, *cur)
			}
			cur = nil
		case !j.Met && j.vetoed():
			broken := slices.DeleteFunc(j.Broken(), func(p Point) bool { return !p.Veto })
			if cur != nil && cur.From.Before(day) {
				cur.Until = day
				out = append(out, *cur)
			}
			return append(out, Turn{Standing: Lapsed, From: day, Points: broken})
		case !j.Met && cur == nil:
			end := c.AddWorkdays(day, r.GraceWorkdays.Value).Date.AddDays(1)
			cur = &Turn{Standing: AtRisk, From: day, Until: end, LapsesOn: end, Points: j.Broken()}
		case !j.Met && day == from:
			cur.Points = j.Broken() // what an event has changed in a stretch that goes on
		}
	}
	if cur == nil {
		return out
	}
	return r.lapse(append(out, *cur), f)
}

// lapse ends the last stretch, in which nothing was mended, with what was
// still missing on its last day.
func (r Rules) lapse(turns []Turn, f Facts) []Turn {
	end := turns[len(turns)-1].Until
	return append(turns, Turn{Standing: Lapsed, From: end, Points: r.Judge(f, end.AddDays(-1)).Broken()})
}

// days lists the days from one to another on which something changes by date:
// the first, each day after a title's last, the first day of one, and the ends
// of incidents.
func (r Rules) days(f Facts, from, last calendar.Date) []calendar.Date {
	days := []calendar.Date{from}
	add := func(d calendar.Date) {
		if d.After(from) && !d.After(last) {
			days = append(days, d)
		}
	}
	for _, s := range f.Shops {
		for _, t := range s.Titles {
			add(t.From)
			add(t.Until.AddDays(1))
		}
	}
	for _, on := range f.Incidents {
		add(on)
		add(on.AddYears(r.IncidentYears.Value))
	}
	slices.SortFunc(days, func(a, b calendar.Date) int {
		switch {
		case a.Before(b):
			return -1
		case b.Before(a):
			return 1
		}
		return 0
	})
	return slices.Compact(days)
}
