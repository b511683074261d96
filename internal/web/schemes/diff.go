package schemes

import (
	"net/http"
	"strings"

	"fangxin/internal/i18n"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/web/page"
)

// line is one change in words.
type line struct {
	Kind, Field, What, Before, After string
}

type diffView struct {
	scheme.Diff
	Lines []line
	Back  string
}

func (p *Pages) diff(w http.ResponseWriter, r *http.Request) {
	p.diffPage(w, r, "bureau/scheme-diff", root)
}

func (p *Pages) publicDiff(w http.ResponseWriter, r *http.Request) {
	p.diffPage(w, r, "public/title-diff", titles)
}

// diffPage shows what changed; under is where the title's page is.
func (p *Pages) diffPage(w http.ResponseWriter, r *http.Request, name, under string) {
	d, err := p.Schemes.Diff(r.Context(), scheme.DiffQuery{Code: r.PathValue("code"), From: r.URL.Query().Get("from"), To: r.URL.Query().Get("to")})
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	title := p.E.T(r, "scheme.diff", d.From, d.To)
	p.E.Render(w, r, http.StatusOK, name, page.Data{Title: title, Data: diffView{d, p.lines(r, d.Changes), under + "/" + d.Code}})
}

// lines words changes: names of properties, states and roles instead of their
// codes.
func (p *Pages) lines(r *http.Request, changes []scheme.Change) []line {
	lang := page.Lang(r.Context())
	changes = condensed(changes, lang)
	out := make([]line, len(changes))
	for i, c := range changes {
		what := c.Item
		switch {
		case c.Field == "route" && c.Item != "":
			what = lifecycle.Application.Label(lifecycle.State(c.Item), lang)
		case c.Field == "eligibility" && c.Item != "":
			what = p.E.T(r, "scheme.kind."+c.Item)
		case c.Field == "sectors" || c.Field == "divisions" || strings.HasPrefix(c.Field, "street_") && c.Field != "street_hundred":
			what = ""
		case c.Field == "street_hundred":
			what = pointName(c.Item, lang)
		}
		if part := p.part(r, c.Part); part != "" {
			what = strings.TrimPrefix(what+" · "+part, " · ")
		}
		out[i] = line{c.Kind(), p.E.T(r, "scheme.f."+c.Field), what, p.value(r, c, c.Before), p.value(r, c, c.After)}
	}
	return out
}

// condensed says each thing once, as its reader needs it: a wording in the
// reader's language when both changed, a figure without a line of its own for
// being confirmed, and a point that is new or gone by its wording.
func condensed(changes []scheme.Change, lang string) []scheme.Change {
	type point struct{ field, item string }
	other := map[string]string{i18n.Zh: i18n.En, i18n.En: i18n.Zh}[lang]
	parts, whole := map[point]map[string]bool{}, map[point]bool{}
	for _, c := range changes {
		at := point{c.Field, c.Item}
		if parts[at] == nil {
			parts[at], whole[at] = map[string]bool{}, c.Item != ""
		}
		parts[at][c.Part] = true
		whole[at] = whole[at] && c.Kind() != "changed"
	}
	var out []scheme.Change
	for _, c := range changes {
		has := parts[point{c.Field, c.Item}]
		stem, isOther := strings.CutSuffix(c.Part, other)
		figure, confirmed := strings.CutSuffix(c.Part, "proposed")
		switch {
		case isOther && (stem == "" || strings.HasSuffix(stem, ".")) && has[stem+lang]:
		case confirmed && (has[figure+"value"] || figure == "" && has[""]):
		case whole[point{c.Field, c.Item}] && has["text.zh"] && c.Part != "text."+lang:
		case whole[point{c.Field, c.Item}] && has["text.zh"]:
			c.Part = "" // its wording is what there is of it
			out = append(out, c)
		default:
			out = append(out, c)
		}
	}
	return out
}

func (p *Pages) part(r *http.Request, part string) string {
	key := "scheme.p." + strings.ReplaceAll(part, ".", "_")
	if part == "" || !p.E.Texts().Has(key) {
		return ""
	}
	return p.E.T(r, key)
}

// value words one side of a change.
func (p *Pages) value(r *http.Request, c scheme.Change, v string) string {
	lang := page.Lang(r.Context())
	switch {
	case v == "":
		return ""
	case v == "true" || v == "false":
		return p.E.T(r, "scheme."+v)
	case c.Part == "order":
		names := strings.Fields(v)
		for i, s := range names {
			names[i] = lifecycle.Application.Label(lifecycle.State(s), lang)
		}
		return strings.Join(names, " → ")
	case c.Field == "street_hundred" && c.Part == "":
		return p.E.T(r, "scheme.hundred."+v)
	case c.Field == "street_participates_with" || c.Field == "street_returns_with":
		return p.titleName(v, lang)
	case c.Field == "street_sample_sheet" || c.Field == "sheet":
		return p.planName(r, v)
	case c.Field == "sectors" || c.Field == "street_returns_sectors":
		return sectorName(v, lang)
	case c.Field == "divisions":
		return divisionName(v)
	case c.Part == "effect" || c.Field == "subject" || c.Field == "decides" || c.Field == "rectification_proof" || c.Field == "renewal":
		key := "scheme." + c.Field + "." + v
		if c.Part == "effect" {
			key = "scheme.effect." + v
		}
		return p.E.T(r, key)
	case lang == i18n.En && strings.HasSuffix(c.Part, "zh"):
		return v
	}
	return v
}
