package inspection

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

const tag = "Inspections 核查"

type idInput struct {
	ID ident.InspectionID `path:"id" format:"uuid"`
}

// bare is the command of a step that says nothing besides.
type bare struct {
	ID ident.InspectionID `json:"-"`
}

type listInput struct {
	httpapi.Paged
	State       lifecycle.State     `query:"state" enum:"planned,assigned,on_device,submitted,sent_back,accepted,rectification_due,verified,failed,voided"`
	Application ident.ApplicationID `query:"application" format:"uuid"`
	Purpose     Purpose             `query:"purpose" enum:"application,recheck,rectification,reinspection,sample,test_purchase"`
	Reference   string              `query:"reference" maxLength:"40" doc:"Id of the record that waits for the result."`
	Mine        bool                `query:"mine"`
}

// Mount registers the operations of this slice.
func (s *Service) Mount(a *httpapi.API) {
	s.mountRecords(a)
	s.mountAmendments(a)
	httpapi.Register(a, listDef, httpapi.Operation{Method: http.MethodGet, Path: "/inspections", Tag: tag, Summary: "Inspections you make or oversee, by due date"},
		func(ctx context.Context, in *listInput) (*httpapi.ListOut[View], error) {
			p, err := s.List(ctx, ListQuery{State: in.State, Application: in.Application, Purpose: in.Purpose, Reference: in.Reference, Mine: in.Mine, Limit: in.Limit, After: in.After})
			if err != nil {
				return nil, err
			}
			v := url.Values{}
			if in.State != "" {
				v.Set("state", string(in.State))
			}
			if in.Application != "" {
				v.Set("application", string(in.Application))
			}
			if in.Purpose != "" {
				v.Set("purpose", string(in.Purpose))
			}
			if in.Reference != "" {
				v.Set("reference", in.Reference)
			}
			if in.Mine {
				v.Set("mine", "true")
			}
			return httpapi.ReplyList(p.Items, p.Next, "/inspections", v), nil
		})
	httpapi.Register(a, orderDef, httpapi.Operation{Method: http.MethodPost, Path: "/inspections", Tag: tag, Create: true, Codes: []fault.Code{fault.Duplicate, fault.IllegalStep, fault.NotReady},
		Summary: "Order an inspection of a title's holder", Detail: "The sheet is the one of the title's scheme. Inspections of an application are ordered by its route."},
		func(ctx context.Context, in *struct {
			httpapi.Idempotent
			Body OrderCommand
		}) (*httpapi.Out[View], error) {
			v, err := s.Order(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return httpapi.Created(v, v.Version, httpapi.Prefix+"/inspections/"+string(v.ID)), nil
		})
	httpapi.Register(a, getDef, httpapi.Operation{Method: http.MethodGet, Path: "/inspections/{id}", Tag: tag, Summary: "One inspection with sheet, answers and signatures"},
		func(ctx context.Context, in *idInput) (*httpapi.Out[Detail], error) {
			d, err := s.Get(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(d, d.Version), nil
		})
	httpapi.Register(a, peopleDef, httpapi.Operation{Method: http.MethodGet, Path: "/inspections/{id}/inspectors", Tag: tag, Summary: "Who can be sent"},
		func(ctx context.Context, in *idInput) (*httpapi.Out[[]Person], error) {
			people, err := s.People(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(people, 0), nil
		})
	httpapi.Register(a, conflictDef, httpapi.Operation{Method: http.MethodPost, Path: "/interests", Tag: tag, Create: true, Status: http.StatusNoContent, Summary: "Declare an interest in an operator"},
		func(ctx context.Context, in *struct {
			httpapi.Idempotent
			Body ConflictCommand
		}) (*struct{}, error) {
			_, err := s.DeclareInterest(ctx, in.Body)
			return nil, err
		})
	step(a, assignDef, "assign", "Send two inspectors", func(c *AssignCommand, id ident.InspectionID) { c.ID = id }, s.Assign, fault.ConflictOfInterest)
	step(a, startDef, "start", "Open the sheet for the visit", func(c *IDCommand, id ident.InspectionID) { c.ID = id }, s.Start)
	step(a, submitDef, "submit", "Close and seal the sheet", func(c *IDCommand, id ident.InspectionID) { c.ID = id }, s.Submit)
	step(a, acceptDef, "accept", "Take the result over", func(c *bare, id ident.InspectionID) { c.ID = id },
		func(ctx context.Context, c bare) (View, error) { return s.Accept(ctx, IDCommand{ID: c.ID}) }, fault.ConflictOfInterest)
	step(a, sendBackDef, "send-back", "Give the sheet back with marks on items", func(c *SendBackCommand, id ident.InspectionID) { c.ID = id }, s.SendBack)
	reason := func(c *ReasonCommand, id ident.InspectionID) { c.ID = id }
	step(a, rectifyDef, "rectification", "Order rectification by a day", reason, s.OrderRectification)
	step(a, verifyDef, "verify", "Find the rectification good", reason, s.Verify)
	step(a, failDef, "fail", "Find that nothing was mended", reason, s.Fail)
	step(a, voidDef, "void", "Void an inspection", reason, s.Void)
	httpapi.Register(a, saveDef, httpapi.Operation{Method: http.MethodPost, Path: "/inspections/{id}/answers", Tag: tag, MaxBody: 1 << 20, Codes: []fault.Code{fault.Conflict, fault.IllegalStep},
		Summary: "Record answers", Detail: "Each entry carries an id made on the device. Sent again it changes nothing and gets the same receipt; the same id with another answer is refused."},
		func(ctx context.Context, in *struct {
			ID   ident.InspectionID `path:"id" format:"uuid"`
			Body SaveCommand
		}) (*httpapi.Out[Saved], error) {
			in.Body.ID = in.ID
			saved, err := s.Save(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(saved, 0), nil
		})
	httpapi.Register(a, resolveDef, httpapi.Operation{
		Method: http.MethodPost, Path: "/inspections/{id}/items/{item}/resolve", Tag: tag, Codes: []fault.Code{fault.Conflict, fault.IllegalStep},
		Summary: "Let one of two versions count", Detail: "The lead inspector only. Both versions stay among the answers.",
	}, func(ctx context.Context, in *struct {
		ID   ident.InspectionID `path:"id" format:"uuid"`
		Item string             `path:"item" maxLength:"40"`
		Body ResolveCommand
	}) (*httpapi.Out[View], error) {
		in.Body.ID, in.Body.Item = in.ID, in.Item
		v, err := s.ResolveConflict(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return httpapi.Reply(v, v.Version), nil
	})
	httpapi.Register(a, signDef, httpapi.Operation{Method: http.MethodPost, Path: "/inspections/{id}/signatures", Tag: tag, Codes: []fault.Code{fault.IllegalStep}, Summary: "Sign the sheet, or record a refusal"},
		func(ctx context.Context, in *struct {
			ID   ident.InspectionID `path:"id" format:"uuid"`
			Body SignCommand
		}) (*httpapi.Out[Signature], error) {
			in.Body.ID = in.ID
			sig, err := s.Sign(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(sig, 0), nil
		})
}

// step mounts a change of one inspection.
func step[C any](a *httpapi.API, d *usecase.Def, path, summary string, name func(*C, ident.InspectionID), do func(context.Context, C) (View, error), codes ...fault.Code) {
	httpapi.Register(a, d, httpapi.Operation{Method: http.MethodPost, Path: "/inspections/{id}/" + path, Tag: tag, Summary: summary, Change: true, Codes: append(codes, fault.IllegalStep)},
		func(ctx context.Context, in *struct {
			httpapi.Conditional
			ID   ident.InspectionID `path:"id" format:"uuid"`
			Body C
		}) (*httpapi.Out[View], error) {
			name(&in.Body, in.ID)
			v, err := do(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, v.Version), nil
		})
}
