package module_test

import (
	"context"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/db"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/module"
	"fangxin/internal/sector"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

// world is a province with two authors, seeded with the shipped modules.
type world struct {
	t                                 *testing.T
	d                                 *db.DB
	rt                                *usecase.Runtime
	s                                 *module.Service
	author, second, county, inspector access.Principal
	past                              []module.Past
}

func each(t *testing.T, fn func(w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rt, _, _ := testkit.Runtime(d)
		w := &world{t: t, d: d, rt: rt, s: module.New(rt, "/36/"),
			author: testkit.Staff(access.ProvinceOfficer, "/36/"), second: testkit.Staff(access.Administrator, "/36/"),
			county: testkit.Staff(access.Administrator, "/36/3601/360102/"), inspector: testkit.Staff(access.Inspector, "/36/3601/360102/"),
		}
		w.s.Past = func(context.Context, usecase.Reader, string, string, int) ([]module.Past, error) { return w.past, nil }
		w.ok(w.s.Seed(t.Context()))
		fn(w)
	})
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) refused(what string, err error, code fault.Code) {
	w.t.Helper()
	if !fault.Is(err, code) {
		w.t.Errorf("%s: %v, want %s", what, err, code)
	}
}

// inForce is the version of a module with which sheets are made.
func (w *world) inForce(code string) module.View {
	w.t.Helper()
	list, err := w.s.List(testkit.As(w.author), module.ListQuery{Code: code})
	w.ok(err)
	for _, v := range list {
		if v.InForce {
			return v
		}
	}
	w.t.Fatalf("no version of %s is in force", code)
	return module.View{}
}

// draft begins a version of a module and changes it.
func (w *world) draft(code string, change func(m *checklist.Module)) module.Detail {
	w.t.Helper()
	d, err := w.s.Draft(testkit.As(w.author), module.DraftCommand{Base: w.inForce(code).ID})
	w.ok(err)
	change(&d.Body)
	d, err = w.s.Save(testkit.As(w.author), module.SaveCommand{ID: d.ID, Body: d.Body})
	w.ok(err)
	return d
}

func (w *world) publish(id ident.ModuleID) module.View {
	w.t.Helper()
	_, err := w.s.Propose(testkit.As(w.author), module.StepCommand{ID: id, Note: "按年度方案调整"})
	w.ok(err)
	v, err := w.s.Publish(testkit.As(w.second), module.StepCommand{ID: id, Note: "已核对"})
	w.ok(err)
	return v
}

func (w *world) sheet(plan string, code sector.Code) checklist.Sheet {
	w.t.Helper()
	s, err := w.s.Sheet(w.t.Context(), w.d.R, plan, code)
	w.ok(err)
	return s
}

func TestSeededSheetsAreTheShippedOnes(t *testing.T) {
	each(t, func(w *world) {
		for _, p := range checklist.Shipped().Plans {
			for _, c := range p.Sectors {
				want, err := checklist.Shipped().Sheet(p.ID, sector.Code(c))
				w.ok(err)
				if got := w.sheet(p.ID, sector.Code(c)); got.Hash() != want.Hash() {
					t.Errorf("%s/%s differs from the shipped sheet", p.ID, c)
				}
			}
		}
		before, err := w.s.List(testkit.As(w.author), module.ListQuery{})
		w.ok(err)
		if len(before) != len(checklist.Shipped().Modules) {
			t.Errorf("%d versions, %d modules are shipped", len(before), len(checklist.Shipped().Modules))
		}
		w.ok(w.s.Seed(t.Context())) // the next start
		after, err := w.s.List(testkit.As(w.author), module.ListQuery{})
		w.ok(err)
		if len(after) != len(before) {
			t.Errorf("a second start made %d versions of %d", len(after), len(before))
		}
	})
}

