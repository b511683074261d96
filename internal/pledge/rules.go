package pledge

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"gopkg.in/yaml.v3"

	"fangxin/assets"
	"fangxin/internal/scheme"
	"fangxin/internal/sector"
)

// Clock says when the days of a return begin.
type Clock string

// The beginnings, for goods that the shopper takes along. Goods that are
// delivered always count from the day after they arrived.
const (
	SameDay Clock = "same_day" // the day of the purchase is the first
	NextDay Clock = "next_day" // the day after it is
)

// Values lists the codes for the API's enum.
func (Clock) Values() []string { return []string{string(SameDay), string(NextDay)} }

// Colour is that of a card.
type Colour string

// The cards.
const (
	Yellow Colour = "yellow"
	Red    Colour = "red"
)

// Values lists the codes for the API's enum.
func (Colour) Values() []string { return []string{string(Yellow), string(Red)} }

// Good is a category of goods with what "intact" means for it.
type Good struct {
	ID      string      `json:"id" yaml:"id"`
	Text    scheme.Text `json:"text" yaml:"text"`
	Intact  scheme.Text `json:"intact" yaml:"intact" doc:"In which condition goods of the category are taken back."`
	Sectors []string    `json:"sectors" yaml:"sectors" doc:"Sectors in which it is offered first."`
}

// Exclusion is a kind of goods that may be left out, with the reason that the
// shopper reads before buying.
type Exclusion struct {
	ID      string      `json:"id" yaml:"id"`
	Text    scheme.Text `json:"text" yaml:"text"`
	Why     scheme.Text `json:"why" yaml:"why"`
	Sectors []string    `json:"sectors" yaml:"sectors" doc:"Sectors in which it is chosen to begin with."`
}

// Word is a choice with its words.
type Word struct {
	ID   string      `json:"id" yaml:"id"`
	Text scheme.Text `json:"text" yaml:"text"`
}

// Rules are one version of what pledges may say and what follows when they
// are broken: reviewed data in assets/pledges. Every version of terms names
// the rules under which it was signed.
type Rules struct {
	Version string        `json:"version" yaml:"version"`
	Scheme  string        `json:"scheme" yaml:"scheme"`
	Basis   []scheme.Text `json:"basis" yaml:"basis"`
	Clock   struct {
		Pickup         Clock         `json:"pickup" yaml:"pickup"`
		RestDayExtends scheme.Number `json:"rest_day_extends" yaml:"rest_day_extends" doc:"1: a last day that is a rest day moves to the next working day (民法典 art. 203)."`
	} `json:"clock" yaml:"clock"`
	Renewal struct {
		OpensDays    scheme.Number `json:"opens_days" yaml:"opens_days" doc:"Days before the end on which renewing begins."`
		WindowMonths scheme.Number `json:"window_months" yaml:"window_months" doc:"Months after the end within which a new pledge is continuous."`
	} `json:"renewal" yaml:"renewal"`
	NarrowingDays scheme.Number `json:"narrowing_days" yaml:"narrowing_days" doc:"Days between announcing terms that promise less and their first day."`
	Cards         struct {
		Refused      Colour        `json:"refused" yaml:"refused" doc:"Card for a refused test return."`
		Again        Colour        `json:"again" yaml:"again" doc:"Card when there was one before within the months."`
		WithinMonths scheme.Number `json:"within_months" yaml:"within_months"`
	} `json:"cards" yaml:"cards"`
	TestDays      scheme.Number `json:"test_days" yaml:"test_days" doc:"Days in which an ordered test purchase is made."`
	RefundDaysMax int           `json:"refund_days_max" yaml:"refund_days_max"`
	Goods         []Good        `json:"goods" yaml:"goods"`
	Exclusions    []Exclusion   `json:"exclusions" yaml:"exclusions"`
	Proof         []Word        `json:"proof" yaml:"proof" doc:"What proves a purchase; whoever lost it may prove it otherwise."`
	Shown         []Word        `json:"shown" yaml:"shown" doc:"Where shoppers read what is not covered, before they buy."`
}

