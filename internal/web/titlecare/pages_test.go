package titlecare_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"fangxin/internal/app/apptest"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/renewal"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

// title is a title of the merchant's shop, issued today for two years.
func title(s *apptest.Site) (certificate.View, merchant.PremisesView) {
	s.T.Helper()
	own := testkit.As(s.People["merchant"])
	sch, _ := s.Schemes.InForce("jx-model-shop")
	op, err := s.Merchants.AddOperator(own, merchant.AddOperatorCommand{USCC: "91360102MA1TEUT08T", Name: "好味餐饮有限公司"})
	s.OK(err)
	p, err := s.Merchants.AddPremises(own, merchant.AddPremisesCommand{
		Operator: op.ID, Name: "好味店", Address: "中山路 1 号", Division: "360102", Sectors: []string{"store"}, Phone: "0791-86600001",
	})
	s.OK(err)
	today := calendar.DateOf(s.Clock.Now())
	v, err := s.Certificates.Import(usecase.System(context.Background(), "test"), certificate.ImportCommand{IssueInput: certificate.IssueInput{
		Scheme: sch.Code, SchemeVersion: sch.Version, Premises: p.ID, Operator: op.ID, Scope: p.Scope, Holder: p.Name, Address: p.Address, Division: p.Division,
		Sectors: p.Sectors, Issuer: sch.Issuer.Zh, Approval: sch.Approval, IssuedOn: today, ExpiresOn: today.AddYears(2).AddDays(-1),
	}})
	s.OK(err)
	return v, p
}

