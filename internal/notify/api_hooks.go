package notify

import (
	"context"
	"net/url"
	"strconv"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
)

type hookInput struct {
	ID ident.WebhookID `path:"id" format:"uuid"`
}

type hookCreateInput struct {
	httpapi.Idempotent
	Body HookCommand
}

type hookUpdateInput struct {
	httpapi.Conditional
	ID   ident.WebhookID `path:"id" format:"uuid"`
	Body HookUpdate
}

type hookChangeInput struct {
	httpapi.Conditional
	ID ident.WebhookID `path:"id" format:"uuid"`
}

type hookHistoryInput struct {
	httpapi.Paged
	ID ident.WebhookID `path:"id" format:"uuid"`
}

func (s *Service) mountHooks(a *httpapi.API) {
	const tag = "webhooks"
	reply := func(v Hook, err error) (*httpapi.Out[Hook], error) {
		if err != nil {
			return nil, err
		}
		return httpapi.Reply(v, v.Version), nil
	}
	httpapi.Register(a, hookListDef, httpapi.Operation{Method: "GET", Path: "/webhooks", Tag: tag, Summary: "List the webhooks of the own area"},
		func(ctx context.Context, _ *struct{}) (*httpapi.ListOut[Hook], error) {
			v, err := s.Hooks(ctx)
			if err != nil {
				return nil, err
			}
			return httpapi.ReplyList(v, "", "/webhooks", nil), nil
		})
	httpapi.Register(a, hookCreateDef, httpapi.Operation{
		Method: "POST", Path: "/webhooks", Tag: tag, Summary: "Tell a program what happens in the own area", Create: true,
		Detail: "Deliveries are signed by the Standard Webhooks specification (webhook-id, webhook-timestamp, webhook-signature). The secret is in this answer only.",
	}, func(ctx context.Context, in *hookCreateInput) (*httpapi.Out[Hook], error) {
		v, err := s.CreateHook(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return httpapi.Created(v, v.Version, httpapi.Prefix+"/webhooks/"+string(v.ID)), nil
	})
	httpapi.Register(a, hookGetDef, httpapi.Operation{Method: "GET", Path: "/webhooks/{id}", Tag: tag, Summary: "Read a webhook"},
		func(ctx context.Context, in *hookInput) (*httpapi.Out[Hook], error) {
			return reply(s.GetHook(ctx, in.ID))
		})
	httpapi.Register(a, hookUpdateDef, httpapi.Operation{Method: "PUT", Path: "/webhooks/{id}", Tag: tag, Summary: "Change, stop or start a webhook", Change: true},
		func(ctx context.Context, in *hookUpdateInput) (*httpapi.Out[Hook], error) {
			in.Body.ID = in.ID
			return reply(s.UpdateHook(ctx, in.Body))
		})
	httpapi.Register(a, hookRotateDef, httpapi.Operation{
		Method: "POST", Path: "/webhooks/{id}/rotate", Tag: tag, Summary: "Make a new secret", Change: true, Detail: "The former secret signs too for a day.",
	}, func(ctx context.Context, in *hookChangeInput) (*httpapi.Out[Hook], error) {
		return reply(s.RotateHook(ctx, HookID{ID: in.ID}))
	})
	httpapi.Register(a, hookTestDef, httpapi.Operation{
		Method: "POST", Path: "/webhooks/{id}/test", Tag: tag, Summary: "Send a test", Codes: []fault.Code{fault.Conflict},
	}, func(ctx context.Context, in *hookInput) (*httpapi.Out[Hook], error) {
		return reply(s.TestHook(ctx, HookID{ID: in.ID}))
	})
	httpapi.Register(a, hookHistoryDef, httpapi.Operation{Method: "GET", Path: "/webhooks/{id}/attempts", Tag: tag, Summary: "List the tries to deliver, newest first"},
		func(ctx context.Context, in *hookHistoryInput) (*httpapi.ListOut[Attempt], error) {
			h, err := s.History(ctx, HistoryQuery{ID: in.ID, Limit: in.Limit, After: in.After})
			if err != nil {
				return nil, err
			}
			return httpapi.ReplyList(h.Items, h.Next, "/webhooks/"+string(in.ID)+"/attempts", url.Values{"limit": {strconv.Itoa(in.Limit)}}), nil
		})
}
