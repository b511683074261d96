package tablet

import (
	"net/http"
	"testing"
	"time"
)

// What was said is recorded without a network: kept encrypted, played on the
// tablet, sent in pieces that go on after a cut, and played again from the
// office. A tablet that dies in the middle keeps what was recorded until then.
func (s *site) recording(t *testing.T) {
	id, _ := s.visit()
	d := s.device(t)
	d.enrol("inspector1")
	d.begin(id)
	d.online()
	s.gate.close()
	var item string
	for _, section := range d.sections() {
		d.section(section)
		if d.Ask(&item, `() => document.querySelector(".items .item:has(.sounds)")?.dataset.item ?? ""`); item != "" {
			break
		}
	}
	if item == "" {
		t.Fatal("no item of the sheet asks for a recording")
	}
	d.answer(item, "fail")
	d.record(item, 2*time.Second)
	d.WaitFor("#i-" + item + " .gap")
	d.Until("it is kept", `(i) => document.querySelectorAll("#i-" + i + " [data-sound][data-state=wait]").length === 1`, item)
	d.Fill("#note-"+item, "店员拒绝退货") // the recording stays with the answer
	d.Until("the note is saved", `(i) => document.querySelector("#i-" + i + " .mark").classList.contains("ok")`, item)
	var played struct {
		Ready   bool
		Seconds float64
	}
	d.Ask(&played, `async (i) => {
		const a = document.querySelector("#i-" + i + " audio");
		a.muted = true;
		await a.play();
		await new Promise((done) => setTimeout(done, 500));
		a.pause();
		return { ready: a.readyState >= 2, seconds: a.currentTime };
	}`, item)
	if !played.Ready || played.Seconds < 0.1 {
		t.Errorf("played: %+v", played)
	}
	d.CheckAxe()
	var plain bool
	d.Ask(&plain, `async () => {
		const base = document.querySelector("script[type=module]").src.replace("app.js", "");
		const db = await import(base + "db.js");
		return (await db.all("blobs")).some((b) => { const x = b.data ?? b; return x[0] === 0x1a && x[1] === 0x45 && x[2] === 0xdf; });
	}`)
	if plain {
		t.Error("a recording lies open on the disk")
	}

	// The second one is cut off after its first pieces are on the disk.
	d.press(item)
	d.Until("pieces are on the disk", `async () => {
		const base = document.querySelector("script[type=module]").src.replace("app.js", "");
		return (await (await import(base + "db.js")).all("blobs")).some((b) => b.n === 0);
	}`)
	d.kill()
	d.start()
	d.Ask(nil, `(a) => { location.href = a }`, s.base+"/tablet#/visit/"+id)
	d.give("龚海波")
	d.WaitFor(".items .item")
	for _, section := range d.sections() {
		d.section(section)
		if d.Has("#i-" + item) {
			break
		}
	}
	d.Until("what was recorded is kept", `(i) => document.querySelectorAll("#i-" + i + " [data-sound]").length === 2`, item)
	d.WaitFor("#i-" + item + " .sounds >> 已录到的部分已保存")

	s.gate.limit.Store(6000) // breaks the line in the middle of the first
	s.gate.reopen()
	d.Ask(nil, `() => { dispatchEvent(new Event("online")) }`)
	for deadline := time.Now().Add(30 * time.Second); !s.gate.shut.Load() && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	s.gate.reopen()
	d.online()
	v := s.see(id)
	for _, a := range v.Answers {
		if a.Item != item {
			continue
		}
		if len(a.Audio) != 2 || a.Note != "店员拒绝退货" || a.Verdict != "fail" {
			t.Fatalf("the office has %+v", a)
		}
		for _, sha := range a.Audio {
			r, err := s.desk.client.Get(s.inner + "/files/" + sha)
			if err != nil {
				t.Fatal(err)
			}
			r.Body.Close()
			if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != "audio/webm" {
				t.Errorf("%s: %d %s", sha, r.StatusCode, r.Header.Get("Content-Type"))
			}
		}
	}
	if v.answer(item) != "fail" {
		t.Error("the office lacks the answer")
	}
}

// press presses the button of an item's recordings.
func (d *device) press(item string) {
	d.t.Helper()
	d.Ask(nil, `(i) => { document.getElementById("rec-" + i).click() }`, item)
	d.Until("it records", `(i) => document.querySelector("#i-" + i + " .sounds").dataset.recording === "true"`, item)
}

// record makes one recording.
func (d *device) record(item string, long time.Duration) {
	d.t.Helper()
	d.press(item)
	time.Sleep(long)
	d.Ask(nil, `(i) => { document.getElementById("rec-" + i).click() }`, item)
	d.Until("it has ended", `(i) => document.querySelector("#i-" + i + " .sounds").dataset.recording === "false"`, item)
}
