package merchant_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/application"
	"fangxin/internal/badge"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/testkit"
)

func TestOnlyOwnersComeIn(t *testing.T) {
	s := newSite(t)
	s.by = access.Principal{}
	if w := s.send(httptest.NewRequest(http.MethodGet, "/my", nil)); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/sign-in?next=%2Fmy" {
		t.Errorf("a stranger: %d %s", w.Code, w.Header().Get("Location"))
	}
	s.by = testkit.Staff(access.CountyOfficer, county)
	if w := s.send(httptest.NewRequest(http.MethodGet, "/my", nil)); w.Code != http.StatusForbidden {
		t.Errorf("an officer: %d", w.Code)
	}
	shop := s.shop()
	s.by = testkit.Merchant()
	if w := s.send(httptest.NewRequest(http.MethodGet, "/my/premises/"+string(shop.ID), nil)); w.Code != http.StatusNotFound {
		t.Errorf("another merchant sees the shop: %d", w.Code)
	}
	if w := s.post("/my/apply", url.Values{"premises": {string(shop.ID)}, "scheme": {"jx-model-shop"}}); w.Code < 400 {
		t.Errorf("another merchant applies for the shop: %d", w.Code)
	}
}

func TestFromNothingToAShop(t *testing.T) {
	s := newSite(t)
	s.get("/my", "先登记您的经营主体", `href="/my/operators/new"`)
	s.get("/my/operators/new?lang=en", `data-check="/my/uscc?code="`, "Credit code")

	w := s.post("/my/operators", url.Values{"uscc": {"91360102MA1TEUT08X"}, "name": {"好味餐馆<br>"}, "contact_name": {"张三"}})
	if w.Code != http.StatusUnprocessableEntity {
		t.Fatalf("a wrong code: %d", w.Code)
	}
	s.holds("a wrong code", w.Body.String(), `href="#f-uscc"`, `value="张三"`, `value="91360102MA1TEUT08X"`)
	next := s.done("/my/operators", url.Values{"uscc": {"91360102MA1TEUT08T"}, "name": {"南昌市东湖区好味餐馆"}, "legal_form": {"个体工商户"}, "founded_on": {"2019-05-01"}})
	if !strings.HasSuffix(next, "/premises/new") {
		t.Fatalf("leads to %s", next)
	}
	body := s.get(next, `<optgroup label="南昌市">`, `value="360102"`, "data-locate", "js/locate.js")
	action := regexp.MustCompile(`action="(/my/operators/[^"]+/premises)"`).FindStringSubmatch(body)
	if action == nil {
		t.Fatal("no form")
	}
	form := url.Values{"name": {"好味餐馆"}, "address": {"八一大道 1 号"}, "sectors": {"store"}, "point.datum": {"gcj02"}}
	w = s.upload(action[1], form, "photo_file")
	if w.Code != http.StatusUnprocessableEntity {
		t.Fatalf("without a county: %d", w.Code)
	}
	s.holds("without a county", w.Body.String(), `href="#f-division"`, `value="八一大道 1 号"`, `value="store" checked`)
	photo := regexp.MustCompile(`name="photo" value="([0-9a-f]{64})"`).FindStringSubmatch(w.Body.String())
	if photo == nil {
		t.Fatal("the photo is lost by an error elsewhere")
	}
	form.Set("division", "360102")
	form.Set("photo", photo[1])
	next = s.done(action[1], form)
	shops, err := s.shops.PremisesList(testkit.As(s.owner), merchant.ListQuery{})
	s.ok(err)
	if len(shops.Items) != 1 || shops.Items[0].Photo != photo[1] || shops.Items[0].Point != nil || next != "/my/apply?premises="+string(shops.Items[0].ID) {
		t.Fatalf("%+v leads to %s", shops.Items, next)
	}
	s.get("/my", "好味餐馆", "为“好味餐馆”申报称号")
}

