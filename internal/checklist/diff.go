package checklist

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
)

// ChangeKind says what differs between two versions of a sheet.
type ChangeKind string

// The kinds of change.
const (
	Added      ChangeKind = "added"
	Removed    ChangeKind = "removed"
	Reworded   ChangeKind = "wording"
	Reguided   ChangeKind = "guide"
	Rebased    ChangeKind = "basis" // legal basis, sources, certainty
	Repointed  ChangeKind = "points"
	Reflagged  ChangeKind = "flag"
	Retyped    ChangeKind = "type" // type, steps, range or options
	Rechecked  ChangeKind = "check"
	Reproved   ChangeKind = "evidence"
	Reexcluded ChangeKind = "na"
	Rewired    ChangeKind = "when" // skip logic, sectors
	Moved      ChangeKind = "order"
	Resection  ChangeKind = "section"  // moved to another section
	Reweighed  ChangeKind = "weight"   // weight or role of a section
	Retitled   ChangeKind = "title"    // title of a section
	Reframed   ChangeKind = "frame"    // the scoring frame
	Reheaded   ChangeKind = "identity" // scheme, sector or title of the sheet
)

// Change is one difference. Subject is an item id, a section id, or empty for
// the sheet; Old and New are the values as JSON, empty where there is none.
type Change struct {
	Subject string     `json:"subject"`
	Kind    ChangeKind `json:"kind"`
	Old     string     `json:"old,omitempty"`
	New     string     `json:"new,omitempty"`
}

// Affects reports whether the change can alter a result.
func (c Change) Affects() bool {
	switch c.Kind {
	case Reworded, Reguided, Rebased, Rechecked, Moved, Retitled, Reheaded:
		return false
	}
	return true
}

// Diff lists what changed from one sheet to another: the sheet, its sections,
// then item by item in the new order, removed items last.
func Diff(before, after *Sheet) []Change {
	var out []Change
	note := func(subject string, kind ChangeKind, a, b any) {
		if x, y := text(a), text(b); x != y {
			out = append(out, Change{subject, kind, x, y})
		}
	}
	note("", Reheaded, []any{before.Scheme, before.Sector, before.Title, before.Self}, []any{after.Scheme, after.Sector, after.Title, after.Self})
	note("", Reframed, before.Frame, after.Frame)
	sections := map[string]*Section{}
	for i := range before.Sections {
		sections[before.Sections[i].ID] = &before.Sections[i]
	}
	for i := range after.Sections {
		if b, a := sections[after.Sections[i].ID], &after.Sections[i]; b != nil {
			note(a.ID, Reweighed, []any{b.Role, b.Weight}, []any{a.Role, a.Weight})
			note(a.ID, Retitled, b.Title, a.Title)
			note(a.ID, Rewired, b.When, a.When)
		}
	}
	old, now := places(before), places(after)
	moved := movedItems(before, old, now)
	for it := range after.Items() {
		was, ok := old[it.ID]
		if !ok {
			out = append(out, Change{Subject: it.ID, Kind: Added, New: text(it)})
			continue
		}
		b := was.item
		note(it.ID, Reworded, b.Text, it.Text)
		note(it.ID, Reguided, b.Guide, it.Guide)
		note(it.ID, Rebased, []any{b.Basis, b.Sources, b.Certainty}, []any{it.Basis, it.Sources, it.Certainty})
		note(it.ID, Repointed, []any{b.Points, b.Standing}, []any{it.Points, it.Standing})
		note(it.ID, Reflagged, b.Flag, it.Flag)
		note(it.ID, Retyped, []any{b.Type, b.Step, b.PassAt, b.Range, b.Options}, []any{it.Type, it.Step, it.PassAt, it.Range, it.Options})
		note(it.ID, Rechecked, b.Check, it.Check)
		note(it.ID, Reproved, b.Evidence, it.Evidence)
		note(it.ID, Reexcluded, b.NA, it.NA)
		note(it.ID, Rewired, []any{b.When, b.Sectors}, []any{it.When, it.Sectors})
		note(it.ID, Resection, was.section, now[it.ID].section)
		if moved[it.ID] {
			out = append(out, Change{it.ID, Moved, fmt.Sprint(was.at + 1), fmt.Sprint(now[it.ID].at + 1)})
		}
	}
	for it := range before.Items() {
		if _, ok := now[it.ID]; !ok {
			out = append(out, Change{Subject: it.ID, Kind: Removed, Old: text(it)})
		}
	}
	return out
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // plain data
	}
	c, err := Canonical(b)
	if err != nil {
		panic(err)
	}
	return string(c)
}

type place struct {
	item    *Item
	section string
	at      int
}

func places(s *Sheet) map[string]place {
	out := map[string]place{}
	for i := range s.Sections {
		for j := range s.Sections[i].Items {
			it := &s.Sections[i].Items[j]
			out[it.ID] = place{it, s.Sections[i].ID, len(out)}
		}
	}
	return out
}

// movedItems finds the fewest items whose move explains the new order: those
// outside a longest increasing run of new positions.
func movedItems(before *Sheet, old, now map[string]place) map[string]bool {
	var ids []string
	for it := range before.Items() {
		if _, ok := now[it.ID]; ok {
			ids = append(ids, it.ID)
		}
	}
	prev, ends := make([]int, len(ids)), []int{}
	for i, id := range ids {
		k := sort.Search(len(ends), func(k int) bool { return now[ids[ends[k]]].at > now[id].at })
		prev[i] = -1
		if k > 0 {
			prev[i] = ends[k-1]
		}
		ends = append(slices.Clone(ends[:k]), append([]int{i}, ends[min(k+1, len(ends)):]...)...)
	}
	moved := map[string]bool{}
	for _, id := range ids {
		moved[id] = true
	}
	if len(ends) > 0 {
		for i := ends[len(ends)-1]; i >= 0; i = prev[i] {
			delete(moved, ids[i])
		}
	}
	return moved
}
