package checklist

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"fangxin/internal/sector"
)

// OfPlan marks a composition where versions of modules are kept beside those
// of compositions. No module is of this kind.
const OfPlan Kind = "plan"

// SectorModule stands in a composition for the module of the shop's sector.
const SectorModule = "$sector"

// Composition is what makes a sheet (检查表组成): modules in their order with
// what each is worth, the sectors served, and the frame that scores it.
type Composition struct {
	ID      string     `json:"id"`
	Title   Text       `json:"title"`
	Version string     `json:"version"`
	Note    Text       `json:"note"` // what reviewers should know; may be empty
	Sectors []string   `json:"sectors"`
	Parts   []PlanPart `json:"parts"`
	Frame   Frame      `json:"frame"`
}

// Marshal writes the composition as canonical JSON and gives its hash, as
// [Module.Marshal] does.
func (c *Composition) Marshal() (body []byte, hash string, err error) { return sealed(c.settled()) }

// settled gives lists that are empty one form, so that a content has one hash.
func (c Composition) settled() Composition {
	c.Frame = c.Frame.withDefaults()
	if len(c.Sectors) == 0 {
		c.Sectors = []string{}
	}
	c.Parts = append([]PlanPart{}, c.Parts...)
	for i := range c.Parts {
		if len(c.Parts[i].Only) == 0 {
			c.Parts[i].Only = nil
		}
	}
	c.Frame.Pass = rulesOf(c.Frame.Pass)
	grades := c.Frame.Grades
	c.Frame.Grades = nil
	for _, g := range grades {
		if g.Rules = rulesOf(g.Rules); len(g.Rules) == 0 {
			g.Rules = nil
		}
		c.Frame.Grades = append(c.Frame.Grades, g)
	}
	return c
}

func rulesOf(rules []Rule) []Rule {
	out := append([]Rule{}, rules...)
	for i := range out {
		if len(out[i].Of) == 0 {
			out[i].Of = nil
		}
	}
	return out
}

// Clone copies the composition; nothing is shared.
func (c *Composition) Clone() Composition {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err) // plain data
	}
	var out Composition
	if err := json.Unmarshal(b, &out); err != nil {
		panic(err)
	}
	return out
}

// sealed writes something as canonical JSON with the hash of its text.
func sealed(v any) (body []byte, hash string, err error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, "", err
	}
	if body, err = Canonical(b); err != nil {
		return nil, "", err
	}
	sum := sha256.Sum256(body)
	return body, hex.EncodeToString(sum[:]), nil
}

// Plan finds a plan by its id, nil if there is none.
func (l *Library) Plan(id string) *Plan {
	for i := range l.Plans {
		if l.Plans[i].ID == id {
			return &l.Plans[i]
		}
	}
	return nil
}

// Composition is a plan with the frame that it names.
func (l *Library) Composition(id string) (Composition, bool) {
	p := l.Plan(id)
	if p == nil {
		return Composition{}, false
	}
	c := Composition{ID: p.ID, Title: p.Title, Version: p.Version, Note: p.Note, Sectors: p.Sectors, Parts: p.Parts, Frame: l.Frames[p.Frame]}
	return c.settled(), true
}

// WithPlans is the library with other versions of some compositions.
func (l *Library) WithPlans(list ...*Composition) *Library {
	out := *l
	out.Plans, out.Frames = slices.Clone(l.Plans), make(map[string]Frame, len(l.Frames)+len(list))
	for id, f := range l.Frames {
		out.Frames[id] = f
	}
	for _, c := range list {
		// A frame is that of one composition, whatever it was called in a file.
		key := "plan:" + c.ID
		out.Frames[key] = c.Frame.withDefaults()
		p := Plan{ID: c.ID, Title: c.Title, Version: c.Version, Note: c.Note, Frame: key, Sectors: c.Sectors, Parts: c.Parts}
		if i := slices.IndexFunc(out.Plans, func(o Plan) bool { return o.ID == c.ID }); i >= 0 {
			out.Plans[i] = p
		} else {
			out.Plans = append(out.Plans, p)
		}
	}
	return &out
}

// Part is the part of the plan that puts a module into the sheet of a sector,
// nil if none does.
func (p *Plan) Part(code sector.Code, module string) *PlanPart {
	info, _ := sector.Lookup(code)
	for i := range p.Parts {
		if id := p.Parts[i].Module; id == module || id == SectorModule && info.Module == module {
			return &p.Parts[i]
		}
	}
	return nil
}

// Extent is how large a sheet is.
type Extent struct {
	Items  int    `json:"items"`
	Full   Points `json:"full" doc:"What the base sections are worth together, in hundredths of a point."`
	Extra  Points `json:"bonus" doc:"What the bonus sections are worth together, before the cap."`
	Vetoes int    `json:"vetoes"`
	Keys   int    `json:"keys" doc:"Key items."`
}

// Extent counts the sheet's items and points.
func (s *Sheet) Extent() Extent {
	var e Extent
	for i := range s.Sections {
		switch sec := &s.Sections[i]; sec.Role {
		case Base:
			e.Full += sec.Weight
		case Extra:
			e.Extra += sec.Weight
		}
	}
	for it := range s.Items() {
		e.Items++
		switch it.Flag {
		case VetoItem:
			e.Vetoes++
		case Key:
			e.Keys++
		}
	}
	return e
}

// AddPart puts a module at the end.
func (c *Composition) AddPart(module string) { c.Parts = append(c.Parts, PlanPart{Module: module}) }

// RemovePart takes the nth part out.
func (c *Composition) RemovePart(n int) bool {
	if n < 0 || n >= len(c.Parts) {
		return false
	}
	c.Parts = slices.Delete(c.Parts, n, n+1)
	return true
}

// MovePart moves the nth part up (-1) or down (1).
func (c *Composition) MovePart(n, by int) bool {
	to := n + by
	if n < 0 || to < 0 || n >= len(c.Parts) || to >= len(c.Parts) {
		return false
	}
	c.Parts[n], c.Parts[to] = c.Parts[to], c.Parts[n]
	return true
}
