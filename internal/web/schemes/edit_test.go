package schemes

import (
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
