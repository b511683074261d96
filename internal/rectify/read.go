package rectify

import (
	"context"
	"encoding/json"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/ident"
	"fangxin/internal/jobs"
	"fangxin/internal/lifecycle"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// ListQuery filters orders; open ones when neither a state nor a title is given.
type ListQuery struct {
	State       lifecycle.State     `json:"state" validate:"omitempty,oneof=ordered submitted visit proven mended unmended annulled"`
	Overdue     bool                `json:"overdue" doc:"Only those whose holder is late."`
	Certificate ident.CertificateID `json:"certificate" validate:"omitempty,uuid7"`
	Limit       int                 `json:"limit" validate:"min=0,max=200"`
	After       string              `json:"after" validate:"max=400"`
}

// Page is one page of orders.
type Page struct {
	Items []View
	Next  string // cursor; "" on the last page
}

var readers = append(append([]access.Role{access.Supervisor, access.System, access.Inspector}, access.Officers...), holders...)

var (
	listDef  = usecase.Define(usecase.Def{Name: "rectification.list", Allow: readers})
	getDef   = usecase.Define(usecase.Def{Name: "rectification.get", Allow: readers})
	sweepDef = usecase.Define(usecase.Def{Name: "rectification.sweep", Allow: []access.Role{access.System}, NoAPI: "runs by itself", NoPage: "runs by itself"})
)

// List lists the orders of the reader's area or shops, by due date.
func (s *Service) List(ctx context.Context, q ListQuery) (Page, error) {
	return usecase.Read(ctx, s.rt, listDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Page, error) {
		now := s.rt.Now()
		rows, next, err := list(ctx, idb, q, by, calendar.DateOf(now).String())
		if err != nil {
			return Page{}, err
		}
		ids := make([]ident.RectificationID, len(rows))
		for i, r := range rows {
			ids[i] = r.ID
		}
		findings, err := findingsOf(ctx, idb, ids...)
		p := Page{Items: make([]View, len(rows)), Next: next}
		for i, r := range rows {
			p.Items[i] = s.view(r, findings[r.ID], by, now)
		}
		return p, err
	})
}

// Get reads one order.
func (s *Service) Get(ctx context.Context, id ident.RectificationID) (View, error) {
	return usecase.Read(ctx, s.rt, getDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (View, error) {
		r, findings, err := get(ctx, idb, id, by)
		return s.view(r, findings, by, s.rt.Now()), err
	})
}

// SweepKind is the kind of the periodic job that opens tasks for orders whose
// time is up.
const SweepKind = "rectification.sweep"

const sweepBatch = 200 // bounds one transaction

// Worker does the periodic job. It changes no order: it tells people.
func (s *Service) Worker() jobs.Work {
	return func(ctx context.Context, _ json.RawMessage) error {
		_, err := s.Sweep(ctx)
		return err
	}
}

// warnWorkdays is how many working days before the day a holder is reminded.
const warnWorkdays = 3

// Sweep opens a task and tells the holder for every order that is overdue,
// once while the task is open, and says how many it found. It also reminds of
// the orders whose day is near.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	ctx = usecase.System(ctx, SweepKind)
	if err := s.remind(ctx); err != nil {
		return 0, err
	}
	total, after := 0, ""
	for {
		n, err := usecase.Do(ctx, s.rt, sweepDef, after, func(ctx context.Context, c *usecase.Call) (int, error) {
			rows, err := overdue(ctx, c.Tx, calendar.DateOf(c.Now).String(), after, sweepBatch)
			for _, r := range rows {
				if err != nil {
					break
				}
				after = string(r.ID)
				_, err = s.tasks.Open(ctx, c, task.Opening{
					Kind: task.RectificationOverdue, Noun: lifecycle.Rectifications.Noun, Subject: string(r.ID), Scope: r.Scope, DueOn: r.DueOn,
					Data: map[string]any{"name": r.Holder},
				})
				if err == nil {
					err = s.tell(ctx, c, s.view(r, nil, c.By, c.Now), "overdue")
				}
			}
			c.Note("orders", len(rows))
			return len(rows), err
		})
		total += n
		if err != nil || n < sweepBatch {
			return total, err
		}
	}
}

// remind tells of the orders that are not overdue and soon will be; whoever
// listens tells each once.
func (s *Service) remind(ctx context.Context) error {
	for after := ""; ; {
		n, err := usecase.Do(ctx, s.rt, sweepDef, after, func(ctx context.Context, c *usecase.Call) (int, error) {
			today := calendar.DateOf(c.Now)
			rows, err := dueBetween(ctx, c.Tx, today.String(), s.calendar.AddWorkdays(today, warnWorkdays).Date.String(), after, sweepBatch)
			for _, r := range rows {
				if err == nil {
					after, err = string(r.ID), s.tell(ctx, c, s.view(r, nil, c.By, c.Now), "due_soon")
				}
			}
			c.Note("near", len(rows))
			return len(rows), err
		})
		if err != nil || n < sweepBatch {
			return err
		}
	}
}
