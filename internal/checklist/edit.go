package checklist

import (
	"fmt"
	"slices"
	"strings"
)

// Find gives the section and the place of an item in it; nil if there is none.
func (m *Module) Find(id string) (*Section, int) {
	for i := range m.Sections {
		for j := range m.Sections[i].Items {
			if m.Sections[i].Items[j].ID == id {
				return &m.Sections[i], j
			}
		}
	}
	return nil, -1
}

// Section finds a section by its id, nil if there is none.
func (m *Module) Section(id string) *Section {
	for i := range m.Sections {
		if m.Sections[i].ID == id {
			return &m.Sections[i]
		}
	}
	return nil
}

// FreshItem is an id that no item of the module has: the highest number of the
// section and one.
func (m *Module) FreshItem(s *Section) string {
	prefix, n := s.ID+"-", 0
	for i := range m.Sections {
		for _, it := range m.Sections[i].Items {
			var have int
			if rest, ok := strings.CutPrefix(it.ID, prefix); ok {
				if _, err := fmt.Sscanf(rest, "%d", &have); err == nil {
					n = max(n, have)
				}
			}
		}
	}
	return fmt.Sprintf("%s%02d", prefix, n+1)
}

// AddItem puts a new yes/no item at the end of a section and gives its id.
func (m *Module) AddItem(section string) (string, bool) {
	s := m.Section(section)
	if s == nil {
		return "", false
	}
	it := Item{ID: m.FreshItem(s), Check: Words[Method]{Site}}
	it.defaults(s.Role)
	s.Items = append(s.Items, it)
	return it.ID, true
}

// Duplicate copies an item behind itself and gives the copy's id.
func (m *Module) Duplicate(id string) (string, bool) {
	s, at := m.Find(id)
	if s == nil {
		return "", false
	}
	one := Module{Sections: []Section{{Items: []Item{s.Items[at]}}}}
	it := one.Clone().Sections[0].Items[0]
	it.ID = m.FreshItem(s)
	s.Items = slices.Insert(s.Items, at+1, it)
	return it.ID, true
}

// RemoveItem takes an item out.
func (m *Module) RemoveItem(id string) bool {
	s, at := m.Find(id)
	if s != nil {
		s.Items = slices.Delete(s.Items, at, at+1)
	}
	return s != nil
}

// MoveItem moves an item up (-1) or down (1); at the end of a section it goes
// into the next one.
func (m *Module) MoveItem(id string, by int) bool {
	s, at := m.Find(id)
	if s == nil {
		return false
	}
	if to := at + by; to >= 0 && to < len(s.Items) {
		s.Items[at], s.Items[to] = s.Items[to], s.Items[at]
		return true
	}
	i := slices.IndexFunc(m.Sections, func(o Section) bool { return o.ID == s.ID })
	if i+by < 0 || i+by >= len(m.Sections) {
		return false
	}
	it := s.Items[at]
	s.Items = slices.Delete(s.Items, at, at+1)
	next := &m.Sections[i+by]
	if by > 0 {
		next.Items = slices.Insert(next.Items, 0, it)
	} else {
		next.Items = append(next.Items, it)
	}
	return true
}

// AddSection puts a new section at the end and gives its id.
func (m *Module) AddSection() string {
	id := m.ID
	for n := 1; m.Section(id) != nil || id == m.ID && len(m.Sections) > 0; n++ {
		id = fmt.Sprintf("%s-S%d", m.ID, n)
	}
	m.Sections = append(m.Sections, Section{ID: id, Role: Base, Standing: Proposed})
	return id
}

// RemoveSection takes a section out with its items.
func (m *Module) RemoveSection(id string) bool {
	n := len(m.Sections)
	m.Sections = slices.DeleteFunc(m.Sections, func(s Section) bool { return s.ID == id })
	return len(m.Sections) < n
}

// MoveSection moves a section up (-1) or down (1).
func (m *Module) MoveSection(id string, by int) bool {
	i := slices.IndexFunc(m.Sections, func(s Section) bool { return s.ID == id })
	if to := i + by; i >= 0 && to >= 0 && to < len(m.Sections) {
		m.Sections[i], m.Sections[to] = m.Sections[to], m.Sections[i]
		return true
	}
	return false
}

// Rename gives an item another id, also where conditions refer to it.
func (m *Module) Rename(from, to string) {
	if from == to {
		return
	}
	for i := range m.Sections {
		s := &m.Sections[i]
		if s.When != nil && s.When.Item == from {
			s.When.Item = to
		}
		for j := range s.Items {
			it := &s.Items[j]
			if it.ID == from {
				it.ID = to
			}
			if it.When != nil && it.When.Item == from {
				it.When.Item = to
			}
		}
	}
}
