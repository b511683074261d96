package importing_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/badge"
	"fangxin/internal/badgecode"
	"fangxin/internal/blob"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/i18n"
	"fangxin/internal/ident"
	"fangxin/internal/importer"
	"fangxin/internal/merchant"
	"fangxin/internal/scheme"
	"fangxin/internal/task"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
	"fangxin/internal/web/importing"
	"fangxin/internal/web/page"
)

type members struct{}

func (members) Grant(context.Context, *usecase.Call, ident.AccountID, ident.OperatorID) error {
	return nil
}
func (members) Phone(context.Context, usecase.Reader, ident.AccountID) (string, error) {
	return "", nil
}

// site is the pages with real services behind them.
type site struct {
	t       *testing.T
	handler http.Handler
	by      access.Principal
	imports *importer.Service
}

func newSite(t *testing.T) *site {
	t.Helper()
	rt, _, _ := testkit.Runtime(dbtest.SQLite(t))
	ring, err := badgecode.NewRing(bytes.Repeat([]byte{7}, 32))
	s := &site{t: t, by: testkit.Staff(access.CountyOfficer, "/36/3601/360102/")}
	s.ok(err)
	inCharge := func(_ context.Context, _ usecase.Reader, code string) (string, error) {
		return "/36/" + code[:4] + "/" + code + "/", nil
	}
	shops := merchant.New(rt, members{}, inCharge, blob.New(rt, t.TempDir()), task.New(rt))
	titles := certificate.New(rt, badge.New(rt, ring, "https://v.example"), scheme.Texts, calendar.Shipped())
	s.imports = importer.New(rt, shops, titles, inCharge)
	e, err := page.New(i18n.Shipped(), func() bool { return false }, slog.New(slog.DiscardHandler))
	s.ok(err)
	mux := http.NewServeMux()
	(&importing.Pages{E: e, Imports: s.imports}).Mount(mux)
	s.handler = e.Middleware(mux)
	return s
}

func (s *site) ok(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// unfilled are marks of something that a template could not fill in.
var unfilled = regexp.MustCompile(`<no value>|ZgotmplZ|%!|>(import|flash|fault|rule|tabular)\.[a-z_.]+<`)

func (s *site) send(r *http.Request) *httptest.ResponseRecorder {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r.WithContext(access.With(r.Context(), s.by)))
	if m := unfilled.FindString(w.Body.String()); m != "" {
		s.t.Errorf("%s %s: not filled in: %s", r.Method, r.URL, m)
	}
	return w
}

func (s *site) get(path string) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.send(httptest.NewRequest(http.MethodGet, path, nil))
}

