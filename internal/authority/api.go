package authority

import (
	"context"
	"net/url"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
)

type getInput struct {
	ID string `path:"id" format:"uuid"`
}

type createInput struct {
	httpapi.Idempotent
	Body CreateCommand
}

type renameInput struct {
	httpapi.Conditional
	ID   string `path:"id" format:"uuid"`
	Body RenameCommand
}

type deactivateInput struct {
	httpapi.Conditional
	ID   string `path:"id" format:"uuid"`
	Body DeactivateCommand
}

// Mount adds the operations.
func (s *Service) Mount(a *httpapi.API) {
	const tag = "authorities"
	httpapi.Register(a, listDef, httpapi.Operation{
		Method: "GET", Path: "/authorities", Tag: tag, Summary: "List the authorities",
		Detail: "The whole tree in one answer, each authority before those below it.",
	}, func(ctx context.Context, _ *struct{}) (*httpapi.ListOut[View], error) {
		views, err := s.List(ctx)
		if err != nil {
			return nil, err
		}
		return httpapi.ReplyList(views, "", "/authorities", url.Values{}), nil
	})
	httpapi.Register(a, getDef, httpapi.Operation{
		Method: "GET", Path: "/authorities/{id}", Tag: tag, Summary: "Read an authority",
	}, func(ctx context.Context, in *getInput) (*httpapi.Out[View], error) {
		return answer(s.Get(ctx, Query{ID: ident.AuthorityID(in.ID)}))
	})
	httpapi.Register(a, createDef, httpapi.Operation{
		Method: "POST", Path: "/authorities", Tag: tag, Summary: "Add an authority", Create: true,
		Codes: []fault.Code{fault.Duplicate, fault.Conflict},
	}, func(ctx context.Context, in *createInput) (*httpapi.Out[View], error) {
		v, err := s.Create(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return httpapi.Created(v, v.Version, httpapi.Prefix+"/authorities/"+string(v.ID)), nil
	})
	httpapi.Register(a, renameDef, httpapi.Operation{
		Method: "PUT", Path: "/authorities/{id}", Tag: tag, Summary: "Rename an authority", Change: true,
	}, func(ctx context.Context, in *renameInput) (*httpapi.Out[View], error) {
		in.Body.ID = ident.AuthorityID(in.ID)
		return answer(s.Rename(ctx, in.Body))
	})
	httpapi.Register(a, deactivateDef, httpapi.Operation{
		Method: "POST", Path: "/authorities/{id}/deactivate", Tag: tag, Summary: "Close an authority", Change: true,
		Codes: []fault.Code{fault.Conflict},
	}, func(ctx context.Context, in *deactivateInput) (*httpapi.Out[View], error) {
		in.Body.ID = ident.AuthorityID(in.ID)
		return answer(s.Deactivate(ctx, in.Body))
	})
}

func answer(v View, err error) (*httpapi.Out[View], error) {
	if err != nil {
		return nil, err
	}
	return httpapi.Reply(v, v.Version), nil
}
