package calendar_test

import (
	"encoding/json"
	"testing"
	"time"

	"fangxin/internal/calendar"
	"fangxin/internal/ident"
)

func day(t *testing.T, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestRealDays(t *testing.T) {
	c := calendar.Shipped()
	for s, want := range map[string]bool{
		"2024-02-04": true,  // Sunday worked for the Spring Festival
		"2024-02-12": false, // Spring Festival
		"2025-01-26": true,  // Sunday worked
		"2025-10-08": false, // National Day and Mid-Autumn together
		"2026-02-14": true,  // Saturday worked
		"2026-02-17": false,
		"2026-11-23": true, // an ordinary Monday
		"2026-11-22": false,
	} {
		if got := c.Workday(day(t, s)); got != want {
			t.Errorf("%s: worked %v, want %v", s, got, want)
		}
	}
}

func TestUncoveredYearsAreNamed(t *testing.T) {
	c := calendar.Shipped()
	r := c.AddWorkdays(day(t, "2026-12-30"), 5)
	if len(r.Guessed) != 1 || r.Guessed[0] != 2027 || c.Covers(2027) {
		t.Errorf("guessed %v", r.Guessed)
	}
	if r := c.AddWorkdays(day(t, "2026-11-23"), 5); r.Guessed != nil || r.Date != day(t, "2026-11-30") {
		t.Errorf("%v", r)
	}
}

// Adding n working days and counting them back agree, over every start of
// three years that have many make-up days.
func TestAddAndCountAgree(t *testing.T) {
	c := calendar.Shipped()
	for d := day(t, "2024-01-01"); d.Before(day(t, "2026-11-01")); d = d.AddDays(1) {
		for _, n := range []int{1, 5, 7, 15} {
			end := c.AddWorkdays(d, n).Date
			if got := c.WorkdaysBetween(d, end); got != n {
				t.Fatalf("%s + %d = %s, counted back %d", d, n, end, got)
			}
			if !c.Workday(end) {
				t.Fatalf("%s + %d ends on the free day %s", d, n, end)
			}
		}
	}
}

func TestDue(t *testing.T) {
	c := calendar.Shipped()
	start := time.Date(2026, 2, 13, 15, 0, 0, 0, ident.Beijing) // Friday before the festival
	due, _ := c.Due(start, calendar.Period{N: 1, Unit: calendar.Workdays})
	if want := time.Date(2026, 2, 15, 0, 0, 0, 0, ident.Beijing); !due.Equal(want) {
		t.Errorf("one working day after Friday 13 is the end of the made-up Saturday, got %v", due.In(ident.Beijing))
	}
	due, _ = c.Due(start, calendar.Period{N: 24, Unit: calendar.Hours})
	if !due.Equal(start.Add(24 * time.Hour)) {
		t.Errorf("hours run through the night, got %v", due)
	}
	due, _ = c.Due(start, calendar.Period{N: 60, Unit: calendar.Days})
	if want := day(t, "2026-04-14").End(); !due.Equal(want) {
		t.Errorf("sixty days end %v, want %v", due, want)
	}
}

func TestDateForms(t *testing.T) {
	late := time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC) // already the 2nd in Beijing
	if got := calendar.DateOf(late).String(); got != "2026-03-02" {
		t.Errorf("day in Beijing is %s", got)
	}
	for _, src := range []any{"2026-01-02", "2026-01-02T00:00:00Z", []byte("2026-01-02"), time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)} {
		var d calendar.Date
		if err := d.Scan(src); err != nil || d.String() != "2026-01-02" {
			t.Errorf("%v scanned as %s, %v", src, d, err)
		}
	}
	var d calendar.Date
	if json.Unmarshal([]byte(`"2026-02-30"`), &d) == nil {
		t.Error("30 February was accepted")
	}
	if got := day(t, "2024-02-29").AddYears(1).String(); got != "2025-02-28" {
		t.Errorf("leap day plus a year is %s", got)
	}
}

func TestLoadRefusesNonsense(t *testing.T) {
	for _, bad := range []string{`{`, `{"covered":[2026],"holidays":["2026-13-01"]}`, `{"covered":[2026],"holidays":["2027-01-01"]}`} {
		if _, err := calendar.Load([]byte(bad)); err == nil {
			t.Errorf("%s was accepted", bad)
		}
	}
}
