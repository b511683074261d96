package export

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/jobs"
	"fangxin/internal/tabular"
	"fangxin/internal/usecase"
)

type writeJob struct {
	Run ident.ExportID `json:"run"`
}

// Kinds of the background jobs.
const (
	WriteKind = "export.write"
	SweepKind = "export.sweep"
)

func (writeJob) Kind() string { return WriteKind }

// Workers are the background jobs of the slice.
func (s *Service) Workers() map[string]jobs.Work {
	return map[string]jobs.Work{
		WriteKind: func(ctx context.Context, data json.RawMessage) error {
			var j writeJob
			if err := json.Unmarshal(data, &j); err != nil {
				return err
			}
			return s.Write(ctx, j.Run)
		},
		SweepKind: func(ctx context.Context, _ json.RawMessage) error { return s.Sweep(ctx) },
	}
}

// Periodic is the work that comes back by itself.
func (s *Service) Periodic() []jobs.Periodic {
	return []jobs.Periodic{{Kind: SweepKind, Every: time.Hour}}
}

var errTooLong = errors.New("export: more rows than a sheet holds")

// Write makes the file of an export. Interrupted, it begins anew: the file
// appears under its name when it is whole.
func (s *Service) Write(ctx context.Context, id ident.ExportID) error {
	r, err := byID(ctx, s.rt.DB.R, id)
	if fault.Is(err, fault.NotFound) || err == nil && (r.State == Done || r.State == Failed) {
		return nil // forgotten, or another worker was quicker
	}
	if err != nil {
		return err
	}
	written := s.file(ctx, &r)
	if ctx.Err() != nil {
		return ctx.Err() // the process stops: the job comes back
	}
	if written != nil {
		s.rt.Log.ErrorContext(ctx, "export failed", "export", r.ID, "error", written)
	}
	return s.finish(ctx, &r, written)
}

// finish writes down how it ended, and tells whoever asked.
func (s *Service) finish(ctx context.Context, r *record, written error) error {
	_, err := usecase.Do(usecase.System(ctx, WriteKind), s.rt, finishDef, struct{}{}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
		c.About(string(r.ID), r.Scope)
		r.State, r.FinishedAt = Done, c.Now
		if written != nil {
			r.State = Failed
		}
		c.Note("state", r.State)
		c.Note("rows", r.RowsDone)
		if err := end(ctx, c.Tx, r); err != nil {
			return struct{}{}, err
		}
		for _, hook := range s.OnFinished {
			if err := hook(ctx, c, r.view(), r.Account, r.Scope); err != nil {
				return struct{}{}, err
			}
		}
		c.About(string(r.ID), r.Scope) // a hook may have spoken of its own record
		return struct{}{}, nil
	})
	return err
}

// file writes the whole file beside its place and moves it there.
func (s *Service) file(ctx context.Context, r *record) (err error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(s.dir, "writing-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			tmp.Close()
			os.Remove(tmp.Name())
		}
	}()
	if err := s.rows(ctx, r, tmp); err != nil {
		return err
	}
	if err := tmp.Sync(); err != nil {
		return err
	}
	info, err := tmp.Stat()
	if err != nil {
		return err
	}
	r.Bytes = info.Size()
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), s.path(r.ID, r.Format))
}

// rows writes what the person who asked may see.
func (s *Service) rows(ctx context.Context, r *record, to io.Writer) error {
	if r.What == Answers {
		return write(ctx, s, r, to, s.answers(r))
	}
	return write(ctx, s, r, to, s.register(r))
}

// source is where the rows of a file come from.
type source[T any] struct {
	columns []column[T]
	count   func(ctx context.Context) (int, error)
	// portion reads on where the last one ended; "" is the beginning and the end.
	portion func(ctx context.Context, after string) (rows []T, next string, err error)
}

// column is one column of a file.
type column[T any] struct {
	key   string
	width int // characters
	value func(s *Service, lang string, v T) string
}

func write[T any](ctx context.Context, s *Service, r *record, to io.Writer, from source[T]) (err error) {
	if r.RowsAll, err = from.count(ctx); err != nil {
		return err
	}
	if r.Format == XLSX && r.RowsAll >= tabular.MaxSheetRows {
		return errTooLong
	}
	if err := progress(ctx, s.rt.DB.W, r, 0); err != nil {
		return err
	}
	cells, widths := make([]string, len(from.columns)), make([]int, len(from.columns))
	for i, c := range from.columns {
		cells[i], widths[i] = s.texts.T(r.Lang, "export.column_"+c.key), c.width
	}
	out, err := tabular.CSVWriter(to)
	if r.Format == XLSX {
		out, err = tabular.XLSXWriter(to, s.texts.T(r.Lang, "export.sheet_"+string(r.What)), widths...)
	}
	if err != nil {
		return err
	}
	if err := out.Row(cells...); err != nil {
		return err
	}
	for done, after := 0, ""; ; {
		rows, next, err := from.portion(ctx, after)
		if err != nil {
			return err
		}
		for _, v := range rows {
			for i, c := range from.columns {
				cells[i] = c.value(s, r.Lang, v)
			}
			if err := out.Row(cells...); err != nil {
				return err
			}
		}
		done += len(rows)
		if err := progress(ctx, s.rt.DB.W, r, done); err != nil {
			return err
		}
		if next == "" {
			return out.Close()
		}
		after = next
	}
}

// Sweep deletes files whose time is over, and what interrupted work left.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.rt.Now()
	rows, err := over(ctx, s.rt.DB.W, now)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := os.Remove(s.path(r.ID, r.Format)); err != nil && !os.IsNotExist(err) {
			return err
		}
		if err := drop(ctx, s.rt.DB.W, r.ID); err != nil {
			return err
		}
	}
	left, err := filepath.Glob(filepath.Join(s.dir, "writing-*"))
	for _, name := range left {
		if info, err := os.Stat(name); err == nil && time.Since(info.ModTime()) > 24*time.Hour {
			os.Remove(name)
		}
	}
	return err
}
