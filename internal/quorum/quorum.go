// Package quorum owns the rules under which the title of a street or business
// circle (街区、商圈) stands: shares of its shops, points of its sheet, vetoes,
// the time to mend and what follows from dates alone.
//
// It reads no database and keeps nothing: from facts and a day it computes a
// judgement with its reasons, and from a judgement the days on which the title
// becomes at risk and lapses. Nobody flips anything when such a day comes.
package quorum

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"gopkg.in/yaml.v3"

	"fangxin/assets"
	"fangxin/internal/sector"
)

// Text is a text in both languages.
type Text struct {
	Zh string `json:"zh" yaml:"zh"`
	En string `json:"en" yaml:"en"`
}

// Number is a figure of the rules; proposed ones are for the authority to confirm.
type Number struct {
	Value    int  `json:"value" yaml:"value"`
	Proposed bool `json:"proposed" yaml:"proposed" doc:"A default for the authority to confirm, not a published rule."`
}

// Share is the least part of something, in percent.
type Share struct {
	Percent Number `json:"percent" yaml:"percent"`
	Source  Text   `json:"source" yaml:"source"`
}

// Hundred is a point of the street's sheet that every shop has to satisfy.
type Hundred struct {
	Item     string `json:"item" yaml:"item" doc:"Id in the checklist."`
	Veto     bool   `json:"veto,omitempty" yaml:"veto"`
	Proposed bool   `json:"proposed" yaml:"proposed"`
}

// Rules are one version of the rules of one scheme.
type Rules struct {
	Scheme           string    `json:"scheme" yaml:"scheme"`
	Version          string    `json:"version" yaml:"version"`
	MinMembers       Number    `json:"min_members" yaml:"min_members" doc:"Fewest eligible shops."`
	Participation    Share     `json:"participation" yaml:"participation" doc:"Of the eligible shops, those with a title in force."`
	Returns          Share     `json:"returns" yaml:"returns" doc:"Of the eligible shops able to take goods back, those that promise to."`
	ParticipatesWith []string  `json:"participates_with" yaml:"participates_with" doc:"Titles that count as taking part; empty for any."`
	ReturnsWith      []string  `json:"returns_with" yaml:"returns_with" doc:"Titles that promise returns."`
	ReturnsSectors   []string  `json:"returns_sectors" yaml:"returns_sectors" doc:"Sectors able to take goods back."`
	Hundred          []Hundred `json:"hundred" yaml:"hundred"`
	Station          bool      `json:"station" yaml:"station" doc:"A consumer rights station is needed."`
	IncidentYears    Number    `json:"incident_years" yaml:"incident_years" doc:"For how long a major incident is a veto."`
	GraceWorkdays    Number    `json:"grace_workdays" yaml:"grace_workdays" doc:"Working days to mend what is no veto."`
	SamplePercent    Number    `json:"sample_percent" yaml:"sample_percent" doc:"Of the sampled shops, those that have to pass."`
	NudgeDays        Number    `json:"nudge_days" yaml:"nudge_days" doc:"Days between two reminders to one shop."`
}

// Parse reads and checks one file of rules.
func Parse(b []byte) (Rules, error) {
	var r Rules
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(&r); err != nil {
		return r, err
	}
	return r, r.check()
}

func (r Rules) check() error {
	if r.Scheme == "" || r.Version == "" {
		return fmt.Errorf("rules without scheme or version")
	}
	for name, n := range map[string]int{
		"participation": r.Participation.Percent.Value, "returns": r.Returns.Percent.Value, "sample_percent": r.SamplePercent.Value,
	} {
		if n < 0 || n > 100 {
			return fmt.Errorf("%s: %d is no percentage", name, n)
		}
	}
	for name, n := range map[string]int{
		"min_members": r.MinMembers.Value, "incident_years": r.IncidentYears.Value, "grace_workdays": r.GraceWorkdays.Value, "nudge_days": r.NudgeDays.Value,
	} {
		if n < 0 || n > 3000 {
			return fmt.Errorf("%s: %d is out of range", name, n)
		}
	}
	for _, s := range r.ReturnsSectors {
		if _, ok := sector.Lookup(sector.Code(s)); !ok {
			return fmt.Errorf("returns_sectors: no sector %s", s)
		}
	}
	return nil
}

// CanReturn reports whether a shop of these sectors can take goods back.
func (r Rules) CanReturn(sectors []string) bool {
	return slices.ContainsFunc(sectors, func(s string) bool { return slices.Contains(r.ReturnsSectors, s) })
}

var shipped = sync.OnceValue(func() []Rules {
	files, err := fs.Glob(assets.FS, "quorum/*.yaml")
	if err != nil {
		panic(err)
	}
	var all []Rules
	for _, name := range files {
		b, err := assets.FS.ReadFile(name)
		if err != nil {
			panic(err)
		}
		r, err := Parse(b)
		if err != nil {
			panic(fmt.Errorf("assets/%s: %w", name, err))
		}
		all = append(all, r)
	}
	return all
})

// For gives the rules of a scheme in a version: those of that version, or else
// the newest before it, or else the first there are. A scheme without rules of
// its own follows those of the provincial street title.
func For(scheme, version string) Rules {
	if r, ok := pick(scheme, version); ok {
		return r
	}
	r, _ := pick(Default, version)
	return r
}

// Default is the scheme whose rules hold where a scheme states none.
const Default = "jx-model-street"

func pick(scheme, version string) (Rules, bool) {
	var of []Rules
	for _, r := range shipped() {
		if r.Scheme == scheme {
			of = append(of, r)
		}
	}
	if len(of) == 0 {
		return Rules{}, false
	}
	slices.SortFunc(of, func(a, b Rules) int {
		if a.Version < b.Version {
			return -1
		}
		return 1
	})
	best := of[0]
	for _, r := range of {
		if r.Version <= version || version == "" {
			best = r
		}
	}
	return best, true
}
