package export

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"fangxin/internal/certificate"
	"fangxin/internal/division"
	"fangxin/internal/fault"
	"fangxin/internal/i18n"
	"fangxin/internal/ident"
	"fangxin/internal/jobs"
	"fangxin/internal/lifecycle"
	"fangxin/internal/sector"
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

// portion is how many titles are read at once.
const portion = 200

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

// rows writes the titles that the person who asked may see.
func (s *Service) rows(ctx context.Context, r *record, to io.Writer) error {
	by, q := r.Actor.principal(), certificate.RegisterQuery{
		Division: r.Filter.Division, Sector: r.Filter.Sector, Scheme: r.Filter.Scheme, Standing: r.Filter.Standing, Limit: portion,
	}
	var err error
	if r.RowsAll, err = s.titles.Count(ctx, s.rt.DB.R, q, by); err != nil {
		return err
	}
	if r.Format == XLSX && r.RowsAll >= tabular.MaxSheetRows {
		return errTooLong
	}
	if err := progress(ctx, s.rt.DB.W, r, 0); err != nil {
		return err
	}
	out, err := s.table(r, to)
	if err != nil {
		return err
	}
	head := make([]string, len(columns))
	for i, c := range columns {
		head[i] = s.texts.T(r.Lang, "export.column_"+c.key)
	}
	if err := out.Row(head...); err != nil {
		return err
	}
	done := 0
	for {
		page, err := s.titles.Portion(ctx, s.rt.DB.R, q, by)
		if err != nil {
			return err
		}
		for _, v := range page.Items {
			cells := make([]string, len(columns))
			for i, c := range columns {
				cells[i] = c.value(s, r.Lang, v)
			}
			if err := out.Row(cells...); err != nil {
				return err
			}
		}
		done += len(page.Items)
		if err := progress(ctx, s.rt.DB.W, r, done); err != nil {
			return err
		}
		if page.Next == "" {
			return out.Close()
		}
		q.After = page.Next
	}
}

func (s *Service) table(r *record, to io.Writer) (tabular.Writer, error) {
	if r.Format == CSV {
		return tabular.CSVWriter(to)
	}
	widths := make([]int, len(columns))
	for i, c := range columns {
		widths[i] = c.width
	}
	return tabular.XLSXWriter(to, s.texts.T(r.Lang, "export.sheet"), widths...)
}

// column is one column of the file.
type column struct {
	key   string
	width int // characters
	value func(s *Service, lang string, v certificate.View) string
}

// columns are those of the public register, in the order in which bureaus keep
// them.
var columns = []column{
	{"number", 22, func(_ *Service, _ string, v certificate.View) string { return v.Number }},
	{"title", 24, func(_ *Service, lang string, v certificate.View) string {
		return i18n.Text{Zh: v.TitleZh, En: v.TitleEn}.In(lang)
	}},
	{"holder", 30, func(_ *Service, _ string, v certificate.View) string { return v.Holder }},
	{"standing", 12, func(s *Service, lang string, v certificate.View) string {
		if v.Standing == "expired" {
			return s.texts.T(lang, "public.expired")
		}
		return lifecycle.Certificate.Label(lifecycle.State(v.Standing), lang)
	}},
	{"division", 10, func(_ *Service, _ string, v certificate.View) string { return v.Division }},
	{"place", 24, func(_ *Service, _ string, v certificate.View) string { return division.Short(v.Division) }},
	{"address", 40, func(_ *Service, _ string, v certificate.View) string { return v.Address }},
	{"sectors", 20, func(_ *Service, lang string, v certificate.View) string {
		names := make([]string, len(v.Sectors))
		for i, code := range v.Sectors {
			names[i] = code
			if s, ok := sector.Lookup(sector.Code(code)); ok {
				names[i] = s.Name(lang)
			}
		}
		return strings.Join(names, " ")
	}},
	{"phone", 16, func(_ *Service, _ string, v certificate.View) string { return v.Phone }},
	{"issued", 12, func(_ *Service, _ string, v certificate.View) string { return v.IssuedOn.String() }},
	{"expires", 12, func(_ *Service, _ string, v certificate.View) string { return v.ExpiresOn.String() }},
	{"inspected", 12, func(_ *Service, _ string, v certificate.View) string { return v.InspectedOn }},
	{"issuer", 24, func(_ *Service, _ string, v certificate.View) string { return v.Issuer }},
	{"approval", 28, func(_ *Service, _ string, v certificate.View) string { return v.Approval }},
	{"reason", 40, func(_ *Service, _ string, v certificate.View) string { return v.Reason }},
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
