package street

import (
	"context"
	"net/http"
	"net/url"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
)

const tag = "Streets 街区"

type idInput struct {
	ID ident.StreetID `path:"id" format:"uuid"`
}

type listInput struct {
	httpapi.Paged
	Division string `query:"division" pattern:"^[0-9]{6}$"`
}

func reply(v View, err error) (*httpapi.Out[View], error) {
	if err != nil {
		return nil, err
	}
	return httpapi.Reply(v, v.Version), nil
}

func created(v View, err error) (*httpapi.Out[View], error) {
	if err != nil {
		return nil, err
	}
	return httpapi.Created(v, v.Version, httpapi.Prefix+"/streets/"+string(v.ID)), nil
}

// plain answers with something that has no version.
func plain[V any](v V, err error) (*httpapi.Out[V], error) {
	if err != nil {
		return nil, err
	}
	return httpapi.Reply(v, 0), nil
}

// Mount registers the operations of this slice.
func (s *Service) Mount(a *httpapi.API) {
	s.mountMembers(a)
	s.mountTitle(a)
	httpapi.Register(a, createDef, httpapi.Operation{Method: http.MethodPost, Path: "/streets", Tag: tag, Create: true, Codes: []fault.Code{fault.Duplicate}, Summary: "Register a street or business circle for its management"},
		func(ctx context.Context, in *struct {
			httpapi.Idempotent
			Body CreateCommand
		}) (*httpapi.Out[View], error) {
			return created(s.Create(ctx, in.Body))
		})
	httpapi.Register(a, registerDef, httpapi.Operation{Method: http.MethodPost, Path: "/streets/own", Tag: tag, Create: true, Codes: []fault.Code{fault.Duplicate}, Summary: "Register the street that you manage"},
		func(ctx context.Context, in *struct {
			httpapi.Idempotent
			Body RegisterCommand
		}) (*httpapi.Out[View], error) {
			return created(s.Register(ctx, in.Body))
		})
	httpapi.Register(a, listDef, httpapi.Operation{Method: http.MethodGet, Path: "/streets", Tag: tag, Summary: "Streets that you manage or look after, with their standing"},
		func(ctx context.Context, in *listInput) (*httpapi.ListOut[Row], error) {
			p, err := s.List(ctx, ListQuery{Division: in.Division, Limit: in.Limit, After: in.After})
			if err != nil {
				return nil, err
			}
			v := url.Values{}
			if in.Division != "" {
				v.Set("division", in.Division)
			}
			return httpapi.ReplyList(p.Items, p.Next, "/streets", v), nil
		})
	httpapi.Register(a, getDef, httpapi.Operation{Method: http.MethodGet, Path: "/streets/{id}", Tag: tag, Summary: "One street"},
		func(ctx context.Context, in *idInput) (*httpapi.Out[View], error) {
			return reply(s.Get(ctx, in.ID))
		})
	httpapi.Register(a, updateDef, httpapi.Operation{Method: http.MethodPut, Path: "/streets/{id}", Tag: tag, Change: true, Summary: "Change a street"},
		func(ctx context.Context, in *struct {
			ID   ident.StreetID `path:"id" format:"uuid"`
			Body UpdateCommand
		}) (*httpapi.Out[View], error) {
			in.Body.ID = in.ID
			return reply(s.Update(ctx, in.Body))
		})
	httpapi.Register(a, drawDef, httpapi.Operation{Method: http.MethodPut, Path: "/streets/{id}/boundary", Tag: tag, Change: true, Summary: "Draw the boundary, and add the shops inside"},
		func(ctx context.Context, in *struct {
			ID   ident.StreetID `path:"id" format:"uuid"`
			Body DrawCommand
		}) (*httpapi.Out[View], error) {
			in.Body.Street = in.ID
			return reply(s.Draw(ctx, in.Body))
		})
	httpapi.Register(a, entrustDef, httpapi.Operation{Method: http.MethodPost, Path: "/streets/{id}/management", Tag: tag, Codes: []fault.Code{fault.Conflict}, Summary: "Entrust a street to the body that manages it"},
		func(ctx context.Context, in *struct {
			ID   ident.StreetID `path:"id" format:"uuid"`
			Body EntrustCommand
		}) (*httpapi.Out[View], error) {
			in.Body.ID = in.ID
			return reply(s.Entrust(ctx, in.Body))
		})
}
