package e2e

import (
	"fmt"
	"image/color"
	"regexp"
	"strings"
	"testing"

	"fangxin/internal/demo"
	"fangxin/internal/ident"
	"fangxin/internal/tools/browser"
)

// The shop of the story.
const (
	shopName = "春和景明餐馆"
	shopAddr = "阳明路 88 号"
	county   = "360102"
)

// person is somebody with a browser of their own.
type person struct {
	*browser.Page
	s       *site
	t       *testing.T
	scripts bool
}

func (s *site) person(t *testing.T, screen browser.Viewport) *person {
	p := s.browser.NewPage(t, browser.Options{Base: s.base, Viewport: screen})
	p.AllowConsole("status of 422") // a slip of the pen
	return &person{p, s, t, true}
}

// signIn opens the desk as one of the accounts of the demonstration.
func (s *site) signIn(t *testing.T, login string, screen browser.Viewport) *person {
	p := s.person(t, screen)
	p.again(login)
	return p
}

// again signs in, also after a session has ended.
func (p *person) again(login string) {
	p.t.Helper()
	p.Goto("/sign-in")
	p.Fill("[name=login]", login)
	p.Fill("[name=password]", demo.Password)
	if status := p.Follow("main form button[type=submit]"); status != 200 {
		p.t.Fatalf("%s signs in: %d", login, status)
	}
}

// shows fails the test unless the page says all of it, and looks at the page.
func (p *person) shows(texts ...string) {
	p.t.Helper()
	body := p.Text("body")
	for _, text := range texts {
		if !strings.Contains(body, text) {
			p.t.Errorf("%s does not say %q:\n%s", p.URL(), text, body)
		}
	}
	p.CheckOverflow()
	if p.scripts { // axe is one
		p.CheckAxe()
	}
}

// merchant is the shopkeeper.
type merchant struct {
	*person
	phone, base string // base is the address of the case
}

// join registers by phone.
func (m *merchant) join() {
	m.Goto("/join?next=/my")
	m.Fill("[name=phone]", m.phone)
	m.Follow("main form.card button[type=submit]")
	m.shows("演示")
	m.Fill("[name=code]", m.Text("#demo-code"))
	m.Fill("[name=name]", "陶春和")
	m.Check("input[name=as][value=merchant]", true)
	m.Follow("main form.card button[type=submit]")
	m.shows("先登记您的经营主体")
}

// credit gives a credit code whose own check digit and that of the organisation
// inside it are both right.
func credit() ident.USCC {
	for _, c := range "0123456789ABCDEFGHJKLMNPQRTUWXY" {
		if code := ident.CompleteUSCC("92360102MA3TXRY0" + string(c)); !code.InnerCodeDoubtful() {
			return code
		}
	}
	panic("no code has both")
}

// register adds the business, with a slip first, and the shop.
func (m *merchant) register() {
	code := string(credit())
	m.Follow(`a[href="/my/operators/new"]`)
	slip := code[:17] + map[bool]string{true: "1", false: "0"}[code[17] == '0']
	m.Fill("[name=uscc]", slip)
	m.WaitFor(".err >> 输错")
	m.Fill("[name=name]", "南昌市东湖区春和景明餐馆")
	m.Follow("main form button.block")
	m.shows("输错")
	if got := m.Value("[name=name]"); got != "南昌市东湖区春和景明餐馆" {
		m.t.Errorf("after the error the name is %q", got)
	}
	m.Fill("[name=uscc]", strings.ToLower(code[:8])+" "+code[8:])
	m.WaitFor(".saved")
	m.Fill("[name=founded_on]", "2019-05-01")
	m.Follow("main form button.block")

	m.Fill("[name=name]", shopName)
	m.Select("[name=division]", county)
	m.Fill("[name=address]", shopAddr)
	m.Check("input[name=sectors][value=catering]", true)
	m.Upload("[name=photo_file]", m.s.photo("storefront.jpg", color.RGBA{178, 58, 46, 255}))
	m.Click(`details:has([name="point.lng"]) > summary`)
	m.Fill(`[name="point.lng"]`, "115.8991")
	m.Fill(`[name="point.lat"]`, "28.6892")
	m.Select(`[name="point.datum"]`, "gcj02")
	m.CheckLook()
	m.Follow("main form button.block")
}

// apply goes through the tasks of the case in the order in which the page
// offers them, up to the check of the answers.
func (m *merchant) apply() {
	m.shows("江西省放心消费示范店", "申报条件", "要准备的材料", "不收费")
	m.s.picture(m.Page, "01-before-you-start")
	m.Follow("#jx-model-shop form button")
	m.base = m.URL()
	m.s.picture(m.Page, "02-tasks")
	for range 30 {
		m.Goto(m.base)
		if !m.Has(".bar a.btn") {
			m.t.Fatalf("no next task on %s", m.base)
		}
		m.Follow(".bar a.btn")
		switch part := strings.TrimPrefix(m.URL(), m.base); {
		case part == "/check":
			return
		case part == "/documents":
			m.documents()
		case strings.HasPrefix(part, "/answers/"):
			m.answers()
		case part == "/conditions" || part == "/promises":
			m.all("input[type=checkbox]")
			m.Follow(".bar button[type=submit]")
		case part == "/contact":
			m.Fill(`[name="contact.name"]`, "陶春和")
			m.Fill(`[name="contact.phone"]`, m.phone)
			m.Follow(".bar button[type=submit]")
		default:
			m.t.Fatalf("a task that nobody knows: %s", m.URL())
		}
	}
	m.t.Fatal("the tasks have no end")
}

// all checks every box of a kind.
func (p *person) all(css string) {
	for i := range p.Count(".choice") {
		box := fmt.Sprintf(".choice:nth-of-type(%d) %s", i+1, css)
		if p.Has(box) {
			p.Check(box, true)
		}
	}
}

