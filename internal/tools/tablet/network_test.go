package tablet

import "testing"

// onNetwork lets the browser tell of a kind of network; "" for one that does
// not tell.
const onNetwork = `(kind) => {
	const c = navigator.connection ?? (navigator.connection = new EventTarget());
	Object.defineProperty(c, "type", { configurable: true, get: () => kind || undefined });
	c.dispatchEvent(new Event("change"));
}`

// Photos wait for Wi-Fi when the inspector wants it so; answers go at once. The
// screen says why they wait, and a press sends them all the same.
func (s *site) photosOnWiFi(t *testing.T) {
	id, _ := s.visit()
	d := s.device(t)
	d.enrol("inspector1")
	d.begin(id)
	item := d.items()[0]
	d.at("#/queue")
	d.WaitFor("#network")
	choose := func(by string) {
		t.Helper()
		d.Ask(nil, `(by) => document.querySelector("#network input[value=" + by + "]").click()`, by) // the list is drawn anew while it is sent
		d.Until("it is kept", `(by) => document.querySelector("#network input[value=" + by + "]")?.checked`, by)
	}
	choose("wifi")
	d.Ask(nil, onNetwork, "cellular")
	shot := func() {
		t.Helper()
		d.at("#/visit/" + id)
		d.WaitFor("#i-" + item)
		if d.Visible("#i-" + item + " .link") {
			d.Click("#i-" + item + " .link")
		}
		n := d.Count("#i-" + item + " figure")
		d.Upload("#ph-"+item, picture(t, t.TempDir(), 600))
		d.Until("the photo is kept", `(i, n) => document.querySelectorAll("#i-" + i + " figure img").length > n`, item, n)
	}
	waits := func(why, photos string) {
		t.Helper()
		d.Ask(nil, `() => { dispatchEvent(new Event("online")) }`)
		d.Until("answers are sent, photos wait: "+why, `(n) => { const b = document.querySelector("#band .band").dataset; return b.items === "0" && b.photos === n && b.sending === "false" }`, photos)
		d.at("#/queue")
		d.Until("the queue says why", `(w) => document.querySelector("#network")?.dataset.why === w`, why)
	}
	d.visitAnd(id, item)
	shot()
	waits("mobile", "1")
	d.WaitFor("#network >> 移动网络")
	d.CheckLook()
	d.Ask(nil, `() => document.querySelector("#photos-now").click()`)
	d.Until("it is sent", `() => document.querySelector("#band .band").dataset.photos === "0"`)
	d.Ask(nil, onNetwork, "")
	shot()
	waits("unknown", "1")
	d.WaitFor("#network >> 浏览器没有说明")
	d.Ask(nil, onNetwork, "wifi")
	d.Until("Wi-Fi is enough", `() => document.querySelector("#band .band").dataset.photos === "0"`)
	d.Ask(nil, onNetwork, "cellular")
	shot()
	waits("mobile", "1")
	choose("any")
	d.Until("any network is enough", `() => document.querySelector("#band .band").dataset.photos === "0"`)
}

// visitAnd goes to a visit and answers one item.
func (d *device) visitAnd(id, item string) {
	d.t.Helper()
	d.at("#/visit/" + id)
	d.WaitFor("#i-" + item)
	d.answer(item, "pass")
}
