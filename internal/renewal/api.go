package renewal

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

const tag = "Renewals 续期换发"

// Mount registers the operations of this slice.
func (s *Service) Mount(a *httpapi.API) {
	httpapi.Register(a, outlookDef, httpapi.Operation{Method: http.MethodGet, Path: "/certificates/{id}/renewal", Tag: tag, Summary: "What can be asked for now, filled in"},
		func(ctx context.Context, in *struct {
			ID ident.CertificateID `path:"id" format:"uuid"`
		}) (*httpapi.Out[Outlook], error) {
			o, err := s.Outlook(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(o, 0), nil
		})
	httpapi.Register(a, fileDef, httpapi.Operation{Method: http.MethodPost, Path: "/renewals", Tag: tag, Summary: "Ask for a renewal or a re-issue", Create: true,
		Detail: "Granted at once where nothing changed, the scheme allows it and the last inspection is recent; otherwise one officer checks and another grants.",
		Codes:  []fault.Code{fault.NotReady, fault.Duplicate}},
		func(ctx context.Context, in *struct {
			httpapi.Idempotent
			Body FileCommand
		}) (*httpapi.Out[View], error) {
			v, err := s.File(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return httpapi.Created(v, v.Version, httpapi.Prefix+"/renewals/"+string(v.ID)), nil
		})
	httpapi.Register(a, listDef, httpapi.Operation{Method: http.MethodGet, Path: "/renewals", Tag: tag, Summary: "Requests in your area, or of your shops, by due date"},
		func(ctx context.Context, in *struct {
			httpapi.Paged
			State lifecycle.State `query:"state" enum:"filed,checked,granted,declined,retracted"`
		}) (*httpapi.ListOut[View], error) {
			p, err := s.List(ctx, ListQuery{State: in.State, Limit: in.Limit, After: in.After})
			if err != nil {
				return nil, err
			}
			q := url.Values{}
			if in.State != "" {
				q.Set("state", string(in.State))
			}
			return httpapi.ReplyList(p.Items, p.Next, "/renewals", q), nil
		})
	httpapi.Register(a, getDef, httpapi.Operation{Method: http.MethodGet, Path: "/renewals/{id}", Tag: tag, Summary: "One request"},
		func(ctx context.Context, in *struct {
			ID ident.RenewalID `path:"id" format:"uuid"`
		}) (*httpapi.Out[View], error) {
			return reply(s.Get(ctx, in.ID))
		})
	step := func(d *usecase.Def, path, summary string, do func(context.Context, StepCommand) (View, error), codes ...fault.Code) {
		httpapi.Register(a, d, httpapi.Operation{Method: http.MethodPost, Path: "/renewals/{id}/" + path, Tag: tag, Summary: summary, Change: true, Codes: append(codes, fault.IllegalStep)},
			func(ctx context.Context, in *struct {
				httpapi.Conditional
				ID   ident.RenewalID `path:"id" format:"uuid"`
				Body StepCommand
			}) (*httpapi.Out[View], error) {
				in.Body.ID = in.ID
				return reply(do(ctx, in.Body))
			})
	}
	step(checkDef, "check", "Find it in order", s.Check, fault.ConflictOfInterest)
	step(grantDef, "grant", "Grant it, as the second officer", s.Grant, fault.FourEyes, fault.ConflictOfInterest, fault.NotReady)
	step(declineDef, "decline", "Decline it with a reason", s.Decline, fault.ConflictOfInterest)
	step(retractDef, "retract", "Take it back", s.Retract)
}

func reply(v View, err error) (*httpapi.Out[View], error) {
	if err != nil {
		return nil, err
	}
	return httpapi.Reply(v, v.Version), nil
}
