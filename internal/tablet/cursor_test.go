package tablet_test

import (
	"encoding/base64"
	"encoding/json"
	"math/rand/v2"
	"net/url"
	"slices"
	"testing"
	"time"

	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/tablet"
)

// since asks for what has changed since a cursor.
func (d *device) since(cursor string) (b tablet.Bundle, err error) {
	err = d.json("GET", "/tablet/bundle?since="+url.QueryEscape(cursor), nil, &b)
	return b, err
}

func ids(b tablet.Bundle) (out []ident.InspectionID) {
	for _, v := range b.Visits {
		out = append(out, v.Inspection)
	}
	slices.Sort(out)
	return out
}

// A cursor gets what has changed, with a word on what went away; the same
// cursor again, after an answer that was lost, gets the same again.
func TestChangesSinceACursor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		same, answered, voided, given, closed := w.visit(), w.visit(), w.visit(), w.visit(), w.visit()
		d := w.device(w.lead)
		first, err := d.bundle()
		w.ok(err)
		if first.Delta || len(first.Visits) != 5 || first.Cursor == "" {
			t.Fatalf("at first: delta %v, %d visits, cursor %q", first.Delta, len(first.Visits), first.Cursor)
		}
		d.learn(first)
		b, err := d.since(first.Cursor)
		w.ok(err)
		if !b.Delta || len(b.Visits)+len(b.Withdrawn)+len(b.Closed) != 0 || b.Cursor != first.Cursor || len(b.Sheets) != 1 || b.Status.ETag == "" {
			t.Errorf("unchanged: %+v", b)
		}
		d.answer(answered, checklist.Answer{Item: w.items()[0].ID, Verdict: checklist.Pass})
		d.finish(w, closed)
		w.done(voided)
		_, err = w.Inspections.Assign(w.officer.ctx, inspection.AssignCommand{ID: given, Lead: w.second.Account, Second: w.third.Account, Reason: "调整"})
		w.ok(err)
		added := w.visit()
		check := func(what string, b tablet.Bundle) {
			t.Helper()
			if want := []ident.InspectionID{answered, added}; !b.Delta || !slices.Equal(ids(b), want) {
				t.Errorf("%s: delta %v, visits %v, want %v", what, b.Delta, ids(b), want)
			}
			causes := map[ident.InspectionID]string{}
			for _, g := range b.Withdrawn {
				causes[g.Inspection] = g.Cause + " " + g.Reason
			}
			if len(causes) != 2 || causes[voided] != "voided 试验结束" || causes[given] != "reassigned 调整" || !slices.Equal(b.Closed, []ident.InspectionID{closed}) {
				t.Errorf("%s: withdrawn %v, closed %v", what, causes, b.Closed)
			}
		}
		b, err = d.since(first.Cursor)
		w.ok(err)
		check("changed", b)
		again, err := d.since(first.Cursor)
		w.ok(err)
		check("asked again after the answer was lost", again)
		if b, err = d.since(b.Cursor); err != nil || len(b.Visits)+len(b.Withdrawn)+len(b.Closed) != 0 {
			t.Errorf("with the new cursor: %+v %v", b, err)
		}
		// Given back, it is there again whatever the tablet was told.
		_, err = w.Inspections.Assign(w.officer.ctx, inspection.AssignCommand{ID: given, Lead: w.lead.Account, Second: w.third.Account, Reason: "改回"})
		w.ok(err)
		if b, err = d.since(b.Cursor); err != nil || !slices.Equal(ids(b), []ident.InspectionID{given}) || len(b.Withdrawn) != 0 {
			t.Errorf("given back: %v %+v %v", ids(b), b.Withdrawn, err)
		}
		whole, err := d.bundle()
		w.ok(err)
		if want := []ident.InspectionID{same, answered, given, added}; !slices.Equal(ids(whole), want) {
			t.Errorf("whole: %v, want %v", ids(whole), want)
		}
	})
}

// finish fills a visit, signs it and sends it.
func (d *device) finish(w *world, id ident.InspectionID) {
	w.Helper()
	drawing := d.photo(id, "", jpegOf(int(time.Now().UnixNano()%1000)))
	for _, it := range w.items() {
		d.answer(id, checklist.Answer{Item: it.ID, Verdict: checklist.Pass})
	}
	d.sign(id, w.sheet.Hash(), drawing)
	d.add(tablet.Submit, id, "", map[string]any{"hash": d.content(id, w.sheet.Hash())})
	w.ok(d.push(30))
	w.ok(d.upload(5000))
}

