package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// event is a line of `go test -json`.
type event struct {
	Action, Package, ImportPath, Test, Output string
}

// tally counts tests and remembers which were skipped, and why.
type tally struct {
	packages, passed, failed int
	skips                    []string
}

// since says what was counted after an earlier state.
func (t tally) since(before tally) string {
	return fmt.Sprintf("%d passed, %d failed, %d skipped in %d packages",
		t.passed-before.passed, t.failed-before.failed, len(t.skips)-len(before.skips), t.packages-before.packages)
}

// key names a test.
type key struct{ pkg, test string }

// read counts the events and prints what `go test` itself would: the closing
// line of each package, and the output of tests that fail.
func (t *tally) read(r io.Reader, out io.Writer) error {
	running := map[key][]string{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Fprintln(out, lines.Text()) // go itself speaks plainly when a flag is wrong
			continue
		}
		at := key{e.Package, e.Test}
		switch e.Action {
		case "build-output":
			io.WriteString(out, e.Output)
		case "output":
			t.output(running, at, e, out)
		case "pass", "fail", "skip":
			t.end(running, at, e.Action, out)
		}
	}
	return lines.Err()
}

// output prints a package's closing lines at once and keeps what tests say.
func (t *tally) output(running map[key][]string, at key, e event, out io.Writer) {
	switch {
	case strings.HasPrefix(e.Output, "=== "): // RUN, PAUSE, CONT
	case at.test != "":
		running[at] = append(running[at], e.Output)
	case e.Output == "PASS\n", e.Output == "FAIL\n", strings.HasPrefix(e.Output, "coverage:"):
	case strings.HasPrefix(e.Output, "ok  \t"), strings.HasPrefix(e.Output, "FAIL\t"), strings.HasPrefix(e.Output, "?   \t"):
		// Tests that were cut off, as by a panic, have no end of their own.
		for test, said := range running {
			if test.pkg == at.pkg && strings.HasPrefix(e.Output, "FAIL") {
				io.WriteString(out, strings.Join(said, ""))
				delete(running, test)
			}
		}
		io.WriteString(out, e.Output)
	default:
		running[at] = append(running[at], e.Output)
	}
}

func (t *tally) end(running map[key][]string, at key, action string, out io.Writer) {
	said := running[at]
	delete(running, at)
	if at.test == "" {
		t.packages++
		if action == "fail" {
			io.WriteString(out, strings.Join(said, ""))
		}
		return
	}
	switch action {
	case "pass":
		t.passed++
	case "fail":
		t.failed++
		io.WriteString(out, strings.Join(said, ""))
	case "skip":
		t.skips = append(t.skips, fmt.Sprintf("%s %s: %s", at.pkg, at.test, reason(said)))
	}
}

// reason finds what a skipped test said: the line that is not of the frame.
func reason(said []string) string {
	for i := len(said) - 1; i >= 0; i-- {
		line := strings.TrimSpace(said[i])
		if line != "" && !strings.HasPrefix(line, "---") && !strings.HasPrefix(line, "===") {
			return line
		}
	}
	return "no reason given"
}
