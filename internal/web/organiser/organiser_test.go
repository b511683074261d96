package organiser_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/account"
	"fangxin/internal/app"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/config"
	"fangxin/internal/demo"
	"fangxin/internal/ident"
	"fangxin/internal/merchant"
	"fangxin/internal/scheme"
	"fangxin/internal/street"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
	"fangxin/internal/web/organiser"
)

const county = "/36/3601/360102/"

// site is the pages of streets on the whole program.
type site struct {
	*app.App
	t     *testing.T
	mux   *http.ServeMux
	owner access.Principal
	rival access.Principal
	shop  access.Principal
	first street.View
}

func newSite(t *testing.T) *site {
	c := config.Config{
		Listen: "127.0.0.1:8080", Data: t.TempDir(), BaseURL: "https://fx.example.gov.cn",
		LogFormat: "text", LogLevel: "error", Passwords: "asvs", Shutdown: time.Second,
	}
	c, err := c.Finish()
	if err != nil {
		t.Fatal(err)
	}
	clock := testkit.NewClock(testkit.Monday)
	s := &site{t: t, mux: http.NewServeMux()}
	if s.App, err = app.New(context.Background(), c, app.Options{Clock: clock.Now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	s.ok(demo.Authorities(context.Background(), s.App))
	for i, p := range []*access.Principal{&s.owner, &s.rival, &s.shop} {
		role := []access.Role{access.Organiser, access.Organiser, access.Merchant}[i]
		v, err := s.Accounts.Seed(usecase.System(context.Background(), "test"), account.SeedCommand{
			Login: fmt.Sprintf("person%d", i), Password: "Seven-lanterns-09", Name: "某人", Phone: fmt.Sprintf("1380000002%d", i), Roles: []access.Role{role},
		})
		s.ok(err)
		*p = access.Principal{Account: v.ID, Name: "某人", Roles: []access.Role{role}}
	}
	op, err := s.Merchants.AddOperator(testkit.As(s.owner), merchant.AddOperatorCommand{USCC: "91360102MA1TEUT08T", Name: "万寿宫街区管理有限公司"})
	s.ok(err)
	s.first, err = s.Streets.Register(testkit.As(s.owner), street.RegisterCommand{Operator: op.ID, Division: "360102", About: street.About{
		Name: "万寿宫街区", Address: "中山路1号", Station: "中山路3号",
	}})
	s.ok(err)
	(&organiser.Pages{
		E: s.Pages, Streets: s.Streets, Merchants: s.Merchants, Applications: s.Applications, Badges: s.Badges, Files: s.Files, Demo: func() bool { return false },
	}).Mount(s.mux)
	return s
}

func (s *site) ok(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// do sends a request as somebody; a form is posted.
func (s *site) do(by access.Principal, path string, form url.Values) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if form != nil {
		r = httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	s.Pages.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mux.ServeHTTP(w, r.WithContext(access.With(r.Context(), by)))
	})).ServeHTTP(w, r)
	return w
}

func (s *site) shops(n int) {
	s.t.Helper()
	sch, _ := scheme.Lookup("jx-model-shop", "")
	today := calendar.DateOf(testkit.Monday)
	var ids []ident.PremisesID
	for i := range n {
		op, id := ident.New[ident.OperatorID](), ident.New[ident.PremisesID]()
		_, err := s.DB.W.NewRaw(`INSERT INTO operator (id, uscc, name, version, created_at, updated_at) VALUES (?, ?, ?, 1, ?, ?)`, op, fmt.Sprintf("9136010200000%05d", i), "商户", testkit.Monday, testkit.Monday).Exec(context.Background())
		s.ok(err)
		_, err = s.DB.W.NewRaw(`INSERT INTO premises (id, operator, name, address, division, lng, lat, datum, sectors, scope, active, version, created_at, updated_at, place_key)
			VALUES (?, ?, ?, ?, '360102', ?, 28.68, 'gcj02', '["catering"]', ?, TRUE, 1, ?, ?, ?)`,
			id, op, fmt.Sprintf("万寿店%02d", i), fmt.Sprintf("中山路%d号", i), 115.88+float64(i)*0.0001, county, testkit.Monday, testkit.Monday, fmt.Sprint("x", i)).Exec(context.Background())
		s.ok(err)
		ids = append(ids, id)
		if i == 0 {
			continue // one has no title
		}
		_, err = s.Certificates.Import(usecase.System(context.Background(), "test"), certificate.ImportCommand{IssueInput: certificate.IssueInput{
			Scheme: sch.Code, SchemeVersion: sch.Version, Premises: id, Operator: op, Scope: county, Holder: "店", Address: "中山路", Division: "360102",
			Issuer: sch.Issuer.Zh, Approval: sch.Approval, IssuedOn: today, ExpiresOn: today.AddDays(400),
		}})
		s.ok(err)
	}
	_, err := s.Streets.Join(testkit.As(s.owner), street.JoinCommand{Street: s.first.ID, Premises: ids})
	s.ok(err)
}

