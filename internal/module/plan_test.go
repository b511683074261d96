package module_test

import (
	"context"
	"slices"
	"testing"

	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/module"
	"fangxin/internal/sector"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

// planInForce is the version of a composition with which sheets are made.
func (w *world) planInForce(code string) module.View {
	w.t.Helper()
	list, err := w.s.Plans(testkit.As(w.author), module.PlanListQuery{Code: code})
	w.ok(err)
	for _, v := range list {
		if v.InForce {
			return v
		}
	}
	w.t.Fatalf("no version of %s is in force", code)
	return module.View{}
}

// planDraft begins a version of a composition and changes it.
func (w *world) planDraft(code string, change func(c *checklist.Composition)) module.PlanDetail {
	w.t.Helper()
	d, err := w.s.DraftPlan(testkit.As(w.author), module.PlanDraftCommand{Base: w.planInForce(code).ID})
	w.ok(err)
	change(&d.Body)
	d, err = w.s.SavePlan(testkit.As(w.author), module.PlanSaveCommand{ID: d.ID, Body: d.Body})
	w.ok(err)
	return d
}

// shifted gives the ceramics add-on a place in the sheet of the model shop.
func shifted(c *checklist.Composition) {
	c.Parts[2].Weight = checklist.P(20)
	c.Parts = slices.Insert(c.Parts, 3, checklist.PlanPart{Module: "JAP"})
	c.Frame.Pass[1].Least = new(checklist.P(14))
}

func TestACompositionIsWrittenProposedAndPublishedBySomebodyElse(t *testing.T) {
	each(t, func(w *world) {
		old := w.sheet(checklist.ModelShop, sector.Store)
		d := w.planDraft(checklist.ModelShop, shifted)
		if d.Label != "2026.2" || d.State != lifecycle.ModuleDraft || d.InForce || len(d.Problems) > 0 || d.Kind != checklist.OfPlan {
			t.Errorf("the draft: %+v, problems %v", d.View, d.Problems)
		}
		if len(d.Sheets) != len(d.Body.Sectors) || d.Sheets[0].Full != checklist.P(100) || d.Sheets[0].Vetoes == 0 {
			t.Errorf("its sheets: %+v", d.Sheets)
		}
		if now := w.sheet(checklist.ModelShop, sector.Store); now.Hash() != old.Hash() {
			t.Error("a draft is used")
		}
		w.refused("publishing a draft", step(w.s.Publish(testkit.As(w.second), module.StepCommand{ID: d.ID, Note: "好"})), fault.IllegalStep)
		_, err := w.s.Propose(testkit.As(w.author), module.StepCommand{ID: d.ID, Note: "加入党建专项"})
		w.ok(err)
		_, err = w.s.SavePlan(testkit.As(w.author), module.PlanSaveCommand{ID: d.ID, Body: d.Body})
		w.refused("changing what was proposed", err, fault.IllegalStep)
		w.refused("publishing one's own", step(w.s.Publish(testkit.As(w.author), module.StepCommand{ID: d.ID, Note: "好"})), fault.FourEyes)
		_, err = w.s.Rework(testkit.As(w.second), module.StepCommand{ID: d.ID, Note: "说明写清楚"})
		w.ok(err)
		d.Body.Note = checklist.Text{Zh: "党建专项占二十分", En: "The add-on counts twenty points"}
		_, err = w.s.SavePlan(testkit.As(w.author), module.PlanSaveCommand{ID: d.ID, Body: d.Body})
		w.ok(err)
		v := w.publish(d.ID)
		if !v.InForce || v.PublishedAt == nil || v.Hash == "" {
			t.Errorf("published: %+v", v)
		}
		now := w.sheet(checklist.ModelShop, sector.Store)
		if now.Version != "2026.2" || now.Extent().Full != checklist.P(100) || !slices.ContainsFunc(now.Sections, func(s checklist.Section) bool { return s.Module == "JAP" }) {
			t.Errorf("new sheets are not made by the published version: %s", now.Versions())
		}
		for _, sql := range []string{"UPDATE checklist_module SET body = '{}' WHERE id = ?", "DELETE FROM checklist_module WHERE id = ?"} {
			if _, err = w.d.W.NewRaw(sql, d.ID).Exec(t.Context()); err == nil {
				t.Errorf("the database allows: %s", sql)
			}
		}
		w.ok(w.s.Seed(t.Context())) // the next start leaves it
		if w.planInForce(checklist.ModelShop).ID != v.ID {
			t.Error("the next start replaces the authority's own version")
		}
		_, err = w.s.Retire(testkit.As(w.author), module.StepCommand{ID: d.ID, Note: "发现错误"})
		w.ok(err)
		if again := w.sheet(checklist.ModelShop, sector.Store); again.Hash() != old.Hash() {
			t.Error("retiring does not put the version before into force")
		}
		_, err = w.s.Retire(testkit.As(w.author), module.StepCommand{ID: w.planInForce(checklist.ModelShop).ID, Note: "也停用"})
		w.refused("retiring the last version", err, fault.Conflict)
		d = w.planDraft(checklist.ModelShop, shifted)
		_, err = w.s.Discard(testkit.As(w.author), module.DiscardCommand{ID: d.ID})
		w.ok(err)
		_, err = w.s.Discard(testkit.As(w.author), module.DiscardCommand{ID: d.ID})
		w.refused("discarding twice", err, fault.IllegalStep)
	})
}

func TestACompositionWithProblemsIsNotPublished(t *testing.T) {
	each(t, func(w *world) {
		d := w.planDraft(checklist.ModelShop, func(c *checklist.Composition) { c.Parts[2].Weight = checklist.P(30) })
		if len(d.Problems) != 1 || d.Problems[0].Code != "adds_up" {
			t.Errorf("problems: %v", d.Problems)
		}
		_, err := w.s.Propose(testkit.As(w.author), module.StepCommand{ID: d.ID, Note: "好"})
		w.refused("proposing with problems", err, fault.Conflict)
		w.s.Wanted = func(context.Context, usecase.Reader, string) (map[string]bool, error) {
			return map[string]bool{"store": true}, nil
		}
		d = w.planDraft(checklist.ModelShop, func(c *checklist.Composition) { c.Sectors = []string{"catering"} })
		if len(d.Problems) != 1 || d.Problems[0].Code != "sector_wanted" {
			t.Errorf("problems: %v", d.Problems)
		}
		// What was sound when it was proposed may no longer be: the module went.
		d = w.planDraft("jdz-ceramics-shop", func(c *checklist.Composition) {})
		_, err = w.s.Propose(testkit.As(w.author), module.StepCommand{ID: d.ID, Note: "好"})
		w.ok(err)
		w.publish(w.draft("JDZ", func(m *checklist.Module) { m.Sections[1].Items[0].Points += checklist.P(2) }).ID)
		_, err = w.s.Publish(testkit.As(w.second), module.StepCommand{ID: d.ID, Note: "好"})
		w.refused("publishing what no longer adds up", err, fault.Conflict)
		d.Body.ID = "other"
		d = w.planDraft("jdz-ceramics-shop", func(c *checklist.Composition) {})
		d.Body.ID = "other"
		_, err = w.s.SavePlan(testkit.As(w.author), module.PlanSaveCommand{ID: d.ID, Body: d.Body})
		w.refused("another sheet's content", err, fault.Invalid)
		d.Body.ID, d.Body.Parts = "jdz-ceramics-shop", make([]checklist.PlanPart, module.MaxParts+1)
		_, err = w.s.SavePlan(testkit.As(w.author), module.PlanSaveCommand{ID: d.ID, Body: d.Body})
		w.refused("too many parts", err, fault.Invalid)
	})
}

func TestAnotherSheetIsMadeLikeOne(t *testing.T) {
	each(t, func(w *world) {
		base := w.planInForce(checklist.ModelShop).ID
		draft := func(code string) (module.PlanDetail, error) {
			return w.s.DraftPlan(testkit.As(w.author), module.PlanDraftCommand{Base: base, Code: code, Label: "2027.1"})
		}
		_, err := draft("Nanchang Food")
		w.refused("an id with blanks", err, fault.Invalid)
		_, err = draft("return-test")
		w.refused("the id of another sheet", err, fault.Invalid)
		d, err := draft("nc-food-shop")
		w.ok(err)
		if d.Code != "nc-food-shop" || d.Label != "2027.1" || d.Body.Frame.ID != "nc-food-shop" || len(d.Problems) > 0 {
			t.Errorf("%+v %v", d.View, d.Problems)
		}
		if _, err := w.s.Sheet(t.Context(), w.d.R, "nc-food-shop", sector.Catering); err == nil {
			t.Error("a draft makes sheets")
		}
		w.publish(d.ID)
		if s := w.sheet("nc-food-shop", sector.Catering); s.Scheme != "nc-food-shop" || s.Extent().Items == 0 {
			t.Errorf("%+v", s.Extent())
		}
	})
}

func TestWhoMayWriteAndReadCompositions(t *testing.T) {
	each(t, func(w *world) {
		base := w.planInForce(checklist.ModelShop)
		_, err := w.s.DraftPlan(testkit.As(w.county), module.PlanDraftCommand{Base: base.ID})
		w.refused("an administrator of a county", err, fault.Forbidden)
		_, err = w.s.DraftPlan(testkit.As(w.inspector), module.PlanDraftCommand{Base: base.ID})
		w.refused("an inspector", err, fault.Forbidden)
		d := w.planDraft(checklist.ModelShop, func(*checklist.Composition) {})
		_, err = w.s.Plan(testkit.As(w.inspector), d.ID)
		w.refused("an inspector reading a draft", err, fault.NotFound)
		got, err := w.s.Plan(testkit.As(w.inspector), base.ID)
		w.ok(err)
		if len(got.Actions) > 0 || got.Body.ID != checklist.ModelShop {
			t.Errorf("the inspector may %v of %s", got.Actions, got.Body.ID)
		}
		_, err = w.s.DryRunPlan(testkit.As(w.county), module.DryRunQuery{ID: d.ID})
		w.refused("a county's dry run", err, fault.Forbidden)
		// One door does not open the other kind.
		_, err = w.s.Get(testkit.As(w.author), base.ID)
		w.refused("a composition as a module", err, fault.NotFound)
		_, err = w.s.Plan(testkit.As(w.author), w.inForce("COM").ID)
		w.refused("a module as a composition", err, fault.NotFound)
		_, err = w.s.DraftPlan(testkit.As(w.author), module.PlanDraftCommand{Base: base.ID, Label: d.Label})
		w.refused("a label that is taken", err, fault.Invalid)
	})
}

func TestDiffOfCompositionsIsThatOfTheirSheets(t *testing.T) {
	each(t, func(w *world) {
		d := w.planDraft(checklist.ModelShop, func(c *checklist.Composition) {
			shifted(c)
			c.Sectors = slices.DeleteFunc(c.Sectors, func(s string) bool { return s == "online" })
		})
		diff, err := w.s.DiffPlan(testkit.As(w.author), module.PlanDiffQuery{ID: d.ID, Sector: "store"})
		w.ok(err)
		kinds := map[checklist.ChangeKind]int{}
		for _, c := range diff.Changes {
			kinds[c.Kind]++
		}
		jap := 0
		for _, s := range checklist.Shipped().Module("JAP").Sections {
			jap += len(s.Items)
		}
		if kinds[checklist.Added] != jap || kinds[checklist.Reweighed] == 0 || kinds[checklist.Reframed] != 1 || kinds[checklist.Removed] > 0 {
			t.Errorf("changes: %v", kinds)
		}
		for _, line := range diff.Sectors {
			switch gone := line.Sector == "online"; {
			case gone && (line.Before == nil || line.After != nil), !gone && (line.Before == nil || line.After == nil || line.Changes == 0):
				t.Errorf("%+v", line)
			}
		}
		_, err = w.s.DiffPlan(testkit.As(w.author), module.PlanDiffQuery{ID: d.ID, Sector: "online"})
		w.refused("a sector that one side does not serve", err, fault.Invalid)
		same := w.planDraft(checklist.ModelShop, func(*checklist.Composition) {})
		diff, err = w.s.DiffPlan(testkit.As(w.author), module.PlanDiffQuery{ID: same.ID})
		w.ok(err)
		if len(diff.Changes) > 0 || diff.Sector == "" {
			t.Errorf("a copy differs: %+v", diff.Changes)
		}
		sheet, err := w.s.PlanSheet(testkit.As(w.author), module.PlanSheetQuery{ID: d.ID, Sector: "store"})
		w.ok(err)
		if sheet.Version != d.Label || sheet.Sector != sector.Store {
			t.Errorf("%+v", sheet.Versions())
		}
		_, err = w.s.PlanSheet(testkit.As(w.author), module.PlanSheetQuery{ID: d.ID, Sector: "online"})
		w.refused("the sheet of another sector", err, fault.Invalid)
	})
}

// Past sheets are made anew of the modules that they held, so that only the
// composition differs.
func TestDryRunOfACompositionTellsWhoseGradeWouldChange(t *testing.T) {
	each(t, func(w *world) {
		sheet := w.sheet(checklist.ModelShop, sector.Store)
		mall := w.sheet(checklist.ModelShop, sector.Mall)
		for _, no := range [][]string{{}, {"COM-02", "COM-03", "COM-04"}} {
			w.past = append(w.past, module.Past{ID: ident.New[ident.InspectionID](), Holder: "店", At: testkit.Monday, Sheet: &sheet, Answers: answered(&sheet, no...)})
		}
		w.past = append(w.past, module.Past{ID: ident.New[ident.InspectionID](), Holder: "商场", At: testkit.Monday, Sheet: &mall, Answers: answered(&mall)})
		w.publish(w.draft("COM", func(m *checklist.Module) { // no matter for sheets of before
			it := &m.Sections[0].Items[1]
			it.Flag, it.NA = checklist.VetoItem, checklist.NANever
		}).ID)
		before := checklist.Score(&sheet, w.past[1].Answers)
		d := w.planDraft(checklist.ModelShop, func(c *checklist.Composition) {
			c.Frame.Pass[0].Least = new(before.Score + 1) // a hundredth more than the second has
			c.Sectors = slices.DeleteFunc(c.Sectors, func(s string) bool { return s == "mall" })
		})
		run, err := w.s.DryRunPlan(testkit.As(w.author), module.DryRunQuery{ID: d.ID})
		w.ok(err)
		if !before.Passed || run.Inspections != 3 || run.Changed != 1 || run.Scores != 0 || run.Apart != 1 || len(run.NewItems) != 0 {
			t.Fatalf("before %v; %+v", before.Passed, run)
		}
		if e := run.Effects[0]; e.Inspection != w.past[1].ID || !e.Before.Passed || e.After.Passed || len(e.After.Vetoes) != 0 {
			t.Errorf("%+v", e)
		}
		// A module is weighed as when the sheet was made, whatever is in force now.
		w.publish(w.planDraft(checklist.ModelShop, shifted).ID)
		m := w.draft("STO", func(*checklist.Module) {})
		run, err = w.s.DryRun(testkit.As(w.author), module.DryRunQuery{ID: m.ID})
		w.ok(err)
		if run.Changed != 0 || run.Scores != 0 {
			t.Errorf("an unchanged module changes results: %+v", run)
		}
	})
}
