package authoring_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/app/apptest"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/module"
	"fangxin/internal/testkit"
	"fangxin/internal/web/authoring"
)

// wholeSite is the pages on the whole program.
func wholeSite(t *testing.T) *apptest.Site {
	t.Helper()
	s := apptest.New(t, testkit.NewClock(testkit.Monday), []apptest.Person{
		{Login: "province", Role: access.ProvinceOfficer, Code: "36"}, {Login: "province2", Role: access.ProvinceOfficer, Code: "36"},
		{Login: "county", Role: access.CountyOfficer, Code: "360102"},
	}, "plan", "module", "checklist")
	(&authoring.Pages{E: s.Pages, Modules: s.Modules}).Mount(s.Mux)
	return s
}

func planOf(s *apptest.Site, code string) string {
	s.T.Helper()
	list, err := s.Modules.Plans(access.With(s.T.(*testing.T).Context(), s.People["province"]), module.PlanListQuery{Code: code})
	s.OK(err)
	for _, v := range list {
		if v.InForce {
			return string(v.ID)
		}
	}
	s.T.Fatalf("%s is not in force", code)
	return ""
}

// planBody is the stored content of a version.
func planBody(s *apptest.Site, at string) module.PlanDetail {
	s.T.Helper()
	d, err := s.Modules.Plan(access.With(s.T.(*testing.T).Context(), s.People["province"]), ident.ModuleID(at[strings.LastIndex(at, "/")+1:]))
	s.OK(err)
	return d
}

// press sends the form of a draft with one of its buttons.
func press(s *apptest.Site, at, op string, change func(v url.Values)) string {
	s.T.Helper()
	form := s.Fields(s.Get(at), at)
	form.Set("op", op)
	if change != nil {
		change(form)
	}
	to := s.Done(at, form)
	return to[strings.LastIndex(to, "#")+1:]
}

// What a form shows and sends back unchanged is the same content.
func TestPlanFormsHoldEverything(t *testing.T) {
	s := wholeSite(t).As("province")
	for _, p := range checklist.Shipped().Plans {
		at := s.Done("/desk/sheet-plans", url.Values{"base": {planOf(s, p.ID)}})
		before := planBody(s, at)
		press(s, at, "save", nil)
		if after := planBody(s, at); after.Hash != before.Hash {
			t.Errorf("%s: saved unchanged it is another: %+v", p.ID, after.Body)
		}
	}
}

func TestComposingOnThePage(t *testing.T) {
	s := wholeSite(t).As("province")
	s.Get("/desk/checklists", "检查表组成", "江西省放心消费示范店检查表", "一票否决清单")
	at := s.Done("/desk/sheet-plans", url.Values{"base": {planOf(s, checklist.ModelShop)}})
	s.Get(at, "通用检查表", "店铺所属业态的模块", "组成的检查表", "商店")
	if place := press(s, at, "add", func(v url.Values) { v.Set("add", "JAP") }); place != "part-4" {
		t.Errorf("adding leads to %q", place)
	}
	s.Get(at, "各部分合计 120 分，满分为 100 分")
	s.As("province").Send(at+"/propose", url.Values{"version": {strconv.FormatInt(planBody(s, at).Version, 10)}, "note": {"好"}})
	if planBody(s, at).State != "draft" {
		t.Fatal("what does not add up was proposed")
	}
	press(s, at, "up 4", func(v url.Values) { v.Set("parts.2.weight", "20"); v.Set("rules.1.least", "14") }) // the button saves what was typed
	d := planBody(s, at)
	if d.Body.Parts[3].Module != "JAP" || d.Body.Parts[2].Weight != checklist.P(20) || *d.Body.Frame.Pass[1].Least != checklist.P(14) || len(d.Problems) > 0 {
		t.Errorf("%+v %v", d.Body.Parts, d.Problems)
	}
	press(s, at, "add", func(v url.Values) { v.Set("add", "STR") })
	press(s, at, "remove 5", nil)
	if n := len(planBody(s, at).Body.Parts); n != 5 {
		t.Errorf("%d parts", n)
	}
	form := s.Fields(s.Get(at), at)
	form.Set("parts.2.weight", "二十")
	form.Set("title.zh", "示范店检查表（试行）")
	form.Set("rules.0.least", "八十")
	refused := s.Refused(at, form, "二十", "八十", "示范店检查表（试行）", "店铺所属业态的模块：", "规则 1 不低于：")
	if again := s.Fields(refused, at); again.Get("rules.0.for") != "" || again.Get("rules.5.metric") != "" || again.Has("rules.6.metric") {
		t.Errorf("the refused form is another: %v", again)
	}
	if strings.Contains(refused, ">等级 <") {
		t.Error("an empty grade is offered")
	}
	form = s.Fields(s.Get(at), at)
	form.Set("op", "add")
	s.Refused(at, form)
	press(s, at, "save", func(v url.Values) { // a grade with its rule, and without the sector of online shops
		v.Set("grades.0.id", "gold")
		v.Set("grades.0.zh", "金牌")
		v.Set("grades.0.en", "Gold")
	})
	press(s, at, "save", func(v url.Values) {
		v.Set("rules.2.for", "gold")
		v.Set("rules.2.metric", "score")
		v.Set("rules.2.least", "95")
	})
	if g := planBody(s, at).Body.Frame.Grades; len(g) != 1 || len(g[0].Rules) != 1 || *g[0].Rules[0].Least != checklist.P(95) {
		t.Errorf("grades: %+v", g)
	}
	form = s.Fields(s.Get(at, "等级 金牌"), at)
	form.Set("rules.2.for", "silver")
	s.Refused(at, form, "没有等级")
	s.Get(at+"/sheet?sector=store", "满分 100", "COM-01", "JAP-01")
	s.Get(at+"/diff?sector=store", "新增 JAP-01", "评分规则修改", "总分 ≥ 95")
	s.Get(at+"/dry-run", "还没有用这张检查表的已认可核查")
	step := func(who, action string) string {
		return s.As(who).Done(at+"/"+action, url.Values{"version": {strconv.FormatInt(planBody(s, at).Version, 10)}, "note": {"加入党建专项"}})
	}
	step("province", "propose")
	s.As("province2").Get(at, "待发布", "等级 金牌：总分 ≥ 95")
	step("province2", "publish")
	if planOf(s, checklist.ModelShop) != string(planBody(s, at).ID) {
		t.Error("what was published is not in force")
	}
	s.As("county").Get(at, "现行")
	if body := s.As("county").Get(at); strings.Contains(body, `name="op"`) || strings.Contains(body, "dry-run") {
		t.Error("a county can write")
	}
	like := url.Values{"base": {string(planBody(s, at).ID)}, "code": {"Food Shop"}}
	s.As("province").Refused("/desk/sheet-plans", like, "Food Shop", "小写字母")
	like.Set("code", "nc-food-shop")
	to := s.As("province").Done("/desk/sheet-plans", like)
	s.Get(to, "nc-food-shop")
}

func TestPlanPagesReadEnglish(t *testing.T) {
	s := wholeSite(t).As("province")
	at := s.Done("/desk/sheet-plans", url.Values{"base": {planOf(s, "official-catering")}})
	s.Get(at+"?lang=en", "Modules in the sheet", "By failed items", "failed key items", "Basically compliant")
	s.Get("/desk/sheet-plans/"+planOf(s, "official-catering")+"?lang=en", "To pass", "≤ 1", "Grade Compliant")
}
