package scheme_test

import (
	"context"
	"strings"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/fault"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/testkit"
)

var (
	admin   = testkit.Staff(access.Administrator, "/36/")
	admin2  = testkit.Staff(access.Administrator, "/36/")
	county  = testkit.Staff(access.Administrator, "/36/3601/360102/")
	officer = testkit.Staff(access.ProvinceOfficer, "/36/")
)

func service(t *testing.T, d *db.DB) *scheme.Service {
	rt, _, _ := testkit.Runtime(d)
	s := scheme.New(rt)
	ok(t, s.Seed(context.Background()))
	return s
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, err error, code fault.Code) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Fatalf("got %v, want %s", err, code)
	}
}

func draft(t *testing.T, s *scheme.Service, code string) scheme.Edition {
	t.Helper()
	e, err := s.Draft(testkit.As(admin), scheme.DraftCommand{Code: code})
	ok(t, err)
	return e
}

func TestShippedSchemesAreInForceOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(t, d)
		ok(t, s.Seed(context.Background())) // a second start
		list, err := s.Editions(testkit.As(admin), "")
		ok(t, err)
		if len(list) != len(scheme.All()) {
			t.Fatalf("%d versions of %d", len(list), len(scheme.All()))
		}
		for _, e := range list {
			shipped, _ := scheme.Lookup(e.Code, e.Edition)
			if e.State != lifecycle.Published || e.Scheme.Hash != shipped.Hash || len(e.Scheme.Hash) != 64 {
				t.Errorf("%s is %s with hash %s, shipped with %s", e.Code, e.State, e.Scheme.Hash, shipped.Hash)
			}
		}
	})
}

