package merchant_test

import (
	"net/url"
	"strings"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/app/apptest"
	"fangxin/internal/appeal"
	"fangxin/internal/application"
	"fangxin/internal/ident"
	"fangxin/internal/merchant"
	"fangxin/internal/notify"
	"fangxin/internal/testkit"
	"fangxin/internal/testkit/applying"
	web "fangxin/internal/web/merchant"
)

// refusedCase is a case on the whole program that the county refused, seen by
// its applicant.
func refusedCase(t *testing.T) (*apptest.Site, ident.ApplicationID) {
	t.Helper()
	s := apptest.New(t, testkit.NewClock(testkit.Monday), []apptest.Person{
		{Login: "county", Role: access.CountyOfficer, Code: "360102"}, {Login: "city", Role: access.CityOfficer, Code: "3601"},
		{Login: "owner", Role: access.Merchant}, {Login: "rival", Role: access.Merchant},
	}, "appeal", "my", "filing")
	(&web.Pages{
		Halts: s.Oversight.Halts, E: s.Pages, Merchants: s.Merchants, Applications: s.Applications, Schemes: s.Schemes, Certificates: s.Certificates,
		Badges: s.Badges, Files: s.Files, Notices: s.Notices, Appeals: s.Appeals, Rectifications: s.Rectifications, Plaques: s.Plaques,
	}).Mount(s.Mux)
	owner := testkit.As(s.People["owner"])
	op, err := s.Merchants.AddOperator(owner, merchant.AddOperatorCommand{USCC: "91360102MA1TEUT08T", Name: "南昌市东湖区好味餐馆"})
	s.OK(err)
	shop, err := s.Merchants.AddPremises(owner, merchant.AddPremisesCommand{
		Operator: op.ID, Name: "好味餐馆", Address: "八一大道 1 号", Division: "360102", Sectors: []string{"catering"}, Phone: "0791-88881234",
	})
	s.OK(err)
	id := applying.Submitted(t, s.Applications, s.Files, owner, shop.ID, "jx-model-shop")
	county := testkit.As(s.People["county"])
	_, err = s.Applications.Accept(county, application.StepCommand{ID: id})
	s.OK(err)
	_, err = s.Applications.Refuse(county, application.RefuseCommand{ID: id, Reason: "不符合连续经营的条件"})
	s.OK(err)
	return s.As("owner"), id
}

// told lists the events in somebody's inbox, the newest first.
func told(s *apptest.Site, login string) (out []notify.Code) {
	s.T.Helper()
	p, err := s.Notices.Inbox(testkit.As(s.People[login]), notify.InboxQuery{Limit: 50})
	s.OK(err)
	for _, v := range p.Items {
		out = append(out, v.Event)
	}
	return out
}

// A refused applicant finds the form on the page of the case, with the last day
// and who is told; what is wrong keeps what was typed; what was sent shows with
// its number, reaches the office that decides, and can be taken back once.
func TestAppealingAgainstARefusal(t *testing.T) {
	s, id := refusedCase(t)
	at := "/my/applications/" + string(id)
	body := s.Get(at, "不符合连续经营的条件", "对这一决定不服？", `action="`+at+`/appeals"`, "15 个工作日", "作出复核决定的部门会立即收到通知", `name="body"`)
	if strings.Contains(body, "您的复核申请</h2>") {
		t.Error("an appeal shows before there is one")
	}
	s.Refused(at+"/appeals", url.Values{"body": {"  "}}, `aria-invalid="true"`, `name="body"`)
	long := strings.Repeat("长", 2001)
	s.Refused(at+"/appeals", url.Values{"body": {long}}, long)
	if w := s.As("rival").Send(at+"/appeals", url.Values{"body": {"我也不服"}}); w.Code != 404 {
		t.Errorf("a stranger appeals: %d", w.Code)
	}
	if n := len(told(s, "city")); n != 0 {
		t.Errorf("the city was told %d things of what was refused", n)
	}
	if to := s.As("owner").Done(at+"/appeals", url.Values{"body": {"我店自 2019 年起连续经营，营业执照可证"}}); to != at {
		t.Errorf("it leads to %s", to)
	}
	if got := told(s, "city"); len(got) != 1 || got[0] != notify.AppealFiled {
		t.Errorf("the city hears %v", got)
	}
	if got := told(s, "county"); len(got) != 1 || got[0] != notify.CaseWaiting {
		t.Errorf("the county, whose decision it is, hears %v", got)
	}
	body = s.Get(at, "您的复核申请", "赣放心复〔2026〕000001号", "应在", "复核中", "撤回复核申请")
	if strings.Contains(body, `action="`+at+`/appeals"`) {
		t.Error("a second appeal is offered")
	}
	if w := s.Send(at+"/appeals", url.Values{"body": {"再申请一次"}}); w.Code != 409 || !strings.Contains(w.Body.String(), "再申请一次") && !strings.Contains(w.Body.String(), "已经申请过复核") {
		t.Errorf("a second appeal: %d %s", w.Code, apptest.Words(w.Body.String()))
	}
	list, err := s.Appeals.List(testkit.As(s.People["owner"]), appeal.ListQuery{Limit: 5})
	s.OK(err)
	if len(list.Items) != 1 {
		t.Fatalf("%d appeals", len(list.Items))
	}
	retract := at + "/appeals/" + string(list.Items[0].ID) + "/retract"
	if w := s.Send(retract, url.Values{"version": {"9"}}); w.Code < 400 {
		t.Errorf("a stale page takes it back: %d", w.Code)
	}
	s.Done(retract, s.Fields(body, retract))
	s.Get(at, "已撤回")
	if got := told(s, "city"); len(got) != 2 || got[0] != notify.AppealBack {
		t.Errorf("the city hears %v", got)
	}
	if w := s.Send(retract, url.Values{"version": {"2"}}); w.Code < 400 {
		t.Errorf("taken back twice: %d", w.Code)
	}
}

// After the last day the page says so and takes none.
func TestAppealingTooLate(t *testing.T) {
	s, id := refusedCase(t)
	at := "/my/applications/" + string(id)
	s.Clock.Set(testkit.Monday.AddDate(0, 4, 0))
	if body := s.Get(at, "申请复核的期限已过"); strings.Contains(body, `action="`+at+`/appeals"`) {
		t.Error("the form is still there")
	}
	if w := s.Send(at+"/appeals", url.Values{"body": {"晚了"}}); w.Code != 409 || !strings.Contains(w.Body.String(), "届满") {
		t.Errorf("%d %s", w.Code, apptest.Words(w.Body.String()))
	}
}
