package lifecycle_test

import (
	"slices"
	"strings"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/lifecycle"
)

func TestMachinesAreSound(t *testing.T) {
	for _, m := range lifecycle.Machines() {
		if err := m.Validate(); err != nil {
			t.Error(err)
		}
	}
}

func TestValidateFindsContradictions(t *testing.T) {
	broken := &lifecycle.Machine{
		Noun: "x", Start: "a",
		States: []lifecycle.StateInfo{{State: "a"}, {State: "b", Final: true}, {State: "island", Final: true}},
		Steps: []lifecycle.Step{
			{Action: "go", From: []lifecycle.State{"a"}, To: []lifecycle.State{"nowhere"}},
			{Action: "go", From: []lifecycle.State{"b"}, To: []lifecycle.State{"a"}, Roles: access.Officers, Zh: "去", En: "go"},
		},
	}
	err := broken.Validate()
	for _, want := range []string{"incomplete step: go", "action twice: go", "unknown state: nowhere", "never reached: island", "finality contradicts the steps: b"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not mention %q", err, want)
		}
	}
}

// Every state × action × role is either in the table and allowed, or refused
// with the right code.
func TestMatrix(t *testing.T) {
	for _, m := range lifecycle.Machines() {
		for _, s := range m.States {
			for _, st := range m.Steps {
				for _, role := range access.Roles {
					p := access.Principal{Roles: []access.Role{role}}
					to, err := m.Check(p, st.Action, s.State, "")
					switch {
					case !slices.Contains(st.From, s.State):
						if !fault.Is(err, fault.IllegalStep) {
							t.Errorf("%s: %s from %s by %s: %v, want an illegal step", m.Noun, st.Action, s.State, role, err)
						}
					case !slices.Contains(st.Roles, role):
						if !fault.Is(err, fault.Forbidden) {
							t.Errorf("%s: %s from %s by %s: %v, want forbidden", m.Noun, st.Action, s.State, role, err)
						}
					case err != nil || to != st.To[0]:
						t.Errorf("%s: %s from %s by %s: %s, %v", m.Noun, st.Action, s.State, role, to, err)
					}
				}
			}
		}
	}
}

func TestCheckRefusesOtherTargets(t *testing.T) {
	p := access.Principal{Roles: []access.Role{access.Merchant}}
	if _, err := lifecycle.Application.Check(p, lifecycle.Resubmit, lifecycle.Returned, lifecycle.Certified); !fault.Is(err, fault.IllegalStep) {
		t.Errorf("resubmitting into certified: %v", err)
	}
	if to, err := lifecycle.Application.Check(p, lifecycle.Resubmit, lifecycle.Returned, lifecycle.CityReview); err != nil || to != lifecycle.CityReview {
		t.Errorf("resubmitting to where it was: %s, %v", to, err)
	}
}

func TestButtonsAreTheTable(t *testing.T) {
	for _, m := range lifecycle.Machines() {
		for _, s := range m.States {
			for _, role := range access.Roles {
				p := access.Principal{Roles: []access.Role{role}}
				for _, st := range m.Open(p, s.State) {
					if _, err := m.Check(p, st.Action, s.State, ""); err != nil {
						t.Errorf("%s: the button %s in %s is refused to %s: %v", m.Noun, st.Action, s.State, role, err)
					}
				}
			}
		}
	}
}
