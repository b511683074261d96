package tabular

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// kept are full-width marks that belong to Chinese text: a registered name
// keeps its brackets, （南昌）.
const kept = "（），：；！？"

// Clean folds a cell: full-width letters, digits and spaces and other
// compatibility forms become plain ones (NFKC), Chinese punctuation stays;
// invisible characters go, every run of space becomes one, none is left around.
func Clean(s string) string {
	if strings.HasPrefix(s, "'") && startsFormula(s[1:]) {
		s = s[1:]
	}
	var b strings.Builder
	for len(s) > 0 {
		i := strings.IndexAny(s, kept)
		if i < 0 {
			i = len(s)
		}
		b.WriteString(norm.NFKC.String(s[:i]))
		s = s[i:]
		for _, r := range s {
			if !strings.ContainsRune(kept, r) {
				break
			}
			b.WriteRune(r)
			s = s[len(string(r)):]
		}
	}
	return visible(b.String())
}

// plain folds Chinese punctuation too: for values that are read, not shown.
func plain(s string) string { return visible(norm.NFKC.String(Clean(s))) }

// visible drops characters that nobody sees and joins runs of space.
func visible(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Cf, r) || unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// CleanCode folds a code (编号、代码): plain letters in upper case, no space of
// any kind, no apostrophe that a spreadsheet put in front.
func CleanCode(s string) string {
	return strings.ToUpper(strings.TrimLeft(strings.ReplaceAll(plain(s), " ", ""), "'‘’`"))
}

// headerName folds a header for comparison: "* 统一社会信用代码（必填）" is
// "统一社会信用代码".
func headerName(s string) string {
	s = plain(s)
	if i := strings.IndexByte(s, '('); i > 0 {
		s = s[:i]
	}
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r == ' ' || r == '*' || r == ':' {
			return -1
		}
		return r
	}, s))
}

func clean(cells []string) []string {
	var out []string
	for _, c := range cells {
		if c = Clean(c); c != "" {
			out = append(out, c)
		}
	}
	return out
}

func blank(cells []string) bool {
	for _, c := range cells {
		if c != "" && Clean(c) != "" {
			return false
		}
	}
	return true
}
