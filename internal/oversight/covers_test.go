package oversight_test

import (
	"testing"

	"fangxin/internal/oversight"
)

func TestHaltsCoverPlacesBeneath(t *testing.T) {
	for _, c := range []struct {
		scheme, area string
		ask, at      string
		want         bool
	}{
		{"", "360000", "jx-model-shop", "360102", true},
		{"", "360100", "jx-model-shop", "360102", true},
		{"", "360100", "jx-model-shop", "360702", false},
		{"jx-model-shop", "360102", "jx-model-shop", "360102", true},
		{"jx-model-shop", "360102", "return-pledge", "360102", false},
		{"jx-model-shop", "360102", "", "", true},       // the whole register
		{"jx-model-shop", "360102", "", "360100", true}, // a city names its county
		{"jx-model-shop", "360102", "jx-model-shop", "360103", false},
	} {
		h := oversight.Halt{Scheme: c.scheme, Area: c.area}
		if got := h.Covers(c.ask, c.at); got != c.want {
			t.Errorf("a halt of %q in %s for %q at %q: %v", c.scheme, c.area, c.ask, c.at, got)
		}
	}
}
