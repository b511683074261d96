package tablet

import (
	"net/http"
	"testing"

	"fangxin/internal/demo"
	"fangxin/internal/tools/browser"
)

// The self-assessment of a shop: a canteen is asked the questions for schools
// only when it says that it is one. What was answered is not lost meanwhile.
func (s *site) skippingAtHome(t *testing.T) {
	shop := s.office("merchant")
	var own struct {
		Items []struct {
			Operator, Division string
			Active             bool
		} `json:"items"`
	}
	shop.get("/premises?limit=50", &own)
	if len(own.Items) == 0 {
		t.Fatal("the merchant has no shop")
	}
	var premises, started struct{ ID string }
	shop.send(http.MethodPost, "/premises", "", map[string]any{"operator": own.Items[0].Operator, "name": "青山路食堂", "address": "青山路 8 号", "division": own.Items[0].Division, "sectors": []string{"canteen"}}, &premises)
	shop.send(http.MethodPost, "/applications", "", map[string]any{"premises": premises.ID, "scheme": "jx-model-shop"}, &started)
	p := browser.Open(t).NewPage(t, browser.Options{Base: s.inner, Viewport: browser.Phone})
	p.Goto("/sign-in")
	p.Fill("[name=login]", "merchant")
	p.Fill("[name=password]", demo.Password)
	p.Follow("form.card button[type=submit]")
	page := "/my/applications/" + started.ID + "/answers/CAN"
	p.Goto(page)
	const item = "#CAN-06"
	choose := func(which string) { t.Helper(); p.Check("#CAN-00 input[value="+which+"]", true) }
	shows := func(what string, there bool) {
		t.Helper()
		if p.Visible(item) != there {
			t.Errorf("%s: is the item to be seen? it should: %v", what, there)
		}
	}
	p.WaitPresent(item)
	shows("before anything is said", false)
	choose("school")
	shows("a school", true)
	p.Check(item+" label.n input", true)
	p.Fill(item+" textarea", "四季豆今天还有")
	var other string
	p.Ask(&other, `() => [...document.querySelectorAll("#CAN-00 input[type=radio]")].find((r) => r.value !== "school").value`)
	choose(other)
	shows("no school", false)
	choose("school")
	shows("a school again", true)
	if v := p.Value(item + " textarea"); v != "四季豆今天还有" {
		t.Errorf("what was typed is lost: %q", v)
	}
	choose(other)
	p.Follow(".bar button[type=submit]")
	p.Goto(page)
	shows("saved, no school", false)
	choose("school")
	shows("saved, a school again", true)
	if v := p.Value(item + " textarea"); v != "四季豆今天还有" {
		t.Errorf("what was saved is lost: %q", v)
	}
}
