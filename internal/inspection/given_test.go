package inspection_test

import (
	"strings"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/inspection"
	"fangxin/internal/testkit"
)

// given reads all answers that somebody may read.
func (w *world) given(by access.Principal, q inspection.GivenQuery) (out []inspection.Given) {
	w.t.Helper()
	n, err := w.s.CountGiven(w.t.Context(), w.d.R, q, by)
	w.ok(err)
	for {
		rows, next, err := w.s.GivenPortion(w.t.Context(), w.d.R, q, by)
		w.ok(err)
		out = append(out, rows...)
		if next == "" {
			break
		}
		q.After = next
	}
	if len(out) != n {
		w.t.Errorf("%d answers were counted and %d read", n, len(out))
	}
	return out
}

// Every answer ever given is there, with the words and the version that its
// author saw, whatever became of it.
func TestEveryAnswerGivenIsRead(t *testing.T) {
	each(t, func(w *world) {
		first := w.started()
		var item *checklist.Item
		for it := range w.sheet.Items() {
			if it.Flag != checklist.BonusItem && it.Type == "" || item == nil {
				item = it
			}
		}
		no := entry(checklist.Answer{Item: item.ID, Verdict: checklist.Fail, Note: "缺少价签", Photos: []string{strings.Repeat("b", 64)}})
		yes := entry(checklist.Answer{Item: item.ID, Verdict: checklist.Pass})
		for _, e := range []inspection.Entry{no, yes} {
			_, err := w.s.Save(testkit.As(w.lead), inspection.SaveCommand{ID: first, Entries: []inspection.Entry{e}})
			w.ok(err)
		}
		// More visits than one portion holds, so that reading goes on.
		for range 51 {
			_, err := w.s.Save(testkit.As(w.second), inspection.SaveCommand{ID: w.started(), Entries: []inspection.Entry{entry(checklist.Answer{Item: item.ID, Verdict: checklist.Pass})}})
			w.ok(err)
		}
		rows := w.given(w.officer, inspection.GivenQuery{})
		if len(rows) != 53 {
			t.Fatalf("%d answers, want 53", len(rows))
		}
		seen := map[string]inspection.Given{}
		for _, g := range rows {
			seen[g.ID] = g
		}
		was, is := seen[no.ID], seen[yes.ID]
		if was.Answer.Note != "缺少价签" || was.Counts || len(was.Answer.Photos) != 1 || was.N != 1 {
			t.Errorf("the replaced answer: %+v", was)
		}
		if !is.Counts || is.N != 2 || is.By != w.lead.Name || is.Device != "平板 3" {
			t.Errorf("the answer that counts: %+v", is)
		}
		if is.Item.Text != item.Text || is.SheetHash != w.sheet.Hash() || is.Module == "" || is.ModuleVersion == "" || is.Plan != w.sheet.Scheme || is.Section.Zh == "" {
			t.Errorf("it does not say what was seen: %+v", is)
		}
	})
}

func TestAnswersGivenAreReadInTheOwnArea(t *testing.T) {
	each(t, func(w *world) {
		id := w.started()
		for it := range w.sheet.Items() {
			_, err := w.s.Save(testkit.As(w.lead), inspection.SaveCommand{ID: id, Entries: []inspection.Entry{entry(checklist.Answer{Item: it.ID, Verdict: checklist.Pass})}})
			w.ok(err)
			break
		}
		for name, c := range map[string]struct {
			by   access.Principal
			q    inspection.GivenQuery
			want int
		}{
			"the county": {w.officer, inspection.GivenQuery{}, 1}, "its inspector": {w.lead, inspection.GivenQuery{}, 1},
			"another inspector": {w.third, inspection.GivenQuery{}, 0}, "another county": {w.neighbour, inspection.GivenQuery{}, 0}, "a merchant": {w.merchant, inspection.GivenQuery{}, 0},
			"its county": {w.officer, inspection.GivenQuery{Division: "360102"}, 1}, "its city": {w.officer, inspection.GivenQuery{Division: "360100"}, 1},
			"another place": {w.officer, inspection.GivenQuery{Division: "360700"}, 0},
			"its sector":    {w.officer, inspection.GivenQuery{Sector: "store"}, 1}, "another sector": {w.officer, inspection.GivenQuery{Sector: "catering"}, 0},
		} {
			if got := w.given(c.by, c.q); len(got) != c.want {
				t.Errorf("%s: %d answers, want %d", name, len(got), c.want)
			}
		}
	})
}
