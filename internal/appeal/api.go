package appeal

import (
	"context"
	"net/http"
	"net/url"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

const tag = "appeals"

type idInput struct {
	ID ident.AppealID `path:"id" format:"uuid"`
}

type listInput struct {
	httpapi.Paged
	State lifecycle.State `query:"state" enum:"filed,upheld,rejected,retracted"`
}

type certificateInput struct {
	ID ident.CertificateID `path:"id" format:"uuid"`
}

// Mount registers the operations of this slice.
func (s *Service) Mount(a *httpapi.API) {
	httpapi.Register(a, fileDef, httpapi.Operation{
		Method: http.MethodPost, Path: "/appeals", Tag: tag, Summary: "Appeal against a decision on a title, or against the refusal of a case", Create: true,
		Detail: "Against the decision that holds now: on a title within sixty days of it, on a case until the day that its refusal names. The decision stands until somebody uninvolved has judged; a case whose appeal is upheld goes on where it was refused.",
		Codes:  []fault.Code{fault.Conflict, fault.Duplicate},
	}, func(ctx context.Context, in *struct {
		httpapi.Idempotent
		Body FileCommand
	}) (*httpapi.Out[View], error) {
		v, err := s.File(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return httpapi.Created(v, v.Version, httpapi.Prefix+"/appeals/"+string(v.ID)), nil
	})
	httpapi.Register(a, listDef, httpapi.Operation{Method: http.MethodGet, Path: "/appeals", Tag: tag, Summary: "Appeals in your area, or about your shops, by due date"},
		func(ctx context.Context, in *listInput) (*httpapi.ListOut[View], error) {
			p, err := s.List(ctx, ListQuery{State: in.State, Limit: in.Limit, After: in.After})
			if err != nil {
				return nil, err
			}
			q := url.Values{}
			if in.State != "" {
				q.Set("state", string(in.State))
			}
			return httpapi.ReplyList(p.Items, p.Next, "/appeals", q), nil
		})
	httpapi.Register(a, getDef, httpapi.Operation{Method: http.MethodGet, Path: "/appeals/{id}", Tag: tag, Summary: "One appeal"},
		func(ctx context.Context, in *idInput) (*httpapi.Out[View], error) { return reply(s.Get(ctx, in.ID)) })
	httpapi.Register(a, standingDef, httpapi.Operation{Method: http.MethodGet, Path: "/certificates/{id}/appeals/standing", Tag: tag, Summary: "Whether the decision on your title can be appealed"},
		func(ctx context.Context, in *certificateInput) (*httpapi.Out[Standing], error) {
			v, err := s.Standing(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
	httpapi.Register(a, caseDef, httpapi.Operation{Method: http.MethodGet, Path: "/applications/{id}/appeals/standing", Tag: tag, Summary: "Whether the refusal of your case can be appealed"},
		func(ctx context.Context, in *struct {
			ID ident.ApplicationID `path:"id" format:"uuid"`
		}) (*httpapi.Out[Standing], error) {
			v, err := s.CaseStanding(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
	httpapi.Register(a, publicDef, httpapi.Operation{Method: http.MethodGet, Path: "/certificates/{id}/appeals", Tag: tag, Summary: "What the public may know of the appeals about a title"},
		func(ctx context.Context, in *certificateInput) (*httpapi.Out[[]View], error) {
			v, err := s.Public(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
	step := func(d *usecase.Def, path, summary string, do func(context.Context, StepCommand) (View, error)) {
		httpapi.Register(a, d, httpapi.Operation{Method: http.MethodPost, Path: "/appeals/{id}/" + path, Tag: tag, Summary: summary, Change: true,
			Codes: []fault.Code{fault.IllegalStep, fault.ConflictOfInterest, fault.Conflict}},
			func(ctx context.Context, in *struct {
				httpapi.Conditional
				ID   ident.AppealID `path:"id" format:"uuid"`
				Body StepCommand
			}) (*httpapi.Out[View], error) {
				in.Body.ID = in.ID
				return reply(do(ctx, in.Body))
			})
	}
	step(upholdDef, "uphold", "Annul the contested decision", s.Uphold)
	step(rejectDef, "reject", "Let the decision stand", s.Reject)
	httpapi.Register(a, retractDef, httpapi.Operation{Method: http.MethodPost, Path: "/appeals/{id}/retract", Tag: tag, Summary: "Take an appeal back", Change: true,
		Codes: []fault.Code{fault.IllegalStep}},
		func(ctx context.Context, in *struct {
			httpapi.Conditional
			ID ident.AppealID `path:"id" format:"uuid"`
		}) (*httpapi.Out[View], error) {
			return reply(s.Retract(ctx, RetractCommand{ID: in.ID}))
		})
}

func reply(v View, err error) (*httpapi.Out[View], error) {
	if err != nil {
		return nil, err
	}
	return httpapi.Reply(v, v.Version), nil
}
