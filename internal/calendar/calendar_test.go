package calendar_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
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
		"2024-02-04": true,                                            // Sunday worked for the Spring Festival
		"2024-02-09": true,                                            // New Year's Eve, not in that year's notice
		"2024-02-10": false, "2024-02-12": false, "2024-02-17": false, // Spring Festival
		"2024-02-18": true,                                            // Sunday worked
		"2025-01-26": true,                                            // Sunday worked
		"2025-10-08": false,                                           // National Day and Mid-Autumn together
		"2026-02-14": true,                                            // Saturday worked
		"2026-02-15": false, "2026-02-17": false, "2026-02-23": false, // Spring Festival
		"2026-02-24": true, "2026-02-28": true, // back to work; Saturday worked
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

// Adding working days and counting them are each other's inverse, forwards and
// backwards, from every day of three years with many make-up days, and the
// result is the tightest one.
func TestAddAndCountAgree(t *testing.T) {
	c := calendar.Shipped()
	for d := day(t, "2024-01-01"); d.Before(day(t, "2026-11-01")); d = d.AddDays(1) {
		for _, n := range []int{-15, -5, -1, 0, 1, 5, 7, 15} {
			end := c.AddWorkdays(d, n).Date
			if got := c.WorkdaysBetween(d, end); got != n {
				t.Fatalf("%s + %d = %s, counted back %d", d, n, end, got)
			}
			switch {
			case n > 0 && !c.Workday(end):
				t.Fatalf("%s + %d ends on the free day %s", d, n, end)
			case n < 0 && c.WorkdaysBetween(end.AddDays(1), d) == -n:
				t.Fatalf("%s %d = %s, but the day after would do", d, n, end)
			case n == 0 && end != d:
				t.Fatalf("%s + 0 = %s", d, end)
			}
		}
	}
}

func TestDeadlines(t *testing.T) {
	c := calendar.Shipped()
	festival := time.Date(2026, 2, 13, 15, 0, 0, 0, ident.Beijing) // Friday before the Spring Festival
	late := time.Date(2026, 11, 20, 17, 30, 0, 0, time.UTC)        // already Saturday in Beijing
	for _, v := range []struct {
		name  string
		start time.Time
		p     calendar.Period
		due   time.Time
		last  string
	}{
		{"the made-up Saturday counts", festival, calendar.Period{N: 1, Unit: calendar.Workdays}, time.Date(2026, 2, 15, 0, 0, 0, 0, ident.Beijing), "2026-02-14"},
		{"the festival does not", festival, calendar.Period{N: 2, Unit: calendar.Workdays}, time.Date(2026, 2, 25, 0, 0, 0, 0, ident.Beijing), "2026-02-24"},
		{"days are Beijing's", late, calendar.Period{N: 1, Unit: calendar.Workdays}, time.Date(2026, 11, 24, 0, 0, 0, 0, ident.Beijing), "2026-11-23"},
		{"natural days run through", festival, calendar.Period{N: 60, Unit: calendar.Days}, time.Date(2026, 4, 15, 0, 0, 0, 0, ident.Beijing), "2026-04-14"},
		{"hours run through the night", festival, calendar.Period{N: 24, Unit: calendar.Hours}, festival.Add(24 * time.Hour), "2026-02-14"},
		{"hours up to midnight", time.Date(2026, 2, 13, 0, 0, 0, 0, ident.Beijing), calendar.Period{N: 24, Unit: calendar.Hours}, time.Date(2026, 2, 14, 0, 0, 0, 0, ident.Beijing), "2026-02-13"},
		{"nothing is the end of the day", festival, calendar.Period{N: 0, Unit: calendar.Days}, time.Date(2026, 2, 14, 0, 0, 0, 0, ident.Beijing), "2026-02-13"},
	} {
		d, err := c.Deadline(v.start, v.p)
		if err != nil || !d.Due.Equal(v.due) || d.LastDay != day(t, v.last) || d.Guessed != nil {
			t.Errorf("%s: due %v on %s, %v %v; want %v on %s", v.name, d.Due.In(ident.Beijing), d.LastDay, d.Guessed, err, v.due, v.last)
		}
		if d.Passed(v.due.Add(-time.Second)) || !d.Passed(v.due) {
			t.Errorf("%s: passed at the wrong second", v.name)
		}
	}
	for _, p := range []calendar.Period{{N: 1}, {N: 1, Unit: "weeks"}, {N: -1, Unit: calendar.Days}, {N: calendar.MaxCount + 1, Unit: calendar.Hours}} {
		var bad *calendar.DataError
		if _, err := c.Deadline(festival, p); !errors.As(err, &bad) || bad.Words("zh") == bad.Words("en") {
			t.Errorf("%v was taken: %v", p, err)
		}
	}
}

