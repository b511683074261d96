package inspection

import (
	"cmp"
	"slices"
)

// Two authors may fill one sheet without a network. An answer says on which
// entry its author stood (base); from that alone follows what the author knew,
// never from a clock or a counter of a device.
//
// The place of an answer is the entry's n: the largest one of an item counts.
// When the base has not arrived yet, room is left below for it and what it
// stands on.

// gap is the room left for entries that an answer stands on and that are still
// on their way.
const gap = 1 << 10

// order is the order of an inspection's answers while new ones are placed.
type order struct {
	links   []link // by n
	byID    map[string]int
	newest  map[string]string // id by item
	heirs   map[string]int64  // least n of the entries that stand on an id
	settled map[string]bool   // answers by which the lead settled a conflict
}

func newOrder(links []link) *order {
	o := &order{byID: map[string]int{}, newest: map[string]string{}, heirs: map[string]int64{}, settled: map[string]bool{}}
	for _, l := range links {
		o.add(l)
	}
	return o
}

func (o *order) add(l link) {
	i, _ := slices.BinarySearchFunc(o.links, l, func(a, b link) int { return cmp.Compare(a.N, b.N) })
	o.links = slices.Insert(o.links, i, l)
	for j := i; j < len(o.links); j++ {
		o.byID[o.links[j].ID] = j
	}
	if old, ok := o.of(o.newest[l.Item]); !ok || old.N < l.N {
		o.newest[l.Item] = l.ID
	}
	if n, ok := o.heirs[l.Base]; l.Base != "" && (!ok || l.N < n) {
		o.heirs[l.Base] = l.N
	}
}

func (o *order) of(id string) (link, bool) {
	if i, ok := o.byID[id]; ok {
		return o.links[i], true
	}
	return link{}, false
}

// last is the largest n so far.
func (o *order) last() int64 {
	if len(o.links) == 0 {
		return 0
	}
	return o.links[len(o.links)-1].N
}

// place finds n for an answer. differs says that the last word of another
// author on the item is another one, which this author did not know; ok is
// false when no room is left below an entry that stands on this one.
func (o *order) place(l link) (n int64, differs, ok bool) {
	if heir, has := o.heirs[l.ID]; has { // it comes after what was answered on it
		below := int64(0)
		for _, other := range o.links {
			if other.N < heir {
				below = other.N
			}
		}
		n = below + (heir-below)/2
		return n, false, n > below
	}
	n = o.last() + 1
	if _, known := o.of(l.Base); l.Base != "" && !known {
		n = o.last() + gap
	}
	words := o.words(l)
	if len(words) == 0 {
		return n, false, true
	}
	knew := map[string]bool{}
	for b, ok := o.of(l.Base); ok && !knew[b.ID]; b, ok = o.of(b.Base) {
		knew[b.ID] = true
	}
	for _, w := range words {
		if w.Digest != l.Digest && !knew[w.ID] {
			return n, true, true
		}
	}
	return n, false, true
}

// words are the last answers of other authors on the item of l, in order, since
// the lead last settled it.
func (o *order) words(l link) []link {
	last := map[string]int{}
	for i, other := range o.links {
		if other.Item != l.Item {
			continue
		}
		if o.settled[other.ID] {
			clear(last)
		}
		last[other.author()] = i
	}
	delete(last, l.author())
	out := make([]link, 0, len(last))
	for _, i := range last {
		out = append(out, o.links[i])
	}
	slices.SortFunc(out, func(a, b link) int { return cmp.Compare(a.N, b.N) })
	return out
}

// versions are what a conflict stands between after another answer came: the
// last word of each author, each content once. With one left they agree.
func (o *order) versions(l link) []string {
	out, seen := []string{}, map[string]bool{l.Digest: true}
	for _, w := range o.words(l) {
		if !seen[w.Digest] {
			seen[w.Digest] = true
			out = append(out, w.ID)
		}
	}
	return append(out, l.ID)
}
