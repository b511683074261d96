package importer

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/jobs"
	"fangxin/internal/merchant"
	"fangxin/internal/usecase"
)

// Worker does the work of runs that were begun.
func (s *Service) Worker() jobs.Work {
	return func(ctx context.Context, data json.RawMessage) error {
		var job Job
		if err := json.Unmarshal(data, &job); err != nil {
			return err
		}
		_, err := s.Work(ctx, job.Run, Pace{})
		if fault.Is(err, fault.StaleVersion) || fault.Is(err, fault.NotFound) {
			return nil // another worker has it, or it was dropped
		}
		return err
	}
}

// Pace is how a caller wants the work to be done.
type Pace struct {
	// Progress hears how many rows were dealt with after each transaction.
	Progress func(done, all int)
	// Rest is the pause between transactions, in which other programs that use
	// the same SQLite file can write.
	Rest time.Duration
}

// Work writes the rows that are still to be written, as the person who ran
// the file. It may be called again after any interruption.
func (s *Service) Work(ctx context.Context, id ident.ImportID, pace Pace) (View, error) {
	r, err := byID(ctx, s.rt.DB.R, id)
	if err != nil {
		return View{}, err
	}
	if r.State != Running {
		notes, err := notesOf(ctx, s.rt.DB.R, id, shownProblems)
		return s.view(r, notes), err
	}
	ctx = r.Actor.context(ctx)
	file, err := fileOf(ctx, s.rt.DB.R, id)
	if err != nil {
		return s.view(r, nil), err
	}
	table, err := s.table(r.Actor.Lang, r.Kind, r.Name, file.Content, r.Mapping)
	if err != nil {
		return s.view(r, nil), err
	}
	p, err := usecase.Read(ctx, s.rt, runDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (*plan, error) {
		return s.plan(ctx, idb, by, r.Kind, table)
	})
	if err != nil {
		return s.view(r, nil), err
	}
	w := &worker{s: s, r: &r, plan: p, made: newKnown()}
	left := slices.DeleteFunc(slices.Clone(p.entries), func(e *entry) bool { return e.row.Number <= r.DoneRow })
	if err := w.reserve(ctx, left); err != nil {
		return s.view(r, nil), err
	}
	for len(left) > 0 {
		part := left[:min(batchRows, len(left))]
		left = left[len(part):]
		if err := w.portion(ctx, part); err != nil {
			return s.view(r, nil), err
		}
		if pace.Progress != nil {
			pace.Progress(len(p.entries)-len(left), len(p.entries))
		}
		if !sleep(ctx, pace.Rest) {
			return s.view(r, nil), ctx.Err()
		}
	}
	return w.finish(ctx)
}

// worker writes the rows of one run.
type worker struct {
	s    *Service
	r    *record
	plan *plan
	made known // by this run
}

// reserve keeps the numbers that rows without one draw apart from those that
// other rows of the file bring.
func (w *worker) reserve(ctx context.Context, entries []*entry) error {
	var numbers []string
	for _, e := range entries {
		if e.outcome == isNew && e.title != nil && e.title.Number != "" {
			numbers = append(numbers, e.title.Number)
		}
	}
	if numbers == nil {
		return nil
	}
	_, err := usecase.Do(ctx, w.s.rt, batchDef, struct{}{}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
		c.About(string(w.r.ID), w.r.Scope)
		c.Note("numbers", len(numbers))
		return struct{}{}, w.s.certificates.Reserve(ctx, c, numbers)
	})
	return err
}

// finish writes the list of errors and lets the file go.
func (w *worker) finish(ctx context.Context) (View, error) {
	return usecase.Do(ctx, w.s.rt, batchDef, struct{}{}, func(ctx context.Context, c *usecase.Call) (View, error) {
		r := *w.r
		notes, err := notesOf(ctx, c.Tx, r.ID, 0)
		if err != nil {
			return View{}, err
		}
		list, err := w.s.errorFile(r.Actor.Lang, w.plan.table, notes)
		if err != nil {
			return View{}, err
		}
		r.State, r.FinishedAt, r.MovedAt = Done, &c.Now, c.Now
		if err := save(ctx, c.Tx, &r); err != nil {
			return View{}, err
		}
		if err := conclude(ctx, c.Tx, r.ID, list); err != nil {
			return View{}, err
		}
		v := w.s.view(r, notes)
		for _, hook := range w.s.OnFinished {
			if err := hook(ctx, c, v, r.Account, r.Scope); err != nil {
				return View{}, err
			}
		}
		c.About(string(r.ID), r.Scope) // a hook may have spoken of its own record
		return v, nil
	})
}

// portion writes rows in one transaction; when one of them is refused, halves
// of them, down to the one: the others must not wait for it.
func (w *worker) portion(ctx context.Context, part []*entry) error {
	err := w.patiently(ctx, part, nil)
	switch {
	case err == nil || !curable(ctx, err):
		return err
	case len(part) > 1:
		half := len(part) / 2
		if err := w.portion(ctx, part[:half]); err != nil {
			return err
		}
		return w.portion(ctx, part[half:])
	}
	return w.patiently(ctx, part, err)
}

