package tablet

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// finish answers what is left of the visit shown, collects the signatures and
// submits; it waits until the submission is proved when the line is there.
func (d *device) finish(merchant string) {
	d.t.Helper()
	d.answerAll()
	d.signAll(merchant)
	d.submit()
}

func (d *device) signAll(merchant string) {
	d.t.Helper()
	d.Click("#to-sign")
	d.sign("lead", "")
	d.sign("second", "")
	d.sign("merchant", merchant)
}

func (d *device) submit() {
	d.t.Helper()
	d.Click("#submit")
	d.Click("dialog[open] button[value=ok]")
	d.Until("it is proved", `() => document.querySelector("#proof")?.dataset.sent === "yes"`)
}

// records counts what the tablet keeps of a visit.
const records = `async (id) => {
	const base = document.querySelector("script[type=module]").src.replace("app.js", "");
	const db = await import(base + "db.js");
	const out = {};
	for (const s of ["visits", "answers", "photos", "outbox", "receipts"]) out[s] = (await db.all(s)).filter((r) => (r.inspection ?? r.id) === id).length;
	out.blobs = (await db.run(["blobs"], "readonly", ({ blobs }) => db.got(blobs.count())));
	return out;
}`

type kept struct{ Visits, Answers, Photos, Outbox, Receipts, Blobs int }

func (d *device) records(id string) (k kept) {
	d.t.Helper()
	d.Ask(&k, records, id)
	return k
}

// pass moves the world: the clocks of the server and of the tablet go on
// together, and the tablet is switched on again.
func (d *device) pass(by time.Duration) {
	d.t.Helper()
	d.kill()
	d.s.ahead.Store(-int64(by / time.Minute))
	d.later = by
	d.start()
	d.open("龚海波")
}

// The office sends a sheet back: the notes stand at the very items with the
// day until when, the rest stays as it was; the sheet is signed and submitted
// anew. A week after everything was proved the copies leave the tablet.
func (s *site) sentBack(t *testing.T) {
	defer s.ahead.Store(0)
	id, _ := s.visit()
	d := s.device(t)
	d.enrol("inspector1")
	d.begin(id)
	section := d.sections()[1]
	d.section(section)
	marked, other := d.items()[0], d.items()[1]
	d.answer(marked, "pass")
	d.finish("陶春和")
	before := s.see(id)

	until := time.Now().AddDate(0, 0, 4)
	s.sendBack(id, "价签照片看不清", until, map[string]string{marked: "请补拍价签全景"})
	d.at("#/")
	d.WaitFor(".ready")
	d.online()
	d.WaitFor(`[data-visit="` + id + `"] .err >> 1 项退回补查`)
	d.at("#/visit/" + id)
	d.WaitFor(".note >> 价签照片看不清")
	d.begin(id)
	d.section(section)
	d.WaitFor(`[data-mark="` + marked + `"] >> 请补拍价签全景`)
	if text := d.Text(`[data-mark="` + marked + `"]`); !strings.Contains(text, until.Format("2006年1月2日")) {
		t.Errorf("the day until when is not at the item: %q", text)
	}
	if d.Has(`[data-mark="` + other + `"]`) {
		t.Error("an item that nobody marked has a note")
	}
	d.CheckAxe()
	d.Click("#i-" + marked + " .link")
	d.Fill("#note-"+marked, "已补拍全景")
	d.Upload("#ph-"+marked, picture(t, t.TempDir(), 900))
	d.WaitFor("#i-" + marked + " figure img")
	d.signAll("陶春和")
	d.submit()
	v := s.see(id)
	if v.State != "submitted" || v.Seal == "" || v.Seal == before.Seal {
		t.Errorf("the office sees %s, seal %q, before %q", v.State, v.Seal, before.Seal)
	}
	if len(v.Answers) != len(before.Answers) {
		t.Errorf("%d answers, %d before", len(v.Answers), len(before.Answers))
	}
	for _, a := range v.Answers {
		if a.Item == marked && (len(a.Photos) != 1 || a.Note != "已补拍全景") {
			t.Errorf("photos %v, note %q", a.Photos, a.Note)
		}
	}

	d.pass(6 * 24 * time.Hour)
	d.online()
	if k := d.records(id); k.Answers == 0 || k.Photos == 0 || k.Blobs == 0 {
		t.Errorf("within the week there is %+v", k)
	}
	d.pass(8 * 24 * time.Hour)
	d.online()
	d.Until("the copies are gone", `async (id) => (await (`+records+`)(id)).answers === 0`, id)
	k := d.records(id)
	if k.Photos != 0 || k.Blobs != 0 || k.Receipts < 20 {
		t.Errorf("after the week there is %+v", k)
	}
}

