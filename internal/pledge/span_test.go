package pledge

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"fangxin/internal/calendar"
	"fangxin/internal/scheme"
)

func at(s string) calendar.Date {
	d, err := calendar.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// Whatever versions a shop signs, each day of its pledge is judged by exactly
// one: the last that began by then. Days outside are judged by none, and a
// later version never changes the answer for a day before it.
func TestOneVersionForEachDay(t *testing.T) {
	rng := rand.New(rand.NewPCG(44904, 2024))
	for range 300 {
		s := span{from: at("2026-01-01").AddDays(rng.IntN(400))}
		s.to = s.from.AddDays(rng.IntN(800))
		day := s.from
		for n := 1; n <= 1+rng.IntN(6); n++ {
			s.versions = append(s.versions, Version{No: n, From: day, Terms: Terms{Days: 7 + rng.IntN(60)}})
			day = day.AddDays(1 + rng.IntN(300)) // may lie behind the end
		}
		all := cut(s)
		for i, v := range all {
			if v.To.Before(v.From) || i > 0 && all[i-1].To.AddDays(1) != v.From {
				t.Fatalf("intervals of %+v: %+v", s, all)
			}
		}
		if all[0].From != s.from || all[len(all)-1].To != s.to {
			t.Fatalf("%v–%v is covered by %+v", s.from, s.to, all)
		}
		for range 40 {
			day := s.from.AddDays(rng.IntN(1200) - 200)
			got, ok := inForce([]span{s}, day)
			if ok != s.holds(day) {
				t.Fatalf("%v in %v–%v: %t", day, s.from, s.to, ok)
			}
			if !ok {
				continue
			}
			want := 0
			for _, v := range s.versions {
				if !day.Before(v.From) {
					want = v.No
				}
			}
			if got.No != want || day.Before(got.From) || got.To.Before(day) {
				t.Fatalf("%v is judged by %+v, want no. %d", day, got, want)
			}
			shorter := s
			shorter.versions = s.versions[:want]
			if before, _ := inForce([]span{shorter}, day); before.No != got.No {
				t.Fatalf("a later version changed %v: %d, then %d", day, before.No, got.No)
			}
		}
	}
}

// The window has at least the promised days, begins when the rules say, and
// never ends on a day on which nobody works.
func TestWindow(t *testing.T) {
	cal, rules := calendar.Shipped(), CurrentRules().Version
	for _, c := range []struct {
		what, day string
		days      int
		pickup    Clock
		delivered bool
		first     string
		last      string
	}{
		{"taken along, the day itself is the first", "2026-03-02", 7, SameDay, false, "2026-03-02", "2026-03-09"}, // 8 March is a Sunday
		{"the day after, as the shop promises", "2026-03-02", 7, NextDay, false, "2026-03-03", "2026-03-09"},
		{"delivered, the day after arrival", "2026-03-02", 7, SameDay, true, "2026-03-03", "2026-03-09"},
		{"a working day stays", "2026-03-03", 7, SameDay, false, "2026-03-03", "2026-03-09"},
		{"over the National Day", "2026-09-25", 7, SameDay, false, "2026-09-25", "2026-10-08"},
		{"thirty days", "2026-04-01", 30, SameDay, false, "2026-04-01", "2026-04-30"},
	} {
		w := WindowOf(cal, Terms{Days: c.days, Pickup: c.pickup, Rules: rules}, at(c.day), c.delivered)
		if w.First.String() != c.first || w.Last.String() != c.last {
			t.Errorf("%s: %v–%v, want %s–%s", c.what, w.First, w.Last, c.first, c.last)
		}
	}
	rng := rand.New(rand.NewPCG(7, 7))
	for range 2000 {
		day := at("2026-01-01").AddDays(rng.IntN(360))
		terms := Terms{Days: 7 + rng.IntN(90), Pickup: []Clock{SameDay, NextDay}[rng.IntN(2)], Rules: rules}
		delivered := rng.IntN(2) == 0
		w := WindowOf(cal, terms, day, delivered)
		span := w.First.DaysUntil(w.Last) + 1
		switch {
		case span < terms.Days, span > terms.Days+9:
			t.Fatalf("%+v from %v: %d days", terms, day, span)
		case !cal.Workday(w.Last), w.Moved != (span > terms.Days):
			t.Fatalf("%+v from %v ends on %v, moved %t", terms, day, w.Last, w.Moved)
		}
		longer := terms
		longer.Days++
		if WindowOf(cal, longer, day, delivered).Last.Before(w.Last) {
			t.Fatalf("a longer promise ends earlier: %v", day)
		}
	}
	if w := WindowOf(cal, Terms{Days: 30, Pickup: SameDay, Rules: rules}, at("2030-01-01"), false); !w.Guessed {
		t.Error("the holidays of 2030 are not known")
	}
}

func TestRounds(t *testing.T) {
	rules, end := CurrentRules(), at("2026-06-30")
	for _, c := range []struct {
		what   string
		byDate bool
		signed string
		want   int
	}{
		{"before the end", true, "2026-06-01", 4},
		{"a year after the end, to the day", true, "2027-06-30", 4},
		{"a day later", true, "2027-07-01", 1},
		{"the next day after leaving", false, "2026-07-01", 1},
	} {
		if got := Round(rules, 3, end, c.byDate, at(c.signed)); got != c.want {
			t.Errorf("%s: %d, want %d", c.what, got, c.want)
		}
	}
}

func TestRulesAreSound(t *testing.T) {
	sch, ok := scheme.Lookup(SchemeCode, "")
	if !ok {
		t.Fatal("no scheme")
	}
	for _, sec := range sch.Sectors {
		suggested := Suggest(CurrentRules(), sch, []string{sec})
		if missing := suggested.Missing(); len(missing) > 0 {
			t.Errorf("%s begins with terms that lack %v", sec, missing)
		}
	}
	files, err := filepath.Glob("../../assets/pledges/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	good, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParseRules(good); err != nil {
		t.Error(err)
	}
	for _, extra := range []string{"fee: 100\n", "version: \"\"\n"} {
		if _, err := ParseRules(append([]byte(extra), good...)); err == nil {
			t.Errorf("accepted with %q", extra)
		}
	}
}

// Each way to promise less counts as narrower, and its reverse does not.
func TestNarrower(t *testing.T) {
	sch, _ := scheme.Lookup(SchemeCode, "")
	full := Suggest(CurrentRules(), sch, []string{"store"})
	full.Days, full.Pickup, full.RefundDays, full.RefundWay, full.CrossStore, full.CrossCity, full.Gifts, full.Freight = 15, NextDay, 1, "choice", true, true, "keep", "shop"
	for what, change := range map[string]func(*Terms){
		"days":      func(t *Terms) { t.Days = 14 },
		"clock":     func(t *Terms) { t.Pickup = SameDay },
		"goods":     func(t *Terms) { t.Goods = t.Goods[1:] },
		"exclusion": func(t *Terms) { t.Exclusions = append(append([]string{}, t.Exclusions...), "medicine") },
		"own":       func(t *Terms) { t.Others = []Other{{"样品", "已展示"}} },
		"refund":    func(t *Terms) { t.RefundDays = 3 },
		"way":       func(t *Terms) { t.RefundWay = "original" },
		"store":     func(t *Terms) { t.CrossStore = false },
		"city":      func(t *Terms) { t.CrossCity = false },
		"gifts":     func(t *Terms) { t.Gifts = "return_or_pay" },
		"freight":   func(t *Terms) { t.Freight = "consumer" },
		"proof":     func(t *Terms) { t.Proof = t.Proof[:1] },
	} {
		less := full
		change(&less)
		if !less.Narrower(full) || full.Narrower(less) {
			t.Errorf("%s: narrower %t, the other way %t", what, less.Narrower(full), full.Narrower(less))
		}
	}
	if full.Narrower(full) {
		t.Error("the same is not narrower")
	}
}
