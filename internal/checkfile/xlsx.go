package checkfile

import (
	"slices"
	"strings"

	"fangxin/internal/checklist"
	"fangxin/internal/i18n"
	"fangxin/internal/sector"
	"fangxin/internal/tabular"
)

// The sheets of the workbook, by their Chinese names; English ones are read too.
var (
	headSheet    = sheetSpec{"head", []string{"field", "value"}}
	sectionSheet = sheetSpec{"sections", []string{"id", "title_zh", "title_en", "role", "weight", "standing", "clauses", "when_item", "when_is"}}
	itemSheet    = sheetSpec{"items", []string{
		"section", "id", "zh", "en", "guide_zh", "guide_en", "type", "flag", "points", "standing", "check", "evidence", "na", "basis_zh", "basis_en", "sources", "certainty",
		"when_item", "when_is", "sectors", "range_unit", "range_min", "range_max", "range_pass_min", "range_pass_max", "step", "pass_at",
	}}
	optionSheet = sheetSpec{"options", []string{"item", "option_id", "zh", "en", "points", "fails"}}
	headFields  = []string{"id", "version", "kind", "title_zh", "title_en", "note_zh", "note_en", "sectors"}
)

type sheetSpec struct {
	key     string
	columns []string
}

func (s sheetSpec) name(lang string) string { return i18n.Shipped().T(lang, "checkfile.sheet_"+s.key) }

// column words a header: the Chinese label of the field.
func column(key, lang string) string {
	for _, prefix := range []string{"checkfile.column_", "module.field_"} {
		if i18n.Shipped().Has(prefix + key) {
			return i18n.Shipped().T(lang, prefix+key)
		}
	}
	return key
}

func (s sheetSpec) header() []string {
	out := make([]string, len(s.columns))
	for i, c := range s.columns {
		out[i] = column(c, i18n.Zh)
	}
	return out
}

// WriteXLSX writes a module into the workbook that holds everything.
func WriteXLSX(m *checklist.Module) ([]byte, error) {
	head := [][]string{headSheet.header()}
	values := map[string]string{
		"id": m.ID, "version": m.Version, "kind": kinds.word(string(m.Kind), i18n.Zh), "title_zh": m.Title.Zh, "title_en": m.Title.En,
		"note_zh": m.Note.Zh, "note_en": m.Note.En, "sectors": sectorNames(m.Sectors),
	}
	for _, f := range headFields {
		head = append(head, []string{column(f, i18n.Zh), tabular.Guard(values[f])})
	}
	sections, items, options := [][]string{sectionSheet.header()}, [][]string{itemSheet.header()}, [][]string{optionSheet.header()}
	for i := range m.Sections {
		s := &m.Sections[i]
		sections = append(sections, guarded(sectionRow(s)))
		for j := range s.Items {
			it := &s.Items[j]
			items = append(items, guarded(itemRow(s, it)))
			for _, o := range it.Options {
				options = append(options, guarded([]string{it.ID, o.ID, o.Text.Zh, o.Text.En, o.Points.String(), boolWord(o.Fails)}))
			}
		}
	}
	wide := []float64{12, 12, 40, 40, 40, 40, 12, 12, 8, 12, 24, 30, 10, 30, 30, 16, 10, 12, 12, 14, 8, 8, 8, 8, 8, 8, 8}
	return tabular.Book(
		tabular.Sheet{Name: headSheet.name(i18n.Zh), Rows: head, Widths: []float64{20, 80}},
		tabular.Sheet{Name: sectionSheet.name(i18n.Zh), Rows: sections, Widths: []float64{12, 30, 40, 12, 10, 12, 10, 14, 14}, Filled: 10},
		tabular.Sheet{Name: itemSheet.name(i18n.Zh), Rows: items, Widths: wide, Filled: 30},
		tabular.Sheet{Name: optionSheet.name(i18n.Zh), Rows: options, Widths: []float64{14, 14, 30, 30, 10, 12}, Filled: 20},
		tabular.Sheet{Name: i18n.Shipped().T(i18n.Zh, "checkfile.sheet_help"), Rows: help(), Widths: []float64{24, 100}},
	)
}

