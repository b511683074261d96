package scheme

import (
	"context"
	"slices"

	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/quorum"
	"fangxin/internal/sector"
	"fangxin/internal/usecase"
)

// ModelStreet is the provincial title of streets and business circles, whose
// rules a street without a title is held against.
const ModelStreet = "jx-model-street"

// maxShops is the largest number of shops that a rule of a street may name.
const maxShops = 3000

// withStreet gives a street's title the figures it stands by where its version
// was stored before they were part of one: those that ship with its title, or
// else those of the provincial one. The hash stays that of what was stored.
func (s Scheme) withStreet() Scheme {
	if s.Subject == Street && s.Street == nil {
		s.Street = StreetDefault(s.Code)
	}
	return s
}

// StreetDefault are the figures that ship with a title, or else those of the
// provincial one: what a new title of streets begins with.
func StreetDefault(code string) *quorum.Rules {
	for _, name := range []string{code, ModelStreet} {
		if s, ok := Lookup(name, ""); ok && s.Street != nil {
			rules := *s.Street
			return &rules
		}
	}
	return nil
}

// StreetRules are the figures under which a title of a street stands: those of
// the version with which it began. Without a title they are those of the
// provincial one, or where that is not in force, of another title of streets
// that is.
func StreetRules(ctx context.Context, idb usecase.Reader, code, version string) (Scheme, error) {
	if code != "" {
		s, err := Pinned(ctx, idb, code, version)
		if err == nil && s.Street != nil || err != nil && !fault.Is(err, fault.NotFound) {
			return s, err
		}
	}
	list, err := current(ctx, idb)
	if err != nil {
		return Scheme{}, err
	}
	streets := slices.DeleteFunc(list, func(s Scheme) bool { return s.Street == nil })
	if i := slices.IndexFunc(streets, func(s Scheme) bool { return s.Code == ModelStreet }); i >= 0 {
		return streets[i], nil
	}
	if len(streets) > 0 {
		return streets[0], nil
	}
	s, _ := Lookup(ModelStreet, "")
	return s, nil
}

// streetProblems names what is wrong with the figures of a street's title.
func (s Scheme) streetProblems(lib *checklist.Library, bad func(pointer, rule, param string)) {
	r := s.Street
	switch {
	case r == nil && s.Subject == Street:
		bad("/street", "scheme_street_missing", "")
		return
	case r == nil:
		return
	case s.Subject != Street:
		bad("/street", "scheme_street_unused", "")
		return
	}
	for _, n := range []struct {
		name        string
		n           quorum.Number
		least, most int
	}{
		{"min_members", r.MinMembers, 1, maxShops}, {"participation/percent", r.Participation.Percent, 0, 100}, {"returns/percent", r.Returns.Percent, 0, 100},
		{"incident_years", r.IncidentYears, 0, maxYears}, {"grace_workdays", r.GraceWorkdays, 1, maxDays}, {"sample_least", r.SampleLeast, 1, maxShops},
		{"sample_roots", r.SampleRoots, 0, 20}, {"sample_percent", r.SamplePercent, 1, 100}, {"nudge_days", r.NudgeDays, 1, maxDays},
	} {
		if n.n.Value < n.least || n.n.Value > n.most {
			bad("/street/"+n.name+"/value", "scheme_range", itoa(n.least)+"–"+itoa(n.most))
		}
	}
	for name, list := range map[string][]string{"participates_with": r.ParticipatesWith, "returns_with": r.ReturnsWith} {
		if slices.ContainsFunc(list, func(code string) bool { return !codeForm.MatchString(code) }) {
			bad("/street/"+name, "scheme_choice", "")
		}
	}
	if r.Returns.Percent.Value > 0 && len(r.ReturnsWith) == 0 {
		bad("/street/returns_with", "scheme_returns_with", "")
	}
	if slices.ContainsFunc(r.ReturnsSectors, func(c string) bool { return !sector.Valid(sector.Code(c)) || c == string(sector.Street) }) {
		bad("/street/returns_sectors", "scheme_choice", "")
	}
	for name, t := range map[string]quorum.Text{"participation": r.Participation.Source, "returns": r.Returns.Source} {
		for lang, words := range map[string]string{"zh": t.Zh, "en": t.En} {
			if len([]rune(words)) > 3*maxTitle {
				bad("/street/"+name+"/source/"+lang, "max", itoa(3*maxTitle))
			}
		}
	}
	if _, err := lib.Sheet(r.SampleSheet, sector.Store); err != nil {
		bad("/street/sample_sheet", "scheme_choice", "")
	}
	s.hundredProblems(lib, bad)
}

// hundredProblems holds the points that every shop has to meet against the
// street's own sheet, which answers for them.
func (s Scheme) hundredProblems(lib *checklist.Library, bad func(pointer, rule, param string)) {
	sheet, err := lib.Sheet(s.Sheet, sector.Street)
	seen := map[string]bool{}
	for i, h := range s.Street.Hundred {
		at := "/street/hundred/" + itoa(i) + "/item"
		switch {
		case seen[h.Item]:
			bad(at, "scheme_item_twice", "")
		case err == nil && sheet.Item(h.Item) == nil:
			bad(at, "scheme_hundred", h.Item)
		}
		seen[h.Item] = true
	}
}

// strangers names the titles that the figures of a street count and nobody
// has drafted or published.
func (s Scheme) strangers(rows []editionRow) []fault.Field {
	var out []fault.Field
	if s.Street == nil {
		return nil
	}
	for name, list := range map[string][]string{"participates_with": s.Street.ParticipatesWith, "returns_with": s.Street.ReturnsWith} {
		for _, code := range list {
			if _, shipped := Lookup(code, ""); !shipped && !slices.ContainsFunc(rows, func(r editionRow) bool { return r.Code == code }) {
				out = append(out, fault.Field{Pointer: "/scheme/street/" + name, Rule: "scheme_title_unknown", Param: code})
			}
		}
	}
	return out
}
