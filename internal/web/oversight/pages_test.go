package oversight_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"fangxin/internal/app/apptest"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	oversee "fangxin/internal/oversight"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

// titles records titles of shops: two in the county of the officers, one in
// the city, one in another city.
func titles(s *apptest.Site) []certificate.View {
	s.T.Helper()
	system := usecase.System(context.Background(), "test")
	sch, _ := s.Schemes.InForce("jx-model-shop")
	op, err := s.Merchants.AddOperator(testkit.As(s.People["merchant"]), merchant.AddOperatorCommand{USCC: "91360102MA1TEUT08T", Name: "好味餐饮有限公司"})
	s.OK(err)
	var out []certificate.View
	for i, division := range []string{"360102", "360102", "360103", "360702"} {
		p, err := s.Merchants.AddPremises(testkit.As(s.People["merchant"]), merchant.AddPremisesCommand{
			Operator: op.ID, Name: fmt.Sprintf("门店%d", i), Address: fmt.Sprintf("中山路 %d 号", i+1), Division: division, Sectors: []string{"store"}, Phone: "0791-86600001",
		})
		s.OK(err)
		v, err := s.Certificates.Import(system, certificate.ImportCommand{IssueInput: certificate.IssueInput{
			Scheme: sch.Code, SchemeVersion: sch.Version, Premises: p.ID, Operator: op.ID, Scope: p.Scope, Holder: p.Name, Address: p.Address,
			Division: division, Sectors: p.Sectors, Issuer: sch.Issuer.Zh, Approval: sch.Approval,
			IssuedOn: calendar.MakeDate(2026, 1, 10+i), ExpiresOn: calendar.MakeDate(2028, 1, 9),
		}})
		s.OK(err)
		out = append(out, v)
	}
	return out
}

// Officers and the supervisor read the pages, nobody else does; only officers
// act, and only cities and the province halt.
func TestWhoSeesThePages(t *testing.T) {
	s := newSite(t)
	titles(s)
	for _, path := range []string{"/desk/oversight", "/desk/oversight/runs", "/desk/oversight/halts"} {
		for who, code := range map[string]int{"county": 200, "province": 200, "supervisor": 200, "merchant": 403, "": 303} {
			if w := s.As(who).Send(path, nil); w.Code != code {
				t.Errorf("%q at %s: %d, want %d", who, path, w.Code, code)
			}
		}
	}
	const ask, halts = "/desk/oversight?ask=1&scheme=jx-model-shop", "/desk/oversight/halts"
	for who, offered := range map[string]bool{"county": true, "supervisor": false} {
		if body := s.As(who).Get(ask); strings.Contains(body, `action="/desk/oversight/runs"`) != offered {
			t.Errorf("%s is offered measures: %v", who, !offered)
		}
	}
	for who, offered := range map[string]bool{"county": false, "city": true, "province": true, "supervisor": false} {
		if body := s.As(who).Get(halts); strings.Contains(body, `action="/desk/oversight/halts"`) != offered {
			t.Errorf("%s is offered to halt: %v", who, !offered)
		}
	}
	form := url.Values{"scheme": {"jx-model-shop"}, "measure": {"suspend"}}
	for _, who := range []string{"supervisor", "merchant", "lead"} {
		if w := s.As(who).Send("/desk/oversight/runs", form); w.Code != http.StatusForbidden {
			t.Errorf("%s prepared a measure: %d", who, w.Code)
		}
	}
	if w := s.As("county").Send("/desk/oversight/runs/"+string(ident.New[ident.BulkID]()), nil); w.Code != http.StatusNotFound {
		t.Errorf("a run that is not there: %d", w.Code)
	}
}

// A question is answered in the reader's area; a wrong one keeps what was
// asked, and one without an answer says what to do.
func TestQuestions(t *testing.T) {
	s := newSite(t)
	s.As("province").Get("/desk/oversight/runs", "还没有批量处置")
	s.Get("/desk/oversight?ask=1&scheme=jx-model-shop", "没有符合条件的称号")
	titles(s)
	for who, n := range map[string]int{"county": 2, "city": 3, "province": 4} {
		body := s.As(who).Get("/desk/oversight?ask=1&scheme=jx-model-shop", "门店0")
		if got := strings.Count(body, `href="/desk/certificates/`); got != n {
			t.Errorf("%s is shown %d titles, want %d", who, got, n)
		}
	}
	s.As("province").Get("/desk/oversight?from=2026-01-12", "门店2", "门店3")
	s.Get("/desk/oversight", "COM ") // the modules in force are offered
	w := s.Send("/desk/oversight?scheme=jx-model-shop&from=2026-99-99&approval=文号", nil)
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("an impossible day: %d", w.Code)
	}
	s.Says("the refused question", w.Body.String(), "2026-99-99", "文号", "f-from")
	s.Get("/desk/oversight?scheme=jx-model-shop&lang=en", "jx-model-shop", "门店0")
}

