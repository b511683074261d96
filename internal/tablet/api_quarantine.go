package tablet

import (
	"context"
	"net/http"
	"net/url"

	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
)

type parkedInput struct {
	httpapi.Paged
	Inspection ident.InspectionID `query:"inspection" format:"uuid"`
	Settled    bool               `query:"settled" doc:"Those that were looked at, instead of those that wait."`
}

func (s *Service) mountQuarantine(a *httpapi.API) {
	httpapi.Register(a, parkedDef, httpapi.Operation{
		Method: http.MethodGet, Path: "/tablet/quarantine", Tag: tag, Summary: "What came from tablets and could not be placed, newest first",
		Detail: "Officers see their area, inspectors what they sent.",
	}, func(ctx context.Context, in *parkedInput) (*httpapi.ListOut[ParkedView], error) {
		p, err := s.Quarantine(ctx, ParkedQuery{Inspection: in.Inspection, Settled: in.Settled, Limit: in.Limit, After: in.After})
		if err != nil {
			return nil, err
		}
		v := url.Values{}
		if in.Inspection != "" {
			v.Set("inspection", string(in.Inspection))
		}
		if in.Settled {
			v.Set("settled", "true")
		}
		return httpapi.ReplyList(p.Items, p.Next, "/tablet/quarantine", v), nil
	})
	type idInput struct {
		ID string `path:"id" format:"uuid"`
	}
	httpapi.Register(a, oneDef, httpapi.Operation{Method: http.MethodGet, Path: "/tablet/quarantine/{id}", Tag: tag, Summary: "One of them, with its content as it was sent"},
		func(ctx context.Context, in *idInput) (*httpapi.Out[ParkedView], error) {
			v, err := s.Parked(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
	httpapi.Register(a, settleDef, httpapi.Operation{Method: http.MethodPost, Path: "/tablet/quarantine/{id}/settle", Tag: tag, Summary: "Note what came of it"},
		func(ctx context.Context, in *struct {
			ID   string `path:"id" format:"uuid"`
			Body SettleCommand
		}) (*httpapi.Out[ParkedView], error) {
			in.Body.ID = in.ID
			v, err := s.Settle(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
	httpapi.Register(a, arrivalDef, httpapi.Operation{
		Method: http.MethodGet, Path: "/inspections/{id}/arrival", Tag: tag, Summary: "How much of a visit has arrived",
		Detail: "Answers come first, photos after them; conflicts with their versions, and what is in quarantine.",
	}, func(ctx context.Context, in *struct {
		ID ident.InspectionID `path:"id" format:"uuid"`
	}) (*httpapi.Out[Arrival], error) {
		v, err := s.Arrival(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return httpapi.Reply(v, 0), nil
	})
}
