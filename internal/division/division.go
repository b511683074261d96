// Package division owns the administrative divisions of China down to counties
// (GB/T 2260), with the days on which codes began and ended where they are
// known, and the code that took over.
//
// It does not know areas without a code, such as development zones: those
// belong to the authority in charge of them.
package division

import (
	"encoding/csv"
	"fmt"
	"sort"
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

// Division is one code of GB/T 2260.
type Division struct {
	Code      string // six digits
	Name      string // in Chinese
	Level     Level
	From      string // first valid day, "" when it was valid before the records begin
	Until     string // first day on which it is no longer valid, "" when it still is
	Successor string // the code that took over
}

type table struct {
	byCode   map[string]Division
	children map[string][]Division
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
	t := table{byCode: map[string]Division{}, children: map[string][]Division{}}
	for _, r := range rows[1:] {
		d := Division{Code: r[0], Name: r[1], Level: levelOf(r[0]), From: r[2], Until: r[3], Successor: r[4]}
		t.byCode[d.Code] = d
	}
	for _, d := range t.byCode {
		if d.Until == "" {
			p := t.parent(d)
			t.children[p] = append(t.children[p], d)
		}
	}
	for _, list := range t.children {
		sort.Slice(list, func(i, j int) bool { return list[i].Code < list[j].Code })
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

// Lookup finds a code, also one that is no longer valid.
func Lookup(code string) (Division, bool) {
	d, ok := load().byCode[code]
	return d, ok
}

// Valid reports a code that is in force.
func Valid(code string) bool {
	d, ok := Lookup(code)
	return ok && d.Until == ""
}

// ValidOn reports a code that was in force on a day.
func ValidOn(code string, day calendar.Date) bool {
	d, ok := Lookup(code)
	s := day.String()
	return ok && d.From <= s && (d.Until == "" || s < d.Until)
}

// Current follows successors to the code in force; "" when there is none.
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

// Children lists what is in force one level down, by code; "" lists the
// provinces.
func Children(code string) []Division {
	return append([]Division(nil), load().children[code]...)
}

// Path lists province, prefecture and county of a code, as far as they exist.
func Path(code string) []Division {
	t := load()
	var path []Division
	for d, ok := t.byCode[code]; ok; d, ok = t.byCode[t.parent(d)] {
		path = append([]Division{d}, path...)
	}
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