func TestAVersionIsWrittenProposedAndPublishedBySomebodyElse(t *testing.T) {
	each(t, func(w *world) {
		old := w.sheet(checklist.ModelShop, sector.Store)
		d := w.draft("COM", func(m *checklist.Module) { m.Sections[0].Items[1].Text.Zh = "亮照亮证，字迹清楚" })
		if d.Label != "2026.2" || d.State != lifecycle.ModuleDraft || d.InForce || len(d.Problems) > 0 || len(d.Plans) == 0 {
			t.Errorf("the draft: %+v, problems %v", d.View, d.Problems)
		}
		w.refused("publishing a draft", step(w.s.Publish(testkit.As(w.second), module.StepCommand{ID: d.ID, Note: "好"})), fault.IllegalStep)
		_, err := w.s.Propose(testkit.As(w.author), module.StepCommand{ID: d.ID, Note: " "})
		w.refused("a blank note", err, fault.Invalid)
		_, err = w.s.Propose(testkit.As(w.author), module.StepCommand{ID: d.ID, Note: "改清楚"})
		w.ok(err)
		_, err = w.s.Save(testkit.As(w.author), module.SaveCommand{ID: d.ID, Body: d.Body})
		w.refused("changing what was proposed", err, fault.IllegalStep)
		_, err = w.s.Publish(testkit.As(w.author), module.StepCommand{ID: d.ID, Note: "好"})
		w.refused("publishing one's own", err, fault.FourEyes)
		_, err = w.s.Rework(testkit.As(w.second), module.StepCommand{ID: d.ID, Note: "英文也要改"})
		w.ok(err)
		d.Body.Sections[0].Items[1].Text.En = "Licences are shown and can be read"
		d, err = w.s.Save(testkit.As(w.author), module.SaveCommand{ID: d.ID, Body: d.Body})
		w.ok(err)
		v := w.publish(d.ID)
		if !v.InForce || v.PublishedAt == nil || v.Hash == "" {
			t.Errorf("published: %+v", v)
		}
		now := w.sheet(checklist.ModelShop, sector.Store)
		if now.Hash() == old.Hash() || now.Item("COM-02").Text.Zh != "亮照亮证，字迹清楚" {
			t.Error("new sheets do not hold the published version")
		}
		_, err = w.d.W.NewRaw("UPDATE checklist_module SET body = '{}' WHERE id = ?", d.ID).Exec(t.Context())
		if err == nil {
			t.Error("the database lets a published version be changed")
		}
		_, err = w.d.W.NewRaw("DELETE FROM checklist_module WHERE id = ?", d.ID).Exec(t.Context())
		if err == nil {
			t.Error("the database lets a version be deleted")
		}
		_, err = w.s.Retire(testkit.As(w.author), module.StepCommand{ID: d.ID, Note: "发现错误"})
		w.ok(err)
		if again := w.sheet(checklist.ModelShop, sector.Store); again.Hash() != old.Hash() {
			t.Error("retiring does not put the version before into force")
		}
		_, err = w.s.Retire(testkit.As(w.author), module.StepCommand{ID: w.inForce("COM").ID, Note: "也停用"})
		w.refused("retiring the last version", err, fault.Conflict)
	})
}

func step(_ module.View, err error) error { return err }

func TestWhoMayWriteAndRead(t *testing.T) {
	each(t, func(w *world) {
		base := w.inForce("STO")
		_, err := w.s.Draft(testkit.As(w.county), module.DraftCommand{Base: base.ID})
		w.refused("an administrator of a county", err, fault.Forbidden)
		_, err = w.s.Draft(testkit.As(w.inspector), module.DraftCommand{Base: base.ID})
		w.refused("an inspector", err, fault.Forbidden)
		d := w.draft("STO", func(*checklist.Module) {})
		_, err = w.s.Get(testkit.As(w.inspector), d.ID)
		w.refused("an inspector reading a draft", err, fault.NotFound)
		got, err := w.s.Get(testkit.As(w.inspector), base.ID)
		w.ok(err)
		if len(got.Actions) > 0 || got.Body.ID != "STO" {
			t.Errorf("the inspector may %v of %s", got.Actions, got.Body.ID)
		}
		_, err = w.s.Draft(testkit.As(w.author), module.DraftCommand{Base: base.ID, Label: "2026.2"})
		w.refused("a label that is taken", err, fault.Invalid)
		_, err = w.s.Discard(testkit.As(w.author), module.DiscardCommand{ID: d.ID})
		w.ok(err)
		_, err = w.s.Draft(testkit.As(w.author), module.DraftCommand{Base: base.ID, Label: "2026.2"})
		w.ok(err)
	})
}

