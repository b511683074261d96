package i18n_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"fangxin/internal/fault"
	"fangxin/internal/i18n"
	"fangxin/internal/valid"
)

func TestShippedCatalogueIsComplete(t *testing.T) {
	c := i18n.Shipped()
	if len(c.Keys()) < 50 {
		t.Fatalf("only %d texts", len(c.Keys()))
	}
	for _, rule := range append(valid.Rules(), "required", "max", "min", "oneof", "unexpected", "other",
		"uscc_length", "uscc_old_number", "uscc_alphabet", "uscc_check_digit") {
		if rule != "uscc" && !c.Has("rule."+rule) {
			t.Errorf("the rule %s has no words", rule)
		}
	}
	for _, e := range fault.Catalogue {
		if e.Title("zh") == e.Title("en") {
			t.Errorf("%s reads the same in both languages", e.Code)
		}
	}
}

func TestPlaceholdersAgree(t *testing.T) {
	c := i18n.Shipped()
	for _, key := range c.Keys() {
		zh, en := c.T("zh", key), c.T("en", key)
		for _, p := range []string{"{0}", "{1}", "{2}", "{3}"} {
			if strings.Contains(zh, p) != strings.Contains(en, p) {
				t.Errorf("%s: %s is in one language only", key, p)
			}
		}
	}
}

func TestLoadRefusesGaps(t *testing.T) {
	for name, files := range map[string]fstest.MapFS{
		"one language": {"a.json": {Data: []byte(`{"k":{"zh":"好"}}`)}},
		"twice":        {"a.json": {Data: []byte(`{"k":{"zh":"好","en":"good"}}`)}, "b.json": {Data: []byte(`{"k":{"zh":"好","en":"good"}}`)}},
		"no JSON":      {"a.json": {Data: []byte(`{`)}},
	} {
		if _, err := i18n.Load(files); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct{ query, cookie, accept, want string }{
		{"", "", "", "zh"}, {"en", "zh", "zh", "en"}, {"", "en", "zh-CN", "en"}, {"", "", "en-GB,zh;q=0.5", "en"},
		{"", "", "fr,de", "zh"}, {"xx", "", "fr, zh-CN;q=0.9", "zh"},
	} {
		if got := i18n.Match(c.query, c.cookie, c.accept); got != c.want {
			t.Errorf("%+v gives %s", c, got)
		}
	}
}

func TestDates(t *testing.T) {
	if i18n.Date("zh", "2026-11-03") != "2026年11月3日" || i18n.Date("en", "2026-11-03") != "3 Nov 2026" || i18n.Date("zh", "?") != "?" {
		t.Error("dates read wrong")
	}
}
