package importer

import (
	"context"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/search"
	"fangxin/internal/tabular"
	"fangxin/internal/usecase"
)

// plan is a whole file with what would become of each row.
type plan struct {
	kind    Kind
	table   *tabular.Table
	entries []*entry
	counts  Counts
	known   known
}

// known is what the registry holds of what a file names.
type known struct {
	operators map[ident.USCC]knownOperator
	premises  map[string]knownPremises // by code and place
	numbers   map[string]knownTitle
	titles    map[string]string // premises and scheme → number of the title in force
}

// last is the number of the last row of data.
func (p *plan) last() int {
	if len(p.entries) == 0 {
		return 0
	}
	return p.entries[len(p.entries)-1].row.Number
}

func (p *plan) problems() []Problem {
	out := []Problem{}
	for _, e := range p.entries {
		out = append(out, e.problems...)
	}
	return out
}

// plan reads the table and compares each row with the registry and with the
// rows before it. It writes nothing.
func (s *Service) plan(ctx context.Context, idb usecase.Reader, by access.Principal, kind Kind, table *tabular.Table) (*plan, error) {
	p := &plan{kind: kind, table: table, counts: Counts{Rows: len(table.Rows), Skipped: map[string]int{}, Unknown: []string{}}}
	for _, skip := range table.Skipped {
		p.counts.Skipped[skip.Why]++
	}
	for _, name := range table.Unknown {
		if !vocabulary().ignored[name] {
			p.counts.Unknown = append(p.counts.Unknown, name)
		}
	}
	r := &reader{s: s, kind: kind, today: calendar.DateOf(s.rt.Now())}
	codes, numbers := map[ident.USCC]bool{}, []string{}
	for _, row := range table.Rows {
		e := r.read(row)
		if e.uscc.Valid() {
			codes[e.uscc] = true
		}
		if e.title != nil && e.title.Number != "" {
			numbers = append(numbers, e.title.Number)
		}
		if e.repaired {
			p.counts.Repaired++
		}
		p.entries = append(p.entries, e)
	}
	var err error
	if p.known, err = lookUp(ctx, idb, kind, codes, numbers); err != nil {
		return nil, err
	}
	m := &matcher{s: s, p: p, by: by, areas: map[string]area{}, names: map[ident.USCC]string{}, seen: map[string]*entry{}}
	for _, e := range p.entries {
		if e.outcome == refused {
			continue
		}
		if err := m.match(ctx, idb, e); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(e.problems, func(p Problem) bool { return p.Refused }) {
			e.outcome = refused
		}
	}
	for _, e := range p.entries {
		p.counts.add(e.outcome)
	}
	return p, nil
}

func (c *Counts) add(o outcome) {
	switch o {
	case isNew:
		c.New++
	case same:
		c.Same++
	case differs:
		c.Differs++
	case repeated:
		c.Repeated++
	case refused:
		c.Refused++
	}
}

// area is a county with its authority.
type area struct {
	scope  string
	exists bool
}

type matcher struct {
	s     *Service
	p     *plan
	by    access.Principal
	areas map[string]area
	names map[ident.USCC]string // of operators that rows before would add
	seen  map[string]*entry
}

func (m *matcher) match(ctx context.Context, idb usecase.Reader, e *entry) error {
	if m.p.kind == Merchants {
		m.operator(e)
		return nil
	}
	if e.shop == nil {
		m.onlyShop(e)
	} else if err := m.place(ctx, idb, e); err != nil {
		return err
	}
	if slices.ContainsFunc(e.problems, func(p Problem) bool { return p.Refused }) {
		return nil
	}
	if _, ok := m.p.known.operators[e.uscc]; !ok {
		if e.operator.Name == "" {
			e.operator.Name = m.names[e.uscc]
		}
		if e.operator.Name == "" {
			e.add(m.s.problem(e.row.Number, "name", "operator_missing"))
			return nil
		}
		m.names[e.uscc] = e.operator.Name
	}
	if m.p.kind == Premises {
		m.shop(e)
		return nil
	}
	m.title(e)
	return nil
}

// repeats reports that an earlier row stands for the same thing, and notes
// that this one does otherwise.
func (m *matcher) repeats(key string, e *entry) (*entry, bool) {
	if first, ok := m.seen[key]; ok {
		return first, true
	}
	m.seen[key] = e
	return nil, false
}

