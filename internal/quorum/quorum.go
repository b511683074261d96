// Package quorum owns the rules under which the title of a street or business
// circle (街区、商圈) stands: shares of its shops, points of its sheet, vetoes,
// the time to mend and what follows from dates alone.
//
// It reads no database and keeps nothing: the figures are part of a version of
// a scheme. From facts and a day it computes a judgement with its reasons, and
// from a judgement the days on which the title becomes at risk and lapses. Nobody flips anything when such a day comes.
package quorum

import (
	"math"
	"slices"
)

// Text is a text in both languages.
type Text struct {
	Zh string `json:"zh" yaml:"zh"`
	En string `json:"en" yaml:"en"`
}

// In picks the language: English for "en", Chinese otherwise.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.En
	}
	return t.Zh
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

// Rules are the figures by which the title of a street stands and falls. They
// are part of a version of its scheme.
type Rules struct {
	MinMembers       Number    `json:"min_members" yaml:"min_members" doc:"Fewest eligible shops."`
	Participation    Share     `json:"participation" yaml:"participation" doc:"Of the eligible shops, those with a title in force."`
	ParticipatesWith []string  `json:"participates_with" yaml:"participates_with" doc:"Titles that count as taking part; empty for any."`
	Returns          Share     `json:"returns" yaml:"returns" doc:"Of the eligible shops able to take goods back, those that promise to."`
	ReturnsWith      []string  `json:"returns_with" yaml:"returns_with" doc:"Titles that promise returns."`
	ReturnsSectors   []string  `json:"returns_sectors" yaml:"returns_sectors" doc:"Sectors able to take goods back."`
	Hundred          []Hundred `json:"hundred" yaml:"hundred" doc:"Points of the street's sheet that hold in every shop."`
	Station          bool      `json:"station" yaml:"station" doc:"A consumer rights station is needed."`
	IncidentYears    Number    `json:"incident_years" yaml:"incident_years" doc:"For how long a major incident is a veto."`
	GraceWorkdays    Number    `json:"grace_workdays" yaml:"grace_workdays" doc:"Working days to mend what is no veto."`
	SampleLeast      Number    `json:"sample_least" yaml:"sample_least" doc:"Shops that are drawn for inspection at the least, or all where there are fewer."`
	SampleRoots      Number    `json:"sample_roots" yaml:"sample_roots" doc:"Shops drawn in larger streets: so many times the square root of the eligible ones, rounded up."`
	SamplePercent    Number    `json:"sample_percent" yaml:"sample_percent" doc:"Of the sampled shops, those that have to pass."`
	SampleSheet      string    `json:"sample_sheet" yaml:"sample_sheet" doc:"Plan of the checklist by which drawn shops are inspected."`
	NudgeDays        Number    `json:"nudge_days" yaml:"nudge_days" doc:"Days between two reminders to one shop."`
}

// Settled puts lists that are not there as empty ones, so that the same rules
// are written in the same way.
func (r Rules) Settled() Rules {
	for _, list := range []*[]string{&r.ParticipatesWith, &r.ReturnsWith, &r.ReturnsSectors} {
		if *list == nil {
			*list = []string{}
		}
	}
	if r.Hundred == nil {
		r.Hundred = []Hundred{}
	}
	return r
}

// CanReturn reports whether a shop of these sectors can take goods back.
func (r Rules) CanReturn(sectors []string) bool {
	return slices.ContainsFunc(sectors, func(s string) bool { return slices.Contains(r.ReturnsSectors, s) })
}

// Sample is how many of n eligible shops are drawn for inspection.
func (r Rules) Sample(n int) int {
	roots := int(math.Ceil(float64(r.SampleRoots.Value) * math.Sqrt(float64(n))))
	return min(n, max(r.SampleLeast.Value, roots))
}

// Enough holds the shops that passed against the share that has to; a street
// none of whose shops could be visited has not shown anything.
func (r Rules) Enough(passed, of int) bool {
	return of > 0 && passed*100 >= of*r.SamplePercent.Value
}
