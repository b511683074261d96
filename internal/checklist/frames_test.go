package checklist_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"fangxin/internal/checklist"
	"fangxin/internal/sector"
)

// golden is one file of testdata/frames: a frame with a short sheet (or a
// shipped plan), answers, and results computed by hand in the comments.
type golden struct {
	Frame    checklist.Frame `yaml:"frame"`
	Plan     string          `yaml:"plan"`
	Sector   sector.Code     `yaml:"sector"`
	Sections []struct {
		ID    string          `yaml:"id"`
		Role  checklist.Role  `yaml:"role"`
		Kind  checklist.Kind  `yaml:"kind"`
		When  *checklist.When `yaml:"when"`
		Items []struct {
			N              int `yaml:"n"` // repeated as ID-1 … ID-n
			checklist.Item `yaml:",inline"`
		} `yaml:"items"`
	} `yaml:"sections"`
	Cases []goldenCase `yaml:"cases"`
}

type goldenCase struct {
	Name    string            `yaml:"name"`
	All     checklist.Verdict `yaml:"all"` // of every item not named, bonus aside
	Answers []struct {
		Item      string            `yaml:"item"` // ..5
		Verdict   checklist.Verdict `yaml:"verdict"`
		Score     *checklist.Points `yaml:"score"`
		Number    *checklist.Points `yaml:"number"`
		Choice    string            `yaml:"choice"`
		Text      string            `yaml:"text"`
		Signature string            `yaml:"signature"`
		Refused   string            `yaml:"refused"`
		Place     bool              `yaml:"place"`
		Bare      bool              `yaml:"bare"` // without evidence and reason
	} `yaml:"answers"`
	Expect struct {
		Score     *checklist.Points      `yaml:"score"`
		Base      *checklist.Points      `yaml:"base"`
		BaseMax   *checklist.Points      `yaml:"base_max"`
		Percent   *checklist.Points      `yaml:"percent"`
		Bonus     *checklist.Points      `yaml:"bonus"`
		BonusRaw  *checklist.Points      `yaml:"bonus_raw"`
		Deduction *checklist.Points      `yaml:"deduction"`
		Defects   *checklist.Points      `yaml:"defect_pct"`
		Total     *int                   `yaml:"total"`
		Answered  *int                   `yaml:"answered"`
		Vetoes    int                    `yaml:"vetoes"`
		KeyFails  *int                   `yaml:"key_fails"`
		GenFails  *int                   `yaml:"general_fails"`
		Missing   int                    `yaml:"missing"`
		Gaps      []checklist.GapCode    `yaml:"gaps"`
		Below     []string               `yaml:"below"`
		Grade     *string                `yaml:"grade"`
		Passed    bool                   `yaml:"passed"`
		Why       []checklist.ReasonCode `yaml:"why"`
	} `yaml:"expect"`
}

func readYAML(t *testing.T, name string, into any) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func defaulted[T comparable](v, def T) T {
	var zero T
	if v == zero {
		return def
	}
	return v
}

// sheet writes the short form out.
func (g *golden) sheet(t *testing.T) checklist.Sheet {
	t.Helper()
	if g.Plan != "" {
		s, err := checklist.Shipped().Sheet(g.Plan, g.Sector)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	f := g.Frame
	f.Method = defaulted(f.Method, checklist.ByPoints)
	f.Full = defaulted(f.Full, checklist.P(100))
	f.Excluded = defaulted(f.Excluded, checklist.PerSection)
	s := checklist.Sheet{Format: checklist.Format, Scheme: f.ID, Frame: f}
	for _, sec := range g.Sections {
		out := checklist.Section{When: sec.When, ID: sec.ID, Module: sec.ID, Kind: defaulted(sec.Kind, checklist.General), Role: defaulted(sec.Role, checklist.Base)}
		for _, row := range sec.Items {
			it := row.Item
			it.Type = defaulted(it.Type, checklist.YesNo)
			it.Flag = defaulted(it.Flag, checklist.Ordinary)
			it.NA = defaulted(it.NA, checklist.NAAllowed)
			for n := 1; n <= max(row.N, 1); n++ {
				if row.N > 0 {
					it.ID = fmt.Sprintf("%s-%d", row.ID, n)
				}
				out.Items = append(out.Items, it)
				out.Weight += it.Points
			}
		}
		s.Sections = append(s.Sections, out)
	}
	return s
}

const proof = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

func (c *goldenCase) answers(t *testing.T, s *checklist.Sheet) []checklist.Answer {
	t.Helper()
	var out []checklist.Answer
	named := map[string]bool{}
	for _, a := range c.Answers {
		for _, id := range expand(t, a.Item) {
			named[id] = true
			ans := checklist.Answer{Item: id, Verdict: a.Verdict, Score: a.Score, Number: a.Number, Choice: a.Choice,
				Text: a.Text, Signature: a.Signature, Refused: a.Refused}
			if a.Place {
				ans.Place = &checklist.Place{LngE7: 1158582000, LatE7: 286832000, Datum: "wgs84", Accuracy: 12}
			}
			if !a.Bare {
				ans.Note, ans.NAReason, ans.Photos, ans.Audio = "见记录", "不涉及", []string{proof}, []string{proof}
			}
			out = append(out, ans)
		}
	}
	if c.All != "" {
		for it := range s.Items() {
			if !named[it.ID] && it.Flag != checklist.BonusItem {
				out = append(out, checklist.Answer{Item: it.ID, Verdict: c.All})
			}
		}
	}
	return out
}

// expand reads X-1..5 as X-1 … X-5.
func expand(t *testing.T, id string) []string {
	t.Helper()
	head, last, ok := strings.Cut(id, "..")
	if !ok {
		return []string{id}
	}
	cut := strings.LastIndex(head, "-") + 1
	from, err1 := strconv.Atoi(head[cut:])
	to, err2 := strconv.Atoi(last)
	if err1 != nil || err2 != nil || from > to {
		t.Fatalf("%q is not a run of items", id)
	}
	var out []string
	for n := from; n <= to; n++ {
		out = append(out, head[:cut]+strconv.Itoa(n))
	}
	return out
}

func eachGolden(t *testing.T, do func(name string, g *golden)) {
	t.Helper()
	files, err := filepath.Glob("testdata/frames/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden frames: %v", err)
	}
	for _, f := range files {
		var g golden
		readYAML(t, f, &g)
		do(strings.TrimSuffix(filepath.Base(f), ".yaml"), &g)
	}
}

