package pledging_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/account"
	"fangxin/internal/application"
	"fangxin/internal/authority"
	"fangxin/internal/badge"
	"fangxin/internal/badgecode"
	"fangxin/internal/blob"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/i18n"
	"fangxin/internal/inspection"
	"fangxin/internal/merchant"
	"fangxin/internal/pledge"
	"fangxin/internal/scheme"
	"fangxin/internal/task"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
	"fangxin/internal/web/page"
	"fangxin/internal/web/pledging"
)

const county = "/36/3601/360102/"

type site struct {
	t               *testing.T
	handler         http.Handler
	by              access.Principal
	owner           access.Principal
	officer, second access.Principal
	clock           *testkit.Clock
	s               *pledge.Service
	shop            merchant.PremisesView
	shops           *merchant.Service
}

func newSite(t *testing.T) *site {
	t.Helper()
	d := dbtest.SQLite(t)
	rt, clock, _ := testkit.Runtime(d)
	s := &site{
		t: t, clock: clock, owner: testkit.Merchant(), officer: testkit.Staff(access.CountyOfficer, county), second: testkit.Staff(access.CountyOfficer, county),
	}
	_, err := d.W.NewRaw(`INSERT INTO account (id, phone, name, roles, version, created_at, updated_at) VALUES (?, '13800000001', '店主', '["merchant"]', 1, ?, ?)`,
		s.owner.Account, clock.Now(), clock.Now()).Exec(t.Context())
	s.ok(err)
	ring, err := badgecode.NewRing(bytes.Repeat([]byte{7}, 32))
	s.ok(err)
	files, tasks := blob.New(rt, t.TempDir()), task.New(rt)
	accounts := account.New(rt, authority.New(rt), account.Options{Texts: i18n.Shipped()})
	shops := merchant.New(rt, accounts, func(context.Context, usecase.Reader, string) (string, error) { return county, nil }, files, tasks)
	badges := badge.New(rt, ring, "https://fx.example.gov.cn")
	certs := certificate.New(rt, badges, scheme.Texts, calendar.Shipped())
	s.s = pledge.New(rt, shops, certs, tasks, files, calendar.Shipped())
	s.s.Visits = inspection.New(rt)
	apps := application.New(rt, shops, files, tasks, application.Titles{}, calendar.Shipped())
	s.s.Eligible = apps.Eligible
	s.shops = shops
	op, err := shops.AddOperator(testkit.As(s.owner), merchant.AddOperatorCommand{USCC: "91360102MA1TEUT08T", Name: "瓷韵轩陶瓷店"})
	s.ok(err)
	s.shop, err = shops.AddPremises(testkit.As(s.owner), merchant.AddPremisesCommand{
		Operator: op.ID, Name: "瓷韵轩", Address: "珠山路 1 号", Division: "360102", Sectors: []string{"store"}, Phone: "0791-86600001",
	})
	s.ok(err)
	e, err := page.New(i18n.Shipped(), func() bool { return false }, slog.New(slog.DiscardHandler))
	s.ok(err)
	mux := http.NewServeMux()
	(&pledging.Pages{
		E: e, Pledges: s.s, Merchants: shops, Certificates: certs, Badges: badges, Files: files, Applications: apps, Demo: func() bool { return false },
	}).Mount(mux)
	s.handler = e.Middleware(mux)
	return s
}

func (s *site) ok(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

var unfilled = regexp.MustCompile(`<no value>|ZgotmplZ|%!|>(pledge|flash|fault|rule|poster)\.[a-z_.]+<|(0001-01-01)|\b0x[0-9a-f]{8,}`)

func (s *site) send(r *http.Request) *httptest.ResponseRecorder {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r.WithContext(access.With(r.Context(), s.by)))
	if m := unfilled.FindString(w.Body.String()); m != "" && strings.Contains(w.Header().Get("Content-Type"), "html") {
		s.t.Errorf("%s %s: unfilled %q", r.Method, r.URL, m)
	}
	return w
}

