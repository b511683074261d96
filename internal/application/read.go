package application

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/audit"
	"fangxin/internal/calendar"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/search"
	"fangxin/internal/usecase"
)

var (
	getDef    = usecase.Define(usecase.Def{Name: "application.get", Allow: seers})
	listDef   = usecase.Define(usecase.Def{Name: "application.list", Allow: seers})
	countsDef = usecase.Define(usecase.Def{Name: "application.counts", Allow: seers})
)

// searchPremises is the kind under which the merchant slice indexes shops.
const searchPremises = "premises"

// view words a record for a list.
func (s *Service) view(r record, sch scheme.Scheme, today calendar.Date) View {
	v := View{
		ID: r.ID, CaseNo: r.CaseNo, Scheme: r.Scheme, SchemeVer: r.SchemeVersion, Title: sch.Title, Premises: r.Premises,
		PremisesName: r.PremisesName, Address: r.Address, Division: r.Division, Sectors: r.Sectors, Operator: r.Operator,
		OperatorName: r.OperatorName, State: r.State, Waits: sch.Waits(r.State), ReturnedFrom: r.ReturnedFrom, DueOn: r.DueOn,
		Since: r.StateSince, Reason: r.Reason, AppealUntil: r.AppealUntil, Certificate: r.Certificate, Score: r.Score,
		Result: r.Result, Version: r.Version, UpdatedAt: r.UpdatedAt, Scope: r.Scope,
	}
	if !r.SubmittedAt.IsZero() {
		at := r.SubmittedAt
		v.SubmittedAt = &at
	}
	if due, err := calendar.ParseDate(r.DueOn); err == nil {
		left := s.calendar.WorkdaysBetween(today, due)
		v.DaysLeft, v.Overdue = &left, due.Before(today)
	}
	return v
}

// List lists the cases that the reader sees, the most urgent first.
func (s *Service) List(ctx context.Context, q ListQuery) (Page, error) {
	return usecase.Read(ctx, s.rt, listDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Page, error) {
		var premises []string
		if len([]rune(search.Normal(q.Name))) > 1 {
			var err error
			if premises, err = search.Find(ctx, idb, searchPremises, q.Name, search.Most); err != nil {
				return Page{}, err
			}
		}
		today := calendar.DateOf(s.rt.Now())
		rows, next, err := list(ctx, idb, q, premises, by, today.String())
		if err != nil {
			return Page{}, err
		}
		p := Page{Items: make([]View, len(rows)), Next: next}
		book := scheme.Open(idb)
		for i, r := range rows {
			sch, err := book.Pinned(ctx, r.Scheme, r.SchemeVersion)
			if err != nil {
				return Page{}, err
			}
			p.Items[i] = s.view(r, sch, today)
		}
		return p, nil
	})
}

// Counts gives the numbers on the tabs of the reader's queue.
func (s *Service) Counts(ctx context.Context) (Counts, error) {
	return usecase.Read(ctx, s.rt, countsDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Counts, error) {
		rows, err := countStates(ctx, idb, by, calendar.DateOf(s.rt.Now()).String())
		if err != nil {
			return nil, err
		}
		counts := Counts{}
		for _, tab := range Tabs() {
			counts[tab] = 0
			states := statesOf(tab, by)
			for _, row := range rows {
				if states != nil && !contains(states, row.State) {
					continue
				}
				switch {
				case tab == Mine && row.State == lifecycle.PublicNotice && !by.Has(row.Decides):
				case tab == Due || tab == Mine && row.State == lifecycle.PublicNotice:
					counts[tab] += row.Late
				default:
					counts[tab] += row.N
				}
			}
		}
		return counts, nil
	})
}

func contains(states []lifecycle.State, s lifecycle.State) bool {
	for _, have := range states {
		if have == s {
			return true
		}
	}
	return false
}

// Get reads the whole case.
func (s *Service) Get(ctx context.Context, id ident.ApplicationID) (Detail, error) {
	return usecase.Read(ctx, s.rt, getDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Detail, error) {
		return s.detail(ctx, idb, id, by)
	})
}

