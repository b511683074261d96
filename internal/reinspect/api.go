package reinspect

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

const tag = "reinspections"

// Mount registers the operations of this slice.
func (s *Service) Mount(a *httpapi.API) {
	httpapi.Register(a, outlookDef, httpapi.Operation{Method: http.MethodGet, Path: "/certificates/{id}/reinspection", Tag: tag, Summary: "Whether another inspection can be asked for"},
		func(ctx context.Context, in *struct {
			ID ident.CertificateID `path:"id" format:"uuid"`
		}) (*httpapi.Out[Outlook], error) {
			o, err := s.Outlook(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(o, 0), nil
		})
	httpapi.Register(a, fileDef, httpapi.Operation{
		Method: http.MethodPost, Path: "/reinspections", Tag: tag, Summary: "Ask for another inspection of your shop", Create: true,
		Detail: "Free of charge, and as often in twelve months as the scheme of the title allows. Two inspectors come who have not seen the shop; what they find counts, for better or worse.",
		Codes:  []fault.Code{fault.NotReady, fault.TooSoon, fault.Duplicate},
	}, func(ctx context.Context, in *struct {
		httpapi.Idempotent
		Body FileCommand
	}) (*httpapi.Out[View], error) {
		v, err := s.File(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return httpapi.Created(v, v.Version, httpapi.Prefix+"/reinspections/"+string(v.ID)), nil
	})
	httpapi.Register(a, listDef, httpapi.Operation{Method: http.MethodGet, Path: "/reinspections", Tag: tag, Summary: "Requests in your area, or of your shops, by due date"},
		func(ctx context.Context, in *struct {
			httpapi.Paged
			State lifecycle.State `query:"state" enum:"filed,arranged,seen,denied,retracted,annulled"`
		}) (*httpapi.ListOut[View], error) {
			p, err := s.List(ctx, ListQuery{State: in.State, Limit: in.Limit, After: in.After})
			if err != nil {
				return nil, err
			}
			q := url.Values{}
			if in.State != "" {
				q.Set("state", string(in.State))
			}
			return httpapi.ReplyList(p.Items, p.Next, "/reinspections", q), nil
		})
	httpapi.Register(a, getDef, httpapi.Operation{Method: http.MethodGet, Path: "/reinspections/{id}", Tag: tag, Summary: "One request"},
		func(ctx context.Context, in *struct {
			ID ident.ReinspectionID `path:"id" format:"uuid"`
		}) (*httpapi.Out[View], error) {
			return reply(s.Get(ctx, in.ID))
		})
	step := func(d *usecase.Def, path, summary string, do func(context.Context, StepCommand) (View, error), codes ...fault.Code) {
		httpapi.Register(a, d, httpapi.Operation{Method: http.MethodPost, Path: "/reinspections/{id}/" + path, Tag: tag, Summary: summary, Change: true, Codes: append(codes, fault.IllegalStep)},
			func(ctx context.Context, in *struct {
				httpapi.Conditional
				ID ident.ReinspectionID `path:"id" format:"uuid"`
			}) (*httpapi.Out[View], error) {
				return reply(do(ctx, StepCommand{ID: in.ID}))
			})
	}
	step(arrangeDef, "arrange", "Agree and order the visit", s.Arrange, fault.ConflictOfInterest, fault.NotReady, fault.Duplicate)
	step(retractDef, "retract", "Take a request back", s.Retract)
	httpapi.Register(a, declineDef, httpapi.Operation{Method: http.MethodPost, Path: "/reinspections/{id}/decline", Tag: tag, Summary: "Decline a request with a reason", Change: true,
		Codes: []fault.Code{fault.ConflictOfInterest, fault.IllegalStep}},
		func(ctx context.Context, in *struct {
			httpapi.Conditional
			ID   ident.ReinspectionID `path:"id" format:"uuid"`
			Body DeclineCommand
		}) (*httpapi.Out[View], error) {
			in.Body.ID = in.ID
			return reply(s.Decline(ctx, in.Body))
		})
}

func reply(v View, err error) (*httpapi.Out[View], error) {
	if err != nil {
		return nil, err
	}
	return httpapi.Reply(v, v.Version), nil
}
