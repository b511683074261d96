package checklist_test

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"fangxin/internal/checklist"
	"fangxin/internal/sector"
)

// shippedSheets are all sheets that the shipped plans compose.
func shippedSheets(t *testing.T) []checklist.Sheet {
	t.Helper()
	var out []checklist.Sheet
	lib := checklist.Shipped()
	for _, p := range lib.Plans {
		for _, c := range p.Sectors {
			s, err := lib.Sheet(p.ID, sector.Code(c))
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, s)
		}
	}
	return out
}

// draw answers a sheet at random: some items well, some badly, some not at all.
func draw(r *rand.Rand, s *checklist.Sheet) []checklist.Answer {
	var out []checklist.Answer
	bad := r.IntN(4)
	for it := range s.Items() {
		a := checklist.Answer{Item: it.ID, NAReason: "不涉及", Note: "见记录", Photos: []string{proof}, Audio: []string{proof}}
		switch n := r.IntN(20); {
		case n < bad:
			a.Verdict = checklist.Fail
		case n < bad+2:
			a.Verdict = checklist.NotApplicable
		case n < bad+3:
			continue
		default:
			a.Verdict = checklist.Pass
		}
		if a.Verdict == checklist.NotApplicable {
			out = append(out, a)
			continue
		}
		switch it.Type {
		case checklist.Choice:
			a.Choice = it.Options[r.IntN(len(it.Options))].ID
		case checklist.Number:
			n := it.Range.Min + checklist.Points(r.Int64N(int64(it.Range.Max-it.Range.Min)+1))
			a.Number = &n
		case checklist.Graded:
			if it.Step > 0 && r.IntN(3) == 0 {
				n := it.Step * checklist.Points(r.Int64N(int64(it.Points/it.Step)+1))
				a.Score = &n
			}
		}
		out = append(out, a)
	}
	return out
}

func with(answers []checklist.Answer, a checklist.Answer) []checklist.Answer {
	out := []checklist.Answer{a}
	for _, b := range answers {
		if b.Item != a.Item {
			out = append(out, b)
		}
	}
	return out
}

// What must hold for every sheet and whatever is answered.
func TestProperties(t *testing.T) {
	r := rand.New(rand.NewPCG(20260301, 36))
	for _, sheet := range shippedSheets(t) {
		var items []*checklist.Item
		for it := range sheet.Items() {
			items = append(items, it)
		}
		top := sheet.Frame.Full
		if c := sheet.Frame.BonusCap; c != nil {
			top += *c
		}
		for range 150 {
			answers := draw(r, &sheet)
			res := checklist.Score(&sheet, answers)
			name := sheet.Scheme + "/" + string(sheet.Sector)

			if res.Score < 0 || res.Score > top {
				t.Fatalf("%s: score %s is outside 0…%s", name, res.Score, top)
			}
			if sheet.Frame.VetoFails && len(res.Vetoes) > 0 && res.Passed {
				t.Fatalf("%s: passed with vetoes %v", name, res.Vetoes)
			}
			if res.Passed != (len(res.Why) == 0) || len(res.Missing) > 0 && (res.Passed || res.Grade != "") {
				t.Fatalf("%s: passed %v, why %v, missing %v", name, res.Passed, res.Why, res.Missing)
			}
			sum := checklist.Points(0)
			for i, sec := range res.Sections {
				if sec.Score > sec.Max {
					t.Fatalf("%s: section %s has %s of %s", name, sec.ID, sec.Score, sec.Max)
				}
				if sheet.Sections[i].Role == checklist.Base {
					sum += sec.Score
				}
			}
			if sum != res.Base {
				t.Fatalf("%s: sections add up to %s, base is %s", name, sum, res.Base)
			}

			shuffled := append([]checklist.Answer(nil), answers...)
			r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			if again := checklist.Score(&sheet, shuffled); !reflect.DeepEqual(res, again) {
				t.Fatalf("%s: the order of answers matters", name)
			}

			it := items[r.IntN(len(items))]
			if it.Type == checklist.Choice {
				continue // opens and closes other items
			}
			failed := checklist.Answer{Item: it.ID, Verdict: checklist.Fail, Note: "见记录", Photos: []string{proof}, Audio: []string{proof}}
			passed := failed
			passed.Verdict = checklist.Pass
			if it.Type == checklist.Number {
				passed.Number, failed.Number = ends(it.Range)
			}
			bad, good := checklist.Score(&sheet, with(answers, failed)), checklist.Score(&sheet, with(answers, passed))
			if bad.Score > good.Score || bad.Passed && !good.Passed {
				t.Fatalf("%s: failing %s raises %s to %s", name, it.ID, good.Score, bad.Score)
			}
			na := checklist.Score(&sheet, with(answers, checklist.Answer{Item: it.ID, Verdict: checklist.NotApplicable, NAReason: "不涉及"}))
			if it.NA == checklist.NAAllowed && (na.BaseMax > good.BaseMax || na.Score > good.Score && it.Flag == checklist.BonusItem) {
				t.Fatalf("%s: leaving %s out raises the most from %s to %s", name, it.ID, good.BaseMax, na.BaseMax)
			}
			if it.Flag == checklist.VetoItem && sheet.Frame.VetoFails && (bad.Passed || len(bad.Vetoes) == 0) {
				t.Fatalf("%s: veto %s does not fail the sheet", name, it.ID)
			}
		}
	}
}

// A sheet answered well throughout passes, so that the properties above are
// not about sheets that nobody can pass.
func TestEverySheetCanBePassed(t *testing.T) {
	for _, s := range shippedSheets(t) {
		for _, sheet := range []checklist.Sheet{s, s.SelfAssessment()} {
			res := checklist.Score(&sheet, good(&sheet))
			if !res.Passed || res.Score < sheet.Frame.Full {
				t.Errorf("%s/%s self=%v: %s, %v, %v", s.Scheme, s.Sector, sheet.Self, res.Score, res.Why, res.Missing)
			}
		}
	}
}

// good answers everything with yes.
func good(s *checklist.Sheet) []checklist.Answer {
	var out []checklist.Answer
	for it := range s.Items() {
		a := checklist.Answer{Item: it.ID, Verdict: checklist.Pass, Note: "见记录", Photos: []string{proof}}
		switch it.Type {
		case checklist.Choice:
			a.Choice = it.Options[0].ID
		case checklist.Number:
			a.Number, _ = ends(it.Range)
		}
		out = append(out, a)
	}
	return out
}

// ends are a number that passes and one that fails, if any does.
func ends(r *checklist.Range) (good, bad *checklist.Points) {
	if r.PassMax != nil {
		return r.PassMax, &r.Max
	}
	return &r.Max, &r.Min
}
