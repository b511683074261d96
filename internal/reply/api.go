package reply

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

const tag = "replies"

type idInput struct {
	ID ident.ReplyID `path:"id" format:"uuid"`
}

// Mount registers the operations of this slice.
func (s *Service) Mount(a *httpapi.API) {
	httpapi.Register(a, standingDef, httpapi.Operation{Method: http.MethodGet, Path: "/certificates/{id}/replies", Tag: tag, Summary: "What is published about your title, and your replies to it"},
		func(ctx context.Context, in *struct {
			ID ident.CertificateID `path:"id" format:"uuid"`
		}) (*httpapi.Out[Standing], error) {
			v, err := s.Standing(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
	httpapi.Register(a, fileDef, httpapi.Operation{
		Method: http.MethodPost, Path: "/replies", Tag: tag, Summary: "Reply to a published result about your title", Create: true,
		Detail: "Officers look for unlawful content only, within five working days. Once published it stands beside the result wherever that is shown; a newer one takes its place when it is published.",
		Codes:  []fault.Code{fault.Duplicate},
	}, func(ctx context.Context, in *struct {
		httpapi.Idempotent
		Body FileCommand
	}) (*httpapi.Out[View], error) {
		v, err := s.File(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return httpapi.Created(v, v.Version, httpapi.Prefix+"/replies/"+string(v.ID)), nil
	})
	httpapi.Register(a, listDef, httpapi.Operation{Method: http.MethodGet, Path: "/replies", Tag: tag, Summary: "Replies in your area, or of your shops, by due date"},
		func(ctx context.Context, in *struct {
			httpapi.Paged
			State lifecycle.State `query:"state" enum:"filed,published,refused,retracted,superseded"`
		}) (*httpapi.ListOut[View], error) {
			p, err := s.List(ctx, ListQuery{State: in.State, Limit: in.Limit, After: in.After})
			if err != nil {
				return nil, err
			}
			q := url.Values{}
			if in.State != "" {
				q.Set("state", string(in.State))
			}
			return httpapi.ReplyList(p.Items, p.Next, "/replies", q), nil
		})
	httpapi.Register(a, getDef, httpapi.Operation{Method: http.MethodGet, Path: "/replies/{id}", Tag: tag, Summary: "One reply"},
		func(ctx context.Context, in *idInput) (*httpapi.Out[View], error) { return reply(s.Get(ctx, in.ID)) })
	plain := func(d *usecase.Def, path, summary string, do func(context.Context, StepCommand) (View, error), codes ...fault.Code) {
		httpapi.Register(a, d, httpapi.Operation{Method: http.MethodPost, Path: "/replies/{id}/" + path, Tag: tag, Summary: summary, Change: true, Codes: append(codes, fault.IllegalStep)},
			func(ctx context.Context, in *struct {
				httpapi.Conditional
				ID ident.ReplyID `path:"id" format:"uuid"`
			}) (*httpapi.Out[View], error) {
				return reply(do(ctx, StepCommand{ID: in.ID}))
			})
	}
	explained := func(d *usecase.Def, path, summary string, do func(context.Context, ReasonCommand) (View, error)) {
		httpapi.Register(a, d, httpapi.Operation{Method: http.MethodPost, Path: "/replies/{id}/" + path, Tag: tag, Summary: summary, Change: true,
			Codes: []fault.Code{fault.ConflictOfInterest, fault.IllegalStep}},
			func(ctx context.Context, in *struct {
				httpapi.Conditional
				ID   ident.ReplyID `path:"id" format:"uuid"`
				Body ReasonCommand
			}) (*httpapi.Out[View], error) {
				in.Body.ID = in.ID
				return reply(do(ctx, in.Body))
			})
	}
	plain(publishDef, "publish", "Print a reply beside its result", s.Publish, fault.ConflictOfInterest)
	plain(retractDef, "retract", "Take a reply back", s.Retract)
	explained(refuseDef, "refuse", "Keep a reply with unlawful content from the public", s.Refuse)
	explained(takeDownDef, "take-down", "Take down a reply whose content is unlawful", s.TakeDown)
}

func reply(v View, err error) (*httpapi.Out[View], error) {
	if err != nil {
		return nil, err
	}
	return httpapi.Reply(v, v.Version), nil
}
