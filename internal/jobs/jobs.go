// Package jobs owns background work: a queue in the same database and the same
// transaction as the decisions that make the work necessary, and the workers
// that do it, with retries and unique and periodic jobs, on both databases.
//
// It knows no job; slices hand in their workers. A job must be safe to run
// twice: the queue promises at least once.
package jobs

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"fangxin/internal/db"
	"fangxin/internal/usecase"
)

// Work handles one job; data is the JSON of what was enqueued. An error makes
// the queue try again later, with growing pauses.
type Work func(ctx context.Context, data json.RawMessage) error

// Periodic is work that comes back by itself.
type Periodic struct {
	Kind  string
	Every time.Duration
}

// Post is the lane of jobs that wait for servers of others; a job chooses it
// with a method Lane. Slow servers then never hold up the work in the house.
const Post = "post"

// Queue is the queue of one process.
type Queue struct {
	client *river.Client[*sql.Tx]
	work   map[string]Work
}

// envelope is the one kind of job that the queue library sees: a name and the
// JSON of the job behind it.
type envelope struct {
	Name string          `json:"name"`
	Data json.RawMessage `json:"data"`
}

func (envelope) Kind() string { return "fangxin" }

type worker struct {
	river.WorkerDefaults[envelope]
	queue *Queue
}

func (w *worker) Work(ctx context.Context, job *river.Job[envelope]) error {
	do, ok := w.queue.work[job.Args.Name]
	if !ok {
		return river.JobCancel(fmt.Errorf("no worker for %q", job.Args.Name))
	}
	return do(ctx, job.Args.Data)
}

func (w *worker) Timeout(*river.Job[envelope]) time.Duration { return 10 * time.Minute }

// Migrate brings the queue's own tables up to date.
func Migrate(ctx context.Context, d *db.DB) error {
	m, err := rivermigrate.New(driver(d), nil)
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

func driver(d *db.DB) riverdriver.Driver[*sql.Tx] {
	if d.Dialect == db.SQLite {
		return riversqlite.New(d.W.DB)
	}
	return riverdatabasesql.New(d.W.DB)
}

// New makes a queue over the workers by kind of job. It enqueues at once, and
// works after [Queue.Start].
func New(d *db.DB, log *slog.Logger, work map[string]Work, periodic []Periodic) (*Queue, error) {
	q := &Queue{work: work}
	workers := river.NewWorkers()
	if err := river.AddWorkerSafely[envelope](workers, &worker{queue: q}); err != nil {
		return nil, err
	}
	var periodicJobs []*river.PeriodicJob
	for _, p := range periodic {
		periodicJobs = append(periodicJobs, river.NewPeriodicJob(river.PeriodicInterval(p.Every),
			func() (river.JobArgs, *river.InsertOpts) {
				return envelope{Name: p.Kind, Data: json.RawMessage("{}")},
					&river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true, ByPeriod: p.Every}}
			}, &river.PeriodicJobOpts{RunOnStart: true}))
	}
	client, err := river.NewClient(driver(d), &river.Config{
		Logger:       log,
		Queues:       map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}, Post: {MaxWorkers: 8}},
		Workers:      workers,
		PeriodicJobs: periodicJobs,
	})
	if err != nil {
		return nil, fmt.Errorf("job queue: %w", err)
	}
	q.client = client
	return q, nil
}

// Enqueue adds a job to the transaction; a zero at means now.
func (q *Queue) Enqueue(ctx context.Context, tx *sql.Tx, job usecase.Job, at time.Time) error {
	if _, ok := q.work[job.Kind()]; !ok {
		return fmt.Errorf("jobs: nobody works on %q", job.Kind())
	}
	data, err := json.Marshal(job)
	if err != nil {
		return err
	}
	opts := &river.InsertOpts{ScheduledAt: at}
	if l, ok := job.(interface{ Lane() string }); ok {
		opts.Queue = l.Lane()
	}
	_, err = q.client.InsertTx(ctx, tx, envelope{Name: job.Kind(), Data: data}, opts)
	return err
}

// Start begins to work until the context ends or [Queue.Stop] is called.
func (q *Queue) Start(ctx context.Context) error { return q.client.Start(ctx) }

// Stop takes no new jobs and lets the running ones finish. Those that are not
// done after two thirds of the time that ctx has are told to end: their context
// does, and they come back when the queue works again.
func (q *Queue) Stop(ctx context.Context) error {
	patient, cancel := ctx, context.CancelFunc(func() {})
	if until, ok := ctx.Deadline(); ok {
		patient, cancel = context.WithTimeout(ctx, time.Until(until)*2/3)
	}
	defer cancel()
	if q.client.Stop(patient) == nil {
		return nil
	}
	return q.client.StopAndCancel(ctx)
}
