// Package authority owns the tree of market regulators (市场监督管理局) that run
// the registry: province, cities, counties, and offices of areas without a
// division code of their own, such as a national new area (国家级新区).
//
// It does not own divisions (division) or people (account). It decides which
// county authority is in charge of a division; the path of that authority is
// the scope of every record there.
//
// Invariants: a city stands under the province and a county under a city; at
// most one authority is in charge of a division; codes and paths never change,
// because records carry them.
package authority

import (
	"time"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// Level is the level of an authority.
type Level string

// The levels.
const (
	Province Level = "province" // 省级
	City     Level = "city"     // 设区市级
	County   Level = "county"   // 县级
)

// Values lists the levels for the API's enum.
func (Level) Values() []string { return []string{string(Province), string(City), string(County)} }

// below is the level under each.
var below = map[Level]Level{Province: City, City: County}

// View is an authority as everybody sees it.
type View struct {
	ID        ident.AuthorityID `json:"id" format:"uuid"`
	Code      string            `json:"code" doc:"Short division code (36, 3601, 360102), or a code of its own such as 36GJ."`
	NameZh    string            `json:"name_zh"`
	NameEn    string            `json:"name_en"`
	Level     Level             `json:"level"`
	Parent    ident.AuthorityID `json:"parent,omitempty" doc:"The authority above; absent at the top."`
	Path      string            `json:"path" doc:"Codes from the top down, for instance /36/3601/360102/."`
	Divisions []string          `json:"divisions" doc:"GB/T 2260 codes it is in charge of."`
	Active    bool              `json:"active"`
	Version   int64             `json:"version"`
}

// Name is the name in Chinese, or in English for "en".
func (v View) Name(lang string) string {
	if lang == "en" {
		return v.NameEn
	}
	return v.NameZh
}

// Scope is what its staff may see.
func (v View) Scope() access.Scope { return access.Scope(v.Path) }

// Service runs the use-cases.
type Service struct{ rt *usecase.Runtime }

// New makes the service.
func New(rt *usecase.Runtime) *Service { return &Service{rt: rt} }

// admins may change the tree; the registry itself does from the command line.
var admins = []access.Role{access.Administrator, access.System}

// inScope refuses what lies outside the caller's part of the tree as not
// found: nobody learns what exists elsewhere from a refusal.
func inScope(by access.Principal, path string) error {
	if !by.Scope.Contains(path) {
		return fault.New(fault.NotFound, "")
	}
	return nil
}

func (r *record) view(divisions []string) View {
	if divisions == nil {
		divisions = []string{}
	}
	return View{
		ID: r.ID, Code: r.Code, NameZh: r.NameZh, NameEn: r.NameEn, Level: r.Level, Parent: r.Parent,
		Path: r.Path, Divisions: divisions, Active: r.Active, Version: r.Version,
	}
}

func fresh(id ident.AuthorityID, code, zh, en string, level Level, parent *record, now time.Time) *record {
	r := &record{ID: id, Code: code, NameZh: zh, NameEn: en, Level: level, Path: "/" + code + "/", Active: true, Version: 1, CreatedAt: now, UpdatedAt: now}
	if parent != nil {
		r.Parent, r.Path = parent.ID, parent.Path+code+"/"
	}
	return r
}
