package authoring

import (
	"encoding/json"
	"net/http"
	"strings"

	"fangxin/internal/checklist"
	"fangxin/internal/web/page"
)

// words says one side of a change as people read it; values that have no words
// of their own stay as they are kept.
func (p *Pages) words(r *http.Request, kind checklist.ChangeKind, raw string) string {
	lang := page.Lang(r.Context())
	if raw == "" || raw == "null" {
		return "—"
	}
	switch kind {
	case checklist.Reworded, checklist.Reguided, checklist.Retitled:
		if t, ok := decoded[checklist.Text](raw); ok {
			return t.Zh + " / " + t.En
		}
	case checklist.Reflagged:
		if s, ok := decoded[string](raw); ok {
			return p.E.T(r, "checklist.flag."+s)
		}
	case checklist.Repointed:
		if v, ok := decoded[[2]any](raw); ok {
			if n, ok := v[0].(float64); ok {
				return checklist.Points(n).String() + " · " + p.E.T(r, "checklist.standing."+str(v[1]))
			}
		}
	case checklist.Reweighed:
		if v, ok := decoded[[2]any](raw); ok {
			n, _ := v[1].(float64)
			return p.E.T(r, "module.role_"+str(v[0])) + " · " + p.weight(r, checklist.Points(n))
		}
	case checklist.Reheaded:
		if v, ok := decoded[[]json.RawMessage](raw); ok && len(v) == 4 { // of a sheet: scheme, sector, title, self
			if t, ok := decoded[checklist.Text](string(v[2])); ok && t.Zh != "" {
				return strings.Trim(string(v[0]), `"`) + " · " + t.Zh + " / " + t.En
			}
		}
	case checklist.Rechecked:
		if v, ok := decoded[[]checklist.Method](raw); ok {
			return p.methods(r, v)
		}
	case checklist.Reproved:
		if v, ok := decoded[[]checklist.Evidence](raw); ok {
			return p.proofs(r, v)
		}
	case checklist.Reexcluded:
		if s, ok := decoded[string](raw); ok {
			return p.E.T(r, "module.na_"+s)
		}
	case checklist.Added, checklist.Removed:
		if it, ok := decoded[checklist.Item](raw); ok && it.ID != "" {
			return it.Text.In(lang) + " · " + p.E.T(r, "module.type_"+string(it.Type)) + " · " + it.Points.String()
		}
		if t, ok := decoded[checklist.Text](raw); ok {
			return t.In(lang)
		}
	case checklist.Moved, checklist.Resection:
		return strings.Trim(raw, `"`)
	}
	return plain(raw)
}

// plain takes the marks of JSON out of a value that has no words of its own.
func plain(raw string) string {
	return strings.Join(strings.Fields(strings.NewReplacer(`"`, "", "[", " ", "]", " ", "{", " ", "}", " ", ":", ": ", ",", ", ", "null", "—").Replace(raw)), " ")
}

func str(v any) string { s, _ := v.(string); return s }

func (p *Pages) weight(r *http.Request, w checklist.Points) string {
	if w == 0 {
		return p.E.T(r, "module.weight_sum")
	}
	return w.String()
}

func (p *Pages) methods(r *http.Request, list []checklist.Method) string {
	var out []string
	for _, m := range list {
		out = append(out, p.E.T(r, "checklist.check."+string(m)))
	}
	return strings.Join(out, "、")
}

func (p *Pages) proofs(r *http.Request, list []checklist.Evidence) string {
	var out []string
	for _, e := range list {
		out = append(out, p.E.T(r, "module.proof_"+e.Kind)+" · "+p.E.T(r, "module.on_"+e.On))
	}
	if len(out) == 0 {
		return "—"
	}
	return strings.Join(out, "、")
}
