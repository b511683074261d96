package tablet

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"fangxin/internal/tools/browser"
)

// Every screen on every size: no fault found by axe, nothing wider than the
// screen, everything to press at least 44 pixels.
func (s *site) looks(t *testing.T) {
	id, _ := s.visit()
	d := s.device(t)
	d.enrol("inspector1")
	d.begin(id)
	d.answer(d.items()[0], "fail")
	d.answer(d.items()[1], "pass")
	d.online()
	screens := []struct{ at, ready string }{
		{"#/", ".ready"}, {"#/prepare", ".needs"}, {"#/visit/" + id, ".items .item"}, {"#/visit/" + id + "/sign", "#submit"},
		{"#/queue", "#export"}, {"#/sent", "details.card"}, {"#/bin", ".empty"}, {"#/check", "#code"}, {"#/promises", ".promises"},
	}
	for _, size := range browser.Screens {
		d.Resize(size)
		for _, screen := range screens {
			d.at(screen.at)
			d.WaitFor(screen.ready)
			d.CheckLook()
			var small []string
			d.Ask(&small, `() => [...document.querySelectorAll("#head, #band, main, dialog")].flatMap((x) => [...x.querySelectorAll("a, button, summary, .seg label, .shoot")]).filter((e) => e.checkVisibility() && !e.closest("p, svg")).map((e) => [e, e.getBoundingClientRect()]).filter(([, r]) => r.width && (r.height < 43.5 || r.width < 43.5)).map(([e, r]) => e.tagName + " " + e.className + " " + Math.round(r.width) + "×" + Math.round(r.height) + " " + e.textContent.slice(0, 20))`)
			if len(small) > 0 {
				t.Errorf("%s on a %s: too small to press: %q", screen.at, size.Name, small)
			}
			if folder := os.Getenv(EnvScreens); folder != "" {
				d.Screenshot(filepath.Join(folder, size.Name+"-"+screen.ready[1:5]+".png"))
			}
		}
	}
	d.Resize(browser.Tablet)
	d.at("#/")
	d.WaitFor(".top button >> English")
	d.Click(".top button >> English")
	d.WaitFor("h1 >> Worry-free inspections")
	for _, screen := range screens {
		d.at(screen.at)
		d.WaitFor(screen.ready)
		d.CheckLook()
	}
	d.at("#/visit/" + id)
	d.WaitFor(".items .item")
	keys(t, d)
}

// keys answers without a mouse: J goes to the next item, 1 and 2 answer it.
func keys(t *testing.T, d *device) {
	d.Ask(nil, `() => { document.querySelector(".items .item").focus() }`)
	d.Press("j")
	d.Press("j")
	var item string
	d.Ask(&item, `() => document.activeElement.dataset.item ?? ""`)
	d.Press("2")
	d.Until("the key answered", `(i) => document.getElementById("i-" + i)?.dataset.verdict === "fail"`, item)
	d.Press("1")
	d.Until("the other key answered", `(i) => document.getElementById("i-" + i)?.dataset.verdict === "pass"`, item)
}

// A badge is looked up on the device, without a network.
func (s *site) badge(t *testing.T) {
	d := s.device(t)
	d.enrol("inspector1")
	var page struct {
		Items []struct{ Number, State string } `json:"items"`
	}
	s.desk.get("/certificates?limit=100", &page)
	s.gate.close()
	defer s.gate.reopen()
	d.at("#/check")
	tried := map[string]bool{}
	for _, c := range page.Items {
		want := map[string]string{"active": "valid", "suspended": "suspended", "revoked": "revoked"}[c.State]
		if want == "" || tried[want] {
			continue
		}
		tried[want] = true
		d.Fill("#code", c.Number)
		d.Press("\r")
		d.Until(c.Number+" is "+want, `(w) => document.querySelector("#answer .answer")?.dataset.word === w`, want)
		d.WaitFor("#answer >> 以")
	}
	d.Fill("#code", "JX-SF-2020-999999-00")
	d.Press("\r")
	d.Until("an invented one is unknown", `() => document.querySelector("#answer .answer")?.dataset.word === "unknown"`)
	if len(tried) < 3 {
		t.Errorf("only %v were looked up", tried)
	}
}

// coldStart compares the app's start without a network with that of an almost
// empty kept page.
func (s *site) coldStart(t *testing.T) {
	d := s.device(t)
	d.enrol("inspector1")
	var icon string
	d.Ask(&icon, `() => document.querySelector("link[rel=icon]").href`)
	d.Goto(icon) // from now on it is kept
	d.kill()
	s.gate.close()
	defer s.gate.reopen()
	d.start()
	measure := func(address, ready string) (best time.Duration) {
		for range 3 {
			began := time.Now()
			d.Goto(address)
			d.WaitFor(ready)
			if took := time.Since(began); best == 0 || took < best {
				best = took
			}
		}
		return best
	}
	app := measure(s.base+"/tablet", "[data-person]")
	empty := measure(icon, "svg")
	ratio := float64(app) / float64(empty)
	t.Logf("start without a network: %v to the first screen, %v for an almost empty kept page, ratio %.1f", app.Round(time.Millisecond), empty.Round(time.Millisecond), ratio)
	if ratio > 30 {
		t.Errorf("the start takes %.1f times that of an empty page", ratio)
	}
}
