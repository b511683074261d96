package pledge

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

const tag = "Pledges 无理由退货承诺"

type idInput struct {
	ID ident.PledgeID `path:"id" format:"uuid"`
}

type listInput struct {
	httpapi.Paged
	Division string   `query:"division" maxLength:"6" doc:"GB/T 2260 code of a county, city or province."`
	Sector   string   `query:"sector" maxLength:"20" doc:"Code of a sector."`
	Goods    string   `query:"goods" maxLength:"40" doc:"Category of goods that is covered."`
	Days     int      `query:"days" minimum:"0" maximum:"365" doc:"At least so many days."`
	Name     string   `query:"name" maxLength:"60" doc:"Part of the name, two characters or more."`
	Standing Standing `query:"standing" enum:"draft,published,held,active,yellow_card,red_card,removed,refused,objection_upheld,withdrawn,superseded,expired"`
}

func (in listInput) query() (ListQuery, url.Values) {
	v := url.Values{}
	for name, value := range map[string]string{"division": in.Division, "sector": in.Sector, "goods": in.Goods, "name": in.Name, "standing": string(in.Standing)} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if in.Days > 0 {
		v.Set("days", strconv.Itoa(in.Days))
	}
	return ListQuery{Division: in.Division, Sector: in.Sector, Goods: in.Goods, Days: in.Days, Name: in.Name, Standing: in.Standing, Limit: in.Limit, After: in.After}, v
}

// Mount registers the operations of this slice.
func (s *Service) Mount(a *httpapi.API) {
	httpapi.Register(a, listDef, httpapi.Operation{Method: http.MethodGet, Path: "/pledges", Tag: tag,
		Summary: "Shops that pledged no-reason returns", Detail: "With every standing, newest first.", Codes: []fault.Code{fault.Forbidden}},
		func(ctx context.Context, in *listInput) (*httpapi.ListOut[View], error) {
			q, v := in.query()
			p, err := s.List(ctx, q)
			if err != nil {
				return nil, err
			}
			return httpapi.ReplyList(p.Items, p.Next, "/pledges", v), nil
		})
	httpapi.Register(a, getDef, httpapi.Operation{Method: http.MethodGet, Path: "/pledges/{id}", Tag: tag, Summary: "One pledge with its terms, versions and cards"},
		func(ctx context.Context, in *idInput) (*httpapi.Out[Detail], error) {
			return detailed(s.Get(ctx, in.ID))
		})
	httpapi.Register(a, onDef, httpapi.Operation{Method: http.MethodGet, Path: "/pledges/{id}/on", Tag: tag, Summary: "What held on the day of a purchase",
		Detail: "Through every renewal and change of the shop: the terms that bind the purchase and the last day on which the goods are taken back."},
		func(ctx context.Context, in *struct {
			ID        ident.PledgeID `path:"id" format:"uuid"`
			Date      string         `query:"date" required:"true" format:"date" doc:"Day of the purchase."`
			Delivered bool           `query:"delivered" doc:"The goods were sent instead of taken along."`
			Arrived   string         `query:"arrived" maxLength:"10" doc:"Day on which delivered goods arrived."`
		}) (*httpapi.Out[Answer], error) {
			v, err := s.On(ctx, OnQuery{ID: in.ID, Date: in.Date, Delivered: in.Delivered, Arrived: in.Arrived})
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
	httpapi.Register(a, objectDef, httpapi.Operation{Method: http.MethodPost, Path: "/pledges/{id}/objections", Tag: tag, Summary: "Object to a published pledge",
		Detail: "With your real name, which only the deciding officers read.", Create: true, Codes: []fault.Code{fault.Gone}},
		func(ctx context.Context, in *struct {
			httpapi.Idempotent
			ID   ident.PledgeID `path:"id" format:"uuid"`
			Body ObjectCommand
		}) (*httpapi.Out[Receipt], error) {
			in.Body.ID = in.ID
			v, err := s.Object(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return httpapi.Created(v, 0, httpapi.Prefix+"/pledges/"+string(in.ID)), nil
		})
	httpapi.Register(a, rulesDef, httpapi.Operation{Method: http.MethodGet, Path: "/pledge-rules", Tag: tag, Summary: "What a pledge may say: goods, exclusions, periods"},
		func(ctx context.Context, in *struct {
			Version string `query:"version" maxLength:"10" doc:"The newest when empty."`
		}) (*httpapi.Out[Rules], error) {
			v, err := s.Rules(ctx, in.Version)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
	httpapi.Register(a, titleDef, httpapi.Operation{Method: http.MethodGet, Path: "/certificates/{id}/pledge", Tag: tag, Summary: "The pledge behind a title"},
		func(ctx context.Context, in *struct {
			ID ident.CertificateID `path:"id" format:"uuid"`
		}) (*httpapi.Out[View], error) {
			return replied(s.OfTitle(ctx, in.ID))
		})
	s.mountShop(a)
	s.mountDesk(a)
}

// change registers a step with a body.
func change[C any](a *httpapi.API, d *usecase.Def, path, summary string, do func(context.Context, ident.PledgeID, C) (View, error), codes ...fault.Code) {
	httpapi.Register(a, d, httpapi.Operation{Method: http.MethodPost, Path: "/pledges/{id}/" + path, Tag: tag, Summary: summary, Change: true,
		Codes: append([]fault.Code{fault.IllegalStep}, codes...)},
		func(ctx context.Context, in *struct {
			httpapi.Conditional
			ID   ident.PledgeID `path:"id" format:"uuid"`
			Body C
		}) (*httpapi.Out[View], error) {
			return replied(do(ctx, in.ID, in.Body))
		})
}

func stepped(do func(context.Context, StepCommand) (View, error)) func(context.Context, ident.PledgeID, StepCommand) (View, error) {
	return func(ctx context.Context, id ident.PledgeID, cmd StepCommand) (View, error) {
		cmd.ID = id
		return do(ctx, cmd)
	}
}

func replied(v View, err error) (*httpapi.Out[View], error) {
	if err != nil {
		return nil, err
	}
	return httpapi.Reply(v, v.Version), nil
}

func detailed(v Detail, err error) (*httpapi.Out[Detail], error) {
	if err != nil {
		return nil, err
	}
	return httpapi.Reply(v, v.Version), nil
}

var csvResponse = map[string]*huma.Response{"200": {Description: "CSV; cells that would begin a formula are guarded.", Content: map[string]*huma.MediaType{"text/csv": {}}}}

func csv(name string, data []byte, err error) (*huma.StreamResponse, error) {
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		hc.SetHeader("Content-Type", "text/csv; charset=utf-8")
		hc.SetHeader("Content-Disposition", `attachment; filename="`+name+`"`)
		hc.SetHeader("Cache-Control", "no-store")
		hc.BodyWriter().Write(data) //nolint:errcheck // the client went away
	}}, nil
}
