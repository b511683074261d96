package application

import (
	"context"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// move takes a step and stores all that goes with it: the due date of the new
// state, what the use-case changed in r, the work items it settles, and what
// other slices do about it.
func (s *Service) move(ctx context.Context, c *usecase.Call, r *record, sch scheme.Scheme, a lifecycle.Action, to lifecycle.State, reason string) (View, error) {
	from := r.State
	if _, next, ok := sch.Next(from); ok && to == "" && slices.Contains(lifecycle.Forward, a) {
		to = next
	}
	to, err := c.Step(ctx, lifecycle.Application, r.subject(), a, to, reason)
	if err != nil {
		return View{}, err
	}
	today := calendar.DateOf(c.Now)
	r.State, r.Version, r.StateSince, r.UpdatedAt = to, r.Version+1, c.Now, c.Now
	if r.DueOn, err = s.dueNow(ctx, c.Tx, *r, sch, a); err != nil {
		return View{}, err
	}
	if err := save(ctx, c.Tx, r); err != nil {
		return View{}, err
	}
	if err := s.tasks.Settle(ctx, c, string(r.ID), task.CaseOverdue, task.CorrectionOverdue, task.NoticeEnded); err != nil {
		return View{}, err
	}
	moved := r.moved(sch, a, from)
	for _, hook := range s.OnMoved {
		if err := hook(inner(ctx), c, moved); err != nil {
			return View{}, err
		}
	}
	c.About(string(r.ID), r.Scope) // a hook may have spoken of its own record
	c.Note("from", from)
	c.Note("to", to)
	return s.view(*r, sch, today), nil
}

// moved is what other slices hear of a step that the record has taken.
func (r *record) moved(sch scheme.Scheme, a lifecycle.Action, from lifecycle.State) Moved {
	return Moved{
		Application: r.ID, Premises: r.Premises, Operator: r.Operator, Scheme: r.Scheme, SchemeVer: r.SchemeVersion, Sheet: r.Sheet,
		Sectors: r.Sectors, Scope: r.Scope, Action: a, From: from, To: r.State, Decides: sch.Decides.Role(), DueOn: r.DueOn, CaseNo: r.CaseNo, Shop: r.PremisesName,
		Title: sch.Title, Contact: r.Form.Contact, Reason: r.Reason, Corrections: r.Corrections, AppealUntil: r.AppealUntil,
		Certificate: r.Certificate, Version: r.Version,
	}
}

// WouldMove tells what other slices would hear if the reader took a step now,
// so that a page can say beforehand who will be told. It checks nothing that
// the step itself checks.
func (s *Service) WouldMove(ctx context.Context, idb usecase.Reader, by access.Principal, id ident.ApplicationID, a lifecycle.Action) (Moved, error) {
	r, err := get(ctx, idb, id, by)
	if err != nil {
		return Moved{}, err
	}
	st, ok := lifecycle.Application.Step(a)
	if !ok {
		return Moved{}, fault.New(fault.NotFound, "")
	}
	sch, err := scheme.Pinned(ctx, idb, r.Scheme, r.SchemeVersion)
	if err != nil {
		return Moved{}, err
	}
	from := r.State
	r.State = st.To[0]
	if _, to, ok := sch.Next(from); ok && slices.Contains(lifecycle.Forward, a) {
		r.State = to
	}
	if a == lifecycle.Resubmit {
		r.State = r.ReturnedFrom
	}
	if r.DueOn, err = s.dueNow(ctx, idb, r, sch, a, step{From: from, To: r.State, At: s.rt.Now()}); err != nil {
		return Moved{}, err
	}
	return r.moved(sch, a, from), nil
}

// inner is the context for what other slices do in the same transaction: the
// caller's precondition was about the case, not about their records.
func inner(ctx context.Context) context.Context {
	return usecase.WithEdge(ctx, usecase.Edge{RequestID: usecase.RequestID(ctx)})
}

// forOfficer reads a case on which an officer wants to act, and refuses those
// who must not: the wrong level, the owner, the case's own inspectors.
func (s *Service) forOfficer(ctx context.Context, c *usecase.Call, id ident.ApplicationID, a lifecycle.Action) (record, scheme.Scheme, error) {
	r, err := get(ctx, c.Tx, id, c.By)
	if err != nil {
		return r, scheme.Scheme{}, err
	}
	c.About(string(r.ID), r.Scope)
	if _, err := lifecycle.Application.Check(c.By, a, r.State, ""); err != nil {
		return r, scheme.Scheme{}, err
	}
	sch, err := scheme.Pinned(ctx, c.Tx, r.Scheme, r.SchemeVersion)
	if err != nil {
		return r, sch, err
	}
	if err := s.mayDecide(ctx, c.Tx, r, sch, c.By, a); err != nil {
		return r, sch, err
	}
	if !sch.Takes(r.State, a) {
		return r, sch, fault.New(fault.IllegalStep, "not_on_route")
	}
	return r, sch, nil
}

// mayDecide refuses officers of another level, and whom an earlier part in the
// case or an interest in the operator keeps from the step.
func (s *Service) mayDecide(ctx context.Context, idb usecase.Reader, r record, sch scheme.Scheme, by access.Principal, a lifecycle.Action) error {
	if _, ok := lifecycle.ReviewLevel(r.State); ok && !by.Has(sch.Waits(r.State)) {
		return fault.New(fault.Forbidden, "other_level")
	}
	matter, err := s.matter(ctx, idb, r)
	if err != nil {
		return err
	}
	return s.rt.Apart(ctx, idb, by, lifecycle.Application, a, matter)
}