func (m *matcher) operator(e *entry) {
	n := e.row.Number
	if first, again := m.repeats(string(e.uscc), e); again {
		e.outcome = repeated
		if search.Normal(first.operator.Name) != search.Normal(e.operator.Name) {
			e.add(m.s.hint(n, "name", "repeated_other", first.row.Number))
		}
		return
	}
	if o, ok := m.p.known.operators[e.uscc]; ok {
		e.outcome = same
		if search.Normal(o.Name) != search.Normal(e.operator.Name) {
			e.outcome = differs
			e.add(m.s.hint(n, "name", "name_differs", o.Name))
		}
	}
}

// place finds the authority of the row's county and whether it is the
// caller's.
func (m *matcher) place(ctx context.Context, idb usecase.Reader, e *entry) error {
	a, ok := m.areas[e.shop.Division]
	if !ok {
		scope, err := m.s.inCharge(ctx, idb, e.shop.Division)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		a = area{scope: scope, exists: err == nil}
		m.areas[e.shop.Division] = a
	}
	e.scope = a.scope
	switch {
	case !a.exists:
		e.add(m.s.rule(e.row.Number, "division", "no_authority", ""))
	case !m.by.Scope.Contains(a.scope):
		e.add(m.s.problem(e.row.Number, "division", "outside_area", e.value("division")))
	}
	if p, ok := m.p.known.premises[e.key]; ok {
		e.premises = p.ID
	}
	return nil
}

// onlyShop takes the one shop that the registry has of the operator, by name
// when the row gives one.
func (m *matcher) onlyShop(e *entry) {
	var found []knownPremises
	for _, p := range m.p.known.premises {
		if p.USCC == e.uscc && (e.value("shop") == "" || search.Normal(p.Name) == search.Normal(e.value("shop"))) {
			found = append(found, p)
		}
	}
	if len(found) != 1 {
		e.add(m.s.problem(e.row.Number, "address", "premises_unclear", len(found)))
		return
	}
	p := found[0]
	e.premises, e.scope, e.key = p.ID, p.Scope, string(p.USCC)+"|"+p.PlaceKey
	if !m.by.Scope.Contains(p.Scope) {
		e.add(m.s.problem(e.row.Number, "address", "outside_area", p.Name))
	}
}

func (m *matcher) shop(e *entry) {
	if first, again := m.repeats(e.key, e); again {
		e.outcome = repeated
		if !slices.Equal(first.shop.Sectors, e.shop.Sectors) {
			e.add(m.s.hint(e.row.Number, "sector", "repeated_other", first.row.Number))
		}
		return
	}
	p, ok := m.p.known.premises[e.key]
	if !ok {
		return
	}
	e.outcome = same
	have, want := slices.Sorted(slices.Values(p.Sectors)), slices.Sorted(slices.Values(e.shop.Sectors))
	if !slices.Equal(have, want) {
		e.outcome = differs
		e.add(m.s.hint(e.row.Number, "sector", "sectors_differ"))
	}
}

func (m *matcher) title(e *entry) {
	n, number := e.row.Number, e.title.Number
	if t, ok := m.p.known.numbers[number]; ok && number != "" {
		if t.Scheme == e.title.Scheme && t.Premises == e.premises {
			e.outcome = same
		} else {
			e.add(m.s.problem(n, "number", "number_taken", number))
		}
		return
	}
	if e.premises != "" {
		if live := m.p.known.titles[string(e.premises)+"|"+e.title.Scheme]; live != "" {
			if e.outcome = same; number != "" {
				e.add(m.s.problem(n, "number", "title_exists", live))
			}
			return
		}
	} else if len(e.shop.Sectors) == 0 {
		e.add(m.s.problem(n, "sector", "sector_for_new"))
		return
	}
	if number != "" {
		if first, again := m.repeats("number|"+number, e); again && (first.key != e.key || first.title.Scheme != e.title.Scheme) {
			e.add(m.s.problem(n, "number", "number_taken", number))
			return
		}
	}
	if first, again := m.repeats(e.key+"|"+e.title.Scheme, e); again {
		if e.outcome = repeated; number != "" && first.title.Number != number {
			e.add(m.s.problem(n, "number", "title_twice", first.row.Number))
		}
	}
}
