package checklist

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"fangxin/internal/i18n"
	"fangxin/internal/sector"
)

var (
	idShape       = regexp.MustCompile(`^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$`)
	moduleShape   = regexp.MustCompile(`^[A-Z][A-Z0-9]{1,9}$`)
	versionShape  = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z.+-]{0,39}$`)
	optionShape   = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,29}$`)
	verdicts      = []string{string(Pass), string(Fail), string(NotApplicable)}
	evidenceKinds = []string{"photo", "audio", "note"}
	evidenceOn    = []string{"fail", "pass", "always"}
	forbidden     = regexp.MustCompile("[\u0000-\u001f\u2028\u2029<>]")
	kinds         = []Kind{General, Veto, Bonus, OfSector, OfStreet, Programme}
	types         = []Type{YesNo, Graded, Number, Choice, FreeText, PhotoItem, Signature, Location, TestTrade}
	flags         = []Flag{Ordinary, Key, VetoItem, BonusItem}
	methods       = []Method{Document, Site, Photo, Audio, Question, Test, DataCheck, Measure}
	countings     = []Counting{ByPoints, ByDefects, ByConditions, ByMean}
	exclusions    = []Exclusion{PerSection, PerSheet, Unscaled}
	standings     = []string{Official, Proposed}
)

// Problem is one thing that is wrong with a module, a frame or a plan.
type Problem struct {
	Where string   `json:"where"` // id of the module, section, item, frame or plan
	Field string   `json:"field"` // as in the data files: en, guide.zh, points, options
	Code  string   `json:"code"`  // of the rule; its words are in the catalogue
	Args  []string `json:"args,omitempty"`
}

// Words says it in a language.
func (p Problem) Words(lang string) string {
	args := make([]any, len(p.Args))
	for i, a := range p.Args {
		args[i] = sectorNames(lang, a)
	}
	return i18n.Shipped().T(lang, "checklist.problem."+p.Code, args...)
}

// Error is the English words with the place.
func (p Problem) Error() string { return p.Where + " " + p.Field + ": " + p.Words(i18n.En) }

// Problems lists everything that is wrong.
type Problems []Problem

// Err joins the problems to one error, nil if there are none.
func (l Problems) Err() error {
	errs := make([]error, len(l))
	for i, p := range l {
		errs[i] = p
	}
	return errors.Join(errs...)
}

// Limits that no data come near.
const (
	maxText   = 600          // characters of one wording
	maxNumber = Points(1e11) // a thousand million, as a measured value
)

// lint collects what is wrong, each line naming the place.
type lint struct{ list Problems }

func (l *lint) add(ok bool, where, field, code string, args ...any) {
	if ok {
		return
	}
	p := Problem{Where: where, Field: field, Code: code}
	for _, a := range args {
		p.Args = append(p.Args, fmt.Sprint(a))
	}
	l.list = append(l.list, p)
}

func (l *lint) text(t Text, where, field string) {
	for _, side := range []struct{ lang, text string }{{"zh", t.Zh}, {"en", t.En}} {
		name := strings.TrimPrefix(field+"."+side.lang, ".")
		l.add(strings.TrimSpace(side.text) != "", where, name, "empty_"+side.lang)
		l.add(!forbidden.MatchString(side.text), where, name, "forbidden")
		l.add(len([]rune(side.text)) <= maxText, where, name, "too_long", maxText)
	}
}

// Validate checks a module and lists everything that is wrong with it: ids,
// sums against the declared full marks, both languages, guidance, sources.
func Validate(m *Module, sources map[string]Source) error { return Lint(m, sources).Err() }

