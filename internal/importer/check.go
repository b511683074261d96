package importer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
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
	Kind    Kind            `json:"kind" validate:"required,oneof=merchants premises certificates"`
	Name    string          `json:"name" validate:"required,max=200,oneline,plain" doc:"Name of the file; its ending tells the format."`
	Mapping tabular.Mapping `json:"mapping,omitempty" validate:"max=60" doc:"Headers of the file that are not known, with the column that each one is."`
	Content []byte          `json:"-"`
	Lang    string          `json:"-"` // of the list of errors
}

// Start checks a whole file and writes nothing of it: what is new, what is
// there already, what cannot be taken and why. A file whose run was
// interrupted gives that run again.
func (s *Service) Start(ctx context.Context, cmd StartCommand) (View, error) {
	sum := sha256.Sum256(cmd.Content)
	by := access.From(ctx)
	r := record{
		ID: ident.New[ident.ImportID](), Kind: cmd.Kind, Name: baseName(cmd.Name), SHA256: hex.EncodeToString(sum[:]), State: Checked,
		Mapping: cmd.Mapping, Actor: actorOf(by), Account: by.Account, Scope: string(by.Scope), Late: []Problem{}, Version: 1,
	}
	if r.Mapping == nil {
		r.Mapping = tabular.Mapping{}
	}
	var list []byte
	open, err := usecase.Read(ctx, s.rt, startDef, cmd, func(ctx context.Context, idb usecase.Reader, by access.Principal) (View, error) {
		if cmd.Kind == Certificates && !by.Has(titleImporters...) {
			return View{}, fault.New(fault.Forbidden, "import_titles")
		}
		open, err := unfinished(ctx, idb, &r)
		if err == nil {
			return open.view(), nil
		} else if !fault.Is(err, fault.NotFound) {
			return View{}, err
		}
		table, err := s.table(cmd.Lang, cmd.Kind, cmd.Name, cmd.Content, cmd.Mapping)
		if err != nil {
			return View{}, err
		}
		p, err := s.plan(ctx, idb, by, cmd.Kind, table)
		if err != nil {
			return View{}, err
		}
		problems := p.problems()
		r.RowCount, r.LastRow, r.Planned = len(p.entries), p.last(), p.counts
		r.Planned.Problems = len(problems)
		r.Counts = r.Planned.fresh()
		r.Problems = problems[:min(len(problems), shownProblems)]
		list, err = s.errorFile(cmd.Lang, table, problems)
		return View{}, err
	})
	if err != nil || open.ID != "" {
		return open, err
	}
	return usecase.Do(ctx, s.rt, startDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		c.About(string(r.ID), r.Scope)
		c.Note("rows", r.RowCount)
		c.Note("sha256", r.SHA256)
		r.CreatedAt = c.Now
		if err := tidy(ctx, c.Tx, &r); err != nil {
			return View{}, err
		}
		return r.view(), insert(ctx, c.Tx, &r, &fileRow{Run: r.ID, Content: cmd.Content, Errors: list})
	})
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
	var head *tabular.HeaderError
	var file interface{ Words(lang string) string }
	switch {
	case errors.As(err, &head) && head.Row == 0:
		return nil, fault.OnField("/file", "import_no_header", strings.Join(head.Missing, "、"))
	case errors.As(err, &head):
		return nil, fault.OnField("/file", "import_columns", strings.Join(head.Missing, "、"))
	case errors.As(err, &file):
		return nil, fault.OnField("/file", "import_file", file.Words(lang))
	case err != nil:
		return nil, fault.OnField("/file", "import_unreadable", "")
	case len(table.Rows) == 0:
		return nil, fault.OnField("/file", "import_no_rows", "")
	}
	return table, nil
}

// fresh is what a run begins to count from.
func (c Counts) fresh() Counts {
	return Counts{Rows: c.Rows, Repaired: c.Repaired, Skipped: c.Skipped, Unknown: c.Unknown, Problems: c.Problems}
}

func (r record) view() View {
	v := View{
		ID: r.ID, Kind: r.Kind, Name: r.Name, SHA256: r.SHA256, State: r.State, Planned: r.Planned, Counts: r.Counts,
		LastRow: r.LastRow, DoneRow: r.DoneRow, By: r.Actor.Name, CreatedAt: r.CreatedAt, StartedAt: r.StartedAt,
		FinishedAt: r.FinishedAt, Version: r.Version,
	}
	v.Problems = append(append([]Problem{}, r.Late...), r.Problems...)
	v.Problems = v.Problems[:min(len(v.Problems), shownProblems)]
	v.More = r.Planned.Problems + len(r.Late) - len(v.Problems)
	return v
}
