package scheme_test

import (
	"os"
	"strings"
	"testing"

	"fangxin/internal/checklist"
	"fangxin/internal/scheme"
)

func TestShippedSchemes(t *testing.T) {
	codes := map[string]bool{}
	for _, s := range scheme.All() {
		if err := s.Validate(); err != nil {
			t.Errorf("%s: %v", s.Code, err)
		}
		if len(s.Hash) != 64 {
			t.Errorf("%s has no hash", s.Code)
		}
		codes[s.Code] = true
	}
	for _, want := range []string{"jx-model-shop", "jx-model-street", "return-pledge"} {
		if !codes[want] {
			t.Errorf("%s is not shipped", want)
		}
	}
	if s, ok := scheme.Lookup("return-pledge", ""); !ok || s.Terms == nil || s.Terms.Days.Value < 7 || len(s.Terms.Exclusions) == 0 {
		t.Error("the pledge does not state days and exclusions")
	}
	if _, ok := scheme.Lookup("jx-model-shop", "1999.1"); ok {
		t.Error("an unknown version was found")
	}
}

// Every sector that a scheme takes has a sheet, and thresholds can be shown.
func TestEverySectorHasASheet(t *testing.T) {
	for _, s := range scheme.All() {
		for _, code := range s.Sectors {
			sec, _ := s.SectorFor([]string{code})
			if _, err := checklist.Shipped().Sheet(s.Sheet, sec); err != nil {
				t.Errorf("%s for %s: %v", s.Code, code, err)
			}
		}
		if s.Pass == (scheme.Pass{}) {
			t.Errorf("%s shows no threshold", s.Code)
		}
	}
}

func TestBadDataIsRefused(t *testing.T) {
	bad(t, "jx-model-shop", map[string][2]string{
		"a gate without time":   {"{state: decision, workdays: {value: 10, proposed: true}}", "{state: decision, workdays: {value: 0, proposed: true}}"},
		"no days to correct":    {"correction_workdays: {value: 10,", "correction_workdays: {value: 0,"},
		"no days to appeal":     {"appeal_workdays: {value: 5,", "appeal_workdays: {value: 0,"},
		"a route out of order":  {"{state: county_review, workdays: {value: 10, proposed: true}}", "{state: decision, workdays: {value: 10, proposed: true}}"},
		"a notice without days": {"notice_workdays: {value: 5,", "notice_workdays: {value: 0,"},
	})
	bad(t, "return-pledge", map[string][2]string{
		"a national title":  {"zh: 线下无理由退货承诺店", "zh: 全国无理由退货承诺店"},
		"a fee":             {"minutes_to_apply: 5", "minutes_to_apply: 5\nfee: 2980"},
		"a fee in words":    {"销售前说明适用商品", "缴纳评审费后说明适用商品"},
		"too few days":      {"days: {value: 7,", "days: {value: 6,"},
		"no approval":       {"approval: 赣市监规〔2023〕9号", `approval: ""`},
		"an unknown sector": {"sectors: [mall,", "sectors: [casino,"},
		"an item twice":     {"id: explain", "id: return"},
		// Nobody reviews a pledge: what no pledge goes through is not said of one.
		"a review":      {"notice_workdays:", "route: [{state: county_review, workdays: {value: 10}}]\nnotice_workdays:"},
		"a document":    {"commitments:", "documents: [{id: licence, text: {zh: 执照, en: Licence}}]\ncommitments:"},
		"a correction":  {"notice_workdays:", "correction_workdays: {value: 10}\nnotice_workdays:"},
		"a second look": {"notice_workdays:", "appeal_workdays: {value: 5}\nnotice_workdays:"},
	})
}

// bad sees that a shipped file is refused after each change.
func bad(t *testing.T, file string, changes map[string][2]string) {
	t.Helper()
	good, err := os.ReadFile("../../assets/schemes/" + file + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range changes {
		bad := strings.Replace(string(good), change[0], change[1], 1)
		if bad == string(good) {
			t.Fatalf("%s: nothing changed", name)
		}
		if _, err := scheme.Parse([]byte(bad)); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if _, err := scheme.Parse(good); err != nil {
		t.Errorf("the unchanged file is refused: %v", err)
	}
}