// Lint is [Validate] for programs and forms.
func Lint(m *Module, sources map[string]Source) Problems {
	var l lint
	l.add(moduleShape.MatchString(m.ID), m.ID, "id", "module_id")
	l.text(m.Title, m.ID, "title")
	l.text(m.Note, m.ID, "note")
	l.add(slices.Contains(kinds, m.Kind), m.ID, "kind", "unknown", m.Kind)
	l.add(versionShape.MatchString(m.Version), m.ID, "version", "version")
	l.add(m.Status == "draft" || m.Status == "published", m.ID, "status", "status")
	for _, c := range m.Sectors {
		l.add(sector.Valid(c), m.ID, "sectors", "unknown", c)
	}
	l.add(len(m.Sections) > 0, m.ID, "sections", "no_sections")
	seen, sections := map[string]*Item{}, map[string]bool{}
	var base, extra Points
	for i := range m.Sections {
		s := &m.Sections[i]
		switch s.Role {
		case Base:
			base += s.weight()
		case Extra:
			extra += s.weight()
		default:
			l.add(s.Role == Deduction, s.ID, "role", "unknown", s.Role)
		}
		l.add(idShape.MatchString(s.ID) && strings.HasPrefix(s.ID, m.ID), s.ID, "id", "prefix", m.ID)
		l.add(!sections[s.ID], s.ID, "id", "twice")
		sections[s.ID] = true
		l.text(s.Title, s.ID, "title")
		l.add(slices.Contains(standings, s.Standing), s.ID, "standing", "unknown", s.Standing)
		l.add(s.Weight >= 0 && s.Weight <= P(1000), s.ID, "weight", "points_range")
		l.add(len(s.Items) > 0, s.ID, "items", "no_items")
		l.when(s.When, s.ID, seen)
		for j := range s.Items {
			it := &s.Items[j]
			l.add(seen[it.ID] == nil, it.ID, "id", "twice")
			l.item(it, m.ID, s.Role, seen)
			seen[it.ID] = it
			for _, key := range it.Sources {
				_, ok := sources[key]
				l.add(ok, it.ID, "sources", "source", key)
			}
		}
	}
	l.add(base == m.Full, m.ID, "full", "sum", base, m.Full)
	l.add(extra == m.Extra, m.ID, "bonus", "sum_bonus", extra, m.Extra)
	return l.list
}

func (l *lint) item(it *Item, module string, role Role, earlier map[string]*Item) {
	id := it.ID
	l.add(idShape.MatchString(id) && strings.HasPrefix(id, module), id, "id", "prefix", module)
	l.text(it.Text, id, "")
	l.text(it.Guide, id, "guide")
	if it.Basis != nil {
		l.text(*it.Basis, id, "basis")
	}
	l.add(slices.Contains(types, it.Type), id, "type", "unknown", it.Type)
	l.add(slices.Contains(flags, it.Flag), id, "flag", "unknown", it.Flag)
	l.add((it.Flag == BonusItem) == (role == Extra), id, "flag", "bonus_section")
	l.add(it.NA == NAAllowed || it.NA == NANever, id, "na", "unknown", it.NA)
	l.add(slices.Contains(standings, it.Standing), id, "standing", "unknown", it.Standing)
	l.add(it.Certainty == "" || it.Certainty == KnownUnverified, id, "certainty", "unknown", it.Certainty)
	l.add(it.Points >= 0 && it.Points <= P(1000), id, "points", "points_range")
	l.add(len(it.Check) > 0, id, "check", "no_check")
	for _, m := range it.Check {
		l.add(slices.Contains(methods, m), id, "check", "unknown", m)
	}
	l.add(len(it.Sources) > 0, id, "sources", "no_source")
	for _, c := range it.Sectors {
		l.add(sector.Valid(sector.Code(c)), id, "sectors", "unknown", c)
	}
	for _, e := range it.Evidence {
		l.add(slices.Contains(evidenceKinds, e.Kind), id, "evidence", "unknown", e.Kind)
		l.add(slices.Contains(evidenceOn, e.On), id, "evidence", "unknown", e.On)
	}
	l.when(it.When, id, earlier)
	l.typed(it)
}

// when checks a condition: an item before, and answers that it has.
func (l *lint) when(w *When, where string, earlier map[string]*Item) {
	if w == nil {
		return
	}
	on := earlier[w.Item]
	l.add(on != nil, where, "when", "when_before", w.Item)
	l.add(len(w.Is) > 0, where, "when", "when_nothing")
	for _, is := range w.Is {
		l.add(on == nil || slices.Contains(verdicts, is) ||
			slices.ContainsFunc(on.Options, func(o Option) bool { return o.ID == is }), where, "when", "when_answer", w.Item, is)
	}
}

