// Package visiting sends the inspectors of a test through a whole visit. It is
// imported by tests only.
package visiting

import (
	"strings"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/testkit"
)

// Team is who takes part in a visit.
type Team struct {
	Officer, Lead, Second access.Principal
}

// Submitted has the officer of a team send its inspectors, and these fill,
// sign and submit the sheet. Every item is met but the one called fail.
func Submitted(t testing.TB, s *inspection.Service, sheet checklist.Sheet, id ident.InspectionID, team Team, fail string) {
	t.Helper()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	lead := testkit.As(team.Lead)
	_, err := s.Assign(testkit.As(team.Officer), inspection.AssignCommand{ID: id, Lead: team.Lead.Account, Second: team.Second.Account})
	ok(err)
	_, err = s.Start(lead, inspection.IDCommand{ID: id})
	ok(err)
	var entries []inspection.Entry
	for it := range sheet.Items() {
		if it.Flag == checklist.BonusItem {
			continue
		}
		a := checklist.Answer{Item: it.ID, Verdict: checklist.Pass}
		if it.ID == fail {
			a.Verdict, a.Note, a.Photos = checklist.Fail, "不符合", []string{strings.Repeat("b", 64)}
		}
		entries = append(entries, inspection.Entry{ID: string(ident.New[ident.EventID]()), Answer: a, Device: "平板"})
	}
	_, err = s.Save(lead, inspection.SaveCommand{ID: id, Entries: entries})
	ok(err)
	for _, p := range inspection.Parties {
		_, err := s.Sign(lead, inspection.SignCommand{ID: id, Party: p, Name: "张三", Drawing: strings.Repeat("a", 64)})
		ok(err)
	}
	_, err = s.Submit(testkit.As(team.Second), inspection.IDCommand{ID: id})
	ok(err)
}

// Veto is an item whose failure alone fails the sheet.
func Veto(t testing.TB, sheet checklist.Sheet) string {
	t.Helper()
	for it := range sheet.Items() {
		if it.Flag == checklist.VetoItem {
			return it.ID
		}
	}
	t.Fatal("the sheet has no veto item")
	return ""
}
