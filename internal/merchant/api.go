package merchant

import (
	"context"
	"net/url"
	"strconv"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
)

type checkInput struct {
	USCC string `query:"uscc" maxLength:"60" required:"true" doc:"As typed so far."`
}

type addOperatorInput struct {
	httpapi.Idempotent
	Body AddOperatorCommand
}

type operatorID struct {
	ID ident.OperatorID `path:"id" format:"uuid"`
}

type updateOperatorInput struct {
	httpapi.Conditional
	ID   ident.OperatorID `path:"id" format:"uuid"`
	Body UpdateOperatorCommand
}

type factsInput struct {
	httpapi.Conditional
	ID   ident.OperatorID `path:"id" format:"uuid"`
	Body FactsCommand
}

type claimInput struct {
	httpapi.Idempotent
	Body ClaimCommand
}

type confirmInput struct {
	ID   ident.OperatorID `path:"id" format:"uuid"`
	Body ConfirmClaimCommand
}

type addPremisesInput struct {
	httpapi.Idempotent
	Body AddPremisesCommand
}

type premisesID struct {
	ID ident.PremisesID `path:"id" format:"uuid"`
}

type updatePremisesInput struct {
	httpapi.Conditional
	ID   ident.PremisesID `path:"id" format:"uuid"`
	Body UpdatePremisesCommand
}

type closePremisesInput struct {
	httpapi.Conditional
	ID   ident.PremisesID `path:"id" format:"uuid"`
	Body ClosePremisesCommand
}

type operatorsInput struct {
	httpapi.Paged
	Name string `query:"name" maxLength:"60" doc:"Part of the name, two characters or more."`
	USCC string `query:"uscc" maxLength:"60"`
}

type premisesInput struct {
	httpapi.Paged
	Name     string           `query:"name" maxLength:"60" doc:"Part of the name on the sign, two characters or more."`
	USCC     string           `query:"uscc" maxLength:"60"`
	Operator ident.OperatorID `query:"operator" format:"uuid"`
	Division string           `query:"division" maxLength:"6" doc:"GB/T 2260 code of a county, city or province."`
	Sector   string           `query:"sector" maxLength:"20"`
}

// Mount adds the operations.
func (s *Service) Mount(a *httpapi.API) {
	s.mountOperators(a)
	s.mountPremises(a)
}

