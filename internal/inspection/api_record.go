package inspection

import (
	"bytes"
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// mountRecords registers what concerns sealed records.
func (s *Service) mountRecords(a *httpapi.API) {
	httpapi.Register(a, recordDef, httpapi.Operation{Method: http.MethodGet, Path: "/inspections/{id}/record", Tag: tag,
		Summary:   "The sealed record of an inspection",
		Detail:    "Everything that was seen, answered, signed and counted, with the corrections made since. Canonical JSON: keep the bytes as they are, `fangxin audit inspection FILE` recomputes them. Readable by the inspectors, officers of the area and the shop's own people.",
		Responses: map[string]*huma.Response{"200": {Description: "The record.", Content: map[string]*huma.MediaType{"application/json": {}}}},
	}, func(ctx context.Context, in *idInput) (*huma.StreamResponse, error) {
		e, err := s.Record(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return download("application/json", e.Name()+".json", e.Bundle), nil
	})
	httpapi.Register(a, exportDef, httpapi.Operation{Method: http.MethodGet, Path: "/inspections/{id}/record.zip", Tag: tag,
		Summary:   "The sealed record with its photos",
		Responses: map[string]*huma.Response{"200": {Description: "An archive of record.json and files/.", Content: map[string]*huma.MediaType{"application/zip": {}}}},
	}, func(ctx context.Context, in *idInput) (*huma.StreamResponse, error) {
		e, err := s.Export(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		if err := s.WriteZip(ctx, &b, e, nil); err != nil {
			return nil, err
		}
		return download("application/zip", e.Name()+".zip", b.Bytes()), nil
	})
	httpapi.Register(a, paperDef, httpapi.Operation{Method: http.MethodGet, Path: "/inspections/{id}/record.pdf", Tag: tag,
		Summary:   "The record to print for the shop",
		Detail:    "A4: result, what was not met with pictures, every answer, signatures or refusal, the seal and the code by which anybody checks it. The last submission with the corrections since, or with n a submission as it was.",
		Responses: map[string]*huma.Response{"200": {Description: "The file.", Content: map[string]*huma.MediaType{"application/pdf": {}}}},
	}, func(ctx context.Context, in *struct {
		ID   ident.InspectionID `path:"id" format:"uuid"`
		N    int                `query:"n" minimum:"0" maximum:"1000"`
		Lang string             `query:"lang" enum:"zh,en"`
	}) (*huma.StreamResponse, error) {
		p, err := s.Paper(ctx, PaperQuery{ID: in.ID, N: in.N, Lang: in.Lang})
		if err != nil {
			return nil, err
		}
		return download("application/pdf", p.Name+".pdf", p.PDF), nil
	})
	httpapi.Register(a, verifyRecordDef, httpapi.Operation{Method: http.MethodGet, Path: "/records/{seal}", Tag: tag,
		Summary: "Whether the register holds a record with this seal", Detail: "For whoever holds the paper record. Names the shop and the day, and no person."},
		func(ctx context.Context, in *struct {
			Seal string `path:"seal" pattern:"^[0-9a-f]{64}$" doc:"The hash that is printed on the record."`
		}) (*httpapi.Out[Seen], error) {
			v, err := s.VerifyRecord(ctx, in.Seal)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
}

// mountAmendments registers what concerns corrections.
func (s *Service) mountAmendments(a *httpapi.API) {
	httpapi.Register(a, amendsDef, httpapi.Operation{Method: http.MethodGet, Path: "/inspections/{id}/amendments", Tag: tag, Summary: "Corrections of a submitted sheet"},
		func(ctx context.Context, in *idInput) (*httpapi.Out[[]AmendmentView], error) {
			list, err := s.Amendments(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(list, 0), nil
		})
	httpapi.Register(a, amendDef, httpapi.Operation{Method: http.MethodPost, Path: "/inspections/{id}/amendments", Tag: tag, Create: true,
		Summary: "Correct items of a submitted sheet, with a reason", Codes: []fault.Code{fault.IllegalStep, fault.NotReady},
		Detail: "Appends to the record; the original is never changed. A correction that changes the grade or whether the sheet passes waits for another officer."},
		func(ctx context.Context, in *struct {
			httpapi.Idempotent
			ID   ident.InspectionID `path:"id" format:"uuid"`
			Body AmendCommand
		}) (*httpapi.Out[AmendmentView], error) {
			in.Body.ID = in.ID
			v, err := s.Amend(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return httpapi.Created(v, v.Version, httpapi.Prefix+"/inspections/"+string(in.ID)+"/amendments"), nil
		})
	judge := func(d *usecase.Def, path, summary string, do func(context.Context, AmendmentCommand) (AmendmentView, error)) {
		httpapi.Register(a, d, httpapi.Operation{Method: http.MethodPost, Path: "/amendments/{id}/" + path, Tag: tag, Summary: summary, Change: true,
			Codes: []fault.Code{fault.IllegalStep, fault.FourEyes, fault.ConflictOfInterest}},
			func(ctx context.Context, in *struct {
				httpapi.Conditional
				ID   ident.AmendmentID `path:"id" format:"uuid"`
				Body AmendmentCommand
			}) (*httpapi.Out[AmendmentView], error) {
				in.Body.ID = in.ID
				v, err := do(ctx, in.Body)
				if err != nil {
					return nil, err
				}
				return httpapi.Reply(v, v.Version), nil
			})
	}
	judge(adoptDef, "accept", "Make a correction count", s.AcceptAmendment)
	judge(declineDef, "decline", "Leave the result as it was", s.DeclineAmendment)
}

func download(kind, name string, body []byte) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		hc.SetHeader("Content-Type", kind)
		hc.SetHeader("Content-Disposition", `attachment; filename="`+name+`"`)
		hc.SetHeader("Content-Length", strconv.Itoa(len(body)))
		hc.SetHeader("Cache-Control", "private, no-store")
		_, _ = hc.BodyWriter().Write(body) // the client is gone if this fails
	}}
}
