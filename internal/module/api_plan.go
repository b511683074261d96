package module

import (
	"context"
	"net/http"

	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
)

// mountPlans registers the operations on compositions. Their steps are those of
// the modules.
func (s *Service) mountPlans(a *httpapi.API) {
	httpapi.Register(a, planListDef, httpapi.Operation{Method: http.MethodGet, Path: "/sheet-plans", Tag: tag,
		Summary: "Versions of the compositions of sheets, the newest of each first"},
		func(ctx context.Context, in *struct {
			Code  string          `query:"code" maxLength:"40"`
			State lifecycle.State `query:"state" enum:"draft,proposed,published,retired,discarded"`
		}) (*httpapi.Out[[]View], error) {
			v, err := s.Plans(ctx, PlanListQuery{Code: in.Code, State: in.State})
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
	httpapi.Register(a, planGetDef, httpapi.Operation{Method: http.MethodGet, Path: "/sheet-plans/{id}", Tag: tag, Summary: "One version of a composition with its content"},
		func(ctx context.Context, in *idInput) (*httpapi.Out[PlanDetail], error) {
			return replyPlan(s.Plan(ctx, in.ID))
		})
	httpapi.Register(a, planDraftDef, httpapi.Operation{
		Method: http.MethodPost, Path: "/sheet-plans", Tag: tag, Summary: "Begin a new version of a composition, or another sheet", Create: true, Codes: []fault.Code{fault.NotFound},
		Detail: "It is then proposed, published, returned, retired and discarded like a module, by the operations of /checklist-modules/{id}.",
	}, func(ctx context.Context, in *struct {
		httpapi.Idempotent
		Body PlanDraftCommand
	}) (*httpapi.Out[PlanDetail], error) {
		v, err := s.DraftPlan(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return httpapi.Created(v, v.Version, httpapi.Prefix+"/sheet-plans/"+string(v.ID)), nil
	})
	httpapi.Register(a, planSaveDef, httpapi.Operation{
		Method: http.MethodPut, Path: "/sheet-plans/{id}", Tag: tag, Summary: "Replace the content of a draft", Change: true,
		Detail: "The content may still have problems, which the answer lists; they must be gone before the version is proposed.",
		Codes:  []fault.Code{fault.IllegalStep},
	}, func(ctx context.Context, in *struct {
		httpapi.Conditional
		ID   ident.ModuleID `path:"id" format:"uuid"`
		Body checklist.Composition
	}) (*httpapi.Out[PlanDetail], error) {
		return replyPlan(s.SavePlan(ctx, PlanSaveCommand{ID: in.ID, Body: in.Body}))
	})
	httpapi.Register(a, planDiffDef, httpapi.Operation{Method: http.MethodGet, Path: "/sheet-plans/{id}/diff", Tag: tag,
		Summary: "What changes in the sheets from another version, item by item"},
		func(ctx context.Context, in *struct {
			ID      ident.ModuleID `path:"id" format:"uuid"`
			Against ident.ModuleID `query:"against" format:"uuid"`
			Sector  string         `query:"sector" maxLength:"20"`
		}) (*httpapi.Out[PlanDifference], error) {
			v, err := s.DiffPlan(ctx, PlanDiffQuery{ID: in.ID, Against: in.Against, Sector: in.Sector})
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
	httpapi.Register(a, planDryRunDef, httpapi.Operation{Method: http.MethodGet, Path: "/sheet-plans/{id}/dry-run", Tag: tag,
		Summary: "What a version would have meant for the newest accepted inspections"},
		func(ctx context.Context, in *idInput) (*httpapi.Out[DryRun], error) {
			v, err := s.DryRunPlan(ctx, DryRunQuery(*in))
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
	httpapi.Register(a, planSheetDef, httpapi.Operation{Method: http.MethodGet, Path: "/sheet-plans/{id}/sheet", Tag: tag,
		Summary: "The sheet that inspectors would see with a version", Codes: []fault.Code{fault.Conflict}},
		func(ctx context.Context, in *struct {
			ID     ident.ModuleID `path:"id" format:"uuid"`
			Sector string         `query:"sector" maxLength:"20"`
		}) (*httpapi.Out[checklist.Sheet], error) {
			v, err := s.PlanSheet(ctx, PlanSheetQuery{ID: in.ID, Sector: in.Sector})
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
}

func replyPlan(v PlanDetail, err error) (*httpapi.Out[PlanDetail], error) {
	if err != nil {
		return nil, err
	}
	return httpapi.Reply(v, v.Version), nil
}
