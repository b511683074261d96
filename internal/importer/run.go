package importer

import (
	"context"
	"encoding/json"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/jobs"
	"fangxin/internal/merchant"
	"fangxin/internal/usecase"
)

// RunCommand says that a checked file shall be imported.
type RunCommand struct {
	ID ident.ImportID `json:"-" validate:"required,uuid7"`
	// Here is set by a caller that does the work itself, with [Service.Work].
	Here bool `json:"-"`
}

// Run begins to import a checked file, or goes on with one that was
// interrupted. The rows are written in the background.
func (s *Service) Run(ctx context.Context, cmd RunCommand) (View, error) {
	return usecase.Do(ctx, s.rt, runDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return View{}, err
		}
		c.About(string(r.ID), r.Scope)
		if r.State == Done {
			return View{}, fault.New(fault.Conflict, "import_done")
		}
		if r.Kind == Certificates && !c.By.Has(titleImporters...) {
			return View{}, fault.New(fault.Forbidden, "import_titles")
		}
		from := r.Version
		if r.State == Checked {
			r.State, r.StartedAt = Running, &c.Now
		}
		// Whoever runs it answers for it, within their own area.
		r.Actor, r.Account = actorOf(c.By), c.By.Account
		if err := save(ctx, c.Tx, &r, from); err != nil {
			return View{}, err
		}
		if !cmd.Here {
			if err := c.Later(ctx, Job{Run: r.ID}); err != nil {
				return View{}, err
			}
		}
		return r.view(), nil
	})
}

// Worker does the work of runs that were begun.
func (s *Service) Worker() jobs.Work {
	return func(ctx context.Context, data json.RawMessage) error {
		var job Job
		if err := json.Unmarshal(data, &job); err != nil {
			return err
		}
		_, err := s.Work(ctx, job.Run, nil)
		if fault.Is(err, fault.StaleVersion) {
			return nil // another worker has it
		}
		return err
	}
}

// Work writes the rows that are still to be written, as the person who ran
// the file. It may be called again after any interruption. progress, when
// given, hears how many rows were dealt with.
func (s *Service) Work(ctx context.Context, id ident.ImportID, progress func(done, all int)) (View, error) {
	r, err := byID(ctx, s.rt.DB.R, id)
	if err != nil || r.State != Running {
		return r.view(), err
	}
	ctx = r.Actor.context(ctx)
	file, err := fileOf(ctx, s.rt.DB.R, id)
	if err != nil {
		return View{}, err
	}
	table, err := s.table("", r.Kind, r.Name, file.Content, r.Mapping)
	if err != nil {
		return View{}, err
	}
	p, err := usecase.Read(ctx, s.rt, runDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (*plan, error) {
		return s.plan(ctx, idb, by, r.Kind, table)
	})
	if err != nil {
		return View{}, err
	}
	w := &worker{s: s, r: &r, ids: known{operators: map[ident.USCC]knownOperator{}, premises: map[string]knownPremises{}}, plan: p}
	var left []*entry
	for _, e := range p.entries {
		if e.row.Number > r.DoneRow {
			left = append(left, e)
		}
	}
	for len(left) > 0 {
		part := left[:min(batchRows, len(left))]
		left = left[len(part):]
		if err := w.portion(ctx, part); err != nil {
			return r.view(), err
		}
		if progress != nil {
			progress(len(p.entries)-len(left), len(p.entries))
		}
	}
	list, err := s.errorFile("", table, w.problems())
	if err != nil {
		return View{}, err
	}
	return usecase.Do(ctx, s.rt, batchDef, struct{}{}, func(ctx context.Context, c *usecase.Call) (View, error) {
		c.About(string(r.ID), r.Scope)
		r.State, r.FinishedAt = Done, &c.Now
		if err := save(ctx, c.Tx, &r, r.Version); err != nil {
			return View{}, err
		}
		if err := finish(ctx, c.Tx, r.ID, list); err != nil {
			return View{}, err
		}
		for _, hook := range s.OnFinished {
			if err := hook(ctx, c, r.view(), r.Account, r.Scope); err != nil {
				return View{}, err
			}
		}
		c.About(string(r.ID), r.Scope) // a hook may have spoken of its own record
		return r.view(), nil
	})
}