func (s *Service) detail(ctx context.Context, idb usecase.Reader, id ident.ApplicationID, by access.Principal) (Detail, error) {
	r, err := get(ctx, idb, id, by)
	if err != nil {
		return Detail{}, err
	}
	sch, err := scheme.Pinned(ctx, idb, r.Scheme, r.SchemeVersion)
	if err != nil {
		return Detail{}, err
	}
	today := calendar.DateOf(s.rt.Now())
	d := Detail{
		View: s.view(r, sch, today), SchemeInfo: sch, Form: r.Form.filled(), Sheet: r.Sheet, Corrections: r.Corrections,
		Signature: r.Signed, Ahead: ahead(s.calendar, sch, r.State, r.ReturnedFrom, r.DueOn),
	}
	// The case shows its shop and operator to whoever sees the case.
	inside := access.Internal("application")
	if d.OperatorInfo, err = s.shops.OperatorIn(ctx, idb, r.Operator, inside); err != nil {
		return Detail{}, err
	}
	if d.PremisesInfo, err = s.shops.PremisesIn(ctx, idb, r.Premises, inside); err != nil {
		return Detail{}, err
	}
	d.Eligibility = Findings(d.OperatorInfo, sch, s.rt.Now())
	if now, err := scheme.Newest(ctx, idb, r.Scheme); err == nil && now.Version != sch.Version {
		d.Newer = now.Version
	} else if err != nil && !fault.Is(err, fault.NotFound) {
		return Detail{}, err
	}
	if d.Documents, err = documents(ctx, idb, r.ID); err != nil {
		return Detail{}, err
	}
	sheet, err := pinnedSheet(ctx, idb, r.Sheet)
	if err != nil {
		return Detail{}, err
	}
	if sheet != nil {
		result := checklist.Score(sheet, r.Form.answers())
		d.Assessment = &result
	}
	if r.State == lifecycle.Draft || r.State == lifecycle.Returned {
		d.Missing = missing(sch, sheet, r.Form, d.Documents)
	}
	if r.State == lifecycle.Returned {
		if d.Untouched, err = s.untouched(ctx, idb, r, d.Documents); err != nil {
			return Detail{}, err
		}
	}
	if d.Timeline, err = s.timeline(ctx, idb, r, sch, by); err != nil {
		return Detail{}, err
	}
	if err := s.addNotice(ctx, idb, &d, r, by, today); err != nil {
		return Detail{}, err
	}
	d.Actions, err = s.actions(ctx, idb, r, sch, by, today)
	return d, err
}

// timeline tells what happened, oldest first. Colleagues see who acted; the
// applicant sees in which role.
func (s *Service) timeline(ctx context.Context, idb usecase.Reader, r record, sch scheme.Scheme, by access.Principal) ([]Moment, error) {
	events, err := audit.Timeline(ctx, idb, "application", string(r.ID))
	if err != nil {
		return nil, err
	}
	out := make([]Moment, len(events))
	c := clocks{scheme: sch}
	for i, e := range events {
		c.take(stepOf(e))
		out[i] = Moment{
			At: e.At.UTC().Truncate(time.Microsecond), Action: lifecycle.Action(e.Action), From: lifecycle.State(e.FromState),
			To: lifecycle.State(e.ToState), Role: e.Role, Reason: e.Reason,
			DueOn: c.lastDay(s.calendar),
		}
		if by.Staff() {
			out[i].Actor = e.Actor
		}
	}
	return out, nil
}

func (s *Service) addNotice(ctx context.Context, idb usecase.Reader, d *Detail, r record, by access.Principal, today calendar.Date) error {
	n, err := noticeOf(ctx, idb, r.ID)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	view := noticeView(n, d.SchemeInfo, today)
	d.Notice = &view
	rows, err := objections(ctx, idb, r.ID)
	for _, o := range rows {
		d.Objections = append(d.Objections, objectionView(o, by))
	}
	return err
}
