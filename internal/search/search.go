// Package search owns finding records by a part of their Chinese name: every
// pair of neighbouring characters is one row of an index table, the same on
// both databases, so that a query of two characters is a single index read.
//
// It does not know what it indexes and holds no text of its own beyond the
// normalised name that a longer query is checked against.
package search

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Most is how many records one query may find; narrower words find the rest.
const Most = 500

// Normal folds width, case and spaces, so that "ＡＢＣ 店" finds "abc店".
func Normal(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsPunct(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(s))
}

// grams lists the distinct pairs of neighbouring characters.
func grams(normal string) []string {
	rs := []rune(normal)
	seen := map[string]bool{}
	var out []string
	for i := 0; i+1 < len(rs); i++ {
		g := string(rs[i : i+2])
		if !seen[g] {
			seen[g] = true
			out = append(out, g)
		}
	}
	return out
}