var shipped = sync.OnceValue(func() []Rules {
	files, err := fs.Glob(assets.FS, "pledges/*.yaml")
	if err != nil || len(files) == 0 {
		panic(fmt.Errorf("assets/pledges: no rules: %w", err))
	}
	all := make([]Rules, len(files)) // in the order of their names, so by version
	for i, name := range files {
		b, err := assets.FS.ReadFile(name)
		if err == nil {
			all[i], err = ParseRules(b)
		}
		if err != nil {
			panic(fmt.Errorf("assets/%s: %w", name, err))
		}
	}
	return all
})

// CurrentRules are those under which pledges are made today.
func CurrentRules() Rules { all := shipped(); return all[len(all)-1] }

// RulesOf finds the rules of a version; an unknown one gives the present.
func RulesOf(version string) Rules {
	for _, r := range shipped() {
		if r.Version == version {
			return r
		}
	}
	return CurrentRules()
}

// ParseRules reads and checks a file of rules; unknown properties are refused.
func ParseRules(data []byte) (Rules, error) {
	var r Rules
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&r); err != nil {
		return Rules{}, err
	}
	return r, r.validate()
}

func (r Rules) validate() error {
	var wrong []error
	bad := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	if r.Version == "" || r.Scheme == "" || len(r.Basis) == 0 {
		bad("version, scheme or basis is missing")
	}
	if !slices.Contains(r.Clock.Pickup.Values(), string(r.Clock.Pickup)) {
		bad("clock.pickup %q is unknown", r.Clock.Pickup)
	}
	for _, c := range []Colour{r.Cards.Refused, r.Cards.Again} {
		if c != Yellow && c != Red {
			bad("card %q is unknown", c)
		}
	}
	for name, n := range map[string]int{
		"renewal.opens_days": r.Renewal.OpensDays.Value, "renewal.window_months": r.Renewal.WindowMonths.Value,
		"narrowing_days": r.NarrowingDays.Value, "cards.within_months": r.Cards.WithinMonths.Value, "test_days": r.TestDays.Value,
	} {
		if n < 1 {
			bad("%s must be at least 1", name)
		}
	}
	if len(r.Goods) == 0 || len(r.Exclusions) == 0 || len(r.Proof) == 0 || len(r.Shown) == 0 {
		bad("goods, exclusions, proof or shown are missing")
	}
	seen := map[string]bool{}
	item := func(kind, id string, sectors []string, texts ...scheme.Text) {
		if id == "" || seen[kind+id] {
			bad("%s %q is nameless or listed twice", kind, id)
		}
		seen[kind+id] = true
		for _, t := range texts {
			if t.Zh == "" || t.En == "" {
				bad("%s %q lacks words", kind, id)
			}
		}
		for _, s := range sectors {
			if !sector.Valid(sector.Code(s)) {
				bad("%s %q: unknown sector %q", kind, id, s)
			}
		}
	}
	for _, g := range r.Goods {
		item("goods", g.ID, g.Sectors, g.Text, g.Intact)
	}
	for _, e := range r.Exclusions {
		item("exclusions", e.ID, e.Sectors, e.Text, e.Why)
	}
	for _, w := range r.Proof {
		item("proof", w.ID, nil, w.Text)
	}
	for _, w := range r.Shown {
		item("shown", w.ID, nil, w.Text)
	}
	return errors.Join(wrong...)
}

// Good finds a category by its id.
func (r Rules) Good(id string) (Good, bool) {
	i := slices.IndexFunc(r.Goods, func(g Good) bool { return g.ID == id })
	if i < 0 {
		return Good{}, false
	}
	return r.Goods[i], true
}

// Exclusion finds an exclusion by its id.
func (r Rules) Exclusion(id string) (Exclusion, bool) {
	i := slices.IndexFunc(r.Exclusions, func(e Exclusion) bool { return e.ID == id })
	if i < 0 {
		return Exclusion{}, false
	}
	return r.Exclusions[i], true
}

func word(words []Word, id string) (Word, bool) {
	i := slices.IndexFunc(words, func(w Word) bool { return w.ID == id })
	if i < 0 {
		return Word{}, false
	}
	return words[i], true
}
