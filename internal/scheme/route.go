package scheme

import (
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/lifecycle"
)

// Decider is the level that awards a title. Counties award none: only the
// province and the governments of cities may run such a programme
// (创建示范活动管理办法(试行), 2022).
type Decider string

// The levels.
const (
	Province Decider = "province"
	City     Decider = "city"
)

// Values lists the codes for the API's enum.
func (Decider) Values() []string { return []string{string(Province), string(City)} }

// Role is whose officers decide.
func (d Decider) Role() access.Role {
	if d == City {
		return access.CityOfficer
	}
	return access.ProvinceOfficer
}

// Stops lists the states of a case with which nothing goes wrong, from draft
// to certified. The route names the gates in their order; what follows by
// itself need not be named: a visit that was ordered is made, and a notice
// that has no place of its own comes last. A pledge has no gates: it is
// published for objection and then in force.
func (s Scheme) Stops() []lifecycle.State {
	if s.Pledged() {
		return []lifecycle.State{lifecycle.Draft, lifecycle.Published, lifecycle.Active}
	}
	out := []lifecycle.State{lifecycle.Draft}
	named := func(st lifecycle.State) bool {
		return slices.ContainsFunc(s.Route, func(g Gate) bool { return g.State == st })
	}
	for _, g := range s.Route {
		out = append(out, g.State)
		if g.State == lifecycle.ToInspect && !named(lifecycle.Inspected) {
			out = append(out, lifecycle.Inspected)
		}
	}
	if !named(lifecycle.PublicNotice) {
		out = append(out, lifecycle.PublicNotice)
	}
	return append(out, lifecycle.Certified)
}

// Next gives the step that brings a case on from a state, and where to; ok is
// false at the end and off the way.
func (s Scheme) Next(from lifecycle.State) (a lifecycle.Action, to lifecycle.State, ok bool) {
	stops := s.Stops()
	i := slices.Index(stops, from)
	if i < 0 || i+1 == len(stops) {
		return "", "", false
	}
	a, ok = s.between(from, stops[i+1])
	return a, stops[i+1], ok
}

func (s Scheme) between(from, to lifecycle.State) (lifecycle.Action, bool) {
	if !s.Pledged() {
		return lifecycle.Between(from, to)
	}
	for _, a := range []lifecycle.Action{lifecycle.Publish, lifecycle.TakeEffect} {
		if st, ok := lifecycle.Pledge.Step(a); ok && slices.Contains(st.From, from) && slices.Contains(st.To, to) {
			return a, true
		}
	}
	return "", false
}

// Takes reports whether a step belongs to the way of this scheme in a state.
// What leaves the way is open to every scheme.
func (s Scheme) Takes(from lifecycle.State, a lifecycle.Action) bool {
	if !slices.Contains(lifecycle.Forward, a) {
		return true
	}
	next, _, ok := s.Next(from)
	return ok && next == a
}

// Inspects reports whether the way has a visit before a state.
func (s Scheme) Inspects(before lifecycle.State) bool {
	stops := s.Stops()
	visit := slices.Index(stops, lifecycle.ToInspect)
	return visit >= 0 && visit < slices.Index(stops, before)
}

// Waits is the role whose turn it is in a state; nobody's while a pledge is
// published, which only time ends.
func (s Scheme) Waits(st lifecycle.State) access.Role {
	if st == lifecycle.PublicNotice {
		return s.Decides.Role()
	}
	return s.Machine().Info(st).Waits
}

// noticed reports a stop that lasts for the days of the notice.
func noticed(st lifecycle.State) bool {
	return st == lifecycle.PublicNotice || st == lifecycle.Published
}

// routeProblems names what is wrong with the way; every step of it must be one
// of the table, and it must end with those who decide.
func (s Scheme) routeProblems(bad func(pointer, rule, param string)) {
	if s.Pledged() {
		if len(s.Route) > 0 {
			bad("/route", "scheme_pledge_unused", "")
		}
		return
	}
	seen := map[lifecycle.State]bool{}
	for i, g := range s.Route {
		at := "/route/" + itoa(i)
		waits := lifecycle.Application.Info(g.State).Waits
		switch {
		case seen[g.State]:
			bad(at+"/state", "scheme_stop_twice", "")
		case !waits.Staff():
			bad(at+"/state", "scheme_stop_unknown", "")
		case g.State != lifecycle.PublicNotice && (g.Workdays.Value < 1 || g.Workdays.Value > maxDays):
			bad(at+"/workdays", "scheme_range", "1–"+itoa(maxDays))
		}
		seen[g.State] = true
	}
	stops := s.Stops()
	for i := 0; i+1 < len(stops); i++ {
		if _, ok := lifecycle.Between(stops[i], stops[i+1]); !ok {
			bad("/route", "scheme_route", lifecycle.Application.Label(stops[i], "zh")+" → "+lifecycle.Application.Label(stops[i+1], "zh"))
		}
	}
	last := stops[len(stops)-2]
	if s.Decides == City && slices.Contains(stops, lifecycle.Decision) {
		last = lifecycle.Decision // the province would stand between the city and its own title
	}
	if s.Waits(last) != s.Decides.Role() {
		bad("/route", "scheme_route_end", lifecycle.Application.Label(last, "zh"))
	}
	for _, st := range stops {
		if st == lifecycle.Inspected && s.Workdays(st) < 1 {
			bad("/route", "scheme_gate_time", lifecycle.Application.Label(st, "zh"))
		}
	}
}

// Stop is one stop of the way with the time it may take.
type Stop struct {
	State   lifecycle.State `json:"state"`
	Who     access.Role     `json:"who" doc:"Whose turn it is; empty where only time passes."`
	Days    int             `json:"days" doc:"Working days, or calendar days."`
	Natural bool            `json:"natural,omitempty" doc:"Days are calendar days."`
}

// Timed lists the stops at which time runs, and the working days of all of
// them together.
func (s Scheme) Timed() (stops []Stop, workdays int) {
	for _, st := range s.Stops() {
		stop := Stop{State: st, Who: s.Waits(st), Days: s.Workdays(st)}
		if noticed(st) {
			stop.Days, stop.Natural = s.Period().N, s.Period().Unit == calendar.Days
		}
		if stop.Days == 0 {
			continue
		}
		if !stop.Natural {
			workdays += stop.Days
		}
		stops = append(stops, stop)
	}
	return stops, workdays
}
