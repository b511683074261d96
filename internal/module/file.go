package module

import (
	"context"
	"strings"

	"fangxin/internal/access"
	"fangxin/internal/checkfile"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/tabular"
	"fangxin/internal/usecase"
)

// Format is a form of file in which a module goes out.
type Format string

// The formats.
const (
	XLSX    Format = "xlsx"
	XLSForm Format = "xlsform"
)

// MaxFile is the largest file that is read, in bytes.
const MaxFile = 4 << 20

// FileQuery asks for a version as a file.
type FileQuery struct {
	ID     ident.ModuleID `json:"-" validate:"required,uuid7"`
	Format Format         `json:"format" validate:"required,oneof=xlsx xlsform"`
}

// File is a version as a spreadsheet.
type File struct {
	Name string
	Body []byte
}

// ImportCommand replaces the content of a draft by that of a file.
type ImportCommand struct {
	ID      ident.ModuleID `json:"-" validate:"required,uuid7"`
	Content []byte         `json:"content" validate:"required"`
	Lang    string         `json:"lang" validate:"omitempty,oneof=zh en" doc:"Language in which errors of the file are said."`
}

// Imported is the draft with what of the file was not taken over.
type Imported struct {
	Detail
	Remarks []checkfile.Remark `json:"remarks" doc:"What the file holds and a checklist does not, row by row."`
}

var (
	fileDef   = usecase.Define(usecase.Def{Name: "module.file", Allow: readers})
	importDef = usecase.Define(usecase.Def{Name: "module.import", Allow: authors})
)

// File writes a version as a workbook that holds everything, or as XLSForm.
func (s *Service) File(ctx context.Context, q FileQuery) (File, error) {
	return usecase.Read(ctx, s.rt, fileDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (File, error) {
		r, err := getModule(ctx, idb, q.ID, by)
		if err != nil {
			return File{}, err
		}
		m, err := r.module()
		if err != nil {
			return File{}, err
		}
		write := checkfile.WriteXLSX
		name := r.Code + "-" + r.Label + ".xlsx"
		if q.Format == XLSForm {
			write, name = checkfile.WriteXLSForm, r.Code+"-"+r.Label+"-xlsform.xlsx"
		}
		b, err := write(&m)
		return File{Name: name, Body: b}, err
	})
}

// Import reads a workbook of either form into a draft. A file with errors
// changes nothing; the fault carries them all ([Refused]).
func (s *Service) Import(ctx context.Context, cmd ImportCommand) (Imported, error) {
	if len(cmd.Content) > MaxFile {
		return Imported{}, fault.New(fault.TooLarge, "")
	}
	return usecase.Do(ctx, s.rt, importDef, cmd, func(ctx context.Context, c *usecase.Call) (Imported, error) {
		r, err := s.change(ctx, c, cmd.ID)
		if err != nil {
			return Imported{}, err
		}
		base, err := r.module()
		if err != nil {
			return Imported{}, err
		}
		m, remarks, err := checkfile.Read(cmd.Content, &base)
		if err != nil {
			return Imported{}, refusal(err, cmd.Lang)
		}
		d, err := s.store(ctx, c, r, *m)
		if remarks == nil {
			remarks = []checkfile.Remark{}
		}
		return Imported{Detail: d, Remarks: remarks}, err
	})
}

// refusal makes the fault of a file that cannot be read: it says every error,
// and its cause holds them for those who lay them out.
func refusal(err error, lang string) error {
	switch bad := err.(type) {
	case *checkfile.BadFile:
		lines := make([]string, 0, len(bad.Remarks))
		for _, r := range bad.Remarks[:min(len(bad.Remarks), 50)] {
			lines = append(lines, r.Place(lang)+": "+r.Words(lang))
		}
		return fault.Wrap(fault.Invalid, err, "module_file", len(bad.Remarks), strings.Join(lines, "; "))
	case *tabular.FileError:
		return fault.Wrap(fault.Invalid, err, "module_no_file", bad.Words(lang))
	}
	return err
}

// change reads a draft that the caller may change in the version that they saw.
func (s *Service) change(ctx context.Context, c *usecase.Call, id ident.ModuleID) (record, error) {
	r, err := getModule(ctx, c.Tx, id, c.By)
	if err != nil {
		return r, err
	}
	return r, s.changing(ctx, c, &r)
}

// changing refuses the change of a version by others than authors, of what is
// no draft, and of another version than the caller saw.
func (s *Service) changing(ctx context.Context, c *usecase.Call, r *record) error {
	c.About(string(r.ID), r.Scope)
	if err := s.author(c.By); err != nil {
		return err
	}
	if r.State != lifecycle.ModuleDraft {
		return fault.New(fault.IllegalStep, "module_fixed")
	}
	return c.Precondition(ctx, r.Version)
}

// store replaces the content of a draft.
func (s *Service) store(ctx context.Context, c *usecase.Call, r record, m checklist.Module) (Detail, error) {
	m = m.Settle()
	m.Status = "published" // the row says what state it is in
	if err := fits(&m, r.Code); err != nil {
		return Detail{}, err
	}
	if err := r.hold(&m); err != nil {
		return Detail{}, err
	}
	if err := keep(ctx, c, &r); err != nil {
		return Detail{}, err
	}
	return s.detail(ctx, c.Tx, r, c.By)
}

// keep stores the changed content of a draft.
func keep(ctx context.Context, c *usecase.Call, r *record) error {
	r.edit(c)
	err := save(ctx, c.Tx, r)
	if fault.Is(err, fault.Duplicate) {
		return fault.OnField("/body/version", "taken", "")
	}
	if err == nil {
		r.Version++
	}
	return err
}
