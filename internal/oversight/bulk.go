package oversight

import (
	"context"
	"strings"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// Measure is what is done about each title.
type Measure string

// The measures.
const (
	Suspend   Measure = "suspend"             // 暂停
	Rectify   Measure = "order_rectification" // 责令整改
	Reinspect Measure = "reinspect"           // 安排复查
	Notify    Measure = "notify"              // 通知
)

// Measures lists them, the heaviest first.
var Measures = []Measure{Suspend, Rectify, Reinspect, Notify}

// Values lists the codes for the API's enum.
func (Measure) Values() []string {
	out := make([]string, len(Measures))
	for i, m := range Measures {
		out[i] = string(m)
	}
	return out
}

// step is the step of the certificate that a measure takes; "" for none.
func (m Measure) step() lifecycle.Action {
	switch m {
	case Suspend:
		return lifecycle.Suspend
	case Rectify:
		return lifecycle.OrderRectification
	}
	return ""
}

// most is how many titles one run takes: beyond it the question is too wide to
// be looked through before it is confirmed.
const most = 5000

// Run is one measure for many titles.
type Run struct {
	ID         ident.BulkID    `json:"id" format:"uuid"`
	Measure    Measure         `json:"measure"`
	State      lifecycle.State `json:"state"`
	Question   Question        `json:"question"`
	Reason     string          `json:"reason,omitempty" doc:"Given at the confirmation; the public reads it with a suspension."`
	By         string          `json:"by" doc:"Who prepared or confirmed it."`
	Total      int             `json:"total"`
	Would      int             `json:"would" doc:"Titles still to be dealt with."`
	Cannot     int             `json:"cannot" doc:"Titles whose state does not allow the measure."`
	Done       int             `json:"done"`
	Refused    int             `json:"refused" doc:"Titles that refused it when their turn came."`
	CreatedAt  time.Time       `json:"created_at"`
	StartedAt  *time.Time      `json:"started_at,omitempty"`
	FinishedAt *time.Time      `json:"finished_at,omitempty"`
	Version    int64           `json:"version"`
}

// Item is one title of a run.
type Item struct {
	N           int64               `json:"n"`
	Certificate ident.CertificateID `json:"certificate" format:"uuid"`
	Number      string              `json:"number"`
	Holder      string              `json:"holder"`
	State       lifecycle.State     `json:"state" doc:"Of the title when the run was prepared."`
	Outcome     string              `json:"outcome" doc:"would or cannot before the run, then done or refused."`
	Code        string              `json:"code,omitempty" doc:"Fault with which it cannot or did not happen."`
	At          *time.Time          `json:"at,omitempty"`
}

// PrepareCommand asks what a measure would do.
type PrepareCommand struct {
	Question
	Measure Measure `json:"measure" validate:"required,oneof=suspend order_rectification reinspect notify"`
}

// RunStep confirms or cancels a run.
type RunStep struct {
	ID     ident.BulkID `json:"-" validate:"required,uuid7"`
	Reason string       `json:"reason,omitempty" validate:"max=500,plain" doc:"Needed to confirm. Public with a suspension or an order to rectify; name no person."`
}

// RunQuery pages through runs.
type RunQuery struct {
	Limit int    `json:"limit" validate:"min=0,max=200"`
	After string `json:"after" validate:"max=400"`
}

// RunPage is one page of runs.
type RunPage struct {
	Items []Run
	Next  string
}

// ItemQuery pages through the titles of a run.
type ItemQuery struct {
	ID      ident.BulkID `json:"-" validate:"required,uuid7"`
	Outcome string       `json:"outcome" validate:"omitempty,oneof=would cannot done refused"`
	Limit   int          `json:"limit" validate:"min=0,max=200"`
	After   string       `json:"after" validate:"max=400"`
}

// ItemPage is one page of them.
type ItemPage struct {
	Items []Item
	Next  string
}

func bulkStep(a lifecycle.Action) *usecase.Def {
	return usecase.Define(usecase.Def{Name: "bulk." + string(a), Allow: lifecycle.Bulk.Roles(a)})
}

var (
	prepareDef = usecase.Define(usecase.Def{Name: "bulk.prepare", Allow: officers})
	startDef   = bulkStep(lifecycle.StartRun)
	cancelDef  = bulkStep(lifecycle.CancelRun)
	runsDef    = usecase.Define(usecase.Def{Name: "bulk.list", Allow: watchers})
	runDef     = usecase.Define(usecase.Def{Name: "bulk.get", Allow: watchers})
	itemsDef   = usecase.Define(usecase.Def{Name: "bulk.items", Allow: watchers})
)

// Prepare lists the titles that a question finds, with what the measure would
// do to each. It changes none of them.
func (s *Service) Prepare(ctx context.Context, cmd PrepareCommand) (Run, error) {
	return usecase.Do(ctx, s.rt, prepareDef, cmd, func(ctx context.Context, c *usecase.Call) (Run, error) {
		if err := cmd.Question.check(); err != nil {
			return Run{}, err
		}
		today := calendar.DateOf(c.Now).String()
		n, err := countAffected(ctx, c.Tx, cmd.Question, c.By, today)
		switch {
		case err != nil:
			return Run{}, err
		case n == 0:
			return Run{}, fault.New(fault.NotReady, "bulk_nothing")
		case n > most:
			return Run{}, fault.New(fault.TooLarge, "bulk_too_many", n, most)
		}
		r := runRow{
			ID: ident.New[ident.BulkID](), Measure: cmd.Measure, State: lifecycle.Bulk.Start, Version: 1, Scope: string(c.By.Scope),
			Question: cmd.Question, Actor: actorOf(c.By), Account: c.By.Account, CreatedAt: c.Now, UpdatedAt: c.Now,
		}
		if err := insertRun(ctx, c.Tx, &r); err != nil {
			return Run{}, err
		}
		var items []itemRow
		q := AffectedQuery{Question: cmd.Question, Limit: 200}
		for {
			rows, next, err := affected(ctx, c.Tx, q, c.By, today)
			if err != nil {
				return Run{}, err
			}
			for _, t := range rows {
				it := itemRow{Run: r.ID, N: int64(len(items) + 1), Certificate: t.ID, Number: t.Number, Holder: t.Holder, State: t.State, Outcome: "would"}
				if a := cmd.Measure.step(); a != "" {
					if _, err := lifecycle.Certificate.Check(c.By, a, t.State, ""); err != nil {
						it.Outcome, it.Code = "cannot", string(fault.CodeOf(err))
					}
				}
				items = append(items, it)
			}
			if q.After = next; next == "" {
				break
			}
		}
		if err := insertItems(ctx, c.Tx, items); err != nil {
			return Run{}, err
		}
		c.Note("titles", len(items))
		c.Note("measure", cmd.Measure)
		if err := c.Begin(ctx, lifecycle.Bulk, string(r.ID), r.Scope); err != nil {
			return Run{}, err
		}
		return s.run(ctx, c.Tx, r)
	})
}

// Start confirms a run; its titles are dealt with in the background, by name
// of whoever confirmed it.
func (s *Service) Start(ctx context.Context, cmd RunStep) (Run, error) {
	return usecase.Do(ctx, s.rt, startDef, cmd, func(ctx context.Context, c *usecase.Call) (Run, error) {
		return s.stepRun(ctx, c, cmd, lifecycle.StartRun, func(r *runRow) error {
			at := c.Now
			r.Reason, r.StartedAt, r.Actor, r.Account = strings.TrimSpace(cmd.Reason), &at, actorOf(c.By), c.By.Account
			return c.Later(ctx, Job{Run: r.ID})
		})
	})
}

// Cancel drops a run that was not confirmed.
func (s *Service) Cancel(ctx context.Context, cmd RunStep) (Run, error) {
	return usecase.Do(ctx, s.rt, cancelDef, cmd, func(ctx context.Context, c *usecase.Call) (Run, error) {
		return s.stepRun(ctx, c, cmd, lifecycle.CancelRun, func(r *runRow) error { return nil })
	})
}

func (s *Service) stepRun(ctx context.Context, c *usecase.Call, cmd RunStep, a lifecycle.Action, with func(*runRow) error) (Run, error) {
	r, err := runByID(ctx, c.Tx, cmd.ID, c.By)
	if err != nil {
		return Run{}, err
	}
	to, err := c.Step(ctx, lifecycle.Bulk, usecase.Subject{ID: string(r.ID), State: r.State, Version: r.Version, Scope: r.Scope}, a, "", strings.TrimSpace(cmd.Reason))
	if err != nil {
		return Run{}, err
	}
	r.State, r.Version, r.UpdatedAt = to, r.Version+1, c.Now
	if err := with(&r); err != nil {
		return Run{}, err
	}
	if err := markRun(ctx, c.Tx, &r); err != nil {
		return Run{}, err
	}
	return s.run(ctx, c.Tx, r)
}

// Runs lists the runs of the reader's area, newest first.
func (s *Service) Runs(ctx context.Context, q RunQuery) (RunPage, error) {
	return usecase.Read(ctx, s.rt, runsDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (RunPage, error) {
		rows, next, err := runs(ctx, idb, q, by)
		p := RunPage{Items: make([]Run, len(rows)), Next: next}
		for i, r := range rows {
			if p.Items[i], err = s.run(ctx, idb, r); err != nil {
				return p, err
			}
		}
		return p, err
	})
}

// Run reads one run with its counts.
func (s *Service) Run(ctx context.Context, id ident.BulkID) (Run, error) {
	return usecase.Read(ctx, s.rt, runDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Run, error) {
		r, err := runByID(ctx, idb, id, by)
		if err != nil {
			return Run{}, err
		}
		return s.run(ctx, idb, r)
	})
}

