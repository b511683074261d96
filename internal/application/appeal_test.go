package application_test

import (
	"context"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/appeal"
	"fangxin/internal/application"
	"fangxin/internal/audit"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

// appeals is the slice that judges appeals, about cases only.
func (w *world) appeals() *appeal.Service {
	rt := &usecase.Runtime{DB: w.d, Clock: w.clock.Now}
	s := appeal.New(rt, nil, calendar.Shipped())
	s.Applications = w.apps
	return s
}

func (w *world) refuse(id ident.ApplicationID, by access.Principal) {
	w.t.Helper()
	_, err := w.apps.Refuse(testkit.As(by), application.RefuseCommand{ID: id, Reason: "材料不实"})
	w.ok(err)
}

func TestAppealAgainstARefusal(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := w.appeals()
		id := w.to(lifecycle.CityReview)
		file := func(by access.Principal) (appeal.View, error) {
			return s.File(testkit.As(by), appeal.FileCommand{Application: id, Body: "材料原件可以当面核对"})
		}
		_, err := file(w.owner)
		w.refused(err, fault.Conflict) // nothing was refused
		w.refuse(id, w.city)
		_, err = file(w.stranger)
		w.refused(err, fault.NotFound)
		_, err = file(w.city)
		w.refused(err, fault.Forbidden)
		_, err = s.File(testkit.As(w.owner), appeal.FileCommand{Application: id, Certificate: ident.New[ident.CertificateID](), Body: "x"})
		w.refused(err, fault.Invalid)
		_, err = s.File(testkit.As(w.owner), appeal.FileCommand{Body: "x"})
		w.refused(err, fault.Invalid)
		st, err := s.CaseStanding(testkit.As(w.owner), id)
		w.ok(err)
		d, err := w.apps.Get(testkit.As(w.owner), id)
		w.ok(err)
		if !st.Can || st.Until != d.AppealUntil || st.Action != lifecycle.Refuse {
			t.Errorf("standing %+v, the case says %s", st, d.AppealUntil)
		}
		v, err := file(w.owner)
		w.ok(err)
		if v.Noun != "application" || v.CaseNo != d.CaseNo || v.Level != access.CityOfficer || v.Decision != "材料不实" {
			t.Errorf("filed as %+v", v)
		}
		_, err = file(w.owner)
		w.refused(err, fault.Duplicate)

		cmd := appeal.StepCommand{ID: v.ID, Reason: "原件属实"}
		_, err = s.Uphold(testkit.As(w.county), cmd)
		w.refused(err, fault.Forbidden)
		_, err = s.Uphold(testkit.As(w.city), cmd)
		w.refused(err, fault.ConflictOfInterest) // who refused it
		both := w.province
		both.Account = w.county.Account
		_, err = s.Uphold(testkit.As(both), cmd)
		w.refused(err, fault.ConflictOfInterest) // who worked on the case
		_, err = s.Uphold(testkit.As(testkit.Staff(access.CityOfficer, "/36/3607/")), cmd)
		w.refused(err, fault.NotFound)
		_, err = s.Uphold(testkit.As(testkit.Staff(access.CityOfficer, city)), cmd)
		w.ok(err)
		d, err = w.apps.Get(testkit.As(w.owner), id)
		w.ok(err)
		if d.State != lifecycle.CityReview || d.Reason != "" || d.AppealUntil != "" || d.DueOn == "" {
			t.Errorf("goes on as %s %q until %q, due %q", d.State, d.Reason, d.AppealUntil, d.DueOn)
		}
		events, err := audit.Timeline(context.Background(), w.d.R, "application", string(id))
		w.ok(err)
		sch, _ := scheme.Lookup(d.Scheme, d.SchemeVer)
		if got := application.DueOn(calendar.Shipped(), sch, events); got != d.DueOn {
			t.Errorf("events say %q, the case %q", got, d.DueOn)
		}
		if last := w.moved[len(w.moved)-1]; last.Action != lifecycle.Reconsider || last.From != lifecycle.Refused || last.To != lifecycle.CityReview {
			t.Errorf("others heard %+v", last)
		}
		// The officer who refused it cannot do so once more; a colleague can.
		_, err = w.apps.Refuse(testkit.As(w.city), application.RefuseCommand{ID: id, Reason: "还是不实"})
		w.refused(err, fault.FourEyes)
		w.refuse(id, testkit.Staff(access.CityOfficer, city))
		again, err := file(w.owner)
		w.ok(err)
		_, err = s.Reject(testkit.As(testkit.Staff(access.CityOfficer, city)), appeal.StepCommand{ID: again.ID, Reason: "事实清楚"})
		w.ok(err)
		if d, err = w.apps.Get(testkit.As(w.owner), id); err != nil || d.State != lifecycle.Refused {
			t.Errorf("rejected, and the case is %s %v", d.State, err)
		}
		_, err = s.Uphold(testkit.As(w.province), appeal.StepCommand{ID: again.ID, Reason: "x"})
		w.refused(err, fault.IllegalStep)
	})
}

