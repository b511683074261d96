package importer

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"fangxin/internal/division"
)

// province is the one whose counties a name can mean; a code can be of any.
const province = "36"

var codeForm = regexp.MustCompile(`^[0-9]{6}([0-9]{6})?$`)

// gazetteer finds counties of the province by the names that people write,
// present and former.
type gazetteer struct {
	counties map[string][]string // folded name → codes in force
	cities   map[string]bool
}

var places = sync.OnceValue(func() *gazetteer {
	g := &gazetteer{counties: map[string][]string{}, cities: map[string]bool{}}
	top, _ := division.Lookup(province + "0000")
	former := map[string][]string{}
	for n := range 10_000 {
		code := fmt.Sprintf("%s%04d", province, n)
		for _, d := range division.Names(code) {
			current := division.Current(code)
			switch {
			case d.Level == division.Prefecture && current != "":
				for _, name := range []string{d.Name, bare(d.Name)} {
					g.cities[fold(name)], g.cities[fold(top.Name+name)] = true, true
				}
			case d.Level == division.County && current != "" && isCounty(current):
				city, _ := division.Lookup(current[:4] + "00")
				present, _ := division.Lookup(current)
				for _, name := range spellings(d.Name, city.Name, top.Name) {
					if d.Name == present.Name {
						g.add(name, current)
					} else {
						former[name] = append(former[name], current)
					}
				}
			}
		}
	}
	for name, codes := range former {
		if g.counties[name] != nil {
			continue // a present name wins over a former one
		}
		for _, code := range codes {
			g.add(name, code)
		}
	}
	return g
})

func isCounty(code string) bool {
	d, ok := division.Lookup(code)
	return ok && d.Level == division.County
}

func (g *gazetteer) add(name, code string) {
	if !slices.Contains(g.counties[name], code) {
		g.counties[name] = append(g.counties[name], code)
	}
}

// spellings are the ways to write a county: with and without its suffix, and
// with the city and the province before it.
func spellings(county, city, top string) []string {
	var out []string
	names := []string{county}
	if b := bare(county); len([]rune(b)) >= 2 {
		names = append(names, b)
	}
	for _, name := range names {
		for _, c := range []string{"", city, bare(city)} {
			out = append(out, fold(c+name))
			if c != "" {
				out = append(out, fold(top+c+name), fold(bare(top)+c+name))
			}
		}
		out = append(out, fold(top+name), fold(bare(top)+name))
	}
	return out
}

// bare is a name without its suffix.
func bare(name string) string {
	for _, suffix := range []string{"地区", "省", "市", "县", "区"} {
		if b, ok := strings.CutSuffix(name, suffix); ok && b != "" {
			return b
		}
	}
	return name
}

// county finds the code in force of a county; otherwise it gives the code of
// the problem with its arguments.
func county(cell, city string) (code, problem string, args []any) {
	word := fold(cell)
	if word == "" {
		return "", "division_missing", nil
	}
	if codeForm.MatchString(word) {
		code := division.Current(word[:6])
		switch {
		case code == "":
			return "", "division_unknown", []any{cell}
		case !isCounty(code):
			return "", "division_city", []any{division.Short(code)}
		}
		return code, "", nil
	}
	word = strings.NewReplacer("·", "", "-", "", "—", "", "/", "", ">", "").Replace(word)
	g := places()
	found := g.counties[word]
	if g.cities[word] && !isCountyCity(found) {
		return "", "division_city", []any{cell}
	}
	if c := fold(city); len(found) != 1 && c != "" {
		if narrowed := g.counties[c+word]; len(narrowed) == 1 {
			found = narrowed
		}
	}
	switch len(found) {
	case 0:
		return "", "division_unknown", []any{cell}
	case 1:
		return found[0], "", nil
	}
	names := make([]string, len(found))
	for i, code := range found {
		names[i] = division.Short(code)
	}
	slices.Sort(names)
	return "", "division_ambiguous", []any{cell, strings.Join(names, "、")}
}

// isCountyCity reports that a name means county-level cities (县级市) only.
func isCountyCity(codes []string) bool {
	for _, code := range codes {
		if d, _ := division.Lookup(code); !strings.HasSuffix(d.Name, "市") {
			return false
		}
	}
	return len(codes) > 0
}
