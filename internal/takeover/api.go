package takeover

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

const tag = "Takeovers 门店承接"

type idInput struct {
	ID ident.TakeoverID `path:"id" format:"uuid"`
}

// shopOut answers with a shop, or with where the present one is.
type shopOut struct {
	Status       int
	Location     string `header:"Location" doc:"The shop that goes on at the place today."`
	CacheControl string `header:"Cache-Control"`
	Body         ShopView
}

// Mount registers the operations of this slice.
func (s *Service) Mount(a *httpapi.API) {
	httpapi.Register(a, shopDef, httpapi.Operation{Method: http.MethodGet, Path: "/shops/{id}", Tag: tag, Summary: "Public record of a shop",
		Detail: "Ids are permanent. That of a shop which another operator took over answers 308 with the old record and the address of the present shop; with a day it answers who ran the place then."},
		func(ctx context.Context, in *struct {
			ID ident.PremisesID `path:"id" format:"uuid"`
			On string           `query:"on" format:"date" doc:"A day that is over."`
		}) (*shopOut, error) {
			v, err := s.Shop(ctx, ShopQuery{ID: in.ID, On: in.On})
			if err != nil {
				return nil, err
			}
			out := &shopOut{Status: http.StatusOK, CacheControl: "no-store", Body: v}
			if v.Successor != nil && in.On == "" {
				out.Status, out.Location = http.StatusPermanentRedirect, httpapi.Prefix+"/shops/"+string(v.Successor.ID)
			}
			return out, nil
		})
	httpapi.Register(a, findDef, httpapi.Operation{Method: http.MethodGet, Path: "/takeovers/find", Tag: tag, Summary: "Find the shop that is meant",
		Codes: []fault.Code{fault.Invalid}},
		func(ctx context.Context, in *struct {
			Shop string `query:"shop" maxLength:"200" doc:"Number of a certificate, code or address of a badge, number or address of the shop."`
		}) (*httpapi.Out[Found], error) {
			v, err := s.Find(ctx, FindQuery{Shop: in.Shop})
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
	httpapi.Register(a, fileDef, httpapi.Operation{Method: http.MethodPost, Path: "/takeovers", Tag: tag, Summary: "Ask to go on with a shop", Create: true,
		Codes: []fault.Code{fault.Duplicate, fault.NotFound}},
		func(ctx context.Context, in *struct {
			httpapi.Idempotent
			Body FileCommand
		}) (*httpapi.Out[View], error) {
			v, err := s.File(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return httpapi.Created(v, v.Version, httpapi.Prefix+"/takeovers/"+string(v.ID)), nil
		})
	httpapi.Register(a, listDef, httpapi.Operation{Method: http.MethodGet, Path: "/takeovers", Tag: tag, Summary: "Takeovers in your area, or of your operators, by due date"},
		func(ctx context.Context, in *struct {
			httpapi.Paged
			State lifecycle.State `query:"state" enum:"filed,consented,objected,checked,taken_over,declined,retracted"`
		}) (*httpapi.ListOut[View], error) {
			p, err := s.List(ctx, ListQuery{State: in.State, Limit: in.Limit, After: in.After})
			if err != nil {
				return nil, err
			}
			q := url.Values{}
			if in.State != "" {
				q.Set("state", string(in.State))
			}
			return httpapi.ReplyList(p.Items, p.Next, "/takeovers", q), nil
		})
	httpapi.Register(a, getDef, httpapi.Operation{Method: http.MethodGet, Path: "/takeovers/{id}", Tag: tag, Summary: "One takeover with what it ends"},
		func(ctx context.Context, in *idInput) (*httpapi.Out[Detail], error) {
			v, err := s.Get(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, v.Version), nil
		})
	bare := func(d *usecase.Def, path, summary string, do func(context.Context, IDCommand) (View, error), codes ...fault.Code) {
		httpapi.Register(a, d, httpapi.Operation{Method: http.MethodPost, Path: "/takeovers/{id}/" + path, Tag: tag, Summary: summary, Change: true, Codes: append(codes, fault.IllegalStep)},
			func(ctx context.Context, in *struct {
				httpapi.Conditional
				ID ident.TakeoverID `path:"id" format:"uuid"`
			}) (*httpapi.Out[View], error) {
				return reply(do(ctx, IDCommand{ID: in.ID}))
			})
	}
	words := func(d *usecase.Def, path, summary string, do func(context.Context, ReasonCommand) (View, error), codes ...fault.Code) {
		httpapi.Register(a, d, httpapi.Operation{Method: http.MethodPost, Path: "/takeovers/{id}/" + path, Tag: tag, Summary: summary, Change: true, Codes: append(codes, fault.IllegalStep)},
			func(ctx context.Context, in *struct {
				httpapi.Conditional
				ID   ident.TakeoverID `path:"id" format:"uuid"`
				Body ReasonCommand
			}) (*httpapi.Out[View], error) {
				in.Body.ID = in.ID
				return reply(do(ctx, in.Body))
			})
	}
	bare(consentDef, "consent", "Agree, as the operator of before", s.Consent)
	words(objectDef, "object", "Object, as the operator of before", s.Object)
	bare(retractDef, "retract", "Take the request back", s.Retract)
	httpapi.Register(a, checkDef, httpapi.Operation{Method: http.MethodPost, Path: "/takeovers/{id}/check", Tag: tag, Summary: "Find it in order", Change: true,
		Codes: []fault.Code{fault.IllegalStep, fault.NotReady, fault.ConflictOfInterest}},
		func(ctx context.Context, in *struct {
			httpapi.Conditional
			ID   ident.TakeoverID `path:"id" format:"uuid"`
			Body CheckCommand
		}) (*httpapi.Out[View], error) {
			in.Body.ID = in.ID
			return reply(s.Check(ctx, in.Body))
		})
	bare(confirmDef, "confirm", "Confirm it, as the second officer", s.Confirm, fault.FourEyes, fault.ConflictOfInterest, fault.NotReady, fault.Conflict)
	words(declineDef, "decline", "Decline it with a reason", s.Decline, fault.ConflictOfInterest)
}

func reply(v View, err error) (*httpapi.Out[View], error) {
	if err != nil {
		return nil, err
	}
	return httpapi.Reply(v, v.Version), nil
}
