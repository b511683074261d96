package task

import (
	"context"
	"net/url"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
)

type listInput struct {
	httpapi.Paged
	State string `query:"state" enum:"open,done" doc:"Open when left out."`
	Kind  string `query:"kind" maxLength:"40"`
}

type idInput struct {
	ID ident.TaskID `path:"id" format:"uuid"`
}

type closeInput struct {
	httpapi.Conditional
	ID   ident.TaskID `path:"id" format:"uuid"`
	Body CloseCommand
}

// Mount adds the operations.
func (s *Service) Mount(a *httpapi.API) {
	httpapi.Register(a, listDef, httpapi.Operation{Method: "GET", Path: "/tasks", Tag: "tasks", Summary: "List work items of the own area"},
		func(ctx context.Context, in *listInput) (*httpapi.ListOut[View], error) {
			p, err := s.List(ctx, ListQuery{State: State(in.State), Kind: in.Kind, Limit: in.Limit, After: in.After})
			if err != nil {
				return nil, err
			}
			query := url.Values{}
			if in.State != "" {
				query.Set("state", in.State)
			}
			if in.Kind != "" {
				query.Set("kind", in.Kind)
			}
			return httpapi.ReplyList(p.Items, p.Next, "/tasks", query), nil
		})
	httpapi.Register(a, getDef, httpapi.Operation{Method: "GET", Path: "/tasks/{id}", Tag: "tasks", Summary: "Read one work item"},
		func(ctx context.Context, in *idInput) (*httpapi.Out[View], error) {
			v, err := s.Get(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, v.Version), nil
		})
	httpapi.Register(a, closeDef, httpapi.Operation{
		Method: "POST", Path: "/tasks/{id}/close", Tag: "tasks", Summary: "Close a work item with a note", Change: true,
		Codes: []fault.Code{fault.Conflict},
	}, func(ctx context.Context, in *closeInput) (*httpapi.Out[View], error) {
		in.Body.ID = in.ID
		v, err := s.Close(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return httpapi.Reply(v, v.Version), nil
	})
}
