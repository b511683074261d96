package deadline_test

import (
	"testing"
	"time"

	"fangxin/internal/calendar"
	"fangxin/internal/deadline"
)

// Whatever the day of a year: people are told while their office is open; a
// warning comes before the end, word of the end after it, and the office above
// hears last, exactly so many working days later.
func TestReachedKeepsItsOrder(t *testing.T) {
	cal, office := calendar.Shipped(), deadline.UsualOffice
	first, err := calendar.ParseDate("2026-01-15")
	if err != nil {
		t.Fatal(err)
	}
	for day := range 320 {
		last := first.AddDays(day)
		for n := 1; n <= 5; n++ {
			rules := []deadline.Rule{{Code: "soon", Before: n}, {Code: "over"}, {Code: "up", Before: -n}}
			s := deadline.State{
				Phase: deadline.Running, Class: deadline.Class{Period: calendar.Period{N: 1, Unit: calendar.Workdays}}, Due: last.AddDays(1).Start(), LastDay: last,
			}
			at := map[string]time.Time{}
			for _, e := range deadline.Escalations(cal, office, s, rules) {
				if !office.Next(cal, e.At).Equal(e.At) {
					t.Fatalf("last day %s: %s is told at %s, when the office is closed", last, e.Rule.Code, e.At)
				}
				at[e.Rule.Code] = e.At
			}
			if len(at) != 3 || !at["soon"].Before(s.Due) || at["over"].Before(s.Due) || at["up"].Before(at["over"]) {
				t.Fatalf("last day %s: out of order, %v", last, at)
			}
			if got := cal.WorkdaysBetween(last, calendar.DateOf(at["up"])); got != n {
				t.Fatalf("last day %s: the office above hears after %d working days, want %d", last, got, n)
			}
			for code, instant := range at {
				if deadline.Reached(cal, office, last, rules, instant.Add(-time.Second))[code] || !deadline.Reached(cal, office, last, rules, instant)[code] {
					t.Fatalf("last day %s: %s does not come at its instant", last, code)
				}
			}
		}
	}
}
