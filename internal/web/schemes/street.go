package schemes

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"fangxin/internal/checklist"
	"fangxin/internal/quorum"
	"fangxin/internal/scheme"
	"fangxin/internal/sector"
	"fangxin/internal/web/page"
)

// streetView is what the title of a street stands by, as fields or to read.
type streetView struct {
	quorum.Rules
	Numbers []streetFigure
	// Hundred hides the rows of the rules: a form has spare ones.
	Hundred []quorum.Hundred
	Points  []page.Option // of the street's own sheet
	// Participate, Promise and Returnable are choices; to read, those chosen.
	Participate, Promise, Returnable, Sheets []page.Option
}

type streetFigure struct {
	Name, Key string
	Value     quorum.Number
}

// street shows the figures of a title of streets; nil for a title of shops.
// more is how many empty rows a form offers.
func (p *Pages) street(r *http.Request, s scheme.Scheme, more int) (*streetView, error) {
	if s.Street == nil {
		return nil, nil
	}
	lang, rules := page.Lang(r.Context()), *s.Street
	titles, err := p.Schemes.List(r.Context())
	if err != nil {
		return nil, err
	}
	v := &streetView{Rules: rules, Hundred: append(slices.Clone(rules.Hundred), make([]quorum.Hundred, more)...), Numbers: []streetFigure{
		{"min_members", "min_members", rules.MinMembers}, {"participation.percent", "participation", rules.Participation.Percent},
		{"returns.percent", "returns", rules.Returns.Percent}, {"incident_years", "incident_years", rules.IncidentYears},
		{"grace_workdays", "grace_workdays", rules.GraceWorkdays}, {"sample_least", "sample_least", rules.SampleLeast},
		{"sample_roots", "sample_roots", rules.SampleRoots}, {"sample_percent", "sample_percent", rules.SamplePercent},
		{"nudge_days", "nudge_days", rules.NudgeDays},
	}}
	ofShops := func(chosen []string) []page.Option {
		var out []page.Option
		for _, t := range titles {
			if t.Subject == scheme.Premises {
				out = append(out, page.Option{Value: t.Code, Label: t.Title.In(lang), Chosen: slices.Contains(chosen, t.Code)})
			}
		}
		for _, code := range chosen { // one that is no longer awarded still counts
			if !slices.ContainsFunc(out, func(o page.Option) bool { return o.Value == code }) {
				out = append(out, page.Option{Value: code, Label: p.titleName(code, lang), Chosen: true})
			}
		}
		return out
	}
	v.Participate, v.Promise = ofShops(rules.ParticipatesWith), ofShops(rules.ReturnsWith)
	for _, c := range sector.All() {
		if c.Code != sector.Street {
			v.Returnable = append(v.Returnable, page.Option{Value: string(c.Code), Label: c.Name(lang), Chosen: slices.Contains(rules.ReturnsSectors, string(c.Code))})
		}
	}
	lib, err := p.Schemes.Checklists(r.Context())
	if err != nil {
		return v, err
	}
	for _, plan := range lib.Plans {
		if _, err := lib.Sheet(plan.ID, sector.Store); err == nil {
			v.Sheets = append(v.Sheets, page.Option{Value: plan.ID, Label: plan.Title.In(lang), Chosen: plan.ID == rules.SampleSheet})
		}
	}
	if sheet, err := lib.Sheet(s.Sheet, sector.Street); err == nil {
		for it := range sheet.Items() {
			v.Points = append(v.Points, page.Option{Value: it.ID, Label: it.ID + " " + it.Text.In(lang)})
		}
	}
	for _, h := range rules.Hundred {
		if !slices.ContainsFunc(v.Points, func(o page.Option) bool { return o.Value == h.Item }) {
			v.Points = append(v.Points, page.Option{Value: h.Item, Label: pointName(h.Item, lang)})
		}
	}
	if more == 0 {
		for _, list := range []*[]page.Option{&v.Participate, &v.Promise, &v.Returnable, &v.Sheets} {
			*list = slices.DeleteFunc(*list, func(o page.Option) bool { return !o.Chosen })
		}
	}
	return v, nil
}

// Point words a point of the sheet for its reader.
func (v streetView) Point(id string) string {
	for _, o := range v.Points {
		if o.Value == id {
			return o.Label
		}
	}
	return id
}

func pointName(id, lang string) string {
	if words, ok := checklist.Shipped().Wording(id); ok {
		return id + " " + words.In(lang)
	}
	return id
}

func (p *Pages) titleName(code, lang string) string {
	if s, ok := p.Schemes.Version(code, ""); ok {
		return s.Title.In(lang)
	}
	return code
}

func (p *Pages) planName(r *http.Request, id string) string {
	if lib, err := p.Schemes.Checklists(r.Context()); err == nil {
		if plan := lib.Plan(id); plan != nil {
			return plan.Title.In(page.Lang(r.Context()))
		}
	}
	return id
}

// offered fills in the fields of a form's part that was not there to be typed
// in, as if it had been.
func offered(form url.Values, name string, value any) {
	var add func(name string, v any)
	add = func(name string, v any) {
		switch x := v.(type) {
		case map[string]any:
			for key, inner := range x {
				add(name+"."+key, inner)
			}
		case []any:
			for i, inner := range x {
				if _, isRow := inner.(map[string]any); isRow {
					add(name+"."+strconv.Itoa(i), inner)
				} else {
					form.Add(name, fmt.Sprint(inner))
				}
			}
		default:
			form.Set(name, fmt.Sprint(x))
		}
	}
	var doc any
	if b, err := json.Marshal(value); err == nil && json.Unmarshal(b, &doc) == nil {
		add(name, doc)
	}
}
