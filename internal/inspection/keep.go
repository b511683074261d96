package inspection

import (
	"context"
	"encoding/json"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	rec "fangxin/internal/record"
	"fangxin/internal/usecase"
)

// stamp is this instant by both clocks.
func stamp(m rec.Moment, c *usecase.Call) rec.Stamp {
	return rec.Stamp{Moment: m.UTC(), Server: c.Now, By: c.By.Account}
}

// sealVisit seals the sheet that is being submitted and keeps the record as
// the next of its chain.
func (s *Service) sealVisit(ctx context.Context, c *usecase.Call, r record, d Detail, submitted rec.Stamp) (seal string, err error) {
	visit, err := s.visit(ctx, c.Tx, r, d)
	if err != nil {
		return "", err
	}
	visit.Submitted = submitted
	sealed, err := s.keep(ctx, c, r, rec.Record{Kind: rec.Submission, Visit: &visit})
	return sealed.Seal, err
}

// keep seals a record as the next of its inspection's chain and stores it.
func (s *Service) keep(ctx context.Context, c *usecase.Call, r record, doc rec.Record) (rec.Record, error) {
	last, err := lastRecord(ctx, c.Tx, r.ID)
	if err != nil {
		return doc, err
	}
	doc.Format, doc.Inspection, doc.At = rec.Format, r.ID, c.Now
	doc.N, doc.Previous = int(last.N)+1, last.Seal
	doc, text, err := rec.SealUp(doc)
	if err != nil {
		return doc, err
	}
	if text, err = rec.Strip(text); err != nil {
		return doc, err
	}
	return doc, insertRecord(ctx, c.Tx, &recordRow{
		Seal: doc.Seal, Inspection: r.ID, N: int64(doc.N), Format: doc.Format, Kind: doc.Kind, Previous: doc.Previous,
		Sheet: r.Sheet, Content: string(text), Account: c.By.Account, At: c.Now,
	})
}

// visit gathers what was seen, answered and signed.
func (s *Service) visit(ctx context.Context, idb usecase.Reader, r record, d Detail) (rec.Visit, error) {
	sheet, err := d.Sheet.Marshal()
	if err != nil {
		return rec.Visit{}, err
	}
	rows, err := answerRows(ctx, idb, r.ID)
	if err != nil {
		return rec.Visit{}, err
	}
	signed, err := signatureRows(ctx, idb, r.ID)
	if err != nil {
		return rec.Visit{}, err
	}
	v := rec.Visit{
		Application: r.Application, Premises: r.Premises, Operator: r.Operator, Holder: r.Holder, Address: r.Address,
		Division: r.Division, Authority: r.Scope, SheetHash: r.Sheet, Sheet: sheet, Started: r.Started, Result: d.Live,
		Inspectors: []rec.Person{
			{Account: r.Lead, Name: r.LeadName, Role: access.Inspector}, {Account: r.Second, Name: r.SecondName, Role: access.Inspector},
		},
		Entries: []rec.Entry{}, Signatures: []rec.Signature{},
	}
	if r.Purpose != ForApplication {
		v.Purpose, v.Reference = string(r.Purpose), r.RefNoun+"/"+r.RefID
	}
	if v.Started.Server.IsZero() { // begun before devices told more
		v.Started.Server = r.StartedAt
	}
	stored, err := storedNames(ctx, idb, r.ID)
	if err != nil {
		return rec.Visit{}, err
	}
	all := make([]checklist.Answer, len(rows))
	for i, row := range rows {
		e, err := row.entry(&d.Sheet, stored)
		if err != nil {
			return rec.Visit{}, err
		}
		all[i] = e.Answer
		v.Entries = append(v.Entries, e)
	}
	v.Entries = rec.Mark(v.Entries)
	for _, party := range Parties { // in the order in which people sign
		for _, row := range signed {
			if row.Party == party {
				v.Signatures = append(v.Signatures, row.sealed())
			}
		}
	}
	if v.Files, err = s.filesOf(ctx, idb, all, v.Signatures); err != nil {
		return v, err
	}
	photos, err := photoRows(ctx, idb, r.ID)
	for _, p := range photos {
		for i := range v.Files {
			if p.Stored != "" && v.Files[i].SHA256 == p.Stored {
				v.Files[i].Source = string(p.Source)
			}
		}
	}
	return v, err
}

