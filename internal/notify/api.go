package notify

import (
	"context"
	"net/url"
	"strconv"

	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
)

type inboxInput struct {
	httpapi.Paged
	Unread bool `query:"unread" doc:"Only what was not opened."`
}

type copyInput struct {
	ID ident.CopyID `path:"id" format:"uuid"`
}

type readAllInput struct{ Body ReadAllCommand }

// Mount adds the operations.
func (s *Service) Mount(a *httpapi.API) {
	s.mountOutbox(a)
	s.mountChannels(a)
	s.mountHooks(a)
	const tag = "inbox"
	httpapi.Register(a, inboxDef, httpapi.Operation{Method: "GET", Path: "/inbox", Tag: tag, Summary: "List your own notices, newest first"},
		func(ctx context.Context, in *inboxInput) (*httpapi.ListOut[View], error) {
			p, err := s.Inbox(ctx, InboxQuery{Unread: in.Unread, Limit: in.Limit, After: in.After, Lang: httpapi.LangOf(ctx)})
			if err != nil {
				return nil, err
			}
			q := url.Values{"limit": {strconv.Itoa(in.Limit)}}
			if in.Unread {
				q.Set("unread", "true")
			}
			return httpapi.ReplyList(p.Items, p.Next, "/inbox", q), nil
		})
	httpapi.Register(a, unreadDef, httpapi.Operation{Method: "GET", Path: "/inbox/unread", Tag: tag, Summary: "Count your unread notices"},
		func(ctx context.Context, _ *struct{}) (*httpapi.Out[Unread], error) {
			v, err := s.Unread(ctx)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
	httpapi.Register(a, getDef, httpapi.Operation{Method: "GET", Path: "/inbox/{id}", Tag: tag, Summary: "Read a notice without marking it"},
		func(ctx context.Context, in *copyInput) (*httpapi.Out[View], error) {
			v, err := s.Get(ctx, in.ID, httpapi.LangOf(ctx))
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
	httpapi.Register(a, readDef, httpapi.Operation{Method: "POST", Path: "/inbox/{id}/read", Tag: tag, Summary: "Mark a notice as read"},
		func(ctx context.Context, in *copyInput) (*httpapi.Out[View], error) {
			v, err := s.Read(ctx, ReadCommand{ID: in.ID, Lang: httpapi.LangOf(ctx)})
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
	httpapi.Register(a, readAllDef, httpapi.Operation{Method: "POST", Path: "/inbox/read", Tag: tag, Summary: "Mark notices as read"},
		func(ctx context.Context, in *readAllInput) (*httpapi.Out[Marked], error) {
			v, err := s.ReadAll(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
}
