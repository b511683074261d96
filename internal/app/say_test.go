package app_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"fangxin/internal/app"
	"fangxin/internal/fault"
)

func TestSay(t *testing.T) {
	refused := fault.OnField("/first_name", "required", "")
	for lang, want := range map[string]string{"zh": "请填写这一项", "en": "Fill this in"} {
		if got := app.Say(lang, refused); !strings.Contains(got, "--first-name: "+want) || strings.Contains(got, "invalid-input") {
			t.Errorf("%s: %q", lang, got)
		}
	}
	if got := app.Say("en", fmt.Errorf("row 7: %w", refused)); !strings.HasPrefix(got, "row 7: ") || !strings.Contains(got, "Fill this in") {
		t.Errorf("around a refusal: %q", got)
	}
	if got := app.Say("en", errors.New("disk full")); got != "disk full" {
		t.Errorf("no refusal: %q", got)
	}
}
