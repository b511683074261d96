package authoring_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/i18n"
	"fangxin/internal/ident"
	"fangxin/internal/module"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
	"fangxin/internal/web/authoring"
	"fangxin/internal/web/page"
)

// site is the pages with the real service behind them.
type site struct {
	t                    *testing.T
	handler              http.Handler
	by                   access.Principal
	author, second, city access.Principal
	s                    *module.Service
	past                 []module.Past
	lang                 string
}

func newSite(t *testing.T) *site {
	t.Helper()
	rt, _, _ := testkit.Runtime(dbtest.SQLite(t))
	s := &site{t: t, s: module.New(rt, "/36/"), lang: "zh-CN",
		author: testkit.Staff(access.ProvinceOfficer, "/36/"), second: testkit.Staff(access.Administrator, "/36/"), city: testkit.Staff(access.CityOfficer, "/36/3601/")}
	s.s.Past = func(context.Context, usecase.Reader, string, string, int) ([]module.Past, error) { return s.past, nil }
	s.ok(s.s.Seed(t.Context()))
	e, err := page.New(i18n.Shipped(), func() bool { return false }, slog.New(slog.DiscardHandler))
	s.ok(err)
	mux := http.NewServeMux()
	(&authoring.Pages{E: e, Modules: s.s}).Mount(mux)
	s.handler, s.by = e.Middleware(mux), s.author
	return s
}

func (s *site) ok(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// unfilled are marks of something that a template could not fill in.
var unfilled = regexp.MustCompile(`<no value>|ZgotmplZ|%!|(module|checklist|flash|fault|rule)\.[a-z_]+[a-z_.]*<`)

func (s *site) send(r *http.Request) *httptest.ResponseRecorder {
	s.t.Helper()
	r.Header.Set("Accept-Language", s.lang)
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r.WithContext(access.With(r.Context(), s.by)))
	if m := unfilled.FindString(w.Body.String()); m != "" {
		s.t.Errorf("%s %s: not filled in: %s", r.Method, r.URL, m)
	}
	return w
}

// get reads a page that must hold some texts.
func (s *site) get(path string, want ...string) string {
	s.t.Helper()
	w := s.send(httptest.NewRequest(http.MethodGet, path, nil))
	if w.Code != http.StatusOK {
		s.t.Fatalf("GET %s: %d", path, w.Code)
	}
	for _, text := range want {
		if !strings.Contains(w.Body.String(), text) {
			s.t.Errorf("GET %s does not say %q", path, text)
		}
	}
	return w.Body.String()
}

// post sends a form and gives where it leads, or the page that refuses it.
func (s *site) post(path string, form url.Values) (to, body string) {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := s.send(r)
	return w.Header().Get("Location"), w.Body.String()
}

var (
	field   = regexp.MustCompile(`(?s)<(?:input|textarea)[^>]*name="([^"]+)"[^>]*?(?:value="([^"]*)"[^>]*)?>(?:([^<]*)</textarea>)?`)
	choice  = regexp.MustCompile(`(?s)<select[^>]*name="([^"]+)".*?</select>`)
	picked  = regexp.MustCompile(`<option value="([^"]*)" selected>`)
	checked = regexp.MustCompile(`type="(?:checkbox|radio)"`)
)

// form reads the item form as a browser would send it.
func form(body string) url.Values {
	out := url.Values{}
	for _, m := range field.FindAllStringSubmatch(body, -1) {
		if checked.MatchString(m[0]) && !strings.Contains(m[0], " checked") {
			continue
		}
		out.Add(m[1], strings.NewReplacer("&#43;", "+", "&#39;", "'", "&amp;", "&", "&#34;", `"`).Replace(m[2]+m[3]))
	}
	for _, m := range choice.FindAllStringSubmatch(body, -1) {
		if p := picked.FindStringSubmatch(m[0]); p != nil {
			out.Set(m[1], p[1])
		}
	}
	return out
}

func (s *site) detail(id string) module.Detail {
	s.t.Helper()
	d, err := s.s.Get(testkit.As(s.by), ident.ModuleID(id))
	s.ok(err)
	return d
}

// begin makes a draft of a module over the page.
func (s *site) begin(code string) (id, path string) {
	s.t.Helper()
	list, err := s.s.List(testkit.As(s.by), module.ListQuery{Code: code})
	s.ok(err)
	path, _ = s.post("/desk/checklists", url.Values{"base": {string(list[len(list)-1].ID)}})
	return strings.TrimPrefix(path, "/desk/checklists/"), path
}

// Saving any item of any shipped module as it stands changes nothing: the form
// holds every field.
func TestFormsHoldEverything(t *testing.T) {
	s := newSite(t)
	for _, code := range []string{"JDZ", "BON", "STR", "CAN", "RET", "YTS"} {
		id, path := s.begin(code)
		before := s.detail(id)
		for _, sec := range before.Body.Sections {
			f := form(s.get(path + "/sections/" + sec.ID))
			if to, body := s.post(path+"/sections/"+sec.ID, f); to == "" {
				t.Fatalf("%s: %s", sec.ID, body)
			}
			for _, it := range sec.Items {
				f := form(s.get(path + "/items/" + it.ID))
				if to, body := s.post(path+"/items/"+it.ID, f); to == "" {
					t.Fatalf("%s: %s", it.ID, body)
				}
			}
		}
		after := s.detail(id)
		if after.Hash != before.Hash {
			t.Errorf("%s changed by saving it unchanged: %+v", code, checklist.DiffModules(&before.Body, &after.Body))
		}
	}
}

