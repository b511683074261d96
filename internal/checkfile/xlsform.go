package checkfile

import (
	"fmt"
	"slices"
	"strings"

	"fangxin/internal/checklist"
	"fangxin/internal/i18n"
	"fangxin/internal/sector"
	"fangxin/internal/tabular"
)

// XLSForm holds questions, wordings, options, ranges and simple conditions in
// columns of its own (https://xlsform.org). Points, flags and whatever else it
// does not know stand in columns that begin with fx_: other tools ignore them,
// and nothing is lost on the way back.
var (
	surveyColumns = []string{
		"type", "name", "label::中文 (zh)", "label::English (en)", "hint::中文 (zh)", "hint::English (en)", "required", "relevant", "constraint", "appearance",
		"fx_id", "fx_type", "fx_flag", "fx_points", "fx_standing", "fx_check", "fx_evidence", "fx_na", "fx_basis_zh", "fx_basis_en", "fx_sources", "fx_certainty",
		"fx_when", "fx_sectors", "fx_range", "fx_step", "fx_pass_at", "fx_role", "fx_weight", "fx_clauses",
	}
	choiceColumns  = []string{"list_name", "name", "label::中文 (zh)", "label::English (en)", "fx_points", "fx_fails"}
	settingColumns = []string{"form_title", "form_id", "version", "default_language", "fx_kind", "fx_title_en", "fx_note_zh", "fx_note_en", "fx_sectors"}
)

// Names of the choice lists that stand for a verdict.
const (
	listYesNo   = "fx_yes_no"
	listYesNoNA = "fx_yes_no_na"
)

// companion marks rows that are made for other tools and not read back.
const companion = "companion"

// survey collects the rows of an XLSForm and what they cannot say.
type survey struct {
	rows, choices, report [][]string
	m                     *checklist.Module
}

// WriteXLSForm writes a module as XLSForm. A last sheet lists row by row what
// other tools will not apply.
func WriteXLSForm(m *checklist.Module) ([]byte, error) {
	s := &survey{m: m, rows: [][]string{surveyColumns}, choices: [][]string{choiceColumns},
		report: [][]string{{"row", "name", "zh", "en"}}}
	for _, name := range []string{listYesNo, listYesNoNA} {
		for _, v := range verdicts.all {
			if v == string(checklist.NotApplicable) && name == listYesNo {
				continue
			}
			s.choices = append(s.choices, []string{name, v, verdicts.word(v, i18n.Zh), verdicts.word(v, i18n.En), "", ""})
		}
	}
	for i := range m.Sections {
		s.section(&m.Sections[i])
	}
	setting := []string{m.Title.Zh, m.ID, m.Version, "中文 (zh)", string(m.Kind), m.Title.En, m.Note.Zh, m.Note.En, sectorCodes(m.Sectors)}
	for _, rows := range [][][]string{s.rows[1:], s.choices[1:], {setting}} {
		for _, row := range rows {
			guarded(row)
		}
	}
	return tabular.Book(
		tabular.Sheet{Name: "survey", Rows: s.rows, Widths: []float64{24, 16, 40, 40, 40, 40, 9, 30, 30, 14}},
		tabular.Sheet{Name: "choices", Rows: s.choices, Widths: []float64{18, 14, 30, 30}},
		tabular.Sheet{Name: "settings", Rows: [][]string{settingColumns, setting}, Widths: []float64{30, 12, 12, 20}},
		tabular.Sheet{Name: "fx_report", Rows: s.report, Widths: []float64{8, 16, 70, 70}},
	)
}

func sectorCodes(list []sector.Code) string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = string(c)
	}
	return strings.Join(out, " ")
}

// put adds a row of the survey from its named cells and gives its number.
func (s *survey) put(cells map[string]string) int {
	row := make([]string, len(surveyColumns))
	for i, c := range surveyColumns {
		row[i] = cells[c]
	}
	s.rows = append(s.rows, row)
	return len(s.rows)
}

func (s *survey) say(row int, name, code string, args ...any) {
	s.report = append(s.report, []string{fmt.Sprint(row), name, i18n.Shipped().T(i18n.Zh, "checkfile."+code, args...), i18n.Shipped().T(i18n.En, "checkfile."+code, args...)})
}

// nameOf is an id as XLSForm allows it.
func nameOf(id string) string { return strings.ReplaceAll(id, "-", "_") }

func (s *survey) section(sec *checklist.Section) {
	cells := map[string]string{
		"type": "begin_group", "name": "g_" + nameOf(sec.ID), "label::中文 (zh)": sec.Title.Zh, "label::English (en)": sec.Title.En, "fx_id": sec.ID,
		"fx_role": string(sec.Role), "fx_standing": sec.Standing, "fx_when": whenCode(sec.When),
	}
	if sec.Weight > 0 {
		cells["fx_weight"] = sec.Weight.String()
	}
	if sec.Clauses > 0 {
		cells["fx_clauses"] = fmt.Sprint(sec.Clauses)
	}
	plain := true
	if cells["relevant"], plain = s.relevant(sec.When); sec.When != nil && !plain {
		defer s.say(len(s.rows)+1, cells["name"], "form_relevant", sec.When.Item)
	}
	row := s.put(cells)
	if sec.Role != checklist.Base || sec.Weight > 0 {
		s.say(row, cells["name"], "form_section")
	}
	for i := range sec.Items {
		s.item(&sec.Items[i])
	}
	s.put(map[string]string{"type": "end_group", "name": "g_" + nameOf(sec.ID)})
}