func TestDraftsMayBeWrongButAreNotPublished(t *testing.T) {
	each(t, func(w *world) {
		d := w.draft("STO", func(m *checklist.Module) {
			m.Sections[0].Items[0].Text.En = ""
			m.Sections[0].Items[2].Sources = checklist.Words[string]{"NOPE"}
		})
		if len(d.Problems) != 2 || d.Problems[0].Where != "STO-01" || d.Problems[0].Field != "en" {
			t.Errorf("problems: %v", d.Problems)
		}
		_, err := w.s.Propose(testkit.As(w.author), module.StepCommand{ID: d.ID, Note: "好"})
		w.refused("proposing with problems", err, fault.Conflict)
		// A weight that cannot be divided among the sections exactly.
		d = w.draft("SUP", func(m *checklist.Module) { m.Sections[0].Weight = 301 })
		_, err = w.s.Propose(testkit.As(w.author), module.StepCommand{ID: d.ID, Note: "好"})
		w.refused("proposing what does not compose", err, fault.Conflict)
		// The frame of the ceramics shop judges the section of mandatory items.
		d = w.draft("JDZ", func(m *checklist.Module) { m.Sections = m.Sections[1:] })
		_, err = w.s.Propose(testkit.As(w.author), module.StepCommand{ID: d.ID, Note: "好"})
		w.refused("proposing without a section that is judged", err, fault.Conflict)
		d.Body.ID = "COM"
		_, err = w.s.Save(testkit.As(w.author), module.SaveCommand{ID: d.ID, Body: d.Body})
		w.refused("another module's content", err, fault.Invalid)
	})
}

func TestDiffIsItemByItem(t *testing.T) {
	each(t, func(w *world) {
		d := w.draft("COM", func(m *checklist.Module) {
			m.Sections[0].Items[1].Points = checklist.P(5)
			m.Sections[0].Items = append(m.Sections[0].Items[:11], m.Sections[0].Items[12:]...)
		})
		diff, err := w.s.Diff(testkit.As(w.author), module.DiffQuery{ID: d.ID})
		w.ok(err)
		kinds := map[string]checklist.ChangeKind{}
		for _, c := range diff.Changes {
			kinds[c.Subject] = c.Kind
		}
		if kinds["COM-02"] != checklist.Repointed || kinds["COM-12"] != checklist.Removed || len(kinds) != 2 {
			t.Errorf("changes: %v", kinds)
		}
		_, err = w.s.Diff(testkit.As(w.author), module.DiffQuery{ID: d.ID, Against: w.inForce("STO").ID})
		w.refused("comparing two modules", err, fault.Invalid)
		sheet, err := w.s.Preview(testkit.As(w.author), module.SheetQuery{ID: d.ID, Sector: "store"})
		w.ok(err)
		if sheet.Item("COM-02").Points != checklist.P(5) || sheet.Item("COM-12") != nil {
			t.Error("the preview does not show the draft")
		}
	})
}

// answered gives every item of a sheet a yes, except those named.
func answered(s *checklist.Sheet, no ...string) []checklist.Answer {
	var out []checklist.Answer
	for it := range s.Items() {
		a := checklist.Answer{Item: it.ID, Verdict: checklist.Pass, Note: "见记录", Photos: []string{"p"}, Audio: []string{"a"}}
		for _, id := range no {
			if id == it.ID {
				a.Verdict = checklist.Fail
			}
		}
		out = append(out, a)
	}
	return out
}