func TestWarningsSayWhatToDo(t *testing.T) {
	c := calendar.Shipped()
	d, err := c.Deadline(time.Date(2026, 12, 28, 9, 0, 0, 0, ident.Beijing), calendar.Period{N: 7, Unit: calendar.Workdays})
	if err != nil {
		t.Fatal(err)
	}
	w := d.Warnings()
	if len(w) != 1 || w[0].Year != 2027 {
		t.Fatalf("warnings %v", w)
	}
	for _, lang := range []string{"zh", "en"} {
		if s := w[0].Words(lang); !strings.Contains(s, "2027") || strings.Contains(s, "{") || strings.HasPrefix(s, "calendar.") {
			t.Errorf("%s", s)
		}
	}
	if d, _ := c.Deadline(d.Start, calendar.Period{N: 30, Unit: calendar.Days}); d.Warnings() != nil {
		t.Error("calendar days need no holidays")
	}
	if _, covered := c.IsWorkday(day(t, "2027-02-08")); covered {
		t.Error("2027 is not covered")
	}
	if worked, covered := c.IsWorkday(day(t, "2025-01-26")); !worked || !covered {
		t.Error("2025-01-26 was worked")
	}
	if got := c.Uncovered(day(t, "2028-01-01"), day(t, "2026-01-01")); !slices.Equal(got, []int{2027, 2028}) {
		t.Errorf("uncovered %v", got)
	}
	if r := c.AddWorkdays(day(t, "2018-01-02"), -1); !slices.Equal(r.Guessed, []int(nil)) || r.Date != day(t, "2018-01-01") {
		t.Errorf("%+v", r)
	}
	if r := c.AddWorkdays(day(t, "2018-01-02"), -2); !slices.Equal(r.Guessed, []int{2017}) || len(r.Warnings()) != 1 {
		t.Errorf("%+v", r)
	}
}

// A file for one year replaces that year and leaves the others.
func TestWith(t *testing.T) {
	own, err := calendar.Load([]byte(`{"covered":[2026,2027],"holidays":["2026-01-01","2027-01-01"],"workdays":["2027-01-03"]}`))
	if err != nil {
		t.Fatal(err)
	}
	c := calendar.Shipped().With(own)
	for s, want := range map[string]bool{"2027-01-01": false, "2027-01-03": true, "2026-02-17": true, "2026-02-14": false, "2025-01-26": true, "2025-10-08": false} {
		if worked, covered := c.IsWorkday(day(t, s)); worked != want || !covered {
			t.Errorf("%s: worked %v, covered %v", s, worked, covered)
		}
	}
	if y := c.Years(); y[0] != 2018 || y[len(y)-1] != 2027 || c.CoveredUntil() != 2027 || calendar.Shipped().Covers(2027) {
		t.Errorf("years %v", y)
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

func TestDatesFromDatabases(t *testing.T) {
	newYork := time.FixedZone("", -5*3600)
	for _, src := range []any{
		"2026-01-02 00:00:00+00:00", "2026-01-02T00:00:00Z", []byte("2026-01-02 00:00:00"),
		time.Date(2026, 1, 2, 0, 0, 0, 0, ident.Beijing),
		time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC).In(newYork), time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC).In(ident.Beijing),
	} {
		var d calendar.Date
		if err := d.Scan(src); err != nil || d.String() != "2026-01-02" {
			t.Errorf("%v scanned as %s, %v", src, d, err)
		}
	}
	for _, src := range []any{"2026-01-02x", "20260102", 5, "2026-13-01"} {
		var d calendar.Date
		if d.Scan(src) == nil {
			t.Errorf("%v was read as %s", src, d)
		}
	}
	var d calendar.Date
	if err := d.Scan(nil); err != nil || !d.IsZero() {
		t.Error("NULL is no date")
	}
	v, err := day(t, "2026-01-02").Value()
	if err != nil || v != "2026-01-02" {
		t.Errorf("stored as %v %v", v, err)
	}
	if x := day(t, "2026-01-02"); !x.Start().Equal(time.Date(2026, 1, 1, 16, 0, 0, 0, time.UTC)) || !x.End().Equal(x.AddDays(1).Start()) || !x.After(x.AddDays(-1)) {
		t.Error("a day begins and ends at midnight in Beijing")
	}
}

func TestLoadRefusesNonsense(t *testing.T) {
	for bad, reason := range map[string]string{
		`{`:                "bad_file",
		`{"years":[2026]}`: "bad_file",
		`{"covered":[2026],"holidays":["2026-13-01"]}`:                           "bad_date",
		`{"covered":[2026],"holidays":["2027-01-01"]}`:                           "not_listed",
		`{"covered":[2026],"holidays":["2026-01-01"],"workdays":["2026-01-01"]}`: "both",
		`{"covered":[2026],"holidays":["2026-01-01"],"workdays":["2026-01-05"]}`: "not_weekend",
		`{"covered":[2026,2027],"holidays":["2026-01-01"]}`:                      "bare_year",
	} {
		_, err := calendar.Load([]byte(bad))
		var data *calendar.DataError
		if !errors.As(err, &data) || data.Reason != reason {
			t.Errorf("%s: %v", bad, err)
			continue
		}
		if zh, en := data.Words("zh"), data.Words("en"); zh == en || strings.Contains(zh+en, "{0}") {
			t.Errorf("%s: %s / %s", bad, zh, en)
		}
	}
}
