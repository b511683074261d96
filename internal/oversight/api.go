package oversight

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

const tag = "oversight"

// Mount adds the operations.
func (s *Service) Mount(a *httpapi.API) {
	s.mountHalts(a)
	s.mountBulk(a)
}

func (s *Service) mountHalts(a *httpapi.API) {
	httpapi.Register(a, haltsDef, httpapi.Operation{Method: http.MethodGet, Path: "/halts", Tag: tag, Summary: "Where no titles are issued now",
		Detail: "Everybody reads extent, day and public note; officers also who did it and why."},
		func(ctx context.Context, in *struct {
			All bool `query:"all" doc:"Lifted ones too; for officers."`
		}) (*httpapi.ListOut[Halt], error) {
			list, err := s.Halts(ctx, HaltQuery{All: in.All})
			if err != nil {
				return nil, err
			}
			return httpapi.ReplyList(list, "", "/halts", url.Values{}), nil
		})
	httpapi.Register(a, imposeDef, httpapi.Operation{Method: http.MethodPost, Path: "/halts", Tag: tag, Summary: "Stop the issuance of titles", Create: true,
		Codes: []fault.Code{fault.Duplicate}},
		func(ctx context.Context, in *struct {
			httpapi.Idempotent
			Body ImposeCommand
		}) (*httpapi.Out[Halt], error) {
			v, err := s.Impose(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return httpapi.Created(v, v.Version, httpapi.Prefix+"/halts"), nil
		})
	for _, step := range []struct {
		def           *usecase.Def
		path, summary string
		do            func(context.Context, HaltStep) (Halt, error)
	}{
		{proposeDef, "propose-lift", "Propose to issue titles again", s.ProposeLift},
		{confirmDef, "confirm-lift", "Let titles be issued again; another officer than the proposer", s.ConfirmLift},
		{keepDef, "keep", "Turn the proposal down", s.KeepHalt},
	} {
		httpapi.Register(a, step.def, httpapi.Operation{Method: http.MethodPost, Path: "/halts/{id}/" + step.path, Tag: tag, Summary: step.summary, Change: true,
			Codes: []fault.Code{fault.IllegalStep, fault.FourEyes}},
			func(ctx context.Context, in *struct {
				httpapi.Conditional
				ID   ident.HaltID `path:"id" format:"uuid"`
				Body HaltStep
			}) (*httpapi.Out[Halt], error) {
				in.Body.ID = in.ID
				v, err := step.do(ctx, in.Body)
				return answer(v, v.Version, err)
			})
	}
}

type affectedInput struct {
	httpapi.Paged
	Scheme    string          `query:"scheme" maxLength:"40"`
	Version   string          `query:"version" maxLength:"10"`
	Module    string          `query:"module" maxLength:"20" doc:"Checklist module with which the shop was inspected."`
	Sheet     string          `query:"sheet" maxLength:"64" doc:"Hash of the sheet."`
	Inspector ident.AccountID `query:"inspector" format:"uuid"`
	Area      string          `query:"area" maxLength:"6" doc:"GB/T 2260 code."`
	From      string          `query:"from" format:"date" doc:"Issued on or after."`
	To        string          `query:"to" format:"date" doc:"Issued on or before."`
	Approval  string          `query:"approval" maxLength:"60"`
	Fact      scheme.Fact     `query:"fact" enum:"penalty,intent,abnormal,serious,credit"`
	Since     string          `query:"since" format:"date" doc:"With a fact: stated on or after."`
	Ended     bool            `query:"ended" doc:"Titles that are over as well."`
}

func (in affectedInput) question() Question {
	return Question{in.Scheme, in.Version, in.Module, in.Sheet, in.Inspector, in.Area, in.From, in.To, in.Approval, in.Fact, in.Since, in.Ended}
}

// Values writes a question as the query of an address.
func (q Question) Values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{
		"scheme": q.Scheme, "version": q.Version, "module": q.Module, "sheet": q.Sheet, "inspector": string(q.Inspector), "area": q.Area,
		"from": q.From, "to": q.To, "approval": q.Approval, "fact": string(q.Fact), "since": q.Since,
	} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if q.Ended {
		v.Set("ended", strconv.FormatBool(true))
	}
	return v
}

