package inspection

import (
	"cmp"
	"slices"
)

// Two authors may fill one sheet without a network. An answer says on which
// entry its author stood (base); from that alone follows its place, never from
// a clock or a counter of a device.
//
// The place is the entry's n: the largest one of an item counts. When the base
// has not arrived yet, room is left below for it and what it stands on.

// gap is the room left for entries that an answer stands on and that are still
// on their way.
const gap = 1 << 10

// order is the order of an inspection's answers while new ones are placed.
type order struct {
	links  []link // by n
	byID   map[string]int
	newest map[string]string // id by item
	heirs  map[string]int64  // least n of the entries that stand on an id
}

func newOrder(links []link) *order {
	o := &order{byID: map[string]int{}, newest: map[string]string{}, heirs: map[string]int64{}}
	for _, l := range links {
		o.add(l)
	}
	return o
}

func (o *order) add(l link) {
	i, _ := slices.BinarySearchFunc(o.links, l, func(a, b link) int { return cmp.Compare(a.N, b.N) })
	o.links = slices.Insert(o.links, i, l)
	if i == len(o.links)-1 {
		o.byID[l.ID] = i
	} else {
		for j := i; j < len(o.links); j++ {
			o.byID[o.links[j].ID] = j
		}
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

// place finds n for an answer. differs says that somebody else has answered
// the item otherwise since the version that the author saw; ok is false when
// no room is left below an entry that stands on this one.
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
	base, known := o.of(l.Base)
	if l.Base != "" && !known {
		n = o.last() + gap
	}
	current, answered := o.of(o.newest[l.Item])
	if !answered || current.ID == l.Base || current.Digest == l.Digest || known && base.Digest == current.Digest {
		return n, false, true
	}
	return n, true, true
}

// versions are what a conflict stands between after another answer came: the
// one it stands on is given up by its own author.
func (o *order) versions(open []string, l link) []string {
	if len(open) == 0 {
		return []string{o.newest[l.Item], l.ID}
	}
	out := slices.DeleteFunc(slices.Clone(open), func(id string) bool { return id == l.Base })
	for _, id := range out {
		if v, ok := o.of(id); ok && v.Digest == l.Digest {
			return out
		}
	}
	return append(out, l.ID)
}
