package checkfile

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"fangxin/internal/checklist"
	"fangxin/internal/sector"
	"fangxin/internal/tabular"
)

// form is an XLSForm while it is read.
type form struct {
	*reader
	m       *checklist.Module
	section *checklist.Section
	depth   int
	names   map[string]string // name of a question → item id
	lists   map[string][]checklist.Option
	rows    map[string]int
	begun   map[string]int // section id → row
}

// sheet opens one sheet with the columns that XLSForm gives it.
func (r *reader) sheet(sheets []tabular.Whole, name string, columns []string, ignored ...string) *table {
	t := &table{r: r, name: name, at: map[string]int{}}
	w := find(sheets, name)
	if w == nil || len(w.Rows) == 0 {
		return t
	}
	t.header, t.rows = w.Rows[0], w.Rows[1:]
	for i, h := range t.header {
		key := canonical(strings.TrimSpace(h))
		switch {
		case key == "":
		case slices.Contains(columns, key):
			if _, twice := t.at[key]; !twice {
				t.at[key] = i
			}
		case !slices.Contains(ignored, key) && holds(t.rows, i):
			r.note(name, 1, h, "form_column")
		}
	}
	return t
}

func holds(rows [][]string, column int) bool {
	return slices.ContainsFunc(rows, func(row []string) bool { return column < len(row) && strings.TrimSpace(row[column]) != "" })
}

// canonical gives a header of any language tag the name that we write.
func canonical(h string) string {
	base, lang, tagged := strings.Cut(h, "::")
	base = strings.ToLower(strings.TrimSpace(base))
	if base == "relevance" {
		base = "relevant"
	}
	if base != "label" && base != "hint" {
		return strings.ToLower(h)
	}
	lang = strings.ToLower(lang)
	if tagged && (strings.Contains(lang, "en") || strings.Contains(lang, "英")) && !strings.Contains(lang, "zh") {
		return base + "::English (en)"
	}
	if !tagged || strings.Contains(lang, "zh") || strings.Contains(lang, "中") || strings.Contains(lang, "chin") {
		return base + "::中文 (zh)"
	}
	return strings.ToLower(h)
}

func (r *reader) readXLSForm(sheets []tabular.Whole, base *checklist.Module) *checklist.Module {
	m := base.Clone()
	m.Sections = nil
	f := &form{reader: r, m: &m, names: map[string]string{}, lists: map[string][]checklist.Option{}, rows: map[string]int{}, begun: map[string]int{}}
	f.settings(r.sheet(sheets, "settings", settingColumns, "instance_name", "style", "public_key", "submission_url"), base)
	r.sheet(sheets, "choices", choiceColumns).each(func(l line) {
		list := l.get("list_name")
		f.lists[list] = append(f.lists[list], checklist.Option{
			ID: strings.ToLower(l.get("name")), Text: checklist.Text{Zh: l.get("label::中文 (zh)"), En: l.get("label::English (en)")}, Points: l.points("fx_points"), Fails: l.get("fx_fails") == "yes",
		})
	})
	survey := r.sheet(sheets, "survey", surveyColumns)
	for _, c := range []string{"type", "name"} {
		if _, ok := survey.at[c]; !ok {
			r.bad("survey", 1, c, "missing_column")
		}
	}
	survey.each(f.row)
	if f.depth != 0 && len(r.errors) == 0 {
		r.bad("survey", 0, "type", "form_groups")
	}
	m.Sections = slices.DeleteFunc(m.Sections, func(s checklist.Section) bool {
		if len(s.Items) == 0 {
			r.note("survey", f.begun[s.ID], s.ID, "empty_section")
		}
		return len(s.Items) == 0
	})
	if len(m.Sections) == 0 && len(r.errors) == 0 {
		r.bad("survey", 0, "", "form_empty")
	}
	return &m
}

func (f *form) settings(t *table, base *checklist.Module) {
	t.each(func(l line) {
		if id := l.get("form_id"); l.get("fx_kind") != "" && !strings.EqualFold(id, base.ID) {
			l.bad("form_id", "other_module", id, base.ID)
		}
		_, own := t.at["fx_kind"] // written here: what it leaves empty is empty
		take := func(key string, into *string) {
			if v := l.get(key); v != "" || own {
				*into = v
			}
		}
		if own {
			f.m.Kind = checklist.Kind(l.code("fx_kind", kinds, string(base.Kind)))
			if v := l.get("version"); v != base.Version {
				f.note("settings", l.n, t.label("version"), "label_kept", v, base.Version)
			}
		}
		take("form_title", &f.m.Title.Zh)
		take("fx_title_en", &f.m.Title.En)
		take("fx_note_zh", &f.m.Note.Zh)
		take("fx_note_en", &f.m.Note.En)
		if _, ok := t.at["fx_sectors"]; ok {
			f.m.Sectors = nil
			for _, c := range split(l.get("fx_sectors")) {
				f.m.Sectors = append(f.m.Sectors, sector.Code(c))
			}
		}
	})
}

