package tablet_test

import (
	"slices"
	"testing"

	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/record"
	"fangxin/internal/tablet"
)

// fill answers everything on a device.
func (w *world) fill(d *device, id ident.InspectionID) {
	for _, it := range w.items() {
		d.answer(id, checklist.Answer{Item: it.ID, Verdict: checklist.Pass})
	}
}

// Two tablets on one visit: different items merge, the same item keeps both
// versions until the lead chooses, both sign what was chosen, and the sealed
// record holds everything.
func TestTwoTabletsOnOneVisit(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, hash := w.visit(), w.sheet.Hash()
		a, b := w.device(w.lead), w.device(w.second)
		items := w.items()
		x, y := items[0].ID, items[1].ID
		w.fill(a, id)
		mine := b.answer(id, checklist.Answer{Item: x, Verdict: checklist.Fail, Note: "没有公示", Photos: []string{b.photo(id, x, jpegOf(4))}})
		agreed := b.answer(id, checklist.Answer{Item: y, Verdict: checklist.Pass})
		w.ok(a.push(100))
		w.ok(b.push(100))
		if mine.outcome != tablet.Conflict || agreed.outcome != tablet.Accepted {
			t.Fatalf("outcomes: %s %s", mine.outcome, agreed.outcome)
		}
		bundle, err := a.bundle()
		w.ok(err)
		v := bundle.Visits[0]
		if len(v.Conflicts) != 1 || v.Conflicts[0].Item != x || len(v.Conflicts[0].Answers) != 2 {
			t.Fatalf("conflicts: %+v", v.Conflicts)
		}
		a.learn(bundle)
		drawing := a.photo(id, "", jpegOf(3))
		a.sign(id, hash, drawing)
		early := a.add(tablet.Submit, id, "", map[string]any{"hash": a.content(id, hash)})
		choice := map[string]any{"item": x, "keep": mine.id}
		notLead := b.add(tablet.Resolve, id, "", choice)
		noConflict := a.add(tablet.Resolve, id, "", map[string]any{"item": y, "keep": agreed.id})
		unknown := a.add(tablet.Resolve, id, "", map[string]any{"item": x, "keep": agreed.id})
		w.ok(a.push(100))
		w.ok(b.push(100))
		for e, want := range map[*entry]string{early: "conflict_open", notLead: "not_lead", noConflict: "no_conflict", unknown: "unknown_entry"} {
			if e.outcome != tablet.Parked || e.cause != want {
				t.Errorf("%s: %s %s, want %s", e.kind, e.outcome, e.cause, want)
			}
		}
		r := a.add(tablet.Resolve, id, "", choice)
		w.ok(a.push(100))
		if r.outcome != tablet.Accepted {
			t.Fatalf("resolve: %s %s", r.outcome, r.cause)
		}
		old := a.add(tablet.Submit, id, "", map[string]any{"hash": a.content(id, hash)})
		bundle, err = a.bundle()
		w.ok(err)
		a.learn(bundle)
		if a.heads[string(id)+x] != r.id || len(bundle.Visits[0].Conflicts) != 0 {
			t.Fatal("the choice does not count")
		}
		unsigned := a.add(tablet.Submit, id, "", map[string]any{"hash": a.content(id, hash)})
		w.ok(a.push(100))
		if old.cause != "other_hash" || unsigned.cause != "signed_other" {
			t.Errorf("causes: %s %s", old.cause, unsigned.cause)
		}
		a.sign(id, hash, drawing)
		last := a.add(tablet.Submit, id, "", map[string]any{"hash": a.content(id, hash)})
		w.ok(a.push(100))
		w.ok(a.upload(tablet.MaxChunk))
		w.ok(b.upload(tablet.MaxChunk))
		if d := w.get(id); last.outcome != tablet.Accepted || d.State != lifecycle.SheetSubmitted {
			t.Fatalf("submit: %s %s, %s", last.outcome, last.cause, d.State)
		}
		late := b.answer(id, checklist.Answer{Item: y, Verdict: checklist.Fail})
		w.ok(b.push(100))
		if late.outcome != tablet.Parked || late.cause != "closed" {
			t.Errorf("late: %s %s", late.outcome, late.cause)
		}
		doc := w.record(id)
		var versions []string
		for _, e := range doc.Visit.Entries {
			if e.Item == x {
				versions = append(versions, string(e.Answer.Verdict))
			}
			if e.DeviceAt == nil || e.AgeMS == nil || e.Device == "" || e.At.IsZero() {
				t.Errorf("entry %s lacks a clock: %+v", e.ID, e)
			}
		}
		if !slices.Equal(versions, []string{"pass", "fail", "fail"}) {
			t.Errorf("versions in the record: %v", versions)
		}
	})
}

// record reads the sealed record and proves it.
func (w *world) record(id ident.InspectionID) record.Record {
	w.Helper()
	e, err := w.Inspections.Export(w.officer.ctx, id)
	w.ok(err)
	if !e.Report.OK() || len(e.Chain) == 0 {
		w.Fatalf("the record does not hold: %+v", e.Report)
	}
	return e.Chain[len(e.Chain)-1]
}
