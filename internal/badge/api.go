package badge

import (
	"context"
	"net/http"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

const tag = "Badges 标识"

type codeInput struct {
	Code string `path:"code" maxLength:"40" doc:"The 16 characters of the QR code, grouped or not, in any case."`
}

// Mount registers the operations of this slice.
func (s *Service) Mount(a *httpapi.API) {
	httpapi.Register(a, ScanDef, httpapi.Operation{Method: http.MethodGet, Path: "/badges/{code}", Tag: tag,
		Summary: "What a scan of the badge says now",
		Detail:  "Always answers with one of eight statuses: what was never issued is `unknown`, and what cannot be confirmed at this moment is `unavailable` (HTTP 503), never valid."},
		func(ctx context.Context, in *codeInput) (*httpapi.Out[Answer], error) {
			return httpapi.Reply(s.Scan(ctx, in.Code), 0), nil
		})
	httpapi.Register(a, reportDef, httpapi.Operation{Method: http.MethodPost, Path: "/badges/{code}/reports", Tag: tag, Create: true,
		Summary: "Say that a badge is not where or what it should be", Detail: "Opens a task at the county office. Send no personal data."},
		func(ctx context.Context, in *struct {
			httpapi.Idempotent
			Code string `path:"code" maxLength:"40"`
			Body ReportCommand
		}) (*httpapi.Out[ReportReceipt], error) {
			in.Body.Code = in.Code
			receipt, err := s.Report(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return httpapi.Created(receipt, 0, ""), nil
		})
	httpapi.Register(a, printDef, httpapi.Operation{Method: http.MethodPost, Path: "/badges", Tag: tag, Create: true,
		Summary: "Order prints of a live title's badge", Codes: []fault.Code{fault.NotReady}},
		func(ctx context.Context, in *struct {
			httpapi.Idempotent
			Body PrintCommand
		}) (*httpapi.Out[[]View], error) {
			views, err := s.Print(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return httpapi.Created(views, 0, httpapi.Prefix+"/certificates/"+string(in.Body.Certificate)+"/badges"), nil
		})
	httpapi.Register(a, listDef, httpapi.Operation{Method: http.MethodGet, Path: "/certificates/{id}/badges", Tag: tag,
		Summary: "Prints of a title"},
		func(ctx context.Context, in *struct {
			ID ident.CertificateID `path:"id" format:"uuid"`
		}) (*httpapi.Out[[]View], error) {
			views, err := s.List(ctx, ListQuery{Certificate: in.ID})
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(views, 0), nil
		})
	httpapi.Register(a, getDef, httpapi.Operation{Method: http.MethodGet, Path: "/stickers/{id}", Tag: tag, Summary: "One print"},
		func(ctx context.Context, in *struct {
			ID ident.StickerID `path:"id" format:"uuid"`
		}) (*httpapi.Out[View], error) {
			v, err := s.Get(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, v.Version), nil
		})
	step := func(d *usecase.Def, path, summary string, do func(context.Context, StepCommand) (View, error)) {
		httpapi.Register(a, d, httpapi.Operation{Method: http.MethodPost, Path: "/stickers/{id}/" + path, Tag: tag,
			Summary: summary, Change: true, Codes: []fault.Code{fault.IllegalStep}},
			func(ctx context.Context, in *struct {
				httpapi.Conditional
				ID   ident.StickerID `path:"id" format:"uuid"`
				Body StepCommand
			}) (*httpapi.Out[View], error) {
				in.Body.ID = in.ID
				v, err := do(ctx, in.Body)
				if err != nil {
					return nil, err
				}
				return httpapi.Reply(v, v.Version), nil
			})
	}
	step(activate, "activate", "Put a print up", s.Activate)
	step(voidDef, "void", "Take a print out of use", s.Void)
}
