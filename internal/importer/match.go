package importer

import (
	"context"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/search"
	"fangxin/internal/usecase"
)

// area is a county with its authority.
type area struct {
	scope  string
	exists bool
}

// matcher compares rows with the registry and with the rows before them. A
// row that repeats an earlier one is found first: then the outcome is the same
// whether the earlier row was written already or not.
type matcher struct {
	s     *Service
	p     *plan
	by    access.Principal
	today calendar.Date
	areas map[string]area
	names map[ident.USCC]string // of operators that rows before would add
	seen  map[string]*entry
}

func (m *matcher) match(ctx context.Context, idb usecase.Reader, e *entry) error {
	switch m.p.kind {
	case Merchants:
		m.operator(e)
		return nil
	case Facts:
		m.facts(e)
		return nil
	}
	if e.shop == nil {
		m.onlyShop(e)
	} else if err := m.place(ctx, idb, e); err != nil {
		return err
	}
	if e.hopeless() {
		return nil
	}
	if _, ok := m.p.known.operators[e.uscc]; !ok {
		if e.operator.Name == "" {
			e.operator.Name = m.names[e.uscc]
		}
		if e.operator.Name == "" {
			e.add(problem(e.row.Number, "name", "operator_missing"))
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

// repeats gives the earlier row that stands for the same thing, or notes that
// this one does.
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
			e.add(hint(n, "name", "repeated_other", first.row.Number))
		}
		return
	}
	if o, ok := m.p.known.operators[e.uscc]; ok {
		e.outcome = same
		if search.Normal(o.Name) != search.Normal(e.operator.Name) {
			e.outcome = differs
			e.add(hint(n, "name", "name_differs", o.Name))
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
	switch {
	case !a.exists:
		e.add(rule(e.row.Number, "division", "no_authority", ""))
	case !m.by.Scope.Contains(a.scope):
		e.add(problem(e.row.Number, "division", "outside_area", e.value("division")))
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
	for _, p := range m.p.known.shops[e.uscc] {
		if e.value("shop") == "" || search.Normal(p.Name) == search.Normal(e.value("shop")) {
			found = append(found, p)
		}
	}
	if len(found) != 1 {
		e.add(problem(e.row.Number, "address", "premises_unclear", len(found)))
		return
	}
	p := found[0]
	e.premises, e.key = p.ID, p.key()
	if !m.by.Scope.Contains(p.Scope) {
		e.add(problem(e.row.Number, "address", "outside_area", p.Name))
	}
}

func (m *matcher) shop(e *entry) {
	if first, again := m.repeats(e.key, e); again {
		e.outcome = repeated
		if !slices.Equal(first.shop.Sectors, e.shop.Sectors) {
			e.add(hint(e.row.Number, "sector", "repeated_other", first.row.Number))
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
		e.add(hint(e.row.Number, "sector", "sectors_differ"))
	}
}

// title finds out whether a title is known: by its number, or by the shop, the
// scheme and the day of award.
func (m *matcher) title(e *entry) {
	n, number := e.row.Number, e.title.Number
	if first, again := m.seen["number|"+number]; again && number != "" && (first.key != e.key || first.title.Scheme != e.title.Scheme) {
		e.add(problem(n, "number", "number_taken", number))
		return
	}
	if first, again := m.seen[e.key+"|"+e.title.Scheme]; again {
		if e.outcome = repeated; number != "" && first.title.Number != number {
			e.add(problem(n, "number", "title_twice", first.row.Number))
		}
		return
	}
	m.compare(e)
	if !e.hopeless() {
		m.seen[e.key+"|"+e.title.Scheme] = e
		if number != "" {
			m.seen["number|"+number] = e
		}
	}
}

// compare looks for a title in the registry.
func (m *matcher) compare(e *entry) {
	n, number := e.row.Number, e.title.Number
	if t, ok := m.p.known.numbers[number]; ok && number != "" {
		if t.Scheme != e.title.Scheme || t.Premises != e.premises || e.premises == "" {
			e.add(problem(n, "number", "number_taken", number))
			return
		}
		m.known(e, t)
		return
	}
	if e.premises == "" {
		if len(e.shop.Sectors) == 0 {
			e.add(problem(n, "sector", "sector_for_new"))
		}
		return
	}
	of := m.p.known.titles[string(e.premises)+"|"+e.title.Scheme]
	for _, t := range of {
		switch {
		case live(t.State) && number != "":
			e.add(problem(n, "number", "title_exists", t.Number))
			return
		case live(t.State), t.IssuedOn == e.title.IssuedOn && number == "":
			// Also one that was revoked since: importing the list again must
			// not bring it back.
			m.known(e, t)
			return
		}
	}
	for _, t := range of {
		if t.State == lifecycle.Revoked && t.ExcludedUntil >= m.today.String() {
			e.add(problem(n, "scheme", "excluded", t.Number, t.ExcludedUntil))
			return
		}
	}
}

// known says that a title is there already, and what is different about it.
func (m *matcher) known(e *entry, t knownTitle) {
	e.outcome = same
	if t.IssuedOn != e.title.IssuedOn || e.expiryGiven() && t.ExpiresOn != e.title.ExpiresOn {
		e.outcome = differs
		e.add(hint(e.row.Number, "issued", "title_differs", t.Number, t.IssuedOn, t.ExpiresOn))
	}
}

func live(s lifecycle.State) bool {
	return s == lifecycle.Active || s == lifecycle.Rectifying || s == lifecycle.Suspended
}
