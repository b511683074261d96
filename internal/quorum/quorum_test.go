package quorum_test

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"fangxin/internal/calendar"
	"fangxin/internal/quorum"
	"fangxin/internal/scheme"
)

// shipped are the rules of the provincial title.
func shipped(t testing.TB) quorum.Rules {
	t.Helper()
	s, ok := scheme.Lookup(scheme.ModelStreet, "")
	if !ok || s.Street == nil {
		t.Fatal("the provincial title of streets has no figures")
	}
	return *s.Street
}

func date(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// street makes n shops, of which some take part and promise returns until
// given days.
type group struct {
	N          int    `json:"n"`
	Eligible   bool   `json:"eligible"`
	CanReturn  bool   `json:"can_return"`
	Title      string `json:"title"`   // last day of a model title, "" without
	Returns    string `json:"returns"` // last day of a promise to take back, "" without
	TitleStart string `json:"title_start"`
}

func facts(t testing.TB, groups []group, station bool, incidents, failed []string) quorum.Facts {
	f := quorum.Facts{Station: station, Failed: failed}
	for i, g := range groups {
		for n := range g.N {
			s := quorum.Shop{ID: strconv.Itoa(i) + "/" + strconv.Itoa(n), Eligible: g.Eligible, CanReturn: g.CanReturn}
			start := date(t, "2020-01-01")
			if g.TitleStart != "" {
				start = date(t, g.TitleStart)
			}
			if g.Title != "" {
				s.Titles = append(s.Titles, quorum.Title{Scheme: "jx-model-shop", From: start, Until: date(t, g.Title)})
			}
			if g.Returns != "" {
				s.Titles = append(s.Titles, quorum.Title{Scheme: "return-pledge", From: start, Until: date(t, g.Returns)})
			}
			f.Shops = append(f.Shops, s)
		}
	}
	for _, d := range incidents {
		f.Incidents = append(f.Incidents, date(t, d))
	}
	return f
}

// TestGolden holds streets against the shipped rules and compares what becomes
// of them day by day.
func TestGolden(t *testing.T) {
	b, err := os.ReadFile("testdata/streets.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name      string   `json:"name"`
		Day       string   `json:"day"`
		Groups    []group  `json:"groups"`
		NoStation bool     `json:"no_station"`
		Incidents []string `json:"incidents"`
		Failed    []string `json:"failed"`
		Broken    []string `json:"broken"`
		Turns     []string `json:"turns"` // "at_risk 2026-01-01 2026-02-01"
	}
	if err := json.Unmarshal(b, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) < 12 {
		t.Fatalf("%d cases", len(cases))
	}
	rules := shipped(t)
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			f := facts(t, c.Groups, !c.NoStation, c.Incidents, c.Failed)
			day := date(t, c.Day)
			j := rules.Judge(f, day)
			var broken []string
			for _, p := range j.Broken() {
				broken = append(broken, p.Rule+p.Item)
			}
			if !slices.Equal(broken, c.Broken) || j.Met != (len(c.Broken) == 0) {
				t.Errorf("broken %v, want %v", broken, c.Broken)
			}
			var turns []string
			for _, x := range rules.Follow(nil, f, day, day.AddYears(2), calendar.Shipped()) {
				s := string(x.Standing) + " " + x.From.String()
				if !x.Until.IsZero() {
					s += " " + x.Until.String()
				}
				turns = append(turns, s)
			}
			if !slices.Equal(turns, c.Turns) {
				t.Errorf("turns %q, want %q", turns, c.Turns)
			}
		})
	}
}

// random makes a street near its limits, so that most of them move.
func random(r *rand.Rand, day calendar.Date) quorum.Facts {
	f := quorum.Facts{Station: r.IntN(8) > 0}
	for i := range 28 + r.IntN(12) {
		s := quorum.Shop{ID: strconv.Itoa(i), Eligible: r.IntN(10) > 0, CanReturn: r.IntN(2) > 0}
		for _, scheme := range []string{"jx-model-shop", "return-pledge"} {
			if r.IntN(12) > 0 {
				from := day.AddDays(-r.IntN(400) + 20)
				s.Titles = append(s.Titles, quorum.Title{Scheme: scheme, From: from, Until: from.AddDays(300 + r.IntN(800))})
			}
		}
		f.Shops = append(f.Shops, s)
	}
	if r.IntN(6) == 0 {
		f.Incidents = append(f.Incidents, day.AddDays(-r.IntN(900)))
	}
	if r.IntN(6) == 0 {
		f.Failed = append(f.Failed, []string{"STR-04", "STR-06"}[r.IntN(2)])
	}
	return f
}

