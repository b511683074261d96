package checkfile

import (
	"slices"
	"strings"

	"fangxin/internal/checklist"
	"fangxin/internal/i18n"
	"fangxin/internal/sector"
	"fangxin/internal/tabular"
)

// Read reads a module from a workbook of either form. The remarks say what of
// the file was not taken over; a file with errors is a [*BadFile], and one that
// is no workbook a [*tabular.FileError]. A sheet that lacks its id gets base's.
func Read(content []byte, base *checklist.Module) (*checklist.Module, []Remark, error) {
	sheets, err := tabular.ReadWorkbook(content)
	if err != nil {
		return nil, nil, err
	}
	r := &reader{}
	var m *checklist.Module
	if whole := find(sheets, "survey"); whole != nil {
		m = r.readXLSForm(sheets, base)
	} else {
		m = r.readXLSX(sheets, base)
	}
	if len(r.errors) > 0 {
		return nil, r.notes, &BadFile{r.errors}
	}
	settled := m.Settle()
	return &settled, r.notes, nil
}

func find(sheets []tabular.Whole, names ...string) *tabular.Whole {
	for i := range sheets {
		if slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(strings.TrimSpace(sheets[i].Name), n) }) {
			return &sheets[i]
		}
	}
	return nil
}

// open reads a sheet of our own workbook by its specification.
func (r *reader) open(sheets []tabular.Whole, spec sheetSpec, required ...string) *table {
	w := find(sheets, spec.key, spec.name(i18n.Zh), spec.name(i18n.En))
	if w == nil || len(w.Rows) == 0 {
		return &table{r: r, name: spec.name(i18n.Zh), at: map[string]int{}}
	}
	t := &table{r: r, name: w.Name, header: w.Rows[0], at: map[string]int{}, rows: w.Rows[1:]}
	for i, h := range t.header {
		h = strings.TrimSpace(h)
		key := slices.IndexFunc(spec.columns, func(c string) bool {
			return strings.EqualFold(h, c) || h == column(c, i18n.Zh) || strings.EqualFold(h, column(c, i18n.En))
		})
		switch {
		case h == "":
		case key < 0:
			r.note(w.Name, 1, h, "unknown_column")
		default:
			t.at[spec.columns[key]] = i
		}
	}
	for _, c := range required {
		if _, ok := t.at[c]; !ok {
			r.bad(w.Name, 1, column(c, i18n.Zh), "missing_column")
		}
	}
	return t
}

func (r *reader) readXLSX(sheets []tabular.Whole, base *checklist.Module) *checklist.Module {
	items := r.open(sheets, itemSheet, "section", "id", "zh", "en", "type")
	if len(items.rows) == 0 && len(r.errors) == 0 {
		r.bad("", 0, "", "no_items_sheet", itemSheet.name(i18n.Zh))
		return base
	}
	m := r.readHead(r.open(sheets, headSheet), base)
	r.open(sheets, sectionSheet).each(func(l line) { m.Sections = append(m.Sections, readSection(l)) })
	rows := map[string]int{}
	items.each(func(l line) {
		it := readItem(l)
		s := m.Section(strings.ToUpper(l.get("section")))
		if s == nil {
			l.bad("section", "no_section", l.get("section"))
			return
		}
		if rows[it.ID] > 0 {
			l.bad("id", "twice", it.ID, rows[it.ID])
		}
		rows[it.ID] = l.n
		s.Items = append(s.Items, it)
	})
	r.open(sheets, optionSheet).each(func(l line) {
		s, at := m.Find(strings.ToUpper(l.get("item")))
		if s == nil {
			l.bad("item", "no_item", l.get("item"))
			return
		}
		s.Items[at].Options = append(s.Items[at].Options, checklist.Option{
			ID: strings.ToLower(l.get("option_id")), Text: checklist.Text{Zh: l.get("zh"), En: l.get("en")}, Points: l.points("points"), Fails: l.yes("fails", false),
		})
	})
	return m
}

// yes reads a cell of yes or no.
func (l line) yes(key string, fallback bool) bool {
	word := "no"
	if fallback {
		word = "yes"
	}
	return l.code(key, yes, word) == "yes"
}

// readHead reads the module's own fields; one that is missing stays base's.
func (r *reader) readHead(t *table, base *checklist.Module) *checklist.Module {
	m := base.Clone()
	m.Sections = nil
	t.each(func(l line) {
		label, value := l.get("field"), l.get("value")
		i := slices.IndexFunc(headFields, func(f string) bool {
			return strings.EqualFold(label, f) || label == column(f, i18n.Zh) || strings.EqualFold(label, column(f, i18n.En))
		})
		if i < 0 {
			r.note(t.name, l.n, label, "unknown_field")
			return
		}
		switch headFields[i] {
		case "id":
			if !strings.EqualFold(value, base.ID) {
				l.bad("value", "other_module", value, base.ID)
			}
		case "version":
			if value != base.Version {
				r.note(t.name, l.n, label, "label_kept", value, base.Version)
			}
		case "kind":
			m.Kind = checklist.Kind(l.code("value", kinds, string(base.Kind)))
		case "title_zh":
			m.Title.Zh = value
		case "title_en":
			m.Title.En = value
		case "note_zh":
			m.Note.Zh = value
		case "note_en":
			m.Note.En = value
		case "sectors":
			m.Sectors = nil
			for _, c := range l.sectors("value") {
				m.Sectors = append(m.Sectors, sector.Code(c))
			}
		}
	})
	return &m
}