// A cursor that is lost, damaged, of a later form or somebody else's gets the
// whole answer; and nobody learns by one of visits that are not theirs.
func TestCursorsOfNoUse(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		mine := w.visit()
		theirs := w.visit()
		_, err := w.Inspections.Assign(w.officer.ctx, inspection.AssignCommand{ID: theirs, Lead: w.second.Account, Second: w.third.Account, Reason: "调整"})
		w.ok(err)
		lead, third := w.device(w.lead), w.device(w.third)
		b, err := lead.bundle()
		w.ok(err)
		raw, err := base64.RawURLEncoding.DecodeString(b.Cursor)
		w.ok(err)
		later := slices.Clone(raw)
		later[0]++
		for what, cursor := range map[string]string{
			"none": "", "words": "yesterday", "cut": b.Cursor[:len(b.Cursor)-3], "of a later form": base64.RawURLEncoding.EncodeToString(later),
		} {
			got, err := lead.since(cursor)
			if err != nil || got.Delta || !slices.Equal(ids(got), []ident.InspectionID{mine}) || len(got.Withdrawn) != 1 || got.Withdrawn[0].Inspection != theirs {
				t.Errorf("%s: delta %v, %v, %+v, %v", what, got.Delta, ids(got), got.Withdrawn, err)
			}
		}
		got, err := third.since(b.Cursor)
		if err != nil || got.Delta || !slices.Equal(ids(got), []ident.InspectionID{theirs}) || len(got.Withdrawn)+len(got.Closed) != 0 {
			t.Errorf("somebody else's: delta %v, %v, %+v, %v, %v", got.Delta, ids(got), got.Withdrawn, got.Closed, err)
		}
		// One made up of one's own and a foreign visit: that it is none of one's
		// own is all that is said.
		own, err := third.bundle()
		w.ok(err)
		head, err := base64.RawURLEncoding.DecodeString(own.Cursor)
		w.ok(err)
		forged := base64.RawURLEncoding.EncodeToString(append(slices.Clone(head[:9]), raw[9:]...))
		got, err = third.since(forged)
		if err != nil || !slices.Equal(ids(got), []ident.InspectionID{theirs}) || len(got.Withdrawn) != 0 || !slices.Equal(got.Closed, []ident.InspectionID{mine}) {
			t.Errorf("made up: %v, %+v, %v, %v", ids(got), got.Withdrawn, got.Closed, err)
		}
	})
}

// A tablet that takes over only changes holds at every moment what one holds
// that takes everything, though answers are lost and cursors forgotten.
func TestChangesAddUp(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		seed := uint64(time.Now().UnixNano())
		t.Logf("drawn with seed %d", seed)
		r := rand.New(rand.NewPCG(seed, 0))
		d := w.device(w.lead)
		open := []ident.InspectionID{w.visit(), w.visit()}
		held, cursor := map[ident.InspectionID]string{}, ""
		for range 24 {
			id := open[r.IntN(len(open))]
			switch r.IntN(5) {
			case 0:
				open = append(open, w.visit())
			case 1:
				if len(open) > 1 {
					w.done(id)
					open = slices.DeleteFunc(open, func(x ident.InspectionID) bool { return x == id })
				}
			case 2:
				lead, second := w.lead.Account, w.second.Account
				if r.IntN(2) == 0 {
					lead = w.third.Account
				}
				_, err := w.Inspections.Assign(w.officer.ctx, inspection.AssignCommand{ID: id, Lead: lead, Second: second, Reason: "调整"})
				_ = err // an open sheet is reassigned by another step; then nothing changes
			default:
				d.answer(id, checklist.Answer{Item: w.items()[r.IntN(8)].ID, Verdict: checklist.Pass, Note: time.Now().String()})
				w.ok(d.push(5))
			}
			b, err := d.since(cursor)
			w.ok(err)
			if r.IntN(4) == 0 {
				continue // the answer is lost
			}
			if !b.Delta {
				clear(held)
			}
			for _, v := range b.Visits {
				held[v.Inspection] = text(t, v)
			}
			for _, g := range b.Withdrawn {
				delete(held, g.Inspection)
			}
			for _, id := range b.Closed {
				delete(held, id)
			}
			cursor = b.Cursor
			whole, err := d.bundle()
			w.ok(err)
			want := map[ident.InspectionID]string{}
			for _, v := range whole.Visits {
				want[v.Inspection] = text(t, v)
			}
			if text(t, held) != text(t, want) {
				t.Fatalf("it holds\n%s\nwant\n%s", text(t, held), text(t, want))
			}
			if r.IntN(6) == 0 {
				cursor = "" // forgotten
			}
		}
	})
}

func text(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