func TestDryRunTellsWhoseGradeWouldChange(t *testing.T) {
	each(t, func(w *world) {
		sheet := w.sheet(checklist.ModelShop, sector.Store)
		for _, no := range [][]string{{}, {"COM-02"}, {"COM-13"}} {
			w.past = append(w.past, module.Past{ID: ident.New[ident.InspectionID](), Holder: "店", At: testkit.Monday, Sheet: &sheet, Answers: answered(&sheet, no...)})
		}
		d := w.draft("COM", func(m *checklist.Module) {
			it := &m.Sections[0].Items[1]
			it.Flag, it.NA = checklist.VetoItem, checklist.NANever
			added := m.Sections[0].Items[12]
			added.ID, added.NA = "COM-14", checklist.NANever
			m.Sections[0].Items = append(m.Sections[0].Items, added)
		})
		run, err := w.s.DryRun(testkit.As(w.author), module.DryRunQuery{ID: d.ID})
		w.ok(err)
		if run.Inspections != 3 || run.Changed != 1 || run.Scores != 1 || // the common part is worth more now, so COM-13 costs less
			len(run.NewItems) != 1 || run.NewItems[0] != "COM-14" {
			t.Errorf("%+v", run)
		}
		if e := run.Effects[0]; e.Inspection != w.past[1].ID || !e.Before.Passed || e.After.Passed || len(e.After.Vetoes) != 1 {
			t.Errorf("%+v", e)
		}
		d = w.draft("COM", func(m *checklist.Module) { m.Sections[0].Items[12].Points = 0 })
		run, err = w.s.DryRun(testkit.As(w.author), module.DryRunQuery{ID: d.ID})
		w.ok(err)
		if run.Changed != 0 || run.Scores != 2 { // 59.33… for COM-02 of 58 points, 60 for COM-13
			t.Errorf("%+v", run)
		}
		_, err = w.s.DryRun(testkit.As(w.county), module.DryRunQuery{ID: d.ID})
		w.refused("a county's administrator", err, fault.Forbidden)
	})
}

// A new version of the program brings a new file: what the authority has not
// touched is taken over, what it has published itself stays.
func TestSeedingAgain(t *testing.T) {
	each(t, func(w *world) {
		exec := func(sql string, args ...any) {
			t.Helper()
			_, err := w.d.W.NewRaw(sql, args...).Exec(t.Context())
			w.ok(err)
		}
		v := w.publish(w.draft("COM", func(m *checklist.Module) { m.Sections[0].Items[0].Points = checklist.P(7) }).ID)
		// Pretend that the shipped files of both were others before.
		for _, code := range []string{"COM", "STO"} {
			exec("DROP TRIGGER IF EXISTS checklist_module_fixed" + w.on())
			exec("UPDATE checklist_module SET hash = 'old', label = '2025.1' WHERE code = ? AND seeded", code)
		}
		w.ok(w.s.Seed(t.Context()))
		if now := w.inForce("COM"); now.ID != v.ID {
			t.Errorf("the authority's own version was replaced by %+v", now)
		}
		if now := w.inForce("STO"); now.Label != "2026.1" || !now.Seeded {
			t.Errorf("the shipped version was not taken over: %+v", now)
		}
		list, err := w.s.List(testkit.As(w.author), module.ListQuery{Code: "COM", State: lifecycle.ModuleDraft})
		w.ok(err)
		if len(list) != 1 || !list[0].Seeded {
			t.Errorf("the shipped version does not wait as a draft: %+v", list)
		}
	})
}

// on is what PostgreSQL wants to know of a trigger besides its name.
func (w *world) on() string {
	if w.d.Dialect == db.Postgres {
		return " ON checklist_module"
	}
	return ""
}