func TestAppealAgainstARefusalHasItsTime(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := w.appeals()
		id := w.to(lifecycle.CountyReview)
		w.refuse(id, w.county)
		w.clock.Add(30 * 24 * time.Hour)
		_, err := s.File(testkit.As(w.owner), appeal.FileCommand{Application: id, Body: "太晚了"})
		w.refused(err, fault.Conflict)
		if st, err := s.CaseStanding(testkit.As(w.owner), id); err != nil || st.Can || st.Until == "" {
			t.Errorf("standing %+v %v", st, err)
		}
	})
}

func TestUpheldAppealMeetsANewCase(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := w.appeals()
		id := w.to(lifecycle.CountyReview)
		w.refuse(id, w.county)
		v, err := s.File(testkit.As(w.owner), appeal.FileCommand{Application: id, Body: "材料属实"})
		w.ok(err)
		w.draft() // applied anew meanwhile
		_, err = s.Uphold(testkit.As(w.city), appeal.StepCommand{ID: v.ID, Reason: "属实"})
		w.refused(err, fault.Conflict)
		if got, err := s.Get(testkit.As(w.city), v.ID); err != nil || got.State != lifecycle.Filed {
			t.Errorf("half upheld: %s %v", got.State, err)
		}
	})
}

func TestAppealAgainstAnUpheldObjection(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := w.appeals()
		id := w.to(lifecycle.PublicNotice)
		d, err := w.apps.Get(testkit.As(w.province), id)
		w.ok(err)
		_, err = w.apps.Object(context.Background(), application.ObjectCommand{Notice: d.Notice.ID, Party: "person", Name: "李四", Contact: "13900000000", Body: "该店曾经缺斤少两，有小票为证。"})
		w.ok(err)
		d, err = w.apps.Get(testkit.As(w.province), id)
		w.ok(err)
		_, err = w.apps.UpholdObjection(testkit.As(w.province), application.ObjectionCommand{ID: id, Objection: d.Objections[0].ID, Reason: "小票属实"})
		w.ok(err)
		v, err := s.File(testkit.As(w.owner), appeal.FileCommand{Application: id, Body: "小票是别家的"})
		w.ok(err)
		cmd := appeal.StepCommand{ID: v.ID, Reason: "小票抬头不是该店"}
		_, err = s.Uphold(testkit.As(testkit.Staff(access.CityOfficer, city)), cmd)
		w.refused(err, fault.Forbidden) // the province decided
		_, err = s.Uphold(testkit.As(w.province2), cmd)
		w.ok(err)
		d, err = w.apps.Get(testkit.As(w.province2), id)
		w.ok(err)
		if d.State != lifecycle.PublicNotice || d.Notice.Outcome != "" || d.Notice.ClosesOn != d.DueOn || !d.Notice.Open || d.Objections[0].State != "dismissed" {
			t.Errorf("goes on as %s, notice %+v, objections %+v, due %s", d.State, d.Notice, d.Objections, d.DueOn)
		}
		w.clock.Add(15 * 24 * time.Hour)
		_, err = w.apps.Certify(testkit.As(testkit.Staff(access.ProvinceOfficer, prov)), application.StepCommand{ID: id})
		w.ok(err)
	})
}
