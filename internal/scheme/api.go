package scheme

import (
	"context"
	"net/url"

	"fangxin/internal/httpapi"
)

type getInput struct {
	Code    string `path:"code" maxLength:"40"`
	Version string `query:"version" maxLength:"10" doc:"The newest when left out."`
}

// Mount adds the operations.
func (s *Service) Mount(a *httpapi.API) {
	httpapi.Register(a, listDef, httpapi.Operation{
		Method: "GET", Path: "/schemes", Tag: "schemes", Summary: "List the titles that may be applied for",
	}, func(ctx context.Context, _ *struct{}) (*httpapi.ListOut[Scheme], error) {
		list, err := s.List(ctx)
		if err != nil {
			return nil, err
		}
		return httpapi.ReplyList(list, "", "/schemes", url.Values{}), nil
	})
	httpapi.Register(a, getDef, httpapi.Operation{
		Method: "GET", Path: "/schemes/{code}", Tag: "schemes", Summary: "Read what a title asks for",
		Detail: "Conditions, documents, commitments, route with times, thresholds; figures marked as proposed are defaults that the authority confirms.",
	}, func(ctx context.Context, in *getInput) (*httpapi.Out[Scheme], error) {
		found, err := s.Get(ctx, Query{Code: in.Code, Version: in.Version})
		if err != nil {
			return nil, err
		}
		return httpapi.Reply(found, 0), nil
	})
}