// upload posts the form; fields are pairs.
func (s *site) upload(name, content string, fields ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for i := 0; i+1 < len(fields); i += 2 {
		s.ok(m.WriteField(fields[i], fields[i+1]))
	}
	part, err := m.CreateFormFile("file", name)
	s.ok(err)
	_, err = part.Write([]byte(content))
	s.ok(err)
	s.ok(m.Close())
	r := httptest.NewRequest(http.MethodPost, "/desk/import", &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return s.send(r)
}

// status checks the status of an answer and that it says some words.
func (s *site) status(w *httptest.ResponseRecorder, code int, want ...string) string {
	s.t.Helper()
	body := w.Body.String()
	if w.Code != code {
		s.t.Fatalf("%d, want %d: %s", w.Code, code, body)
	}
	for _, words := range want {
		if !strings.Contains(body, words) {
			s.t.Errorf("does not say %q in %s", words, body)
		}
	}
	return body
}

func code(n int) string { return string(ident.CompleteUSCC(fmt.Sprintf("92360102MA%07d", n))) }

func list(n int) string {
	text := "统一社会信用代码,企业名称,联系电话\n"
	for i := range n {
		text += fmt.Sprintf("%s,东湖区%d店,%s\n", code(i), i, []string{"", "没有"}[i%2])
	}
	return text
}

func TestFromFileToRegistry(t *testing.T) {
	s := newSite(t)
	s.status(s.get("/desk/import"), http.StatusOK, "还没有导入过文件", `value="premises"`, "20 MB", "称号由省级、市级工作人员导入", "/desk/import-templates/merchants.xlsx")
	w := s.upload("C:\\名单\\东湖.csv", list(120), "kind", "merchants")
	s.status(w, http.StatusSeeOther)
	run := w.Header().Get("Location")
	body := s.status(s.get(run), http.StatusOK, "东湖.csv", "还没有写入任何内容", "导入 60 行", "“没有”不是电话号码", "另有 10 处", run+"/errors.csv")
	if n := strings.Count(body, "“没有”不是电话号码"); n != 1 || !strings.Contains(body, "3、5、7、") {
		t.Errorf("one problem stands there %d times", n)
	}
	if strings.Contains(body, "名单\\") {
		t.Error("the folder of somebody's computer is shown")
	}
	if w := s.get(run); w.Header().Get("Refresh") != "" {
		t.Error("a page that waits for somebody asks again")
	}
	s.status(s.send(httptest.NewRequest(http.MethodPost, run, nil)), http.StatusSeeOther)
	w = s.get(run)
	s.status(w, http.StatusOK, "正在导入：0 / 120 行", "继续导入")
	if w.Header().Get("Refresh") == "" {
		t.Error("nobody sees how it goes on")
	}
	id := ident.ImportID(strings.TrimPrefix(run, "/desk/import/"))
	_, err := s.imports.Work(context.Background(), id, importer.Pace{})
	s.ok(err)
	body = s.status(s.get(run), http.StatusOK, "导入完成", "不能导入")
	if strings.Contains(body, "<form method=\"post\" action=\"/desk/import/") {
		t.Error("a finished import can be run again")
	}
	s.status(s.get("/desk/import?lang=en"), http.StatusOK, "东湖.csv", "Done", ">60<")
	w = s.get(run + "/errors.csv")
	body = s.status(w, http.StatusOK)
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff"))).ReadAll()
	if err != nil || len(lines) != 61 || !strings.Contains(w.Header().Get("Content-Disposition"), "filename*=utf-8''") {
		t.Errorf("%d lines, %v, %s", len(lines), err, w.Header().Get("Content-Disposition"))
	}
	s.status(s.send(httptest.NewRequest(http.MethodPost, run, nil)), http.StatusConflict, "已经导入完成")
}

// What was chosen stays when a file is refused.
func TestRefusedUploadsKeepTheForm(t *testing.T) {
	s := newSite(t)
	chosen := `value="premises" checked`
	s.status(s.upload("", "", "kind", "premises"), http.StatusUnprocessableEntity, chosen, `href="#f-file"`, "请选择一个有内容的文件", `aria-invalid="true"`)
	s.status(s.upload("x.csv", "", "kind", "premises"), http.StatusUnprocessableEntity, chosen, "请选择一个有内容的文件")
	s.status(s.upload("x.xls", "\xD0\xCF\x11\xE0rest", "kind", "premises"), http.StatusUnprocessableEntity, chosen, "旧版 Excel")
	s.status(s.upload("x.csv", strings.Repeat("x", importer.MaxBytes+1), "kind", "premises"), http.StatusRequestEntityTooLarge, chosen, "不能超过 20 MB")
	s.status(s.upload("x.csv", list(1), "kind", "nonsense"), http.StatusUnprocessableEntity)
	s.status(s.upload("x.csv", list(1)), http.StatusUnprocessableEntity)
	r := httptest.NewRequest(http.MethodPost, "/desk/import", strings.NewReader("kind=premises"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	s.status(s.send(r), http.StatusBadRequest)
	s.status(s.upload("x.csv", list(1), "kind", "certificates"), http.StatusForbidden, "称号由省级、市级工作人员导入")
	// Nothing of it was kept.
	s.status(s.get("/desk/import"), http.StatusOK, "还没有导入过文件")
}

// Columns under other names are chosen on the page.
func TestOtherNamesAreChosen(t *testing.T) {
	s := newSite(t)
	text := strings.NewReplacer("统一社会信用代码", "证照号", "企业名称", "字号名称").Replace(list(2))
	body := s.status(s.upload("x.csv", text, "kind", "merchants"), http.StatusUnprocessableEntity,
		"缺少：统一社会信用代码、企业名称", `name="map_to" value="统一社会信用代码"`, `name="map_to" value="企业名称"`, `<option value="证照号">`, `value="merchants" checked`)
	if strings.Count(body, `name="map_from"`) != 2 {
		t.Error("not one choice for each missing column")
	}
	// One of them is chosen; the other is asked for again, and the choice stays.
	body = s.status(s.upload("x.csv", text, "kind", "merchants", "map_to", "统一社会信用代码", "map_from", "证照号", "map_to", "企业名称", "map_from", ""), http.StatusUnprocessableEntity,
		`<option value="证照号" selected>`, "缺少：企业名称")
	if n := strings.Count(body, `name="map_to" value="企业名称"`); n != 1 {
		t.Errorf("asked %d times for one column", n)
	}
	s.status(s.upload("", "", "kind", "merchants", "map_to", "统一社会信用代码", "map_from", "证照号"), http.StatusUnprocessableEntity, `<option value="证照号" selected>`)
	w := s.upload("x.csv", text, "kind", "merchants", "map_to", "统一社会信用代码", "map_from", "证照号", "map_to", "企业名称", "map_from", "字号名称")
	s.status(w, http.StatusSeeOther)
	s.status(s.get(w.Header().Get("Location")), http.StatusOK, "导入 1 行")
}

func TestTemplates(t *testing.T) {
	s := newSite(t)
	w := s.get("/desk/import-templates/premises.csv")
	s.status(w, http.StatusOK, "统一社会信用代码（必填）", "示例")
	if w.Header().Get("Content-Type") != "text/csv; charset=utf-8" || !strings.HasPrefix(w.Body.String(), "\ufeff") {
		t.Errorf("%v", w.Header())
	}
	w = s.get("/desk/import-templates/premises.xlsx")
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Body.String(), "PK") || !strings.Contains(w.Header().Get("Content-Type"), "spreadsheetml") {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	s.status(s.get("/desk/import-templates/certificates.xlsx"), http.StatusForbidden)
	for _, name := range []string{"nonsense.csv", "premises.pdf", "premises"} {
		s.status(s.get("/desk/import-templates/"+name), http.StatusNotFound)
	}
	s.by = testkit.Staff(access.CityOfficer, "/36/3601/")
	s.status(s.get("/desk/import-templates/certificates.csv"), http.StatusOK)
	s.status(s.get("/desk/import"), http.StatusOK, "/desk/import-templates/certificates.xlsx", `value="certificates"`)
}

func TestWhoComesIn(t *testing.T) {
	s := newSite(t)
	w := s.upload("x.csv", list(1), "kind", "merchants")
	s.status(w, http.StatusSeeOther)
	run := w.Header().Get("Location")
	s.by = access.Anonymous()
	if w := s.get("/desk/import"); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/sign-in") {
		t.Errorf("a stranger: %d", w.Code)
	}
	for _, p := range []access.Principal{testkit.Merchant(), testkit.Staff(access.Inspector, "/36/3601/360102/"), testkit.Staff(access.Supervisor, "/36/")} {
		s.by = p
		s.status(s.get("/desk/import"), http.StatusForbidden)
		s.status(s.upload("x.csv", list(1), "kind", "merchants"), http.StatusForbidden)
	}
	s.by = testkit.Staff(access.CountyOfficer, "/36/3607/360702/")
	s.status(s.get(run), http.StatusNotFound)
	s.status(s.get(run+"/errors.csv"), http.StatusNotFound)
	s.status(s.send(httptest.NewRequest(http.MethodPost, run, nil)), http.StatusNotFound)
}
