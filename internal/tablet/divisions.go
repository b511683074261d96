package tablet

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"strconv"
	"sync"

	"fangxin/assets"
	"fangxin/internal/access"
	"fangxin/internal/division"
	"fangxin/internal/usecase"
)

// Place is a division on the map without tiles: a drawing in which each city is
// a cell of a grid that keeps neighbours together, and its counties lie inside
// the cell in the order of their codes. It is a plan, not a survey.
type Place struct {
	Code   string  `json:"code" doc:"GB/T 2260."`
	Name   string  `json:"name"`
	NameEn string  `json:"name_en,omitempty"`
	Parent string  `json:"parent,omitempty"`
	Level  int     `json:"level" doc:"1 province, 2 city, 3 county."`
	X      float64 `json:"x" doc:"Cells from the left."`
	Y      float64 `json:"y" doc:"Cells from the top."`
}

// Map is the division map that a device keeps.
type Map struct {
	Columns int     `json:"columns"`
	Rows    int     `json:"rows"`
	Places  []Place `json:"places"`
}

var divisionsDef = usecase.Define(usecase.Def{Name: "tablet.divisions", Allow: inspectors, NoPage: "read by the tablet's program"})

// Divisions gives the division map of the caller's province.
func (s *Service) Divisions(ctx context.Context) (Map, string, error) {
	m, err := usecase.Read(ctx, s.rt, divisionsDef, struct{}{}, func(_ context.Context, _ usecase.Reader, by access.Principal) (Map, error) {
		return mapOf(provinceOf(by)), nil
	})
	return m, tagOf(m), err
}

// provinceOf is the code of the province that the principal's scope lies in.
func provinceOf(by access.Principal) string {
	if len(by.Scope) >= 3 {
		return string(by.Scope[1:3]) + "0000"
	}
	return "360000"
}

func tagOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return hashOf(b)[:16]
}

// cells are the drawn positions of cities, by code.
var cells = sync.OnceValue(func() map[string][2]int {
	f, err := assets.FS.Open("division/schematic.csv")
	if err != nil {
		panic(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		panic(err)
	}
	out := map[string][2]int{}
	for _, r := range rows[1:] {
		x, errX := strconv.Atoi(r[1])
		y, errY := strconv.Atoi(r[2])
		if errX != nil || errY != nil {
			panic("assets/division/schematic.csv: " + r[0])
		}
		out[r[0]] = [2]int{x, y}
	}
	return out
})

// across is how many counties stand beside each other in a cell.
const across = 4

func mapOf(province string) Map {
	top, _ := division.Lookup(province)
	m := Map{Places: []Place{{Code: top.Code, Name: top.Name, NameEn: top.NameEn, Level: 1}}}
	drawn := cells()
	next := 0 // cities that nobody drew follow below, five in a row
	for _, city := range division.Children(province) {
		cell, ok := drawn[city.Code]
		if !ok {
			cell = [2]int{next % 5, next/5 + undrawnFrom(province)}
			next++
		}
		m.Columns, m.Rows = max(m.Columns, cell[0]+1), max(m.Rows, cell[1]+1)
		m.Places = append(m.Places, Place{city.Code, city.Name, city.NameEn, province, int(city.Level), float64(cell[0]) + 0.5, float64(cell[1]) + 0.5})
		for i, county := range division.Children(city.Code) {
			x := float64(cell[0]) + (float64(i%across)+0.5)/across
			y := float64(cell[1]) + (float64(i/across)+0.5)/across
			m.Places = append(m.Places, Place{county.Code, county.Name, county.NameEn, city.Code, int(county.Level), x, y})
		}
	}
	return m
}

// undrawnFrom is the first row below the drawn cities of a province.
func undrawnFrom(province string) int {
	row := 0
	for code, cell := range cells() {
		if code[:2] == province[:2] {
			row = max(row, cell[1]+1)
		}
	}
	return row
}