// get reads a page in Chinese, which has to hold the words, and in English.
func (s *site) get(path string, want ...string) string {
	s.t.Helper()
	w := s.send(httptest.NewRequest(http.MethodGet, path, nil))
	if w.Code != http.StatusOK {
		s.t.Fatalf("GET %s: %d %s", path, w.Code, w.Body)
	}
	for _, words := range want {
		if !strings.Contains(w.Body.String(), words) {
			s.t.Errorf("GET %s lacks %q", path, words)
		}
	}
	if strings.Contains(w.Header().Get("Content-Type"), "html") {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Accept-Language", "en")
		if w := s.send(r); w.Code != http.StatusOK {
			s.t.Errorf("GET %s in English: %d", path, w.Code)
		}
	}
	return w.Body.String()
}

func (s *site) post(path string, form url.Values) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.send(r)
}

// done posts a form that must work, and gives the address it leads to.
func (s *site) done(path string, form url.Values) string {
	s.t.Helper()
	w := s.post(path, form)
	if w.Code != http.StatusSeeOther {
		s.t.Fatalf("POST %s: %d %s", path, w.Code, w.Body)
	}
	return w.Header().Get("Location")
}

// invalid posts a form that must come back with what was typed and with the
// field that is wrong.
func (s *site) invalid(path, field string, form url.Values, kept ...string) {
	s.t.Helper()
	w := s.post(path, form)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `href="#f-`+field+`"`) {
		s.t.Errorf("POST %s: %d, no link to %s", path, w.Code, field)
	}
	for _, k := range kept {
		if !strings.Contains(w.Body.String(), k) {
			s.t.Errorf("POST %s lost %q", path, k)
		}
	}
}

var versions = regexp.MustCompile(`name="version" value="(\d+)"`)

func (s *site) version(path string) []string {
	s.t.Helper()
	m := versions.FindStringSubmatch(s.get(path))
	if m == nil {
		s.t.Fatalf("%s has no form", path)
	}
	return []string{m[1]}
}

