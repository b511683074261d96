package notify

import (
	"context"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
)

type setInput struct{ Body SetCommand }

type emailInput struct{ Body EmailCommand }

type codeInput struct{ Body CodeCommand }

func (s *Service) mountChannels(a *httpapi.API) {
	const tag = "inbox"
	reply := func(v Settings, err error) (*httpapi.Out[Settings], error) {
		if err != nil {
			return nil, err
		}
		return httpapi.Reply(v, v.Version), nil
	}
	httpapi.Register(a, settingsDef, httpapi.Operation{Method: "GET", Path: "/inbox/settings", Tag: tag, Summary: "Read by which channels you are told"},
		func(ctx context.Context, _ *struct{}) (*httpapi.Out[Settings], error) { return reply(s.Settings(ctx)) })
	httpapi.Register(a, setDef, httpapi.Operation{Method: "PUT", Path: "/inbox/settings", Tag: tag, Summary: "Say by which channels you want to be told"},
		func(ctx context.Context, in *setInput) (*httpapi.Out[Settings], error) {
			return reply(s.Set(ctx, in.Body))
		})
	httpapi.Register(a, setEmailDef, httpapi.Operation{
		Method: "POST", Path: "/inbox/email", Tag: tag, Summary: "Send a code to a mail address of yours", Codes: []fault.Code{fault.RateLimited, fault.NotReady},
	}, func(ctx context.Context, in *emailInput) (*httpapi.Out[EmailView], error) {
		v, err := s.SetEmail(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return httpapi.Reply(v, 0), nil
	})
	httpapi.Register(a, confirmEmailDef, httpapi.Operation{Method: "POST", Path: "/inbox/email/confirm", Tag: tag, Summary: "Confirm the address with the code"},
		func(ctx context.Context, in *codeInput) (*httpapi.Out[Settings], error) {
			return reply(s.ConfirmEmail(ctx, in.Body))
		})
	httpapi.Register(a, removeEmailDef, httpapi.Operation{Method: "DELETE", Path: "/inbox/email", Tag: tag, Summary: "Forget your mail address"},
		func(ctx context.Context, _ *struct{}) (*httpapi.Out[Settings], error) {
			return reply(s.RemoveEmail(ctx))
		})
	httpapi.Register(a, unbindDef, httpapi.Operation{Method: "DELETE", Path: "/inbox/wechat", Tag: tag, Summary: "Forget your WeChat account"},
		func(ctx context.Context, _ *struct{}) (*httpapi.Out[Settings], error) {
			return reply(s.UnbindWeChat(ctx))
		})
}
