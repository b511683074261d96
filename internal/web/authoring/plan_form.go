package authoring

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/web/page"
)

// planFields are the fields of a composition as its form names them; numbers
// are decimals as they were typed.
type planFields struct {
	Label        string        `json:"label"`
	Title        twoTexts      `json:"title"`
	Note         twoTexts      `json:"note"`
	Sectors      []string      `json:"sectors"`
	Parts        []partFields  `json:"parts"`
	Add          string        `json:"add"`
	Op           string        `json:"op"`
	Scoring      twoTexts      `json:"scoring"`
	Method       string        `json:"method"`
	Full         string        `json:"full"`
	Excluded     string        `json:"excluded"`
	BonusCap     string        `json:"bonus_cap"`
	DeductionCap string        `json:"deduction_cap"`
	Vetoes       bool          `json:"veto_fails"`
	Sampled      bool          `json:"sampled"`
	Rules        []ruleFields  `json:"rules"`
	Grades       []gradeFields `json:"grades"`
}

type partFields struct {
	Module string   `json:"module"`
	Weight string   `json:"weight"`
	Only   []string `json:"only"`
}

// ruleFields is one rule; For is the grade that it gives, empty for passing.
type ruleFields struct {
	For       string `json:"for"`
	Metric    string `json:"metric"`
	Of        string `json:"of"`
	Least     string `json:"least"`
	Most      string `json:"most"`
	IfPresent bool   `json:"if_present"`
}

type gradeFields struct {
	ID      string `json:"id"`
	Zh      string `json:"zh"`
	En      string `json:"en"`
	Failing bool   `json:"failing"`
}

func decimal(p *checklist.Points) string {
	if p == nil {
		return ""
	}
	return p.String()
}

// planFieldsOf gives a composition as the form shows it.
func planFieldsOf(c *checklist.Composition) planFields {
	f := planFields{
		Label: c.Version, Title: twoTexts(c.Title), Note: twoTexts(c.Note), Sectors: c.Sectors, Scoring: twoTexts(c.Frame.Title),
		Method: string(c.Frame.Method), Full: c.Frame.Full.String(), Excluded: string(c.Frame.Excluded),
		BonusCap: decimal(c.Frame.BonusCap), DeductionCap: decimal(c.Frame.DeductionCap), Vetoes: c.Frame.VetoFails, Sampled: c.Frame.Sampled,
	}
	for _, p := range c.Parts {
		row := partFields{Module: p.Module, Only: p.Only}
		if p.Weight != 0 {
			row.Weight = p.Weight.String()
		}
		f.Parts = append(f.Parts, row)
	}
	rules := func(grade string, list []checklist.Rule) {
		for _, r := range list {
			f.Rules = append(f.Rules, ruleFields{grade, string(r.Metric), strings.Join(r.Of, " "), decimal(r.Least), decimal(r.Most), r.IfPresent})
		}
	}
	rules("", c.Frame.Pass)
	for _, g := range c.Frame.Grades {
		f.Grades = append(f.Grades, gradeFields{g.ID, g.Title.Zh, g.Title.En, g.Failing})
		rules(g.ID, g.Rules)
	}
	return f
}

