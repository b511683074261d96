package deadline_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"fangxin/internal/calendar"
	"fangxin/internal/deadline"
)

var beijing = time.FixedZone("UTC+8", 8*3600)

const minute = "2006-01-02 15:04"

func at(t *testing.T, s string) time.Time {
	t.Helper()
	v, err := time.ParseInLocation(minute, s, beijing)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

type table struct {
	Classes map[string]calendar.Period
	Cases   []struct {
		Name, Like      string
		Events          []string
		Now, Phase, Due string
		Left            string
		Late            bool
		Guessed         []int
	}
	Escalations []struct {
		Name, Like string
		Events     []string
		Told       map[string]string
	}
	Refused []struct {
		Why    string
		Events []string
	}
}

// parse reads "2026-11-23 09:00 start small".
func (tb table) parse(t *testing.T, lines []string) []deadline.Event {
	t.Helper()
	var out []deadline.Event
	for _, l := range lines {
		f := strings.Fields(l)
		e := deadline.Event{At: at(t, f[0]+" "+f[1]), Kind: deadline.Kind(f[2])}
		if len(f) > 3 {
			e.Class = deadline.Class{Code: f[3], Period: tb.Classes[f[3]]}
		}
		if e.Kind == deadline.Pause || e.Kind == deadline.Reclass {
			e.Reason = "waiting"
		}
		out = append(out, e)
	}
	return out
}

func golden(t *testing.T) table {
	t.Helper()
	b, err := os.ReadFile("testdata/clocks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var tb table
	if err := yaml.Unmarshal(b, &tb); err != nil {
		t.Fatal(err)
	}
	return tb
}

func left(s deadline.State) string {
	if s.Class.Period.Unit == calendar.Hours {
		return s.Left.Time.String()
	}
	return (time.Duration(s.Left.Days) * time.Nanosecond).String()
}

func wantLeft(s string) string {
	if d, err := time.ParseDuration(s); err == nil && s != "0" {
		return d.String()
	}
	d, _ := time.ParseDuration(s + "ns")
	return d.String()
}

func TestClocks(t *testing.T) {
	tb := golden(t)
	for _, c := range tb.Cases {
		t.Run(c.Name, func(t *testing.T) {
			s, err := deadline.Evaluate(calendar.Shipped(), tb.parse(t, c.Events), at(t, c.Now))
			if err != nil {
				t.Fatal(err)
			}
			phase, due := c.Phase, ""
			if phase == "" {
				phase = "running"
			}
			if !s.Due.IsZero() {
				due = s.Due.In(beijing).Format(minute)
			}
			if string(s.Phase) != phase || due != c.Due || s.Late != c.Late || left(s) != wantLeft(c.Left) || !slices.Equal(s.Guessed, c.Guessed) {
				t.Errorf("%s, due %s, left %s, late %v, guessed %v; want %s, %s, %s, %v, %v", s.Phase, due, left(s), s.Late, s.Guessed, phase, c.Due, wantLeft(c.Left), c.Late, c.Guessed)
			}
		})
	}
}

func TestEscalations(t *testing.T) {
	tb := golden(t)
	rules := []deadline.Rule{{Code: "soon", Before: 2}, {Code: "over"}}
	for _, c := range tb.Escalations {
		t.Run(c.Name, func(t *testing.T) {
			events := tb.parse(t, c.Events)
			s, err := deadline.Evaluate(calendar.Shipped(), events, events[len(events)-1].At)
			if err != nil {
				t.Fatal(err)
			}
			told := map[string]string{}
			for _, e := range deadline.Escalations(calendar.Shipped(), deadline.UsualOffice, s, rules) {
				told[e.Rule.Code] = e.At.In(beijing).Format(minute)
			}
			for code, when := range c.Told {
				if told[code] != when {
					t.Errorf("%s is told at %q, want %q", code, told[code], when)
				}
				delete(told, code)
			}
			if len(told) > 0 {
				t.Errorf("also told: %v", told)
			}
		})
	}
}

func TestImpossibleEventsAreNamed(t *testing.T) {
	tb := golden(t)
	for _, c := range tb.Refused {
		var bad *deadline.EventError
		if _, err := deadline.Evaluate(calendar.Shipped(), tb.parse(t, c.Events), time.Now()); !errors.As(err, &bad) || bad.Why != c.Why {
			t.Errorf("%v: %v, want %s", c.Events, err, c.Why)
		}
	}
	start := deadline.Event{At: time.Now(), Kind: deadline.Start, Class: deadline.Class{Period: calendar.Period{N: 1, Unit: "weeks"}}}
	if _, err := deadline.Evaluate(calendar.Shipped(), []deadline.Event{start}, time.Now()); err == nil {
		t.Error("a period in weeks is taken")
	}
	start.Class.Period.Unit = calendar.Days
	if _, err := deadline.Evaluate(calendar.Shipped(), []deadline.Event{start, {At: start.At, Kind: deadline.Pause}}, time.Now()); err == nil {
		t.Error("a pause without a reason is taken")
	}
}

// life draws the events of one matter and an instant after them.
func life(r *rand.Rand) (events []deadline.Event, now time.Time) {
	units := []calendar.Unit{calendar.Workdays, calendar.Days, calendar.Hours}
	class := func() deadline.Class {
		return deadline.Class{Period: calendar.Period{N: 1 + r.IntN(30), Unit: units[r.IntN(3)]}}
	}
	t := time.Date(2026, 1+time.Month(r.IntN(10)), 1+r.IntN(28), r.IntN(24), r.IntN(60), 0, 0, beijing)
	events = []deadline.Event{{At: t, Kind: deadline.Start, Class: class()}}
	paused := false
	for range r.IntN(8) {
		t = t.Add(time.Duration(r.IntN(5*24*60)) * time.Minute)
		e := deadline.Event{At: t, Reason: "waiting"}
		switch {
		case r.IntN(4) == 0:
			e.Kind, e.Class = deadline.Reclass, class()
		case paused:
			e.Kind, paused = deadline.Resume, false
		default:
			e.Kind, paused = deadline.Pause, true
		}
		events = append(events, e)
	}
	if r.IntN(2) == 0 {
		t = t.Add(time.Duration(r.IntN(10*24*60)) * time.Minute)
		events = append(events, deadline.Event{At: t, Kind: deadline.Stop})
	}
	return events, t.Add(time.Duration(r.IntN(30*24*60)) * time.Minute)
}

// slow computes hours minute by minute, and days by asking every midnight.
func slow(cal *calendar.Calendar, events []deadline.Event) time.Time {
	class, paused, next := deadline.Class{}, false, 0
	for _, e := range events {
		if e.Kind == deadline.Start || e.Kind == deadline.Reclass {
			class = e.Class
		}
	}
	count, t := 0, events[0].At
	for ; t.Before(events[len(events)-1].At.AddDate(0, 6, 0)); t = t.Add(time.Minute) {
		midnight := t.In(beijing).Hour() == 0 && t.In(beijing).Minute() == 0 && t.After(events[0].At)
		day := calendar.DateOf(t.Add(-time.Nanosecond))
		if midnight && !paused && class.Period.Unit != calendar.Hours && day.After(calendar.DateOf(events[0].At)) &&
			(class.Period.Unit == calendar.Days || cal.Workday(day)) {
			if count++; count == class.Period.N {
				return t
			}
		}
		for next < len(events) && !events[next].At.After(t) {
			switch events[next].Kind {
			case deadline.Pause:
				paused = true
			case deadline.Resume:
				paused = false
			}
			next++
		}
		if !paused && class.Period.Unit == calendar.Hours {
			if count++; count == class.Period.N*60 {
				return t.Add(time.Minute)
			}
		}
	}
	return time.Time{}
}

func TestAgainstCountingEveryMinute(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for range 80 {
		events, now := life(r)
		s, err := deadline.Evaluate(calendar.Shipped(), events, now)
		if err != nil {
			t.Fatal(err)
		}
		if want := slow(calendar.Shipped(), events); !s.Due.Equal(want) {
			t.Fatalf("due %v, counted %v: %+v", s.Due.In(beijing), want.In(beijing), events)
		}
	}
}

// Whatever is asked in between, the answer at the end is the one of the events
// alone; and once due and open, always due.
func TestDueStaysDue(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	for range 2000 {
		events, now := life(r)
		final, err := deadline.Evaluate(calendar.Shipped(), events, now)
		if err != nil {
			t.Fatal(err)
		}
		reclassed := slices.ContainsFunc(events, func(e deadline.Event) bool { return e.Kind == deadline.Reclass })
		for i := 1; i < len(events) && !reclassed; i++ {
			s, err := deadline.Evaluate(calendar.Shipped(), events[:i], events[i].At)
			if err != nil {
				t.Fatal(err)
			}
			if s.Late && (!final.Late || !final.Due.Equal(s.Due)) {
				t.Fatalf("late at event %d and not at the end: %+v", i, events)
			}
			if !s.Due.IsZero() && !final.Due.IsZero() && final.Due.Before(s.Due) {
				t.Fatalf("a pause made it due earlier: %+v", events)
			}
		}
	}
}

// Closing a matter that is late never lowers the rate, leaving it open never
// raises it, and every clock is counted once.
func TestRateCannotBePolished(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	for range 300 {
		var open, closed deadline.Tally
		n := 1 + r.IntN(40)
		for range n {
			events, now := life(r)
			s, err := deadline.Evaluate(calendar.Shipped(), events, now)
			if err != nil {
				t.Fatal(err)
			}
			open.Add(s)
			if s.Phase != deadline.Stopped && s.Late {
				events = append(events, deadline.Event{At: now, Kind: deadline.Stop})
				if s, err = deadline.Evaluate(calendar.Shipped(), events, now); err != nil {
					t.Fatal(err)
				}
			}
			closed.Add(s)
		}
		before, ok1 := open.Rate()
		after, ok2 := closed.Rate()
		if before != after || ok1 != ok2 {
			t.Fatalf("closing what is late changed the rate from %d to %d: %+v %+v", before, after, open, closed)
		}
		if open.Judged()+open.Running != n {
			t.Fatalf("%d of %d clocks are counted", open.Judged()+open.Running, n)
		}
	}
	if rate, ok := (deadline.Tally{OnTime: 9, Overdue: 1}).Rate(); rate != 900 || !ok {
		t.Errorf("nine of ten: %d", rate)
	}
	if _, ok := (deadline.Tally{Running: 3}).Rate(); ok {
		t.Error("a rate of nothing")
	}
}
