package main

import (
	"errors"
	"strings"
	"testing"
	"time"
)

const events = `{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestGood"}
{"Action":"output","Package":"p","Test":"TestGood","Output":"=== RUN   TestGood\n"}
{"Action":"output","Package":"p","Test":"TestGood","Output":"chatter\n"}
{"Action":"pass","Package":"p","Test":"TestGood"}
{"Action":"output","Package":"p","Test":"TestAway","Output":"=== RUN   TestAway\n"}
{"Action":"output","Package":"p","Test":"TestAway","Output":"    x_test.go:3: no database\n"}
{"Action":"output","Package":"p","Test":"TestAway","Output":"--- SKIP: TestAway (0.00s)\n"}
{"Action":"skip","Package":"p","Test":"TestAway"}
{"Action":"output","Package":"p","Output":"PASS\n"}
{"Action":"output","Package":"p","Output":"ok  \tp\t0.010s\n"}
{"Action":"pass","Package":"p"}
{"Action":"output","Package":"q","Test":"TestBad","Output":"    x_test.go:9: got 1\n"}
{"Action":"output","Package":"q","Test":"TestBad","Output":"--- FAIL: TestBad (0.00s)\n"}
{"Action":"fail","Package":"q","Test":"TestBad"}
{"Action":"output","Package":"q","Test":"TestCut","Output":"panic: nil map\n"}
{"Action":"output","Package":"q","Output":"FAIL\n"}
{"Action":"output","Package":"q","Output":"FAIL\tq\t0.020s\n"}
{"Action":"fail","Package":"q"}
{"ImportPath":"r","Action":"build-output","Output":"r.go:1: undefined: x\n"}
go: plain words
`

func TestReadCountsAndPrints(t *testing.T) {
	var got tally
	var out strings.Builder
	if err := got.read(strings.NewReader(events), &out); err != nil {
		t.Fatal(err)
	}
	if s := got.since(tally{}); s != "1 passed, 1 failed, 1 skipped in 2 packages" {
		t.Errorf("tally = %s", s)
	}
	if want := "p TestAway: x_test.go:3: no database"; len(got.skips) != 1 || got.skips[0] != want {
		t.Errorf("skips = %q, want %q", got.skips, want)
	}
	const want = "ok  \tp\t0.010s\n    x_test.go:9: got 1\n--- FAIL: TestBad (0.00s)\npanic: nil map\nFAIL\tq\t0.020s\nr.go:1: undefined: x\ngo: plain words\n"
	if out.String() != want {
		t.Errorf("printed\n%s\nwant\n%s", out.String(), want)
	}
}

func TestSummary(t *testing.T) {
	missing := []tool{{name: "Chromium", err: errors.New("install it")}}
	good, bad := []result{{name: "vet"}}, []result{{name: "vet", err: errors.New("exit status 1")}}
	for name, tt := range map[string]struct {
		suite suite
		tools []tool
		ok    bool
		says  string
	}{
		"good":               {suite{done: good, tally: tally{passed: 1}}, nil, true, "all passed"},
		"bad step":           {suite{done: bad, tally: tally{passed: 1}}, nil, false, "FAILED"},
		"nothing tested":     {suite{done: good}, nil, false, "no test has passed"},
		"missing at a desk":  {suite{done: good, tally: tally{passed: 1}}, missing, true, "WITHOUT Chromium: install it"},
		"missing in CI":      {suite{done: good, tally: tally{passed: 1}, ci: true}, missing, false, "FAIL without Chromium"},
		"skipped tests told": {suite{done: good, tally: tally{passed: 1, skips: []string{"p TestX: why"}}}, nil, true, "skipped p TestX: why"},
	} {
		var out strings.Builder
		tt.suite.out = &out
		if ok := tt.suite.summary(tt.tools, time.Second); ok != tt.ok || !strings.Contains(out.String(), tt.says) {
			t.Errorf("%s: ok = %v\n%s", name, ok, out.String())
		}
	}
}

func TestFiguresOfTheApp(t *testing.T) {
	log := "=== RUN   TestTablet\n    look_test.go:131: the tablet's app: 40 files, 200 KB compressed\n    look_test.go:140: something else\n"
	if got := figures(log); len(got) != 1 || got[0] != "the tablet's app: 40 files, 200 KB compressed" {
		t.Errorf("%q", got)
	}
	if got := figures("--- SKIP: TestTablet"); got != nil {
		t.Errorf("%q", got)
	}
}