// groups are the types of rows that begin and end a section.
var groups = []string{"begin_group", "begin group", "end_group", "end group"}

func (f *form) row(l line) {
	kind := strings.Join(strings.Fields(l.get("type")), " ")
	name := l.get("name")
	switch {
	case l.get("fx_type") == companion:
		return
	case kind == groups[0] || kind == groups[1]:
		f.depth++
		if f.depth > 1 {
			f.note("survey", l.n, "type", "form_nested", name)
			return
		}
		f.begin(l, name)
		return
	case kind == groups[2] || kind == groups[3]:
		if f.depth--; f.depth < 0 {
			l.bad("type", "form_groups")
			f.depth = 0
		}
		if f.depth == 0 {
			f.section = nil
		}
		return
	}
	it, ok := f.item(l, kind, name)
	if !ok {
		return
	}
	if f.section == nil {
		f.begin(line{t: l.t, n: l.n}, "")
	}
	if f.rows[it.ID] > 0 {
		l.bad("name", "twice", it.ID, f.rows[it.ID])
	}
	f.rows[it.ID], f.names[name] = l.n, it.ID
	f.section.Items = append(f.section.Items, it)
}

// begin opens a section; questions outside any group get one of their own.
func (f *form) begin(l line, name string) {
	s := checklist.Section{
		ID: strings.ToUpper(l.get("fx_id")), Title: checklist.Text{Zh: l.get("label::中文 (zh)"), En: l.get("label::English (en)")}, Role: checklist.Base, Standing: checklist.Proposed,
		Weight: l.points("fx_weight"), Clauses: int(l.points("fx_clauses") / 100), When: f.when(l),
	}
	if v := l.get("fx_role"); v != "" {
		s.Role = checklist.Role(v)
	}
	if v := l.get("fx_standing"); v != "" {
		s.Standing = v
	}
	if s.ID == "" {
		s.ID = fmt.Sprintf("%s-S%d", f.m.ID, len(f.m.Sections)+1)
	}
	if s.Title.Zh == "" {
		s.Title.Zh = f.m.Title.Zh
	}
	if s.Title.En == "" {
		s.Title.En = f.m.Title.En
	}
	f.begun[s.ID] = l.n
	f.m.Sections = append(f.m.Sections, s)
	f.section = &f.m.Sections[len(f.m.Sections)-1]
}

var (
	condition = regexp.MustCompile(`^(?:selected\(\s*)?\$\{([^}]+)\}\s*(?:=|,)\s*['"]([^'"]*)['"]\s*\)?$`)
	bounds    = regexp.MustCompile(`^\(?\s*\.\s*(>=|<=|>|<)\s*(-?[0-9.]+)\s*\)?$`)
	orWord    = regexp.MustCompile(`\s+or\s+`)
	andWord   = regexp.MustCompile(`\s+and\s+`)
)

// when reads a condition: our own column, or an expression of the plain kind.
func (f *form) when(l line) *checklist.When {
	if own := l.get("fx_when"); own != "" {
		item, is, _ := strings.Cut(own, " = ")
		return &checklist.When{Item: strings.ToUpper(strings.TrimSpace(item)), Is: strings.Fields(is)}
	}
	expression := l.get("relevant")
	if expression == "" {
		return nil
	}
	w := &checklist.When{}
	for _, part := range orWord.Split(expression, -1) {
		m := condition.FindStringSubmatch(strings.TrimSpace(part))
		if m == nil || f.names[m[1]] == "" || w.Item != "" && w.Item != f.names[m[1]] {
			f.note("survey", l.n, "relevant", "form_expression", expression)
			return nil
		}
		w.Item = f.names[m[1]]
		w.Is = append(w.Is, f.meant(w.Item, strings.ToLower(m[2])))
	}
	return w
}

// meant reads the yes and no of another tool's list as verdicts.
func (f *form) meant(item, answer string) string {
	if s, at := f.m.Find(item); s != nil && s.Items[at].Type == checklist.YesNo {
		switch answer {
		case "yes", "1", "true":
			return string(checklist.Pass)
		case "no", "0", "false":
			return string(checklist.Fail)
		case "n_a", "not_applicable":
			return string(checklist.NotApplicable)
		}
	}
	return answer
}
