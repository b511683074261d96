package authority

import (
	"context"
	_ "embed" // the English names
	"encoding/csv"
	"fmt"
	"strings"

	"fangxin/internal/access"
	"fangxin/internal/division"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

//go:embed jiangxi.csv
var englishNames string

const (
	bureauZh = "市场监督管理局"
	bureauEn = " Administration for Market Regulation"
)

// newArea is the national new area 赣江新区 (State Council, Guohan [2016] 96).
// It lies in Nanchang and Jiujiang and has no code of GB/T 2260, so its office
// has codes of its own and is in charge of no division: its county unit is
// chosen by name.
var newArea = struct{ code, zh, en, countyCode, countyZh, countyEn string }{
	"36GJ", "江西赣江新区" + bureauZh, "Ganjiang New Area" + bureauEn,
	"36GJ01", "江西赣江新区直管区" + bureauZh, "Ganjiang New Area Core Zone" + bureauEn,
}

var seedDef = usecase.Define(usecase.Def{
	Name: "authority.seed", Allow: []access.Role{access.System},
	NoAPI: "runs once, when an installation is set up", NoPage: "runs once, when an installation is set up",
})

// SeedJiangxi creates the authorities of Jiangxi: the province, one for each
// prefecture, one for each county, and the office of the new area. It does
// nothing when there are authorities already, and tells how many it made.
// ctx must act as the system ([usecase.System]).
func (s *Service) SeedJiangxi(ctx context.Context) (int, error) {
	return usecase.Do(ctx, s.rt, seedDef, struct{}{}, func(ctx context.Context, c *usecase.Call) (int, error) {
		if n, err := count(ctx, c.Tx); err != nil || n > 0 {
			return 0, err
		}
		english, err := readEnglish()
		if err != nil {
			return 0, err
		}
		var rows []*record
		var charges []*charge
		add := func(d division.Division, code string, level Level, parent *record) (*record, error) {
			en, ok := english[d.Code]
			if !ok {
				return nil, fmt.Errorf("jiangxi.csv has no name for %s", d.Code)
			}
			r := fresh(ident.New[ident.AuthorityID](), code, d.Name+bureauZh, en+bureauEn, level, parent, c.Now)
			rows = append(rows, r)
			charges = append(charges, &charge{Division: d.Code, Authority: r.ID})
			return r, nil
		}
		top, _ := division.Lookup("360000")
		province, err := add(top, "36", Province, nil)
		if err != nil {
			return 0, err
		}
		for _, d := range division.Children(top.Code) {
			city, err := add(d, d.Code[:4], City, province)
			if err != nil {
				return 0, err
			}
			for _, d := range division.Children(d.Code) {
				if _, err := add(d, d.Code, County, city); err != nil {
					return 0, err
				}
			}
		}
		area := fresh(ident.New[ident.AuthorityID](), newArea.code, newArea.zh, newArea.en, City, province, c.Now)
		rows = append(rows, area, fresh(ident.New[ident.AuthorityID](), newArea.countyCode, newArea.countyZh, newArea.countyEn, County, area, c.Now))
		c.About("", province.Path)
		c.Note("authorities", len(rows))
		return len(rows), insert(ctx, c.Tx, rows, charges)
	})
}

func readEnglish() (map[string]string, error) {
	rows, err := csv.NewReader(strings.NewReader(englishNames)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("jiangxi.csv: %w", err)
	}
	names := make(map[string]string, len(rows))
	for _, r := range rows[1:] {
		names[r[0]] = r[1]
	}
	return names, nil
}
