package inspection

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/ident"
	rec "fangxin/internal/record"
	"fangxin/internal/usecase"
)

// holders may also read the record of a visit to their own shop.
var holders = append([]access.Role{access.Merchant, access.Organiser}, readers...)

var (
	recordDef = usecase.Define(usecase.Def{Name: "inspection.record", Allow: holders})
	exportDef = usecase.Define(usecase.Def{Name: "inspection.export", Allow: holders})
)

// Export is the record of an inspection as it goes out.
type Export struct {
	View   View
	Bundle []byte       // the file that "fangxin audit inspection" reads
	Chain  []rec.Record // the same, read
	Files  []rec.File
	Report rec.Report // what of it holds, without the photos
}

// Name is the file's name without its ending.
func (e Export) Name() string { return "fangxin-record-" + string(e.View.ID) }

// Record gives the sealed records of an inspection, from its submission on, to
// the inspectors, to officers in whose area it is, and to the shop's own
// people.
func (s *Service) Record(ctx context.Context, id ident.InspectionID) (Export, error) {
	return s.read(ctx, recordDef, id)
}

// Export is [Service.Record] for whoever takes the photos too.
func (s *Service) Export(ctx context.Context, id ident.InspectionID) (Export, error) {
	return s.read(ctx, exportDef, id)
}

func (s *Service) read(ctx context.Context, d *usecase.Def, id ident.InspectionID) (Export, error) {
	return usecase.Read(ctx, s.rt, d, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Export, error) {
		r, raw, docs, err := chainOf(ctx, idb, id, by)
		if err != nil {
			return Export{}, err
		}
		return export(r, raw, docs, by)
	})
}

func export(r record, raw []json.RawMessage, docs []rec.Record, by access.Principal) (Export, error) {
	bundle, err := rec.Bind(raw)
	if err != nil {
		return Export{}, err
	}
	return Export{View: r.view(by), Bundle: bundle, Chain: docs, Files: rec.Listed(docs), Report: rec.Audit(bundle, rec.Evidence{})}, nil
}

// WriteZip writes an exported record with its photos and other papers.
func (s *Service) WriteZip(ctx context.Context, w io.Writer, e Export, papers map[string][]byte) error {
	at := time.Time{}
	if n := len(e.Chain); n > 0 {
		at = e.Chain[n-1].At
	}
	return rec.WriteZip(w, e.Bundle, e.Files, papers, at, func(sha string) (io.ReadCloser, error) { return s.OpenFile(ctx, sha) })
}

// Seen is what anybody who holds the paper record may know: that the register
// has this very record. It names the shop and no person.
type Seen struct {
	Seal     string    `json:"seal"`
	Kind     rec.Kind  `json:"kind"`
	Holder   string    `json:"holder" doc:"Name of the shop."`
	Division string    `json:"division"`
	Day      string    `json:"day" format:"date" doc:"Day of the record."`
	Amended  bool      `json:"amended" doc:"Corrections were recorded after it."`
	Newer    string    `json:"newer,omitempty" doc:"Seal of the newest record of the same inspection, when it is not this one."`
	Intact   bool      `json:"intact" doc:"The stored record still has this seal."`
	At       time.Time `json:"-"`
}

// SealQuery names a record by its seal.
type SealQuery struct {
	Seal string `json:"seal" validate:"required,len=64,hexadecimal"`
}

var verifyRecordDef = usecase.Define(usecase.Def{Name: "inspection.verify_record", Allow: access.Roles})

// VerifyRecord tells whether the register holds a record with this seal.
func (s *Service) VerifyRecord(ctx context.Context, seal string) (Seen, error) {
	return usecase.Read(ctx, s.rt, verifyRecordDef, SealQuery{seal}, func(ctx context.Context, idb usecase.Reader, _ access.Principal) (Seen, error) {
		row, r, err := recordBySeal(ctx, idb, seal)
		if err != nil {
			return Seen{}, err
		}
		last, err := lastRecord(ctx, idb, r.ID)
		if err != nil {
			return Seen{}, err
		}
		v := Seen{
			Seal: row.Seal, Kind: row.Kind, Holder: r.Holder, Division: r.Division, Day: calendar.DateOf(row.At).String(), At: row.At,
			Amended: last.N > row.N,
		}
		if v.Amended {
			v.Newer = last.Seal
		}
		text, err := row.text(ctx, idb, r, access.Internal("verify"))
		if err != nil {
			return Seen{}, err
		}
		got, err := rec.SealOf(text)
		v.Intact = err == nil && got == row.Seal
		return v, nil
	})
}
