// Package bench owns the measurement of scans: it fills a database with titles
// and badges, and compares the registry's answers with those of a bare
// net/http handler that writes the same bytes, in one alternating run.
//
// It judges nothing but speed, and uses the registry only through its Handler.
// An absolute time means little on a shared machine: read the ratios.
package bench

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"fangxin/internal/app"
	"fangxin/internal/config"
	"fangxin/internal/db"
	"fangxin/internal/db/pgtest"
	"fangxin/internal/ident"
)

// Options say what is measured.
type Options struct {
	Sizes     []int         // badges in the database, smallest first
	Databases []string      // "sqlite", "postgres"
	Postgres  string        // URL of an empty database; "" starts a throw-away server
	Triples   int           // base–candidate–base triples of each row
	Slice     time.Duration // of load in each third of a triple of cold scans
	KeptSlice time.Duration // of hot and Zipf ones: as long as an answer is kept, or renewing it weighs too much
	Conns     int           // connections that ask one after the other
	Loader    []string      // command line of a process that runs [Load]; nil runs it in this one
	Out       io.Writer
}

// Run measures and prints. The answers are checked before they are timed: a
// wrong one ends the run with an error.
func Run(ctx context.Context, o Options) error {
	if o.Triples < 1 || o.Slice <= 0 || o.KeptSlice <= 0 || o.Conns < 1 || len(o.Sizes) == 0 || o.Sizes[0] < 2*hotCodes {
		return fmt.Errorf("bench: at least one triple, one connection and %d badges are needed", 2*hotCodes)
	}
	slices.Sort(o.Sizes)
	printMachine(o)
	var rows []row
	for _, name := range o.Databases {
		dialect := db.Dialect(name)
		if dialect != db.SQLite && dialect != db.Postgres {
			return fmt.Errorf("bench: %q is no database; there are %s and %s", name, db.SQLite, db.Postgres)
		}
		made, err := runDatabase(ctx, o, dialect)
		if err != nil {
			return fmt.Errorf("bench, %s: %w", dialect, err)
		}
		rows = append(rows, made...)
	}
	printGoals(o.Out, rows)
	return nil
}

// runDatabase grows one database through the sizes.
func runDatabase(ctx context.Context, o Options, dialect db.Dialect) ([]row, error) {
	dir, err := os.MkdirTemp("", "fangxin-bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	url := ""
	if dialect == db.Postgres {
		if url = o.Postgres; url == "" {
			server, err := pgtest.Start(ctx)
			if err != nil {
				fmt.Fprintf(o.Out, "\npostgres: left out. %v\n", err)
				return nil, nil
			}
			defer server.Stop()
			url = server.URL
		}
	}
	a, err := Open(ctx, filepath.Join(dir, "data"), url)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	if n, err := countFaces(ctx, a.DB); err != nil || n > 0 {
		return nil, fmt.Errorf("the database holds %d badges, an empty one is needed (%v)", n, err)
	}
	s, err := newStand(o, a, dir)
	if err != nil {
		return nil, err
	}
	defer s.close()
	fmt.Fprintf(o.Out, "\n%s\n", dialect)
	printHead(o.Out)
	var rows []row
	filler := NewFiller(ident.System())
	for _, size := range o.Sizes {
		start := time.Now()
		if err := filler.Fill(ctx, a.DB, size-filler.Made()); err != nil {
			return nil, err
		}
		took := time.Since(start)
		if err := s.use(filler, size); err != nil {
			return nil, err
		}
		for _, answer := range answers {
			for _, tokens := range tokenWays {
				r, err := s.measure(ctx, dialect, size, answer, tokens)
				if err != nil {
					return nil, err
				}
				printRow(o.Out, r)
				rows = append(rows, r)
			}
		}
		fmt.Fprintf(o.Out, "  (%d badges filled in %.0f s)\n", size, took.Seconds())
	}
	return rows, nil
}

// Open builds a registry for measuring, on a PostgreSQL URL or on SQLite in
// the folder.
func Open(ctx context.Context, dir, url string) (*app.App, error) {
	c, err := config.Config{
		Listen: "127.0.0.1:8080", Data: dir, DatabaseURL: url, BaseURL: "https://fx.example.gov.cn",
		LogFormat: "text", LogLevel: "error", Passwords: "asvs", Shutdown: time.Second,
	}.Finish()
	if err != nil {
		return nil, err
	}
	return app.New(ctx, c, app.Options{Clock: ident.System})
}
