package checklist

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"fangxin/assets"
	"fangxin/internal/sector"
)

// Library is a folder of checklist data, read and checked.
type Library struct {
	Modules []Module
	Sources map[string]Source
	Frames  map[string]Frame
	Plans   []Plan
}

// Source is a document that criteria come from.
type Source struct {
	Text `yaml:",inline"`
}

// Plan says how a sheet is composed: a frame and modules in order. The module
// [SectorModule] stands for that of the shop's sector.
type Plan struct {
	ID      string     `yaml:"id"`
	Title   Text       `yaml:"title"`
	Version string     `yaml:"version"`
	Note    Text       `yaml:"note"`
	Frame   string     `yaml:"frame"`
	Sectors []string   `yaml:"sectors"` // sectors it serves
	Parts   []PlanPart `yaml:"parts"`
}

// PlanPart is one module of a plan; see [Part].
type PlanPart struct {
	Module string   `json:"module" yaml:"module" doc:"Id of a module, or $sector for that of the shop's sector."`
	Weight Points   `json:"weight,omitempty" yaml:"weight" doc:"What its base sections are worth together, in hundredths; 0 keeps the module's own points."`
	Only   []string `json:"only,omitempty" yaml:"only" doc:"Sections to take; all when empty."`
}

// Uses reports whether sheets of the plan hold a module.
func (p *Plan) Uses(module string, kind Kind) bool {
	for _, pp := range p.Parts {
		if pp.Module == module {
			return true
		}
		if pp.Module == SectorModule && kind == OfSector {
			for _, c := range p.Sectors {
				if s, ok := sector.Lookup(sector.Code(c)); ok && s.Module == module {
					return true
				}
			}
		}
	}
	return false
}

// With is the library with other versions of some modules.
func (l *Library) With(modules ...*Module) *Library {
	out := *l
	out.Modules = slices.Clone(l.Modules)
	for _, m := range modules {
		i := slices.IndexFunc(out.Modules, func(o Module) bool { return o.ID == m.ID })
		if i < 0 {
			out.Modules = append(out.Modules, *m)
			continue
		}
		out.Modules[i] = *m
	}
	return &out
}

// Files beside the modules.
const (
	sourcesFile = "sources.yaml"
	sheetsFile  = "sheets.yaml"
)

// Shipped is the library built into this version.
var Shipped = sync.OnceValue(func() *Library {
	dir, err := fs.Sub(assets.FS, "checklists")
	if err != nil {
		panic(err)
	}
	lib, err := Load(dir)
	if err != nil {
		panic(err)
	}
	return lib
})

// Load reads a folder laid out like assets/checklists and refuses it with all
// that is wrong with it ([Validate]).
func Load(dir fs.FS) (*Library, error) {
	lib := &Library{Sources: map[string]Source{}, Frames: map[string]Frame{}}
	if err := read(dir, sourcesFile, &lib.Sources); err != nil {
		return nil, err
	}
	var sheets struct {
		Frames []Frame `yaml:"frames"`
		Sheets []Plan  `yaml:"sheets"`
	}
	if err := read(dir, sheetsFile, &sheets); err != nil {
		return nil, err
	}
	for _, f := range sheets.Frames {
		lib.Frames[f.ID] = f.withDefaults()
	}
	lib.Plans = sheets.Sheets
	names, err := fs.Glob(dir, "*.yaml")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if name == sourcesFile || name == sheetsFile {
			continue
		}
		var m Module
		if err := read(dir, name, &m); err != nil {
			return nil, err
		}
		if want := strings.ToLower(m.ID) + ".yaml"; path.Base(name) != want {
			return nil, fmt.Errorf("checklist: module %s is in %s, expected %s", m.ID, name, want)
		}
		lib.Modules = append(lib.Modules, m.withDefaults())
	}
	return lib, lib.validate()
}

// ParseModule reads one module file and fills the defaults in.
func ParseModule(data []byte) (Module, error) {
	var m Module
	err := decode("module", data, &m)
	return m.withDefaults(), err
}

func read(dir fs.FS, name string, into any) error {
	b, err := fs.ReadFile(dir, name)
	if err != nil {
		return fmt.Errorf("checklist: %w", err)
	}
	return decode(name, b, into)
}

func decode(name string, b []byte, into any) error {
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("checklist: %s: %w", name, err)
	}
	return nil
}

// Module finds a module by its id, nil if there is none.
func (l *Library) Module(id string) *Module {
	for i := range l.Modules {
		if l.Modules[i].ID == id {
			return &l.Modules[i]
		}
	}
	return nil
}

// Wording is the text of an item wherever it stands; ok is false when no
// module has it.
func (l *Library) Wording(item string) (text Text, ok bool) {
	for _, m := range l.Modules {
		for _, s := range m.Sections {
			for _, it := range s.Items {
				if it.ID == item {
					return it.Text, true
				}
			}
		}
	}
	return Text{}, false
}

func or[T comparable](v *T, def T) {
	var zero T
	if *v == zero {
		*v = def
	}
}

func (f Frame) withDefaults() Frame {
	or(&f.Method, ByPoints)
	or(&f.Full, P(100))
	or(&f.Excluded, PerSection)
	return f
}

func (m Module) withDefaults() Module {
	for i := range m.Sections {
		s := &m.Sections[i]
		or(&s.Role, Base)
		or(&s.Standing, Proposed)
		for j := range s.Items {
			s.Items[j].defaults(s.Role)
		}
	}
	return m
}

// defaults fills in what data files leave out: a yes/no item, ordinary, that
// need not apply unless it is a veto, and that asks for a photo of what is
// wrong (of what is claimed, for a bonus) or a note where only data are compared.
func (it *Item) defaults(role Role) {
	or(&it.Type, YesNo)
	or(&it.Standing, Proposed)
	if role == Extra {
		or(&it.Flag, BonusItem)
	}
	or(&it.Flag, Ordinary)
	if it.Flag == VetoItem {
		or(&it.NA, NANever)
	}
	or(&it.NA, NAAllowed)
	if it.Evidence != nil || slices.Contains([]Type{FreeText, PhotoItem, Signature, Location}, it.Type) {
		return
	}
	e := Evidence{Kind: "photo", On: string(Fail)}
	if it.Flag == BonusItem {
		e.On = string(Pass)
	}
	if !slices.ContainsFunc(it.Check, func(m Method) bool { return m != DataCheck && m != Question && m != Audio }) {
		e.Kind = "note"
	}
	it.Evidence = []Evidence{e}
}
