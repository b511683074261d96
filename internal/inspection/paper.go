package inspection

import (
	"bytes"
	"context"
	"io"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/poster"
	rec "fangxin/internal/record"
	"fangxin/internal/usecase"
)

// PaperQuery asks for the printed record of an inspection.
type PaperQuery struct {
	ID   ident.InspectionID `json:"-" validate:"required,uuid7"`
	N    int                `json:"n" validate:"min=0,max=1000" doc:"Place in the chain of the submission to print, as it was then; 0: the last submission with what was appended since."`
	Lang string             `json:"lang" validate:"omitempty,oneof=zh en"`
}

// Paper is the record as a file to print.
type Paper struct {
	Name string
	PDF  []byte
}

var paperDef = usecase.Define(usecase.Def{Name: "inspection.paper", Allow: holders})

// Paper prints the record for the shop, on the spot or later: A4 with result,
// what was not met with pictures, every answer, signatures or refusal, and the
// code by which anybody checks it. The original stays printable for ever.
func (s *Service) Paper(ctx context.Context, q PaperQuery) (Paper, error) {
	e, err := usecase.Read(ctx, s.rt, paperDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Export, error) {
		r, raw, docs, err := chainOf(ctx, idb, q.ID, by)
		if err != nil {
			return Export{}, err
		}
		return export(r, raw, docs, by)
	})
	if err != nil {
		return Paper{}, err
	}
	in, err := e.paper(q)
	if err != nil {
		return Paper{}, err
	}
	in.Address = s.BaseURL + "/records/" + in.Record.Seal
	in.Open = func(sha string) ([]byte, error) {
		f, err := s.OpenFile(ctx, sha)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return io.ReadAll(io.LimitReader(f, 32<<20))
	}
	var b bytes.Buffer
	err = poster.Record(&b, in)
	return Paper{Name: e.Name(), PDF: b.Bytes()}, err
}

// paper picks the submission that is printed and what follows it.
func (e Export) paper(q PaperQuery) (poster.RecordPaper, error) {
	in := poster.RecordPaper{Lang: q.Lang}
	for _, r := range e.Chain {
		switch {
		case r.Kind != rec.Submission:
			in.Later = append(in.Later, r)
		case q.N == 0 || q.N == r.N:
			in.Record, in.Later = r, nil
		}
	}
	if in.Record.Seal == "" {
		return in, fault.New(fault.NotFound, "")
	}
	if q.N != 0 {
		in.Later = nil // as it was then
	}
	if in.Record.Visit == nil {
		if err := e.firstFormat(&in.Record); err != nil {
			return in, err
		}
	}
	sheet, err := checklist.UnmarshalSheet(in.Record.Visit.Sheet)
	in.Sheet = &sheet
	return in, err
}

// firstFormat gives a record of the first format the fields that are printed,
// as far as its sealed text says them.
func (e Export) firstFormat(r *rec.Record) error {
	s, err := r.First()
	if err != nil {
		return err
	}
	v := &rec.Visit{
		Premises: e.View.Premises, Operator: e.View.Operator, Holder: e.View.Holder, Address: e.View.Address, Division: e.View.Division,
		Inspectors: []rec.Person{{Account: s.Lead, Name: e.View.LeadName}, {Account: s.Second, Name: e.View.SecondName}},
		Submitted:  rec.Stamp{Server: s.At}, SheetHash: s.Sheet, Sheet: r.Sheet,
	}
	if e.View.StartedAt != nil {
		v.Started.Server = *e.View.StartedAt
	}
	for i, a := range s.Answers {
		v.Entries = append(v.Entries, rec.Entry{N: int64(i + 1), Item: a.Item, Answer: a, At: s.At, Counts: true})
	}
	for _, g := range s.Signatures {
		v.Signatures = append(v.Signatures, rec.Signature{Party: g.Party, Name: g.Name, Drawing: g.Drawing, Refused: g.Refused, Server: g.At})
	}
	v.Files = rec.Listed([]rec.Record{*r})
	sheet, err := checklist.UnmarshalSheet(r.Sheet)
	if err == nil {
		v.Result = checklist.Score(&sheet, s.Answers)
	}
	r.Visit = v
	return err
}
