package scheme_test

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"fangxin/internal/db"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/fault"
	"fangxin/internal/i18n"
	"fangxin/internal/lifecycle"
	"fangxin/internal/quorum"
	"fangxin/internal/scheme"
	"fangxin/internal/testkit"
)

// refusals has one edit for every rule that a title can break, with the place
// and the rule that a reader is told.
var refusals = []struct {
	title, at, rule string
	change          func(*scheme.Scheme)
}{
	{"jx-model-shop", "/issuer/zh", "scheme_issuer", func(s *scheme.Scheme) { s.Issuer.Zh = " " }},
	{"jx-model-shop", "/issuer/en", "scheme_issuer", func(s *scheme.Scheme) { s.Issuer.En = "" }},
	{"jx-model-shop", "/approval", "scheme_approval", func(s *scheme.Scheme) { s.Approval = " " }},
	{"jx-model-shop", "/approval", "max", func(s *scheme.Scheme) { s.Approval = strings.Repeat("文", 61) }},
	{"jx-model-shop", "/basis", "scheme_basis", func(s *scheme.Scheme) { s.Basis = nil }},
	{"jx-model-shop", "/abbreviation", "scheme_abbreviation", func(s *scheme.Scheme) { s.Abbreviation = "sf" }},
	{"jx-model-shop", "/title/zh", "scheme_national", func(s *scheme.Scheme) { s.Title.Zh = "国家放心消费示范店" }},
	{"jx-model-shop", "/title/zh", "scheme_national", func(s *scheme.Scheme) { s.Title.Zh = "中国放心店" }},
	{"jx-model-shop", "/title/zh", "scheme_national", func(s *scheme.Scheme) { s.Title.Zh = "全国放心店" }},
	{"jx-model-shop", "/title/en", "scheme_national", func(s *scheme.Scheme) { s.Title.En = "National Model Shop" }},
	{"jx-model-shop", "/badge_label/zh", "scheme_national", func(s *scheme.Scheme) { s.BadgeLabel = scheme.Text{Zh: "全国示范", En: "Model"} }},
	{"jx-model-shop", "/summary/zh", "scheme_fee", func(s *scheme.Scheme) { s.Summary.Zh = "入选后缴纳评审费2980元" }},
	{"jx-model-shop", "/declaration/en", "scheme_fee", func(s *scheme.Scheme) { s.Declaration.En = "I pay the fee" }},
	{"jx-model-shop", "/documents/0/why/zh", "scheme_fee", func(s *scheme.Scheme) { s.Documents[0].Why.Zh = "核对缴费凭证" }},
	{"jx-model-shop", "/title/en", "required", func(s *scheme.Scheme) { s.Title.En = "" }},
	{"jx-model-shop", "/badge_label/zh", "max", func(s *scheme.Scheme) { s.BadgeLabel = scheme.Text{Zh: strings.Repeat("店", 13), En: "x"} }},
	{"jx-model-shop", "/subject", "scheme_choice", func(s *scheme.Scheme) { s.Subject = "city" }},
	{"jx-model-shop", "/sectors", "scheme_sectors", func(s *scheme.Scheme) { s.Sectors = nil }},
	{"jx-model-shop", "/sectors", "scheme_choice", func(s *scheme.Scheme) { s.Sectors = []string{"casino"} }},
	{"jx-model-shop", "/divisions", "division", func(s *scheme.Scheme) { s.Divisions = []string{"990000"} }},
	{"jx-model-shop", "/sheet", "scheme_sheet", func(s *scheme.Scheme) { s.Sheet = "no-such-sheet" }},
	{"jx-model-shop", "/decides", "scheme_choice", func(s *scheme.Scheme) { s.Decides = "county" }},
	{"jx-model-shop", "/route/0/state", "scheme_stop_unknown", func(s *scheme.Scheme) { s.Route[0].State = lifecycle.Draft }},
	{"jx-model-shop", "/route/1/state", "scheme_stop_twice", func(s *scheme.Scheme) { s.Route[1].State = s.Route[0].State }},
	{"jx-model-shop", "/route/2/workdays", "scheme_range", func(s *scheme.Scheme) { s.Route[2].Workdays.Value = 0 }},
	{"jx-model-shop", "/route", "scheme_route", func(s *scheme.Scheme) { s.Route = s.Route[3:] }},
	{"jx-model-shop", "/route", "scheme_route_end", func(s *scheme.Scheme) { s.Decides = scheme.City }},
	{"jx-model-shop", "/route", "scheme_gate_time", func(s *scheme.Scheme) {
		s.Route = slices.DeleteFunc(s.Route, func(g scheme.Gate) bool { return g.State == lifecycle.Inspected })
	}},
	{"jx-model-shop", "/notice_workdays", "scheme_range", func(s *scheme.Scheme) { s.NoticeWorkdays.Value = 0 }},
	{"jx-model-shop", "/notice_days", "scheme_notice_once", func(s *scheme.Scheme) { s.NoticeDays.Value = 45 }},
	{"jx-model-shop", "/correction_workdays", "scheme_range", func(s *scheme.Scheme) { s.CorrectionWorkdays.Value = 0 }},
	{"jx-model-shop", "/appeal_workdays", "scheme_range", func(s *scheme.Scheme) { s.AppealWorkdays.Value = 900 }},
	{"jx-model-shop", "/validity_years", "scheme_range", func(s *scheme.Scheme) { s.ValidityYears.Value = 11 }},
	{"jx-model-shop", "/recheck_months", "scheme_range", func(s *scheme.Scheme) { s.RecheckMonths.Value = 0 }},
	{"jx-model-shop", "/exclusion_years", "scheme_range", func(s *scheme.Scheme) { s.ExclusionYears.Value = 0 }},
	{"jx-model-shop", "/downgrade_years", "scheme_range", func(s *scheme.Scheme) { s.DowngradeYears.Value = 11 }},
	{"jx-model-shop", "/rectification_workdays", "scheme_range", func(s *scheme.Scheme) { s.RectificationWorkdays.Value = 0 }},
	{"jx-model-shop", "/reinspections", "scheme_range", func(s *scheme.Scheme) { s.Reinspections.Value = 13 }},
	{"jx-model-shop", "/rectification_proof", "scheme_choice", func(s *scheme.Scheme) { s.RectificationProof = "hearsay" }},
	{"jx-model-shop", "/renewal", "scheme_choice", func(s *scheme.Scheme) { s.Renewal = "never" }},
	{"jx-model-shop", "/eligibility/0/fact", "scheme_choice", func(s *scheme.Scheme) { s.Eligibility[0].Fact = "luck" }},
	{"jx-model-shop", "/eligibility/1/fact", "scheme_fact_twice", func(s *scheme.Scheme) { s.Eligibility[1].Fact = s.Eligibility[0].Fact }},
	{"jx-model-shop", "/eligibility/0/effect", "scheme_choice", func(s *scheme.Scheme) { s.Eligibility[0].Effect = "shrug" }},
	{"jx-model-shop", "/eligibility/0/years", "scheme_range", func(s *scheme.Scheme) { s.Eligibility[0].Years = 0 }},
	{"jx-model-shop", "/eligibility/0/least", "scheme_class", func(s *scheme.Scheme) {
		s.Eligibility[0] = scheme.Rule{Fact: scheme.FactCredit, Least: "E", Effect: scheme.Warn}
	}},
	{"jx-model-shop", "/eligibility/0/fresh_days", "scheme_range", func(s *scheme.Scheme) { s.Eligibility[0].Fresh = -1 }},
	{"jx-model-shop", "/conditions", "scheme_list", func(s *scheme.Scheme) { s.Conditions = nil }},
	{"jx-model-shop", "/commitments/0/id", "scheme_item_id", func(s *scheme.Scheme) { s.Commitments[0].ID = "First Asked" }},
	{"jx-model-shop", "/commitments/1/id", "scheme_item_twice", func(s *scheme.Scheme) { s.Commitments[1].ID = s.Commitments[0].ID }},
	{"jx-model-shop", "/documents/0/text/en", "required", func(s *scheme.Scheme) { s.Documents[0].Text.En = "" }},
	{"jx-model-shop", "/street", "scheme_street_unused", func(s *scheme.Scheme) { s.Street = scheme.StreetDefault("") }},
	{"return-pledge", "/terms/days", "scheme_range", func(s *scheme.Scheme) { s.Terms.Days.Value = 6 }},
	{"return-pledge", "/terms/refund_days", "scheme_range", func(s *scheme.Scheme) { s.Terms.RefundDays.Value = 0 }},
	{"return-pledge", "/terms", "required", func(s *scheme.Scheme) { s.Terms = nil }},
	{"return-pledge", "/documents", "scheme_pledge_unused", func(s *scheme.Scheme) { s.Documents = s.Commitments }},
	{"return-pledge", "/route", "scheme_pledge_unused", func(s *scheme.Scheme) {
		s.Route = []scheme.Gate{{State: lifecycle.CountyReview, Workdays: scheme.Number{Value: 5}}}
	}},
	{"jx-model-street", "/street", "scheme_street_missing", func(s *scheme.Scheme) { s.Street = nil }},
	{"jx-model-street", "/street/min_members/value", "scheme_range", func(s *scheme.Scheme) { s.Street.MinMembers.Value = 0 }},
	{"jx-model-street", "/street/participation/percent/value", "scheme_range", func(s *scheme.Scheme) { s.Street.Participation.Percent.Value = 101 }},
	{"jx-model-street", "/street/returns/percent/value", "scheme_range", func(s *scheme.Scheme) { s.Street.Returns.Percent.Value = -1 }},
	{"jx-model-street", "/street/returns_with", "scheme_returns_with", func(s *scheme.Scheme) { s.Street.ReturnsWith = nil }},
	{"jx-model-street", "/street/returns_with", "scheme_title_unknown", func(s *scheme.Scheme) { s.Street.ReturnsWith = []string{"no-such-title"} }},
	{"jx-model-street", "/street/participates_with", "scheme_choice", func(s *scheme.Scheme) { s.Street.ParticipatesWith = []string{"X"} }},
	{"jx-model-street", "/street/returns_sectors", "scheme_choice", func(s *scheme.Scheme) { s.Street.ReturnsSectors = []string{"street"} }},
	{"jx-model-street", "/street/incident_years/value", "scheme_range", func(s *scheme.Scheme) { s.Street.IncidentYears.Value = 11 }},
	{"jx-model-street", "/street/grace_workdays/value", "scheme_range", func(s *scheme.Scheme) { s.Street.GraceWorkdays.Value = 0 }},
	{"jx-model-street", "/street/sample_least/value", "scheme_range", func(s *scheme.Scheme) { s.Street.SampleLeast.Value = 0 }},
	{"jx-model-street", "/street/sample_roots/value", "scheme_range", func(s *scheme.Scheme) { s.Street.SampleRoots.Value = 21 }},
	{"jx-model-street", "/street/sample_percent/value", "scheme_range", func(s *scheme.Scheme) { s.Street.SamplePercent.Value = 0 }},
	{"jx-model-street", "/street/sample_sheet", "scheme_choice", func(s *scheme.Scheme) { s.Street.SampleSheet = "no-such-sheet" }},
	{"jx-model-street", "/street/nudge_days/value", "scheme_range", func(s *scheme.Scheme) { s.Street.NudgeDays.Value = 0 }},
	{"jx-model-street", "/street/participation/source/zh", "max", func(s *scheme.Scheme) { s.Street.Participation.Source.Zh = strings.Repeat("源", 181) }},
	{"jx-model-street", "/street/hundred/0/item", "scheme_hundred", func(s *scheme.Scheme) { s.Street.Hundred[0].Item = "COM-01" }},
	{"jx-model-street", "/street/hundred/1/item", "scheme_item_twice", func(s *scheme.Scheme) { s.Street.Hundred[1].Item = s.Street.Hundred[0].Item }},
}

