package checklist_test

import (
	"slices"
	"strings"
	"testing"

	"fangxin/internal/checklist"
	"fangxin/internal/sector"
)

func composition(t *testing.T, id string) checklist.Composition {
	t.Helper()
	c, ok := checklist.Shipped().Composition(id)
	if !ok {
		t.Fatalf("no plan %s", id)
	}
	return c.Clone()
}

func TestShippedCompositionsAreSound(t *testing.T) {
	lib := checklist.Shipped()
	for _, p := range lib.Plans {
		c := composition(t, p.ID)
		for _, x := range lib.LintPlan(&c) {
			t.Errorf("%s: %v", p.ID, x)
		}
		again := lib.WithPlans(&c)
		for _, code := range p.Sectors {
			want, err := lib.Sheet(p.ID, sector.Code(code))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := again.Sheet(p.ID, sector.Code(code)); err != nil || got.Hash() != want.Hash() {
				t.Errorf("%s/%s differs as a composition: %v", p.ID, code, err)
			}
		}
	}
}

// Each thing that an author can get wrong is named, with its place.
func TestLintPlanNames(t *testing.T) {
	lib := checklist.Shipped()
	p := checklist.P
	for want, change := range map[string]func(c *checklist.Composition){
		"parts module_gone NOPE":          func(c *checklist.Composition) { c.AddPart("NOPE") },
		"parts part_twice":                func(c *checklist.Composition) { c.AddPart("COM") },
		"parts no_parts":                  func(c *checklist.Composition) { c.Parts = nil },
		"parts section_gone COM-X":        func(c *checklist.Composition) { c.Parts[1].Only = []string{"COM-X"} },
		"parts only_sector":               func(c *checklist.Composition) { c.Parts[2].Only = []string{"STO"} },
		"parts points_range":              func(c *checklist.Composition) { c.Parts[2].Weight = p(-1) },
		"weight weight_exact":             func(c *checklist.Composition) { c.Parts[2].Weight = 3333 },
		"parts adds_up 90 100":            func(c *checklist.Composition) { c.Parts[2].Weight = p(30) },
		"parts no_veto":                   func(c *checklist.Composition) { c.Parts = []checklist.PlanPart{{Module: "PLAIN"}} },
		"veto_fails veto_idle":            func(c *checklist.Composition) { c.Frame.VetoFails = false },
		"pass rule_idle NONE":             func(c *checklist.Composition) { c.Frame.Pass[1].Of = checklist.Words[string]{"NONE"} },
		"pass no_limit":                   func(c *checklist.Composition) { c.Frame.Pass[0].Least = nil },
		"pass no_pass":                    func(c *checklist.Composition) { c.Frame.Pass, c.Frame.VetoFails = nil, false },
		"full no_full":                    func(c *checklist.Composition) { c.Frame.Full = 0 },
		"sectors no_sector":               func(c *checklist.Composition) { c.Sectors = nil },
		"sectors unknown moon":            func(c *checklist.Composition) { c.Sectors = []string{"moon"} },
		"id plan_id":                      func(c *checklist.Composition) { c.ID = "Shop" },
		"title.en empty_en":               func(c *checklist.Composition) { c.Title.En = "" },
		"parts sheet_empty jx-model-shop": func(c *checklist.Composition) { c.Parts = []checklist.PlanPart{{Module: "EMPTY"}} },
	} {
		c := composition(t, checklist.ModelShop)
		change(&c)
		with := lib.With(&checklist.Module{ID: "EMPTY"}, &checklist.Module{ID: "PLAIN", Sections: []checklist.Section{{
			ID: "PLAIN", Role: checklist.Base, Items: []checklist.Item{{ID: "PLAIN-01", Points: p(100), Flag: checklist.Ordinary}}}}})
		var got []string
		for _, x := range with.LintPlan(&c) {
			got = append(got, strings.Join(append([]string{x.Field, x.Code}, x.Args...), " "))
			if w := x.Words("zh"); w == "" || strings.Contains(w, "checklist.problem") || strings.Contains(w, "{") {
				t.Errorf("%s has no words: %q", x.Code, w)
			}
		}
		if !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, want) }) {
			t.Errorf("want %q, got %q", want, got)
		}
	}
}

func TestProblemsNameSectorsInWords(t *testing.T) {
	c := composition(t, checklist.ModelShop)
	c.Sectors, c.Parts[2].Weight = []string{"store", "catering"}, checklist.P(30)
	list := checklist.Shipped().LintPlan(&c)
	if len(list) != 1 || !strings.Contains(list[0].Words("zh"), "商店、餐饮") || !strings.Contains(list[0].Words("en"), "Store, Catering") {
		t.Errorf("%+v", list)
	}
}

func TestPartsMove(t *testing.T) {
	c := composition(t, checklist.ModelShop)
	before := c.Clone()
	if c.MovePart(0, -1) || c.MovePart(len(c.Parts)-1, 1) || c.MovePart(9, 1) || c.RemovePart(9) || c.RemovePart(-1) {
		t.Error("a part moved out of the sheet")
	}
	if !c.MovePart(0, 1) || c.Parts[0].Module != before.Parts[1].Module || !c.MovePart(1, -1) {
		t.Error("parts do not change places")
	}
	_, a, _ := c.Marshal()
	_, b, _ := before.Marshal()
	if a != b {
		t.Error("there and back is another composition")
	}
	sheet, err := checklist.Shipped().Sheet(c.ID, sector.Store)
	if err != nil {
		t.Fatal(err)
	}
	if x := sheet.Extent(); x.Full != checklist.P(100) || x.Vetoes == 0 || x.Items < 30 || x.Extra == 0 {
		t.Errorf("%+v", x)
	}
}
