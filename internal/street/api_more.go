package street

import (
	"context"
	"net/http"

	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// post mounts a command on a street.
func post[C, V any](a *httpapi.API, d *usecase.Def, path, summary string, do func(context.Context, ident.StreetID, C) (V, error)) {
	httpapi.Register(a, d, httpapi.Operation{Method: http.MethodPost, Path: "/streets/{id}" + path, Tag: tag, Summary: summary},
		func(ctx context.Context, in *struct {
			ID   ident.StreetID `path:"id" format:"uuid"`
			Body C
		}) (*httpapi.Out[V], error) {
			return plain(do(ctx, in.ID, in.Body))
		})
}

// read mounts a reading use-case on a street.
func read[V any](a *httpapi.API, d *usecase.Def, path, summary string, do func(context.Context, ident.StreetID) (V, error)) {
	httpapi.Register(a, d, httpapi.Operation{Method: http.MethodGet, Path: "/streets/{id}" + path, Tag: tag, Summary: summary},
		func(ctx context.Context, in *idInput) (*httpapi.Out[V], error) { return plain(do(ctx, in.ID)) })
}

func (s *Service) mountMembers(a *httpapi.API) {
	read(a, membersDef, "/members", "Shops of a street today", s.Members)
	post(a, joinDef, "/members", "Add shops from the register", func(ctx context.Context, id ident.StreetID, cmd JoinCommand) (View, error) {
		cmd.Street = id
		return s.Join(ctx, cmd)
	})
	post(a, leaveDef, "/departures", "End the membership of a shop", func(ctx context.Context, id ident.StreetID, cmd LeaveCommand) (View, error) {
		cmd.Street = id
		return s.Leave(ctx, cmd)
	})
	post(a, eligibleDef, "/eligibility", "Say whether a shop counts for the shares", func(ctx context.Context, id ident.StreetID, cmd EligibleCommand) (View, error) {
		cmd.Street = id
		return s.SetEligible(ctx, cmd)
	})
	post(a, outsiderDef, "/outsiders", "List a shop that the register does not know", func(ctx context.Context, id ident.StreetID, cmd OutsiderCommand) (View, error) {
		cmd.Street = id
		return s.AddOutsider(ctx, cmd)
	})
	post(a, goneDef, "/outsiders/departures", "Take such a shop off the list", func(ctx context.Context, id ident.StreetID, cmd GoneCommand) (View, error) {
		cmd.Street = id
		return s.RemoveOutsider(ctx, cmd)
	})
	post(a, listShopsDef, "/lists", "Add shops by a list, or try one", func(ctx context.Context, id ident.StreetID, cmd ListCommand) (Listed, error) {
		cmd.Street = id
		return s.ListShops(ctx, cmd)
	})
	httpapi.Register(a, nearDef, httpapi.Operation{Method: http.MethodGet, Path: "/streets/{id}/nearby", Tag: tag, Summary: "Shops of the street's county, by name or by place"},
		func(ctx context.Context, in *struct {
			ID   ident.StreetID `path:"id" format:"uuid"`
			Name string         `query:"name" maxLength:"60"`
			Road string         `query:"road" maxLength:"40"`
		}) (*httpapi.Out[[]Near], error) {
			return plain(s.Near(ctx, NearQuery{Street: in.ID, Name: in.Name, Road: in.Road}))
		})
	read(a, nudgesDef, "/nudges", "Reminders that were sent to members", s.Nudges)
	post(a, nudgeDef, "/nudges", "Remind members", func(ctx context.Context, id ident.StreetID, cmd NudgeCommand) (Nudged, error) {
		cmd.Street = id
		return s.Nudge(ctx, cmd)
	})
	post(a, previewDef, "/nudges/preview", "Who would be reminded, by which channel", func(ctx context.Context, id ident.StreetID, q NudgeQuery) ([]Preview, error) {
		q.Street = id
		return s.PreviewNudge(ctx, q)
	})
}

func (s *Service) mountTitle(a *httpapi.API) {
	read(a, deskDef, "/desk", "Everything about a street for those who keep it", s.Desk)
	read(a, boardDef, "/board", "Shops of a street whose title is in force today", s.Board)
	read(a, sampleDef, "/sample", "The newest draw of shops, to be repeated by anybody", s.Sample)
	post(a, incidentDef, "/incidents", "Record a major incident", func(ctx context.Context, id ident.StreetID, cmd IncidentCommand) (View, error) {
		cmd.Street = id
		return s.RecordIncident(ctx, cmd)
	})
	post(a, strikeDef, "/incidents/strike", "Take off an incident that was recorded in error", func(ctx context.Context, id ident.StreetID, cmd StrikeCommand) (View, error) {
		cmd.Street = id
		return s.StrikeIncident(ctx, cmd)
	})
}
