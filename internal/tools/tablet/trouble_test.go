package tablet

import (
	"os"
	"strings"
	"testing"
	"time"
)

// A newer version of the app comes while a draft is open: it waits, and takes
// over afterwards with every answer in place.
func (s *site) update(t *testing.T) {
	id, _ := s.visit()
	d := s.device(t)
	d.enrol("inspector1")
	d.begin(id)
	item := d.items()[0]
	entry := d.answer(item, "pass")
	s.newer.Store(true)
	defer s.newer.Store(false)
	d.Ask(nil, `async () => { await (await navigator.serviceWorker.getRegistration("/tablet")).update() }`)
	d.Until("the newer version waits", `async () => !!(await navigator.serviceWorker.getRegistration("/tablet")).waiting`)
	d.Ask(nil, `async () => { (await navigator.serviceWorker.getRegistration("/tablet")).waiting.postMessage({ kind: "take-over" }); await new Promise((done) => setTimeout(done, 400)) }`)
	var waits bool
	d.Ask(&waits, `async () => !!(await navigator.serviceWorker.getRegistration("/tablet")).waiting`)
	if !waits {
		t.Fatal("it took over with a draft open")
	}
	d.answer(d.items()[1], "pass")
	d.at("#/")
	d.WaitFor("#update")
	d.Click("#update")
	d.WaitFor("[data-person]")
	d.unlock("龚海波")
	d.Ask(&waits, `async () => !!(await navigator.serviceWorker.getRegistration("/tablet")).waiting`)
	if waits {
		t.Error("the newer version still waits")
	}
	var have map[string]answered
	d.Ask(&have, held, id)
	if have[item].Entry != entry {
		t.Errorf("after the update there is %+v", have[item])
	}
}

// Unsent work leaves a tablet as a file that nobody can read, and is sent from
// another one; half a file is refused.
func (s *site) transfer(t *testing.T) {
	id, _ := s.visit()
	from := s.device(t)
	from.enrol("inspector1")
	from.begin(id)
	from.online()
	s.gate.close()
	item := from.items()[0]
	from.answer(item, "fail")
	from.WaitFor("#i-" + item + " textarea")
	from.Fill("#note-"+item, "秘密备注一二三")
	from.Until("the note is saved", `(i) => document.querySelector("#i-" + i + " .mark").classList.contains("ok")`, item)
	from.Upload("#ph-"+item, picture(t, s.files, 800))
	from.WaitFor("#i-" + item + " figure img")
	var text string
	from.Ask(&text, `async () => {
		const base = document.querySelector("script[type=module]").src.replace("app.js", "");
		return (await (await import(base + "transfer.js")).exportUnsent()).file.text();
	}`)
	for _, secret := range []string{"秘密备注", "verdict", `"fail"`} {
		if strings.Contains(text, secret) {
			t.Errorf("the file shows %q", secret)
		}
	}
	from.kill() // it is never seen again
	s.gate.reopen()
	to := s.device(t)
	to.enrol("inspector1")
	to.at("#/queue")
	to.WaitPresent("#import")
	to.Upload("#import", s.file("half.fangxin", []byte(text[:len(text)/2])))
	to.WaitFor("#transfer >> 不完整")
	to.Upload("#import", s.file("whole.fangxin", []byte(text)))
	to.WaitFor("#transfer >> 已导入")
	to.online()
	v := s.see(id)
	for _, a := range v.Answers {
		if a.Item == item && (a.Verdict != "fail" || a.Note != "秘密备注一二三" || len(a.Photos) != 1) {
			t.Errorf("the office has %+v", a)
		}
	}
	if v.answer(item) != "fail" {
		t.Error("the office lacks the answer")
	}
}