// sendBack gives a submitted sheet back to its inspectors.
func (s *site) sendBack(id, reason string, until time.Time, notes map[string]string) {
	s.t.Helper()
	var marks []map[string]string
	for _, item := range slices.Sorted(maps.Keys(notes)) {
		marks = append(marks, map[string]string{"item": item, "note": notes[item]})
	}
	var view map[string]any
	tag := s.desk.get("/inspections/"+id, &view)
	s.desk.send(http.MethodPost, "/inspections/"+id+"/send-back", tag, map[string]any{"reason": reason, "due_on": until.Format(time.DateOnly), "marks": marks}, nil)
}

// What came back is answered in full without a network, also when the tablet
// was switched off in between: the items are listed with what was asked and
// whether they were touched. It comes back a second time before the tablet ever
// heard that it had been opened again, and is open again.
func (s *site) sentBackTwice(t *testing.T) {
	id, _ := s.visit()
	d, other := s.device(t), s.device(t)
	d.enrol("inspector1")
	d.begin(id)
	section := d.sections()[1]
	d.section(section)
	one, two := d.items()[0], d.items()[1]
	d.finish("陶春和")
	s.sendBack(id, "两项要补", time.Now().AddDate(0, 0, 4), map[string]string{one: "请补拍价签全景", two: "请写明抽查的商品"})
	other.enrol("inspector2")
	other.at("#/visit/" + id)
	other.WaitFor("#start")
	d.at("#/")
	d.WaitFor(".ready")
	d.online()
	d.WaitFor(`[data-visit="` + id + `"] .err >> 2 项退回补查`)
	s.gate.close()
	d.kill()
	d.start()
	d.open("龚海波")
	d.offline()
	d.begin(id)
	left := func(n string) {
		t.Helper()
		d.Until(n+" are left", `(n) => document.querySelector("#marks")?.dataset.left === n`, n)
	}
	left("2")
	d.CheckLook()
	d.Click(`#marks [data-answers="` + one + `"] button`)
	d.WaitFor("#i-" + one)
	d.Click("#i-" + one + " .link")
	d.Upload("#ph-"+one, picture(t, t.TempDir(), 700))
	d.WaitFor("#i-" + one + " figure img")
	left("1")
	d.Click("#to-sign")
	d.WaitFor(".sign")
	d.WaitFor(`#marks [data-answers="` + two + `"][data-touched=no]`)
	d.Click(`#marks [data-answers="` + two + `"] button`)
	d.Until("the item is where it can be answered", `(id) => document.activeElement.closest(".item")?.id === id`, "i-"+two)
	d.Until("the photo above it is drawn, which moves it", `(id) => document.querySelector(id + " figure img")?.complete`, "#i-"+one)
	d.Click("#i-" + two + " .link")
	d.Fill("#note-"+two, "抽查花瓶三件，标价一致，原记录无误")
	left("0")
	d.signAll("陶春和")
	d.Click("#submit")
	d.Click("dialog[open] button[value=ok]")
	d.WaitFor("#proof")
	if d.Attr("#proof", "data-sent") != "no" {
		t.Error("it says sent without a network")
	}
	s.gate.reopen()
	d.online()
	s.await("the answer to the send-back", func(v seen) bool { return v.State == "submitted" }, id)
	for _, a := range s.see(id).Answers {
		if a.Item == one && len(a.Photos) != 1 || a.Item == two && a.Note != "抽查花瓶三件，标价一致，原记录无误" {
			t.Errorf("%s: photos %v, note %q", a.Item, a.Photos, a.Note)
		}
	}

	s.sendBack(id, "再补一项", time.Now().AddDate(0, 0, 6), map[string]string{two: "请附照片"})
	d.signIn("inspector1") // the session ended with the browser; the ticket was enough to send
	d.unlock("龚海波")
	d.online()
	d.WaitFor(`[data-visit="` + id + `"] .err >> 1 项退回补查`)
	d.begin(id)
	left("1")
	d.Click(`#marks [data-answers="` + two + `"] button`)
	d.Upload("#ph-"+two, picture(t, t.TempDir(), 700))
	d.WaitFor("#i-" + two + " figure img")
	left("0")
	d.signAll("陶春和")
	d.submit()
	d.WaitFor("#amend")
	var kind string
	d.Ask(&kind, `async () => { const r = await fetch(document.querySelector("#record").href); return r.status + " " + r.headers.get("Content-Type") }`)
	if kind != "200 application/pdf" {
		t.Errorf("the record for the shop: %s", kind)
	}
	if v := s.see(id); v.State != "submitted" {
		t.Errorf("the office sees %s", v.State)
	}
}

