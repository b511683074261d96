// Command suite runs all checks of the repository in one go, as `make test`
// does, and ends with a summary of what ran, with what, and what was left out.
//
// A step that fails does not keep the others from running. All packages share
// one throw-away PostgreSQL, unless TEST_DATABASE_URL names another. With
// CI=true a missing program is a failure, elsewhere a line in the summary.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"fangxin/internal/db/pgtest"
)

// mostPackages is how many packages are tested at once at most. Each of them
// may hold a few dozen connections to the one server.
const mostPackages = 4

// testLimit is the longest a test binary may take.
const testLimit = "10m"

// suite is one run.
type suite struct {
	root  string // of the repository
	quick bool
	only  []string // packages of the product to test; all when empty
	ci    bool
	out   io.Writer
	env   []string
	tally tally
	done  []result
}

// result is a finished step.
type result struct {
	name string
	took time.Duration
	note string
	err  error
}

func main() {
	quick := flag.Bool("quick", false, "only the formatting, vet and the tests of the product; no browser")
	app := flag.Bool("app", false, "only measure the tablet's app in a browser, for make bench")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: suite [-quick | -app] [packages of the product to test]")
		flag.PrintDefaults()
	}
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	root, err := findRoot()
	if err != nil {
		fmt.Fprintln(os.Stderr, "suite:", err)
		os.Exit(2)
	}
	s := &suite{root: root, quick: *quick, only: flag.Args(), ci: os.Getenv("CI") == "true", out: os.Stdout, env: os.Environ()}
	run := s.run
	if *app {
		run = s.measureApp
	}
	ok := run(ctx)
	stop()
	if !ok {
		os.Exit(1)
	}
}

// findRoot goes up to the folder with the product's go.mod.
func findRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; dir = filepath.Dir(dir) {
		b, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && bytes.HasPrefix(b, []byte("module fangxin\n")) {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("run it inside the repository")
		}
	}
}

// run does all steps and reports whether all went well.
func (s *suite) run(ctx context.Context) bool {
	began := time.Now()
	tools := s.probe()
	if server := s.startDatabase(ctx); server != nil {
		defer server.Stop() //nolint:errcheck // it ends with this process at the latest
	}
	folder := filepath.Join(s.root, "internal", "tools")
	s.step(ctx, "format", s.format)
	s.step(ctx, "vet", s.vet(s.root))
	if !s.quick {
		s.step(ctx, "vet tools", s.vet(folder))
		s.step(ctx, "staticcheck", s.staticcheck)
		s.step(ctx, "generated files", s.generated)
	}
	only := s.only
	if len(only) == 0 {
		only = []string{"./..."}
	}
	s.step(ctx, "tests", s.test(s.root, runtime.GOMAXPROCS(0)+1, only...))
	if !s.quick {
		s.step(ctx, "tests of tools, browser", s.test(folder, runtime.GOMAXPROCS(0), "./..."))
	}
	return s.summary(tools, time.Since(began))
}

// step runs one check and keeps its result; its note is said in the summary.
func (s *suite) step(ctx context.Context, name string, check func(context.Context) (note string, err error)) {
	if ctx.Err() != nil {
		return
	}
	fmt.Fprintf(s.out, "\n== %s\n", name)
	began := time.Now()
	note, err := check(ctx)
	if err != nil {
		fmt.Fprintf(s.out, "%s: %v\n", name, err)
	}
	s.done = append(s.done, result{name, time.Since(began), note, err})
}

// command prepares a program in a folder with this run's environment.
func (s *suite) command(ctx context.Context, dir, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = s.env
	cmd.Stderr = s.out
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// startDatabase starts the server that all packages share. Without one the
// packages skip or fail by themselves, and the summary says so.
func (s *suite) startDatabase(ctx context.Context) *pgtest.Server {
	if os.Getenv(pgtest.EnvURL) != "" {
		return nil
	}
	if _, err := pgtest.Binaries(); err != nil {
		return nil
	}
	server, err := pgtest.Start(ctx)
	if err != nil {
		s.done = append(s.done, result{name: "PostgreSQL", err: err})
		fmt.Fprintln(s.out, err)
		return nil
	}
	s.env = append(s.env, pgtest.EnvURL+"="+server.URL)
	return server
}

func (s *suite) format(ctx context.Context) (string, error) {
	cmd := s.command(ctx, s.root, "gofmt", "-l", "-s")
	for _, folder := range []string{"cmd", "internal", "migrations", "openapi", "assets"} {
		if _, err := os.Stat(filepath.Join(s.root, folder)); err == nil {
			cmd.Args = append(cmd.Args, folder)
		}
	}
	list, err := cmd.Output()
	if err == nil && len(list) > 0 {
		err = fmt.Errorf("not formatted, run `make fmt`:\n%s", list)
	}
	return "", err
}

func (s *suite) vet(dir string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		return "", s.command(ctx, dir, "go", "vet", "./...").Run()
	}
}

// staticcheck is built from the version in the tools' go.mod.
func (s *suite) staticcheck(ctx context.Context) (string, error) {
	program := filepath.Join(s.root, "bin", "staticcheck")
	if err := s.command(ctx, filepath.Join(s.root, "internal", "tools"), "go", "build", "-o", program, "honnef.co/go/tools/cmd/staticcheck").Run(); err != nil {
		return "", err
	}
	var all error
	for _, dir := range []string{s.root, filepath.Join(s.root, "internal", "tools")} {
		cmd := s.command(ctx, dir, program, "./...")
		cmd.Stdout = s.out
		all = errors.Join(all, cmd.Run())
	}
	return "", all
}

// generated lets the program itself compare the files it writes with those in
// the repository.
func (s *suite) generated(ctx context.Context) (string, error) {
	if _, err := os.Stat(filepath.Join(s.root, "cmd", "fangxin")); err != nil {
		return "no program yet", nil
	}
	cmd := s.command(ctx, s.root, "go", "run", "./cmd/fangxin", "gen", "--check")
	cmd.Stdout = s.out
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("generated files differ, run `make gen`: %w", err)
	}
	return "", nil
}

// test tests packages, so many at once: one more than there are cores where
// tests wait for disks and the database, and no more than cores where browsers
// must answer in time.
func (s *suite) test(dir string, parallel int, packages ...string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		parallel := min(mostPackages, parallel)
		// vet has run on its own; -count=1 because a cached pass says nothing
		// about the databases of today.
		args := []string{"test", "-json", "-vet=off", "-count=1", "-timeout=" + testLimit, "-p=" + strconv.Itoa(parallel)}
		cmd := s.command(ctx, dir, "go", append(args, packages...)...)
		before := s.tally
		pipe, err := cmd.StdoutPipe()
		if err != nil {
			return "", err
		}
		if err := cmd.Start(); err != nil {
			return "", err
		}
		readErr := s.tally.read(pipe, s.out)
		err = errors.Join(cmd.Wait(), readErr)
		return strings.TrimSpace(s.tally.since(before)), err
	}
}