// The pages of a street are its organiser's: others do not learn that it exists.
func TestOnlyTheOrganiser(t *testing.T) {
	s := newSite(t)
	base := "/my/streets/" + string(s.first.ID)
	for _, path := range []string{base, base + "/edit", base + "/add", base + "/add?name=万寿", base + "/map", base + "/nudge"} {
		for _, c := range []struct {
			who  string
			by   access.Principal
			code int
		}{{"the organiser", s.owner, 200}, {"another organiser", s.rival, 404}, {"a merchant", s.shop, 403}, {"nobody", access.Anonymous(), 303}} {
			if w := s.do(c.by, path, nil); w.Code != c.code {
				t.Errorf("%s on %s: %d, want %d", c.who, path, w.Code, c.code)
			}
		}
	}
	if w := s.do(s.rival, base+"/outsiders", url.Values{"name": {"某店"}}); w.Code != 404 {
		t.Errorf("another organiser adds: %d", w.Code)
	}
	if w := s.do(access.Anonymous(), "/s/"+string(s.first.ID), nil); w.Code != 200 || !strings.Contains(w.Body.String(), "万寿宫街区") {
		t.Errorf("the live board is for everybody: %d", w.Code)
	}
}

// What was typed stays, and the words name the field and the way out.
func TestFormsKeepWhatWasTyped(t *testing.T) {
	s := newSite(t)
	base := "/my/streets/" + string(s.first.ID)
	w := s.do(s.owner, base+"/map", url.Values{"corners": {"115.88, 28.67\n115.89"}, "datum": {"gcj02"}, "version": {"1"}})
	if body := w.Body.String(); w.Code != 422 || !strings.Contains(body, "115.88, 28.67\n115.89") || !strings.Contains(body, "第 2 行不是") {
		t.Errorf("%d", w.Code)
	}
	w = s.do(s.owner, base, url.Values{"name": {""}, "address": {"新地址 99 号"}, "station": {"某处"}, "version": {"1"}})
	if body := w.Body.String(); w.Code != 422 || !strings.Contains(body, "新地址 99 号") || !strings.Contains(body, `id="e-name"`) {
		t.Errorf("%d", w.Code)
	}
	w = s.do(s.owner, base+"/list", url.Values{"text": {"没有的店,,\n"}})
	if body := w.Body.String(); w.Code != 200 || !strings.Contains(body, "登记库中没有 1 家") || !strings.Contains(body, "没有的店") {
		t.Errorf("a trial of a list: %d", w.Code)
	}
	if w = s.do(s.owner, base+"/list", url.Values{"text": {"没有的店,,\n"}, "apply": {"true"}, "others": {"true"}}); w.Code != 303 {
		t.Errorf("the list applied: %d", w.Code)
	}
	if w = s.do(s.owner, base, nil); !strings.Contains(w.Body.String(), "没有的店") {
		t.Error("the desk does not list it")
	}
}

