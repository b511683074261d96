package checklist

import (
	"strings"
	"testing"

	"fangxin/internal/i18n"
)

// Every code that people may see has its words.
func TestWords(t *testing.T) {
	cat := i18n.Shipped()
	has := func(prefix string, code string) {
		t.Helper()
		if !cat.Has("checklist." + prefix + "." + code) {
			t.Errorf("no text for checklist.%s.%s", prefix, code)
		}
	}
	for _, v := range []Verdict{Pass, Fail, NotApplicable} {
		has("verdict", string(v))
	}
	for _, v := range flags {
		has("flag", string(v))
	}
	for _, v := range methods {
		has("check", string(v))
	}
	for _, v := range kinds {
		has("kind", string(v))
	}
	for _, v := range standings {
		has("standing", v)
	}
	has("certainty", KnownUnverified)
	for _, v := range []GapCode{GapUnanswered, GapNAReason, GapNARefused, GapPhoto, GapAudio, GapNote, GapInvalid, GapDuplicate, GapUnknown} {
		has("gap", string(v))
	}
	for _, v := range []ChangeKind{Added, Removed, Reworded, Reguided, Rebased, Repointed, Reflagged, Retyped, Rechecked, Reproved,
		Reexcluded, Rewired, Moved, Resection, Reweighed, Retitled, Reframed, Reheaded} {
		has("change", string(v))
	}
	reasons := []Reason{{Code: WhyIncomplete}, {Code: WhyVeto}, {Code: WhyEmpty}}
	for _, m := range metrics {
		for _, c := range []ReasonCode{WhyBelow, WhyAbove} {
			reasons = append(reasons, Reason{Code: c, Metric: m}, Reason{Code: c, Metric: m, Of: Words[string]{"kind:sector"}})
		}
	}
	for _, r := range reasons {
		key, _ := r.Message()
		has("why", strings.TrimPrefix(key, "checklist.why."))
	}
}

func TestReasonInWords(t *testing.T) {
	for want, r := range map[string]Reason{
		"总分79.5分，低于要求的80分。":  {Code: WhyBelow, Metric: MetricScore, Have: 7950, Need: P(80)},
		"业态部分得27分，低于要求的28分。": {Code: WhyBelow, Metric: MetricBase, Of: Words[string]{"kind:sector"}, Have: P(27), Need: P(28)},
		"否决项VET-10不符合，不予通过。": {Code: WhyVeto, Item: "VET-10"},
		"还有3处没有填完，暂不能判定。":    {Code: WhyIncomplete, Have: P(3)},
		"重点项不符合2项，最多允许1项。":   {Code: WhyAbove, Metric: MetricKeyFails, Have: P(2), Need: P(1)},
	} {
		key, args := r.Message()
		if got := i18n.Shipped().T(i18n.Zh, key, args...); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
