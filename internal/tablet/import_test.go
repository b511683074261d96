package tablet_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"fangxin/internal/checklist"
	"fangxin/internal/tablet"
)

// exported writes the file that the app would.
func (d *device) exported() []byte {
	var b bytes.Buffer
	line := func(v any) {
		text, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		b.Write(append(text, '\n'))
	}
	line(map[string]any{"format": "fangxin tablet export 1", "device": d.id})
	for _, e := range d.outbox {
		line(map[string]any{"type": "item", "id": e.id, "seq": e.seq, "device": d.id, "account": d.account, "sealed": e.sealed})
	}
	for _, p := range d.pictures {
		line(map[string]any{"type": "photo", "sha256": p.sent, "account": d.account, "data": b64.EncodeToString(p.bytes)})
	}
	line(map[string]any{"type": "end", "sha256": sum(b.Bytes())})
	return b.Bytes()
}

// What a tablet could not send is taken from a file on the same way, once.
func TestExportedFilesAreTaken(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.visit()
		d := w.device(w.lead)
		for i, it := range w.items() {
			a := checklist.Answer{Item: it.ID, Verdict: checklist.Pass}
			if i < 3 {
				a.Photos = []string{d.photo(id, it.ID, jpegOf(i))}
			}
			d.answer(id, a)
		}
		d.add("dance", id, "", nil)
		d.sign(id, w.sheet.Hash(), d.photo(id, "", jpegOf(8)))
		d.add(tablet.Submit, id, "", map[string]any{"hash": d.content(id, w.sheet.Hash())})
		file := d.exported()
		// Half a file, and one that somebody touched, are refused as a whole.
		for name, bad := range map[string][]byte{
			"cut": file[:len(file)/2], "without its end": file[:bytes.LastIndexByte(file[:len(file)-1], '\n')+1],
			"changed": bytes.Replace(file, []byte(`"seq":1,`), []byte(`"seq":2,`), 1),
		} {
			if _, err := w.Tablets.Import(t.Context(), bytes.NewReader(bad)); !errors.Is(err, tablet.ErrCut) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := w.Tablets.Import(t.Context(), strings.NewReader("name,address\nx,y\n")); !errors.Is(err, tablet.ErrNotExport) {
			t.Errorf("another file: %v", err)
		}
		if n := len(w.answers(id)); n != 0 {
			t.Fatalf("%d answers of refused files", n)
		}
		done, err := w.Tablets.Import(t.Context(), bytes.NewReader(file))
		w.ok(err)
		if done.Items[tablet.Accepted] != len(d.outbox)-1 || done.Items[tablet.Parked] != 1 || done.Photos != 4 || len(done.Troubles) != 0 {
			t.Errorf("first: %+v", done)
		}
		if v := w.get(id); v.State != "submitted" {
			t.Errorf("the visit is %s", v.State)
		}
		again, err := w.Tablets.Import(t.Context(), bytes.NewReader(file))
		w.ok(err)
		if again.Items[tablet.Duplicate] != len(d.outbox) || len(again.Troubles) != 0 {
			t.Errorf("again: %+v", again)
		}
		// And so does the tablet itself, when it finds a network after all.
		w.ok(d.push(100))
		if len(w.answers(id)) != len(w.items()) {
			t.Errorf("%d answers", len(w.answers(id)))
		}
	})
}
