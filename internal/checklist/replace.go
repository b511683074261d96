package checklist

import "slices"

// Replace is the sheet with another version of one of its modules, weighed as
// the plan says by which the sheet was composed; without one (nil) the module
// keeps the weight that it has in the sheet.
func (s Sheet) Replace(m *Module, plan *Plan) (Sheet, error) {
	part, first := Part{Module: m}, -1
	var base Points
	for i, sec := range s.Sections {
		if sec.Module != m.ID {
			continue
		}
		if first < 0 {
			first = i
		}
		if sec.Role == Base {
			base += sec.Weight
		}
	}
	if first < 0 {
		return s, nil
	}
	var pp *PlanPart
	if plan != nil {
		pp = plan.Part(s.Sector, m.ID)
	}
	if pp != nil {
		part.Weight, part.Only = pp.Weight, pp.Only
	} else {
		part.Weight = base
	}
	piece, err := Compose(s.Scheme, s.Title, s.Sector, []Part{part}, s.Frame)
	if err != nil {
		return s, err
	}
	out := s
	out.Sections = slices.DeleteFunc(slices.Clone(s.Sections), func(sec Section) bool { return sec.Module == m.ID })
	out.Sections = slices.Insert(out.Sections, first, piece.Sections...)
	return out, nil
}

// DiffModules lists what changed from one version of a module to another, as
// [Diff] does for sheets.
func DiffModules(before, after *Module) []Change {
	a, b := Sheet{Sections: before.Sections}, Sheet{Sections: after.Sections}
	out := Diff(&a, &b)
	head := func(m *Module) string {
		return text([]any{m.Title, m.Kind, m.Sectors, m.Note})
	}
	if x, y := head(before), head(after); x != y {
		out = slices.Insert(out, 0, Change{Kind: Reheaded, Old: x, New: y})
	}
	gone := map[string]bool{}
	for _, s := range before.Sections {
		gone[s.ID] = true
	}
	for _, s := range after.Sections {
		if !gone[s.ID] {
			out = append(out, Change{Subject: s.ID, Kind: Added, New: text(s.Title)})
		}
		delete(gone, s.ID)
	}
	for _, s := range before.Sections {
		if gone[s.ID] {
			out = append(out, Change{Subject: s.ID, Kind: Removed, Old: text(s.Title)})
		}
	}
	return out
}
