package application

import (
	"context"
	"net/url"
	"strconv"

	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

type startInput struct {
	httpapi.Idempotent
	Body StartCommand
}

type caseID struct {
	ID ident.ApplicationID `path:"id" format:"uuid"`
}

// change is the input of everything that changes a case.
type change[C any] struct {
	httpapi.Conditional
	ID   ident.ApplicationID `path:"id" format:"uuid"`
	Body C
}

type listInput struct {
	httpapi.Paged
	Tab      string           `query:"tab" enum:"mine,overdue,field,returned,notice,ended,all"`
	State    string           `query:"state" maxLength:"40"`
	Scheme   string           `query:"scheme" maxLength:"40"`
	Division string           `query:"division" maxLength:"6"`
	Name     string           `query:"name" maxLength:"60" doc:"Part of the shop's name, or a case number."`
	Premises ident.PremisesID `query:"premises" format:"uuid"`
}

type noticesInput struct {
	httpapi.Paged
	Open     bool   `query:"open" doc:"Only those on which objections are taken today."`
	Division string `query:"division" maxLength:"6"`
}

type noticeID struct {
	ID ident.NoticeID `path:"id" format:"uuid"`
}

type objectInput struct {
	httpapi.Idempotent
	ID   ident.NoticeID `path:"id" format:"uuid"`
	Body ObjectCommand
}

// Mount adds the operations.
func (s *Service) Mount(a *httpapi.API) {
	s.mountReads(a)
	s.mountOwner(a)
	s.mountOfficers(a)
	s.mountNotices(a)
	s.mountEligibility(a)
}

func (s *Service) mountReads(a *httpapi.API) {
	httpapi.Register(a, listDef, httpapi.Operation{Method: "GET", Path: "/applications", Tag: "applications", Summary: "List cases by due date"},
		func(ctx context.Context, in *listInput) (*httpapi.ListOut[View], error) {
			p, err := s.List(ctx, ListQuery{
				Tab: Tab(in.Tab), State: lifecycle.State(in.State), Scheme: in.Scheme, Division: in.Division, Name: in.Name,
				Premises: in.Premises, Limit: in.Limit, After: in.After,
			})
			if err != nil {
				return nil, err
			}
			q := query(in.Limit, "tab", in.Tab, "state", in.State, "scheme", in.Scheme, "division", in.Division, "name", in.Name, "premises", string(in.Premises))
			return httpapi.ReplyList(p.Items, p.Next, "/applications", q), nil
		})
	httpapi.Register(a, figuresDef, httpapi.Operation{Method: "GET", Path: "/applications/figures", Tag: "applications", Summary: "Count the stages that were dealt with on time",
		Detail: "Computed from the events of the cases in the reader's area. What is open beyond its time counts against the rate."},
		func(ctx context.Context, in *struct {
			Days int `query:"days" enum:"30,90,365" doc:"How many days back; 90 when left out."`
		}) (*httpapi.Out[Figures], error) {
			v, err := s.Figures(ctx, FiguresQuery{Days: in.Days})
			return answer(v, 0, err)
		})
	httpapi.Register(a, countsDef, httpapi.Operation{Method: "GET", Path: "/applications/counts", Tag: "applications", Summary: "Count the cases on each tab of the queue"},
		func(ctx context.Context, _ *struct{}) (*httpapi.Out[Counts], error) {
			v, err := s.Counts(ctx)
			return answer(v, 0, err)
		})
	httpapi.Register(a, getDef, httpapi.Operation{Method: "GET", Path: "/applications/{id}", Tag: "applications", Summary: "Read the whole case"},
		func(ctx context.Context, in *caseID) (*httpapi.Out[Detail], error) {
			v, err := s.Get(ctx, in.ID)
			return answer(v, v.Version, err)
		})
	httpapi.Register(a, sheetDef, httpapi.Operation{Method: "GET", Path: "/applications/{id}/sheet", Tag: "applications", Summary: "Read the questions of the self-assessment"},
		func(ctx context.Context, in *caseID) (*httpapi.Out[*checklist.Sheet], error) {
			v, err := s.Sheet(ctx, in.ID)
			return answer(v, 0, err)
		})
}

type eligibilityInput struct {
	Premises ident.PremisesID `query:"premises" format:"uuid" required:"true"`
	Scheme   string           `query:"scheme" maxLength:"40" required:"true"`
}

func (s *Service) mountEligibility(a *httpapi.API) {
	httpapi.Register(a, eligibilityDef, httpapi.Operation{Method: "GET", Path: "/applications/eligibility", Tag: "applications", Summary: "Check the conditions of a title against what authorities stated",
		Detail: "Before a case is begun. Facts that nobody stated are unknown, those older than the scheme allows are stale; neither blocks, and neither counts as met."},
		func(ctx context.Context, in *eligibilityInput) (*httpapi.Out[[]Finding], error) {
			v, err := s.Eligibility(ctx, EligibilityQuery{Premises: in.Premises, Scheme: in.Scheme})
			return answer(v, 0, err)
		})
	httpapi.Register(a, refusalsDef, httpapi.Operation{Method: "GET", Path: "/applications/refusals", Tag: "applications", Summary: "List attempts to apply that a stated fact refused",
		Detail: "What was on record at that moment, with its source and date, and what the condition gives today."},
		func(ctx context.Context, in *struct {
			httpapi.Paged
			Fact scheme.Fact `query:"fact" enum:"trading,penalty,intent,abnormal,serious,credit"`
		}) (*httpapi.ListOut[Refusal], error) {
			p, err := s.Refusals(ctx, RefusalQuery{Fact: in.Fact, Limit: in.Limit, After: in.After})
			if err != nil {
				return nil, err
			}
			return httpapi.ReplyList(p.Items, p.Next, "/applications/refusals", query(in.Limit, "fact", string(in.Fact))), nil
		})
	httpapi.Register(a, openingDef, httpapi.Operation{Method: "GET", Path: "/applications/opening", Tag: "applications", Summary: "Ask whether a shop may apply for a title",
		Detail: "Names every obstacle by which beginning a case would be refused today, the day from which it is none where that follows from dates, and the stated fact behind it."},
		func(ctx context.Context, in *eligibilityInput) (*httpapi.Out[Opening], error) {
			v, err := s.Opening(ctx, EligibilityQuery{Premises: in.Premises, Scheme: in.Scheme})
			return answer(v, 0, err)
		})
}

func (s *Service) mountOwner(a *httpapi.API) {
	httpapi.Register(a, startDef, httpapi.Operation{
		Method: "POST", Path: "/applications", Tag: "applications", Summary: "Begin a draft", Create: true,
		Codes: []fault.Code{fault.Duplicate, fault.Excluded, fault.Conflict},
	}, func(ctx context.Context, in *startInput) (*httpapi.Out[View], error) {
		v, err := s.Start(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return httpapi.Created(v, v.Version, httpapi.Prefix+"/applications/"+string(v.ID)), nil
	})
	mount(a, saveDef, "PATCH", "", "Save parts of a draft", func(ctx context.Context, id ident.ApplicationID, cmd SaveCommand) (View, error) {
		cmd.ID = id
		return s.Save(ctx, cmd)
	})
	mount(a, attachDef, "POST", "/documents", "Attach an uploaded file", func(ctx context.Context, id ident.ApplicationID, cmd AttachCommand) (View, error) {
		cmd.ID = id
		return s.Attach(ctx, cmd)
	})
	mount(a, detachDef, "POST", "/documents/remove", "Take a file out of the case", func(ctx context.Context, id ident.ApplicationID, cmd DetachCommand) (View, error) {
		cmd.ID = id
		return s.Detach(ctx, cmd)
	})
	for d, do := range map[*usecase.Def]func(context.Context, SubmitCommand) (View, error){submitDef: s.Submit, resubmitDef: s.Resubmit} {
		path, summary := "/submit", "Sign the commitment and submit"
		if d == resubmitDef {
			path, summary = "/resubmit", "Sign and send the correction"
		}
		mount(a, d, "POST", path, summary, func(ctx context.Context, id ident.ApplicationID, cmd SubmitCommand) (View, error) {
			cmd.ID = id
			return do(ctx, cmd)
		})
	}
	s.mountStep(a, withdrawDef, "/withdraw", "Withdraw the case", s.Withdraw)
}

func (s *Service) mountOfficers(a *httpapi.API) {
	s.mountStep(a, acceptDef, "/accept", "Start the county review", s.Accept)
	s.mountStep(a, recommendDef, "/recommend", "Recommend to the next stop of the route", s.Recommend)
	s.mountStep(a, orderDef, "/order-inspection", "Approve and order the inspection", s.OrderInspection)
	mount(a, adviseDef, "POST", "/advise", "Record the association's opinion", func(ctx context.Context, id ident.ApplicationID, cmd AdviseCommand) (View, error) {
		cmd.ID = id
		return s.Advise(ctx, cmd)
	})
	s.mountStep(a, passCityDef, "/pass-city", "Approve for the province, without a visit", s.PassCity)
	s.mountStep(a, concludeDef, "/conclude-notice", "Go on after the public notice", s.ConcludeNotice)
	s.mountStep(a, takeDef, "/take-assessment", "Start the county assessment", s.TakeAssessment)
	s.mountStep(a, endorseDef, "/endorse", "Endorse to the city", s.Endorse)
	s.mountStep(a, cityDef, "/endorse-city", "Endorse to the province", s.EndorseCity)
	s.mountStep(a, announceDef, "/announce", "Open the public notice", s.Announce)
	s.mountStep(a, certifyDef, "/certify", "Award the title", s.Certify)
	mount(a, returnDef, "POST", "/return", "Return for correction", func(ctx context.Context, id ident.ApplicationID, cmd ReturnCommand) (View, error) {
		cmd.ID = id
		return s.Return(ctx, cmd)
	})
	mount(a, refuseDef, "POST", "/refuse", "Refuse with reasons", func(ctx context.Context, id ident.ApplicationID, cmd RefuseCommand) (View, error) {
		cmd.ID = id
		return s.Refuse(ctx, cmd)
	})
	mount(a, upholdDef, "POST", "/uphold-objection", "Uphold an objection", func(ctx context.Context, id ident.ApplicationID, cmd ObjectionCommand) (View, error) {
		cmd.ID = id
		return s.UpholdObjection(ctx, cmd)
	})
	mount(a, dismissDef, "POST", "/dismiss-objection", "Dismiss an objection", func(ctx context.Context, id ident.ApplicationID, cmd ObjectionCommand) (View, error) {
		cmd.ID = id
		return s.DismissObjection(ctx, cmd)
	})
}

func (s *Service) mountNotices(a *httpapi.API) {
	httpapi.Register(a, noticesDef, httpapi.Operation{Method: "GET", Path: "/notices", Tag: "notices", Summary: "List public notices"},
		func(ctx context.Context, in *noticesInput) (*httpapi.ListOut[NoticeView], error) {
			p, err := s.Notices(ctx, NoticeQuery{Open: in.Open, Division: in.Division, Limit: in.Limit, After: in.After})
			if err != nil {
				return nil, err
			}
			q := query(in.Limit, "division", in.Division)
			if in.Open {
				q.Set("open", "true")
			}
			return httpapi.ReplyList(p.Items, p.Next, "/notices", q), nil
		})
	httpapi.Register(a, noticeDef, httpapi.Operation{Method: "GET", Path: "/notices/{id}", Tag: "notices", Summary: "Read a public notice"},
		func(ctx context.Context, in *noticeID) (*httpapi.Out[NoticeView], error) {
			v, err := s.Notice(ctx, in.ID)
			return answer(v, 0, err)
		})
	httpapi.Register(a, objectDef, httpapi.Operation{
		Method: "POST", Path: "/notices/{id}/objections", Tag: "notices", Summary: "Object to a title under notice", Create: true,
		Codes: []fault.Code{fault.Gone},
	}, func(ctx context.Context, in *objectInput) (*httpapi.Out[Receipt], error) {
		in.Body.Notice = in.ID
		v, err := s.Object(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return httpapi.Created(v, 0, ""), nil
	})
}

func (s *Service) mountStep(a *httpapi.API, d *usecase.Def, path, summary string, do func(context.Context, StepCommand) (View, error)) {
	mount(a, d, "POST", path, summary, func(ctx context.Context, id ident.ApplicationID, cmd StepCommand) (View, error) {
		cmd.ID = id
		return do(ctx, cmd)
	})
}

func mount[C any](a *httpapi.API, d *usecase.Def, method, path, summary string, do func(context.Context, ident.ApplicationID, C) (View, error)) {
	httpapi.Register(a, d, httpapi.Operation{
		Method: method, Path: "/applications/{id}" + path, Tag: "applications", Summary: summary, Change: true,
		Codes: []fault.Code{fault.IllegalStep, fault.FourEyes, fault.ConflictOfInterest, fault.NotReady, fault.TooSoon},
	}, func(ctx context.Context, in *change[C]) (*httpapi.Out[View], error) {
		v, err := do(ctx, in.ID, in.Body)
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
