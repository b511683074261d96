package plaque

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

const tag = "Plaques 牌匾"

type listInput struct {
	httpapi.Paged
	State       lifecycle.State     `query:"state" enum:"wanted,recovered,destroyed,missing,annulled"`
	Overdue     bool                `query:"overdue" doc:"Only those that are wanted and late."`
	Certificate ident.CertificateID `query:"certificate" format:"uuid"`
}

// Mount registers the operations of this slice.
func (s *Service) Mount(a *httpapi.API) {
	httpapi.Register(a, listDef, httpapi.Operation{Method: http.MethodGet, Path: "/plaques", Tag: tag, Summary: "Plaques to be handed in, in your area or of your shops, by due date",
		Detail: "Open ones when neither a state nor a title is asked for."},
		func(ctx context.Context, in *listInput) (*httpapi.ListOut[View], error) {
			p, err := s.List(ctx, ListQuery{State: in.State, Overdue: in.Overdue, Certificate: in.Certificate, Limit: in.Limit, After: in.After})
			if err != nil {
				return nil, err
			}
			q := url.Values{}
			if in.State != "" {
				q.Set("state", string(in.State))
			}
			if in.Overdue {
				q.Set("overdue", "true")
			}
			if in.Certificate != "" {
				q.Set("certificate", string(in.Certificate))
			}
			return httpapi.ReplyList(p.Items, p.Next, "/plaques", q), nil
		})
	httpapi.Register(a, getDef, httpapi.Operation{Method: http.MethodGet, Path: "/plaques/{id}", Tag: tag, Summary: "One plaque: until when, where, and what became of it"},
		func(ctx context.Context, in *struct {
			ID ident.PlaqueID `path:"id" format:"uuid"`
		}) (*httpapi.Out[View], error) {
			return reply(s.Get(ctx, in.ID))
		})
	step(a, recoverDef, "recover", "Record that it was handed in", func(ctx context.Context, id ident.PlaqueID, cmd DoneCommand) (View, error) {
		cmd.ID = id
		return s.Recover(ctx, cmd)
	})
	step(a, destroyDef, "destroy", "Record that it was destroyed on site", func(ctx context.Context, id ident.PlaqueID, cmd DoneCommand) (View, error) {
		cmd.ID = id
		return s.Destroy(ctx, cmd)
	})
	step(a, missingDef, "missing", "Record and publish that it was not handed in", func(ctx context.Context, id ident.PlaqueID, cmd MissingCommand) (View, error) {
		cmd.ID = id
		return s.ReportMissing(ctx, cmd)
	})
}

// step mounts a change of one recovery.
func step[C any](a *httpapi.API, d *usecase.Def, path, summary string, do func(context.Context, ident.PlaqueID, C) (View, error)) {
	httpapi.Register(a, d, httpapi.Operation{Method: http.MethodPost, Path: "/plaques/{id}/" + path, Tag: tag, Summary: summary, Change: true,
		Codes: []fault.Code{fault.IllegalStep, fault.ConflictOfInterest}},
		func(ctx context.Context, in *struct {
			httpapi.Conditional
			ID   ident.PlaqueID `path:"id" format:"uuid"`
			Body C
		}) (*httpapi.Out[View], error) {
			return reply(do(ctx, in.ID, in.Body))
		})
}

func reply(v View, err error) (*httpapi.Out[View], error) {
	if err != nil {
		return nil, err
	}
	return httpapi.Reply(v, v.Version), nil
}