// composition makes the content of the fields; what the form does not hold
// comes from the version that it showed.
func (f *planFields) composition(was *checklist.Composition) (checklist.Composition, error) {
	var n numbers
	c := checklist.Composition{ID: was.ID, Version: f.Label, Title: f.Title.text(), Note: f.Note.text()}
	for _, code := range f.Sectors {
		if !slices.Contains(c.Sectors, code) {
			c.Sectors = append(c.Sectors, code)
		}
	}
	c.Sectors = ordered(c.Sectors, was.Sectors)
	for i, p := range f.Parts {
		c.Parts = append(c.Parts, checklist.PlanPart{Module: p.Module, Weight: n.read("parts/"+strconv.Itoa(i)+"/weight", p.Weight), Only: p.Only})
	}
	c.Frame = checklist.Frame{
		ID: was.Frame.ID, Title: f.Scoring.text(), Method: checklist.Counting(f.Method), Full: n.read("full", f.Full), Excluded: checklist.Exclusion(f.Excluded),
		BonusCap: n.optional("bonus_cap", f.BonusCap), DeductionCap: n.optional("deduction_cap", f.DeductionCap), VetoFails: f.Vetoes, Sampled: f.Sampled,
	}
	for _, g := range f.Grades {
		if g.ID != "" || g.Zh != "" || g.En != "" {
			c.Frame.Grades = append(c.Frame.Grades, checklist.Grade{ID: g.ID, Title: checklist.Text{Zh: g.Zh, En: g.En}, Failing: g.Failing})
		}
	}
	for i, x := range f.Rules {
		if x.Metric == "" {
			continue
		}
		at := "rules/" + strconv.Itoa(i)
		rule := checklist.Rule{
			Metric: checklist.Metric(x.Metric), Of: strings.Fields(x.Of), Least: n.optional(at+"/least", x.Least), Most: n.optional(at+"/most", x.Most), IfPresent: x.IfPresent,
		}
		if x.For == "" {
			c.Frame.Pass = append(c.Frame.Pass, rule)
			continue
		}
		g := slices.IndexFunc(c.Frame.Grades, func(g checklist.Grade) bool { return g.ID == x.For })
		if g < 0 {
			n.wrong = append(n.wrong, fault.Field{Pointer: "/" + at + "/for", Rule: "plan_grade", Param: x.For})
			continue
		}
		c.Frame.Grades[g].Rules = append(c.Frame.Grades[g].Rules, rule)
	}
	if n.wrong != nil {
		return c, fault.OnFields(n.wrong)
	}
	return c, nil
}

// trimmed leaves out the empty rows at the end, which the page adds anew.
func (f planFields) trimmed() planFields {
	for n := len(f.Grades); n > 0 && f.Grades[n-1] == (gradeFields{}); n-- {
		f.Grades = f.Grades[:n-1]
	}
	for n := len(f.Rules); n > 0 && f.Rules[n-1] == (ruleFields{}); n-- {
		f.Rules = f.Rules[:n-1]
	}
	return f
}

// planLists are the choices of the scoring, and its rows with empty ones.
type planLists struct {
	Methods, Excluded, Metrics, Of, For []page.Option
	Rules                               []ruleRow
	Grades                              []gradeFields
}

// ruleRow is a rule with the list of what it may look at: a combination that is
// stored stays one of them.
type ruleRow struct {
	ruleFields
	Sections []page.Option
}

func (p *Pages) planLists(r *http.Request, v *planView) planLists {
	l := planLists{
		Methods:  codes(p, r, "plan.method_", checklist.Countings(), nil),
		Excluded: codes(p, r, "plan.excluded_", checklist.Exclusions(), nil),
		Metrics:  codes(p, r, "plan.metric_", checklist.Metrics(), nil),
		For:      []page.Option{{Value: "", Label: p.E.T(r, "plan.to_pass")}},
		Grades:   append(slices.Clone(v.Fields.Grades), make([]gradeFields, 2)...),
	}
	lang := page.Lang(r.Context())
	for _, g := range v.Fields.Grades {
		if g.ID == "" {
			continue
		}
		l.For = append(l.For, page.Option{Value: g.ID, Label: p.E.T(r, "plan.to_grade", twoTexts{g.Zh, g.En}.text().In(lang))})
	}
	for _, k := range checklist.Kinds() {
		l.Of = append(l.Of, page.Option{Value: "kind:" + string(k), Label: p.ofWords(r, "kind:"+string(k))})
	}
	for _, row := range v.Rows {
		if row.Choice == nil {
			continue
		}
		l.Of = append(l.Of, page.Option{Value: row.Choice.Code, Label: row.Choice.Code + " " + row.Title})
		for _, s := range row.Sections {
			if s.Value != row.Choice.Code {
				l.Of = append(l.Of, s)
			}
		}
	}
	for _, f := range append(slices.Clone(v.Fields.Rules), make([]ruleFields, 2)...) {
		row := ruleRow{ruleFields: f, Sections: l.Of}
		if f.Of != "" && !slices.ContainsFunc(l.Of, func(o page.Option) bool { return o.Value == f.Of }) {
			row.Sections = append([]page.Option{{Value: f.Of, Label: p.ofWords(r, f.Of)}}, l.Of...)
		}
		l.Rules = append(l.Rules, row)
	}
	return l
}

