// Package app owns the composition: configuration becomes databases, databases
// become slices, slices get their edges. The program, the tests of the whole
// and the specification are all built here, in one way.
//
// It decides nothing about the registry's business.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"fangxin/internal/clientip"
	"fangxin/internal/config"
	"fangxin/internal/db"
	"fangxin/internal/httpapi"
	"fangxin/internal/i18n"
	"fangxin/internal/ident"
	"fangxin/internal/jobs"
	"fangxin/internal/usecase"
	"fangxin/internal/web/page"
)

// App is a running registry.
type App struct {
	*Services
	Config  config.Config
	DB      *db.DB
	API     *httpapi.API
	Pages   *page.Engine
	Handler http.Handler // everything the registry answers

	queue   *jobs.Queue
	log     *slog.Logger
	demo    atomic.Bool
	ready   atomic.Bool
	metrics *metrics
	ips     *clientip.Resolver
	spec    func() ([]byte, error) // openapi.yaml
}

// Options are what tests set besides the configuration.
type Options struct {
	Clock ident.Clock
	Log   *slog.Logger
}

// New opens the database, migrates it and builds everything; it starts
// nothing. The caller closes the App.
func New(ctx context.Context, c config.Config, opt Options) (*App, error) {
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	d, err := db.Open(ctx, c.DatabaseURL)
	if err != nil {
		return nil, err
	}
	a := &App{Config: c, DB: d, log: opt.Log}
	if err := a.build(ctx, opt); err != nil {
		d.Close()
		return nil, err
	}
	return a, nil
}

func (a *App) build(ctx context.Context, opt Options) error {
	ran, err := a.DB.Migrate(ctx)
	if err != nil {
		return err
	}
	if len(ran) > 0 {
		a.log.Info("database brought up to date", "migrations", len(ran))
	}
	if err := jobs.Migrate(ctx, a.DB); err != nil {
		return fmt.Errorf("job tables: %w", err)
	}
	rt := &usecase.Runtime{DB: a.DB, Clock: opt.Clock, Log: a.log}
	if a.Services, err = newServices(ctx, rt, a.Config); err != nil {
		return err
	}
	if err := a.Modules.Seed(ctx); err != nil {
		return fmt.Errorf("checklists: %w", err)
	}
	work, periodic := a.work()
	// The library logs every poll that finds the database busy; what fails in
	// a job is logged by the job.
	if a.queue, err = jobs.New(a.DB, slog.New(slog.DiscardHandler), work, periodic); err != nil {
		return err
	}
	rt.Queue = a.queue
	if a.ips, err = clientip.New(a.Config.Proxies); err != nil {
		return err
	}
	demo, err := setting(ctx, rt, "demo", "")
	if err != nil {
		return err
	}
	a.demo.Store(demo != "")
	if a.Pages, err = page.New(i18n.Shipped(), a.demo.Load, a.log); err != nil {
		return err
	}
	a.metrics = newMetrics()
	return a.mount()
}

// Demo reports whether the database holds the demonstration.
func (a *App) Demo() bool { return a.demo.Load() }

// MarkDemo remembers that the database holds the demonstration.
func (a *App) MarkDemo(ctx context.Context) error {
	_, err := setting(ctx, a.Runtime, "demo", "yes")
	a.demo.Store(err == nil)
	return err
}

// Close closes the database.
func (a *App) Close() error { return a.DB.Close() }

// Run works on jobs and serves until the context ends, then lets what is
// running finish, at most for the configured time.
func (a *App) Run(ctx context.Context, started func(address string)) error {
	listener, err := net.Listen("tcp", a.Config.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w; another program may use the port, choose one with --listen", a.Config.Listen, err)
	}
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	if err := a.queue.Start(work); err != nil {
		listener.Close()
		return fmt.Errorf("job queue: %w", err)
	}
	server := &http.Server{
		Handler: a.Handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 2 * time.Minute,
		WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	a.ready.Store(true)
	if started != nil {
		started(listener.Addr().String())
	}
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	a.ready.Store(false)
	a.log.Info("shutting down", "grace", a.Config.Shutdown)
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.Config.Shutdown)
	defer cancel()
	// Both at once: requests that take their time leave the jobs no less.
	stopped := make(chan error, 1)
	go func() { stopped <- a.queue.Stop(grace) }()
	err = server.Shutdown(grace)
	return errors.Join(err, <-stopped)
}
