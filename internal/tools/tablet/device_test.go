package tablet

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fangxin/internal/demo"
	"fangxin/internal/tools/browser"
)

const pin = "246813"

// device is one tablet: a browser on a folder of its own.
type device struct {
	*browser.Page
	t       *testing.T
	s       *site
	folder  string
	browser *browser.Browser
	film    string        // what the camera sees
	later   time.Duration // how far its clock is ahead
}

func (s *site) device(t *testing.T) *device {
	t.Helper()
	folder, err := os.MkdirTemp("", "fangxin-tablet-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) }) //nolint:errcheck // helpers of the browser may still write
	d := &device{t: t, s: s, folder: folder}
	d.start()
	return d
}

// filming is a tablet whose camera sees a film (y4m).
func (s *site) filming(t *testing.T, film string) *device {
	t.Helper()
	d := &device{t: t, s: s, folder: t.TempDir(), film: film}
	d.start()
	return d
}

// start switches the tablet on.
func (d *device) start() {
	d.t.Helper()
	d.browser = browser.OpenProfile(d.t, d.folder, d.film)
	d.Page = d.browser.Page(d.t, browser.Options{Base: d.s.base, Viewport: browser.Tablet})
	for _, part := range []string{"net::ERR_", "401 (Unauthorized)", "409 (Conflict)"} {
		d.AllowConsole(part) // the browser's own notes on a dead line, on a session that ended, on an offset
	}
	if d.later != 0 {
		d.Later(d.later)
	}
	d.Allow("geolocation", "persistent-storage", "camera", "microphone")
	d.At(28.6905, 115.9012, 12)
}

// kill takes the battery out.
func (d *device) kill() { d.browser.Kill(d.t) }

// signIn signs in on the site's page and leads to the app.
func (d *device) signIn(login string) {
	d.t.Helper()
	d.Goto("/sign-in?next=/tablet")
	d.Fill("[name=login]", login)
	d.Fill("[name=password]", demo.Password)
	d.Follow("form.card button[type=submit]")
}

// enrol sets the tablet up for somebody and prepares it.
func (d *device) enrol(login string) {
	d.t.Helper()
	d.signIn(login)
	d.WaitFor("#enrol-form, #new-person")
	if d.Has("#new-person") {
		d.Click("#new-person")
	}
	d.WaitFor("#enrol-form")
	d.Fill("#pin", pin)
	d.Fill("#again", pin)
	d.Click("#enrol-form [type=submit]")
	d.WaitFor("#prepare")
	d.Click("#prepare")
	d.Until("it is ready", `() => document.querySelector(".prepare")?.dataset.ready === "yes"`)
}

// open opens the app as somebody who has a PIN here.
func (d *device) open(who string) {
	d.t.Helper()
	d.Ask(nil, `(a) => { location.href = a }`, d.s.base+"/tablet#/")
	d.unlock(who)
}

func (d *device) unlock(who string) {
	d.t.Helper()
	d.give(who)
	d.WaitFor(".ready")
}

// give gives somebody's PIN.
func (d *device) give(who string) {
	d.t.Helper()
	d.WaitFor("[data-person] >> " + who)
	// Not by the mouse: the line above may grow in between and move the button.
	d.Ask(nil, `(who) => { [...document.querySelectorAll("[data-person]")].find((e) => e.textContent.includes(who)).click() }`, who)
	d.WaitFor("#pin")
	d.Fill("#pin", pin)
	d.Click("#pin-form [type=submit]")
}

// at shows a screen of the app.
func (d *device) at(screen string) {
	d.t.Helper()
	d.Ask(nil, `(s) => { location.hash = s }`, screen)
}

// begin opens a visit and starts it.
func (d *device) begin(id string) {
	d.t.Helper()
	d.at("#/visit/" + id)
	d.WaitFor("#start")
	d.Click("#locate")
	d.WaitFor(".hint >> 精度")
	d.Click("#start")
	d.WaitFor(".items .item")
}

// answer gives one answer by its verdict and waits until it is saved.
func (d *device) answer(item, verdict string) (entry string) {
	d.t.Helper()
	d.Ask(nil, `(item, verdict) => document.querySelector("#i-" + CSS.escape(item) + " input[value=" + verdict + "]").click()`, item, verdict)
	d.Until(item+" is saved", `(item, v) => { const e = document.getElementById("i-" + item); return !!e.dataset.saved && e.dataset.verdict === v }`, item, verdict)
	d.Ask(&entry, `(item) => document.getElementById("i-" + item).dataset.saved`, item)
	return entry
}

// sections lists the ids of the visit's sections.
func (d *device) sections() (ids []string) {
	d.t.Helper()
	d.Ask(&ids, `() => [...document.querySelectorAll(".rail [data-section]")].map((a) => a.dataset.section)`)
	return ids
}

// section shows one.
func (d *device) section(id string) {
	d.t.Helper()
	d.Ask(nil, `(id) => document.querySelector('.rail [data-section="' + id + '"]').click()`, id)
}

// items lists the items of the section shown that take a yes.
func (d *device) items() (ids []string) {
	d.t.Helper()
	d.Ask(&ids, `() => [...document.querySelectorAll(".items .item")].filter((e) => e.querySelector(".seg.main input[value=pass]")).map((e) => e.dataset.item)`)
	return ids
}

// answerAll answers every item left, as pass, in one go; notes and numbers are
// given where the sheet asks for them.
func (d *device) answerAll() {
	d.t.Helper()
	for _, s := range d.sections() {
		d.section(s)
		d.Ask(nil, answerAll)
	}
}

const answerAll = `async () => {
	const wait = async (f) => { for (let i = 0; i < 400 && !f(); i++) await new Promise((d) => setTimeout(d, 10)); };
	for (const e of [...document.querySelectorAll(".items .item")]) {
		if (e.dataset.item.startsWith("BON-") || e.classList.contains("y") || e.classList.contains("f") || e.classList.contains("a")) continue;
		delete e.dataset.saved;
		const yes = e.querySelector(".seg.main input[value=pass]"), first = e.querySelector(".seg.main input"), box = e.querySelector(".control input.short"), words = e.querySelector(".control textarea");
		if (yes) yes.click();
		else if (first) first.click();
		else if (box) { box.value = (e.querySelector(".control .hint")?.textContent.match(/[\d.]+/) ?? ["1"])[0]; box.dispatchEvent(new Event("input")); }
		else if (words) { words.value = "已查"; words.dispatchEvent(new Event("input")); }
		else continue;
		await wait(() => e.dataset.saved);
	}
}`

// online waits until everything was sent.
func (d *device) online() {
	d.t.Helper()
	d.Ask(nil, `() => { dispatchEvent(new Event("online")) }`)
	d.Until("all is sent", `() => { const b = document.querySelector("#band .band").dataset; return ["ok", "signin"].includes(b.link) && b.sending === "false" && b.items === "0" && b.photos === "0" }`)
}

// offline waits until the app has noticed that the line is dead.
func (d *device) offline() {
	d.t.Helper()
	d.Ask(nil, `() => { dispatchEvent(new Event("online")) }`) // as a system that has a network, but not this one
	d.Until("it is offline", `() => document.querySelector("#band .band").dataset.link === "offline"`)
}

// picture makes a photo that no other is equal to.
func picture(t *testing.T, folder string, size int) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, size, size*3/4))
	for i := range img.Pix {
		img.Pix[i] = byte(rand.Uint32())
	}
	img.Set(0, 0, color.White)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "photo-"+randomName()+".jpg")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func randomName() string {
	const letters = "abcdefghijklmnop"
	b := make([]byte, 10)
	for i := range b {
		b[i] = letters[rand.IntN(len(letters))]
	}
	return string(b)
}
