package application

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/db"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

var (
	announceDef = define(lifecycle.Announce)
	concludeDef = define(lifecycle.ConcludeNotice)
	certifyDef  = define(lifecycle.Certify)
	noticesDef  = usecase.Define(usecase.Def{Name: "notice.list", Allow: access.Roles})
	noticeDef   = usecase.Define(usecase.Def{Name: "notice.get", Allow: access.Roles})
)

// Announce opens the public notice (公示): it runs for the scheme's days, working
// or calendar, after today, and objections are taken until its last day is over.
func (s *Service) Announce(ctx context.Context, cmd StepCommand) (View, error) {
	return usecase.Do(ctx, s.rt, announceDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, sch, err := s.forOfficer(ctx, c, cmd.ID, lifecycle.Announce)
		if err != nil {
			return View{}, err
		}
		if err := passed(r, sch); err != nil {
			return View{}, err
		}
		today := calendar.DateOf(c.Now)
		period, err := s.calendar.Deadline(c.Now, sch.Period())
		if err != nil {
			return View{}, err
		}
		n, err := db.Next(ctx, c.Tx, "notice/"+strconv.Itoa(today.Year()))
		if err != nil {
			return View{}, err
		}
		row := &noticeRow{
			ID: ident.New[ident.NoticeID](), Number: fmt.Sprintf("赣放心示〔%d〕%06d号", today.Year(), n), Application: r.ID,
			Scheme: r.Scheme, Scope: r.Scope, Holder: r.PremisesName, Operator: r.OperatorName, Address: r.Address,
			Division: r.Division, Sectors: r.Sectors, OpensOn: today.String(),
			ClosesOn:  period.LastDay.String(),
			Announcer: c.By.Account, CreatedAt: c.Now,
		}
		if err := insertNotice(ctx, c.Tx, row); err != nil {
			return View{}, err
		}
		c.Note("notice", row.Number)
		return s.move(ctx, c, &r, sch, lifecycle.Announce, "", cmd.Opinion)
	})
}

// ConcludeNotice sends a case on whose notice ended with no objection open,
// where the scheme has further stops after it.
func (s *Service) ConcludeNotice(ctx context.Context, cmd StepCommand) (View, error) {
	return usecase.Do(ctx, s.rt, concludeDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, sch, err := s.forOfficer(ctx, c, cmd.ID, lifecycle.ConcludeNotice)
		if err != nil {
			return View{}, err
		}
		if err := noticeOver(ctx, c.Tx, r, calendar.DateOf(c.Now)); err != nil {
			return View{}, err
		}
		return s.move(ctx, c, &r, sch, lifecycle.ConcludeNotice, "", cmd.Opinion)
	})
}

// Certify awards the title once the notice has ended with no objection open or
// upheld, by another person than whoever announced or endorsed the case.
func (s *Service) Certify(ctx context.Context, cmd StepCommand) (View, error) {
	return usecase.Do(ctx, s.rt, certifyDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, sch, err := s.forOfficer(ctx, c, cmd.ID, lifecycle.Certify)
		if err != nil {
			return View{}, err
		}
		today := calendar.DateOf(c.Now)
		if err := readyToCertify(ctx, c.Tx, r, sch, today); err != nil {
			return View{}, err
		}
		if s.titles.Halted != nil {
			if err := s.titles.Halted(ctx, c.Tx, r.Scheme, r.Scope); err != nil {
				return View{}, err
			}
		}
		if err := s.titles.Excluded(ctx, c.Tx, r.Operator, r.Scheme); err != nil {
			return View{}, err
		}
		if err := closeNotice(ctx, c.Tx, r.ID, "certified"); err != nil {
			return View{}, err
		}
		shop, err := s.shops.PremisesIn(ctx, c.Tx, r.Premises, access.Internal("application"))
		if err != nil {
			return View{}, err
		}
		in := CertifyInput{
			Application: r.ID, Scheme: sch, Premises: shop, Operator: r.Operator, Street: r.Street, Scope: r.Scope,
			IssuedOn: today, ExpiresOn: today.AddYears(sch.ValidityYears.Value).AddDays(-1),
		}
		if r.Result != nil {
			in.InspectedOn, in.Grade = r.Result.InspectedOn, r.Result.Grade
		}
		in.PromisesZh, in.PromisesEn = promises(sch, r.Form)
		if r.Certificate, err = s.titles.Issue(inner(ctx), c, in); err != nil {
			return View{}, err
		}
		return s.move(ctx, c, &r, sch, lifecycle.Certify, "", cmd.Opinion)
	})
}

