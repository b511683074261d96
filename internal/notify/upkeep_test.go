package notify_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/ident"
	"fangxin/internal/notify"
	"fangxin/internal/quorum"
	"fangxin/internal/rectify"
	"fangxin/internal/renewal"
	"fangxin/internal/scheme"
	"fangxin/internal/street"
	"fangxin/internal/usecase"
)

func count(list []notify.Code, c notify.Code) (n int) {
	for _, got := range list {
		if got == c {
			n++
		}
	}
	return n
}

var systemDef = usecase.Define(usecase.Def{Name: "test.notify", Allow: []access.Role{access.System}})

// A street that falls into risk, recovers and falls again on one day is told
// of twice; the sweep after that adds nothing.
func TestSecondFallOnOneDayIsTold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		title := w.certified()
		d, _, err := w.Certificates.Get(w.as("owner"), title)
		w.ok(err)
		turn := &quorum.Turn{Standing: quorum.AtRisk, From: calendar.DateOf(w.clock.Now())}
		v := street.View{ID: ident.New[ident.StreetID](), Name: "万寿宫街区", Scope: d.Scope}
		tell := func(is quorum.Standing, event ident.EventID) {
			t.Helper()
			x := street.Turned{Street: v, Title: d.View, Operator: w.shop.Operator, Is: is, Event: event}
			if is != quorum.Sound {
				x.Turn = turn
			}
			_, err := usecase.Do(usecase.System(context.Background(), "test"), w.Runtime, systemDef, struct{}{}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
				for _, hook := range w.Streets.OnTurned {
					if err := hook(ctx, c, x); err != nil {
						return struct{}{}, err
					}
				}
				return struct{}{}, nil
			})
			w.ok(err)
		}
		tell(quorum.AtRisk, ident.New[ident.EventID]())
		tell(quorum.AtRisk, "") // the sweep
		tell(quorum.Sound, ident.New[ident.EventID]())
		tell(quorum.AtRisk, ident.New[ident.EventID]())
		tell(quorum.AtRisk, "")
		if n := count(w.codes("owner"), notify.StreetAtRisk); n != 2 {
			t.Errorf("the organiser hears of risk %d times, want 2", n)
		}
		if n := count(w.codes("county"), notify.StreetTrouble); n != 2 {
			t.Errorf("the county hears of risk %d times, want 2", n)
		}
	})
}

// A new version of a scheme is told to the officers who have open cases under
// another, with the page that shows the difference, and to nobody else.
func TestNewVersionIsToldToThoseWithCases(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.submitted()
		e, err := w.Schemes.Draft(w.as("admin"), scheme.DraftCommand{Code: "jx-model-shop"})
		w.ok(err)
		sch := e.Scheme
		sch.ExclusionYears.Value++
		e, err = w.Schemes.Save(w.as("admin"), scheme.SaveCommand{ID: e.ID, Scheme: sch, Summary: "排除期延长一年"})
		w.ok(err)
		_, err = w.Schemes.Publish(w.as("province"), scheme.EditionStep{ID: e.ID})
		w.ok(err)
		v := w.newest("county")
		if v.Event != notify.SchemeChanged || !strings.HasPrefix(v.Link, "/desk/schemes/jx-model-shop/diff?from=") || !strings.HasSuffix(v.Link, "to="+e.Edition) || !strings.Contains(v.Body, "1 件") {
			t.Errorf("the county was told %+v", v)
		}
		for _, login := range []string{"city", "province", "far", "owner", "inspector1"} {
			if slices.Contains(w.codes(login), notify.SchemeChanged) {
				t.Errorf("%s was told, whose turn it is not", login)
			}
		}
	})
}

// Rectifications and re-checks that are near are told once, in office hours.
func TestNearDaysOfTitlesAreTold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		title := w.certified()
		v, err := w.Rectifications.Order(w.as("county"), rectify.OrderCommand{Certificate: title, Reason: "价签缺失", Proof: rectify.Paper, Findings: []rectify.Found{{Text: "价签缺失"}}})
		w.ok(err)
		due, err := time.ParseInLocation("2006-01-02", v.DueOn, w.clock.Now().Location())
		w.ok(err)
		sweep := func(at time.Time) int {
			t.Helper()
			w.clock.Set(at)
			for range 2 {
				_, err := w.Rectifications.Sweep(context.Background())
				w.ok(err)
			}
			return count(w.codes("owner"), notify.RectifyDueSoon)
		}
		if n := sweep(due.AddDate(0, 0, -10).Add(2 * time.Hour)); n != 0 {
			t.Errorf("ten days before: %d", n)
		}
		if n := sweep(due.AddDate(0, 0, -1).Add(14 * time.Hour)); n != 0 {
			t.Errorf("at ten in the evening: %d", n)
		}
		if n := sweep(due.Add(2 * time.Hour)); n != 1 {
			t.Errorf("on the day: %d, want once", n)
		}
		w.clock.Set(due.AddDate(1, 0, 20).Add(2 * time.Hour))
		for range 2 {
			w.ok(w.Notices.Remind(context.Background()))
		}
		if n := count(w.codes("owner"), notify.RecheckSoon); n != 1 {
			t.Errorf("the shop hears of its re-check %d times, want once", n)
		}
		if n := count(w.codes("county"), notify.RecheckWaiting); n != 1 {
			t.Errorf("the county hears of re-checks %d times, want once a month", n)
		}
		if n := count(w.codes("far"), notify.RecheckWaiting); n != 0 {
			t.Errorf("another county hears of them")
		}
	})
}

// Who asked for a renewal is not reminded to ask, and hears how it ended.
func TestRenewalsAreTold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		title := w.certified()
		d, _, err := w.Certificates.Get(w.as("owner"), title)
		w.ok(err)
		end, err := time.ParseInLocation("2006-01-02", d.ExpiresOn.String(), w.clock.Now().Location())
		w.ok(err)
		remind := func(days int) {
			t.Helper()
			w.clock.Set(end.AddDate(0, 0, days).Add(2 * time.Hour))
			w.ok(w.Notices.Remind(context.Background()))
		}
		for day := -89; day < -84; day++ { // one of them is a working day
			remind(day)
		}
		if v := w.newestOf("owner", notify.RenewalOpen); v.Link != "/my/certificates/"+string(title)+"/renew" {
			t.Errorf("the page of the renewal is %q", v.Link)
		}
		r, err := w.Renewals.File(w.as("owner"), renewal.FileCommand{Certificate: title, Kind: renewal.Renew, Confirmed: true})
		w.ok(err)
		for day := -60; day < -50; day++ {
			remind(day)
		}
		if n := count(w.codes("owner"), notify.RenewalDue); n != 0 && r.State == "filed" {
			t.Errorf("reminded although the request waits")
		}
		_, err = w.Renewals.Decline(w.as("county"), renewal.StepCommand{ID: r.ID, Reason: "近期有未处理的投诉"})
		w.ok(err)
		if v := w.newest("owner"); v.Event != notify.RenewalDeclined || !strings.Contains(v.Body, "未处理的投诉") {
			t.Errorf("told %+v", v)
		}
	})
}

// newestOf is the last notice of an event in an inbox.
func (w *world) newestOf(login string, c notify.Code) notify.View {
	w.t.Helper()
	p, err := w.Notices.Inbox(w.as(login), notify.InboxQuery{Limit: 200, Lang: "zh"})
	w.ok(err)
	i := slices.IndexFunc(p.Items, func(v notify.View) bool { return v.Event == c })
	if i < 0 {
		w.t.Fatalf("no %s in the inbox of %s", c, login)
	}
	return p.Items[i]
}