func TestWritingAVersion(t *testing.T) {
	s := newSite(t)
	s.get("/desk/checklists", "通用检查表", "新版本", "随系统提供")
	id, path := s.begin("COM")
	s.get(path, "COM-02", "2026.2", "提请发布")

	f := form(s.get(path + "/items/COM-02"))
	f.Set("points", "四")
	f.Set("zh", "亮照亮证，清楚可见")
	to, body := s.post(path+"/items/COM-02", f)
	if to != "" || !strings.Contains(body, "亮照亮证，清楚可见") || !strings.Contains(body, `id="e-points"`) {
		t.Errorf("a number that is none: leads to %q, typed text kept: %v", to, strings.Contains(body, "亮照亮证，清楚可见"))
	}
	f.Set("points", "4.5")
	f.Set("en", "")
	if to, _ = s.post(path+"/items/COM-02", f); to != path+"/items/COM-02" {
		t.Errorf("an item with a problem leads to %q", to)
	}
	s.get(path+"/items/COM-02", "英文为空", "4.5")
	s.get(path, "COM-02", "1 处要改")
	f.Set("en", "Licences are shown and can be read")
	f.Set("version", "1")
	if to, body = s.post(path+"/items/COM-02", f); to != "" || !strings.Contains(body, "Licences are shown and can be read") {
		t.Error("a form of an old version is taken, or its text lost")
	}
	f = form(s.get(path + "/items/COM-02"))
	f.Set("en", "Licences are shown and can be read")
	if to, _ = s.post(path+"/items/COM-02", f); to != path+"#COM-02" {
		t.Errorf("leads to %q", to)
	}
	version := func() string { return form(s.get(path)).Get("version") }
	for _, op := range []string{"up COM-02", "copy COM-13", "remove COM-12", "section-up COM"} {
		s.post(path+"/arrange", url.Values{"version": {version()}, "op": {op}})
	}
	d := s.detail(id)
	var ids []string
	for _, it := range d.Body.Sections[0].Items {
		ids = append(ids, it.ID)
	}
	if got := strings.Join(ids, " "); !strings.HasPrefix(got, "COM-02 COM-01 ") || !strings.HasSuffix(got, "COM-11 COM-13 COM-14") {
		t.Errorf("order %s", got)
	}
	if to, body = s.post(path+"/arrange", url.Values{"version": {version()}, "op": {"up COM-99"}}); to != "" || !strings.Contains(body, "不在原处") {
		t.Error("moving an item that is not there is not refused")
	}
	s.get(path+"/diff", "COM-12", "删除", "4 · 建议分值", "4.5 · 建议分值")
	s.get(path+"/sheet?plan=jx-model-shop&sector=pharmacy", "亮照亮证，清楚可见", "PHA-01")

	if to, body = s.post(path+"/propose", url.Values{"version": {version()}, "note": {""}}); to != "" || !strings.Contains(body, "f-note") {
		t.Error("a proposal without a note is taken")
	}
	if to, _ = s.post(path+"/propose", url.Values{"version": {version()}, "note": {"按年度方案调整"}}); to != path {
		t.Errorf("proposing leads to %q", to)
	}
	if to, _ = s.post(path+"/publish", url.Values{"version": {version()}, "note": {"好"}}); to != "" {
		t.Error("its author published it")
	}
	s.by = s.second
	if to, body = s.post(path+"/publish", url.Values{"version": {version()}, "note": {"已核对"}}); to != path {
		t.Errorf("publishing: %s", body)
	}
	s.get(path, "现行", "已核对")
	s.lang = "en"
	s.get(path, "In force", "Licences are shown and can be read")
	s.get("/desk/checklists", "In force", "2026.2")
}

func TestDryRunPage(t *testing.T) {
	s := newSite(t)
	_, path := s.begin("COM")
	s.get(path+"/dry-run", "还没有用到")
	sheet, err := checklist.ForSector("store")
	s.ok(err)
	for _, no := range []string{"", "COM-02"} {
		var answers []checklist.Answer
		for it := range sheet.Items() {
			a := checklist.Answer{Item: it.ID, Verdict: checklist.Pass, Note: "n", Photos: []string{"p"}, Audio: []string{"a"}}
			if it.ID == no {
				a.Verdict = checklist.Fail
			}
			answers = append(answers, a)
		}
		s.past = append(s.past, module.Past{ID: ident.New[ident.InspectionID](), Holder: "瓷韵轩", At: testkit.Monday, Sheet: &sheet, Answers: answers})
	}
	f := form(s.get(path + "/items/COM-02"))
	f.Set("flag", "veto")
	s.post(path+"/items/COM-02", f)
	s.get(path+"/dry-run", "2 次核查中有 1 次的结论会改变", "/desk/inspections/"+string(s.past[1].ID), "瓷韵轩", "COM-02")
}

// Readers below the province see what is published and no tools.
func TestOthersOnlyRead(t *testing.T) {
	s := newSite(t)
	_, path := s.begin("STO")
	s.by = s.city
	if w := s.send(httptest.NewRequest(http.MethodGet, path, nil)); w.Code != http.StatusNotFound {
		t.Errorf("a draft is shown to a city: %d", w.Code)
	}
	body := s.get("/desk/checklists", "商店检查表")
	if strings.Contains(body, `name="base"`) {
		t.Error("a city is offered to write a version")
	}
	m := regexp.MustCompile(`/desk/checklists/[0-9a-f-]{36}`).FindString(body)
	if body := s.get(m); strings.Contains(body, `name="op"`) {
		t.Error("a city is offered tools")
	}
}