// Items lists the titles of a run in its order.
func (s *Service) Items(ctx context.Context, q ItemQuery) (ItemPage, error) {
	return usecase.Read(ctx, s.rt, itemsDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (ItemPage, error) {
		if _, err := runByID(ctx, idb, q.ID, by); err != nil {
			return ItemPage{}, err
		}
		rows, next, err := items(ctx, idb, q)
		p := ItemPage{Items: make([]Item, len(rows)), Next: next}
		for i, r := range rows {
			p.Items[i] = Item{r.N, r.Certificate, r.Number, r.Holder, r.State, r.Outcome, r.Code, r.At}
		}
		return p, err
	})
}

func (s *Service) run(ctx context.Context, idb usecase.Reader, r runRow) (Run, error) {
	v := Run{
		ID: r.ID, Measure: r.Measure, State: r.State, Question: r.Question, Reason: r.Reason, By: r.Actor.Name, CreatedAt: r.CreatedAt,
		StartedAt: r.StartedAt, FinishedAt: r.FinishedAt, Version: r.Version,
	}
	counts, err := outcomes(ctx, idb, r.ID)
	v.Would, v.Cannot, v.Done, v.Refused = counts["would"], counts["cannot"], counts["done"], counts["refused"]
	v.Total = v.Would + v.Cannot + v.Done + v.Refused
	return v, err
}

// note is what the holder is told, or what the task says.
func note(v certificate.View, r runRow) map[string]any {
	return map[string]any{"name": v.Holder, "number": v.Number, "note": r.Reason}
}
