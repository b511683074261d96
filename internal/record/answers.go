package record

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"fangxin/internal/checklist"
	"fangxin/internal/i18n"
)

// Words words answers and corrections in one language.
type Words struct {
	Texts *i18n.Catalogue
	Lang  string
}

// Answer words what was found on an item, without note and photos.
func (w Words) Answer(item *checklist.Item, a *checklist.Answer) string {
	if a == nil {
		return "—"
	}
	var parts []string
	add := func(s string) {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if a.Verdict != "" {
		add(w.Texts.T(w.Lang, "checklist.verdict."+string(a.Verdict)))
	}
	if a.Score != nil {
		add(a.Score.String() + " / " + item.Points.String())
	}
	if a.Number != nil {
		add(w.number(item, a.Number.String()))
	}
	add(w.option(item, a.Choice))
	add(a.Text)
	add(a.NAReason)
	if a.Refused != "" {
		add(w.Texts.T(w.Lang, "bureau.refused_to_sign") + " " + a.Refused)
	}
	if a.Place != nil {
		add(w.Place(a.Place))
	}
	return strings.Join(parts, " · ")
}

// Place words a position with its datum and accuracy.
func (w Words) Place(p *checklist.Place) string {
	degrees := func(e7 int64) string { return strconv.FormatFloat(float64(e7)/1e7, 'f', 6, 64) }
	return w.Texts.T(w.Lang, "record.place", degrees(p.LatE7), degrees(p.LngE7), strings.ToUpper(p.Datum), p.Accuracy)
}

func (w Words) number(item *checklist.Item, n string) string {
	if item.Range != nil && item.Range.Unit != "" {
		return n + " " + item.Range.Unit
	}
	return n
}

func (w Words) option(item *checklist.Item, id string) string {
	for _, o := range item.Options {
		if o.ID == id && id != "" {
			return o.Text.In(w.Lang)
		}
	}
	return id
}

// ChangeLine is what a correction does to one item.
type ChangeLine struct {
	Item   string
	Label  string
	Fields []FieldLine
}

// FieldLine is one field before and after, in words; photos by hash.
type FieldLine struct {
	Name                 string
	Old, New             string
	OldPhotos, NewPhotos []string
}

// Changes words a correction field by field.
func (w Words) Changes(sheet *checklist.Sheet, changes []Change) []ChangeLine {
	out := make([]ChangeLine, len(changes))
	for i, ch := range changes {
		item := sheet.Item(ch.Item)
		if item == nil {
			item = &checklist.Item{ID: ch.Item}
		}
		out[i] = ChangeLine{Item: ch.Item, Label: ch.Label.In(w.Lang)}
		for _, f := range readable(ch.Fields) {
			line := FieldLine{Name: w.Texts.T(w.Lang, "record.field."+f.Name)}
			line.Old, line.OldPhotos = w.value(item, f.Name, f.Old)
			line.New, line.NewPhotos = w.value(item, f.Name, f.New)
			out[i].Fields = append(out[i].Fields, line)
		}
	}
	return out
}

// order is that in which people read the fields of an answer.
var order = []string{"verdict", "score", "number", "choice", "text", "na_reason", "note", "photos", "audio", "place", "signature", "refused"}

func readable(fields []Field) []Field {
	out := slices.Clone(fields)
	slices.SortStableFunc(out, func(a, b Field) int { return slices.Index(order, a.Name) - slices.Index(order, b.Name) })
	return out
}

// value words one field's JSON; an absent one is "—".
func (w Words) value(item *checklist.Item, name string, raw json.RawMessage) (string, []string) {
	if len(raw) == 0 {
		return "—", nil
	}
	switch name {
	case "photos", "audio":
		var list []string
		if json.Unmarshal(raw, &list) == nil {
			return w.Texts.T(w.Lang, "record.files", len(list)), list
		}
	case "score", "number":
		var n checklist.Points
		if json.Unmarshal(raw, &n) == nil {
			if name == "number" {
				return w.number(item, n.String()), nil
			}
			return n.String(), nil
		}
	case "place":
		var p checklist.Place
		if json.Unmarshal(raw, &p) == nil {
			return w.Place(&p), nil
		}
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return string(raw), nil
	}
	switch name {
	case "verdict":
		return w.Texts.T(w.Lang, "checklist.verdict."+s), nil
	case "choice":
		return w.option(item, s), nil
	}
	return s, nil
}