func TestAShopPledgesOnThePhone(t *testing.T) {
	s := newSite(t)
	s.by = access.Anonymous()
	if w := s.send(httptest.NewRequest(http.MethodGet, "/my/pledges", nil)); w.Code != http.StatusSeeOther {
		t.Errorf("nobody signed in: %d", w.Code)
	}
	s.get("/pledges", "没有找到")
	s.by = s.owner
	s.get("/my/pledges", "还没有承诺", "新建一份承诺")
	s.get("/my/pledges/new", "瓷韵轩", "开始填写")
	days := s.done("/my/pledges", url.Values{"premises": {string(s.shop.ID)}})
	base := strings.TrimSuffix(days, "/fill/days")
	s.invalid(days, "terms.days", url.Values{"version": s.version(days), "terms.days": {"6"}, "terms.pickup": {"same_day"}}, `value="6"`)
	goods := s.done(days, url.Values{"version": s.version(days), "terms.days": {"15"}, "terms.pickup": {"next_day"}})
	s.invalid(goods, "terms.goods", url.Values{"version": s.version(goods)})
	s.get(base+"/check", "还缺")
	exclusions := s.done(goods, url.Values{"version": s.version(goods), "terms.goods": {"ceramics", "household"}})
	s.invalid(exclusions, "terms.others.1.why", url.Values{"version": s.version(exclusions), "terms.exclusions": {"custom"}, "terms.others.0.what": {""}, "terms.others.0.why": {""}, "terms.others.1.what": {"样品"}, "terms.others.1.why": {""}}, "样品")
	refund := s.done(exclusions, url.Values{"version": s.version(exclusions), "terms.exclusions": {"custom"}, "terms.others.0.what": {""}, "terms.others.0.why": {""}, "terms.others.1.what": {"展示样品"}, "terms.others.1.why": {"已在柜台展示多日"}})
	s.get(base, "接着填", refund) // from another phone
	gifts := s.done(refund, url.Values{"version": s.version(refund), "terms.refund_days": {"0"}, "terms.refund_way": {"choice"}, "terms.proof": {"receipt"}})
	where := s.done(gifts, url.Values{"version": s.version(gifts), "terms.gifts": {"keep"}, "terms.freight": {"shop"}})
	check := s.done(where, url.Values{"version": s.version(where), "terms.shown": {"shelf"}, "terms.desk": {"一楼服务台"}, "terms.cross_store": {"true"}, "terms.stores": {"全省直营店"}})
	s.get(check, "15 天内无理由退货", "陶瓷、工艺品", "展示样品", "已在柜台展示多日", "退货当场退款", "一楼服务台", "全省直营店")
	s.invalid(check, "consent", url.Values{"version": s.version(check), "name": {"涂金莲"}}, "涂金莲")
	if w := s.post(check, url.Values{"version": {"1"}, "name": {"涂金莲"}, "consent": {"true"}}); w.Code == http.StatusSeeOther {
		t.Error("signed what was changed on another phone")
	}
	own := s.done(check, url.Values{"version": s.version(check), "name": {"涂金莲"}, "consent": {"true"}})
	s.get(own, "公示到 2026年3月9日", "2026年3月10日起生效")
	id := own[strings.LastIndex(own, "/")+1:]

	s.by = access.Anonymous()
	public := "/pledges/" + id
	s.get(public, "还没有生效", "对这份承诺有异议")
	s.invalid(public+"/objections", "name", url.Values{"body": {"不实"}, "contact": {"13800000009"}}, "不实", "13800000009")
	if strings.Contains(s.get(public), "涂金莲") {
		t.Error("the public reads who signed")
	}
	s.clock.Set(time.Date(2026, 3, 20, 12, 0, 0, 0, s.clock.Now().Location()))
	_, err := s.s.Sweep(context.Background())
	s.ok(err)
	s.get("/pledges?goods=ceramics&days=15&name="+url.QueryEscape("瓷韵")+"&division=360100&standing=active", "瓷韵轩")
	s.get(public+"/on", "购买日期")
	s.get(public+"/on?date=2026-03-10", "承诺有效", "最后退货日是 2026年3月25日")
	s.get(public+"/on?date=2026-03-10&delivered=true", "请填收到的日期")
	s.get(public+"/on?date=2026-03-01", "那天还没有承诺")
	s.get(public+"/on?date=2027-03-01", "那天还没有到")
	if w := s.send(httptest.NewRequest(http.MethodGet, public+"/on?date=gestern", nil)); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("no day: %d", w.Code)
	}

	s.by = s.owner
	s.get(own, "承诺书（打印）", "退货台账", "修改承诺")
	if pdf := s.get(public + "/paper.pdf"); !strings.HasPrefix(pdf, "%PDF") {
		t.Error("no print")
	}
	change := own + "/change"
	form := url.Values{"version": s.version(change), "terms.days": {"30"}, "terms.pickup": {"next_day"}, "terms.goods": {"ceramics", "household"}, "terms.refund_way": {"choice"},
		"terms.gifts": {"keep"}, "terms.freight": {"shop"}, "terms.proof": {"receipt"}, "terms.shown": {"shelf"}, "terms.cross_store": {"true"}, "name": {"涂金莲"}, "consent": {"true"}, "effective_from": {"2026-03-20"}}
	s.invalid(change, "effective_from", form, "涂金莲")
	form.Set("effective_from", "2026-03-21")
	s.done(change, form)
	s.get(own, "第 2 版")
	returns := own + "/returns"
	s.invalid(returns, "amount", url.Values{"goods": {"ceramics"}, "amount": {"很多"}, "bought_on": {"2026-03-19"}, "returned_on": {"2026-03-20"}, "outcome": {"refunded"}}, "很多")
	s.done(returns, url.Values{"goods": {"ceramics"}, "amount": {"129.9"}, "bought_on": {"2026-03-19"}, "returned_on": {"2026-03-20"}, "outcome": {"refunded"}})
	s.get(returns, "129.90", "现在不公布")
	s.done(returns+"/show", url.Values{"version": s.version(returns), "publish": {"true"}})
	s.get(public, "本店公布的退货情况")
	if csv := s.get(own + "/returns.csv"); !strings.Contains(csv, "129.90") {
		t.Errorf("%s", csv)
	}
	s.invalid(own+"/withdraw", "reason", url.Values{"version": s.version(own)})
	s.done(own+"/withdraw", url.Values{"version": s.version(own), "reason": {"门店转型"}})
	s.get(public, "已退出", "仍然按购买当天的承诺退货")
}

