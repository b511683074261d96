package checklist

import (
	"regexp"
	"slices"
	"strings"

	"fangxin/internal/sector"
)

var planShape = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// Limits of a composition.
const (
	maxPlanID = 40
	maxParts  = 30
	maxRules  = 60
	maxGrades = 12
)

// LintPlan lists everything that keeps a composition from being used with the
// modules of the library: names, parts, the frame, and for each sector that the
// sheet composes, that its points make up the full mark, that there are vetoes
// where the frame has some, and that each rule finds a section to judge.
func (l *Library) LintPlan(c *Composition) Problems {
	var e lint
	e.add(planShape.MatchString(c.ID) && len(c.ID) <= maxPlanID, c.ID, "id", "plan_id", maxPlanID)
	e.text(c.Title, c.ID, "title")
	if c.Note != (Text{}) {
		e.text(c.Note, c.ID, "note")
	}
	e.add(versionShape.MatchString(c.Version), c.ID, "version", "version")
	e.add(len(c.Sectors) > 0, c.ID, "sectors", "no_sector")
	for i, code := range c.Sectors {
		e.add(sector.Valid(sector.Code(code)), c.ID, "sectors", "unknown", code)
		e.add(!slices.Contains(c.Sectors[:i], code), c.ID, "sectors", "unknown", code)
	}
	l.lintParts(&e, c)
	e.list = append(e.list, c.Frame.validate(c.ID).list...)
	e.add(len(c.Frame.rules()) <= maxRules, c.ID, "pass", "too_many", maxRules)
	e.add(len(c.Frame.Grades) <= maxGrades, c.ID, "grades", "too_many", maxGrades)
	e.add(len(c.Frame.Pass) > 0 || c.Frame.VetoFails, c.ID, "pass", "no_pass")
	if len(e.list) == 0 { // what does not compose is said once, where it is wrong
		l.WithPlans(c).lintSheets(&e, c)
	}
	return e.list
}

// lintParts checks each part by itself and against those before it.
func (l *Library) lintParts(e *lint, c *Composition) {
	e.add(len(c.Parts) > 0, c.ID, "parts", "no_parts")
	e.add(len(c.Parts) <= maxParts, c.ID, "parts", "too_many", maxParts)
	for i, p := range c.Parts {
		e.add(p.Weight >= 0 && p.Weight <= P(1000), p.Module, "parts", "points_range")
		for _, before := range c.Parts[:i] {
			if before.Module == p.Module {
				e.add(len(p.Only) > 0 && len(before.Only) > 0 && disjoint(p.Only, before.Only), p.Module, "parts", "part_twice")
			}
		}
		if p.Module == SectorModule {
			e.add(len(p.Only) == 0, p.Module, "parts", "only_sector")
			continue
		}
		m := l.Module(p.Module)
		e.add(m != nil, p.Module, "parts", "module_gone", p.Module)
		for _, id := range p.Only {
			e.add(m == nil || m.Section(id) != nil, p.Module, "parts", "section_gone", id)
		}
	}
}

func disjoint(a, b []string) bool {
	return !slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// lintSheets composes for each sector; what is wrong alike in several is said
// once, with the sectors as the last argument.
func (l *Library) lintSheets(e *lint, c *Composition) {
	var found Problems
	in := map[string][]string{}
	note := func(ok bool, code string, p Problem) {
		if ok {
			return
		}
		key := p.Where + p.Field + p.Code + strings.Join(p.Args, "\x00")
		if in[key] == nil {
			found = append(found, p)
		}
		in[key] = append(in[key], code)
	}
	for _, code := range c.Sectors {
		sheet, err := l.Sheet(c.ID, sector.Code(code))
		if err != nil {
			p, ok := err.(Problem)
			if !ok {
				p = Problem{Where: c.ID, Field: "parts", Code: "compose", Args: []string{strings.TrimPrefix(err.Error(), "checklist: ")}}
			}
			note(false, code, p)
			continue
		}
		x := sheet.Extent()
		if f := &sheet.Frame; f.Method == ByPoints {
			note(x.Full == f.Full, code, Problem{Where: c.ID, Field: "parts", Code: "adds_up", Args: []string{x.Full.String(), f.Full.String()}})
		}
		note(!sheet.Frame.VetoFails || x.Vetoes > 0, code, Problem{Where: c.ID, Field: "parts", Code: "no_veto"})
		note(sheet.Frame.VetoFails || x.Vetoes == 0, code, Problem{Where: c.ID, Field: "veto_fails", Code: "veto_idle"})
		for _, r := range sheet.Frame.rules() {
			note(r.IfPresent || sheet.has(r), code, Problem{Where: c.ID, Field: "pass", Code: "rule_idle", Args: []string{strings.Join(r.Of, " ")}})
		}
	}
	for _, p := range found {
		key := p.Where + p.Field + p.Code + strings.Join(p.Args, "\x00")
		p.Args = append(slices.Clone(p.Args), strings.Join(in[key], ","))
		e.list = append(e.list, p)
	}
}

// sectorNames words a list of sectors by their codes; anything else stays.
func sectorNames(lang, arg string) string {
	codes := strings.Split(arg, ",")
	for i, c := range codes {
		s, ok := sector.Lookup(sector.Code(c))
		if !ok {
			return arg
		}
		codes[i] = s.Name(lang)
	}
	if lang == "en" {
		return strings.Join(codes, ", ")
	}
	return strings.Join(codes, "、")
}
