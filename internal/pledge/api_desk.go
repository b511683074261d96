package pledge

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
)

// mountDesk registers what officers do.
func (s *Service) mountDesk(a *httpapi.API) {
	objection := func(do func(context.Context, ObjectionCommand) (View, error)) func(context.Context, ident.PledgeID, ObjectionCommand) (View, error) {
		return func(ctx context.Context, id ident.PledgeID, cmd ObjectionCommand) (View, error) {
			cmd.ID = id
			return do(ctx, cmd)
		}
	}
	change(a, upholdDef, "objections/uphold", "Uphold an objection; the pledge ends", objection(s.UpholdObjection))
	change(a, dismissDef, "objections/dismiss", "Dismiss an objection", objection(s.DismissObjection))
	change(a, holdDef, "hold", "Hold a published pledge back", stepped(s.Hold))
	change(a, releaseDef, "release", "Let a pledge go on that a colleague held back", stepped(s.Release), fault.FourEyes)
	change(a, refuseDef, "refuse", "Refuse a pledge before it takes effect", stepped(s.Refuse))
	given := func(do func(context.Context, CardCommand) (View, error)) func(context.Context, ident.PledgeID, CardCommand) (View, error) {
		return func(ctx context.Context, id ident.PledgeID, cmd CardCommand) (View, error) {
			cmd.ID = id
			return do(ctx, cmd)
		}
	}
	change(a, yellowDef, "yellow", "Give a yellow card with a day to put things right", given(s.YellowCard))
	change(a, redDef, "red", "Give a red card; the title is suspended at once", given(s.RedCard))
	change(a, clearDef, "clear", "Clear a colleague's yellow card", stepped(s.Clear), fault.FourEyes)
	change(a, restoreDef, "restore", "Take a colleague's red card back", stepped(s.Restore), fault.FourEyes)
	change(a, removeDef, "remove", "Take a shop with a red card off the list", func(ctx context.Context, id ident.PledgeID, cmd RemoveCommand) (View, error) {
		cmd.ID = id
		return s.Remove(ctx, cmd)
	})
	httpapi.Register(a, orderDef, httpapi.Operation{Method: http.MethodPost, Path: "/pledges/{id}/tests", Tag: tag, Summary: "Order a test purchase", Create: true,
		Codes: []fault.Code{fault.IllegalStep, fault.Duplicate, fault.NotReady}},
		func(ctx context.Context, in *struct {
			httpapi.Idempotent
			ID   ident.PledgeID `path:"id" format:"uuid"`
			Body OrderCommand
		}) (*httpapi.Out[inspection.View], error) {
			in.Body.ID = in.ID
			v, err := s.OrderTest(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return httpapi.Created(v, v.Version, httpapi.Prefix+"/inspections/"+string(v.ID)), nil
		})
	httpapi.Register(a, drawDef, httpapi.Operation{Method: http.MethodPost, Path: "/pledge-draws", Tag: tag, Summary: "Draw shops and order test purchases", Create: true,
		Detail: "The seed and the hash of the frame are kept: the first shops by SHA-256(seed ‖ id) are picked.", Codes: []fault.Code{fault.NotReady}},
		func(ctx context.Context, in *struct {
			httpapi.Idempotent
			Body DrawCommand
		}) (*httpapi.Out[Draw], error) {
			v, err := s.DrawTests(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return httpapi.Created(v, 0, httpapi.Prefix+"/pledge-draws"), nil
		})
	httpapi.Register(a, drawsDef, httpapi.Operation{Method: http.MethodGet, Path: "/pledge-draws", Tag: tag, Summary: "Draws of your area, newest first"},
		func(ctx context.Context, _ *struct{}) (*httpapi.Out[[]Draw], error) {
			v, err := s.Draws(ctx)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
	httpapi.Register(a, lookupDef, httpapi.Operation{Method: http.MethodGet, Path: "/pledges/lookup.csv", Tag: tag, Summary: "Pledges in force for the national look-up",
		Detail:    "Columns: code and names of the division, name, operator, credit code, categories of goods, days, address, telephone, longitude and latitude with their datum, first and last day, number, id. UTF-8 with a byte order mark unless no_bom is set.",
		Responses: csvResponse},
		func(ctx context.Context, in *struct {
			Division string `query:"division" maxLength:"6" doc:"GB/T 2260 code of a county, city or province."`
			NoBOM    bool   `query:"no_bom" doc:"Leave the byte order mark out, for programs."`
		}) (*huma.StreamResponse, error) {
			b, err := s.LookupCSV(ctx, LookupQuery{Division: in.Division, NoBOM: in.NoBOM})
			return csv("pledges.csv", b, err)
		})
}
