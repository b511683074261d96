package quorum

import (
	"strings"

	"fangxin/internal/checklist"
	"fangxin/internal/i18n"
)

// Words says one point in a language: what was found and what is needed.
func (p Point) Words(lang string) string {
	texts := i18n.Shipped()
	key := "quorum." + p.Rule
	if !p.Met {
		key += "_broken"
	}
	return texts.T(lang, key, p.Have, p.Of, p.Need, p.Short, p.item(lang), i18n.Date(lang, p.Until))
}

// item names the point of the sheet as inspectors read it: nobody knows it by
// its id.
func (p Point) item(lang string) string {
	if text, ok := checklist.Shipped().Wording(p.Item); ok {
		return text.In(lang)
	}
	return p.Item
}

// Explain says in public words why a title is at risk or has lapsed, and what
// follows.
func (t Turn) Explain(lang string) string {
	texts := i18n.Shipped()
	points := make([]string, len(t.Points))
	for i, p := range t.Points {
		points[i] = p.Words(lang)
	}
	reasons := strings.Join(points, texts.T(lang, "quorum.and"))
	if t.Standing == AtRisk {
		return texts.T(lang, "quorum.at_risk", i18n.Date(lang, t.From.String()), reasons, i18n.Date(lang, t.LapsesOn.AddDays(-1).String()))
	}
	return texts.T(lang, "quorum.lapsed", i18n.Date(lang, t.From.String()), reasons)
}
