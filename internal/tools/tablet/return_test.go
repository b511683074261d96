package tablet

import (
	"net/http"
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

	var view map[string]any
	tag := s.desk.get("/inspections/"+id, &view)
	until := time.Now().AddDate(0, 0, 4)
	s.desk.send(http.MethodPost, "/inspections/"+id+"/send-back", tag, map[string]any{
		"reason": "价签照片看不清", "due_on": until.Format(time.DateOnly), "marks": []map[string]string{{"item": marked, "note": "请补拍价签全景"}},
	}, nil)
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
