package application

import (
	"context"
	"encoding/json"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/jobs"
	"fangxin/internal/lifecycle"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

var sweepDef = usecase.Define(usecase.Def{
	Name: "application.sweep", Allow: []access.Role{access.System},
	NoAPI: "runs by itself", NoPage: "runs by itself",
})

// SweepKind is the kind of the periodic job that opens tasks for cases whose
// time is up.
const SweepKind = "application.sweep"

// sweepBatch bounds one transaction.
const sweepBatch = 200

type sweepCommand struct {
	After string `json:"after"`
}

type swept struct {
	Last  string `json:"last"`
	Tasks int    `json:"tasks"`
}

// Worker does the periodic job. It changes no case: it tells people.
func (s *Service) Worker() jobs.Work {
	return func(ctx context.Context, _ json.RawMessage) error {
		_, err := s.Sweep(ctx)
		return err
	}
}

// Sweep opens a task for every case whose due date has passed, once while the
// task is open, and tells how many cases it found.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	ctx = usecase.System(ctx, SweepKind)
	total, after := 0, ""
	for {
		done, err := usecase.Do(ctx, s.rt, sweepDef, sweepCommand{after}, func(ctx context.Context, c *usecase.Call) (swept, error) {
			return s.sweep(ctx, c, after)
		})
		total += done.Tasks
		if err != nil || done.Tasks < sweepBatch {
			return total, err
		}
		after = done.Last
	}
}

func (s *Service) sweep(ctx context.Context, c *usecase.Call, after string) (swept, error) {
	today := calendar.DateOf(c.Now)
	rows, err := overdue(ctx, c.Tx, today.String(), after, sweepBatch)
	if err != nil {
		return swept{}, err
	}
	for _, r := range rows {
		kind, scope := task.CaseOverdue, r.Scope
		switch r.State {
		case lifecycle.Returned:
			kind = task.CorrectionOverdue
		case lifecycle.PublicNotice:
			kind, scope = task.NoticeEnded, deciding(r)
		case lifecycle.Decision:
			scope = provincial(r.Scope)
		}
		_, err := s.tasks.Open(ctx, c, task.Opening{
			Kind: kind, Noun: "application", Subject: string(r.ID), Scope: scope, DueOn: r.DueOn,
			Data: map[string]any{"case_no": r.CaseNo, "state": string(r.State), "name": r.PremisesName},
		})
		if err != nil {
			return swept{}, err
		}
	}
	c.Note("cases", len(rows))
	if len(rows) == 0 {
		return swept{}, nil
	}
	return swept{Last: string(rows[len(rows)-1].ID), Tasks: len(rows)}, nil
}
