package oversight

import (
	"context"
	"encoding/json"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/jobs"
	"fangxin/internal/lifecycle"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// Job carries on a run in the background.
type Job struct {
	Run ident.BulkID `json:"run"`
}

// JobKind is its name in the queue.
const JobKind = "bulk.run"

// Kind names the job.
func (Job) Kind() string { return JobKind }

// actor is who confirmed a run, kept for the background.
type actor struct {
	Account   ident.AccountID   `json:"account"`
	Name      string            `json:"name"`
	Roles     []access.Role     `json:"roles"`
	Authority ident.AuthorityID `json:"authority"`
	Scope     access.Scope      `json:"scope"`
}

func actorOf(p access.Principal) actor {
	return actor{Account: p.Account, Name: p.Name, Roles: p.Roles, Authority: p.Authority, Scope: p.Scope}
}

func (a actor) context(ctx context.Context) context.Context {
	return access.With(ctx, access.Principal{Account: a.Account, Name: a.Name, Roles: a.Roles, Authority: a.Authority, Scope: a.Scope})
}

var (
	workDef = usecase.Define(usecase.Def{
		Name: "bulk.work", Allow: append([]access.Role{access.System}, access.Officers...),
		NoAPI: "a step of bulk.start, taken in the background", NoPage: "a step of bulk.start, taken in the background",
	})
	finishDef = usecase.Define(usecase.Def{
		Name: "bulk.finish", Allow: lifecycle.Bulk.Roles(lifecycle.FinishRun), NoAPI: "ends bulk.start in the background", NoPage: "ends bulk.start in the background",
	})
)

// Workers are the background jobs of the slice.
func (s *Service) Workers() map[string]jobs.Work {
	return map[string]jobs.Work{JobKind: func(ctx context.Context, data json.RawMessage) error {
		var job Job
		if err := json.Unmarshal(data, &job); err != nil {
			return err
		}
		return s.Work(ctx, job.Run)
	}}
}

// portion is how many titles are read at once.
const portion = 100

// Work deals with the titles of a run that are still to be dealt with, each in
// a transaction of its own: the measure and its mark happen together or not at
// all, so that the work may be interrupted anywhere and begun again.
func (s *Service) Work(ctx context.Context, id ident.BulkID) error {
	r, err := runAnywhere(ctx, s.rt.DB.R, id)
	if fault.Is(err, fault.NotFound) || err == nil && r.State != lifecycle.Running {
		return nil // cancelled, or another worker was quicker
	}
	if err != nil {
		return err
	}
	officer := r.Actor.context(ctx)
	for {
		left, err := openItems(ctx, s.rt.DB.R, id, portion)
		if err != nil {
			return err
		}
		if len(left) == 0 {
			break
		}
		for _, it := range left {
			if err := s.item(officer, r, it); err != nil {
				return err
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
	}
	return s.finish(ctx, r)
}

// item takes the measure on one title and marks it. A refusal is marked too;
// what the next try could cure is left for it.
func (s *Service) item(ctx context.Context, r runRow, it itemRow) error {
	err := usecase.Batch(ctx, s.rt, func(ctx context.Context) error {
		if err := s.act(ctx, r, it); err != nil {
			return err
		}
		return s.mark(ctx, r, it, "done", "")
	})
	switch code := fault.CodeOf(err); {
	case err == nil:
		return nil
	case ctx.Err() != nil, code == fault.Unavailable, code == fault.Internal:
		return err
	}
	err = s.mark(ctx, r, it, "refused", string(fault.CodeOf(err)))
	if fault.Is(err, fault.StaleVersion) {
		return nil // another worker dealt with it
	}
	return err
}

func (s *Service) mark(ctx context.Context, r runRow, it itemRow, outcome, code string) error {
	_, err := usecase.Do(ctx, s.rt, workDef, struct{}{}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
		c.About(string(it.Certificate), r.Scope)
		c.Note("run", r.ID)
		c.Note("measure", r.Measure)
		c.Note("outcome", outcome)
		at := c.Now
		it.Outcome, it.Code, it.At = outcome, code, &at
		return struct{}{}, markItem(ctx, c.Tx, &it)
	})
	return err
}

// act takes the measure through the use-case that a single title has for it.
func (s *Service) act(ctx context.Context, r runRow, it itemRow) error {
	switch r.Measure {
	case Suspend:
		_, err := s.titles.Suspend(ctx, certificate.StepCommand{ID: it.Certificate, Reason: r.Reason})
		return err
	case Rectify:
		_, err := s.titles.OrderRectification(ctx, certificate.StepCommand{ID: it.Certificate, Reason: r.Reason})
		return err
	}
	_, err := usecase.Do(ctx, s.rt, workDef, struct{}{}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
		v, operator, err := s.titles.Look(ctx, c.Tx, it.Certificate, c.By)
		if err != nil {
			return struct{}{}, err
		}
		c.About(string(it.Certificate), v.Scope)
		c.Note("measure", r.Measure)
		if r.Measure == Notify {
			return struct{}{}, s.Tell(ctx, c, v, operator, r.Reason, string(r.ID)+"/"+string(v.ID))
		}
		_, err = s.tasks.Open(ctx, c, task.Opening{
			Kind: task.Reinspect, Noun: "certificate", Subject: string(v.ID), Scope: v.Scope,
			DueOn: s.calendar.AddWorkdays(calendar.DateOf(c.Now), reinspectWorkdays).Date.String(), Data: note(v, r),
		})
		return struct{}{}, err
	})
	return err
}

// reinspectWorkdays is the time for a re-inspection that a measure asks for; a
// proposal, like that of an ordered visit.
const reinspectWorkdays = 20

func (s *Service) finish(ctx context.Context, r runRow) error {
	_, err := usecase.Do(usecase.System(ctx, JobKind), s.rt, finishDef, struct{}{}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
		to, err := c.Step(ctx, lifecycle.Bulk, usecase.Subject{ID: string(r.ID), State: r.State, Version: r.Version, Scope: r.Scope}, lifecycle.FinishRun, "", "")
		if err != nil {
			return struct{}{}, err
		}
		at := c.Now
		r.State, r.Version, r.FinishedAt = to, r.Version+1, &at
		return struct{}{}, markRun(ctx, c.Tx, &r)
	})
	if fault.Is(err, fault.StaleVersion) {
		return nil // another worker ended it
	}
	return err
}
