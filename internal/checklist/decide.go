package checklist

import "sort"

// decide applies the frame's rules to the counted sheet.
func (s *scorer) decide() {
	f, r := &s.sheet.Frame, &s.res
	if n := len(r.Missing); n > 0 {
		r.Why = append(r.Why, Reason{Code: WhyIncomplete, Have: P(n)})
	}
	if f.VetoFails {
		for _, id := range r.Vetoes {
			r.Why = append(r.Why, Reason{Code: WhyVeto, Item: id})
		}
	}
	for _, rule := range f.Pass {
		have, state := s.measure(rule)
		if state == absent && rule.IfPresent {
			continue
		}
		met := state == measured && rule.holds(have)
		r.Checks = append(r.Checks, Check{rule, have, met})
		if met {
			continue
		}
		r.Why = append(r.Why, reasonOf(rule, have, state))
		for i, t := range s.parts {
			if len(rule.Of) > 0 && rule.covers(t.Section) {
				r.Sections[i].MinMet = false
			}
		}
	}
	r.Passed = len(r.Why) == 0
	if len(r.Missing) == 0 {
		r.Grade = s.grade()
	}
}

func reasonOf(rule Rule, have Points, state presence) Reason {
	why := Reason{Code: WhyEmpty, Metric: rule.Metric, Of: rule.Of, Have: have}
	switch {
	case rule.Least != nil:
		why.Need = *rule.Least
	case rule.Most != nil:
		why.Need = *rule.Most
	}
	if state != measured {
		return why
	}
	why.Code = WhyBelow
	if rule.Most != nil && have > *rule.Most {
		why.Code, why.Need = WhyAbove, *rule.Most
	}
	return why
}

// grade is the first grade of the list that holds.
func (s *scorer) grade() string {
	for _, g := range s.sheet.Frame.Grades {
		ok := g.Failing != s.res.Passed
		for _, rule := range g.Rules {
			have, state := s.measure(rule)
			if state == absent && rule.IfPresent {
				continue
			}
			ok = ok && state == measured && rule.holds(have)
		}
		if ok {
			return g.ID
		}
	}
	return ""
}

type presence int

const (
	measured presence = iota
	absent            // the sheet has no such section
	empty             // none of its items applies
)

// measure reads one metric of the counted sheet.
func (s *scorer) measure(rule Rule) (Points, presence) {
	var base, most, bonus, fails, key, gen, genTotal, answered, keyAnswered Points
	state := absent
	for _, t := range s.parts {
		if !rule.covers(t.Section) {
			continue
		}
		state = measured
		switch t.Role {
		case Base:
			base, most = base+t.Score, most+t.Max
		case Extra:
			bonus += t.Score
		}
		fails += P(t.Fails)
		key += P(t.keyFails)
		gen, genTotal = gen+P(t.genFails), genTotal+P(t.genTotal)
		answered, keyAnswered = answered+P(t.real), keyAnswered+P(t.key)
	}
	if state == absent {
		return 0, absent
	}
	switch rule.Metric {
	case MetricScore:
		return s.res.Score, measured
	case MetricPercent:
		if most == 0 {
			return 0, empty
		}
		return ratio(base, P(100), most), measured
	case MetricBase:
		if most == 0 {
			return 0, empty
		}
		return base, measured
	case MetricPoints:
		return base + capped(bonus, s.sheet.Frame.BonusCap), measured
	case MetricFails:
		return fails, measured
	case MetricKeyFails:
		return key, measured
	case MetricGenFails:
		return gen, measured
	case MetricGenDefects:
		if genTotal == 0 {
			return 0, measured
		}
		return ratio(gen, P(100), genTotal), measured
	case MetricAnswered:
		return answered, measured
	case MetricKeyAnswered:
		return keyAnswered, measured
	}
	return 0, empty
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// Message is the reason's key in the i18n catalogue and its placeholders: the
// item for a veto, else what there is and what is asked.
func (r Reason) Message() (key string, args []any) {
	key = "checklist.why." + string(r.Code)
	switch r.Code {
	case WhyVeto:
		return key, []any{r.Item}
	case WhyIncomplete:
		return key, []any{r.Have.String()}
	case WhyEmpty:
		return key, nil
	}
	key += "." + string(r.Metric)
	if r.Metric == MetricBase && len(r.Of) == 1 && r.Of[0] == "kind:"+string(OfSector) {
		key += "_sector"
	}
	return key, []any{r.Have.String(), r.Need.String()}
}