func (s *Service) mountOperators(a *httpapi.API) {
	httpapi.Register(a, checkDef, httpapi.Operation{Method: "GET", Path: "/operators/check", Tag: "operators", Summary: "Check a unified social credit code as typed"},
		func(ctx context.Context, in *checkInput) (*httpapi.Out[Check], error) {
			v, err := s.CheckUSCC(ctx, CheckQuery{USCC: in.USCC})
			return answer(v, 0, err)
		})
	httpapi.Register(a, listOperatorsDef, httpapi.Operation{Method: "GET", Path: "/operators", Tag: "operators", Summary: "List operators"},
		func(ctx context.Context, in *operatorsInput) (*httpapi.ListOut[OperatorView], error) {
			p, err := s.Operators(ctx, ListQuery{Name: in.Name, USCC: in.USCC, Limit: in.Limit, After: in.After})
			if err != nil {
				return nil, err
			}
			return httpapi.ReplyList(p.Items, p.Next, "/operators", query(in.Limit, "name", in.Name, "uscc", in.USCC)), nil
		})
	httpapi.Register(a, addOperatorDef, httpapi.Operation{Method: "POST", Path: "/operators", Tag: "operators", Summary: "Register an operator", Create: true, Codes: []fault.Code{fault.Duplicate}},
		func(ctx context.Context, in *addOperatorInput) (*httpapi.Out[OperatorView], error) {
			v, err := s.AddOperator(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return httpapi.Created(v, v.Version, httpapi.Prefix+"/operators/"+string(v.ID)), nil
		})
	httpapi.Register(a, getOperatorDef, httpapi.Operation{Method: "GET", Path: "/operators/{id}", Tag: "operators", Summary: "Read an operator with its imported facts"},
		func(ctx context.Context, in *operatorID) (*httpapi.Out[OperatorView], error) {
			v, err := s.Operator(ctx, in.ID)
			return answer(v, v.Version, err)
		})
	httpapi.Register(a, updateOperatorDef, httpapi.Operation{Method: "PUT", Path: "/operators/{id}", Tag: "operators", Summary: "Change an operator", Change: true},
		func(ctx context.Context, in *updateOperatorInput) (*httpapi.Out[OperatorView], error) {
			in.Body.ID = in.ID
			v, err := s.UpdateOperator(ctx, in.Body)
			return answer(v, v.Version, err)
		})
	httpapi.Register(a, factsDef, httpapi.Operation{Method: "PUT", Path: "/operators/{id}/facts", Tag: "operators", Summary: "Record what an authority states about an operator", Change: true},
		func(ctx context.Context, in *factsInput) (*httpapi.Out[OperatorView], error) {
			in.Body.ID = in.ID
			v, err := s.RecordFacts(ctx, in.Body)
			return answer(v, v.Version, err)
		})
	httpapi.Register(a, claimDef, httpapi.Operation{Method: "POST", Path: "/operators/claims", Tag: "operators", Summary: "Claim an imported operator as one's own", Create: true, Status: 200},
		func(ctx context.Context, in *claimInput) (*httpapi.Out[Claimed], error) {
			v, err := s.Claim(ctx, in.Body)
			return answer(v, 0, err)
		})
	httpapi.Register(a, confirmClaimDef, httpapi.Operation{Method: "POST", Path: "/operators/{id}/members", Tag: "operators", Summary: "Confirm a claim after looking at the licence"},
		func(ctx context.Context, in *confirmInput) (*httpapi.Out[Claimed], error) {
			in.Body.ID = in.ID
			v, err := s.ConfirmClaim(ctx, in.Body)
			return answer(v, 0, err)
		})
}

func (s *Service) mountPremises(a *httpapi.API) {
	httpapi.Register(a, listPremisesDef, httpapi.Operation{Method: "GET", Path: "/premises", Tag: "premises", Summary: "List premises"},
		func(ctx context.Context, in *premisesInput) (*httpapi.ListOut[PremisesView], error) {
			p, err := s.PremisesList(ctx, ListQuery{
				Name: in.Name, USCC: in.USCC, Operator: in.Operator, Division: in.Division, Sector: in.Sector, Limit: in.Limit, After: in.After,
			})
			if err != nil {
				return nil, err
			}
			q := query(in.Limit, "name", in.Name, "uscc", in.USCC, "operator", string(in.Operator), "division", in.Division, "sector", in.Sector)
			return httpapi.ReplyList(p.Items, p.Next, "/premises", q), nil
		})
	httpapi.Register(a, addPremisesDef, httpapi.Operation{Method: "POST", Path: "/premises", Tag: "premises", Summary: "Add a shop to an operator", Create: true, Codes: []fault.Code{fault.Duplicate, fault.NotFound}},
		func(ctx context.Context, in *addPremisesInput) (*httpapi.Out[PremisesView], error) {
			v, err := s.AddPremises(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return httpapi.Created(v, v.Version, httpapi.Prefix+"/premises/"+string(v.ID)), nil
		})
	httpapi.Register(a, getPremisesDef, httpapi.Operation{Method: "GET", Path: "/premises/{id}", Tag: "premises", Summary: "Read a shop"},
		func(ctx context.Context, in *premisesID) (*httpapi.Out[PremisesView], error) {
			v, err := s.Premises(ctx, in.ID)
			return answer(v, v.Version, err)
		})
	httpapi.Register(a, updatePremisesDef, httpapi.Operation{Method: "PUT", Path: "/premises/{id}", Tag: "premises", Summary: "Change a shop", Change: true, Codes: []fault.Code{fault.Duplicate}},
		func(ctx context.Context, in *updatePremisesInput) (*httpapi.Out[PremisesView], error) {
			in.Body.ID = in.ID
			v, err := s.UpdatePremises(ctx, in.Body)
			return answer(v, v.Version, err)
		})
	httpapi.Register(a, closePremisesDef, httpapi.Operation{Method: "POST", Path: "/premises/{id}/close", Tag: "premises", Summary: "Say that a shop no longer exists", Change: true, Codes: []fault.Code{fault.Conflict}},
		func(ctx context.Context, in *closePremisesInput) (*httpapi.Out[PremisesView], error) {
			in.Body.ID = in.ID
			v, err := s.ClosePremises(ctx, in.Body)
			return answer(v, v.Version, err)
		})
}

func answer[V any](v V, version int64, err error) (*httpapi.Out[V], error) {
	if err != nil {
		return nil, err
	}
	return httpapi.Reply(v, version), nil
}

// query rebuilds what a list was asked for, for the link to its next page.
func query(limit int, pairs ...string) url.Values {
	q := url.Values{}
	if limit > 0 {
		q.Set("limit", strconv.Itoa(limit))
	}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return q
}
