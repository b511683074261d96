package bench

import (
	"bytes"
	"strings"
	"testing"
)

func TestTabletsAreMeasured(t *testing.T) {
	var out bytes.Buffer
	if err := Sync(t.Context(), SyncOptions{Databases: []string{"sqlite"}, Triples: 1, Visits: 4, Out: &out}); err != nil {
		t.Fatal(err)
	}
	if text := out.String(); !strings.Contains(text, "one by one") || !strings.Contains(text, "grouped") || strings.Contains(text, "NaN") {
		t.Error(text)
	}
	if err := Sync(t.Context(), SyncOptions{Out: &out}); err == nil {
		t.Error("nothing to measure was measured")
	}
}
