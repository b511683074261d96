// Package division owns the administrative divisions of China down to counties
// (县级以上行政区划, codes of GB/T 2260): the names of a code, when they held as
// far as that is known, and the code that took over.
//
// It refuses areas without a code of their own, such as development zones, new
// areas (赣江新区) and scenic areas, also where statistics give them numbers:
// they belong to the authority in charge of them. Streets and villages
// (GB/T 10114) are not here either. What the data covers is said in
// assets/division/README.md.
package division

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"sync"

	"fangxin/assets"
	"fangxin/internal/calendar"
)

// Level is the level of a division.
type Level int

// The levels.
const (
	Province   Level = 1 // 省级
	Prefecture Level = 2 // 地级
	County     Level = 3 // 县级
)

// Division is one code of GB/T 2260 under one name. From and Until are months
// (YYYY-MM) because the yearly and monthly lists that they come from tell no
// days: the earliest month in which the code and name may have held, and the
// last. Around a change both the old and the new are therefore accepted.
type Division struct {
	Code      string // six digits
	Name      string // in Chinese
	NameEn    string // in English; "" outside Jiangxi below the provinces
	Level     Level
	From      string // "" when it held before the records begin (1999)
	Until     string // "" when it still holds
	Successor string // the code that took over, when it was one and is known
}

// Label is the name in a language; without an English one it is the Chinese.
func (d Division) Label(lang string) string {
	if lang == "en" && d.NameEn != "" {
		return d.NameEn
	}
	return d.Name
}

// FullName is the name with those above it: 江西省南昌市东湖区.
func (d Division) FullName() string { return FullName(d.Code) }

// holds reports whether the code and name may have held in a month.
func (d Division) holds(month string) bool {
	return d.From <= month && (d.Until == "" || month <= d.Until)
}

type table struct {
	byCode   map[string]Division   // the latest name of each code
	earlier  map[string][]Division // names of a code before its latest, oldest first
	children map[string][]Division // in force, by parent, in the order of codes
	current  []Division            // in force, in the order of codes
}

var load = sync.OnceValue(func() table {
	f, err := assets.FS.Open("division/gbt2260.csv")
	if err != nil {
		panic(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		panic(fmt.Errorf("assets/division/gbt2260.csv: %w", err))
	}
	t := table{byCode: make(map[string]Division, len(rows)), earlier: map[string][]Division{}, children: map[string][]Division{}}
	for _, r := range rows[1:] { // by code, then by time
		d := Division{Code: r[0], Name: r[1], Level: levelOf(r[0]), From: r[2], Until: r[3], Successor: r[4], NameEn: r[5]}
		if before, ok := t.byCode[d.Code]; ok {
			t.earlier[d.Code] = append(t.earlier[d.Code], before)
		}
		t.byCode[d.Code] = d
		if d.Until == "" {
			t.current = append(t.current, d)
		}
	}
	for _, d := range t.current {
		p := t.parent(d)
		t.children[p] = append(t.children[p], d)
	}
	return t
})

func levelOf(code string) Level {
	switch {
	case strings.HasSuffix(code, "0000"):
		return Province
	case strings.HasSuffix(code, "00"):
		return Prefecture
	}
	return County
}

// parent is the code one level up. Counties that a province governs directly
// (省直辖) and those of municipalities have no prefecture.
func (t table) parent(d Division) string {
	switch d.Level {
	case Province:
		return ""
	case County:
		if p := d.Code[:4] + "00"; t.byCode[p].Code != "" {
			return p
		}
	}
	return d.Code[:2] + "0000"
}

// Lookup finds a code under its latest name, also one that is no longer valid.
func Lookup(code string) (Division, bool) {
	d, ok := load().byCode[code]
	return d, ok
}

// Valid reports a code that is in force.
func Valid(code string) bool {
	d, ok := Lookup(code)
	return ok && d.Until == ""
}

// At gives the name that a code had on a day; false when the code did not
// exist then. In the months of a change, when either name may have been in
// use, it is the newer one.
func At(code string, day calendar.Date) (Division, bool) {
	t := load()
	d, ok := t.byCode[code]
	if !ok || day.IsZero() {
		return Division{}, false
	}
	month := day.String()[:len("2006-01")]
	if d.holds(month) {
		return d, true
	}
	for _, d := range slices.Backward(t.earlier[code]) {
		if d.holds(month) {
			return d, true
		}
	}
	return Division{}, false
}

// ValidOn reports a code that was in force on a day, as far as is known.
func ValidOn(code string, day calendar.Date) bool {
	_, ok := At(code, day)
	return ok
}

// Names lists all names of a code, oldest first; the last is the latest.
func Names(code string) []Division {
	d, ok := Lookup(code)
	if !ok {
		return nil
	}
	return append(slices.Clone(load().earlier[code]), d)
}

// Successor gives the division in force that took over from a code which
// ended; a code in force is its own. False when there is none, or when the
// area went to several.
func Successor(code string) (Division, bool) { return Lookup(Current(code)) }

// Current is the code of [Successor]; "" when there is none.
func Current(code string) string {
	for range 8 { // a code was renamed a few times at most
		d, ok := Lookup(code)
		if !ok {
			return ""
		}
		if d.Until == "" {
			return code
		}
		code = d.Successor
	}
	return ""
}

// Search lists what is in force and whose name begins with what was typed, in
// Chinese (南昌) or where known in English (nanch), in the order of codes.
func Search(prefix string) []Division {
	prefix = strings.ToLower(strings.TrimSpace(prefix))
	if prefix == "" {
		return nil
	}
	var found []Division
	for _, d := range load().current {
		if strings.HasPrefix(d.Name, prefix) || strings.HasPrefix(strings.ToLower(d.NameEn), prefix) {
			found = append(found, d)
		}
	}
	return found
}

// Children lists what is in force one level down, by code; "" lists the
// provinces.
func Children(code string) []Division {
	return slices.Clone(load().children[code])
}

// Path lists province, prefecture and county of a code, as far as they exist.
func Path(code string) []Division {
	t := load()
	var path []Division
	for d, ok := t.byCode[code]; ok; d, ok = t.byCode[t.parent(d)] {
		path = append(path, d)
	}
	slices.Reverse(path)
	return path
}

// FullName is the name with those above it: 江西省南昌市东湖区.
func FullName(code string) string {
	var b strings.Builder
	for _, d := range Path(code) {
		b.WriteString(d.Name)
	}
	return b.String()
}

// Short is the name below the province: 南昌市东湖区.
func Short(code string) string {
	path := Path(code)
	if len(path) > 1 {
		path = path[1:]
	}
	var b strings.Builder
	for _, d := range path {
		b.WriteString(d.Name)
	}
	return b.String()
}
