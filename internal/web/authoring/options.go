package authoring

import (
	"net/http"
	"slices"
	"strings"

	"fangxin/internal/checklist"
	"fangxin/internal/sector"
	"fangxin/internal/web/page"
)

// fieldKey is the text that names a field of a module.
func fieldKey(field string) string {
	return "module.field_" + strings.ReplaceAll(field, ".", "_")
}

func sectors(lang string, chosen []sector.Code) []page.Option {
	var out []page.Option
	for _, s := range sector.All() {
		name := s.Zh
		if lang == "en" {
			name = s.En
		}
		out = append(out, page.Option{Value: string(s.Code), Label: name, Chosen: slices.Contains(chosen, s.Code)})
	}
	return out
}

func codes[T ~string](p *Pages, r *http.Request, prefix string, all []T, chosen []T) []page.Option {
	out := make([]page.Option, len(all))
	for i, c := range all {
		out[i] = page.Option{Value: string(c), Label: p.E.T(r, prefix+string(c)), Chosen: slices.Contains(chosen, c)}
	}
	return out
}

// choices fills the lists from which the fields of an item are chosen.
func (p *Pages) choices(r *http.Request, v *itemView, it *checklist.Item) {
	lang := page.Lang(r.Context())
	v.Types = codes(p, r, "module.type_", checklist.Types(), nil)
	v.Flags = codes(p, r, "checklist.flag.", checklist.Flags(), nil)
	v.Standings = codes(p, r, "checklist.standing.", []string{checklist.Proposed, checklist.Official}, nil)
	v.Checks = codes(p, r, "checklist.check.", checklist.Methods(), it.Check)
	for _, kind := range checklist.EvidenceKinds() {
		for _, on := range checklist.EvidenceMoments() {
			e := checklist.Evidence{Kind: kind, On: on}
			v.Proofs = append(v.Proofs, page.Option{Value: kind + "/" + on, Label: p.E.T(r, "module.proof_"+kind) + " · " + p.E.T(r, "module.on_"+on), Chosen: slices.Contains(it.Evidence, e)})
		}
	}
	var chosen []sector.Code
	for _, c := range it.Sectors {
		chosen = append(chosen, sector.Code(c))
	}
	v.InSectors = sectors(lang, chosen)
	v.Before = before(v.Body, it.ID, lang)
	for key, s := range checklist.Shipped().Sources {
		v.Sources = append(v.Sources, page.Option{Value: key, Label: s.In(lang)})
	}
	slices.SortFunc(v.Sources, func(a, b page.Option) int { return strings.Compare(a.Value, b.Value) })
	v.Rows = append(slices.Clone(v.Item.Options), make([]optionForm, 3)...)
	if len(v.Rows) < 5 {
		v.Rows = append(v.Rows, make([]optionForm, 5-len(v.Rows))...)
	}
}

// before lists what a condition of an item, or of a section, may refer to.
func before(m checklist.Module, id, lang string) []page.Option {
	var out []page.Option
	for _, s := range m.Sections {
		if s.ID == id {
			return out
		}
		for _, it := range s.Items {
			if it.ID == id {
				return out
			}
			label := it.ID + " " + it.Text.In(lang)
			for _, o := range it.Options {
				label += " [" + o.ID + "]"
			}
			out = append(out, page.Option{Value: it.ID, Label: label})
		}
	}
	return out
}