// ofWords says which sections a rule looks at.
func (p *Pages) ofWords(r *http.Request, of string) string {
	var out []string
	for _, one := range strings.Fields(of) {
		if kind, ok := strings.CutPrefix(one, "kind:"); ok {
			one = p.E.T(r, "plan.of_kind", p.E.T(r, "checklist.kind."+kind))
		}
		out = append(out, one)
	}
	return strings.Join(out, " + ")
}

// ruleWords says a rule as one line: what is compared, of which part, with what.
func (p *Pages) ruleWords(r *http.Request, x checklist.Rule) string {
	s := p.E.T(r, "plan.metric_"+string(x.Metric))
	if len(x.Of) > 0 {
		s = p.ofWords(r, strings.Join(x.Of, " ")) + " " + s
	}
	if x.Least != nil {
		s += " ≥ " + x.Least.String()
	}
	if x.Most != nil {
		s += " ≤ " + x.Most.String()
	}
	if x.IfPresent {
		s += p.E.T(r, "plan.when_there")
	}
	return s
}

// frameWords says how a sheet is scored, line by line.
func (p *Pages) frameWords(r *http.Request, f *checklist.Frame) []string {
	out := []string{p.E.T(r, "plan.method_"+string(f.Method)) + " · " + p.E.T(r, "plan.full_is", f.Full.String()), p.E.T(r, "plan.excluded_"+string(f.Excluded))}
	if f.BonusCap != nil {
		out = append(out, p.E.T(r, "plan.bonus_upto", f.BonusCap.String()))
	}
	if f.DeductionCap != nil {
		out = append(out, p.E.T(r, "plan.deduction_upto", f.DeductionCap.String()))
	}
	if f.VetoFails {
		out = append(out, p.E.T(r, "plan.vetoes_fail"))
	}
	if f.Sampled {
		out = append(out, p.E.T(r, "plan.is_sampled"))
	}
	for _, x := range f.Pass {
		out = append(out, p.E.T(r, "plan.to_pass")+"："+p.ruleWords(r, x))
	}
	for _, g := range f.Grades {
		line := p.E.T(r, "plan.to_grade", g.Title.In(page.Lang(r.Context())))
		if g.Failing {
			line += p.E.T(r, "plan.is_failing")
		}
		var rules []string
		for _, x := range g.Rules {
			rules = append(rules, p.ruleWords(r, x))
		}
		if len(rules) > 0 {
			line += "：" + strings.Join(rules, "；")
		}
		out = append(out, line)
	}
	return out
}

// frameChange says only what of the scoring differs.
func (p *Pages) frameChange(r *http.Request, before, after string) (gone, come string) {
	a, _ := decoded[checklist.Frame](before)
	b, _ := decoded[checklist.Frame](after)
	was, is := p.frameWords(r, &a), p.frameWords(r, &b)
	if a.Title != b.Title {
		was, is = append(was, a.Title.Zh+" / "+a.Title.En), append(is, b.Title.Zh+" / "+b.Title.En)
	}
	without := func(all, other []string) string {
		left := slices.DeleteFunc(slices.Clone(all), func(s string) bool { return slices.Contains(other, s) })
		if len(left) == 0 {
			return "—"
		}
		return strings.Join(left, "；")
	}
	return without(was, is), without(is, was)
}