// A submission that the server puts aside opens the visit again, with the
// cause, and is not called sent.
func (s *site) refused(t *testing.T) {
	id, _ := s.visit()
	d := s.device(t)
	d.enrol("inspector1")
	d.begin(id)
	d.answer(d.items()[0], "pass")
	d.online()
	d.Ask(nil, `async (id) => {
		const base = document.querySelector("script[type=module]").src.replace("app.js", "");
		const [drafts, s, b] = await Promise.all([import(base + "drafts.js"), import(base + "state.js"), import(base + "bytes.js")]);
		const entry = b.uuid(), hash = "0".repeat(64);
		await drafts.saveStep(s.state.session, id, [{ kind: "submit", id: entry, payload: { hash } }], (l) => { l.finished = { at: Date.now(), hash, entry }; });
	}`, id)
	d.Until("it was put aside", `() => !!document.getElementById("parked")`)
	d.at("#/")
	d.WaitFor(".ready")
	d.at("#/visit/" + id)
	d.WaitFor(".note.stop >> 提交没有被采用")
	d.WaitFor(".items .item")
	if state := s.see(id).State; state != "on_device" {
		t.Errorf("the office sees %s", state)
	}
}

// A full disk is said at once; nothing is called saved that is not.
func (s *site) full(t *testing.T) {
	id, _ := s.visit()
	d := s.device(t)
	d.enrol("inspector1")
	d.begin(id)
	d.online()
	items := d.items()
	first := d.answer(items[0], "pass")
	// What browsers throw; the protocol's own limit of storage does not reach
	// IndexedDB.
	d.Ask(nil, `() => { window.realAdd = IDBObjectStore.prototype.add; IDBObjectStore.prototype.add = () => { throw new DOMException("no space", "QuotaExceededError"); }; }`)
	d.Ask(nil, `(i) => document.querySelector("#i-" + i + " input[value=fail]").click()`, items[0])
	d.WaitFor("#save-error >> 存储空间已满")
	d.WaitFor("#i-" + items[0] + " .mark.no")
	if d.Has("#i-" + items[0] + "[data-saved]") {
		t.Error("it is called saved")
	}
	var have map[string]answered
	d.Ask(&have, held, id)
	if have[items[0]].Entry != first {
		t.Errorf("the disk has %+v", have[items[0]])
	}
	d.CheckAxe()
	d.Ask(nil, `() => { IDBObjectStore.prototype.add = window.realAdd; }`)
	d.Click("#i-" + items[0] + " .mark button")
	d.Until("it is saved after all", `(i) => { const e = document.getElementById("i-" + i); return !!e.dataset.saved && e.dataset.verdict === "fail" }`, items[0])
	d.Until("the warning is gone", `() => !document.getElementById("save-error")`)
}

// A wrong clock is said on every screen.
func (s *site) clock(t *testing.T) {
	d := s.device(t)
	d.enrol("inspector1")
	s.ahead.Store(11)
	defer s.ahead.Store(0)
	d.online()
	d.WaitFor("#skew >> 11 分钟")
}

// cutPhotos breaks the line in the middle of a photo; the rest goes on from
// there, after the tablet was switched off in between.
func (s *site) cutPhotos(t *testing.T) {
	id, _ := s.visit()
	d := s.device(t)
	d.enrol("inspector1")
	d.begin(id)
	d.online()
	s.gate.close()
	item := d.items()[0]
	d.answer(item, "fail")
	folder, err := os.MkdirTemp(s.files, "c")
	if err != nil {
		t.Fatal(err)
	}
	d.Upload("#ph-"+item, picture(t, folder, 1600))
	d.WaitFor("#i-" + item + " figure img")
	var size int64
	d.Ask(&size, `async () => {
		const base = document.querySelector("script[type=module]").src.replace("app.js", "");
		return (await (await import(base + "db.js")).all("photos")).reduce((n, p) => n + p.size, 0);
	}`)
	s.gate.bytes.Store(0)
	s.gate.limit.Store(size * 2 / 3)
	s.gate.reopen()
	d.Ask(nil, `() => { dispatchEvent(new Event("online")) }`)
	for deadline := time.Now().Add(30 * time.Second); !s.gate.shut.Load() && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	d.kill()
	s.gate.reopen()
	d.start()
	d.open("龚海波")
	d.online()
	up := s.gate.bytes.Load()
	t.Logf("a photo of %d bytes cut at two thirds took %d bytes in all, %.2f MB more", size, up, float64(up-size)/1e6)
	if up-size > 1<<20 {
		t.Errorf("%d bytes were sent again", up-size)
	}
	if a := s.see(id).answer(item); a != "fail" {
		t.Errorf("the office has %q", a)
	}
}
