package importer

import (
	"context"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/ident"
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
	shops     map[ident.USCC][]knownPremises
	penalties map[ident.OperatorID][]string // numbers of their decisions
	numbers   map[string]knownTitle
	titles    map[string][]knownTitle // by premises and scheme
}

func newKnown() known {
	return known{
		operators: map[ident.USCC]knownOperator{}, premises: map[string]knownPremises{}, shops: map[ident.USCC][]knownPremises{},
		numbers: map[string]knownTitle{}, penalties: map[ident.OperatorID][]string{}, titles: map[string][]knownTitle{},
	}
}

// last is the number of the last row of data.
func (p *plan) last() int {
	if len(p.entries) == 0 {
		return 0
	}
	return p.entries[len(p.entries)-1].row.Number
}

func (p *plan) notes() []note {
	var out []note
	for _, e := range p.entries {
		out = append(out, e.notes...)
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
		if !vocabulary().ignores(name) {
			p.counts.Unknown = append(p.counts.Unknown, name)
		}
	}
	known, _, err := s.inForce(ctx, idb)
	if err != nil {
		return nil, err
	}
	r := &reader{kind: kind, table: table, today: calendar.DateOf(s.rt.Now()), known: known}
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
	if p.known, err = lookUp(ctx, idb, kind, codes, numbers); err != nil {
		return nil, err
	}
	m := &matcher{s: s, p: p, by: by, today: r.today, areas: map[string]area{}, names: map[ident.USCC]string{}, seen: map[string]*entry{}}
	for _, e := range p.entries {
		if e.outcome == refused {
			continue
		}
		if err := m.match(ctx, idb, e); err != nil {
			return nil, err
		}
		if e.hopeless() {
			e.outcome = refused
		}
	}
	for _, e := range p.entries {
		p.counts.add(e.outcome)
	}
	return p, nil
}

// hopeless reports a row with something that keeps it out.
func (e *entry) hopeless() bool {
	return slices.ContainsFunc(e.notes, func(n note) bool { return n.Refused })
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
