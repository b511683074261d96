package checklist

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"fangxin/internal/sector"
)

var (
	idShape   = regexp.MustCompile(`^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$`)
	forbidden = regexp.MustCompile("[\u0000-\u001f\u2028\u2029<>]")
	kinds     = []Kind{General, Veto, Bonus, OfSector, OfStreet, Programme}
	types     = []Type{YesNo, Graded, Number, Choice, FreeText, PhotoItem, Signature, Location, TestTrade}
	flags     = []Flag{Ordinary, Key, VetoItem, BonusItem}
	methods   = []Method{Document, Site, Photo, Audio, Question, Test, DataCheck, Measure}
	standings = []string{Official, Proposed}
)

// lint collects what is wrong, each line naming the place.
type lint []error

func (l *lint) add(ok bool, where, format string, args ...any) {
	if !ok {
		*l = append(*l, fmt.Errorf("%s: %s", where, fmt.Sprintf(format, args...)))
	}
}

func (l *lint) text(t Text, where, what string) {
	for lang, s := range map[string]string{"Chinese": t.Zh, "English": t.En} {
		l.add(strings.TrimSpace(s) != "", where, "%s lacks its %s wording", what, lang)
		l.add(!forbidden.MatchString(s), where, "%s holds a control character or an angle bracket", what)
	}
}

// Validate checks a module and lists everything that is wrong with it: ids,
// sums against the declared full marks, both languages, guidance, sources.
func Validate(m *Module, sources map[string]Source) error {
	var l lint
	l.add(idShape.MatchString(m.ID), m.ID, "the id is not upper-case letters and digits")
	l.text(m.Title, m.ID, "title")
	l.text(m.Note, m.ID, "note")
	l.add(slices.Contains(kinds, m.Kind), m.ID, "unknown kind %q", m.Kind)
	l.add(m.Version != "", m.ID, "no version label")
	l.add(m.Status == "draft" || m.Status == "published", m.ID, "status is neither draft nor published")
	for _, c := range m.Sectors {
		l.add(sector.Valid(c), m.ID, "unknown sector %q", c)
	}
	l.add(len(m.Sections) > 0, m.ID, "no sections")
	seen := map[string]*Item{}
	var base, extra Points
	for i := range m.Sections {
		s := &m.Sections[i]
		switch s.Role {
		case Base:
			base += s.weight()
		case Extra:
			extra += s.weight()
		default:
			l.add(s.Role == Deduction, s.ID, "unknown role %q", s.Role)
		}
		l.add(strings.HasPrefix(s.ID, m.ID), s.ID, "the id does not begin with %s", m.ID)
		l.text(s.Title, s.ID, "title")
		l.add(slices.Contains(standings, s.Standing), s.ID, "unknown standing %q", s.Standing)
		l.add(len(s.Items) > 0, s.ID, "no items")
		l.when(s.When, s.ID, seen)
		for j := range s.Items {
			it := &s.Items[j]
			l.add(seen[it.ID] == nil, it.ID, "the id is used twice")
			l.item(it, m.ID, s.Role, seen)
			seen[it.ID] = it
			for _, key := range it.Sources {
				_, ok := sources[key]
				l.add(ok, it.ID, "source %q is not in the list", key)
			}
		}
	}
	l.add(base == m.Full, m.ID, "the sections sum to %s, declared are %s", base, m.Full)
	l.add(extra == m.Extra, m.ID, "the bonus sections sum to %s, declared are %s", extra, m.Extra)
	return errors.Join(l...)
}

