package rectify

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

const tag = "Rectifications 整改"

type idInput struct {
	ID ident.RectificationID `path:"id" format:"uuid"`
}

type listInput struct {
	httpapi.Paged
	State       lifecycle.State     `query:"state" enum:"ordered,submitted,visit,proven,mended,unmended,annulled"`
	Overdue     bool                `query:"overdue" doc:"Only those whose holder is late."`
	Certificate ident.CertificateID `query:"certificate" format:"uuid"`
}

// bare is the body of a step that says nothing besides.
type bare struct{}

// Mount registers the operations of this slice.
func (s *Service) Mount(a *httpapi.API) {
	httpapi.Register(a, orderDef, httpapi.Operation{
		Method: http.MethodPost, Path: "/rectifications", Tag: tag, Summary: "Order the holder of a title to mend what was found", Create: true,
		Detail: "The title is under rectification at once. Without a date the scheme's working days apply.",
		Codes:  []fault.Code{fault.IllegalStep, fault.ConflictOfInterest},
	}, func(ctx context.Context, in *struct {
		httpapi.Idempotent
		Body OrderCommand
	}) (*httpapi.Out[View], error) {
		v, err := s.Order(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return httpapi.Created(v, v.Version, httpapi.Prefix+"/rectifications/"+string(v.ID)), nil
	})
	httpapi.Register(a, listDef, httpapi.Operation{Method: http.MethodGet, Path: "/rectifications", Tag: tag, Summary: "Orders in your area, or about your shops, by due date",
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
			return httpapi.ReplyList(p.Items, p.Next, "/rectifications", q), nil
		})
	httpapi.Register(a, getDef, httpapi.Operation{Method: http.MethodGet, Path: "/rectifications/{id}", Tag: tag, Summary: "One order with its findings and the evidence"},
		func(ctx context.Context, in *idInput) (*httpapi.Out[View], error) { return reply(s.Get(ctx, in.ID)) })
	httpapi.Register(a, answerDef, httpapi.Operation{Method: http.MethodPut, Path: "/rectifications/{id}/findings/{n}", Tag: tag, Summary: "Show what was done about one finding", Change: true,
		Codes: []fault.Code{fault.IllegalStep}},
		func(ctx context.Context, in *struct {
			httpapi.Conditional
			ID   ident.RectificationID `path:"id" format:"uuid"`
			N    int                   `path:"n" minimum:"1" maximum:"60"`
			Body AnswerCommand
		}) (*httpapi.Out[View], error) {
			in.Body.ID, in.Body.N = in.ID, in.N
			return reply(s.Answer(ctx, in.Body))
		})
	step(a, submitDef, "submit", "Hand the evidence in", func(ctx context.Context, id ident.RectificationID, _ bare) (View, error) {
		return s.Submit(ctx, IDCommand{ID: id})
	})
	review := func(do func(context.Context, ReviewCommand) (View, error)) func(context.Context, ident.RectificationID, ReviewCommand) (View, error) {
		return func(ctx context.Context, id ident.RectificationID, cmd ReviewCommand) (View, error) {
			cmd.ID = id
			return do(ctx, cmd)
		}
	}
	step(a, returnDef, "return", "Give the order back with what is missing", review(s.Return), fault.NotReady, fault.ConflictOfInterest)
	step(a, visitDef, "inspection", "Have it seen on site", review(s.OrderVisit), fault.NotReady, fault.ConflictOfInterest)
	step(a, passDef, "pass", "Take the evidence and propose to give the title back", review(s.Pass), fault.NotReady, fault.ConflictOfInterest)
	step(a, restoreDef, "restore", "Give the title back, as the second officer", func(ctx context.Context, id ident.RectificationID, _ bare) (View, error) {
		return s.Restore(ctx, IDCommand{ID: id})
	}, fault.FourEyes, fault.ConflictOfInterest)
	step(a, failDef, "fail", "Find it not mended and suspend the title", func(ctx context.Context, id ident.RectificationID, cmd ReasonCommand) (View, error) {
		cmd.ID = id
		return s.Fail(ctx, cmd)
	}, fault.ConflictOfInterest)
	step(a, extendDef, "extension", "Extend the time, once", func(ctx context.Context, id ident.RectificationID, cmd ExtendCommand) (View, error) {
		cmd.ID = id
		return s.Extend(ctx, cmd)
	}, fault.Conflict)
}

// step mounts a change of one order.
func step[C any](a *httpapi.API, d *usecase.Def, path, summary string, do func(context.Context, ident.RectificationID, C) (View, error), codes ...fault.Code) {
	httpapi.Register(a, d, httpapi.Operation{Method: http.MethodPost, Path: "/rectifications/{id}/" + path, Tag: tag, Summary: summary, Change: true, Codes: append(codes, fault.IllegalStep)},
		func(ctx context.Context, in *struct {
			httpapi.Conditional
			ID   ident.RectificationID `path:"id" format:"uuid"`
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
