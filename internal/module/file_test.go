package module_test

import (
	"errors"
	"strings"
	"testing"

	"fangxin/internal/checkfile"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/module"
	"fangxin/internal/testkit"
)

// A version goes out as a file and comes back into a draft; a bad file changes
// nothing and says everything that is wrong.
func TestFilesOutAndIn(t *testing.T) {
	each(t, func(w *world) {
		ctx := testkit.As(w.author)
		base := w.inForce("STO")
		d := w.draft("STO", func(m *checklist.Module) { m.Sections[0].Items = m.Sections[0].Items[:1] })
		for _, format := range []module.Format{module.XLSX, module.XLSForm} {
			f, err := w.s.File(testkit.As(w.inspector), module.FileQuery{ID: base.ID, Format: format})
			w.ok(err)
			if !strings.HasPrefix(f.Name, "STO-2026.1") {
				t.Errorf("name %s", f.Name)
			}
			got, err := w.s.Import(ctx, module.ImportCommand{ID: d.ID, Content: f.Body})
			w.ok(err)
			want := checklist.Shipped().Module("STO")
			if c := checklist.DiffModules(want, &got.Body); len(c) > 0 || got.Label != d.Label {
				t.Errorf("%s: label %s, %+v", format, got.Label, c)
			}
		}
		before, err := w.s.Get(ctx, d.ID)
		w.ok(err)
		other, err := w.s.File(ctx, module.FileQuery{ID: w.inForce("COM").ID, Format: module.XLSX})
		w.ok(err)
		_, err = w.s.Import(ctx, module.ImportCommand{ID: d.ID, Content: other.Body})
		w.refused("another module's file", err, fault.Invalid)
		if bad := (*checkfile.BadFile)(nil); !errors.As(err, &bad) || len(bad.Remarks) == 0 {
			t.Errorf("the errors of the file are lost: %v", err)
		}
		_, err = w.s.Import(ctx, module.ImportCommand{ID: d.ID, Content: []byte("no workbook")})
		w.refused("a text file", err, fault.Invalid)
		_, err = w.s.Import(ctx, module.ImportCommand{ID: d.ID, Content: make([]byte, module.MaxFile+1)})
		w.refused("a file that is too large", err, fault.TooLarge)
		_, err = w.s.Import(ctx, module.ImportCommand{ID: base.ID, Content: other.Body})
		w.refused("into a published version", err, fault.IllegalStep)
		after, err := w.s.Get(ctx, d.ID)
		w.ok(err)
		if after.Hash != before.Hash || after.Version != before.Version {
			t.Error("a refused file changed the draft")
		}
	})
}

// An old version that went out as a file comes back into a draft of today as it
// was, in either form; only the label stays the draft's, and the answer says so.
func TestAnOldVersionComesBackAsADraft(t *testing.T) {
	each(t, func(w *world) {
		ctx := testkit.As(w.author)
		old := w.inForce("COM")
		was, err := w.s.Get(ctx, old.ID)
		w.ok(err)
		w.publish(w.draft("COM", func(m *checklist.Module) {
			m.Note = checklist.Text{Zh: "第二版", En: "The second"}
			m.Sections[0].Items[1].Text.Zh, m.Sections[0].Items[2].NA = "亮照亮证，字迹清楚", checklist.NANever
			m.Sections[0].Items = append(m.Sections[0].Items[:3], m.Sections[0].Items[4:]...)
		}).ID)
		for _, format := range []module.Format{module.XLSX, module.XLSForm} {
			f, err := w.s.File(ctx, module.FileQuery{ID: old.ID, Format: format})
			w.ok(err)
			d := w.draft("COM", func(*checklist.Module) {})
			got, err := w.s.Import(ctx, module.ImportCommand{ID: d.ID, Content: f.Body})
			w.ok(err)
			if len(got.Remarks) != 1 || got.Remarks[0].Code != "label_kept" || got.Label != d.Label {
				t.Errorf("%s: label %s, %v", format, got.Label, got.Remarks)
			}
			again := got.Body
			again.Version = was.Body.Version
			_, hash, err := again.Marshal()
			w.ok(err)
			if hash != was.Hash {
				t.Errorf("%s: %+v", format, checklist.DiffModules(&was.Body, &again))
			}
		}
	})
}
