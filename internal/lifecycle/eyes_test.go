package lifecycle

import (
	"testing"

	"fangxin/internal/fault"
)

// Every bar is about steps that exist, gives one of the two grounds, and
// stops exactly those who did the deed.
func TestBars(t *testing.T) {
	machines := map[string]*Machine{}
	for _, m := range Machines() {
		machines[m.Noun] = m
	}
	for _, bar := range Bars {
		if bar.Code != fault.FourEyes && bar.Code != fault.ConflictOfInterest || bar.Why == "" || len(bar.After) == 0 {
			t.Errorf("%s: incomplete: %+v", bar.Noun, bar)
		}
		for _, step := range bar.Steps {
			if m := machines[bar.Noun]; m == nil {
				t.Errorf("no machine %q", bar.Noun)
			} else if _, ok := m.Step(step); !ok {
				t.Errorf("%s has no step %q", bar.Noun, step)
			}
			for _, tie := range bar.After {
				deed := Deed{Noun: tie.Noun, Action: "any", By: "a"}
				if len(tie.Actions) > 0 {
					deed.Action = tie.Actions[0]
				}
				if err := Barred(bar.Noun, step, "a", []Deed{deed}); !fault.Is(err, fault.FourEyes) && !fault.Is(err, fault.ConflictOfInterest) {
					t.Errorf("%s.%s after %s.%s by the same person: %v", bar.Noun, step, deed.Noun, deed.Action, err)
				}
				if err := Barred(bar.Noun, step, "b", []Deed{deed}); err != nil {
					t.Errorf("%s.%s after %s.%s by another: %v", bar.Noun, step, deed.Noun, deed.Action, err)
				}
				if err := Barred(bar.Noun, step, "", []Deed{{Noun: deed.Noun, Action: deed.Action}}); err != nil {
					t.Errorf("the registry is barred from %s.%s: %v", bar.Noun, step, err)
				}
			}
		}
	}
}

// A step that gives a right, taken by a person, has a bar of its own.
func TestGrantsHaveBars(t *testing.T) {
	for _, m := range Machines() {
		for _, st := range m.Steps {
			if !st.Grants || len(st.Roles) == 1 && st.Roles[0] == "system" {
				continue
			}
			found := false
			for _, bar := range Bars {
				for _, s := range bar.Steps {
					found = found || bar.Noun == m.Noun && s == st.Action
				}
			}
			if !found {
				t.Errorf("%s.%s gives a right and nobody is kept from it", m.Noun, st.Action)
			}
		}
	}
}
