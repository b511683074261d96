package main

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"fangxin/internal/tools/browser"
)

// appMark begins the lines of a test's log that say a figure of the app.
const appMark = "the tablet's app: "

// measureApp prints size, start and saving of the tablet's app. Without a
// browser it says so, and that is no failure.
func (s *suite) measureApp(ctx context.Context) bool {
	if _, err := browser.Find(); err != nil {
		fmt.Fprintf(s.out, "%snot measured. %v\n", appMark, err)
		return true
	}
	cmd := s.command(ctx, filepath.Join(s.root, "internal", "tools"), "go", "test", "-count=1", "-v", "-vet=off", "-timeout="+testLimit, "-run", "^TestTablet$/^a_cold_start$", "./tablet")
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	err := cmd.Run()
	found := figures(log.String())
	for _, line := range found {
		fmt.Fprintln(s.out, line)
	}
	if err != nil || len(found) == 0 {
		fmt.Fprintf(s.out, "%snot measured: %v\n%s", appMark, err, log.String())
		return false
	}
	return true
}

// figures takes the figures out of a test's log.
func figures(log string) (out []string) {
	for line := range strings.Lines(log) {
		if i := strings.Index(line, appMark); i >= 0 {
			out = append(out, strings.TrimSpace(line[i:]))
		}
	}
	return out
}
