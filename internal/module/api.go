package module

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

const (
	tag       = "checklists"
	mediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

type idInput struct {
	ID ident.ModuleID `path:"id" format:"uuid"`
}

type listInput struct {
	Code  string          `query:"code" maxLength:"10"`
	State lifecycle.State `query:"state" enum:"draft,proposed,published,retired,discarded"`
}

// Mount registers the operations of this slice.
func (s *Service) Mount(a *httpapi.API) {
	s.mountPlans(a)
	httpapi.Register(a, listDef, httpapi.Operation{Method: http.MethodGet, Path: "/checklist-modules", Tag: tag,
		Summary: "Versions of the checklist modules, by module, the newest first"},
		func(ctx context.Context, in *listInput) (*httpapi.Out[[]View], error) {
			v, err := s.List(ctx, ListQuery(*in))
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
	httpapi.Register(a, getDef, httpapi.Operation{Method: http.MethodGet, Path: "/checklist-modules/{id}", Tag: tag, Summary: "One version with its content"},
		func(ctx context.Context, in *idInput) (*httpapi.Out[Detail], error) { return reply(s.Get(ctx, in.ID)) })
	httpapi.Register(a, draftDef, httpapi.Operation{
		Method: http.MethodPost, Path: "/checklist-modules", Tag: tag, Summary: "Begin a new version of a module", Create: true, Codes: []fault.Code{fault.NotFound},
	}, func(ctx context.Context, in *struct {
		httpapi.Idempotent
		Body DraftCommand
	}) (*httpapi.Out[Detail], error) {
		v, err := s.Draft(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return httpapi.Created(v, v.Version, httpapi.Prefix+"/checklist-modules/"+string(v.ID)), nil
	})
	httpapi.Register(a, saveDef, httpapi.Operation{
		Method: http.MethodPut, Path: "/checklist-modules/{id}", Tag: tag, Summary: "Replace the content of a draft", Change: true, MaxBody: 2 << 20,
		Detail: "The content may still have problems, which the answer lists; they must be gone before the version is proposed. Full marks are computed.",
		Codes:  []fault.Code{fault.IllegalStep},
	}, func(ctx context.Context, in *struct {
		httpapi.Conditional
		ID   ident.ModuleID `path:"id" format:"uuid"`
		Body checklist.Module
	}) (*httpapi.Out[Detail], error) {
		return reply(s.Save(ctx, SaveCommand{ID: in.ID, Body: in.Body}))
	})
	step := func(d *usecase.Def, path, summary string, do func(context.Context, StepCommand) (View, error)) {
		httpapi.Register(a, d, httpapi.Operation{Method: http.MethodPost, Path: "/checklist-modules/{id}/" + path, Tag: tag, Summary: summary, Change: true,
			Codes: []fault.Code{fault.IllegalStep, fault.FourEyes, fault.Conflict}},
			func(ctx context.Context, in *struct {
				httpapi.Conditional
				ID   ident.ModuleID `path:"id" format:"uuid"`
				Body StepCommand
			}) (*httpapi.Out[View], error) {
				in.Body.ID = in.ID
				return replyView(do(ctx, in.Body))
			})
	}
	step(proposeDef, "propose", "Ask a second person to publish a draft of a module or of a composition", s.Propose)
	step(publishDef, "publish", "Put a proposed version into force", s.Publish)
	step(reworkDef, "rework", "Give a proposed version back to be changed", s.Rework)
	step(retireDef, "retire", "Take a published version out of force", s.Retire)
	httpapi.Register(a, discardDef, httpapi.Operation{Method: http.MethodPost, Path: "/checklist-modules/{id}/discard", Tag: tag, Summary: "Give a draft up", Change: true,
		Codes: []fault.Code{fault.IllegalStep}},
		func(ctx context.Context, in *struct {
			httpapi.Conditional
			ID ident.ModuleID `path:"id" format:"uuid"`
		}) (*httpapi.Out[View], error) {
			return replyView(s.Discard(ctx, DiscardCommand{ID: in.ID}))
		})
	httpapi.Register(a, diffDef, httpapi.Operation{Method: http.MethodGet, Path: "/checklist-modules/{id}/diff", Tag: tag, Summary: "What changes from another version, item by item"},
		func(ctx context.Context, in *struct {
			ID      ident.ModuleID `path:"id" format:"uuid"`
			Against ident.ModuleID `query:"against" format:"uuid"`
		}) (*httpapi.Out[Difference], error) {
			v, err := s.Diff(ctx, DiffQuery{ID: in.ID, Against: in.Against})
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
	httpapi.Register(a, dryRunDef, httpapi.Operation{Method: http.MethodGet, Path: "/checklist-modules/{id}/dry-run", Tag: tag,
		Summary: "What a version would have meant for the newest accepted inspections"},
		func(ctx context.Context, in *idInput) (*httpapi.Out[DryRun], error) {
			v, err := s.DryRun(ctx, DryRunQuery(*in))
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
	httpapi.Register(a, fileDef, httpapi.Operation{Method: http.MethodGet, Path: "/checklist-modules/{id}/file", Tag: tag,
		Summary: "A version as a spreadsheet", Detail: "xlsx holds everything; xlsform is for other survey tools, and its sheet fx_report lists row by row what they will not apply.",
		Responses: map[string]*huma.Response{"200": {Description: "The file.", Content: map[string]*huma.MediaType{mediaType: {}}}},
	}, func(ctx context.Context, in *struct {
		ID     ident.ModuleID `path:"id" format:"uuid"`
		Format Format         `query:"format" enum:"xlsx,xlsform" default:"xlsx"`
	}) (*huma.StreamResponse, error) {
		f, err := s.File(ctx, FileQuery{ID: in.ID, Format: in.Format})
		if err != nil {
			return nil, err
		}
		return &huma.StreamResponse{Body: func(hc huma.Context) {
			hc.SetHeader("Content-Type", mediaType)
			hc.SetHeader("Content-Disposition", `attachment; filename="`+f.Name+`"`)
			hc.SetHeader("Cache-Control", "private, no-store")
			_, _ = hc.BodyWriter().Write(f.Body) // the client is gone if this fails
		}}, nil
	})
	httpapi.Register(a, importDef, httpapi.Operation{Method: http.MethodPut, Path: "/checklist-modules/{id}/file", Tag: tag, Change: true, MaxBody: MaxFile,
		Summary: "Replace the content of a draft by that of a spreadsheet", Detail: "Either form. A file with errors changes nothing; the answer to a sound one lists what was not taken over.",
		Codes: []fault.Code{fault.IllegalStep, fault.TooLarge}},
		func(ctx context.Context, in *struct {
			httpapi.Conditional
			ID      ident.ModuleID `path:"id" format:"uuid"`
			RawBody []byte         `contentType:"application/octet-stream" doc:"The .xlsx file, at most 4 MB."`
		}) (*httpapi.Out[Imported], error) {
			v, err := s.Import(ctx, ImportCommand{ID: in.ID, Content: in.RawBody, Lang: httpapi.LangOf(ctx)})
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, v.Version), nil
		})
	httpapi.Register(a, sheetDef, httpapi.Operation{Method: http.MethodGet, Path: "/checklist-modules/{id}/sheet", Tag: tag,
		Summary: "The sheet that inspectors would see with a version", Codes: []fault.Code{fault.Conflict}},
		func(ctx context.Context, in *struct {
			ID     ident.ModuleID `path:"id" format:"uuid"`
			Plan   string         `query:"plan" maxLength:"40"`
			Sector string         `query:"sector" maxLength:"20"`
		}) (*httpapi.Out[checklist.Sheet], error) {
			v, err := s.Preview(ctx, SheetQuery{ID: in.ID, Plan: in.Plan, Sector: in.Sector})
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
}

func reply(v Detail, err error) (*httpapi.Out[Detail], error) {
	if err != nil {
		return nil, err
	}
	return httpapi.Reply(v, v.Version), nil
}

func replyView(v View, err error) (*httpapi.Out[View], error) {
	if err != nil {
		return nil, err
	}
	return httpapi.Reply(v, v.Version), nil
}