// Every edit that no title may make is refused at its place, by its rule, in
// words of both languages; the draft stays as it was.
func TestEveryRuleIsRefusedByName(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(t, d)
		drafts := map[string]scheme.Edition{}
		for i, c := range refusals {
			e, drafted := drafts[c.title]
			if !drafted {
				e = draft(t, s, c.title)
				drafts[c.title] = e
			}
			sch := clone(t, e.Scheme)
			c.change(&sch)
			_, err := s.Save(testkit.As(admin), scheme.SaveCommand{ID: e.ID, Scheme: sch})
			f, _ := fault.As(err)
			if f == nil || f.Code != fault.Invalid {
				t.Errorf("%d: %s at %s: %v", i, c.rule, c.at, err)
				continue
			}
			if !slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return x.Pointer == "/scheme"+c.at && x.Rule == c.rule }) {
				t.Errorf("%d: %s at %s is not among %v", i, c.rule, c.at, f.Fields)
			}
			for _, lang := range []string{i18n.Zh, i18n.En} {
				if !i18n.Shipped().Has("rule."+c.rule) || i18n.Shipped().T(lang, "rule."+c.rule, "x") == "" {
					t.Errorf("%s has no words in %s", c.rule, lang)
				}
			}
		}
		for _, e := range drafts {
			now, err := s.Edition(testkit.As(admin), e.ID)
			ok(t, err)
			if now.Version != e.Version || now.Scheme.Hash != e.Scheme.Hash {
				t.Errorf("a refused edit of %s left something", e.Code)
			}
		}
	})
}

