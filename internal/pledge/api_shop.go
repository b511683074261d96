package pledge

import (
	"context"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
)

// mountShop registers what shopkeepers do.
func (s *Service) mountShop(a *httpapi.API) {
	type ownInput struct {
		httpapi.Paged
		Division string           `query:"division" maxLength:"6" doc:"GB/T 2260 code of a county, city or province."`
		Name     string           `query:"name" maxLength:"60" doc:"Part of the name, two characters or more."`
		Premises ident.PremisesID `query:"premises" doc:"Of one shop."`
		Standing Standing         `query:"standing" enum:"draft,published,held,active,yellow_card,red_card,removed,refused,objection_upheld,withdrawn,superseded,expired"`
		Work     string           `query:"work" enum:"objections,cards,overdue" doc:"What waits for an officer."`
	}
	httpapi.Register(a, ownDef, httpapi.Operation{Method: http.MethodGet, Path: "/pledges/own", Tag: tag, Summary: "Pledges of your shops, or in your area", Detail: "Drafts included."},
		func(ctx context.Context, in *ownInput) (*httpapi.ListOut[View], error) {
			v := url.Values{}
			for name, value := range map[string]string{
				"division": in.Division, "name": in.Name, "premises": string(in.Premises), "standing": string(in.Standing), "work": in.Work,
			} {
				if value != "" {
					v.Set(name, value)
				}
			}
			p, err := s.ListOwn(ctx, ListQuery{
				Division: in.Division, Name: in.Name, Premises: in.Premises, Standing: in.Standing, Work: in.Work, Limit: in.Limit, After: in.After,
			})
			if err != nil {
				return nil, err
			}
			return httpapi.ReplyList(p.Items, p.Next, "/pledges/own", v), nil
		})
	httpapi.Register(a, detailDef, httpapi.Operation{Method: http.MethodGet, Path: "/pledges/{id}/file", Tag: tag, Summary: "One pledge as its shop and officers see it"},
		func(ctx context.Context, in *idInput) (*httpapi.Out[Detail], error) {
			return detailed(s.GetOwn(ctx, in.ID))
		})
	httpapi.Register(a, startDef, httpapi.Operation{Method: http.MethodPost, Path: "/pledges", Tag: tag, Summary: "Begin a pledge for a shop", Create: true,
		Detail: "With terms that are usual in its sector, or those of its last pledge.", Codes: []fault.Code{fault.Duplicate, fault.Excluded, fault.TooSoon, fault.NotReady, fault.Conflict}},
		func(ctx context.Context, in *struct {
			httpapi.Idempotent
			Body StartCommand
		}) (*httpapi.Out[View], error) {
			v, err := s.Start(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return httpapi.Created(v, v.Version, httpapi.Prefix+"/pledges/"+string(v.ID)+"/file"), nil
		})
	change(a, saveDef, "terms", "Keep the draft as far as it goes", func(ctx context.Context, id ident.PledgeID, cmd SaveCommand) (View, error) {
		cmd.ID = id
		return s.Save(ctx, cmd)
	})
	httpapi.Register(a, discardDef, httpapi.Operation{Method: http.MethodPost, Path: "/pledges/{id}/discard", Tag: tag, Summary: "Throw a draft away", Change: true, Codes: []fault.Code{fault.IllegalStep}},
		func(ctx context.Context, in *struct {
			httpapi.Conditional
			ID ident.PledgeID `path:"id" format:"uuid"`
		}) (*httpapi.Out[View], error) {
			return replied(s.Discard(ctx, DiscardCommand{ID: in.ID}))
		})
	change(a, publishDef, "publish", "Sign and publish for objection", func(ctx context.Context, id ident.PledgeID, cmd PublishCommand) (View, error) {
		cmd.ID = id
		return s.Publish(ctx, cmd)
	}, fault.Excluded)
	change(a, renewDef, "renew", "Renew with the same terms", func(ctx context.Context, id ident.PledgeID, cmd RenewCommand) (View, error) {
		cmd.ID = id
		return s.Renew(ctx, cmd)
	}, fault.TooSoon, fault.Duplicate, fault.Excluded, fault.NotReady)
	change(a, reviseDef, "versions", "Give new terms from a day on", func(ctx context.Context, id ident.PledgeID, cmd ReviseCommand) (View, error) {
		cmd.ID = id
		return s.Revise(ctx, cmd)
	})
	change(a, withdrawDef, "withdraw", "Leave; what was bought stays promised", stepped(s.Withdraw))
	change(a, fixedDef, "fixed", "Report that a card's matter is put right", func(ctx context.Context, id ident.PledgeID, cmd FixedCommand) (View, error) {
		cmd.ID = id
		return s.ReportFixed(ctx, cmd)
	})
	s.mountLedger(a)
}

func (s *Service) mountLedger(a *httpapi.API) {
	type query struct {
		ID   ident.PledgeID `path:"id" format:"uuid"`
		From string         `query:"from" maxLength:"10" doc:"First day of return."`
		To   string         `query:"to" maxLength:"10" doc:"Last day of return."`
	}
	httpapi.Register(a, ledgerDef, httpapi.Operation{Method: http.MethodGet, Path: "/pledges/{id}/returns", Tag: tag, Summary: "The shop's ledger of returns"},
		func(ctx context.Context, in *query) (*httpapi.Out[Ledger], error) {
			v, err := s.Ledger(ctx, LedgerQuery{ID: in.ID, From: in.From, To: in.To})
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
	httpapi.Register(a, ledgerCSV, httpapi.Operation{Method: http.MethodGet, Path: "/pledges/{id}/returns.csv", Tag: tag, Summary: "The ledger as CSV", Responses: csvResponse},
		func(ctx context.Context, in *query) (*huma.StreamResponse, error) {
			b, err := s.LedgerCSV(ctx, LedgerQuery{ID: in.ID, From: in.From, To: in.To})
			return csv("returns.csv", b, err)
		})
	httpapi.Register(a, recordDef, httpapi.Operation{Method: http.MethodPost, Path: "/pledges/{id}/returns", Tag: tag, Summary: "Write a return down", Create: true, Codes: []fault.Code{fault.NotReady}},
		func(ctx context.Context, in *struct {
			httpapi.Idempotent
			ID   ident.PledgeID `path:"id" format:"uuid"`
			Body RecordCommand
		}) (*httpapi.Out[Return], error) {
			in.Body.ID = in.ID
			v, err := s.RecordReturn(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return httpapi.Created(v, 0, httpapi.Prefix+"/pledges/"+string(in.ID)+"/returns"), nil
		})
	httpapi.Register(a, strikeDef, httpapi.Operation{Method: http.MethodPost, Path: "/pledges/{id}/returns/strike", Tag: tag, Summary: "Strike a line of the ledger", Codes: []fault.Code{fault.StaleVersion}},
		func(ctx context.Context, in *struct {
			ID   ident.PledgeID `path:"id" format:"uuid"`
			Body StrikeCommand
		}) (*httpapi.Out[Totals], error) {
			in.Body.ID = in.ID
			v, err := s.StrikeReturn(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return httpapi.Reply(v, 0), nil
		})
	change(a, showDef, "ledger", "Show the totals of the ledger to everybody, or not", func(ctx context.Context, id ident.PledgeID, cmd ShowCommand) (View, error) {
		cmd.ID = id
		return s.ShowLedger(ctx, cmd)
	})
}