// readyToCertify refuses before the end of the notice and while objections
// are open. An upheld objection has ended the case already.
func readyToCertify(ctx context.Context, idb usecase.Reader, r record, sch scheme.Scheme, today calendar.Date) error {
	if err := passed(r, sch); err != nil {
		return err
	}
	return noticeOver(ctx, idb, r, today)
}

func noticeOver(ctx context.Context, idb usecase.Reader, r record, today calendar.Date) error {
	n, err := noticeOf(ctx, idb, r.ID)
	if err != nil {
		return err
	}
	if !(n.ClosesOn < today.String()) {
		return fault.New(fault.TooSoon, "notice_running", n.ClosesOn)
	}
	open, err := openObjections(ctx, idb, r.ID)
	if err != nil {
		return err
	}
	if open > 0 {
		return fault.New(fault.NotReady, "objections_open", open)
	}
	return nil
}

// promises words the public promises of a case in the scheme's order.
func promises(sch scheme.Scheme, f Form) (zh, en []string) {
	for _, it := range sch.Commitments {
		if it.Required || slices.Contains(f.Commitments, it.ID) {
			zh, en = append(zh, it.Text.Zh), append(en, it.Text.En)
		}
	}
	if sch.Terms == nil || f.Terms == nil {
		return zh, en
	}
	zh = append(zh, fmt.Sprintf("%d 天无理由退货", f.Terms.Days))
	en = append(en, fmt.Sprintf("Goods are taken back within %d days without a reason", f.Terms.Days))
	for _, it := range sch.Terms.Exclusions {
		if slices.Contains(f.Terms.Exclusions, it.ID) {
			zh, en = append(zh, "除外："+it.Text.Zh), append(en, "Except: "+it.Text.En)
		}
	}
	return zh, en
}

// Notices lists public notices, newest first.
func (s *Service) Notices(ctx context.Context, q NoticeQuery) (NoticePage, error) {
	return usecase.Read(ctx, s.rt, noticesDef, q, func(ctx context.Context, idb usecase.Reader, _ access.Principal) (NoticePage, error) {
		today := calendar.DateOf(s.rt.Now())
		rows, next, err := listNotices(ctx, idb, q, today.String())
		if err != nil {
			return NoticePage{}, err
		}
		p := NoticePage{Items: make([]NoticeView, len(rows)), Next: next}
		book := scheme.Open(idb)
		for i, r := range rows {
			sch, err := book.Pinned(ctx, r.Scheme, r.SchemeVersion)
			if err != nil {
				return NoticePage{}, err
			}
			p.Items[i] = noticeView(r, sch, today)
		}
		return p, nil
	})
}

// Notice reads one public notice.
func (s *Service) Notice(ctx context.Context, id ident.NoticeID) (NoticeView, error) {
	return usecase.Read(ctx, s.rt, noticeDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, _ access.Principal) (NoticeView, error) {
		r, err := noticeByID(ctx, idb, id)
		if err != nil {
			return NoticeView{}, err
		}
		sch, err := scheme.Pinned(ctx, idb, r.Scheme, r.SchemeVersion)
		return noticeView(r, sch, calendar.DateOf(s.rt.Now())), err
	})
}

func noticeView(r noticeRow, sch scheme.Scheme, today calendar.Date) NoticeView {
	return NoticeView{
		ID: r.ID, Number: r.Number, Application: r.Application, Scheme: r.Scheme, Title: sch.Title, Holder: r.Holder,
		Operator: r.Operator, Address: r.Address, Division: r.Division, Sectors: r.Sectors, OpensOn: r.OpensOn, ClosesOn: r.ClosesOn,
		Open: r.Outcome == "" && today.String() <= r.ClosesOn, Outcome: r.Outcome, Issuer: sch.Issuer, Approval: sch.Approval,
	}
}

// objectionTask tells the deciding officers about an objection.
func (s *Service) objectionTask(ctx context.Context, c *usecase.Call, o objectionRow, scope, dueOn string) error {
	_, err := s.tasks.Open(ctx, c, task.Opening{
		Kind: task.ObjectionFiled, Noun: "application", Subject: string(o.Application), Scope: scope, DueOn: dueOn, Each: true,
		Data: map[string]any{"objection": string(o.ID), "number": o.Number},
	})
	return err
}
