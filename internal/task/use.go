package task

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

var (
	listDef  = usecase.Define(usecase.Def{Name: "task.list", Allow: staff})
	getDef   = usecase.Define(usecase.Def{Name: "task.get", Allow: staff})
	closeDef = usecase.Define(usecase.Def{Name: "task.close", Allow: append([]access.Role{access.System, access.Inspector, access.Administrator}, access.Officers...)})
)

// Opening is a task to be opened.
type Opening struct {
	Kind, Noun, Subject string
	Scope               string // authority path of the officers to whom it goes
	DueOn               string // YYYY-MM-DD, may be empty
	Data                map[string]any
	// Each makes one task for every opening; otherwise a second one of the
	// kind for the subject changes nothing while the first is open.
	Each bool
}

// Open opens a task inside the caller's transaction.
func (s *Service) Open(ctx context.Context, c *usecase.Call, o Opening) (ident.TaskID, error) {
	r := record{
		ID: ident.New[ident.TaskID](), Kind: o.Kind, Noun: o.Noun, Subject: o.Subject, Dedupe: o.Subject, Scope: o.Scope,
		State: Open, DueOn: o.DueOn, Data: o.Data, Version: 1, CreatedAt: c.Now, UpdatedAt: c.Now,
	}
	if o.Each {
		r.Dedupe = string(r.ID)
	}
	if r.Data == nil {
		r.Data = map[string]any{}
	}
	fresh, err := insert(ctx, c.Tx, &r)
	if err != nil || !fresh {
		return r.ID, err
	}
	for _, hook := range s.OnOpened {
		if err := hook(ctx, c, r.view()); err != nil {
			return r.ID, err
		}
	}
	return r.ID, nil
}

// Settle closes the open tasks of the kinds about a record, because what they
// asked for has happened.
func (s *Service) Settle(ctx context.Context, c *usecase.Call, subject string, kinds ...string) error {
	return settle(ctx, c.Tx, subject, kinds, c.By.Account, c.Now)
}

// List lists the tasks in the reader's area; open ones when no state is given.
func (s *Service) List(ctx context.Context, q ListQuery) (Page, error) {
	return usecase.Read(ctx, s.rt, listDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Page, error) {
		if q.State == "" {
			q.State = Open
		}
		rows, next, err := list(ctx, idb, by.Scope, q)
		if err != nil {
			return Page{}, err
		}
		p := Page{Items: make([]View, len(rows)), Next: next}
		for i, r := range rows {
			p.Items[i] = r.view()
		}
		return p, nil
	})
}

// Get reads one task.
func (s *Service) Get(ctx context.Context, id ident.TaskID) (View, error) {
	return usecase.Read(ctx, s.rt, getDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (View, error) {
		r, err := get(ctx, idb, id, by.Scope)
		return r.view(), err
	})
}

// Close closes a task with a note of what was done.
func (s *Service) Close(ctx context.Context, cmd CloseCommand) (View, error) {
	return usecase.Do(ctx, s.rt, closeDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := get(ctx, c.Tx, cmd.ID, c.By.Scope)
		if err != nil {
			return View{}, err
		}
		c.About(string(r.ID), r.Scope)
		c.Note("kind", r.Kind)
		if r.State == Done {
			return View{}, fault.New(fault.Conflict, "task_closed")
		}
		if err := c.Precondition(ctx, r.Version); err != nil {
			return View{}, err
		}
		if err := closeOne(ctx, c.Tx, r, cmd.Note, c.By.Account, c.Now); err != nil {
			return View{}, err
		}
		r.State, r.Note, r.ClosedAt, r.Version = Done, cmd.Note, c.Now, r.Version+1
		return r.view(), nil
	})
}
