package export

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	rec "fangxin/internal/record"
	"fangxin/internal/sector"
)

// answers is every answer of the inspections that the person who asked may
// see, with the version of the sheet and the words that its author saw: one
// that was changed later and one to an item that no sheet has any more too.
func (s *Service) answers(r *record) source[inspection.Given] {
	by, q := r.Actor.principal(), inspection.GivenQuery{Division: r.Filter.Division, Sector: r.Filter.Sector}
	return source[inspection.Given]{
		columns: answerColumns,
		count:   func(ctx context.Context) (int, error) { return s.visits.CountGiven(ctx, s.rt.DB.R, q, by) },
		portion: func(ctx context.Context, after string) ([]inspection.Given, string, error) {
			q.After = ident.InspectionID(after)
			rows, next, err := s.visits.GivenPortion(ctx, s.rt.DB.R, q, by)
			return rows, string(next), err
		},
	}
}

// answerColumns begin with the visit and end with who answered, when and on
// what.
var answerColumns = []column[inspection.Given]{
	{"inspection", 36, func(_ *Service, _ string, v inspection.Given) string { return string(v.Inspection) }},
	{"visited", 30, func(_ *Service, _ string, v inspection.Given) string { return v.Holder }},
	{"address", 40, func(_ *Service, _ string, v inspection.Given) string { return v.Address }},
	{"division", 10, func(_ *Service, _ string, v inspection.Given) string { return v.Division }},
	{"visit_state", 12, func(_ *Service, lang string, v inspection.Given) string {
		return lifecycle.Inspection.Label(v.State, lang)
	}},
	{"submitted", 20, func(_ *Service, _ string, v inspection.Given) string { return minute(v.SubmittedAt) }},
	{"sector", 10, func(_ *Service, lang string, v inspection.Given) string {
		if info, ok := sector.Lookup(v.Sector); ok {
			return info.Name(lang)
		}
		return string(v.Sector)
	}},
	{"plan", 20, func(_ *Service, _ string, v inspection.Given) string {
		return strings.TrimSpace(v.Plan + " " + v.PlanVersion)
	}},
	{"sheet_hash", 20, func(_ *Service, _ string, v inspection.Given) string { return v.SheetHash }},
	{"module", 16, func(_ *Service, _ string, v inspection.Given) string {
		return strings.TrimSpace(v.Module + " " + v.ModuleVersion)
	}},
	{"section", 20, func(_ *Service, lang string, v inspection.Given) string { return v.Section.In(lang) }},
	{"item", 12, func(_ *Service, _ string, v inspection.Given) string { return v.Item.ID }},
	{"wording", 50, func(_ *Service, lang string, v inspection.Given) string { return v.Item.Text.In(lang) }},
	{"flag", 10, func(s *Service, lang string, v inspection.Given) string {
		if v.Item.Flag == "" {
			return ""
		}
		return s.texts.T(lang, "checklist.flag."+string(v.Item.Flag))
	}},
	{"verdict", 12, func(s *Service, lang string, v inspection.Given) string {
		switch {
		case rec.TakenBack(v.Answer):
			return s.texts.T(lang, "export.taken_back")
		case v.Answer.Verdict == "":
			return ""
		}
		return s.texts.T(lang, "checklist.verdict."+string(v.Answer.Verdict))
	}},
	{"value", 20, func(_ *Service, lang string, v inspection.Given) string { return valueOf(v, lang) }},
	{"note", 40, func(_ *Service, _ string, v inspection.Given) string {
		return strings.TrimSpace(v.Answer.NAReason + " " + v.Answer.Note)
	}},
	{"evidence", 20, func(_ *Service, _ string, v inspection.Given) string {
		return strings.Join(append(append([]string{}, v.Answer.Photos...), v.Answer.Audio...), " ")
	}},
	{"entry", 8, func(_ *Service, _ string, v inspection.Given) string { return strconv.FormatInt(v.N, 10) }},
	{"counts", 8, func(s *Service, lang string, v inspection.Given) string {
		return s.texts.T(lang, "export.counts_"+strconv.FormatBool(v.Counts))
	}},
	{"by", 12, func(_ *Service, _ string, v inspection.Given) string { return v.By }},
	{"device", 14, func(_ *Service, _ string, v inspection.Given) string { return v.Device }},
	{"device_at", 20, func(_ *Service, _ string, v inspection.Given) string { return minute(v.DeviceAt) }},
	{"received_at", 20, func(_ *Service, _ string, v inspection.Given) string { return minute(v.ReceivedAt) }},
	{"answer_id", 36, func(_ *Service, _ string, v inspection.Given) string { return v.ID }},
}

// minute is an instant by the clock of Beijing.
func minute(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(ident.Beijing).Format("2006-01-02 15:04:05")
}

// valueOf is what was answered beside a verdict, in the words of the sheet.
func valueOf(v inspection.Given, lang string) string {
	var parts []string
	add := func(text string) {
		if text != "" {
			parts = append(parts, text)
		}
	}
	a := v.Answer
	if a.Score != nil {
		add(a.Score.String())
	}
	if a.Number != nil {
		unit := ""
		if v.Item.Range != nil {
			unit = v.Item.Range.Unit
		}
		add(strings.TrimSpace(a.Number.String() + " " + unit))
	}
	if a.Choice != "" {
		label := a.Choice
		for _, o := range v.Item.Options {
			if o.ID == a.Choice {
				label = o.Text.In(lang)
			}
		}
		add(label)
	}
	add(a.Text)
	add(a.Signature)
	add(a.Refused)
	if p := a.Place; p != nil {
		add(fmt.Sprintf("%.7f,%.7f %s", float64(p.LatE7)/1e7, float64(p.LngE7)/1e7, p.Datum))
	}
	return strings.Join(parts, " ")
}
