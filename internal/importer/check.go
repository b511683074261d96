package importer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"path"
	"strings"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/tabular"
	"fangxin/internal/usecase"
)

// StartCommand brings a file.
type StartCommand struct {
	Kind    Kind            `json:"kind" validate:"required,oneof=merchants premises facts certificates"`
	Name    string          `json:"name" validate:"required,max=200,oneline,plain" doc:"Name of the file; its ending tells the format."`
	Mapping tabular.Mapping `json:"mapping,omitempty" validate:"max=60" doc:"Headers of the file that are not known, with the column that each one is."`
	Content []byte          `json:"-"`
	Lang    string          `json:"-"` // of the list of errors
	// SHA256 is of the content; [Service.Start] sets it.
	SHA256 string `json:"sha256"`
}

// Start checks a whole file and writes nothing of it: what is new, what is
// there already, what cannot be taken and why. A file whose run was
// interrupted gives that run again.
func (s *Service) Start(ctx context.Context, cmd StartCommand) (View, error) {
	sum := sha256.Sum256(cmd.Content)
	cmd.SHA256 = hex.EncodeToString(sum[:])
	// The check takes seconds for a long list and must not hold up those who
	// write; what it finds is stored afterwards, and so is a refusal.
	c, err := usecase.Read(ctx, s.rt, startDef, cmd, func(ctx context.Context, idb usecase.Reader, by access.Principal) (checked, error) {
		return s.check(ctx, idb, by, cmd)
	})
	if err == nil && c.open {
		return s.view(c.record, c.notes), nil
	}
	return usecase.Do(ctx, s.rt, startDef, cmd, func(ctx context.Context, call *usecase.Call) (View, error) {
		if err != nil {
			return View{}, err
		}
		r := c.record
		call.About(string(r.ID), r.Scope)
		call.Note("rows", r.RowCount)
		call.Note("sha256", r.SHA256)
		r.CreatedAt, r.MovedAt = call.Now, call.Now
		if err := supersede(ctx, call.Tx, &r); err != nil {
			return View{}, err
		}
		if err := insert(ctx, call.Tx, &r, &fileRow{Run: r.ID, Content: cmd.Content, Errors: c.list}, c.notes); err != nil {
			return View{}, err
		}
		return s.view(r, c.notes), nil
	})
}

// checked is what a check found.
type checked struct {
	record record
	notes  []note
	list   []byte // the file of errors
	open   bool   // it is a run that was interrupted
}

func (s *Service) check(ctx context.Context, idb usecase.Reader, by access.Principal, cmd StartCommand) (checked, error) {
	if cmd.Kind == Certificates && !by.Has(titleImporters...) {
		return checked{}, fault.New(fault.Forbidden, "import_titles")
	}
	r := record{
		ID: ident.New[ident.ImportID](), Kind: cmd.Kind, Name: baseName(cmd.Name), SHA256: cmd.SHA256, State: Checked,
		Mapping: cmd.Mapping, Actor: actorOf(by, cmd.Lang), Account: by.Account, Scope: string(by.Scope), Version: 1,
	}
	if r.Mapping == nil {
		r.Mapping = tabular.Mapping{}
	}
	runs, err := unfinished(ctx, idb, &r)
	if err != nil {
		return checked{}, err
	}
	for _, open := range runs {
		if maps.Equal(open.Mapping, r.Mapping) {
			notes, err := notesOf(ctx, idb, open.ID, shownProblems)
			return checked{record: open, notes: notes, open: true}, err
		}
	}
	table, err := s.table(cmd.Lang, cmd.Kind, cmd.Name, cmd.Content, cmd.Mapping)
	if err != nil {
		return checked{}, err
	}
	p, err := s.plan(ctx, idb, by, cmd.Kind, table)
	if err != nil {
		return checked{}, err
	}
	c := checked{record: r, notes: p.notes()}
	c.record.RowCount, c.record.LastRow, c.record.Planned = len(p.entries), p.last(), p.counts
	c.record.Planned.Problems = len(c.notes)
	c.record.Counts = p.counts.fresh()
	c.list, err = s.errorFile(cmd.Lang, table, c.notes)
	return c, err
}

// baseName is the name of a file without its folders.
func baseName(name string) string { return path.Base(strings.ReplaceAll(name, "\\", "/")) }

// table reads a file; what is wrong with it as a whole is a fault on the file.
func (s *Service) table(lang string, kind Kind, name string, content []byte, mapping tabular.Mapping) (*tabular.Table, error) {
	if len(content) > MaxBytes {
		return nil, fault.New(fault.TooLarge, "import_bytes", MaxBytes>>20)
	}
	if len(content) == 0 {
		return nil, fault.OnField("/file", "import_empty", "")
	}
	table, err := tabular.Read(name, content, columnsOf(kind), mapping)
	var said interface{ Words(lang string) string }
	switch {
	case errors.As(err, &said):
		return nil, fault.OnField("/file", "import_file", said.Words(lang)).Because(err)
	case err != nil:
		return nil, fault.OnField("/file", "import_unreadable", "").Because(err)
	case len(table.Rows) == 0:
		return nil, fault.OnField("/file", "import_no_rows", "")
	}
	return table, nil
}

// fresh is what a run begins to count from.
func (c Counts) fresh() Counts {
	return Counts{Rows: c.Rows, Repaired: c.Repaired, Skipped: c.Skipped, Unknown: c.Unknown}
}

// view words a run with the first of its problems.
func (s *Service) view(r record, notes []note) View {
	v := View{
		ID: r.ID, Kind: r.Kind, Name: r.Name, SHA256: r.SHA256, State: r.State, Planned: r.Planned, Counts: r.Counts,
		LastRow: r.LastRow, DoneRow: r.DoneRow, By: r.Actor.Name, CreatedAt: r.CreatedAt, StartedAt: r.StartedAt,
		FinishedAt: r.FinishedAt, Version: r.Version, Problems: s.problems(notes[:min(len(notes), shownProblems)]),
	}
	all := r.Counts.Problems
	if r.State == Checked {
		all = r.Planned.Problems
	}
	v.More = max(0, all-len(v.Problems))
	return v
}