// A measure for many: counted first and nothing changed, then confirmed with a
// reason, then done; who may not be touched is left and told.
func TestDryRunThenRun(t *testing.T) {
	s := newSite(t)
	titles := titles(s)
	_, err := s.Certificates.Suspend(testkit.As(s.People["county"]), certificate.StepCommand{ID: titles[1].ID, Reason: "另案"})
	s.OK(err)
	ask := "/desk/oversight?scheme=jx-model-shop"
	form := s.Fields(s.As("city").Get(ask), "/desk/oversight/runs")
	form.Set("measure", "suspend")
	at := s.Done("/desk/oversight/runs", form)
	body := s.Get(at, "门店0", "门店1", "门店2", "江西省放心消费示范店")
	if strings.Contains(body, "门店3") {
		t.Error("a shop of another city is among them")
	}
	standing := func(want ...lifecycle.State) {
		t.Helper()
		for i, w := range want {
			v, _, err := s.Certificates.Get(testkit.As(s.People["province"]), titles[i].ID)
			s.OK(err)
			if v.State != w {
				t.Errorf("title %d is %s, want %s", i, v.State, w)
			}
		}
	}
	standing(lifecycle.Active, lifecycle.Suspended, lifecycle.Active, lifecycle.Active) // nothing was done
	s.Get(at+"?outcome=cannot", "门店1")
	start := s.Fields(body, at+"/start")
	empty := s.Send(at+"/start", start)
	if empty.Code != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", empty.Code)
	}
	standing(lifecycle.Active, lifecycle.Suspended, lifecycle.Active, lifecycle.Active)
	start.Set("reason", "检查记录存疑，先行暂停")
	if w := s.As("supervisor").Send(at+"/start", start); w.Code != http.StatusForbidden {
		t.Errorf("a supervisor confirmed: %d", w.Code)
	}
	s.As("city").Done(at+"/start", start)
	id := ident.BulkID(at[strings.LastIndex(at, "/")+1:])
	s.OK(s.Oversight.Work(context.Background(), id))
	standing(lifecycle.Suspended, lifecycle.Suspended, lifecycle.Suspended, lifecycle.Active)
	s.Get(at, "检查记录存疑，先行暂停")
	s.Get("/desk/oversight/runs", "city")
	if w := s.Send(at+"/start", start); w.Code == http.StatusSeeOther {
		t.Error("a run was confirmed twice")
	}
	if w := s.Send(at+"/nonsense", start); w.Code != http.StatusNotFound {
		t.Errorf("an unknown step: %d", w.Code)
	}

	// Given up, a run does nothing; one that finds nothing is not made.
	form.Set("measure", "notify")
	at = s.Done("/desk/oversight/runs", form)
	s.Done(at+"/cancel", s.Fields(s.Get(at), at+"/cancel"))
	if body := s.Get(at); strings.Contains(body, at+"/start") {
		t.Error("a run that was given up can be confirmed")
	}
	form.Set("approval", "没有这份文件")
	if w := s.Send("/desk/oversight/runs", form); w.Code == http.StatusSeeOther {
		t.Error("a run of nothing was made")
	}
}

// A halt is imposed by one officer and ended by two; what is missing is said
// beside its field, and what was typed stays.
func TestHaltFromImpositionToLifting(t *testing.T) {
	s := newSite(t)
	const at = "/desk/oversight/halts"
	s.As("city").Get(at, "没有暂停颁发")
	form := s.Fields(s.Get(at), at)
	form.Set("scheme", "jx-model-shop")
	form.Set("area", "360102")
	form.Set("reason", "两份检查表笔迹相同")
	w := s.Send(at, form)
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("without public words: %d", w.Code)
	}
	s.Says(at, w.Body.String(), "两份检查表笔迹相同", "f-note")
	form.Set("area", "360702")
	form.Set("note", "正在核实检查记录")
	w = s.Send(at, form)
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("in another city: %d", w.Code)
	}
	s.Says(at, w.Body.String(), "正在核实检查记录", "f-area")
	form.Set("area", "360102")
	s.Done(at, form)
	if w := s.Send(at, form); w.Code == http.StatusSeeOther {
		t.Error("the same halt twice")
	}
	halts, err := s.Oversight.Halts(context.Background(), oversee.HaltQuery{})
	s.OK(err)
	base := at + "/" + string(halts[0].ID)
	body := s.Get(at, "江西省放心消费示范店", "东湖区", "正在核实检查记录", "两份检查表笔迹相同")
	propose := s.Fields(body, base+"/propose_lift")
	propose.Set("reason", "")
	if w := s.Send(base+"/propose_lift", propose); w.Code == http.StatusSeeOther {
		t.Error("proposed without a reason")
	}
	propose.Set("reason", "逐份核实，没有造假")
	s.Done(base+"/propose_lift", propose)
	if body := s.Get(at, "逐份核实，没有造假"); strings.Contains(body, base+"/confirm_lift") {
		t.Error("whoever proposed is offered to confirm")
	}
	if w := s.Send(base+"/confirm_lift", url.Values{"version": {"2"}}); w.Code == http.StatusSeeOther {
		t.Error("lifted by one officer alone")
	}
	s.As("province").Done(base+"/confirm_lift", s.Fields(s.Get(at), base+"/confirm_lift"))
	if body := s.Get(at, "已恢复"); strings.Contains(body, base+"/") {
		t.Error("a halt that is over can be moved")
	}
	s.As("county").Get(at+"?lang=en", "Lifted")
}
