package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"fangxin/internal/db/pgtest"
	"fangxin/internal/tools/browser"
	"fangxin/internal/tools/qrread"
)

// tool is a program that some tests need.
type tool struct {
	name string
	what string // version and place, when it is there
	err  error  // how to get it, when it is not
}

// probe looks for the programs and prints a line for each that is missing.
func (s *suite) probe() []tool {
	tools := []tool{{name: "SQLite", what: "built in"}, postgres()}
	if !s.quick {
		tools = append(tools, program("Chromium", browser.Find), program("zbarimg", qrread.Find))
	}
	for _, t := range tools {
		if t.err != nil {
			fmt.Fprintf(s.out, "missing: %v\n", t.err)
		}
	}
	return tools
}

func postgres() tool {
	if url := os.Getenv(pgtest.EnvURL); url != "" {
		return tool{name: "PostgreSQL", what: serverVersion(url) + " of " + pgtest.EnvURL}
	}
	dir, err := pgtest.Binaries()
	if err != nil {
		return tool{name: "PostgreSQL", err: err}
	}
	return tool{name: "PostgreSQL", what: version(filepath.Join(dir, "postgres")) + ", one throw-away server"}
}

// serverVersion asks the server; its address may hold a password and is not shown.
func serverVersion(url string) string {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	pool, err := sql.Open("pgx", url)
	if err != nil {
		return "unknown version"
	}
	defer pool.Close()
	var v string
	if err := pool.QueryRowContext(ctx, "SHOW server_version").Scan(&v); err != nil {
		return "unknown version"
	}
	return v
}

func program(name string, find func() (string, error)) tool {
	path, err := find()
	if err != nil {
		return tool{name: name, err: err}
	}
	return tool{name: name, what: version(path)}
}

func version(path string) string {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, "--version").Output()
	if err != nil {
		return path
	}
	first, _, _ := strings.Cut(string(out), "\n")
	return strings.TrimSpace(first)
}

// summary prints what ran and reports whether all of it went well.
func (s *suite) summary(tools []tool, took time.Duration) (ok bool) {
	ok = true
	fmt.Fprintf(s.out, "\n== summary\n")
	for _, r := range s.done {
		verdict := "ok"
		if r.err != nil {
			verdict, ok = "FAIL", false
		}
		fmt.Fprintf(s.out, "  %-24s %-5s %7s  %s\n", r.name, verdict, r.took.Round(100*time.Millisecond), r.note)
	}
	for _, t := range tools {
		switch {
		case t.err == nil:
			fmt.Fprintf(s.out, "  with %s: %s\n", t.name, t.what)
		case s.ci:
			ok = false
			fmt.Fprintf(s.out, "  FAIL without %s: %v\n", t.name, t.err)
		default:
			fmt.Fprintf(s.out, "  WITHOUT %s: %v\n", t.name, t.err)
		}
	}
	const most = 10
	for i, skip := range s.tally.skips {
		if i == most {
			fmt.Fprintf(s.out, "  … and %d more skipped\n", len(s.tally.skips)-most)
			break
		}
		fmt.Fprintf(s.out, "  skipped %s\n", skip)
	}
	if s.tally.passed == 0 {
		ok = false
		fmt.Fprintln(s.out, "  no test has passed")
	}
	word := "all passed"
	if !ok {
		word = "FAILED"
	}
	fmt.Fprintf(s.out, "%s in %s\n", word, took.Round(time.Second))
	return ok
}
