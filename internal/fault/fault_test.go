package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"fangxin/internal/fault"
)

func TestCatalogueIsCompleteAndUnique(t *testing.T) {
	seen := map[fault.Code]bool{}
	for _, e := range fault.Catalogue {
		if seen[e.Code] {
			t.Errorf("%s is listed twice", e.Code)
		}
		seen[e.Code] = true
		for _, s := range []string{e.TitleZh, e.TitleEn, e.HelpZh, e.HelpEn} {
			if s == "" {
				t.Errorf("%s lacks a text", e.Code)
			}
		}
	}
}

func TestCodeOf(t *testing.T) {
	cause := errors.New("disk on fire")
	f := fault.Wrap(fault.Conflict, cause, "")
	wrapped := fmt.Errorf("while saving: %w", f)
	if fault.CodeOf(wrapped) != fault.Conflict || !errors.Is(wrapped, cause) {
		t.Errorf("lost the code or the cause of %v", wrapped)
	}
	if fault.CodeOf(cause) != fault.Internal || fault.CodeOf(nil) != "" {
		t.Error("unknown errors must be internal, nil must have no code")
	}
}
