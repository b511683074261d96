package scheme_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fangxin/internal/badge"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/inspection"
	"fangxin/internal/scheme"
)

// story is how a scheme runs from application to expiry, and where.
type story struct {
	file     string // of testdata; empty for a shipped scheme
	division string
	sectors  []string
	run      func(r *registry, sch scheme.Scheme)
}

// stories has one for every scheme there is; [TestEverySchemeHasAStory] sees
// to that.
var stories = map[string]story{
	"jx-model-shop":     {division: "360102", sectors: []string{"catering"}, run: shopStory},
	"jdz-ceramics-shop": {division: "360203", sectors: []string{"store"}, run: shopStory},
	"ja-party-shop":     {division: "360802", sectors: []string{"store"}, run: shopStory},
	"jx-model-street":   {division: "360102", sectors: []string{"store"}, run: lapsingStreet},
	"yt-smart-street":   {division: "360602", sectors: []string{"store"}, run: streetStory},
	"return-pledge":     {division: "360102", sectors: []string{"store"}, run: pledgeStory},

	// The programmes of other provinces are data too.
	"cq-street":  {file: "chongqing-street", division: "360102", sectors: []string{"store"}, run: lapsingStreet},
	"cq-mall":    {file: "chongqing-mall", division: "360102", sectors: []string{"mall"}, run: shopStory},
	"cq-shop":    {file: "chongqing-shop", division: "360102", sectors: []string{"store"}, run: shopStory},
	"hn-stars":   {file: "hainan-stars", division: "360102", sectors: []string{"catering"}, run: starStory("HNS-51")},
	"wc-model":   {file: "wenchang", division: "360102", sectors: []string{"store"}, run: shopStory},
	"zz-market":  {file: "zhangzhou", division: "360102", sectors: []string{"market"}, run: starStory("MKT-10")},
	"gd-pledge":  {file: "guangdong-pledge", division: "360102", sectors: []string{"store"}, run: shopStory},
	"gd-returns": {file: "guangdong-returns", division: "360102", sectors: []string{"store"}, run: shopStory},
}

func shopStory(r *registry, sch scheme.Scheme) { r.toExpiry(sch, r.through(sch, r.draft(sch))) }

// starStory: who meets every condition gets five stars; a re-check that finds
// less leaves fewer of them, and the title with those runs to its last day.
func starStory(failed ...string) func(r *registry, sch scheme.Scheme) {
	return func(r *registry, sch scheme.Scheme) {
		v := r.through(sch, r.draft(sch))
		r.stars(v, "star5")
		r.clock.Set(v.IssuedOn.AddMonths(sch.RecheckMonths.Value).Start().Add(9 * time.Hour))
		due := calendar.DateOf(r.clock.Now()).AddDays(10).String()
		visit, err := r.Inspections.Order(r.as("county"), inspection.OrderCommand{Certificate: v.ID, Purpose: inspection.Recheck, DueOn: due})
		ok(r.t, err)
		r.visit(visit.ID, set(failed...))
		after, _, err := r.Certificates.Get(r.as("county"), v.ID)
		ok(r.t, err)
		r.stars(after.View, "star4")
		r.toExpiry(sch, after.View)
	}
}

// stars looks at the register and at the badge.
func (r *registry) stars(v certificate.View, want string) {
	r.t.Helper()
	if a := r.scan(v.ID); v.Grade != want || a.Title.Grade != want || a.Status != badge.Valid {
		r.t.Errorf("%s has %q, its badge %q (%s); want %s", v.Number, v.Grade, a.Title.Grade, a.Status, want)
	}
}

func set(items ...string) map[string]bool {
	out := map[string]bool{}
	for _, it := range items {
		out[it] = true
	}
	return out
}

// Each scheme runs from application to expiry on both databases.
func TestEverySchemeFromApplicationToExpiry(t *testing.T) {
	for code, s := range stories {
		t.Run(code, func(t *testing.T) {
			onBoth(t, s.division, s.sectors, func(r *registry) {
				var sch scheme.Scheme
				if s.file != "" {
					sch = r.publish(s.file)
				} else {
					var err error
					sch, err = r.Schemes.Get(r.as("owner"), scheme.Query{Code: code})
					ok(r.t, err)
				}
				if sch.Code != code {
					r.t.Fatalf("%s.yaml is %s, not %s", s.file, sch.Code, code)
				}
				s.run(r, sch)
			})
		})
	}
}

// A scheme without a story is a promise that nobody has seen kept.
func TestEverySchemeHasAStory(t *testing.T) {
	told := map[string]bool{}
	for _, s := range scheme.All() {
		told[s.Code] = true
		if s.Code != "" && stories[s.Code].run == nil {
			t.Errorf("assets/schemes: %s has no story", s.Code)
		}
	}
	files, err := filepath.Glob("testdata/schemes/*.yaml")
	ok(t, err)
	if len(files) == 0 {
		t.Fatal("no schemes of other provinces")
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		ok(t, err)
		s, err := scheme.Parse(b)
		ok(t, err)
		told[s.Code] = true
		if st := stories[s.Code]; st.run == nil || st.file != strings.TrimSuffix(filepath.Base(name), ".yaml") {
			t.Errorf("%s: %s has no story", name, s.Code)
		}
	}
	for code := range stories {
		if !told[code] {
			t.Errorf("the story of %s tells of no scheme", code)
		}
	}
}
