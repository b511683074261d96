package checklist

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"fangxin/internal/sector"
)

// Format is the version of the sheet's JSON. A sheet of a later format is
// refused: scoring it without knowing its rules would give a wrong result.
const Format = 1

// Sheet is a checklist as an inspector fills it: ordered sections of items and
// the frame by which they are scored. It holds all that was seen and counted,
// so an inspection stores it whole ([Sheet.Marshal]) and names it by its hash.
type Sheet struct {
	Format   int         `json:"format"`
	Scheme   string      `json:"scheme"`            // id of the sheet plan it was composed by
	Version  string      `json:"version,omitempty"` // of that plan; sheets made before plans had versions say none
	Title    Text        `json:"title"`
	Sector   sector.Code `json:"sector,omitempty"`
	Self     bool        `json:"self,omitempty"` // the merchant's self-assessment (自评)
	Frame    Frame       `json:"frame"`
	Sections []Section   `json:"sections"`
}

// Part is one module in a sheet.
type Part struct {
	Module *Module
	// Weight is what the module's base sections are worth together in the
	// sheet; its bonus sections shrink alike. 0 keeps the module's own points.
	Weight Points
	// Only names the sections to take; empty takes all.
	Only []string
}

// Compose builds a sheet for a sector from parts in their order. Items made
// for other sectors are left out; the weight of their section stays.
func Compose(scheme string, title Text, code sector.Code, parts []Part, frame Frame) (Sheet, error) {
	s := Sheet{Format: Format, Scheme: scheme, Title: title, Sector: code, Frame: frame}
	for _, p := range parts {
		own := Points(0)
		for _, sec := range p.Module.Sections {
			if sec.Role == Base && (len(p.Only) == 0 || slices.Contains(p.Only, sec.ID)) {
				own += sec.weight()
			}
		}
		for _, sec := range p.Module.Sections {
			if len(p.Only) > 0 && !slices.Contains(p.Only, sec.ID) {
				continue
			}
			sec.Module, sec.Kind, sec.Version = p.Module.ID, p.Module.Kind, p.Module.Version
			sec.Weight = sec.weight()
			if p.Weight > 0 && own > 0 {
				if sec.Weight*p.Weight%own != 0 {
					return Sheet{}, Problem{Where: sec.ID, Field: "weight", Code: "weight_exact", Args: []string{sec.Weight.String(), p.Weight.String(), own.String()}}
				}
				sec.Weight = sec.Weight * p.Weight / own
			}
			sec = sec.keep(func(it *Item) bool {
				return len(it.Sectors) == 0 || slices.Contains(it.Sectors, string(code))
			})
			if len(sec.Items) > 0 {
				s.Sections = append(s.Sections, sec)
			}
		}
	}
	seen := map[string]bool{}
	for it := range s.Items() {
		if seen[it.ID] {
			return Sheet{}, Problem{Where: it.ID, Field: "parts", Code: "item_twice", Args: []string{it.ID, scheme}}
		}
		seen[it.ID] = true
	}
	if len(seen) == 0 {
		return Sheet{}, Problem{Where: scheme, Field: "parts", Code: "sheet_empty", Args: []string{scheme}}
	}
	return s, nil
}

// weight is the declared weight or the sum of the items' points.
func (s *Section) weight() Points {
	if s.Weight > 0 {
		return s.Weight
	}
	return s.sum()
}

func (s *Section) sum() (sum Points) {
	for i := range s.Items {
		sum += s.Items[i].Points
	}
	return sum
}

// keep copies the section with the items that a test lets through. A base
// section keeps its weight, which then rests on the items left; a bonus or
// deduction section is worth less.
func (s Section) keep(test func(*Item) bool) Section {
	before := s.sum()
	var items []Item
	for i := range s.Items {
		if test(&s.Items[i]) {
			items = append(items, s.Items[i])
		}
	}
	s.Items = items
	if s.Role != Base && before > 0 {
		s.Weight = ratio(s.Weight, s.sum(), before)
	}
	return s
}

// Items runs over all items in order.
func (s *Sheet) Items() func(yield func(*Item) bool) {
	return func(yield func(*Item) bool) {
		for i := range s.Sections {
			for j := range s.Sections[i].Items {
				if !yield(&s.Sections[i].Items[j]) {
					return
				}
			}
		}
	}
}

// Item finds an item by its id, nil if there is none.
func (s *Sheet) Item(id string) *Item {
	for it := range s.Items() {
		if it.ID == id {
			return it
		}
	}
	return nil
}

// SelfAssessment is the same sheet limited to what a merchant can answer about
// the own shop: items checked only by data comparison or by a test purchase
// are left out, no answer needs evidence (documents belong to the application),
// and rules on sections of which nothing is left do not apply.
func (s Sheet) SelfAssessment() Sheet {
	self := s
	self.Self, self.Sections = true, nil
	gone := map[string]bool{}
	for _, sec := range s.Sections {
		hidden := sec.When != nil && gone[sec.When.Item]
		sec = sec.keep(func(it *Item) bool {
			known := !hidden && !(it.When != nil && gone[it.When.Item]) && slices.ContainsFunc(it.Check, func(m Method) bool {
				return m != DataCheck && m != Test && m != Audio
			})
			gone[it.ID] = !known
			return known
		})
		for i := range sec.Items {
			sec.Items[i].Evidence = nil // keep has copied the items
		}
		if len(sec.Items) > 0 {
			self.Sections = append(self.Sections, sec)
		}
	}
	self.Frame.Pass = slices.DeleteFunc(slices.Clone(s.Frame.Pass), func(r Rule) bool {
		return s.has(r) && !self.has(r)
	})
	return self
}

// has reports whether a rule finds a section to look at.
func (s *Sheet) has(r Rule) bool {
	return slices.ContainsFunc(s.Sections, func(sec Section) bool { return r.covers(&sec) })
}

// Marshal writes the sheet as canonical JSON: UTF-8, keys in byte order, no
// white space, integers only, nothing escaped that need not be (RFC 8785 for
// this kind of data). These bytes are what is stored with an inspection.
func (s *Sheet) Marshal() ([]byte, error) {
	b, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	return Canonical(b)
}

// Canonical rewrites JSON in the canonical form of [Sheet.Marshal].
func Canonical(text []byte) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("checklist: %w", err)
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil { // writes maps by sorted key
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// Hash is the sheet's content hash: SHA-256 of [Sheet.Marshal], in lower-case
// hexadecimal. Whoever holds the stored bytes can recompute it with any tool.
func (s *Sheet) Hash() string {
	b, err := s.Marshal()
	if err != nil { // strings and integers only
		panic(err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// UnmarshalSheet reads a stored sheet. It refuses other formats and fields it
// does not know.
func UnmarshalSheet(b []byte) (Sheet, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	var s Sheet
	if err := d.Decode(&s); err != nil {
		return Sheet{}, fmt.Errorf("checklist: sheet: %w", err)
	}
	if s.Format != Format {
		return Sheet{}, fmt.Errorf("checklist: sheet of format %d, this version reads %d", s.Format, Format)
	}
	return s, nil
}

// Versions names the modules of the sheet with their version labels, for
// people: "COM 2026.1, STO 2026.1".
func (s *Sheet) Versions() string {
	var out []string
	for _, sec := range s.Sections {
		if v := sec.Module + " " + sec.Version; !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return strings.Join(out, ", ")
}
