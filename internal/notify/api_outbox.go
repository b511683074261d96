package notify

import (
	"context"
	"net/url"
	"strconv"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
)

type outboxInput struct {
	httpapi.Paged
	State   string `query:"state" enum:"waiting,sending,sent,dead" doc:"waiting stands for what is on its way too."`
	Failed  bool   `query:"failed" doc:"Only what has failed at least once."`
	Channel string `query:"channel" enum:"email,sms,wechat,webhook"`
}

type resendInput struct {
	httpapi.Conditional
	ID ident.CopyID `path:"id" format:"uuid"`
}

type toldInput struct {
	Noun    string `query:"noun" required:"true" enum:"application,inspection,certificate,plaque,pledge,rectification,edition,authority,street,task,import,export,account,webhook"`
	Subject string `query:"subject" required:"true" format:"uuid" doc:"Id of the record."`
}

type previewInput struct {
	Noun    string `query:"noun" required:"true" enum:"application,certificate,inspection,amendment,plaque,pledge,rectification,renewal,appeal,edition,takeover,reply,reinspection"`
	Subject string `query:"subject" required:"true" format:"uuid" doc:"Id of the record."`
	Action  string `query:"action" required:"true" maxLength:"40" doc:"Step of its lifecycle."`
}

func (s *Service) mountOutbox(a *httpapi.API) {
	const tag = "notices"
	httpapi.Register(a, outboxDef, httpapi.Operation{Method: "GET", Path: "/outbox", Tag: tag, Summary: "List messages that leave the house, newest first"},
		func(ctx context.Context, in *outboxInput) (*httpapi.ListOut[Copy], error) {
			p, err := s.Outbox(ctx, OutboxQuery{
				State: State(in.State), Failed: in.Failed, Channel: Channel(in.Channel), Limit: in.Limit, After: in.After, Lang: httpapi.LangOf(ctx),
			})
			if err != nil {
				return nil, err
			}
			q := url.Values{"limit": {strconv.Itoa(in.Limit)}}
			for name, value := range map[string]string{"state": in.State, "channel": in.Channel} {
				if value != "" {
					q.Set(name, value)
				}
			}
			if in.Failed {
				q.Set("failed", "true")
			}
			return httpapi.ReplyList(p.Items, p.Next, "/outbox", q), nil
		})
	httpapi.Register(a, countsDef, httpapi.Operation{Method: "GET", Path: "/outbox/counts", Tag: tag, Summary: "Count messages that wait, left and were given up"},
		func(ctx context.Context, _ *struct{}) (*httpapi.Out[Counts], error) {
			v, err := s.Counts(ctx)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
	httpapi.Register(a, resendDef, httpapi.Operation{
		Method: "POST", Path: "/outbox/{id}/resend", Tag: tag, Summary: "Send again what was given up", Change: true, Codes: []fault.Code{fault.Conflict, fault.Gone},
	}, func(ctx context.Context, in *resendInput) (*httpapi.Out[Copy], error) {
		v, err := s.Resend(ctx, ResendCommand{ID: in.ID})
		if err != nil {
			return nil, err
		}
		return httpapi.Reply(v, v.Version), nil
	})
	httpapi.Register(a, toldDef, httpapi.Operation{
		Method: "GET", Path: "/told", Tag: tag, Summary: "Who was told what about a record",
		Detail: "Staff see every copy in their area; others see what was told to them.",
	}, func(ctx context.Context, in *toldInput) (*httpapi.ListOut[Told], error) {
		v, err := s.Told(ctx, ToldQuery{Noun: in.Noun, Subject: in.Subject, Lang: httpapi.LangOf(ctx)})
		if err != nil {
			return nil, err
		}
		return httpapi.ReplyList(v, "", "/told", nil), nil
	})
	httpapi.Register(a, previewDef, httpapi.Operation{
		Method: "GET", Path: "/told/preview", Tag: tag, Summary: "Who would be told what if you took a step now", Codes: []fault.Code{fault.NotFound},
	}, func(ctx context.Context, in *previewInput) (*httpapi.ListOut[Told], error) {
		v, err := s.Preview(ctx, PreviewQuery{Noun: in.Noun, Subject: in.Subject, Action: lifecycle.Action(in.Action), Lang: httpapi.LangOf(ctx)})
		if err != nil {
			return nil, err
		}
		return httpapi.ReplyList(v, "", "/told/preview", nil), nil
	})
}