// filesOf describes every file that answers and signatures refer to; one that
// is not kept cannot be sealed.
func (s *Service) filesOf(ctx context.Context, idb usecase.Reader, answers []checklist.Answer, signatures []rec.Signature) ([]rec.File, error) {
	want := rec.Hashes(answers, signatures)
	if len(want) == 0 {
		return []rec.File{}, nil
	}
	files, err := s.Describe(ctx, idb, want)
	if err != nil {
		return nil, err
	}
	if len(files) != len(want) {
		return nil, fault.New(fault.NotFound, "file_unknown")
	}
	return files, nil
}

func (row answerRow) entry(sheet *checklist.Sheet, stored map[string]string) (rec.Entry, error) {
	e := rec.Entry{
		N: row.N, ID: row.ID, Item: row.Item, Digest: row.Digest, Device: row.Device, AgeMS: row.AgeMS,
		At: row.ReceivedAt.UTC(), By: row.Account,
	}
	if !row.DeviceAt.IsZero() {
		at := row.DeviceAt.UTC()
		e.DeviceAt = &at
	}
	if item := sheet.Item(row.Item); item != nil {
		e.Label = item.Text
	}
	var err error
	e.Answer, err = row.decode(stored)
	return e, err
}

func (row signatureRow) sealed() rec.Signature {
	return rec.Signature{
		Moment: row.Moment.UTC(), Party: string(row.Party), Name: row.Name, Drawing: row.Drawing, Refused: row.Refused,
		Witness: row.Witness, Server: row.At.UTC(), By: row.Account,
	}
}

// firstSealed is what the seals of the first format were made over.
func firstSealed(d Detail, r record) rec.FirstSealed {
	out := rec.FirstSealed{Inspection: r.ID, Sheet: r.Sheet, Lead: r.Lead, Second: r.Second, Answers: d.Answers, At: r.SubmittedAt.UTC()}
	for _, sig := range d.Signatures {
		out.Signatures = append(out.Signatures, rec.FirstSignature{
			Party: string(sig.Party), Name: sig.Name, Drawing: sig.Drawing, Refused: sig.Refused, At: sig.At.UTC(),
		})
	}
	return out
}

// texts gives the records of an inspection as they were sealed, in order.
func texts(ctx context.Context, idb usecase.Reader, r record, by access.Principal) ([]json.RawMessage, []rec.Record, error) {
	rows, err := recordRows(ctx, idb, r.ID)
	if err != nil {
		return nil, nil, err
	}
	if len(rows) == 0 {
		return nil, nil, fault.New(fault.NotFound, "record_none")
	}
	var out []json.RawMessage
	var docs []rec.Record
	for _, row := range rows {
		text, err := row.text(ctx, idb, r, by)
		if err != nil {
			return nil, nil, err
		}
		doc, err := rec.Parse(text)
		if err != nil {
			return nil, nil, err
		}
		out, docs = append(out, text), append(docs, doc)
	}
	return out, docs, nil
}

// text is a stored record as it was sealed, with its sheet.
func (row recordRow) text(ctx context.Context, idb usecase.Reader, r record, by access.Principal) ([]byte, error) {
	if row.Format == rec.FirstFormat && row.Content != "" {
		return []byte(row.Content), nil
	}
	if row.Format == rec.FirstFormat {
		d, err := load(ctx, idb, r, by)
		if err != nil {
			return nil, err
		}
		sheet, err := d.Sheet.Marshal()
		if err != nil {
			return nil, err
		}
		_, text, err := rec.First(firstSealed(d, r), sheet, row.Seal)
		return text, err
	}
	sheet, err := sheetText(ctx, idb, row.Sheet)
	if err != nil {
		return nil, err
	}
	return rec.Restore([]byte(row.Content), []byte(sheet))
}

// freeze stores the text of a record of the first format, before the rows that
// it is made from change.
func freeze(ctx context.Context, c *usecase.Call, r record) error {
	last, err := lastRecord(ctx, c.Tx, r.ID)
	if err != nil || last.Format != rec.FirstFormat || last.Content != "" {
		return err
	}
	text, err := last.text(ctx, c.Tx, r, c.By)
	if err != nil {
		return err
	}
	return setContent(ctx, c.Tx, last.Seal, string(text))
}

// chainOf reads the records of an inspection that the reader may see.
func chainOf(ctx context.Context, idb usecase.Reader, id ident.InspectionID, by access.Principal) (record, []json.RawMessage, []rec.Record, error) {
	r, err := getHeld(ctx, idb, id, by)
	if err != nil {
		return r, nil, nil, err
	}
	raw, docs, err := texts(ctx, idb, r, by)
	return r, raw, docs, err
}