// Each page is there for its people and for nobody else.
func TestWhoSeesThePages(t *testing.T) {
	s := newSite(t)
	v, _ := title(s)
	order := s.As("county").Done("/desk/certificates/"+string(v.ID)+"/rectify", url.Values{"reason": {"价签不全"}, "findings": {"两处没有价签"}})
	mine := strings.Replace(order, "/desk/", "/my/", 1)
	s.Clock.Set(v.ExpiresOn.AddDays(-30).Start().Add(9 * time.Hour))
	for _, c := range []struct {
		path  string
		codes map[string]int
	}{
		{"/desk/rectifications", map[string]int{"county": 200, "far": 200, "merchant": 403, "": 303}},
		{order, map[string]int{"county": 200, "province": 200, "far": 404, "merchant": 403, "": 303}},
		{mine, map[string]int{"merchant": 200, "rival": 404, "county": 403, "": 303}},
		{"/my/certificates/" + string(v.ID) + "/renew", map[string]int{"merchant": 200, "rival": 404, "county": 403, "": 303}},
		{"/desk/renewals", map[string]int{"county": 200, "merchant": 403, "": 303}},
		{"/desk/rechecks", map[string]int{"county": 200, "merchant": 403, "": 303}},
		{"/desk/plaques", map[string]int{"county": 200, "merchant": 403, "": 303}},
	} {
		for who, code := range c.codes {
			if w := s.As(who).Send(c.path, nil); w.Code != code {
				t.Errorf("%q at %s: %d, want %d", who, c.path, w.Code, code)
			}
		}
	}
	for _, path := range []string{"/desk/renewals/" + string(ident.New[ident.RenewalID]()), "/desk/rectifications/" + string(ident.New[ident.RectificationID]())} {
		if w := s.As("county").Send(path, nil); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

// What is not there is said in words, with the way on.
func TestEmptyLists(t *testing.T) {
	s := newSite(t)
	for path, want := range map[string]string{"/desk/rectifications": "没有", "/desk/renewals": "没有", "/desk/rechecks": "没有", "/desk/plaques": "没有"} {
		s.As("county").Get(path, want)
		if body := s.Get(path + "?lang=en"); regexp.MustCompile(`<h[12][^>]*>[^<]*\p{Han}`).MatchString(body) {
			t.Errorf("%s has a Chinese heading in English", path)
		}
	}
}

// From the order to the title given back: the holder answers each finding, the
// county sends one back, and a colleague restores the title.
func TestAnOrderIsAnsweredAndClosed(t *testing.T) {
	s := newSite(t)
	v, _ := title(s)
	at := "/desk/certificates/" + string(v.ID) + "/rectify"
	s.As("county").Get(at, "整改")
	s.Refused(at, url.Values{"reason": {""}, "findings": {"两处没有价签"}, "proof": {"paper"}}, "两处没有价签", "f-reason")
	s.Refused(at, url.Values{"reason": {"价签不全"}, "findings": {""}}, "价签不全", "f-findings")
	s.Refused(at, url.Values{"reason": {"价签不全"}, "findings": {"两处没有价签"}, "due_on": {"2020-01-01"}}, "两处没有价签", "2020-01-01")
	desk := s.Done(at, url.Values{"reason": {"价签不全"}, "findings": {"两处没有价签\n退货约定被遮挡"}, "proof": {"paper"}})
	s.Get(desk, "两处没有价签", "退货约定被遮挡")
	s.Get("/desk/rectifications", "好味店")
	if w := s.Send(at, url.Values{"reason": {"又一次"}, "findings": {"x"}}); w.Code == http.StatusSeeOther {
		t.Error("a second order beside the open one")
	}

	mine := strings.Replace(desk, "/desk/", "/my/", 1)
	s.As("merchant").Get(mine, "两处没有价签")
	answer := func(n int, note string) {
		t.Helper()
		to := fmt.Sprintf("%s/findings/%d", mine, n)
		f := s.Fields(s.Get(mine), to)
		f.Set("note", note)
		s.Done(to, f)
	}
	empty := s.Fields(s.Get(mine), mine+"/findings/1")
	empty.Set("note", "")
	if w := s.Send(mine+"/findings/1", empty); w.Code == http.StatusSeeOther {
		t.Error("an answer without words or photos was taken")
	}
	long := s.Fields(s.Get(mine), mine+"/findings/1")
	long.Set("note", strings.Repeat("已补齐价签。", 200))
	s.Refused(mine+"/findings/1", long, "已补齐价签。已补齐价签。")
	answer(1, "已补齐价签")
	if w := s.Send(mine+"/submit", s.Fields(s.Get(mine), mine+"/submit")); w.Code == http.StatusSeeOther {
		t.Error("sent with one finding unanswered")
	}
	answer(2, "货架已移开")
	s.Done(mine+"/submit", s.Fields(s.Get(mine), mine+"/submit"))

	s.As("county").Get(desk, "已补齐价签", "货架已移开")
	back := s.Fields(s.Get(desk), desk+"/return")
	back.Set("verdict-1", "accepted")
	back.Set("verdict-2", "rejected")
	s.Refused(desk+"/return", back)
	back.Set("remark-2", "照片看不到退货约定")
	s.Refused(desk+"/return", back, "照片看不到退货约定", "f-reason") // public words are missing
	back.Set("reason", "第二处请补照片")
	s.Done(desk+"/return", back)
	s.As("merchant").Get(mine, "照片看不到退货约定")
	answer(2, "已改贴在收银台正面")
	s.Done(mine+"/submit", s.Fields(s.Get(mine), mine+"/submit"))
	pass := s.Fields(s.As("county").Get(desk), desk+"/return") // one form, several ways out
	pass.Set("verdict-1", "accepted")
	pass.Set("verdict-2", "accepted")
	s.Done(desk+"/pass", pass)
	if w := s.Send(desk+"/restore", url.Values{"version": pass["version"]}); w.Code == http.StatusSeeOther {
		t.Error("restored by whoever judged the evidence")
	}
	s.As("county2").Done(desk+"/restore", s.Fields(s.Get(desk), desk+"/restore"))
	d, _, err := s.Certificates.Get(testkit.As(s.People["county"]), v.ID)
	s.OK(err)
	if d.State != lifecycle.Active {
		t.Errorf("the title is %s", d.State)
	}
	if w := s.Send(desk+"/nonsense", url.Values{}); w.Code != http.StatusNotFound {
		t.Errorf("an unknown step: %d", w.Code)
	}
}

// A renewal is asked for with everything filled in, checked by one officer and
// granted by another, or declined with a reason.
func TestARenewalIsGranted(t *testing.T) {
	s := newSite(t)
	v, p := title(s)
	at := "/my/certificates/" + string(v.ID) + "/renew"
	if body := s.As("merchant").Get(at, "好味店", "中山路 1 号"); strings.Contains(body, `action="`+at+`"`) {
		t.Error("a renewal is offered two years before the end")
	}
	s.Clock.Set(v.ExpiresOn.AddDays(-renewal.WindowDays).Start().Add(9 * time.Hour))
	form := s.Fields(s.Get(at), at)
	form.Set("note", "门店没有变化")
	s.Refused(at, form, "门店没有变化", "f-confirmed")
	form.Set("confirmed", "true")
	s.Done(at, form)
	body := s.Get(at, "待核对")
	retract := regexp.MustCompile(`/my/renewals/[0-9a-f-]+/retract`).FindString(body)
	s.Done(retract, s.Fields(body, retract))
	s.Done(at, form)
	s.As("county").Get("/desk/renewals", "好味店")
	list, err := s.Renewals.List(testkit.As(s.People["county"]), renewal.ListQuery{State: lifecycle.Filed})
	s.OK(err)
	desk := "/desk/renewals/" + string(list.Items[0].ID)
	check := s.Fields(s.Get(desk, "门店没有变化"), desk+"/check")
	decline := s.Fields(s.Get(desk), desk+"/decline")
	decline.Set("reason", "")
	s.Refused(desk+"/decline", decline, "f-reason")
	s.Done(desk+"/check", check)
	if w := s.Send(desk+"/grant", url.Values{"version": {"2"}}); w.Code == http.StatusSeeOther {
		t.Error("granted by whoever checked")
	}
	s.As("county2").Done(desk+"/grant", s.Fields(s.Get(desk), desk+"/grant"))
	s.Get("/desk/renewals?state=granted", "好味店")
	got, err := s.Renewals.Get(testkit.As(s.People["county"]), list.Items[0].ID)
	s.OK(err)
	next, _, err := s.Certificates.Get(testkit.As(s.People["county"]), got.Successor)
	s.OK(err)
	if next.ExpiresOn != v.ExpiresOn.AddYears(2) || next.Premises != p.ID {
		t.Errorf("the new title: %+v", next.View)
	}
	// Nobody has looked since: in English too, the page says what is asked.
	if w := s.As("merchant").Send("/my/certificates/"+string(next.ID)+"/renew?lang=en", nil); w.Code != http.StatusOK {
		t.Errorf("%d", w.Code)
	}
}

// The list of re-checks orders a visit; a day that is past is refused in its
// row, which keeps it.
func TestARecheckIsOrdered(t *testing.T) {
	s := newSite(t)
	v, _ := title(s)
	s.As("county").Get("/desk/rechecks", "没有")
	s.Clock.Set(v.IssuedOn.AddMonths(12).Start().Add(9 * time.Hour))
	s.Get("/desk/rechecks", "好味店")
	body := s.Refused("/desk/rechecks", url.Values{"certificate": {string(v.ID)}, "due_on": {"2020-05-01"}}, "2020-05-01", `id="f-due_on"`)
	if !strings.Contains(body, `aria-invalid="true"`) {
		t.Error("the field does not say that it is wrong")
	}
	s.Done("/desk/rechecks", url.Values{"certificate": {string(v.ID)}, "due_on": {v.IssuedOn.AddMonths(13).String()}})
	s.Get("/desk/rechecks", "没有")
	visits, err := s.Inspections.Of(context.Background(), s.DB.R, inspection.Ref{Noun: lifecycle.Certificate.Noun, ID: string(v.ID)})
	s.OK(err)
	if len(visits) != 1 || visits[0].Purpose != inspection.Recheck {
		t.Errorf("%+v", visits)
	}
}