func TestChangingAndClosingAShop(t *testing.T) {
	s := newSite(t)
	shop := s.shop()
	path := "/my/premises/" + string(shop.ID)
	form := url.Values{
		"version": {version(s.get(path))}, "name": {"好味餐馆二店"}, "address": {shop.Address}, "sectors": {"catering", "store"},
		"point.lng": {"115.9"}, "point.lat": {"28.68"}, "point.datum": {"wgs84"},
	}
	s.done(path, form)
	changed, err := s.shops.Premises(testkit.As(s.owner), shop.ID)
	s.ok(err)
	if changed.Name != "好味餐馆二店" || changed.Point == nil || changed.Point.Datum != merchant.WGS84 || len(changed.Sectors) != 2 {
		t.Fatalf("%+v", changed)
	}
	if w := s.post(path, form); w.Code != http.StatusPreconditionFailed || !strings.Contains(w.Body.String(), `value="好味餐馆二店"`) {
		t.Errorf("an old version: %d", w.Code)
	}
	if w := s.post(path+"/close", url.Values{"closed_on": {"5.3."}}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `value="好味餐馆二店"`) {
		t.Errorf("a wrong day: %d", w.Code)
	}
	s.done(path+"/close", url.Values{"closed_on": {"2026-02-28"}, "version": {version(s.get(path))}})
	s.get(path, "已停业")
	operator := "/my/operators/" + string(shop.Operator)
	s.done(operator, url.Values{"version": {version(s.get(operator))}, "name": {"南昌市东湖区好味餐饮店"}, "legal_form": {"个体工商户"}})
	s.get(operator, "南昌市东湖区好味餐饮店")
}