// The board is printed only with a title, names only shops with one, and its
// code opens the street.
func TestBoard(t *testing.T) {
	s := newSite(t)
	pdf := "/s/" + string(s.first.ID) + "/board.pdf?size=a3"
	if w := s.do(s.owner, pdf, nil); w.Code == 200 {
		t.Error("a street without a title has a board")
	}
	s.shops(31)
	sch, _ := scheme.Lookup("jx-model-street", "")
	today := calendar.DateOf(testkit.Monday)
	_, err := s.Certificates.Import(usecase.System(context.Background(), "test"), certificate.ImportCommand{IssueInput: certificate.IssueInput{
		Scheme: sch.Code, SchemeVersion: sch.Version, Street: s.first.ID, Operator: s.first.Operator, Scope: county, Holder: "万寿宫街区", Address: "中山路1号", Division: "360102",
		Issuer: sch.Issuer.Zh, Approval: sch.Approval, IssuedOn: today, ExpiresOn: today.AddDays(700),
	}})
	s.ok(err)
	if w := s.do(s.rival, pdf, nil); w.Code == 200 {
		t.Error("another organiser prints the board")
	}
	w := s.do(s.owner, pdf, nil)
	if w.Code != 200 || w.Header().Get("Content-Type") != "application/pdf" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if page := s.do(access.Anonymous(), "/s/"+string(s.first.ID), nil).Body.String(); strings.Contains(page, "万寿店00") || !strings.Contains(page, "万寿店30") {
		t.Error("the live board lists a shop without a title, or not all with one")
	}
	for _, tool := range []string{"pdftoppm", "pdftotext", "zbarimg"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal("missing: " + tool) // nothing is left out silently there
			}
			t.Skip("no " + tool)
		}
	}
	file := filepath.Join(t.TempDir(), "board.pdf")
	s.ok(os.WriteFile(file, w.Body.Bytes(), 0o600))
	s.ok(exec.Command("pdftoppm", "-r", "100", "-singlefile", "-png", file, file).Run())
	code, err := exec.Command("zbarimg", "--quiet", "--raw", file+".png").Output()
	if err != nil || !strings.HasPrefix(strings.ToUpper(string(code)), "HTTPS://FX.EXAMPLE.GOV.CN/B/") {
		t.Errorf("the phone reads %q, %v", code, err)
	}
	text, err := exec.Command("pdftotext", file, "-").Output()
	s.ok(err)
	if strings.Contains(string(text), "万寿店00") || !strings.Contains(string(text), "万寿店30") {
		t.Error("the board names a shop without a title, or not all with one")
	}
}

// A search that is too short is answered beside its field, on the page itself.
func TestAShortSearchKeepsThePage(t *testing.T) {
	s := newSite(t)
	w := s.do(s.owner, "/my/streets/"+string(s.first.ID)+"/add?name=店&road=中山", nil)
	body := w.Body.String()
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(body, `id="e-q-name"`) || !strings.Contains(body, `value="店"`) || !strings.Contains(body, `value="中山"`) {
		t.Errorf("%d: %s", w.Code, body[strings.Index(body, "<h1"):][:1500])
	}
	if strings.Contains(body, `id="e-name"`) {
		t.Error("the form for shops that are not registered is blamed, too")
	}
}

// What a list or a reminder would do to nobody has no button that says it does.
func TestButtonsDoWhatTheySay(t *testing.T) {
	s := newSite(t)
	s.shops(2)
	base := "/my/streets/" + string(s.first.ID)
	w := s.do(s.owner, base+"/list", url.Values{"text": {"没有登记的茶铺\n万寿店00\n"}})
	if body := w.Body.String(); w.Code != 200 || !strings.Contains(body, "把这 1 家列为未登记商户") || strings.Contains(body, "确认导入 0 家") {
		t.Errorf("a list with nobody of the register: %d", w.Code)
	}
	w = s.do(s.owner, base+"/list", url.Values{"text": {"没有登记的茶铺\n"}, "apply": {"true"}, "others": {"true"}})
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d", w.Code)
	}
	d, err := s.Streets.Desk(testkit.As(s.owner), s.first.ID)
	s.ok(err)
	if len(d.Outsiders) != 1 || d.Outsiders[0].Name != "没有登记的茶铺" {
		t.Errorf("listed: %+v", d.Outsiders)
	}
	var all []string // nobody has an account
	for _, m := range d.Members {
		all = append(all, string(m.Premises))
	}
	w = s.do(s.owner, base+"/nudge/preview", url.Values{"words": {"请尽快申报"}, "premises": all})
	if body := w.Body.String(); w.Code != 200 || !strings.Contains(body, "这次没有可以通知的商户") || strings.Contains(body, `action="`+base+`/nudge"`) {
		t.Errorf("a reminder for nobody: %d", w.Code)
	}
}