// The story of a version: drafted by one, published by another, in force for
// new cases only, replaced and retired.
func TestVersionFromDraftToRetirement(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(t, d)
		e := draft(t, s, "jx-model-shop")
		if e.Edition != "2026.1" || e.State != lifecycle.Draft || e.BasedOn != "2023.1" {
			t.Fatalf("drafted %s %s from %s", e.Edition, e.State, e.BasedOn)
		}
		next := e.Scheme
		next.ValidityYears.Value = 3
		next.Commitments[0].Text.Zh += "，可追溯到批次"
		next.Commitments = append(next.Commitments, scheme.Item{ID: "open-kitchen", Text: scheme.Text{Zh: "公开后厨", En: "The kitchen is open to view"}})
		e, err := s.Save(testkit.As(admin), scheme.SaveCommand{ID: e.ID, Scheme: next, Summary: "有效期改为三年"})
		ok(t, err)

		_, err = s.Diff(testkit.As(admin), scheme.DiffQuery{Code: "jx-model-shop", From: "2023.1", To: "2026.1"})
		refused(t, err, fault.NotFound) // a draft is no version yet
		_, err = s.Publish(testkit.As(admin), scheme.EditionStep{ID: e.ID})
		refused(t, err, fault.FourEyes)
		_, err = s.Publish(testkit.As(county), scheme.EditionStep{ID: e.ID})
		refused(t, err, fault.Forbidden)
		var told []string
		s.OnPublished = append(s.OnPublished, func(_ context.Context, _ *usecaseCall, e scheme.Edition) error {
			told = append(told, e.Edition)
			return nil
		})
		e, err = s.Publish(testkit.As(officer), scheme.EditionStep{ID: e.ID})
		ok(t, err)
		if e.State != lifecycle.Published || e.PublishedAt == nil || len(told) != 1 {
			t.Fatalf("published as %s, told %v", e.State, told)
		}
		in, err := s.Get(testkit.As(access.Anonymous()), scheme.Query{Code: "jx-model-shop"})
		ok(t, err)
		if in.Version != "2026.1" || in.ValidityYears.Value != 3 || in.Hash != e.Scheme.Hash {
			t.Errorf("in force is %s valid %d years", in.Version, in.ValidityYears.Value)
		}
		if old, err := s.Get(testkit.As(access.Anonymous()), scheme.Query{Code: "jx-model-shop", Version: "2023.1"}); err != nil || old.ValidityYears.Value != 2 {
			t.Errorf("the old version reads %d years, %v", old.ValidityYears.Value, err)
		}
		if _, _, _, exclusion, _, found := s.Texts("jx-model-shop", "2026.1"); !found || exclusion != 2 {
			t.Error("titles do not find the new version")
		}

		diff, err := s.Diff(testkit.As(access.Anonymous()), scheme.DiffQuery{Code: "jx-model-shop", From: "2023.1"})
		ok(t, err)
		kinds := map[string]string{}
		for _, c := range diff.Changes {
			kinds[c.Field+"/"+c.Item+"/"+c.Part] = c.Kind()
		}
		for key, want := range map[string]string{
			"validity_years//value": "changed", "commitments/quality/text.zh": "changed", "commitments/open-kitchen/text.zh": "added",
			"commitments/open-kitchen/text.en": "added", "commitments/open-kitchen/required": "added",
		} {
			if kinds[key] != want {
				t.Errorf("%s is %q, want %s", key, kinds[key], want)
			}
			delete(kinds, key)
		}
		if len(kinds) > 0 {
			t.Errorf("also said to differ: %v", kinds)
		}

		// What was published does not change, in code and in the database.
		_, err = s.Save(testkit.As(admin), scheme.SaveCommand{ID: e.ID, Scheme: next})
		refused(t, err, fault.Conflict)
		if _, err := d.W.NewRaw("UPDATE scheme_edition SET body = '{}' WHERE id = ?", e.ID).Exec(context.Background()); err == nil {
			t.Error("the database let a published version change")
		}
		_, err = s.Publish(testkit.As(officer), scheme.EditionStep{ID: e.ID})
		refused(t, err, fault.IllegalStep)
		_, err = s.Discard(testkit.As(admin), scheme.EditionStep{ID: e.ID})
		refused(t, err, fault.IllegalStep)
		_, err = s.Retire(testkit.As(officer), scheme.EditionStep{ID: e.ID})
		refused(t, err, fault.Invalid) // without a reason
		_, err = s.Retire(testkit.As(officer), scheme.EditionStep{ID: e.ID, Reason: "活动结束"})
		ok(t, err)
		_, err = s.Get(testkit.As(officer), scheme.Query{Code: "jx-model-shop"})
		refused(t, err, fault.NotFound) // neither the old one nor the file comes back
		for _, sch := range must(s.List(testkit.As(officer))) {
			if sch.Code == "jx-model-shop" {
				t.Error("a retired title is offered")
			}
		}
	})
}