// worker writes the rows of one run.
type worker struct {
	s    *Service
	r    *record
	plan *plan
	ids  known // made by this run
}

// problems are those of the file and those that came up while writing.
func (w *worker) problems() []Problem { return append(w.plan.problems(), w.r.Late...) }

// portion writes rows in one transaction, or one by one when a row of them is
// refused: the others must not wait for it.
func (w *worker) portion(ctx context.Context, part []*entry) error {
	err := w.together(ctx, part, nil)
	if !curable(ctx, err) || len(part) == 0 {
		return err
	}
	for _, e := range part {
		err := w.together(ctx, []*entry{e}, nil)
		if curable(ctx, err) {
			err = w.together(ctx, []*entry{e}, err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// curable reports a refusal of a row, which other rows do not share.
func curable(ctx context.Context, err error) bool {
	if err == nil || ctx.Err() != nil {
		return false
	}
	switch fault.CodeOf(err) {
	case fault.Internal, fault.Unavailable, fault.StaleVersion, fault.Unauthenticated:
		return false
	}
	return true
}

// together writes rows and how far the run has come in one transaction. With
// a cause, the only row is noted as refused for it.
func (w *worker) together(ctx context.Context, part []*entry, cause error) error {
	r := *w.r
	r.Late = append([]Problem{}, w.r.Late...)
	made := known{operators: map[ident.USCC]knownOperator{}, premises: map[string]knownPremises{}}
	err := usecase.Batch(ctx, w.s.rt, func(ctx context.Context) error {
		for _, e := range part {
			o, err := e.outcome, error(nil)
			if o == isNew && cause == nil {
				o, err = w.write(ctx, e, made)
			} else if cause != nil {
				o = w.refused(&r, e, cause)
			}
			if err != nil {
				return err
			}
			r.Counts.add(o)
			r.DoneRow = e.row.Number
		}
		_, err := usecase.Do(ctx, w.s.rt, batchDef, struct{}{}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
			c.About(string(r.ID), r.Scope)
			c.Note("row", r.DoneRow)
			return struct{}{}, save(ctx, c.Tx, &r, r.Version)
		})
		return err
	})
	if err != nil {
		return err
	}
	*w.r = r
	for k, v := range made.operators {
		w.ids.operators[k] = v
	}
	for k, v := range made.premises {
		w.ids.premises[k] = v
	}
	return nil
}

// refused notes why a row could not be written. A record that somebody else
// made since the check is there already.
func (w *worker) refused(r *record, e *entry, cause error) outcome {
	if fault.Is(cause, fault.Duplicate) && w.plan.kind != Certificates {
		return same
	}
	name := "name"
	if w.plan.kind != Merchants {
		name = "shop"
	}
	r.Late = append(r.Late, w.s.refusal(e.row.Number, cause, name, "shop_phone")...)
	return refused
}

// write runs the use-cases of one row.
func (w *worker) write(ctx context.Context, e *entry, made known) (outcome, error) {
	operator, err := w.operator(ctx, e, made)
	if err != nil || w.plan.kind == Merchants {
		return isNew, err
	}
	shop, err := w.shop(ctx, e, operator, made)
	if err != nil || w.plan.kind == Premises {
		return isNew, err
	}
	cmd := *e.title
	cmd.Operator, cmd.Premises, cmd.Scope = operator, shop.ID, shop.Scope
	cmd.Holder, cmd.Address, cmd.Division, cmd.Sectors = shop.Name, shop.Address, shop.Division, shop.Sectors
	cmd.Photo, cmd.Phone = shop.Photo, shop.Phone
	_, err = w.s.certificates.Import(ctx, cmd)
	return isNew, err
}

func (w *worker) operator(ctx context.Context, e *entry, made known) (ident.OperatorID, error) {
	for _, from := range []known{w.plan.known, w.ids, made} {
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
	for _, from := range []known{w.ids, made} {
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
