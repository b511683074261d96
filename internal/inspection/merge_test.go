package inspection

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"fangxin/internal/ident"
)

// An author's own answers may come after the one that was given on them, as
// when an item could not be opened and was sealed again: the last one counts,
// and nobody is told of a difference with oneself.
func TestOwnAnswersThatComeLate(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for run := range 3000 {
		n := 1 + rng.IntN(12)
		chain := make([]link, n)
		for i := range chain {
			chain[i] = link{ID: fmt.Sprintf("a%d", i), Item: "x", Digest: fmt.Sprint(rng.IntN(4)), Account: "a"}
			if i > 0 {
				chain[i].Base = chain[i-1].ID
			}
		}
		o := newOrder(nil)
		turn := make([]int, n)
		for i := range turn {
			turn[i] = i
		}
		for i := 0; i+1 < n; i++ {
			if rng.IntN(3) == 0 {
				turn[i], turn[i+1] = turn[i+1], turn[i]
				i++
			}
		}
		for k, i := range turn {
			if rng.IntN(3) == 0 { // somebody else answers something else
				other := link{ID: fmt.Sprintf("o%d", k), Item: "y", Digest: fmt.Sprint(k), Account: "b"}
				other.Base = o.newest["y"]
				at, _, ok := o.place(other)
				if !ok {
					t.Fatal("no room at the end")
				}
				other.N = at
				o.add(other)
			}
			l := chain[i]
			at, differs, ok := o.place(l)
			if !ok || differs {
				t.Fatalf("run %d: %s of %d: differs=%v, room=%v", run, l.ID, n, differs, ok)
			}
			l.N = at
			o.add(l)
		}
		if got := o.newest["x"]; got != chain[n-1].ID {
			t.Fatalf("run %d: %s counts of %d", run, got, n)
		}
		seen := map[int64]bool{}
		for i, l := range o.links {
			if seen[l.N] || i > 0 && o.links[i-1].N >= l.N || o.links[o.byID[l.ID]].ID != l.ID {
				t.Fatalf("run %d: places are not in order", run)
			}
			seen[l.N] = true
		}
	}
}

func TestWhoDiffers(t *testing.T) {
	x := func(author, id, base, digest string) link {
		return link{ID: id, Item: "x", Base: base, Digest: digest, Account: ident.AccountID(author)}
	}
	for name, c := range map[string]struct {
		have    []link
		settled string
		next    link
		want    string // the versions of a conflict, "" for none
	}{
		"the first answer":          {nil, "", x("a", "1", "", "d"), ""},
		"on what counts":            {[]link{x("b", "1", "", "d")}, "", x("a", "2", "1", "e"), ""},
		"unaware of it":             {[]link{x("b", "1", "", "d")}, "", x("a", "2", "", "e"), "[1 2]"},
		"unaware, the same":         {[]link{x("b", "1", "", "d")}, "", x("a", "2", "", "d"), ""},
		"one's own, unaware":        {[]link{x("a", "1", "", "d")}, "", x("a", "2", "", "e"), ""},
		"on an older one":           {[]link{x("b", "1", "", "d"), x("b", "2", "1", "e")}, "", x("a", "3", "1", "f"), "[2 3]"},
		"agreed, then changed":      {[]link{x("b", "1", "", "d"), x("a", "2", "", "d")}, "", x("a", "3", "2", "f"), "[1 3]"},
		"on the base of others":     {[]link{x("b", "2", "1", "e")}, "", x("a", "1", "", "d"), ""},
		"on one that is not here":   {[]link{x("b", "1", "", "d")}, "", x("a", "3", "2", "e"), "[1 3]"},
		"on a settlement":           {[]link{x("b", "1", "", "d"), x("a", "2", "", "e"), x("a", "3", "1", "d")}, "3", x("a", "4", "3", "e"), ""},
		"unaware of the settlement": {[]link{x("b", "1", "", "d"), x("a", "2", "", "e"), x("a", "3", "2", "e")}, "3", x("b", "4", "1", "f"), "[3 4]"},
		"three of them":             {[]link{x("b", "1", "", "d"), x("c", "2", "", "e")}, "", x("a", "3", "", "f"), "[1 2 3]"},
	} {
		o := newOrder(nil)
		o.settled[c.settled] = true
		for _, l := range c.have {
			l.N, _, _ = o.place(l)
			o.add(l)
		}
		got := ""
		_, differs, ok := o.place(c.next)
		if differs {
			got = fmt.Sprint(o.versions(c.next))
		}
		if !ok || got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
