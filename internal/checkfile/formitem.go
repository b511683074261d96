package checkfile

import (
	"fmt"
	"slices"
	"strings"

	"fangxin/internal/checklist"
)

// item reads a question; false for kinds that a checklist has no place for,
// which are reported.
func (f *form) item(l line, kind, name string) (checklist.Item, bool) {
	it := checklist.Item{
		ID: strings.ToUpper(l.get("fx_id")), Text: checklist.Text{Zh: l.get("label::中文 (zh)"), En: l.get("label::English (en)")},
		Guide: checklist.Text{Zh: l.get("hint::中文 (zh)"), En: l.get("hint::English (en)")},
		Flag:  checklist.Ordinary, Points: l.points("fx_points"), Standing: checklist.Proposed, NA: checklist.NAAllowed,
		Sources: split(l.get("fx_sources")), Certainty: l.get("fx_certainty"), Step: l.points("fx_step"), PassAt: l.points("fx_pass_at"),
	}
	if it.ID == "" {
		it.ID = f.idOf(name)
	}
	if !f.kind(l, kind, &it) {
		return it, false
	}
	f.own(l, &it)
	it.When = f.when(l)
	if own := l.get("fx_type"); own == "" {
		f.guess(l, &it)
	}
	return it, true
}

// idOf makes an id of a question's name: its own when that is one of the
// module, otherwise the next number.
func (f *form) idOf(name string) string {
	if id := strings.ToUpper(strings.ReplaceAll(name, "_", "-")); strings.HasPrefix(id, f.m.ID+"-") {
		return id
	}
	n := len(f.rows) + 1
	for {
		if id := fmt.Sprintf("%s-%02d", f.m.ID, n); f.rows[id] == 0 {
			return id
		}
		n++
	}
}

// kind reads the type of a question.
func (f *form) kind(l line, kind string, it *checklist.Item) bool {
	kind, list, _ := strings.Cut(kind, " ")
	switch kind {
	case "select_one":
		options := f.lists[strings.TrimSpace(list)]
		switch {
		case list == listYesNo || list == listYesNoNA || verdictList(options):
			it.Type = checklist.YesNo
		case len(options) == 0:
			l.bad("type", "form_list", list)
			return false
		default:
			it.Type, it.Options = checklist.Choice, slices.Clone(options)
		}
	case "integer", "decimal", "range":
		it.Type = checklist.Number
	case "text", "barcode":
		it.Type = checklist.FreeText
	case "image":
		if it.Type = checklist.PhotoItem; strings.Contains(l.get("appearance"), "signature") {
			it.Type = checklist.Signature
		}
	case "geopoint":
		it.Type = checklist.Location
	case "":
		l.bad("type", "required")
		return false
	default:
		f.note("survey", l.n, "type", "form_type", kind, l.get("name"))
		return false
	}
	return true
}

// verdictList reports a list that only says yes, no and perhaps not applicable.
func verdictList(options []checklist.Option) bool {
	yes, no := false, false
	for _, o := range options {
		switch o.ID {
		case "yes", "pass", "1", "true":
			yes = true
		case "no", "fail", "0", "false":
			no = true
		case "na", "n_a", "not_applicable":
		default:
			return false
		}
	}
	return yes && no
}

// own reads the columns that only we write.
func (f *form) own(l line, it *checklist.Item) {
	if v := l.get("fx_type"); v != "" {
		x, ok := types.code(v)
		if !ok {
			l.bad("fx_type", "code", v, types.words())
		}
		it.Type = checklist.Type(x)
	}
	if v := l.get("fx_flag"); v != "" {
		it.Flag = checklist.Flag(v)
	}
	if v := l.get("fx_standing"); v != "" {
		it.Standing = v
	}
	if v := l.get("fx_na"); v != "" {
		it.NA = checklist.Exemption(v)
	}
	for _, c := range split(l.get("fx_check")) {
		it.Check = append(it.Check, checklist.Method(c))
	}
	for _, e := range split(l.get("fx_evidence")) {
		kind, on, _ := strings.Cut(e, ":")
		it.Evidence = append(it.Evidence, checklist.Evidence{Kind: kind, On: on})
	}
	if b := (checklist.Text{Zh: l.get("fx_basis_zh"), En: l.get("fx_basis_en")}); b != (checklist.Text{}) {
		it.Basis = &b
	}
	if list := split(l.get("fx_sectors")); len(list) > 0 {
		it.Sectors = list
	}
	if it.Type == checklist.Number {
		f.numbers(l, it)
	}
	if it.Type != checklist.Choice && it.Type != checklist.Graded {
		it.Options = nil
	}
}

// numbers reads the range: our own column, or a constraint of the plain kind.
func (f *form) numbers(l line, it *checklist.Item) {
	it.Range = &checklist.Range{Max: checklist.P(1000000)}
	if own := l.get("fx_range"); own != "" {
		parts := strings.Split(own, "|")
		for len(parts) < 5 {
			parts = append(parts, "")
		}
		read := func(i int) *checklist.Points {
			s := strings.TrimSpace(parts[i])
			if s == "" {
				return nil
			}
			p, err := checklist.ParsePoints(s)
			if err != nil {
				l.bad("fx_range", "number", s)
			}
			return &p
		}
		if lo, hi := read(0), read(1); lo != nil && hi != nil {
			it.Range.Min, it.Range.Max = *lo, *hi
		}
		it.Range.PassMin, it.Range.PassMax, it.Range.Unit = read(2), read(3), strings.TrimSpace(parts[4])
		return
	}
	expression := l.get("constraint")
	if expression == "" {
		f.note("survey", l.n, "constraint", "form_no_range", it.ID)
		return
	}
	for _, part := range andWord.Split(expression, -1) {
		m := bounds.FindStringSubmatch(strings.TrimSpace(part))
		var p checklist.Points
		err := fmt.Errorf("not plain")
		if m != nil {
			p, err = checklist.ParsePoints(m[2])
		}
		switch {
		case err != nil:
			f.note("survey", l.n, "constraint", "form_expression", expression)
			return
		case m[1][0] == '>':
			it.Range.Min = p
		default:
			it.Range.Max = p
		}
		if len(m[1]) == 1 {
			f.note("survey", l.n, "constraint", "form_bound", m[2])
		}
	}
}

// guess fills in what a form of another tool does not say: how it is checked,
// what proves it, and wordings that exist in one language only.
func (f *form) guess(l line, it *checklist.Item) {
	if len(it.Check) == 0 {
		it.Check = checklist.Words[checklist.Method]{checklist.Site}
	}
	if len(it.Sources) == 0 {
		it.Sources = checklist.Words[string]{"GEN"}
	}
	if strings.EqualFold(l.get("required"), "yes") || strings.EqualFold(l.get("required"), "true") {
		it.NA = checklist.NANever
	}
	if it.Type == checklist.YesNo {
		it.Evidence = []checklist.Evidence{{Kind: "photo", On: "fail"}}
	}
	f.note("survey", l.n, "", "form_guessed", it.ID)
}