// curable reports a refusal of a row, which other rows need not share. When
// the whole database fails, noting the refusal fails too and ends the run.
func curable(ctx context.Context, err error) bool {
	if ctx.Err() != nil {
		return false
	}
	switch fault.CodeOf(err) {
	case fault.Unavailable, fault.StaleVersion, fault.Unauthenticated:
		return false
	}
	return true
}

// Other writers of the same database are waited for a few times.
const (
	attempts   = 6
	firstPause = 50 * time.Millisecond
)

func (w *worker) patiently(ctx context.Context, part []*entry, cause error) error {
	for n := 1; ; n++ {
		err := w.together(ctx, part, cause)
		if !fault.Is(err, fault.Unavailable) || n == attempts || !sleep(ctx, firstPause<<n) {
			return err
		}
	}
}

// sleep waits; it reports false when the context ended meanwhile.
func sleep(ctx context.Context, d time.Duration) bool {
	if d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
		case <-ctx.Done():
		}
	}
	return ctx.Err() == nil
}

// together writes rows and how far the run has come in one transaction. With
// a cause, the only row is noted as refused for it.
func (w *worker) together(ctx context.Context, part []*entry, cause error) error {
	r := *w.r
	made := newKnown()
	err := usecase.Batch(ctx, w.s.rt, func(ctx context.Context) error {
		var notes []note
		for _, e := range part {
			o, own := e.outcome, e.notes
			if o == isNew {
				var err error
				if cause != nil {
					o, own = w.refused(e, cause)
				} else if err = w.write(ctx, e, made); err != nil {
					return err
				}
			}
			r.Counts.add(o)
			r.DoneRow = e.row.Number
			notes = append(notes, own...)
		}
		r.Counts.Problems += len(notes)
		_, err := usecase.Do(ctx, w.s.rt, batchDef, struct{}{}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
			c.About(string(r.ID), r.Scope)
			c.Note("row", r.DoneRow)
			if cause != nil {
				c.Note("refused", fault.CodeOf(cause))
			}
			r.MovedAt = c.Now
			if err := keep(ctx, c.Tx, r.ID, notes); err != nil {
				return struct{}{}, err
			}
			return struct{}{}, save(ctx, c.Tx, &r)
		})
		return err
	})
	if err != nil {
		return err
	}
	*w.r = r
	maps.Copy(w.made.operators, made.operators)
	maps.Copy(w.made.premises, made.premises)
	return nil
}

// refused notes why a row could not be written. A record that somebody else
// made since the check is there already.
func (w *worker) refused(e *entry, cause error) (outcome, []note) {
	if fault.Is(cause, fault.Duplicate) && (w.plan.kind == Merchants || w.plan.kind == Premises) {
		return same, e.notes
	}
	name := "name"
	if w.plan.kind != Merchants {
		name = "shop"
	}
	return refused, append(slices.Clone(e.notes), refusal(e.row.Number, cause, name, "shop_phone")...)
}

// write runs the use-cases of one row.
func (w *worker) write(ctx context.Context, e *entry, made known) error {
	if w.plan.kind == Facts {
		_, err := w.s.merchants.RecordFacts(ctx, *e.facts)
		return err
	}
	operator, err := w.operator(ctx, e, made)
	if err != nil || w.plan.kind == Merchants {
		return err
	}
	shop, err := w.shop(ctx, e, operator, made)
	if err != nil || w.plan.kind == Premises {
		return err
	}
	cmd := *e.title
	cmd.Operator, cmd.Premises, cmd.Scope = operator, shop.ID, shop.Scope
	cmd.Holder, cmd.Address, cmd.Division, cmd.Sectors = shop.Name, shop.Address, shop.Division, shop.Sectors
	cmd.Photo, cmd.Phone = shop.Photo, shop.Phone
	_, err = w.s.certificates.Import(ctx, cmd)
	return err
}

func (w *worker) operator(ctx context.Context, e *entry, made known) (ident.OperatorID, error) {
	for _, from := range []known{w.plan.known, w.made, made} {
		if o, ok := from.operators[e.uscc]; ok {
			return o.ID, nil
		}
	}
	cmd := e.operator
	if by := access.From(ctx); by.Scope != access.Everything {
		cmd.Scope = string(by.Scope)
	}
	v, err := w.s.merchants.AddOperator(ctx, cmd)
	made.operators[e.uscc] = knownOperator{ID: v.ID, USCC: e.uscc, Name: v.Name}
	return v.ID, err
}

func (w *worker) shop(ctx context.Context, e *entry, operator ident.OperatorID, made known) (merchant.PremisesView, error) {
	id := e.premises
	for _, from := range []known{w.made, made} {
		if p, ok := from.premises[e.key]; ok {
			id = p.ID
		}
	}
	if id != "" {
		return w.s.merchants.Premises(ctx, id)
	}
	cmd := *e.shop
	cmd.Operator = operator
	v, err := w.s.merchants.AddPremises(ctx, cmd)
	made.premises[e.key] = knownPremises{ID: v.ID}
	return v, err
}
