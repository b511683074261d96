package module

import (
	"context"

	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/usecase"
)

// former reads versions that were once in force, each once, for dry runs: a
// sheet names the composition and the modules of which it was made.
type former struct {
	s    *Service
	ctx  context.Context
	idb  usecase.Reader
	read map[string]any
	err  error // the first that was not "there is none"
}

// version is a *checklist.Module or *checklist.Composition, nil if unknown.
func (f *former) version(code, label string) any {
	if f.read == nil {
		f.read = map[string]any{}
	}
	key := code + " " + label
	if v, ok := f.read[key]; ok {
		return v
	}
	r, err := named(f.ctx, f.idb, code, label)
	var v any
	if err == nil {
		v, err = r.content()
	}
	if err != nil {
		v = nil
		if !fault.Is(err, fault.NotFound) && f.err == nil {
			f.err = err
		}
	}
	f.read[key] = v
	return v
}

// plan is the composition by which a sheet was made. A sheet that names no
// version was made before compositions had any, by the shipped one.
func (f *former) plan(sheet *checklist.Sheet) *checklist.Plan {
	if sheet.Version == "" {
		return checklist.Shipped().Plan(sheet.Scheme)
	}
	c, ok := f.version(sheet.Scheme, sheet.Version).(*checklist.Composition)
	if !ok {
		return nil
	}
	return &checklist.Plan{ID: c.ID, Sectors: c.Sectors, Parts: c.Parts}
}

// modules are the versions of which a sheet was made, as far as they are known.
func (f *former) modules(sheet *checklist.Sheet) []*checklist.Module {
	var out []*checklist.Module
	seen := map[string]bool{}
	for i := range sheet.Sections {
		sec := &sheet.Sections[i]
		if seen[sec.Module] {
			continue
		}
		seen[sec.Module] = true
		if m, ok := f.version(sec.Module, sec.Version).(*checklist.Module); ok {
			out = append(out, m)
		}
	}
	return out
}