func TestFrames(t *testing.T) {
	seen := map[string]bool{"F12": true} // the ladder, below
	eachGolden(t, func(name string, g *golden) {
		seen[strings.SplitN(name, "-", 2)[0]] = true
		s := g.sheet(t)
		for _, c := range g.Cases {
			t.Run(name+"/"+c.Name, func(t *testing.T) { c.check(t, checklist.Score(&s, c.answers(t, &s))) })
		}
	})
	for n := 1; n <= 14; n++ {
		if id := fmt.Sprintf("F%02d", n); !seen[id] {
			t.Errorf("frame %s has no golden file", id)
		}
	}
}

func (c *goldenCase) check(t *testing.T, r checklist.Result) {
	t.Helper()
	e := c.Expect
	points := func(what string, want *checklist.Points, got checklist.Points) {
		t.Helper()
		if want != nil && *want != got {
			t.Errorf("%s is %s, want %s", what, got, *want)
		}
	}
	count := func(what string, want *int, got int) {
		t.Helper()
		if want != nil && *want != got {
			t.Errorf("%s is %d, want %d", what, got, *want)
		}
	}
	points("score", e.Score, r.Score)
	points("base", e.Base, r.Base)
	points("base_max", e.BaseMax, r.BaseMax)
	points("percent", e.Percent, r.Percent)
	points("bonus", e.Bonus, r.Bonus)
	points("bonus_raw", e.BonusRaw, r.BonusRaw)
	points("deduction", e.Deduction, r.Deduction)
	points("defect_pct", e.Defects, r.Defects)
	count("total", e.Total, r.Total)
	count("answered", e.Answered, r.Answered)
	count("vetoes", &e.Vetoes, len(r.Vetoes))
	count("key_fails", e.KeyFails, len(r.KeyFails))
	count("general_fails", e.GenFails, len(r.GenFails))
	if count("missing", &e.Missing, len(r.Missing)); len(r.Missing) != e.Missing {
		t.Errorf("missing: %v", r.Missing)
	}
	if e.Gaps != nil {
		var got []checklist.GapCode
		for _, g := range r.Missing {
			got = append(got, g.Code)
		}
		if !slices.Equal(got, e.Gaps) {
			t.Errorf("gaps %v, want %v", got, e.Gaps)
		}
	}
	if e.Grade != nil && *e.Grade != r.Grade {
		t.Errorf("grade %q, want %q", r.Grade, *e.Grade)
	}
	if r.Passed != e.Passed {
		t.Errorf("passed is %v", r.Passed)
	}
	var why []checklist.ReasonCode
	for _, w := range r.Why {
		why = append(why, w.Code)
	}
	if !slices.Equal(why, e.Why) {
		t.Errorf("why %v, want %v", r.Why, e.Why)
	}
	var below []string
	for _, s := range r.Sections {
		if !s.MinMet {
			below = append(below, s.ID)
		}
	}
	if e.Below != nil && !slices.Equal(below, e.Below) {
		t.Errorf("sections below their minimum: %v, want %v", below, e.Below)
	}
}

func TestLadder(t *testing.T) {
	var f struct {
		Ladder checklist.Ladder `yaml:"ladder"`
		Cases  []struct {
			Quarters string `yaml:"quarters"`
			Held     []int  `yaml:"held"`
		} `yaml:"cases"`
	}
	readYAML(t, "testdata/F12.yaml", &f)
	for _, c := range f.Cases {
		var clean []bool
		for _, q := range c.Quarters {
			clean = append(clean, q == '+')
		}
		if got := f.Ladder.Climb(clean); !slices.Equal(got, c.Held) {
			t.Errorf("%q: %v, want %v", c.Quarters, got, c.Held)
		}
	}
	if got := (checklist.Ladder{}).Climb([]bool{true}); len(got) != 0 {
		t.Errorf("an empty ladder holds %v", got)
	}
}