// typed checks what belongs to the item's type.
func (l *lint) typed(it *Item) {
	id := it.ID
	l.add((it.Range != nil) == (it.Type == Number), id, "range", "range_number")
	if r := it.Range; r != nil {
		l.add(strings.TrimSpace(r.Unit) != "" && !forbidden.MatchString(r.Unit) && len([]rune(r.Unit)) <= 20, id, "range.unit", "unit")
		l.add(r.Min < r.Max && r.Min >= -maxNumber && r.Max <= maxNumber, id, "range.min", "range_empty")
		for _, p := range []*Points{r.PassMin, r.PassMax} {
			l.add(p == nil || *p >= r.Min && *p <= r.Max, id, "range.pass_min", "range_pass")
		}
	}
	l.add(it.Type != Choice || len(it.Options) >= 2, id, "options", "two_options")
	l.add(len(it.Options) == 0 || it.Type == Choice || it.Type == Graded, id, "options", "no_options_here")
	l.add(it.Step == 0 || it.Type == Graded, id, "step", "no_step_here")
	l.add(it.PassAt == 0 || it.Type == Graded, id, "pass_at", "no_step_here")
	var most Points
	ids := map[string]bool{}
	for _, o := range it.Options {
		l.add(optionShape.MatchString(o.ID) && !ids[o.ID] && !slices.Contains(verdicts, o.ID), id, "options", "option_id", o.ID)
		ids[o.ID] = true
		l.text(o.Text, id, "options")
		l.add(o.Points >= 0 && o.Points <= it.Points, id, "options", "option_points", o.ID)
		most = max(most, o.Points)
	}
	l.add(len(it.Options) == 0 || most == it.Points, id, "options", "option_full")
	if it.Type == Graded {
		l.add(it.Step >= 0 && it.Points > 0 && it.allows(0) && it.allows(it.Points), id, "step", "steps")
		l.add(it.PassAt >= 0 && it.PassAt <= it.Points, id, "pass_at", "pass_at")
	}
}

// validate checks all modules, the frames, and that every plan composes.
func (l *Library) validate() error {
	var errs lint
	for key, s := range l.Sources {
		errs.text(s.Text, key, "")
	}
	for i := range l.Modules {
		errs.list = append(errs.list, Lint(&l.Modules[i], l.Sources)...)
	}
	for id, f := range l.Frames {
		errs.list = append(errs.list, f.validate(id).list...)
	}
	errs.list = append(errs.list, l.Composes()...)
	return errs.list.Err()
}

// Composes checks that every plan composes for each of its sectors and that
// its rules find sections to judge.
func (l *Library) Composes() Problems {
	var errs lint
	for _, p := range l.Plans {
		errs.text(p.Title, p.ID, "title")
		errs.add(len(p.Sectors) > 0, p.ID, "sectors", "no_sector")
		for _, c := range p.Sectors {
			sheet, err := l.Sheet(p.ID, sector.Code(c))
			if known, ok := err.(Problem); ok {
				errs.list = append(errs.list, known)
				continue
			}
			if err != nil {
				errs.add(false, p.ID, "parts", "compose", strings.TrimPrefix(err.Error(), "checklist: "))
				continue
			}
			for _, r := range sheet.Frame.rules() {
				errs.add(r.IfPresent || sheet.has(r), p.ID, "frame", "no_section_of", c, r.Of)
			}
		}
	}
	return errs.list
}

func (f *Frame) validate(id string) (l lint) {
	l.text(f.Title, id, "title")
	l.add(f.Full > 0, id, "full", "no_full")
	l.add(slices.Contains(countings, f.Method), id, "method", "unknown", f.Method)
	l.add(slices.Contains(exclusions, f.Excluded), id, "excluded", "unknown", f.Excluded)
	grades := map[string]bool{}
	for _, g := range f.Grades {
		l.add(g.ID != "" && !grades[g.ID], id, "grades", "grade_id", g.ID)
		grades[g.ID] = true
		l.text(g.Title, id, "grades")
	}
	for _, r := range f.rules() {
		l.add(slices.Contains(metrics, r.Metric), id, "pass", "unknown", r.Metric)
		l.add(r.Least != nil || r.Most != nil, id, "pass", "no_limit", r.Metric)
	}
	return l
}

// rules lists the pass rules and those of the grades.
func (f *Frame) rules() []Rule {
	all := slices.Clone(f.Pass)
	for _, g := range f.Grades {
		all = append(all, g.Rules...)
	}
	return all
}

// Metrics lists what a rule can compare.
func Metrics() []Metric { return slices.Clone(metrics) }

// Countings lists the ways of counting.
func Countings() []Counting { return slices.Clone(countings) }

// Exclusions lists what may become of items that do not apply.
func Exclusions() []Exclusion { return slices.Clone(exclusions) }

// Kinds lists the kinds of modules in the order in which people read them.
func Kinds() []Kind { return slices.Clone(kinds) }

// Types lists the types of items.
func Types() []Type { return slices.Clone(types) }

// Flags lists what a failed item may mean.
func Flags() []Flag { return slices.Clone(flags) }

// Methods lists the ways of checking an item.
func Methods() []Method { return slices.Clone(methods) }

// EvidenceKinds lists what may have to accompany an answer.
func EvidenceKinds() []string { return slices.Clone(evidenceKinds) }

// EvidenceMoments lists after which answers it may be asked for.
func EvidenceMoments() []string { return slices.Clone(evidenceOn) }
