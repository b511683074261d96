package e2e

import (
	"encoding/json"
	"image/png"
	"net/http"
	"os"
	"strings"
	"testing"

	"fangxin/internal/db/dbtest"
	"fangxin/internal/tools/browser"
	"fangxin/internal/tools/qrread"
)

// TestStory lives the whole story on both databases.
func TestStory(t *testing.T) {
	if testing.Short() {
		t.Skip("a long story")
	}
	b := browser.Open(t)
	t.Run("sqlite", func(t *testing.T) {
		s := newSite(t, b, "")
		s.screens = os.Getenv(EnvScreens)
		story(t, s)
	})
	t.Run("postgres", func(t *testing.T) { story(t, newSite(t, b, dbtest.PostgresURL(t))) })
}

func story(t *testing.T, s *site) {
	// A shopkeeper joins and applies.
	m := &merchant{person: s.person(t, browser.Phone), phone: "13879110086"}
	m.join()
	m.register()
	m.apply()
	number := m.sign()

	// The county returns it once, on one item; the answer comes back under the
	// same number, and goes on to the city, which orders the visit.
	c := officer{s.signIn(t, "county", browser.Desktop)}
	c.open()
	c.shows(number, shopName, "陶春和")
	c.act("accept")
	c.act("return", func() {
		c.Fill(`form[action$="/return"] [name=reason]`, "门头照片看不清店名，请补充说明")
		c.Select(`[name="items.0.pointer"]`, "/contact")
		c.Fill(`[name="items.0.note"]`, "请写店里能接电话的人")
	})
	m.Goto("/my")
	m.shows("轮到您办理")
	m.Goto(m.base)
	m.shows("请写店里能接电话的人", "门头照片看不清店名")
	m.Goto(m.base + "/contact")
	m.Fill(`[name="contact.name"]`, "陶景明")
	m.Follow(".bar button[type=submit]")
	m.Goto(m.base + "/check")
	if again := m.sign(); again != number {
		t.Errorf("the corrected case is %s, it was %s", again, number)
	}
	c.open()
	s.picture(c.Page, "04-case")
	c.shows("陶景明")
	c.act("recommend")
	city := officer{s.signIn(t, "city", browser.Desktop)}
	city.open()
	city.act("order_inspection")

	// Two inspectors are sent and fill the sheet.
	c.Goto("/desk/inspections?state=planned")
	c.Follow("main a >> " + shopName)
	c.act("assign", func() {
		c.Select("[name=lead]", "核查员 龚海波")
		c.Select("[name=second]", "核查员 邹春梅")
	})
	i := inspector{s.signIn(t, "inspector1", browser.Tablet)}
	i.visit()
	i.close()
	c.Goto("/desk/inspections?state=submitted")
	c.Follow("main a >> " + shopName)
	c.shows("营业执照被海报遮住一半", "没有预付消费")
	c.act("accept")

	// County, city and province; the notice runs its days in public.
	c.open()
	c.act("take_assessment")
	c.act("endorse")
	city.open()
	city.act("endorse_city")
	p := officer{s.signIn(t, "province", browser.Desktop)}
	p.open()
	p.act("announce")
	shop := s.shopper(t)
	shop.Goto("/notices")
	shop.Follow("main a >> " + shopName)
	shop.shows(shopName, "异议")
	s.days(10)
	other := officer{s.signIn(t, "province2", browser.Desktop)}
	other.open()
	other.act("certify")

	// The title and its badge.
	m.Goto("/sign-in")
	m.Goto("/join?next=/my")
	m.Fill("[name=phone]", m.phone)
	m.Follow("main form.card button[type=submit]")
	m.Fill("[name=code]", m.Text("#demo-code"))
	m.Follow("main form.card button[type=submit]")
	m.Goto(m.base)
	m.Follow(`main a[href^="/my/certificates/"]`)
	m.shows("JX-SF-", shopName)
	s.picture(m.Page, "07-badge")
	address := decode(t, s, m.Attr(`a[href$="/qr.png"]`, "href"))

	// A shopper scans; then the title is suspended, and the same scan says so.
	shop.scan(address, "有效", "08-valid")
	twin(t, address, "valid")
	c.again("county")
	c.Goto("/desk/certificates?name=" + shopName)
	c.Follow("main table a >> " + shopName)
	c.act("suspend", func() {
		c.Fill(`form[action$="/suspend"] [name=reason]`, "后厨改造，整改期间暂停使用标识")
	})
	shop.scan(address, "暂停", "09-suspended")
	shop.shows("后厨改造")
	twin(t, address, "suspended")

	// One officer proposes to restore it, a second one decides.
	c.act("restore", func() { c.Fill(`form[action$="/restore"] [name=reason]`, "改造完成，复查合格") })
	shop.scan(address, "暂停", "")
	second := officer{s.signIn(t, "county2", browser.Desktop)}
	second.Goto(c.URL())
	second.Follow("button[name=approve][value=true]")
	shop.scan(address, "有效", "")
	twin(t, address, "valid")

	// The shopper says that the badge hangs elsewhere; the county sees it.
	shop.Follow("a >> 不是这家店")
	shop.Check("input[name=kind]", true)
	shop.Fill("[name=note]", "这个标识贴在隔壁超市门上")
	shop.Follow("form button[type=submit]")
	c.Goto("/desk/tasks")
	c.shows("这个标识贴在隔壁超市门上")
}

// decode reads the code of a badge with both readers.
func decode(t *testing.T, s *site, path string) string {
	t.Helper()
	r, err := http.Get(s.base + path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	picture, err := png.Decode(r.Body)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	text, err := qrread.Image(picture)
	if err != nil {
		t.Fatal(err)
	}
	if qrread.HasZbar(t) {
		if all, err := qrread.Zbar(t, picture); err != nil || len(all) != 1 || all[0] != text {
			t.Fatalf("zbar reads %v (%v), ZXing %q", all, err, text)
		}
	}
	if !strings.HasPrefix(text, strings.ToUpper(s.base)+"/B/") {
		t.Fatalf("the code says %q", text)
	}
	return text
}

// twin asks the program's form of a scan.
func twin(t *testing.T, address, status string) {
	t.Helper()
	at := strings.LastIndex(address, "/B/")
	r, err := http.Get(strings.ToLower(address[:at]) + "/api/v1/badges/" + address[at+3:])
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var answer struct {
		Status string `json:"status"`
	}
	if err := json.NewDecoder(r.Body).Decode(&answer); err != nil || answer.Status != status {
		t.Errorf("the twin says %q (%v), want %q", answer.Status, err, status)
	}
}