// The table above has an edit for every rule of the program's text.
func TestRefusalsAreComplete(t *testing.T) {
	other := []string{ // refused where a draft begins, not where it is saved
		"scheme_code", "scheme_version", "scheme_code_taken", "scheme_version_taken", "scheme_abbreviation_taken", "scheme_unknown",
	}
	for _, key := range i18n.Shipped().Keys() {
		rule, isRule := strings.CutPrefix(key, "rule.")
		if isRule && strings.HasPrefix(rule, "scheme_") && !slices.Contains(other, rule) &&
			!slices.ContainsFunc(refusals, func(c struct {
				title, at, rule string
				change          func(*scheme.Scheme)
			}) bool {
				return c.rule == rule
			}) {
			t.Errorf("no edit is refused by %s", rule)
		}
	}
}

// What a version changes in the figures of streets is told figure by figure.
func TestFiguresOfStreetsAreCompared(t *testing.T) {
	from, _ := scheme.Lookup("jx-model-street", "")
	to := clone(t, from)
	to.Street.MinMembers = quorum.Number{Value: 20}
	to.Street.Participation.Percent.Value = 85
	to.Street.ParticipatesWith = []string{"jx-model-shop"}
	to.Street.ReturnsSectors = to.Street.ReturnsSectors[1:]
	to.Street.Hundred[0].Veto = true
	to.Street.Hundred = append(to.Street.Hundred, quorum.Hundred{Item: "STR-11"})
	to.Street.Station = false
	to.Street.SampleLeast.Value = 5
	got := map[string]string{}
	for _, c := range scheme.Changes(from, to) {
		got[c.Field+"/"+c.Item+"/"+c.Part] = c.Before + ">" + c.After
		if !slices.Contains(scheme.Fields, c.Field) {
			t.Errorf("%s has no place in the list", c.Field)
		}
	}
	want := map[string]string{
		"street_min_members//value": "30>20", "street_min_members//proposed": "true>false", "street_participation//percent.value": "80>85",
		"street_participates_with/jx-model-shop/": ">jx-model-shop", "street_returns_sectors/mall/": "mall>", "street_hundred/STR-02/": "grace>veto",
		"street_hundred/STR-11/": ">grace", "street_hundred/STR-11/proposed": ">false", "street_station//": "true>false", "street_sample_least//value": "10>5",
	}
	for key, change := range want {
		if got[key] != change {
			t.Errorf("%s is %q, want %q", key, got[key], change)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d changes, want %d: %v", len(got), len(want), got)
	}
}

// A version that was stored before figures of streets were part of one follows
// those that ship with its title, under the hash it always had.
func TestVersionsWithoutFiguresKeepTheirHash(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b, err := os.ReadFile("../../assets/schemes/jx-model-street.yaml")
		ok(t, err)
		head, rest, _ := strings.Cut(string(b), "# What keeps the title standing")
		_, rest, _ = strings.Cut(rest, "\nconditions:")
		if _, err := scheme.Parse([]byte(head + "conditions:" + rest)); err == nil || !strings.Contains(err.Error(), "scheme_street_missing") {
			t.Fatalf("a file without figures: %v", err)
		}
		s := service(t, d)
		drop := "DROP TRIGGER scheme_edition_fixed ON scheme_edition"
		if d.Dialect == db.SQLite {
			drop = "DROP TRIGGER scheme_edition_fixed"
		}
		_, err = d.W.NewRaw(drop).Exec(t.Context())
		ok(t, err)
		sch, _ := scheme.Lookup("jx-model-street", "")
		old := clone(t, sch)
		old.Street = nil
		_, err = d.W.NewRaw("UPDATE scheme_edition SET body = ? WHERE code = ?", string(old.Content()), sch.Code).Exec(t.Context())
		ok(t, err)
		for _, version := range []string{"", sch.Version} {
			got, err := scheme.StreetRules(t.Context(), d.R, sch.Code, version)
			ok(t, err)
			if got.Street == nil || got.Street.MinMembers.Value != 30 || got.Hash == sch.Hash {
				t.Errorf("version %q follows %+v under %s", version, got.Street, got.Hash)
			}
		}
		if e := draft(t, s, sch.Code); e.Scheme.Street == nil {
			t.Error("a draft of it has no figures to edit")
		}
		if got, err := scheme.StreetRules(t.Context(), d.R, "nobody-s", strconv.Itoa(1)); err != nil || got.Code != scheme.ModelStreet {
			t.Errorf("an unknown title follows %s, %v", got.Code, err)
		}
	})
}
