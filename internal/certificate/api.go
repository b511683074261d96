package certificate

import (
	"context"
	"net/http"
	"net/url"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

const tag = "Certificates 称号"

type listInput struct {
	httpapi.Paged
	Division string   `query:"division" maxLength:"6" doc:"GB/T 2260 code of a county, city or province."`
	Sector   string   `query:"sector" maxLength:"20" doc:"Code of a sector."`
	Scheme   string   `query:"scheme" maxLength:"40" doc:"Code of a scheme."`
	Standing Standing `query:"status" enum:"active,rectifying,suspended,revoked,withdrawn,superseded,expired" doc:"Standing today."`
	Name     string   `query:"name" maxLength:"60" doc:"Part of the name, two characters or more."`
}

func (in listInput) query() (RegisterQuery, url.Values) {
	v := url.Values{}
	for name, value := range map[string]string{"division": in.Division, "sector": in.Sector, "scheme": in.Scheme, "status": string(in.Standing), "name": in.Name} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return RegisterQuery{Division: in.Division, Sector: in.Sector, Scheme: in.Scheme, Standing: in.Standing, Name: in.Name, Limit: in.Limit, After: in.After}, v
}

type idInput struct {
	ID ident.CertificateID `path:"id" format:"uuid"`
}

type stepInput struct {
	httpapi.Conditional
	ID   ident.CertificateID `path:"id" format:"uuid"`
	Body StepCommand
}

// Mount registers the operations of this slice.
func (s *Service) Mount(a *httpapi.API) {
	httpapi.Register(a, registerDef, httpapi.Operation{Method: http.MethodGet, Path: "/register", Tag: tag,
		Summary: "Public register", Detail: "Every title with its standing today, newest first."},
		func(ctx context.Context, in *listInput) (*httpapi.ListOut[View], error) {
			q, v := in.query()
			p, err := s.Register(ctx, q)
			if err != nil {
				return nil, err
			}
			return httpapi.ReplyList(p.Items, p.Next, "/register", v), nil
		})
	httpapi.Register(a, detailDef, httpapi.Operation{Method: http.MethodGet, Path: "/register/{number}", Tag: tag,
		Summary: "One title by its number", Detail: "The number may be typed with or without hyphens, in any case."},
		func(ctx context.Context, in *struct {
			Number string `path:"number" maxLength:"40"`
		}) (*httpapi.Out[Detail], error) {
			d, err := s.Detail(ctx, in.Number)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(d, d.Version), nil
		})
	httpapi.Register(a, deskListDef, httpapi.Operation{Method: http.MethodGet, Path: "/certificates", Tag: tag,
		Summary: "Titles in your area, or of your shops"},
		func(ctx context.Context, in *listInput) (*httpapi.ListOut[View], error) {
			q, v := in.query()
			p, err := s.List(ctx, q)
			if err != nil {
				return nil, err
			}
			return httpapi.ReplyList(p.Items, p.Next, "/certificates", v), nil
		})
	httpapi.Register(a, deskGetDef, httpapi.Operation{Method: http.MethodGet, Path: "/certificates/{id}", Tag: tag,
		Summary: "One title with its history and open proposal"},
		func(ctx context.Context, in *idInput) (*httpapi.Out[WithProposal], error) {
			d, p, err := s.Get(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(WithProposal{Detail: d, Proposal: p}, d.Version), nil
		})
	httpapi.Register(a, recheckDef, httpapi.Operation{Method: http.MethodGet, Path: "/certificates/recheck-due", Tag: tag,
		Summary: "Titles whose periodic re-check is due", Detail: "The longest wait comes first; those that somebody is visiting for it are left out."},
		func(ctx context.Context, in *struct{ httpapi.Paged }) (*httpapi.ListOut[View], error) {
			p, err := s.RecheckDue(ctx, RecheckQuery{Limit: in.Limit, After: in.After})
			if err != nil {
				return nil, err
			}
			return httpapi.ReplyList(p.Items, p.Next, "/certificates/recheck-due", url.Values{}), nil
		})
	step := func(d *usecase.Def, path, summary string, do func(context.Context, StepCommand) (View, error)) {
		httpapi.Register(a, d, httpapi.Operation{Method: http.MethodPost, Path: "/certificates/{id}/" + path, Tag: tag,
			Summary: summary, Change: true, Codes: []fault.Code{fault.IllegalStep}},
			func(ctx context.Context, in *stepInput) (*httpapi.Out[View], error) {
				in.Body.ID = in.ID
				return reply(do(ctx, in.Body))
			})
	}
	step(suspendDef, "suspend", "Suspend at once", s.Suspend)
	step(rectifyDef, "rectification", "Order rectification", s.OrderRectification)
	step(withdrawDef, "withdraw", "Give the title up", s.Withdraw)
	httpapi.Register(a, revokeDef, httpapi.Operation{Method: http.MethodPost, Path: "/certificates/{id}/revoke", Tag: tag,
		Summary: "Revoke with a period of exclusion", Change: true, Codes: []fault.Code{fault.IllegalStep}},
		func(ctx context.Context, in *struct {
			httpapi.Conditional
			ID   ident.CertificateID `path:"id" format:"uuid"`
			Body RevokeCommand
		}) (*httpapi.Out[View], error) {
			in.Body.ID = in.ID
			return reply(s.Revoke(ctx, in.Body))
		})
	httpapi.Register(a, proposeDef, httpapi.Operation{Method: http.MethodPost, Path: "/certificates/{id}/proposal", Tag: tag,
		Summary: "Propose to give the title back", Change: true, Create: true, Codes: []fault.Code{fault.IllegalStep, fault.Duplicate}},
		func(ctx context.Context, in *struct {
			httpapi.Conditional
			httpapi.Idempotent
			ID   ident.CertificateID `path:"id" format:"uuid"`
			Body ProposeCommand
		}) (*httpapi.Out[Proposal], error) {
			in.Body.ID = in.ID
			p, err := s.Propose(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return httpapi.Created(p, 0, httpapi.Prefix+"/certificates/"+string(in.ID)), nil
		})
	httpapi.Register(a, decideDef, httpapi.Operation{Method: http.MethodPost, Path: "/certificates/{id}/proposal/decision", Tag: tag,
		Summary: "Decide a colleague's proposal", Change: true, Codes: []fault.Code{fault.FourEyes, fault.IllegalStep}},
		func(ctx context.Context, in *struct {
			httpapi.Conditional
			ID   ident.CertificateID `path:"id" format:"uuid"`
			Body DecideCommand
		}) (*httpapi.Out[View], error) {
			in.Body.ID = in.ID
			return reply(s.Decide(ctx, in.Body))
		})
}

// WithProposal is a title with what waits for a second officer.
type WithProposal struct {
	Detail
	Proposal *Proposal `json:"proposal,omitempty"`
}

func reply(v View, err error) (*httpapi.Out[View], error) {
	if err != nil {
		return nil, err
	}
	return httpapi.Reply(v, v.Version), nil
}
