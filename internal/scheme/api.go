package scheme

import (
	"context"
	"net/http"
	"net/url"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

const tag = "schemes"

type getInput struct {
	Code    string `path:"code" maxLength:"40"`
	Version string `query:"version" maxLength:"10" doc:"The newest when left out."`
}

type editionID struct {
	ID ident.EditionID `path:"id" format:"uuid"`
}

// Mount adds the operations.
func (s *Service) Mount(a *httpapi.API) {
	httpapi.Register(a, listDef, httpapi.Operation{
		Method: "GET", Path: "/schemes", Tag: tag, Summary: "List the titles that may be applied for",
	}, func(ctx context.Context, _ *struct{}) (*httpapi.ListOut[Scheme], error) {
		list, err := s.List(ctx)
		if err != nil {
			return nil, err
		}
		return httpapi.ReplyList(list, "", "/schemes", url.Values{}), nil
	})
	httpapi.Register(a, getDef, httpapi.Operation{
		Method: "GET", Path: "/schemes/{code}", Tag: tag, Summary: "Read what a title asks for",
		Detail: "Conditions, documents, commitments, route with times, thresholds; figures marked as proposed are defaults that the authority confirms.",
	}, func(ctx context.Context, in *getInput) (*httpapi.Out[Scheme], error) {
		found, err := s.Get(ctx, Query{Code: in.Code, Version: in.Version})
		if err != nil {
			return nil, err
		}
		return httpapi.Reply(found, 0), nil
	})
	httpapi.Register(a, diffDef, httpapi.Operation{
		Method: "GET", Path: "/schemes/{code}/diff", Tag: tag, Summary: "What changed between two published versions",
	}, func(ctx context.Context, in *struct {
		Code string `path:"code" maxLength:"40"`
		From string `query:"from" maxLength:"10" required:"true"`
		To   string `query:"to" maxLength:"10" doc:"The version in force when left out."`
	}) (*httpapi.Out[Diff], error) {
		v, err := s.Diff(ctx, DiffQuery{Code: in.Code, From: in.From, To: in.To})
		if err != nil {
			return nil, err
		}
		return httpapi.Reply(v, 0), nil
	})
	httpapi.Register(a, historyDef, httpapi.Operation{
		Method: "GET", Path: "/schemes/{code}/versions", Tag: tag, Summary: "List the versions of a title that are or were in force",
	}, func(ctx context.Context, in *struct {
		Code string `path:"code" maxLength:"40"`
	}) (*httpapi.ListOut[Past], error) {
		list, err := s.History(ctx, in.Code)
		if err != nil {
			return nil, err
		}
		return httpapi.ReplyList(list, "", "/schemes/"+in.Code+"/versions", url.Values{}), nil
	})
	s.mountEditions(a)
}

func (s *Service) mountEditions(a *httpapi.API) {
	httpapi.Register(a, editionsDef, httpapi.Operation{
		Method: "GET", Path: "/scheme-editions", Tag: tag, Summary: "List the versions of titles, drafts included",
	}, func(ctx context.Context, in *struct {
		Code string `query:"code" maxLength:"40" doc:"Of one title only."`
	}) (*httpapi.ListOut[Edition], error) {
		list, err := s.Editions(ctx, in.Code)
		if err != nil {
			return nil, err
		}
		return httpapi.ReplyList(list, "", "/scheme-editions", url.Values{}), nil
	})
	httpapi.Register(a, editionDef, httpapi.Operation{Method: "GET", Path: "/scheme-editions/{id}", Tag: tag, Summary: "Read a version, as a draft or later"},
		func(ctx context.Context, in *editionID) (*httpapi.Out[Edition], error) {
			return reply(s.Edition(ctx, in.ID))
		})
	httpapi.Register(a, draftDef, httpapi.Operation{
		Method: http.MethodPost, Path: "/scheme-editions", Tag: tag, Summary: "Draft a new version, or a new title, from an existing one", Create: true,
		Codes: []fault.Code{fault.Conflict},
	}, func(ctx context.Context, in *struct {
		httpapi.Idempotent
		Body DraftCommand
	}) (*httpapi.Out[Edition], error) {
		v, err := s.Draft(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return httpapi.Created(v, v.Version, httpapi.Prefix+"/scheme-editions/"+string(v.ID)), nil
	})
	httpapi.Register(a, saveDef, httpapi.Operation{
		Method: http.MethodPut, Path: "/scheme-editions/{id}", Tag: tag, Summary: "Replace the content of a draft", Change: true,
		Detail: "Refused with every place named: a title without issuer or approval document, words that only nationally approved programmes may use, anything that speaks of charging, a route whose steps do not exist.",
		Codes:  []fault.Code{fault.Conflict},
	}, func(ctx context.Context, in *struct {
		httpapi.Conditional
		ID   ident.EditionID `path:"id" format:"uuid"`
		Body SaveCommand
	}) (*httpapi.Out[Edition], error) {
		in.Body.ID = in.ID
		return reply(s.Save(ctx, in.Body))
	})
	for _, step := range []struct {
		def           *usecase.Def
		path, summary string
		do            func(context.Context, EditionStep) (Edition, error)
	}{
		{publishDef, "publish", "Put a draft in force; somebody else than its drafters", s.Publish},
		{retireDef, "retire", "Take a version out of force; its cases go on", s.Retire},
		{discardDef, "discard", "Give a draft up", s.Discard},
	} {
		httpapi.Register(a, step.def, httpapi.Operation{
			Method: http.MethodPost, Path: "/scheme-editions/{id}/" + step.path, Tag: tag, Summary: step.summary, Change: true,
			Codes: []fault.Code{fault.IllegalStep, fault.FourEyes, fault.Conflict},
		}, func(ctx context.Context, in *struct {
			httpapi.Conditional
			ID   ident.EditionID `path:"id" format:"uuid"`
			Body EditionStep
		}) (*httpapi.Out[Edition], error) {
			in.Body.ID = in.ID
			return reply(step.do(ctx, in.Body))
		})
	}
}

func reply(v Edition, err error) (*httpapi.Out[Edition], error) {
	if err != nil {
		return nil, err
	}
	return httpapi.Reply(v, v.Version), nil
}