func (l *lint) item(it *Item, module string, role Role, earlier map[string]*Item) {
	id := it.ID
	l.add(idShape.MatchString(id) && strings.HasPrefix(id, module), id, "the id does not begin with %s", module)
	l.text(it.Text, id, "wording")
	l.text(it.Guide, id, "guidance")
	if it.Basis != nil {
		l.text(*it.Basis, id, "legal basis")
	}
	l.add(slices.Contains(types, it.Type), id, "unknown type %q", it.Type)
	l.add(slices.Contains(flags, it.Flag), id, "unknown flag %q", it.Flag)
	l.add((it.Flag == BonusItem) == (role == Extra), id, "bonus items and bonus sections go together")
	l.add(it.NA == NAAllowed || it.NA == NANever, id, "unknown na %q", it.NA)
	l.add(slices.Contains(standings, it.Standing), id, "unknown standing %q", it.Standing)
	l.add(it.Certainty == "" || it.Certainty == KnownUnverified, id, "unknown certainty %q", it.Certainty)
	l.add(it.Points >= 0 && it.Points <= P(1000), id, "points are not between 0 and 1000")
	l.add(len(it.Check) > 0, id, "no check method")
	for _, m := range it.Check {
		l.add(slices.Contains(methods, m), id, "unknown check method %q", m)
	}
	l.add(len(it.Sources) > 0, id, "no source")
	for _, c := range it.Sectors {
		l.add(sector.Valid(sector.Code(c)), id, "unknown sector %q", c)
	}
	for _, e := range it.Evidence {
		l.add(slices.Contains([]string{"photo", "audio", "note"}, e.Kind), id, "unknown evidence %q", e.Kind)
		l.add(slices.Contains([]string{"fail", "pass", "always"}, e.On), id, "evidence on unknown verdict %q", e.On)
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
	l.add(on != nil, where, "shown depending on %s, which does not come before it", w.Item)
	l.add(len(w.Is) > 0, where, "shown depending on no answer")
	for _, is := range w.Is {
		l.add(on == nil || slices.Contains([]string{"pass", "fail", "na"}, is) ||
			slices.ContainsFunc(on.Options, func(o Option) bool { return o.ID == is }), where, "%s has no answer %q", w.Item, is)
	}
}

// typed checks what belongs to the item's type.
func (l *lint) typed(it *Item) {
	id := it.ID
	l.add((it.Range != nil) == (it.Type == Number), id, "a range belongs to numbers, and each number needs one")
	if r := it.Range; r != nil {
		l.add(r.Unit != "", id, "the number has no unit")
		l.add(r.Min < r.Max, id, "the range is empty")
		for _, p := range []*Points{r.PassMin, r.PassMax} {
			l.add(p == nil || *p >= r.Min && *p <= r.Max, id, "the passing limit lies outside the range")
		}
	}
	l.add(it.Type != Choice || len(it.Options) >= 2, id, "a choice needs two options")
	l.add(len(it.Options) == 0 || it.Type == Choice || it.Type == Graded, id, "options belong to choices and graded items")
	l.add(it.Step == 0 || it.Type == Graded, id, "a step belongs to graded items")
	var most Points
	ids := map[string]bool{}
	for _, o := range it.Options {
		l.add(o.ID != "" && !ids[o.ID], id, "option %q is empty or used twice", o.ID)
		ids[o.ID] = true
		l.text(o.Text, id, "option")
		l.add(o.Points >= 0 && o.Points <= it.Points, id, "option %q is outside the item's points", o.ID)
		most = max(most, o.Points)
	}
	l.add(len(it.Options) == 0 || most == it.Points, id, "no option gives the full points")
	if it.Type == Graded {
		l.add(it.Points > 0 && it.allows(0) && it.allows(it.Points), id, "the steps do not reach from 0 to the points")
		l.add(it.PassAt <= it.Points, id, "cannot pass")
	}
}

// validate checks all modules, the frames, and that every plan composes.
func (l *Library) validate() error {
	var errs lint
	for key, s := range l.Sources {
		errs.text(s.Text, key, "source")
	}
	for i := range l.Modules {
		if err := Validate(&l.Modules[i], l.Sources); err != nil {
			errs = append(errs, err)
		}
	}
	for id, f := range l.Frames {
		errs = append(errs, f.validate(id)...)
	}
	for _, p := range l.Plans {
		errs.text(p.Title, p.ID, "title")
		errs.add(len(p.Sectors) > 0, p.ID, "serves no sector")
		for _, c := range p.Sectors {
			sheet, err := l.Sheet(p.ID, sector.Code(c))
			if err != nil {
				errs = append(errs, err)
				continue
			}
			for _, r := range sheet.Frame.rules() {
				errs.add(r.IfPresent || sheet.has(r), p.ID, "for %s there is no section %v to judge", c, r.Of)
			}
		}
	}
	return errors.Join(errs...)
}

func (f *Frame) validate(id string) (l lint) {
	l.text(f.Title, id, "title")
	l.add(f.Full > 0, id, "no full mark")
	l.add(slices.Contains([]Counting{ByPoints, ByDefects, ByConditions, ByMean}, f.Method), id, "unknown method %q", f.Method)
	l.add(slices.Contains([]Exclusion{PerSection, PerSheet, Unscaled}, f.Excluded), id, "unknown exclusion %q", f.Excluded)
	grades := map[string]bool{}
	for _, g := range f.Grades {
		l.add(g.ID != "" && !grades[g.ID], id, "grade %q is empty or used twice", g.ID)
		grades[g.ID] = true
		l.text(g.Title, id, "grade")
	}
	for _, r := range f.rules() {
		l.add(slices.Contains(metrics, r.Metric), id, "unknown metric %q", r.Metric)
		l.add(r.Least != nil || r.Most != nil, id, "a rule on %s without a limit", r.Metric)
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
