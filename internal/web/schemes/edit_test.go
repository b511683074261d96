package schemes

import (
	"slices"
	"testing"

	"fangxin/internal/scheme"
	"fangxin/internal/web/page"
)

// What decides over renewals and rectifications stands in the form, so that
// saving a draft does not drop it, and in the list of changes.
func TestChoicesKeepWhatAVersionSays(t *testing.T) {
	for _, field := range []string{"rectification_proof", "renewal"} {
		found := false
		for _, f := range scheme.Fields {
			found = found || f == field
		}
		if !found {
			t.Errorf("changes of %s have no place in the list", field)
		}
	}
	chosen := func(options []page.Option) (out []string) {
		for _, o := range options {
			if o.Chosen {
				out = append(out, o.Value)
			}
		}
		return out
	}
	for said, sent := range map[string]string{"": "", "review": "", "instant": "instant"} {
		if got := chosen(choices(scheme.Renewals, said, func(v string) string { return v })); len(got) != 1 || got[0] != sent {
			t.Errorf("%q is shown as %q", said, got)
		}
	}
	from := scheme.Scheme{}
	to := scheme.Scheme{Renewal: "instant", RectificationProof: "paper"}
	if changes := scheme.Changes(from, to); len(changes) != 2 {
		t.Errorf("%+v", changes)
	}
}

// Each change is said once: in the reader's language, a figure without a line
// for being confirmed, and a new point by its wording alone.
func TestChangesAreSaidOnce(t *testing.T) {
	changes := []scheme.Change{
		{Field: "title", Part: "en", Before: "Shop", After: "Store"}, {Field: "title", Part: "zh", Before: "店", After: "门店"},
		{Field: "summary", Part: "en", Before: "a", After: "b"},
		{Field: "recheck_months", Part: "proposed", Before: "true", After: "false"}, {Field: "recheck_months", Part: "value", Before: "12", After: "6"},
		{Field: "notice_workdays", Part: "proposed", Before: "true", After: "false"},
		{Field: "documents", Item: "price-list", Part: "required", After: "false"}, {Field: "documents", Item: "price-list", Part: "text.en", After: "Price list"},
		{Field: "documents", Item: "price-list", Part: "text.zh", After: "价目表"}, {Field: "documents", Item: "price-list", Part: "why.zh", After: "核对"},
		{Field: "commitments", Item: "advance", Part: "required", Before: "false", After: "true"},
		{Field: "route", Item: "city_review", Part: "workdays.value", Before: "10"}, {Field: "route", Item: "city_review", Part: "workdays.proposed", Before: "true"},
	}
	said := func(lang string) (out []string) {
		for _, c := range condensed(changes, lang) {
			out = append(out, c.Field+"/"+c.Item+"/"+c.Part)
		}
		return out
	}
	zh := []string{
		"title//zh", "summary//en", "recheck_months//value", "notice_workdays//proposed", "documents/price-list/", "commitments/advance/required",
		"route/city_review/workdays.value",
	}
	if got := said("zh"); !slices.Equal(got, zh) {
		t.Errorf("in Chinese %q", got)
	}
	zh[0] = "title//en"
	if got := said("en"); !slices.Equal(got, zh) {
		t.Errorf("in English %q", got)
	}
	if c := condensed(changes, "en")[4]; c.After != "Price list" {
		t.Errorf("the new document is %q", c.After)
	}
}