// TestDatesAlone: what was foreseen on a day is what is found on every later
// day when nothing happened; and each day's standing agrees with judging it.
func TestDatesAlone(t *testing.T) {
	rules, cal := shipped(t), calendar.Shipped()
	r := rand.New(rand.NewPCG(7, 2026))
	moved, lapsed := 0, 0
	for range 400 {
		start := date(t, "2026-01-05").AddDays(r.IntN(200))
		last := start.AddDays(500)
		f := random(r, start)
		turns := rules.Follow(nil, f, start, last, cal)
		for n := range 60 {
			day := start.AddDays(n * 8)
			again := rules.Follow(turns, f, day, last, cal)
			for k := range 40 {
				at := day.AddDays(k * 5)
				was, _ := quorum.On(turns, at)
				is, _ := quorum.On(again, at)
				if was != is {
					t.Fatalf("foreseen on %s: %s on %s; recomputed on %s: %s\n%+v\n%+v", start, was, at, day, is, turns, again)
				}
			}
			standing, _ := quorum.On(turns, day)
			if met := rules.Judge(f, day).Met; standing == quorum.Sound != met && standing != quorum.Lapsed {
				t.Fatalf("%s: met %v but %s", day, met, standing)
			}
			if standing != quorum.Sound {
				moved++
			}
			if standing == quorum.Lapsed {
				lapsed++
			}
		}
	}
	if moved < 500 || lapsed < 100 {
		t.Errorf("only %d days in trouble and %d lapsed: the property was hardly tried", moved, lapsed)
	}
}

// TestMending: trouble that is mended within grace leaves the title sound,
// grace does not begin again with each event, and a lapse is never undone.
func TestMending(t *testing.T) {
	rules, cal := shipped(t), calendar.Shipped()
	good := facts(t, []group{{N: 36, Eligible: true, CanReturn: true, Title: "2029-01-01", Returns: "2029-01-01"}}, true, nil, nil)
	bad := facts(t, []group{{N: 30, Eligible: true, CanReturn: true, Title: "2029-01-01", Returns: "2029-01-01"}, {N: 10, Eligible: true, CanReturn: true}}, true, nil, nil)
	start, last := date(t, "2026-03-02"), date(t, "2028-01-01")
	turns := rules.Follow(nil, bad, start, last, cal)
	if len(turns) != 2 || turns[0].Standing != quorum.AtRisk || turns[1].Standing != quorum.Lapsed || turns[1].From != turns[0].Until {
		t.Fatalf("%+v", turns)
	}
	end := turns[0].Until
	worse := bad
	worse.Station = false
	if again := rules.Follow(turns, worse, start.AddDays(10), last, cal); again[0].Until != end || again[0].From != start {
		t.Errorf("grace began again: %+v", again)
	}
	mended := rules.Follow(turns, good, end.AddDays(-1), last, cal)
	if s, _ := quorum.On(mended, end); s != quorum.Sound {
		t.Errorf("mended on the last day of grace, and still %s", s)
	}
	late := rules.Follow(turns, good, end, last, cal)
	if s, _ := quorum.On(late, end.AddDays(300)); s != quorum.Lapsed {
		t.Errorf("mended after the lapse, and %s", s)
	}
	if !reflect.DeepEqual(late, turns) {
		t.Errorf("a lapse was rewritten: %+v", late)
	}
	if same := rules.Follow(rules.Follow(nil, bad, start, last, cal), good, start, last, cal); len(same) != 0 {
		t.Errorf("trouble mended on its first day left %+v", same)
	}
	event := good
	event.Incidents = []calendar.Date{start}
	if s, turn := quorum.On(rules.Follow(nil, event, start, last, cal), start); s != quorum.Lapsed || turn.Points[0].Rule != quorum.Incident {
		t.Errorf("a veto left the title %s", s)
	}
}

// TestMore: another shop that takes part never harms a street, and a loss of
// one never helps it.
func TestMore(t *testing.T) {
	rules := shipped(t)
	r := rand.New(rand.NewPCG(11, 2026))
	day := date(t, "2026-05-11")
	for range 2000 {
		f := random(r, day)
		before := rules.Judge(f, day).Met
		forever := quorum.Shop{ID: "new", Eligible: true, CanReturn: true, Titles: []quorum.Title{
			{Scheme: "jx-model-shop", From: day, Until: day}, {Scheme: "return-pledge", From: day, Until: day}}}
		more := f
		more.Shops = append(slices.Clone(f.Shops), forever)
		if before && !rules.Judge(more, day).Met {
			t.Fatal("one more shop that takes part broke the quorum")
		}
		less := f
		less.Shops = slices.Clone(f.Shops)
		less.Shops[r.IntN(len(less.Shops))].Titles = nil
		if !before && rules.Judge(less, day).Met {
			t.Fatal("the loss of titles mended the quorum")
		}
	}
}

func TestSample(t *testing.T) {
	rules := shipped(t)
	for n, want := range map[int]int{0: 0, 7: 7, 10: 10, 25: 10, 26: 11, 100: 20, 101: 21, 400: 40} {
		if got := rules.Sample(n); got != want {
			t.Errorf("of %d shops %d are drawn, want %d", n, got, want)
		}
	}
	rules.SampleLeast.Value, rules.SampleRoots.Value, rules.SamplePercent.Value = 4, 0, 75
	if rules.Sample(100) != 4 || rules.Enough(2, 4) || !rules.Enough(3, 4) || rules.Enough(0, 0) {
		t.Errorf("%d are drawn", rules.Sample(100))
	}
}