func guarded(row []string) []string {
	for i := range row {
		row[i] = tabular.Guard(row[i])
	}
	return row
}

// help says what may stand in each column.
func help() [][]string {
	rows := [][]string{{i18n.Shipped().T(i18n.Zh, "checkfile.help_column"), i18n.Shipped().T(i18n.Zh, "checkfile.help_values")}}
	add := func(key, text string) { rows = append(rows, []string{column(key, i18n.Zh), text}) }
	for _, x := range []struct {
		key string
		c   codes
	}{{"kind", kinds}, {"type", types}, {"flag", flags}, {"standing", standings}, {"check", methods}, {"role", roles}} {
		add(x.key, x.c.words())
	}
	add("evidence", proofs.words()+" : "+moments.words())
	for _, key := range []string{"when_is", "sources", "points", "na", "id"} {
		add(key, i18n.Shipped().T(i18n.Zh, "checkfile.help_"+key))
	}
	return rows
}

func sectionRow(s *checklist.Section) []string {
	row := []string{s.ID, s.Title.Zh, s.Title.En, roles.word(string(s.Role), i18n.Zh), "", standings.word(s.Standing, i18n.Zh), "", "", ""}
	if s.Weight > 0 {
		row[4] = s.Weight.String()
	}
	if s.Clauses > 0 {
		row[6] = checklist.P(s.Clauses).String()
	}
	row[7], row[8] = whenCells(s.When)
	return row
}

func itemRow(s *checklist.Section, it *checklist.Item) []string {
	v := map[string]string{
		"section": s.ID, "id": it.ID, "zh": it.Text.Zh, "en": it.Text.En, "guide_zh": it.Guide.Zh, "guide_en": it.Guide.En,
		"type": types.word(string(it.Type), i18n.Zh), "flag": flags.word(string(it.Flag), i18n.Zh), "points": it.Points.String(), "standing": standings.word(it.Standing, i18n.Zh),
		"na": boolWord(it.NA != checklist.NANever), "sources": strings.Join(it.Sources, " "), "certainty": boolWord(it.Certainty != ""),
	}
	if it.Basis != nil {
		v["basis_zh"], v["basis_en"] = it.Basis.Zh, it.Basis.En
	}
	var check, proof, in []string
	for _, m := range it.Check {
		check = append(check, methods.word(string(m), i18n.Zh))
	}
	for _, e := range it.Evidence {
		proof = append(proof, proofs.word(e.Kind, i18n.Zh)+":"+moments.word(e.On, i18n.Zh))
	}
	for _, c := range it.Sectors {
		in = append(in, sectorName(sector.Code(c)))
	}
	v["check"], v["evidence"], v["sectors"] = strings.Join(check, "、"), strings.Join(proof, "、"), strings.Join(in, "、")
	v["when_item"], v["when_is"] = whenCells(it.When)
	if r := it.Range; r != nil {
		v["range_unit"], v["range_min"], v["range_max"], v["range_pass_min"], v["range_pass_max"] = r.Unit, r.Min.String(), r.Max.String(), decimal(r.PassMin), decimal(r.PassMax)
	}
	if it.Step > 0 {
		v["step"] = it.Step.String()
	}
	if it.PassAt > 0 {
		v["pass_at"] = it.PassAt.String()
	}
	row := make([]string, len(itemSheet.columns))
	for i, c := range itemSheet.columns {
		row[i] = v[c]
	}
	return row
}

func decimal(p *checklist.Points) string {
	if p == nil {
		return ""
	}
	return p.String()
}

func boolWord(b bool) string {
	if b {
		return yes.word("yes", i18n.Zh)
	}
	return yes.word("no", i18n.Zh)
}

func sectorNames(list []sector.Code) string {
	var out []string
	for _, c := range list {
		out = append(out, sectorName(c))
	}
	return strings.Join(out, "、")
}

func whenCells(w *checklist.When) (item, is string) {
	if w == nil {
		return "", ""
	}
	var out []string
	for _, x := range w.Is {
		if slices.Contains(verdicts.all, x) {
			x = verdicts.word(x, i18n.Zh)
		}
		out = append(out, x)
	}
	return w.Item, strings.Join(out, "、")
}