// A draft goes to the bin with a reason, comes back with what it had to send,
// and is deleted after thirty days by the server's clock, never by one that
// runs ahead.
func (s *site) bin(t *testing.T) {
	defer s.ahead.Store(0)
	id, holder := s.visit()
	d := s.device(t)
	d.enrol("inspector1")
	d.begin(id)
	d.online()
	s.gate.close()
	item := d.items()[0]
	d.answer(item, "fail")
	d.discard("选错了店铺")
	d.at("#/bin")
	d.WaitFor(".tasks >> " + holder)
	d.WaitFor(".tasks >> 选错了店铺")
	d.CheckAxe()
	s.gate.reopen()
	d.online()
	if got := s.see(id).answer(item); got != "" {
		t.Errorf("what lies in the bin was sent: %q", got)
	}
	d.Click(".tasks button")
	d.WaitGone(".tasks")
	d.online()
	if got := s.see(id).answer(item); got != "fail" {
		t.Errorf("after it was taken out the office has %q", got)
	}

	s.gate.close()
	d.at("#/visit/" + id)
	d.WaitFor(".items .item")
	entry := d.answer(item, "pass")
	d.discard("重做")
	d.kill()
	s.gate.reopen()
	d.later = 40 * 24 * time.Hour // the tablet's clock only
	d.start()
	d.open("龚海波")
	d.online()
	var have map[string]answered
	d.Ask(&have, held, id)
	if have[item].Entry != entry {
		t.Fatalf("a clock that runs ahead emptied the bin: %+v", have[item])
	}
	d.pass(29 * 24 * time.Hour)
	d.online()
	d.at("#/bin")
	d.WaitFor(".tasks >> 重做")
	d.pass(31 * 24 * time.Hour)
	d.online()
	d.at("#/bin")
	d.WaitFor("h1 >> 回收站")
	d.WaitFor(".empty")
	have = nil
	d.Ask(&have, held, id)
	if have[item].Entry == entry {
		t.Errorf("after thirty days it is still there: %+v", have[item])
	}
	// It is still this inspector's visit: it comes back as the office has it.
	d.signIn("inspector1")
	d.unlock("龚海波")
	d.online()
	d.WaitFor(`[data-visit="` + id + `"]`)
	d.Ask(&have, held, id)
	if got := s.see(id).answer(item); got != "fail" || have[item].Verdict != "fail" {
		t.Errorf("the office has %q, the tablet %+v", got, have[item])
	}
}

// discard puts the visit shown into the bin.
func (d *device) discard(why string) {
	d.t.Helper()
	d.Click("#to-sign")
	d.WaitFor("#discard")
	d.Click("#discard")
	d.WaitFor("dialog[open] #why")
	d.Fill("#why", why)
	d.Click("dialog[open] button[value=ok]")
	d.WaitFor(".ready")
}

// A visit that is given to others leaves the list of the day; the reason
// stands with it and every answer stays on the tablet.
func (s *site) reassigned(t *testing.T) {
	id, holder := s.visit()
	d := s.device(t)
	d.enrol("inspector1")
	d.begin(id)
	item := d.items()[0]
	entry := d.answer(item, "fail")
	d.online()
	s.assignBecause(id, s.colleague("inspector3", "核查员 万小平"), s.id("inspector2"), "龚海波当天有其他任务")
	d.at("#/")
	d.WaitFor(".ready")
	d.online()
	d.WaitFor(`[data-gone="` + id + `"] >> 龚海波当天有其他任务`)
	if d.Has("#parked") {
		t.Error("leaving the visit waits for somebody's decision")
	}
	d.CheckAxe()
	d.at("#/visit/" + id)
	d.WaitFor(".note.warn >> 龚海波当天有其他任务")
	var have map[string]answered
	d.Ask(&have, held, id)
	if have[item].Entry != entry {
		t.Errorf("the answer of %s is gone: %+v", holder, have[item])
	}
}