func TestCodesAreCheckedAsTheyAreTyped(t *testing.T) {
	s := newSite(t)
	s.shop()
	for _, c := range []struct {
		code, lang, says string
		ok               bool
	}{
		{"91360102MA1TEUT08T", "zh", "已经在您名下", false},
		{"9136", "en", "18 characters", false},
		{"9136O102MA1TEUT08T", "zh", "第 5 位“O”", false},
		{"91360102MA1TEUT08X", "zh", "输错了", false},
		{"91350100M000100Y43", "en", "right and not registered", true},
	} {
		w := s.send(httptest.NewRequest(http.MethodGet, "/my/uscc?lang="+c.lang+"&code="+c.code, nil))
		var a struct {
			OK      bool   `json:"ok"`
			Message string `json:"message"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || a.OK != c.ok || !strings.Contains(a.Message, c.says) {
			t.Errorf("%s: %s %v", c.code, w.Body, err)
		}
	}
}

func TestImportedOperatorsAreClaimed(t *testing.T) {
	s := newSite(t)
	officer := testkit.Staff(access.CountyOfficer, county)
	_, err := s.shops.AddOperator(testkit.As(officer), merchant.AddOperatorCommand{
		USCC: "91360102MA1TEUT08T", Name: "南昌市东湖区好味餐馆", Phone: "13800000001", Scope: county,
	})
	s.ok(err)
	form := url.Values{"uscc": {"91360102MA1TEUT08T"}, "name": {"南昌市东湖区好味餐馆"}}
	w := s.post("/my/operators", form)
	if w.Code != http.StatusConflict {
		t.Fatalf("registered twice: %d", w.Code)
	}
	s.holds("registered twice", w.Body.String(), `formaction="/my/operators/claim"`, "这个代码已经登记")
	if w := s.post("/my/operators/claim", url.Values{"uscc": {"91350100M000100Y43"}, "name": {"无"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("an unknown code: %d", w.Code)
	}
	other := form["name"]
	form["name"] = []string{"另一个名字"}
	if to := s.done("/my/operators/claim", form); to != "/my" {
		t.Errorf("a claim with another name leads to %s", to)
	}
	form["name"] = other
	s.get(s.done("/my/operators/claim", form), "南昌市东湖区好味餐馆")
}

func TestWhatIsAskedStandsBeforeTheStart(t *testing.T) {
	s := newSite(t)
	shop := s.shop()
	at := "/my/apply?premises=" + string(shop.ID)
	body := s.get(at, "申报条件", "要准备的材料", "县级初审", "不收费", "线下无理由退货承诺店", "赣市监规〔2023〕9号")
	if strings.Contains(body, "示范街区") {
		t.Error("a street's title is offered to a shop")
	}
	form := url.Values{"premises": {string(shop.ID)}, "scheme": {"jx-model-shop"}}
	id := s.done("/my/apply", form)
	w := s.post("/my/apply", form)
	if w.Code != http.StatusConflict {
		t.Fatalf("a second case: %d", w.Code)
	}
	s.holds("a second case", w.Body.String(), "另一件申请还没有办结", `href="`+id+`"`)
	s.get("/my?lang=en", "It is your turn")
}

// fill answers everything through the pages.
func (s *site) fill(base string) {
	s.t.Helper()
	d, err := s.apps.Get(testkit.As(s.owner), ident.ApplicationID(strings.TrimPrefix(base, "/my/applications/")))
	s.ok(err)
	save := func(part string, form url.Values) {
		form.Set("version", version(s.get(base+part)))
		s.done(base+part, form)
	}
	all := url.Values{}
	for _, c := range d.SchemeInfo.Conditions {
		all.Add("conditions", c.ID)
	}
	save("/conditions", all)
	sheet, err := s.apps.Sheet(testkit.As(s.owner), d.ID)
	s.ok(err)
	for _, section := range sheet.Sections {
		form := url.Values{}
		for _, it := range section.Items {
			if it.Flag != checklist.BonusItem {
				form.Set("answers."+it.ID, "pass")
			}
		}
		save("/answers/"+section.ID, form)
	}
	for _, doc := range d.SchemeInfo.Documents {
		if doc.Required {
			body := s.get(base + "/documents")
			s.led("upload", s.upload(base+"/documents", url.Values{"version": {version(body)}, "kind": {doc.ID}}, "file-"+doc.ID))
		}
	}
	promises := url.Values{}
	for _, c := range d.SchemeInfo.Commitments {
		if c.Required {
			promises.Add("commitments", c.ID)
		}
	}
	if d.SchemeInfo.Terms != nil {
		promises.Set("terms.days", "15")
		promises.Add("terms.exclusions", d.SchemeInfo.Terms.Exclusions[0].ID)
	}
	save("/promises", promises)
	save("/contact", url.Values{"contact.name": {"张三"}, "contact.phone": {"138 0000 0001"}})
}

func TestAnApplicationFromDraftToReceipt(t *testing.T) {
	s := newSite(t)
	shop := s.shop()
	for _, scheme := range []string{"jx-model-shop"} {
		base := s.done("/my/apply", url.Values{"premises": {string(shop.ID)}, "scheme": {scheme}})
		s.get(base, "步就能提交", "未开始", "还不能开始", "继续：申报条件")
		s.get(base+"/check", "还缺", "/contact", "请上传这份材料")
		w := s.post(base+"/check", url.Values{"name": {"张三"}, "consent": {"true"}})
		if w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "处没有填好") {
			t.Errorf("an empty draft is handed in: %d", w.Code)
		}
		s.fill(base)
		s.get(base, "核对后就能提交")
		body := s.get(base+"/check", "本人代表经营者声明", `value="张三"`)
		if w := s.post(base+"/check", url.Values{"name": {"张三"}, "version": {version(body)}}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `href="#f-consent"`) {
			t.Errorf("signed without consent: %d", w.Code)
		}
		to := s.done(base+"/check", url.Values{"name": {"张三"}, "consent": {"true"}, "version": {version(body)}})
		s.get(to, "赣放心申〔2026〕", "接下来", "最晚")
		s.get(base, "现在由", "接下来谁办什么", "办理经过")
		s.get(base+"?lang=en&mode=elder", "Who does what next")
		if w := s.send(httptest.NewRequest(http.MethodGet, base+"/contact", nil)); w.Code != http.StatusSeeOther {
			t.Errorf("a case that is handed in shows a form: %d", w.Code)
		}
		if w := s.post(base+"/contact", url.Values{"contact.name": {"李四"}}); w.Code < 300 {
			t.Errorf("a case that is handed in was changed: %d", w.Code)
		}
	}
}

func TestFormsSaveAsOneGoes(t *testing.T) {
	s := newSite(t)
	shop := s.shop()
	base := s.done("/my/apply", url.Values{"premises": {string(shop.ID)}, "scheme": {"jx-model-shop"}})
	auto := func(path string, form url.Values) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("X-Autosave", "1")
		return s.send(r)
	}
	first := version(s.get(base+"/answers/COM", "已答 0 条", `data-autosave="`+base+`/answers/COM"`))
	w := auto(base+"/answers/COM", url.Values{"version": {first}, "answers.COM-01": {"na"}, "answers.COM-02": {"fail"}, "answers.COM-02.note": {"正在改"}})
	second := w.Header().Get("X-Version")
	if w.Code != http.StatusOK || second == "" || second == first {
		t.Fatalf("%d, version %q after %q", w.Code, second, first)
	}
	s.get(base+"/answers/COM", "已答 2 条", "请说明为什么不适用", "正在改")
	if w := auto(base+"/answers/COM", url.Values{"version": {first}, "answers.COM-01": {"pass"}}); w.Code != http.StatusPreconditionFailed || w.Header().Get("X-Version") != "" {
		t.Errorf("an old version was saved: %d", w.Code)
	}
	long := strings.Repeat("长", 501)
	w = s.post(base+"/answers/COM", url.Values{"version": {second}, "answers.COM-02": {"fail"}, "answers.COM-02.note": {long}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), long) || !strings.Contains(w.Body.String(), `href="#f-answers.COM-02.note"`) {
		t.Errorf("a long note: %d, the words typed must stay", w.Code)
	}
	// Taking every tick back is a change too.
	for _, ticks := range []url.Values{{"conditions": {"licensed"}}, {}} {
		ticks.Set("version", version(s.get(base+"/conditions")))
		s.done(base+"/conditions", ticks)
	}
	d, err := s.apps.Get(testkit.As(s.owner), ident.ApplicationID(strings.TrimPrefix(base, "/my/applications/")))
	s.ok(err)
	if len(d.Form.Conditions) != 0 {
		t.Errorf("conditions: %v", d.Form.Conditions)
	}
	if w := s.post(base+"/contact", url.Values{"contact.name": {"张三"}, "contact.phone": {"12"}}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `value="12"`) {
		t.Errorf("a wrong number: %d", w.Code)
	}
}

func TestBonusPointsAreClaimedWithPhotos(t *testing.T) {
	s := newSite(t)
	shop := s.shop()
	base := s.done("/my/apply", url.Values{"premises": {string(shop.ID)}, "scheme": {"jx-model-shop"}})
	page := base + "/answers/BON"
	form := url.Values{"version": {version(s.get(page, "不申报这一项"))}, "answers.BON-01": {"pass"}, "answers.BON-02.score": {"2"}}
	s.led(page, s.upload(page, form, "answers.BON-01.photo"))
	read := func() map[string]application.Answer {
		d, err := s.apps.Get(testkit.As(s.owner), ident.ApplicationID(strings.TrimPrefix(base, "/my/applications/")))
		s.ok(err)
		return d.Form.Answers
	}
	a := read()
	if len(a["BON-01"].Photos) != 1 || a["BON-02"].Score == nil || *a["BON-02"].Score != checklist.P(2) {
		t.Fatalf("%+v", a)
	}
	sha := a["BON-01"].Photos[0]
	s.done(page, url.Values{
		"version": {version(s.get(page, sha))}, "answers.BON-01": {"pass"}, "answers.BON-01.photos": {sha}, "answers.BON-01.remove": {sha}, "answers.BON-02.score": {""},
	})
	if a = read(); len(a["BON-01"].Photos) != 0 || a["BON-02"].Score != nil {
		t.Errorf("%+v", a)
	}
}

func TestDocumentsComeAndGo(t *testing.T) {
	s := newSite(t)
	shop := s.shop()
	if w := s.post("/my/apply", url.Values{"premises": {string(shop.ID)}, "scheme": {"return-pledge"}}); w.Code != http.StatusConflict {
		t.Errorf("a pledge is not applied for: %d", w.Code)
	}
	base := s.done("/my/apply", url.Values{"premises": {string(shop.ID)}, "scheme": {"jx-model-shop"}})
	path := base + "/documents"
	if w := s.post(path, url.Values{"kind": {"licence"}}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `href="#f-file-licence"`) {
		t.Errorf("no file: %d", w.Code)
	}
	if w := s.upload(path, url.Values{"kind": {"diary"}}, "file-diary"); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a document nobody asks for: %d", w.Code)
	}
	s.led(path, s.upload(path, url.Values{"kind": {"licence"}}, "file-licence"))
	body := s.get(path, "门头.png", "再传一份")
	sha := regexp.MustCompile(`name="sha256" value="([0-9a-f]{64})"`).FindStringSubmatch(body)
	if sha == nil {
		t.Fatal("nothing to remove")
	}
	s.done(path+"/remove", url.Values{"kind": {"licence"}, "sha256": {sha[1]}, "version": {version(body)}})
	if strings.Contains(s.get(path), "门头.png") {
		t.Error("the file is still there")
	}
}

func TestReturnedAndWithdrawn(t *testing.T) {
	s := newSite(t)
	shop := s.shop()
	base := s.done("/my/apply", url.Values{"premises": {string(shop.ID)}, "scheme": {"jx-model-shop"}})
	id := ident.ApplicationID(strings.TrimPrefix(base, "/my/applications/"))
	s.fill(base)
	s.done(base+"/check", url.Values{"name": {"张三"}, "consent": {"true"}})
	officer := testkit.As(testkit.Staff(access.CountyOfficer, county))
	_, err := s.apps.Accept(officer, application.StepCommand{ID: id})
	s.ok(err)
	_, err = s.apps.Return(officer, application.ReturnCommand{ID: id, Reason: "请补正下列各处", Items: []application.Correction{
		{Pointer: "/answers/COM-02", Note: "价签要写单位"}, {Pointer: "/contact", Note: "电话打不通"},
	}})
	s.ok(err)
	s.get("/my", "轮到您办理")
	s.get(base, "请补正下列各处", "价签要写单位", base+"/answers/COM#COM-02", `href="`+base+`/contact"`, "前补正")
	s.get(base+"/answers/COM", "价签要写单位", "这一条没有要求补正")
	if w := s.send(httptest.NewRequest(http.MethodGet, base+"/conditions", nil)); w.Code != http.StatusSeeOther {
		t.Errorf("an unmarked part is open: %d", w.Code)
	}
	s.done(base+"/answers/COM", url.Values{"answers.COM-01": {"fail"}, "answers.COM-02": {"pass"}, "answers.COM-02.note": {"已改"}})
	s.get(base+"/check", "还有标出的地方没有改", "电话打不通") // the contact is as it was
	w := s.post(base+"/check", url.Values{"name": {"张三"}, "consent": {"true"}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `href="#f-why-0"`) || !strings.Contains(w.Body.String(), "写明不改的原因") {
		t.Errorf("sent again with a point left alone: %d", w.Code)
	}
	s.done(base+"/contact", url.Values{"contact.name": {"张三"}, "contact.phone": {"13800000009"}})
	d, err := s.apps.Get(testkit.As(s.owner), id)
	s.ok(err)
	if d.Form.Answers["COM-02"].Note != "已改" || d.Form.Answers["COM-01"].Verdict != application.Met {
		t.Errorf("%+v", d.Form.Answers)
	}
	s.get(base+"/check", "补正后提交")
	s.get(s.done(base+"/check", url.Values{"name": {"张三"}, "consent": {"true"}}), d.CaseNo)
	if d, err = s.apps.Get(testkit.As(s.owner), id); err != nil || d.State != lifecycle.CountyReview {
		t.Errorf("%s %v", d.State, err)
	}
	s.done(base+"/withdraw", url.Values{"version": {version(s.get(base))}, "opinion": {"暂不申报"}})
	s.get(base, "已经撤回")
	if w := s.post(base+"/withdraw", nil); w.Code != http.StatusConflict {
		t.Errorf("withdrawn twice: %d", w.Code)
	}
}

func TestTitlesAndPrints(t *testing.T) {
	s := newSite(t)
	shop := s.shop()
	c := s.title(shop)
	path := "/my/certificates/" + string(c.ID)
	prints, err := s.badges.List(testkit.As(s.owner), badge.ListQuery{Certificate: c.ID})
	s.ok(err)
	if len(prints) != 1 {
		t.Fatalf("%d prints", len(prints))
	}
	code := string(prints[0].Code)
	s.get("/my", `href="/b/`+code+`"`, `href="`+path+`"`)
	s.get("/my/apply?premises="+string(shop.ID), "已经持有该称号", path)
	s.get(path, c.Number, "/badges/"+string(prints[0].ID)+"/poster.pdf", "/api/v1/badges/"+code+"/qr.svg", `href="/b/`+code+`"`)

	if w := s.post(path+"/prints", url.Values{"kind": {"sticker"}, "copies": {"99"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("99 prints: %d", w.Code)
	}
	s.done(path+"/prints", url.Values{"kind": {"sticker"}, "copies": {"1"}})
	prints, err = s.badges.List(testkit.As(s.owner), badge.ListQuery{Certificate: c.ID})
	s.ok(err)
	for _, p := range prints {
		if p.State == lifecycle.Printed {
			s.done("/my/badges/"+string(p.ID)+"/activate", nil)
		} else {
			s.done("/my/badges/"+string(p.ID)+"/void", url.Values{"void_reason": {"遗失"}})
		}
	}
	if w := s.post("/my/badges/"+string(prints[0].ID)+"/activate", nil); w.Code != http.StatusConflict {
		t.Errorf("an impossible step: %d", w.Code)
	}
	s.get(path, "已作废", "已启用")
	if w := s.post(path+"/withdraw", nil); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `href="#f-reason"`) {
		t.Errorf("given up without a reason: %d", w.Code)
	}
	body := s.get(path)
	all := regexp.MustCompile(path + `/withdraw"><input type="hidden" name="version" value="(\d+)"`).FindStringSubmatch(body)
	if all == nil {
		t.Fatal("no way to give the title up")
	}
	s.done(path+"/withdraw", url.Values{"reason": {"店面转让"}, "version": {all[1]}})
	s.get(path, "已退出", "店面转让")
}