func TestOfficersOnTheDesk(t *testing.T) {
	s := newSite(t)
	v, err := s.s.Start(testkit.As(s.owner), pledge.StartCommand{Premises: s.shop.ID})
	s.ok(err)
	v, err = s.s.Publish(testkit.As(s.owner), pledge.PublishCommand{ID: v.ID, Consent: true, Name: "涂金莲"})
	s.ok(err)
	_, err = s.s.Object(testkit.As(access.Anonymous()), pledge.ObjectCommand{ID: v.ID, Body: "上月拒绝退货", Name: "李桂花", Contact: "13800000009"})
	s.ok(err)
	s.by = s.officer
	desk := "/desk/pledges/" + string(v.ID)
	s.get("/desk/pledges", "瓷韵轩", "1 条异议")
	body := s.get(desk, "李桂花", "13800000009", "异议不成立", "暂缓生效")
	objection := regexp.MustCompile(`name="objection" value="([0-9a-f-]{36})"`).FindStringSubmatch(body)
	if w := s.post(desk+"/dismiss_objection", url.Values{"version": s.version(desk), "objection": {objection[1]}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("dismissed without a reason: %d", w.Code)
	}
	s.done(desk+"/dismiss_objection", url.Values{"version": s.version(desk), "objection": {objection[1]}, "reason": {"经查为另一家店"}})
	s.clock.Set(v.EffectiveOn.End().Add(-12 * time.Hour))
	s.get(desk, "黄牌警告，限期改正", "红牌，暂停承诺标识", "安排体验式退货") // before anybody wrote it down
	s.invalid(desk+"/yellow_card", "due_on", url.Values{"version": s.version(desk), "reason": {"店内没有公示"}, "due_on": {"2026-01-01"}}, "店内没有公示")
	s.done(desk+"/yellow_card", url.Values{"version": s.version(desk), "reason": {"店内没有公示"}})
	s.get(desk, "须由另一位工作人员核实")
	if w := s.post(desk+"/clear", url.Values{"version": s.version(desk), "reason": {"已改正"}}); w.Code != http.StatusForbidden && w.Code != http.StatusConflict {
		t.Errorf("cleared by whoever gave it: %d", w.Code)
	}
	s.by = s.owner
	own := "/my/pledges/" + string(v.ID)
	s.invalid(own+"/fixed", "note", url.Values{"version": s.version(own)})
	s.done(own+"/fixed", url.Values{"version": s.version(own), "note": {"已贴出清单"}})
	s.by = s.second
	s.get("/desk/pledges?work=cards", "瓷韵轩")
	s.get(desk, "已贴出清单")
	s.done(desk+"/clear", url.Values{"version": s.version(desk), "reason": {"现场核实"}})
	s.done(desk+"/test", url.Values{"version": s.version(desk)})
	s.get("/desk/pledge-tests", "还没有抽取过")
	if w := s.post("/desk/pledge-tests", url.Values{"number": {"3"}}); w.Code != http.StatusConflict {
		t.Errorf("drew from an empty frame: %d", w.Code)
	}
	s.get("/desk/pledge-lookup", "坐标系", "gcj02")
	if csv := s.get("/desk/pledge-lookup/file?division=360100"); !strings.Contains(csv, "瓷韵轩") {
		t.Errorf("%s", csv)
	}
	if w := s.post(desk+"/fly", url.Values{"version": s.version(desk), "reason": {"x"}}); w.Code != http.StatusNotFound {
		t.Errorf("an unknown step: %d", w.Code)
	}
}

// What is asked is said before anybody begins, as it really goes: signed,
// published, in force; and what speaks against the shop is refused by name.
func TestWhatIsAskedBeforeBeginning(t *testing.T) {
	s := newSite(t)
	s.by = s.owner
	body := s.get("/my/pledges/new", "没有人审批", "公示 5 个工作日", "有效 2 年", "未列入经营异常名录", "依法登记", "约 5 分钟")
	for _, never := range []string{"县级审核", "市级复核", "待现场核查", "要准备的材料"} {
		if strings.Contains(body, never) {
			t.Errorf("the page speaks of %s", never)
		}
	}
	province := testkit.Staff(access.ProvinceOfficer, "/36/")
	_, err := s.shops.RecordFacts(testkit.As(province), merchant.FactsCommand{ID: s.shop.Operator, Facts: merchant.Facts{
		Abnormal: &merchant.Fact{Value: "yes", On: "2026-02-01", Source: "信用信息公示系统"},
	}})
	s.ok(err)
	s.get("/my/pledges/new", "不符合")
	w := s.post("/my/pledges", url.Values{"premises": {string(s.shop.ID)}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "经营异常名录") {
		t.Errorf("%d: a shop on the list began", w.Code)
	}
}
