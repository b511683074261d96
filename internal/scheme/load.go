package scheme

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"gopkg.in/yaml.v3"

	"fangxin/assets"
	"fangxin/internal/checklist"
)

var shipped = sync.OnceValue(func() []Scheme {
	files, err := fs.Glob(assets.FS, "schemes/*.yaml")
	if err != nil {
		panic(err)
	}
	var all []Scheme
	for _, name := range files {
		b, err := assets.FS.ReadFile(name)
		if err != nil {
			panic(err)
		}
		s, err := Parse(b)
		if err != nil {
			panic(fmt.Errorf("assets/%s: %w", name, err))
		}
		all = append(all, s)
	}
	return all
})

// All lists the shipped schemes, every version, in the order of their files.
func All() []Scheme { return slices.Clone(shipped()) }

// Current lists the newest version of each scheme.
func Current() []Scheme {
	var out []Scheme
	for _, s := range shipped() {
		i := slices.IndexFunc(out, func(o Scheme) bool { return o.Code == s.Code })
		switch {
		case i < 0:
			out = append(out, s)
		case older(out[i].Version, s.Version):
			out[i] = s
		}
	}
	return out
}

// Lookup finds a version of a scheme; an empty version means the newest.
func Lookup(code, version string) (Scheme, bool) {
	for _, s := range Current() {
		if s.Code == code && version == "" {
			return s, true
		}
	}
	for _, s := range shipped() {
		if s.Code == code && s.Version == version {
			return s, true
		}
	}
	return Scheme{}, false
}

// passOf reads the thresholds from the scoring frame of a checklist plan, so
// that they are said once.
func passOf(lib *checklist.Library, plan string) Pass {
	c, ok := lib.Composition(plan)
	if !ok {
		return Pass{}
	}
	pass := Pass{Veto: c.Frame.VetoFails}
	if c.Frame.BonusCap != nil {
		pass.BonusCap = c.Frame.BonusCap.String()
	}
	for _, rule := range c.Frame.Pass {
		switch {
		case rule.Least == nil:
		case len(rule.Of) == 0 && rule.Metric == checklist.MetricScore:
			pass.Total = rule.Least.String()
		case slices.Contains(rule.Of, "kind:sector"):
			pass.Sector = rule.Least.String()
		}
	}
	return pass
}

// Texts gives what a title's certificate needs from a shipped scheme.
func Texts(code, version string) (titleZh, titleEn, abbreviation string, exclusionYears, rectificationDays int, ok bool) {
	s, ok := Lookup(code, version)
	return s.texts(ok)
}

func (s Scheme) texts(found bool) (titleZh, titleEn, abbreviation string, exclusionYears, rectificationDays int, ok bool) {
	return s.Title.Zh, s.Title.En, s.Abbreviation, s.ExclusionYears.Value, s.RectificationWorkdays.Value, found
}

// Parse reads and checks one data file. A property that this package does not
// know is refused, so that nobody believes in a rule that nothing applies.
func Parse(data []byte) (Scheme, error) {
	var s Scheme
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&s); err != nil {
		return Scheme{}, err
	}
	s = s.settled()
	return s, s.Validate()
}

// settled fills in what follows from the rest: the level that decides where
// none is named, the thresholds and the hash.
func (s Scheme) settled() Scheme {
	if s.Decides == "" {
		s.Decides = Province
	}
	if s.Divisions == nil {
		s.Divisions = []string{}
	}
	if s.Eligibility == nil {
		s.Eligibility = []Rule{}
	}
	if s.Pledged() && len(s.Route) == 0 {
		s.Route = []Gate{}
	}
	if s.Pledged() && len(s.Documents) == 0 {
		s.Documents = []Item{}
	}
	if s.Street != nil {
		rules := s.Street.Settled()
		s.Street = &rules
	}
	s.Pass = passOf(checklist.Shipped(), s.Sheet)
	sum := sha256.Sum256(s.Content())
	s.Hash = hex.EncodeToString(sum[:])
	return s
}

// Content is what the hash is made of: the scheme as JSON, without the hash
// and without the thresholds, which the checklist states.
func (s Scheme) Content() []byte {
	s.Hash, s.Pass = "", Pass{}
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a scheme is made of texts and numbers
	}
	return b
}