func (s *survey) item(it *checklist.Item) {
	name := nameOf(it.ID)
	cells := map[string]string{
		"name": name, "label::中文 (zh)": it.Text.Zh, "label::English (en)": it.Text.En, "hint::中文 (zh)": it.Guide.Zh, "hint::English (en)": it.Guide.En,
		"fx_id": it.ID, "fx_type": string(it.Type), "fx_flag": string(it.Flag), "fx_points": it.Points.String(), "fx_standing": it.Standing,
		"fx_na": string(it.NA), "fx_sources": strings.Join(it.Sources, " "), "fx_certainty": it.Certainty, "fx_when": whenCode(it.When), "fx_sectors": strings.Join(it.Sectors, " "),
	}
	if it.Flag != checklist.BonusItem {
		cells["required"] = "yes"
	}
	var check, proof []string
	for _, m := range it.Check {
		check = append(check, string(m))
	}
	for _, e := range it.Evidence {
		proof = append(proof, e.Kind+":"+e.On)
	}
	cells["fx_check"], cells["fx_evidence"] = strings.Join(check, " "), strings.Join(proof, " ")
	if it.Basis != nil {
		cells["fx_basis_zh"], cells["fx_basis_en"] = it.Basis.Zh, it.Basis.En
	}
	s.typed(it, cells)
	plain := true
	if cells["relevant"], plain = s.relevant(it.When); !plain {
		defer s.say(len(s.rows)+1, name, "form_relevant", it.When.Item)
	}
	row := s.put(cells)
	if it.Points > 0 || it.Flag != checklist.Ordinary {
		s.say(row, name, "form_scoring", flags.word(string(it.Flag), i18n.Zh), it.Points.String())
	}
	if len(it.Sectors) > 0 {
		s.say(row, name, "form_sectors", strings.Join(it.Sectors, " "))
	}
	s.companions(it, name, row)
}

// typed fills the columns that depend on the type of the item.
func (s *survey) typed(it *checklist.Item, cells map[string]string) {
	switch it.Type {
	case checklist.YesNo, checklist.TestTrade:
		if cells["type"] = "select_one " + listYesNoNA; it.NA == checklist.NANever {
			cells["type"] = "select_one " + listYesNo
		}
	case checklist.Graded, checklist.Choice:
		if len(it.Options) > 0 {
			list := "l_" + nameOf(it.ID)
			cells["type"] = "select_one " + list
			for _, o := range it.Options {
				fails := ""
				if o.Fails {
					fails = "yes"
				}
				s.choices = append(s.choices, []string{list, o.ID, o.Text.Zh, o.Text.En, o.Points.String(), fails})
			}
		} else {
			cells["type"], cells["constraint"] = "decimal", ". >= 0 and . <= "+it.Points.String()
		}
		if it.Step > 0 {
			cells["fx_step"] = it.Step.String()
		}
		if it.PassAt > 0 {
			cells["fx_pass_at"] = it.PassAt.String()
		}
	case checklist.Number:
		cells["type"] = "decimal"
		if r := it.Range; r != nil {
			cells["constraint"] = ". >= " + r.Min.String() + " and . <= " + r.Max.String()
			cells["fx_range"] = strings.Join([]string{r.Min.String(), r.Max.String(), decimal(r.PassMin), decimal(r.PassMax), r.Unit}, " | ")
		}
	case checklist.PhotoItem:
		cells["type"] = "image"
	case checklist.Signature:
		cells["type"], cells["appearance"] = "image", "signature"
	case checklist.Location:
		cells["type"] = "geopoint"
	default:
		cells["type"] = "text"
	}
}

// companions are rows by which other tools ask for proofs and reasons.
func (s *survey) companions(it *checklist.Item, name string, row int) {
	add := func(kind, suffix, key, relevant string) {
		s.put(map[string]string{
			"type": kind, "name": name + "_" + suffix, "label::中文 (zh)": it.ID + " " + i18n.Shipped().T(i18n.Zh, key), "label::English (en)": it.ID + " " + i18n.Shipped().T(i18n.En, key),
			"required": "yes", "relevant": relevant, "fx_type": companion,
		})
	}
	verdict := it.Type == checklist.YesNo || it.Type == checklist.TestTrade
	for _, e := range it.Evidence {
		relevant := "${" + name + "} = '" + e.On + "'"
		switch {
		case e.On == "always":
			relevant = "${" + name + "} != ''"
		case !verdict:
			s.say(row, name, "form_evidence", proofs.word(e.Kind, i18n.Zh), moments.word(e.On, i18n.Zh))
			continue
		}
		add(map[string]string{"photo": "image", "audio": "audio", "note": "text"}[e.Kind], e.Kind+"_"+e.On, "module.proof_"+e.Kind, relevant)
	}
	switch {
	case verdict && it.NA != checklist.NANever:
		add("text", "na_reason", "checklist.gap.na_reason", "${"+name+"} = 'na'")
	case !verdict && it.NA != checklist.NANever:
		s.say(row, name, "form_na")
	}
}

func whenCode(w *checklist.When) string {
	if w == nil {
		return ""
	}
	return w.Item + " = " + strings.Join(w.Is, " ")
}

// relevant words a condition as an expression; plain is false where another
// tool cannot decide it, because it depends on how a number is judged.
func (s *survey) relevant(w *checklist.When) (expression string, plain bool) {
	if w == nil {
		return "", true
	}
	sec, at := s.m.Find(w.Item)
	if sec == nil {
		return "", false
	}
	it := &sec.Items[at]
	asked := it.Type == checklist.YesNo || it.Type == checklist.TestTrade
	var parts []string
	for _, is := range w.Is {
		option := slices.ContainsFunc(it.Options, func(o checklist.Option) bool { return o.ID == is })
		if !asked && !option {
			return "", false
		}
		parts = append(parts, "${"+nameOf(w.Item)+"} = '"+is+"'")
	}
	return strings.Join(parts, " or "), true
}