func (l line) sectors(key string) []string {
	var out []string
	for _, cell := range split(l.get(key)) {
		c, ok := sectorCode(cell)
		if !ok {
			l.bad(key, "sector", cell)
			continue
		}
		out = append(out, string(c))
	}
	return out
}

func readSection(l line) checklist.Section {
	return checklist.Section{
		ID: strings.ToUpper(l.get("id")), Title: checklist.Text{Zh: l.get("title_zh"), En: l.get("title_en")}, Role: checklist.Role(l.code("role", roles, string(checklist.Base))),
		Weight: l.points("weight"), Standing: l.code("standing", standings, checklist.Proposed), Clauses: int(l.points("clauses") / 100), When: l.when(),
	}
}

func (l line) when() *checklist.When {
	if l.get("when_item") == "" {
		if l.get("when_is") != "" {
			l.bad("when_item", "when_item")
		}
		return nil
	}
	w := &checklist.When{Item: strings.ToUpper(l.get("when_item"))}
	for _, is := range split(l.get("when_is")) {
		if v, ok := verdicts.code(is); ok {
			is = v
		}
		w.Is = append(w.Is, is)
	}
	if len(w.Is) == 0 {
		l.bad("when_is", "when_is")
	}
	return w
}

func readItem(l line) checklist.Item {
	it := checklist.Item{
		ID: strings.ToUpper(l.get("id")), Text: checklist.Text{Zh: l.get("zh"), En: l.get("en")}, Guide: checklist.Text{Zh: l.get("guide_zh"), En: l.get("guide_en")},
		Type: checklist.Type(l.code("type", types, "")), Flag: checklist.Flag(l.code("flag", flags, string(checklist.Ordinary))), Points: l.points("points"),
		Standing: l.code("standing", standings, checklist.Proposed), NA: checklist.NANever, When: l.when(), Step: l.points("step"), PassAt: l.points("pass_at"),
	}
	if it.ID == "" {
		l.bad("id", "required")
	}
	if it.Type == "" && l.get("type") == "" {
		l.bad("type", "code", "", types.words())
	}
	if l.yes("na", true) {
		it.NA = checklist.NAAllowed
	}
	if l.yes("certainty", false) {
		it.Certainty = checklist.KnownUnverified
	}
	if b := (checklist.Text{Zh: l.get("basis_zh"), En: l.get("basis_en")}); b != (checklist.Text{}) {
		it.Basis = &b
	}
	for _, key := range split(l.get("sources")) {
		it.Sources = append(it.Sources, strings.ToUpper(key))
	}
	if list := l.sectors("sectors"); list != nil {
		it.Sectors = list
	}
	l.checks(&it)
	if it.Type == checklist.Number {
		it.Range = &checklist.Range{Unit: l.get("range_unit"), Min: l.points("range_min"), Max: l.points("range_max"), PassMin: l.optional("range_pass_min"), PassMax: l.optional("range_pass_max")}
	}
	return it
}

// checks reads how an item is checked and what proves it.
func (l line) checks(it *checklist.Item) {
	for _, cell := range strings.FieldsFunc(l.get("check"), func(r rune) bool { return strings.ContainsRune(",，、;；\n", r) }) {
		parts := []string{strings.TrimSpace(cell)}
		if _, ok := methods.code(parts[0]); !ok {
			parts = split(cell) // letters parted by spaces
		}
		for _, p := range parts {
			m, ok := methods.code(p)
			if !ok {
				l.bad("check", "code", p, methods.words())
				continue
			}
			it.Check = append(it.Check, checklist.Method(m))
		}
	}
	for _, cell := range strings.FieldsFunc(l.get("evidence"), func(r rune) bool { return strings.ContainsRune(",，、;；\n", r) }) {
		kind, on, _ := strings.Cut(strings.NewReplacer("：", ":", "/", ":").Replace(cell), ":")
		k, ok1 := proofs.code(kind)
		o, ok2 := moments.code(on)
		if !ok1 || !ok2 {
			l.bad("evidence", "evidence", strings.TrimSpace(cell), proofs.words(), moments.words())
			continue
		}
		it.Evidence = append(it.Evidence, checklist.Evidence{Kind: k, On: o})
	}
}