func TestDraftsAreRefusedAndDiscarded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(t, d)
		for _, by := range []access.Principal{officer, testkit.Merchant(), access.Anonymous()} {
			if _, err := s.Draft(testkit.As(by), scheme.DraftCommand{Code: "jx-model-shop"}); err == nil {
				t.Errorf("%v drafted", by.Roles)
			}
		}
		_, err := s.Draft(testkit.As(county), scheme.DraftCommand{Code: "jx-model-shop"})
		refused(t, err, fault.Forbidden)
		for name, cmd := range map[string]scheme.DraftCommand{
			"an unknown title": {Code: "nothing"}, "a code that is taken": {Code: "jx-model-shop", As: "jx-model-street"},
			"a version that is taken": {Code: "jx-model-shop", Edition: "2023.1"}, "a malformed version": {Code: "jx-model-shop", Edition: "v2"},
			"a malformed code": {Code: "jx-model-shop", As: "X"},
		} {
			if _, err := s.Draft(testkit.As(admin), cmd); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		e := draft(t, s, "jx-model-shop")
		for name, c := range map[string]struct {
			at     string
			change func(*scheme.Scheme)
		}{
			"no issuer":           {"/scheme/issuer/zh", func(s *scheme.Scheme) { s.Issuer.Zh = " " }},
			"no approval":         {"/scheme/approval", func(s *scheme.Scheme) { s.Approval = "" }},
			"a national title":    {"/scheme/title/zh", func(s *scheme.Scheme) { s.Title.Zh = "国家放心消费示范店" }},
			"a national label":    {"/scheme/badge_label/en", func(s *scheme.Scheme) { s.BadgeLabel = scheme.Text{Zh: "示范", En: "National model"} }},
			"a fee":               {"/scheme/summary/zh", func(s *scheme.Scheme) { s.Summary.Zh = "评审费2980元，入选后缴纳" }},
			"a fee in a document": {"/scheme/documents/0/text/en", func(s *scheme.Scheme) { s.Documents[0].Text.En = "Receipt of the fee" }},
			"letters of another":  {"/scheme/abbreviation", func(s *scheme.Scheme) { s.Abbreviation = "JQ" }},
			"a jump":              {"/scheme/route", func(s *scheme.Scheme) { s.Route = s.Route[3:] }},
			"a route to nobody":   {"/scheme/route", func(s *scheme.Scheme) { s.Decides = scheme.City }},
			"two kinds of days":   {"/scheme/notice_days", func(s *scheme.Scheme) { s.NoticeDays.Value = 45 }},
			"an unknown fact":     {"/scheme/eligibility/0/fact", func(s *scheme.Scheme) { s.Eligibility[0].Fact = "luck" }},
			"a wrong class": {"/scheme/eligibility/0/least", func(s *scheme.Scheme) {
				s.Eligibility[0] = scheme.Rule{Fact: scheme.FactCredit, Least: "E", Effect: scheme.Warn}
			}},
		} {
			sch := clone(t, e.Scheme)
			c.change(&sch)
			_, err := s.Save(testkit.As(admin), scheme.SaveCommand{ID: e.ID, Scheme: sch})
			f, isFault := fault.As(err)
			if !isFault || f.Code != fault.Invalid {
				t.Errorf("%s: %v", name, err)
				continue
			}
			found := false
			for _, field := range f.Fields {
				found = found || field.Pointer == c.at
			}
			if !found {
				t.Errorf("%s is not named at %s: %v", name, c.at, f.Fields)
			}
		}
		_, err = s.Save(testkit.As(officer), scheme.SaveCommand{ID: e.ID, Scheme: e.Scheme})
		refused(t, err, fault.Forbidden)
		e, err = s.Discard(testkit.As(admin), scheme.EditionStep{ID: e.ID})
		ok(t, err)
		_, err = s.Save(testkit.As(admin), scheme.SaveCommand{ID: e.ID, Scheme: e.Scheme})
		refused(t, err, fault.Conflict)
		if again := draft(t, s, "jx-model-shop"); again.Edition != "2026.1" {
			t.Errorf("the number of a discarded draft is lost: %s", again.Edition)
		}

		// A hand in the draft is a hand in it, whoever began.
		second := draft(t, s, "jx-model-street")
		_, err = s.Save(testkit.As(admin2), scheme.SaveCommand{ID: second.ID, Scheme: second.Scheme})
		ok(t, err)
		_, err = s.Publish(testkit.As(admin2), scheme.EditionStep{ID: second.ID})
		refused(t, err, fault.FourEyes)
	})
}

func TestFreeIsNoFee(t *testing.T) {
	sch, _ := scheme.Lookup("jx-model-shop", "")
	for _, words := range []string{"本申报不收取任何费用", "免收评审费", "先行赔付保证金", "明码标价，结算与标价一致"} {
		sch.Summary.Zh = words
		for _, f := range sch.Problems() {
			if strings.HasPrefix(f.Pointer, "/summary") {
				t.Errorf("%q is taken for a fee", words)
			}
		}
	}
	for _, words := range []string{"入选单位交纳宣传费", "收取工本费50元", "每年缴纳300元", "本申报不难，但须缴费", "不限行业，评审费2980元"} {
		sch.Summary.Zh = words
		found := false
		for _, f := range sch.Problems() {
			found = found || f.Pointer == "/summary/zh"
		}
		if !found {
			t.Errorf("%q is not taken for a fee", words)
		}
	}
}

func must[V any](v V, err error) V {
	if err != nil {
		panic(err)
	}
	return v
}
