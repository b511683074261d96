package lifecycle

import (
	"fmt"
	"io"
	"strings"
)

// WriteMarkdown draws every machine as a Mermaid diagram with its tables: the
// file openapi/lifecycles.md is its output.
func WriteMarkdown(w io.Writer, machines []*Machine) error {
	var b strings.Builder
	b.WriteString("# Lifecycles\n\nGenerated from `internal/lifecycle` by `make gen`; do not edit.\n")
	for _, m := range machines {
		fmt.Fprintf(&b, "\n## %s %s\n\n```mermaid\nstateDiagram-v2\n    [*] --> %s\n", m.Zh, m.En, m.Start)
		for _, r := range m.Rows() {
			fmt.Fprintf(&b, "    %s --> %s : %s\n", r.From, r.To, r.Action)
		}
		for _, s := range m.States {
			if s.Final {
				fmt.Fprintf(&b, "    %s --> [*]\n", s.State)
			}
		}
		b.WriteString("```\n\n| state | 中文 | English | whose turn |\n|---|---|---|---|\n")
		for _, s := range m.States {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", s.State, s.Zh, s.En, turn(s))
		}
		b.WriteString("\n| action | button | from | to | who | reason | second person |\n|---|---|---|---|---|---|---|\n")
		for _, st := range m.Steps {
			fmt.Fprintf(&b, "| `%s` | %s / %s | %s | %s | %s | %s | %s |\n", st.Action, st.Zh, st.En,
				join(st.From), join(st.To), join(st.Roles), yes(st.Reason), yes(st.Grants))
		}
	}
	b.WriteString("\n## 双人办理与回避 Four eyes and conflicts of interest\n\nWho must not take a step after having done what, in the whole matter: the record and all that it rests on.\n\n| step | not by whoever | ground | why |\n|---|---|---|---|\n")
	for _, bar := range Bars {
		steps := make([]string, len(bar.Steps))
		for i, s := range bar.Steps {
			steps[i] = bar.Noun + "." + string(s)
		}
		var ties []string
		for _, tie := range bar.After {
			if tie.Actions == nil {
				ties = append(ties, tie.Noun+".*")
			}
			for _, a := range tie.Actions {
				ties = append(ties, tie.Noun+"."+string(a))
			}
		}
		fmt.Fprintf(&b, "| %s | %s | `%s` | %s |\n", join(steps), join(ties), bar.Code, bar.Why)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func turn(s StateInfo) string {
	switch {
	case s.Final:
		return "ended"
	case s.Waits == "":
		return "nobody"
	}
	return s.Waits.Name("en")
}

func join[S ~string](list []S) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = "`" + string(s) + "`"
	}
	return strings.Join(out, " ")
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}
