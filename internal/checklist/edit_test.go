package checklist_test

import (
	"slices"
	"testing"

	"fangxin/internal/checklist"
)

func ids(m *checklist.Module) (out []string) {
	for _, s := range m.Sections {
		out = append(out, s.ID+":")
		for _, it := range s.Items {
			out = append(out, it.ID)
		}
	}
	return out
}

// Every way to change a module keeps what is not concerned, and the shipped
// module is never touched.
func TestEditing(t *testing.T) {
	fresh := func() *checklist.Module {
		m := checklist.Shipped().Module("JDZ").Clone()
		return &m
	}
	want := ids(fresh())
	for name, c := range map[string]struct {
		do   func(m *checklist.Module)
		want []string
	}{
		"up":                    {func(m *checklist.Module) { m.MoveItem("JDZM-02", -1) }, []string{"JDZM:", "JDZM-02", "JDZM-01", "JDZM-03", "JDZ:", "JDZ-01", "JDZ-02", "JDZ-03", "JDZ-04", "JDZ-05"}},
		"down into the next":    {func(m *checklist.Module) { m.MoveItem("JDZM-03", 1) }, []string{"JDZM:", "JDZM-01", "JDZM-02", "JDZ:", "JDZM-03", "JDZ-01", "JDZ-02", "JDZ-03", "JDZ-04", "JDZ-05"}},
		"up into the one above": {func(m *checklist.Module) { m.MoveItem("JDZ-01", -1) }, []string{"JDZM:", "JDZM-01", "JDZM-02", "JDZM-03", "JDZ-01", "JDZ:", "JDZ-02", "JDZ-03", "JDZ-04", "JDZ-05"}},
		"past the ends": {func(m *checklist.Module) {
			m.MoveItem("JDZM-01", -1)
			m.MoveItem("JDZ-05", 1)
			m.MoveSection("JDZM", -1)
		}, want},
		"duplicate":      {func(m *checklist.Module) { m.Duplicate("JDZ-02") }, []string{"JDZM:", "JDZM-01", "JDZM-02", "JDZM-03", "JDZ:", "JDZ-01", "JDZ-02", "JDZ-06", "JDZ-03", "JDZ-04", "JDZ-05"}},
		"add and remove": {func(m *checklist.Module) { m.AddItem("JDZM"); m.RemoveItem("JDZM-01") }, []string{"JDZM:", "JDZM-02", "JDZM-03", "JDZM-04", "JDZ:", "JDZ-01", "JDZ-02", "JDZ-03", "JDZ-04", "JDZ-05"}},
		"sections":       {func(m *checklist.Module) { m.MoveSection("JDZ", -1); m.RemoveSection("JDZM"); m.AddSection() }, []string{"JDZ:", "JDZ-01", "JDZ-02", "JDZ-03", "JDZ-04", "JDZ-05", "JDZ-S1:"}},
		"nothing there": {func(m *checklist.Module) {
			m.MoveItem("X", 1)
			m.RemoveItem("X")
			m.RemoveSection("X")
			m.Duplicate("X")
		}, want},
	} {
		m := fresh()
		c.do(m)
		if got := ids(m); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v", name, got)
		}
	}
	m := fresh()
	m.Rename("JDZ-02", "JDZ-20")
	if s, at := m.Find("JDZ-03"); s == nil || s.Items[at].When.Item != "JDZ-20" {
		t.Error("a condition does not follow the item that was renamed")
	}
	if p := checklist.Lint(m, checklist.Shipped().Sources); len(p) > 0 {
		t.Errorf("renaming breaks the module: %v", p)
	}
	id, _ := m.AddItem("JDZ")
	if p := checklist.Lint(m, checklist.Shipped().Sources); len(p) == 0 || p[0].Where != id {
		t.Errorf("an empty item is not reported: %v", p)
	}
	if !slices.Equal(ids(fresh()), want) {
		t.Error("the shipped module was changed")
	}
}
