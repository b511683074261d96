package street

import (
	"context"
	"net/http"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
)

const tag = "Streets 街区"

type idInput struct {
	ID ident.StreetID `path:"id" format:"uuid"`
}

// Mount registers the operations of this slice.
func (s *Service) Mount(a *httpapi.API) {
	httpapi.Register(a, createDef, httpapi.Operation{Method: http.MethodPost, Path: "/streets", Tag: tag, Create: true, Codes: []fault.Code{fault.Duplicate}, Summary: "Register a street or business circle"},
		func(ctx context.Context, in *struct {
			httpapi.Idempotent
			Body CreateCommand
		}) (*httpapi.Out[View], error) {
			v, err := s.Create(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return httpapi.Created(v, v.Version, httpapi.Prefix+"/streets/"+string(v.ID)), nil
		})
	httpapi.Register(a, getDef, httpapi.Operation{Method: http.MethodGet, Path: "/streets/{id}", Tag: tag, Summary: "One street"},
		func(ctx context.Context, in *idInput) (*httpapi.Out[View], error) {
			v, err := s.Get(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, v.Version), nil
		})
	httpapi.Register(a, membersDef, httpapi.Operation{Method: http.MethodGet, Path: "/streets/{id}/members", Tag: tag, Summary: "Shops of a street today"},
		func(ctx context.Context, in *idInput) (*httpapi.Out[[]Member], error) {
			m, err := s.Members(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(m, 0), nil
		})
	httpapi.Register(a, joinDef, httpapi.Operation{Method: http.MethodPost, Path: "/streets/{id}/members", Tag: tag, Summary: "Add shops"},
		func(ctx context.Context, in *struct {
			ID   ident.StreetID `path:"id" format:"uuid"`
			Body JoinCommand
		}) (*httpapi.Out[View], error) {
			in.Body.Street = in.ID
			v, err := s.Join(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, v.Version), nil
		})
	httpapi.Register(a, leaveDef, httpapi.Operation{Method: http.MethodPost, Path: "/streets/{id}/departures", Tag: tag, Summary: "End the membership of a shop"},
		func(ctx context.Context, in *struct {
			ID   ident.StreetID `path:"id" format:"uuid"`
			Body LeaveCommand
		}) (*httpapi.Out[View], error) {
			in.Body.Street = in.ID
			v, err := s.Leave(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, v.Version), nil
		})
}
