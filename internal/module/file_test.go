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
