package bench

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestTabletsAreMeasured(t *testing.T) {
	var out bytes.Buffer
	if err := Sync(t.Context(), SyncOptions{Databases: []string{"sqlite"}, Triples: 1, Visits: 4, Mixes: 1, Leg: 200 * time.Millisecond, Out: &out}); err != nil {
		t.Fatal(err)
	}
	if text := out.String(); !strings.Contains(text, "one by one") || !strings.Contains(text, "grouped") || !strings.Contains(text, "scans, p99") || strings.Contains(text, "NaN") {
		t.Error(text)
	}
	if err := Sync(t.Context(), SyncOptions{Out: &out}); err == nil {
		t.Error("nothing to measure was measured")
	}
}