// answers says "met" to every item that is asked.
func (m *merchant) answers() {
	for i := range m.Count("article.item") {
		item := fmt.Sprintf("article.item:nth-of-type(%d) ", i+1)
		if m.Has(item+"label.y input") && !m.Has(item+".thumbs") {
			m.Check(item+"label.y input", true)
		}
	}
	m.CheckLook()
	m.Follow(".bar button[type=submit]")
}

// documents uploads what is required.
func (m *merchant) documents() {
	file := m.s.photo("licence.jpg", color.RGBA{60, 90, 60, 255})
	for i := range m.Count("section.card") {
		card := fmt.Sprintf("section.card:nth-of-type(%d) ", i+1)
		if m.Has(card+"input[type=file]") && !m.Has(card+".opt-mark") && !m.Has(card+`a[href^="/files/"]`) {
			m.Upload(card+"input[type=file]", file)
			m.WaitFor(card + `a[href^="/files/"]`)
		}
	}
	m.CheckLook()
}

// sign closes the application and returns its number.
func (m *merchant) sign() string {
	m.shows(shopName, "阳明路 88 号")
	m.s.picture(m.Page, "03-check-your-answers")
	m.Check("[name=consent]", true)
	m.Fill("[name=name]", "陶春和")
	m.Follow("#sign button[type=submit]")
	m.shows("赣放心申")
	number := regexp.MustCompile(`赣放心申〔\d{4}〕\d+号`).FindString(m.Text("main"))
	if number == "" {
		m.t.Fatal("no case number")
	}
	m.Follow("main .acts a.btn")
	m.shows(number, "县级经办")
	return number
}

// officer works on cases at a desk.
type officer struct{ *person }

// open finds the case in the queue.
func (o officer) open() {
	o.t.Helper()
	o.Goto("/desk/queue")
	o.Follow("main table a >> " + shopName)
}

// act takes a step on the page shown, with what it asks for.
func (o officer) act(action string, fill ...func()) {
	o.t.Helper()
	form := `form[action$="/` + action + `"] `
	o.Click(`details:has(> ` + form + `) > summary`)
	for _, f := range fill {
		f()
	}
	if status := o.Follow(form + "button[type=submit]"); status != 200 {
		o.t.Fatalf("%s answers %d", action, status)
	}
	if o.Has("#errors") {
		o.t.Fatalf("%s: %s", action, o.Text("#errors"))
	}
	o.CheckLook()
}

// inspector fills sheets on a tablet.
type inspector struct{ *person }

// visit answers the whole sheet: one item not met with a note and a photo, one
// that does not apply with its reason.
func (i inspector) visit() {
	i.Goto("/desk")
	i.Follow("a >> " + shopName)
	i.Follow(`main a[href^="/tablet/inspections/"]`)
	sheet := i.URL()
	i.Follow(`form[action$="/start"] button`)
	failed, left := "", ""
	for _, id := range i.items() {
		item := "#" + id + " "
		switch {
		case failed == "" && strings.HasPrefix(id, "COM-02"):
			failed = id
			i.Check(item+"label.n input", true)
			i.Fill(item+"[name=note]", "营业执照被海报遮住一半，已当场移开")
			i.Upload(item+"[name=photo]", i.s.photo("finding.jpg", color.RGBA{70, 90, 120, 255}))
			i.WaitPresent(item + "[data-photos] img")
		case left == "" && i.Has(item+"label.a input") && strings.HasPrefix(id, "COM-12"):
			left = id
			i.Check(item+"label.a input", true)
			i.Fill(item+"[name=na_reason]", "开业以来没有预付消费和先行赔付的情形")
		case i.Has(item + "label.y input"):
			i.Check(item+"label.y input", true)
		}
	}
	if failed == "" || left == "" {
		i.t.Fatal("the sheet lacks the items of the story")
	}
	i.Press("\t")
	i.WaitFor("#save-state >> 已保存")
	i.Goto(sheet)
	i.s.picture(i.Page, "05-sheet")
	i.CheckLook()
	i.Follow(`.dock a[href$="/sign"]`)
	if i.Has(".note.warn") {
		i.t.Fatal(i.Text(".note.warn"))
	}
}

// items lists the ids of the sheet that are asked.
func (i inspector) items() (ids []string) {
	for _, link := range i.Attrs("article.item", "id") {
		if !strings.HasPrefix(link, "BON-") {
			ids = append(ids, link)
		}
	}
	return ids
}

// close takes the three signatures and submits.
func (i inspector) close() {
	for _, party := range []string{"lead", "second", "merchant"} {
		form := `form[data-sign]:has(input[value=` + party + `]) `
		if party == "merchant" {
			i.Fill(form+"[name=name]", "陶春和")
		}
		i.Draw(form + "canvas")
		i.Follow(form + "button[type=submit]")
	}
	i.s.picture(i.Page, "06-signatures")
	i.CheckLook()
	i.Follow(`form[action$="/submit"] button`)
	i.shows("达标")
}

// shopper scans with a phone, without scripts.
type shopper struct{ *person }

func (s *site) shopper(t *testing.T) shopper {
	p := s.browser.NewPage(t, browser.Options{Base: s.base, Viewport: browser.Phone, NoScript: true})
	return shopper{&person{p, s, t, false}}
}

// scan opens what a code says.
func (s shopper) scan(address, word, picture string) {
	s.t.Helper()
	s.Goto(address)
	s.shows(word, shopName)
	if names := s.Cookies(); len(names) > 0 {
		s.t.Errorf("the scan page sets cookies: %v", names)
	}
	s.s.picture(s.Page, picture)
}
