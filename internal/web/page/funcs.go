package page

import (
	"fmt"
	"html/template"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/checklist"
	"fangxin/internal/division"
	"fangxin/internal/i18n"
	"fangxin/internal/lifecycle"
	"fangxin/internal/sector"
)

// funcs are what templates may call. Each that words something takes the view
// (or its language) first.
func (e *Engine) funcs() template.FuncMap {
	return template.FuncMap{
		"t":        func(v any, key string, args ...any) string { return e.texts.T(langOf(v), key, args...) },
		"has":      e.texts.Has,
		"text":     text,
		"date":     date,
		"datetime": datetime,
		"asset":    e.files.url,
		"icon":     icon,
		"mark":     mark,
		"dict":     dict,
		"list":     func(items ...any) []any { return items },
		"join":     strings.Join,
		"sector":   sectorName,
		"sectors":  sectorNames,
		"division": func(code string) string { return division.Short(code) },
		"state":    e.stateLabel,
		"tone":     tone,
		"shape":    shape,
		"action":   actionLabel,
		"tells":    e.tells,
		"role":     func(v any, r access.Role) string { return r.Name(langOf(v)) },
		"pointsOf": func(p *checklist.Points) string {
			if p == nil {
				return ""
			}
			return p.String()
		},
		"points": func(p checklist.Points) string { return p.String() },
		"tenths": func(n *int) string { return strconv.Itoa(*n/10) + "." + strconv.Itoa(*n%10) },
		"add":    func(a, b int) int { return a + b },
		"percent": func(part, whole int) int {
			if whole == 0 {
				return 0
			}
			return part * 100 / whole
		},
		"query": query,
		"nextpage": func(href, cursor string) string {
			if cursor == "" {
				return ""
			}
			return href
		},
		"ternary": func(ok bool, yes, no any) any {
			if ok {
				return yes
			}
			return no
		},
		"asks":      asks,
		"degrees":   degrees,
		"num":       func(n any) string { return number(n) },
		"bytes":     func(n int64) string { return i18n.Bytes(n) },
		"left":      func(v any, days int) string { return e.texts.Left(langOf(v), days) },
		"due":       due,
		"plate":     plate,
		"truth":     func(v any) bool { b, _ := v.(bool); return b },
		"modules":   func() []string { return modules },
		"hasPrefix": strings.HasPrefix,
		"str":       func(v any) string { return fmt.Sprint(v) },
	}
}

// tells lists who would be told of a step of a record, to staff who could take
// it.
func (e *Engine) tells(v any, noun string, subject, action any) any {
	switch x := v.(type) {
	case View:
		if e.Tells != nil && x.ctx != nil && x.User.Staff() {
			return e.Tells(x.ctx, noun, fmt.Sprint(subject), fmt.Sprint(action))
		}
	case *View:
		return e.tells(*x, noun, subject, action)
	}
	return nil
}

func langOf(v any) string {
	switch x := v.(type) {
	case View:
		return x.Lang
	case *View:
		return x.Lang
	case string:
		return x
	case map[string]any:
		return langOf(x["v"])
	}
	return i18n.Zh
}

// text words data that carries both languages.
func text(v any, t interface{ In(string) string }) string { return t.In(langOf(v)) }

func datetime(v any, t any) string {
	switch x := t.(type) {
	case time.Time:
		return i18n.Time(langOf(v), x)
	case *time.Time:
		if x != nil {
			return i18n.Time(langOf(v), *x)
		}
	}
	return ""
}

// dict makes a map for a part: (dict "v" . "name" "phone" …).
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict needs pairs")
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		k, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict key %v is no text", pairs[i])
		}
		m[k] = pairs[i+1]
	}
	return m, nil
}

func sectorName(v any, code any) string {
	s, ok := sector.Lookup(sector.Code(fmt.Sprint(code)))
	if !ok {
		return fmt.Sprint(code)
	}
	return s.Name(langOf(v))
}

func sectorNames(v any, codes []string) string {
	names := make([]string, len(codes))
	for i, c := range codes {
		names[i] = sectorName(v, c)
	}
	return strings.Join(names, " · ")
}

