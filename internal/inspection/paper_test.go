package inspection_test

import (
	"bytes"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/inspection"
	"fangxin/internal/testkit"
)

// The shop's paper is there from the submission on, for those who may read the
// record, and the original stays printable after a correction.
func TestThePaperRecord(t *testing.T) {
	eachVisit(t, func(t *testing.T, v *visited) {
		v.BaseURL = "https://fx.example.gov.cn"
		ctx := testkit.As(v.lead)
		_, err := v.Paper(ctx, inspection.PaperQuery{ID: v.id})
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("there is a paper before the submission: %v", err)
		}
		v.submitted()
		first, err := v.Paper(ctx, inspection.PaperQuery{ID: v.id, Lang: "zh"})
		v.ok(err)
		if !bytes.HasPrefix(first.PDF, []byte("%PDF-")) || first.Name != "fangxin-record-"+string(v.id) {
			t.Errorf("%s: %.8q", first.Name, first.PDF)
		}
		_, err = v.amend(v.second, checklist.Answer{Item: v.first(checklist.Ordinary).ID, Verdict: checklist.Pass, Note: "补记说明"})
		v.ok(err)
		now, err := v.Paper(ctx, inspection.PaperQuery{ID: v.id})
		v.ok(err)
		if bytes.Equal(now.PDF, first.PDF) {
			t.Error("the correction is not on the paper")
		}
		again, err := v.Paper(ctx, inspection.PaperQuery{ID: v.id, N: 1})
		v.ok(err)
		if !bytes.Equal(again.PDF, first.PDF) {
			t.Error("the original is not printed as it was")
		}
		_, err = v.Paper(ctx, inspection.PaperQuery{ID: v.id, N: 2})
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("a correction is printed as a submission: %v", err)
		}
		for who, by := range map[string]access.Principal{"a stranger": testkit.Merchant(), "another county": testkit.Staff(access.CountyOfficer, "/36/3607/360702/")} {
			if _, err := v.Paper(testkit.As(by), inspection.PaperQuery{ID: v.id}); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", who, err)
			}
		}
		if _, err := v.Paper(testkit.As(access.Anonymous()), inspection.PaperQuery{ID: v.id}); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("nobody: %v", err)
		}
	})
}