func (s *Service) mountBulk(a *httpapi.API) {
	httpapi.Register(a, affectedDef, httpapi.Operation{Method: http.MethodGet, Path: "/certificates/affected", Tag: tag, Summary: "Which titles something affects",
		Detail: "By version of the rules, checklist, inspector, area, days, approval document or what an authority states about the operator. All that is given must hold."},
		func(ctx context.Context, in *affectedInput) (*httpapi.ListOut[Hit], error) {
			v, err := s.Affected(ctx, AffectedQuery{Question: in.question(), Limit: in.Limit, After: in.After})
			if err != nil {
				return nil, err
			}
			return httpapi.ReplyList(v.Items, v.Next, "/certificates/affected", in.question().Values()), nil
		})
	httpapi.Register(a, prepareDef, httpapi.Operation{Method: http.MethodPost, Path: "/bulk-runs", Tag: tag, Summary: "List what a measure would do, doing nothing", Create: true,
		Codes: []fault.Code{fault.NotReady, fault.TooLarge}},
		func(ctx context.Context, in *struct {
			httpapi.Idempotent
			Body PrepareCommand
		}) (*httpapi.Out[Run], error) {
			v, err := s.Prepare(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return httpapi.Created(v, v.Version, httpapi.Prefix+"/bulk-runs/"+string(v.ID)), nil
		})
	httpapi.Register(a, runsDef, httpapi.Operation{Method: http.MethodGet, Path: "/bulk-runs", Tag: tag, Summary: "Measures for many titles, newest first"},
		func(ctx context.Context, in *struct{ httpapi.Paged }) (*httpapi.ListOut[Run], error) {
			p, err := s.Runs(ctx, RunQuery{Limit: in.Limit, After: in.After})
			if err != nil {
				return nil, err
			}
			return httpapi.ReplyList(p.Items, p.Next, "/bulk-runs", url.Values{}), nil
		})
	httpapi.Register(a, runDef, httpapi.Operation{Method: http.MethodGet, Path: "/bulk-runs/{id}", Tag: tag, Summary: "How far a measure has come"},
		func(ctx context.Context, in *runID) (*httpapi.Out[Run], error) {
			v, err := s.Run(ctx, in.ID)
			return answer(v, v.Version, err)
		})
	httpapi.Register(a, itemsDef, httpapi.Operation{Method: http.MethodGet, Path: "/bulk-runs/{id}/titles", Tag: tag, Summary: "The titles of a measure, with what would become or became of each"},
		func(ctx context.Context, in *struct {
			httpapi.Paged
			ID      ident.BulkID `path:"id" format:"uuid"`
			Outcome string       `query:"outcome" enum:"would,cannot,done,refused"`
		}) (*httpapi.ListOut[Item], error) {
			p, err := s.Items(ctx, ItemQuery{ID: in.ID, Outcome: in.Outcome, Limit: in.Limit, After: in.After})
			if err != nil {
				return nil, err
			}
			q := url.Values{}
			if in.Outcome != "" {
				q.Set("outcome", in.Outcome)
			}
			return httpapi.ReplyList(p.Items, p.Next, "/bulk-runs/"+string(in.ID)+"/titles", q), nil
		})
	for _, step := range []struct {
		def           *usecase.Def
		path, summary string
		do            func(context.Context, RunStep) (Run, error)
	}{
		{startDef, "start", "Confirm a measure with its reason", s.Start},
		{cancelDef, "cancel", "Drop a measure that was not confirmed", s.Cancel},
	} {
		httpapi.Register(a, step.def, httpapi.Operation{Method: http.MethodPost, Path: "/bulk-runs/{id}/" + step.path, Tag: tag, Summary: step.summary, Change: true,
			Codes: []fault.Code{fault.IllegalStep}},
			func(ctx context.Context, in *struct {
				httpapi.Conditional
				ID   ident.BulkID `path:"id" format:"uuid"`
				Body RunStep
			}) (*httpapi.Out[Run], error) {
				in.Body.ID = in.ID
				v, err := step.do(ctx, in.Body)
				return answer(v, v.Version, err)
			})
	}
}

type runID struct {
	ID ident.BulkID `path:"id" format:"uuid"`
}

func answer[V any](v V, version int64, err error) (*httpapi.Out[V], error) {
	if err != nil {
		return nil, err
	}
	return httpapi.Reply(v, version), nil
}
