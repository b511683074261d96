// Package lifecycle owns the state machines of the registry as data, and all
// that is derived from them: guards, the step table in the database, enums,
// buttons, diagrams and the test matrix.
//
// It does no input or output and decides nothing by time: a state changes
// only because somebody acted. Whether something is expired or overdue is
// computed elsewhere from dates and the clock.
package lifecycle

import (
	"fmt"
	"slices"
	"strings"

	"fangxin/internal/access"
	"fangxin/internal/fault"
)

// State is the code of a state, as stored and as shown in the API.
type State string

// Action is the code of what moves a record from state to state. With the
// noun before it, it is also the audit verb: "application.refuse".
type Action string

// StateInfo describes one state to people.
type StateInfo struct {
	State  State
	Zh, En string
	// Waits is the role whose turn it is; empty when nobody has to act.
	Waits access.Role
	// Final states have no way out.
	Final bool
}

// Step is one allowed way from state to state.
type Step struct {
	Action Action
	From   []State
	To     []State // several only where the record remembers which one applies
	Roles  []access.Role
	// Reason says that the step must be explained in writing.
	Reason bool
	// Grants marks a step that gives a right; it needs a second person.
	Grants bool
	// Reopens marks a step that takes up again what had ended. Only the
	// registry takes it, because an appeal was upheld; the end stays an end.
	Reopens bool
	// Danger marks a step that a page must ask to confirm.
	Danger bool
	Zh, En string // the label of the button
}

// Machine is one lifecycle.
type Machine struct {
	Noun   string // "application": audit prefix and key of the step table
	Table  string // whose column "state" it governs
	Zh, En string
	Start  State
	States []StateInfo
	Steps  []Step
}

// Info describes a state; an unknown one describes itself.
func (m *Machine) Info(s State) StateInfo {
	for _, info := range m.States {
		if info.State == s {
			return info
		}
	}
	return StateInfo{State: s, Zh: string(s), En: string(s)}
}

// Label names a state in Chinese, or in English for "en".
func (m *Machine) Label(s State, lang string) string {
	if info := m.Info(s); lang == "en" {
		return info.En
	} else {
		return info.Zh
	}
}

// Step finds the step of an action; ok is false for an unknown action.
func (m *Machine) Step(a Action) (Step, bool) {
	for _, st := range m.Steps {
		if st.Action == a {
			return st, true
		}
	}
	return Step{}, false
}

// Label names the step's button in Chinese, or in English for "en".
func (st Step) Label(lang string) string {
	if lang == "en" {
		return st.En
	}
	return st.Zh
}

// Roles lists who may take an action, for the use-case that carries it out.
// It panics on an unknown action, which only a mistake in the code can name.
func (m *Machine) Roles(a Action) []access.Role {
	st, ok := m.Step(a)
	if !ok {
		panic(fmt.Sprintf("lifecycle: %s has no action %q", m.Noun, a))
	}
	return st.Roles
}

// Check is the guard of every state change: it refuses with
// [fault.IllegalStep] what the table does not list and with [fault.Forbidden]
// what the principal's roles do not cover. to may be empty when the step has
// only one target.
func (m *Machine) Check(p access.Principal, a Action, from, to State) (State, error) {
	st, ok := m.Step(a)
	if !ok || !slices.Contains(st.From, from) {
		return "", fault.New(fault.IllegalStep, "illegal_step", string(from), string(a))
	}
	if !p.Has(st.Roles...) {
		return "", fault.New(fault.Forbidden, "")
	}
	if to == "" {
		to = st.To[0]
	}
	if !slices.Contains(st.To, to) {
		return "", fault.New(fault.IllegalStep, "illegal_step", string(from), string(a))
	}
	return to, nil
}

// Open lists the steps that the principal may take from a state, in table
// order: the buttons of a page and the "actions" of the API.
func (m *Machine) Open(p access.Principal, from State) []Step {
	var open []Step
	for _, st := range m.Steps {
		if slices.Contains(st.From, from) && p.Has(st.Roles...) {
			open = append(open, st)
		}
	}
	return open
}

// Values lists the states' codes for enums.
func (m *Machine) Values() []string {
	out := make([]string, len(m.States))
	for i, s := range m.States {
		out[i] = string(s.State)
	}
	return out
}

// Row is one line of the step table in the database.
type Row struct {
	Noun, From, Action, To string
}

// Rows lists every single step, as the table lifecycle_step holds them.
func (m *Machine) Rows() []Row {
	var rows []Row
	for _, st := range m.Steps {
		for _, from := range st.From {
			for _, to := range st.To {
				rows = append(rows, Row{m.Noun, string(from), string(st.Action), string(to)})
			}
		}
	}
	return rows
}

// Validate reports every contradiction in the table; tests and start-up call it.
func (m *Machine) Validate() error {
	var problems []string
	known := map[State]StateInfo{}
	for _, s := range m.States {
		if _, twice := known[s.State]; twice {
			problems = append(problems, "state twice: "+string(s.State))
		}
		known[s.State] = s
	}
	reached := map[State]bool{m.Start: true}
	left := map[State]bool{}
	actions := map[Action]bool{}
	for _, st := range m.Steps {
		if actions[st.Action] {
			problems = append(problems, "action twice: "+string(st.Action))
		}
		actions[st.Action] = true
		if len(st.Roles) == 0 || len(st.From) == 0 || len(st.To) == 0 || st.Zh == "" || st.En == "" {
			problems = append(problems, "incomplete step: "+string(st.Action))
		}
		for _, s := range append(slices.Clone(st.From), st.To...) {
			if _, ok := known[s]; !ok {
				problems = append(problems, "unknown state: "+string(s))
			}
		}
		for _, s := range st.To {
			reached[s] = true
		}
		for _, s := range st.From {
			left[s] = left[s] || !st.Reopens
		}
	}
	for _, s := range m.States {
		if !reached[s.State] {
			problems = append(problems, "never reached: "+string(s.State))
		}
		if s.Final == left[s.State] {
			problems = append(problems, "finality contradicts the steps: "+string(s.State))
		}
	}
	if problems != nil {
		return fmt.Errorf("lifecycle %s: %s", m.Noun, strings.Join(problems, "; "))
	}
	return nil
}
