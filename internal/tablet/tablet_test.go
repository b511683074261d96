package tablet_test

import (
	"testing"

	"fangxin/internal/checklist"
	"fangxin/internal/lifecycle"
	"fangxin/internal/tablet"
)

// A whole day: enrolled, taken along, filled without a network, sent with
// photos after the answers, and sealed when the last photo is there.
func TestADayWithoutANetwork(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.visit()
		d := w.device(w.lead)
		b, err := d.bundle()
		w.ok(err)
		if len(b.Visits) != 1 || b.Visits[0].Inspection != id || b.Visits[0].SheetHash != w.sheet.Hash() || len(b.Sheets) != 1 {
			t.Fatalf("bundle: %+v", b)
		}
		status, text, _, err := d.call("GET", "/tablet/sheets/"+b.Sheets[0], nil, nil)
		if err != nil || status != 200 || sum(text) != b.Sheets[0] {
			t.Fatalf("sheet: %d %v, hash %s", status, err, sum(text))
		}
		d.add(tablet.Start, id, "", map[string]any{"place": checklist.Place{LngE7: 1158920000, LatE7: 286760000, Datum: "wgs84"}, "accuracy": 8})
		photo := d.photo(id, "", jpegOf(1))
		drawing := d.photo(id, "", jpegOf(2))
		for i, it := range w.items() {
			a := checklist.Answer{Item: it.ID, Verdict: checklist.Pass}
			if i == 0 {
				a.Photos = []string{photo}
			}
			d.answer(id, a)
		}
		d.sign(id, w.sheet.Hash(), drawing)
		d.add(tablet.Submit, id, "", map[string]any{"hash": d.content(id, w.sheet.Hash())})
		w.ok(d.push(30))
		for _, e := range d.outbox {
			if e.outcome != tablet.Accepted {
				t.Errorf("%s: %s %s", e.kind, e.outcome, e.cause)
			}
		}
		if v := w.get(id); v.State != lifecycle.OnDevice {
			t.Errorf("closed without its photos: %s", v.State)
		}
		w.ok(d.upload(500))
		v := w.get(id)
		if v.State != lifecycle.SheetSubmitted || v.Seal == "" || !v.Result.Passed && v.Result.Answered == 0 {
			t.Errorf("not submitted: %s", v.State)
		}
	})
}