func machine(noun string) *lifecycle.Machine {
	for _, m := range lifecycle.Machines() {
		if m.Noun == noun {
			return m
		}
	}
	return nil
}

// stateLabel words a state. "expired" is none: a certificate's last day makes
// it so, and the scan page has the word for it.
func (e *Engine) stateLabel(v any, noun string, s any) string {
	m := machine(noun)
	if m == nil {
		return fmt.Sprint(s)
	}
	if fmt.Sprint(s) == "expired" {
		return e.texts.T(langOf(v), "scan.expired")
	}
	return m.Label(lifecycle.State(fmt.Sprint(s)), langOf(v))
}

func actionLabel(v any, noun string, a any) string {
	m := machine(noun)
	if m == nil {
		return fmt.Sprint(a)
	}
	st, ok := m.Step(lifecycle.Action(fmt.Sprint(a)))
	if !ok {
		return fmt.Sprint(a)
	}
	return st.Label(langOf(v))
}

// tones gives each state its colour and shape; unknown ones are neutral.
var tones = map[string]string{
	"active": "ok", "certified": "ok", "accepted": "ok", "verified": "ok", "done": "ok",
	"rectifying": "warn", "suspended": "warn", "returned": "warn", "sent_back": "warn", "rectification_due": "warn",
	"yellow_card": "warn", "held": "warn", "red_card": "stop", "removed": "stop",
	"revoked": "stop", "refused": "stop", "objection_upheld": "stop", "failed": "stop", "overdue": "stop",
	"wanted": "warn", "missing": "stop", "recovered": "ok", "destroyed": "ok", "annulled": "gone",
	"expired": "gone", "withdrawn": "gone", "superseded": "gone", "voided": "gone", "void": "gone",
}

func tone(s any) string {
	if t, ok := tones[fmt.Sprint(s)]; ok {
		return t
	}
	return "brand"
}

// shape gives each state the shape beside its word.
func shape(s any) string {
	if name := fmt.Sprint(s); name == string(lifecycle.Active) || name == string(lifecycle.Certified) {
		return "valid"
	}
	return tone(s)
}

// number writes a whole number of any kind with commas.
func number(n any) string {
	v := reflect.ValueOf(n)
	switch {
	case v.CanInt():
		return i18n.Number(v.Int())
	case v.CanUint():
		return i18n.Number(int64(v.Uint())) //nolint:gosec // counts are small
	}
	return fmt.Sprint(n)
}

// date words a day: a date, its text, or the day in Beijing of an instant.
func date(v, d any) string {
	switch t := d.(type) {
	case time.Time:
		d = calendar.DateOf(t)
	case *time.Time:
		if t == nil {
			return ""
		}
		d = calendar.DateOf(*t)
	}
	return i18n.Date(langOf(v), fmt.Sprint(d))
}

// due gives the class of a deadline that is so many working days away.
func due(days int) string {
	switch {
	case days < 0:
		return "late"
	case days <= 2:
		return "soon"
	}
	return ""
}

// query makes "?a=1&b=2" of pairs, leaving out empty values.
func query(pairs ...any) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if s := fmt.Sprint(pairs[i+1]); s != "" {
			q.Set(fmt.Sprint(pairs[i]), s)
		}
	}
	if len(q) == 0 {
		return "?"
	}
	return "?" + q.Encode()
}

// asks reports whether an item can ask for a kind of evidence.
func asks(it checklist.Item, kind string) bool {
	return slices.ContainsFunc(it.Evidence, func(e checklist.Evidence) bool { return e.Kind == kind })
}

// degrees is one side of a position as it is typed; "" without one.
func degrees(p *checklist.Place, side string) string {
	switch {
	case p == nil:
		return ""
	case side == "lat":
		return strconv.FormatFloat(float64(p.LatE7)/1e7, 'f', -1, 64)
	}
	return strconv.FormatFloat(float64(p.LngE7)/1e7, 'f', -1, 64)
}
