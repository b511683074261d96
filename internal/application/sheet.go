package application

import (
	"context"
	"sort"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/scheme"
	"fangxin/internal/sector"
	"fangxin/internal/usecase"
)

// compose makes the self-assessment for a scheme and sector and keeps it under
// its hash. A scheme without a checklist has none.
func (s *Service) compose(ctx context.Context, c *usecase.Call, sch scheme.Scheme, sec sector.Code) (SheetRef, *checklist.Sheet, error) {
	if sch.Sheet == "" {
		return SheetRef{Sector: sec}, nil, nil
	}
	whole, err := s.Sheets(ctx, c.Tx, sch.Sheet, sec)
	if err != nil {
		return SheetRef{}, nil, err
	}
	self := whole.SelfAssessment()
	body, err := self.Marshal()
	if err != nil {
		return SheetRef{}, nil, err
	}
	ref := SheetRef{Plan: sch.Sheet, Sector: sec, Hash: self.Hash()}
	return ref, &self, keepSheet(ctx, c.Tx, ref.Hash, string(body), c.Now)
}

// pinnedSheet reads the questions of a case as they were asked.
func pinnedSheet(ctx context.Context, idb usecase.Reader, ref SheetRef) (*checklist.Sheet, error) {
	if ref.Hash == "" {
		return nil, nil
	}
	body, err := sheetBody(ctx, idb, ref.Hash)
	if err != nil {
		return nil, err
	}
	sheet, err := checklist.UnmarshalSheet([]byte(body))
	return &sheet, err
}

// answers gives the form's answers to the checklist, in the order of item ids.
func (f Form) answers() []checklist.Answer {
	out := make([]checklist.Answer, 0, len(f.Answers))
	for id, a := range f.Answers {
		out = append(out, checklist.Answer{
			Item: id, Verdict: checklist.Verdict(a.Verdict), NAReason: a.Reason, Note: a.Note,
			Score: a.Score, Number: a.Number, Choice: a.Choice, Photos: a.Photos,
		})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Item < out[j].Item })
	return out
}

func score(sheet *checklist.Sheet, f Form) Score {
	if sheet == nil {
		return Score{Total: "0", Passed: true}
	}
	r := checklist.Score(sheet, f.answers())
	return Score{Answered: r.Answered, Items: r.Total, Total: r.Score.String(), Vetoes: len(r.Vetoes), Passed: r.Passed}
}

var sheetDef = usecase.Define(usecase.Def{Name: "application.sheet", Allow: seers})

// Sheet gives the questions of a case's self-assessment; nil when its scheme
// has none.
func (s *Service) Sheet(ctx context.Context, id ident.ApplicationID) (*checklist.Sheet, error) {
	return usecase.Read(ctx, s.rt, sheetDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (*checklist.Sheet, error) {
		r, err := get(ctx, idb, id, by)
		if err != nil {
			return nil, err
		}
		return pinnedSheet(ctx, idb, r.Sheet)
	})
}
