package tablet

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"testing"
	"time"

	"fangxin/internal/checklist"
	"fangxin/internal/demo"
	"fangxin/internal/tools/browser"
)

// tested orders a test purchase at a shop whose pledge is in force. On its sheet
// a question stands under a condition: only where goods were taken back is asked
// how the money came.
func (s *site) tested() (id string) {
	s.t.Helper()
	if s.pledges == nil {
		var page struct {
			Items []struct{ ID, Standing string } `json:"items"`
		}
		s.desk.get("/pledges/own?limit=100", &page)
		for _, p := range page.Items {
			if p.Standing == "active" {
				s.pledges = append(s.pledges, p.ID)
			}
		}
	}
	if len(s.pledges) == 0 {
		s.t.Fatal("no pledge is left to test")
	}
	pledge := s.pledges[0]
	s.pledges = s.pledges[1:]
	var v struct{ ID string }
	s.desk.send(http.MethodPost, "/pledges/"+pledge+"/tests", "", map[string]string{"due_on": time.Now().AddDate(0, 0, 10).Format(time.DateOnly)}, &v)
	s.assign(v.ID, s.id("inspector1"), s.id("inspector2"))
	return v.ID
}

// sheet reads the sheet of a visit as the registry has it.
func (s *site) sheet(id string) checklist.Sheet {
	s.t.Helper()
	var v struct{ Sheet json.RawMessage }
	s.desk.get("/inspections/"+id, &v)
	sheet, err := checklist.UnmarshalSheet(v.Sheet)
	if err != nil {
		s.t.Fatal(err)
	}
	return sheet
}

// conditional gives the first item under a condition, and the condition.
func conditional(t *testing.T, s *checklist.Sheet) (item string, when checklist.When) {
	t.Helper()
	for it := range s.Items() {
		if it.When != nil {
			return it.ID, *it.When
		}
	}
	t.Fatal("no item of the sheet stands under a condition")
	return "", when
}

// preview is what the app makes of a visit, and what it made it of.
const preview = `async (id) => {
	const base = document.querySelector("script[type=module]").src.replace("app.js", "");
	const [tally, s] = await Promise.all([import(base + "tally.js"), import(base + "state.js")]);
	const v = await tally.load(s.state.session, id);
	const asked = [];
	for (const link of [...document.querySelectorAll(".rail [data-section]")].map((a) => a.dataset.section)) {
		const at = document.querySelector('.rail [data-section="' + link + '"]');
		if (at.getAttribute("aria-current") !== "true") at.click();
		asked.push(...[...document.querySelectorAll(".items .item")].map((e) => e.dataset.item));
	}
	return { answers: tally.given(v.held), result: JSON.stringify(v.result), asked, score: document.querySelector("#score").textContent, said: document.querySelector(".score small").textContent };
}`

type previewed struct {
	Answers       []checklist.Answer
	Asked         []string
	Result        string
	Score, Said   string
	answered, all int
}

// agrees compares the screen with the program: the items asked, the preview to
// the last figure, and the words that stand for it.
func (d *device) agrees(when, id string, sheet *checklist.Sheet) previewed {
	d.t.Helper()
	var p previewed
	d.Ask(&p, preview, id)
	want := checklist.Score(sheet, p.Answers)
	b, err := json.Marshal(want)
	if err != nil {
		d.t.Fatal(err)
	}
	if p.Result != string(b) {
		d.t.Errorf("%s: the tablet's preview is\n%s, the program's\n%s", when, p.Result, b)
	}
	shown := checklist.Shown(sheet, p.Answers)
	var asked []string
	for it := range sheet.Items() {
		if shown[it.ID] {
			asked = append(asked, it.ID)
		}
	}
	if !slices.Equal(p.Asked, asked) {
		d.t.Errorf("%s: the tablet asks %v, the program %v", when, p.Asked, asked)
	}
	score := want.Score.String()
	if len(want.Vetoes) > 0 {
		score = "不通过"
	}
	if p.Score != score {
		d.t.Errorf("%s: the tablet shows %q, not %q", when, p.Score, score)
	}
	p.answered, p.all = want.Answered, want.Total
	return p
}

// An item under a condition comes and goes with the answer to the other one;
// what was answered on it does not count while it is hidden and is there again
// with it, also after the tablet was switched off.
func (s *site) skipping(t *testing.T) {
	id := s.tested()
	sheet := s.sheet(id)
	item, when := conditional(t, &sheet)
	d := s.device(t)
	d.enrol("inspector1")
	d.begin(id)
	before := d.agrees("at first", id, &sheet)
	if slices.Contains(before.Asked, item) {
		t.Fatalf("%s is asked before %s is answered", item, when.Item)
	}
	d.show(when.Item)
	d.Click("#i-" + when.Item + " label.y input")
	d.Until("the item comes", `(i) => !!document.getElementById("i-" + i)`, item)
	var kept bool
	d.Ask(&kept, `(p) => document.activeElement?.closest(".item")?.dataset.item === p`, when.Item)
	if !kept {
		t.Error("the focus is lost when an item comes")
	}
	d.answer(item, "fail")
	d.Fill("#note-"+item, "款项十二天后才到账")
	d.Until("the note is saved", `(i) => document.querySelector("#i-" + i + " .mark").classList.contains("ok")`, item)
	shown := d.agrees("with the item", id, &sheet)
	if shown.all != before.all+1 || shown.answered != before.answered+2 {
		t.Errorf("with the item %d of %d count, before %d of %d", shown.answered, shown.all, before.answered, before.all)
	}
	d.show(when.Item)
	d.answer(when.Item, "fail")
	d.WaitGone("#i-" + item)
	hidden := d.agrees("hidden again", id, &sheet)
	if hidden.all != before.all || hidden.answered != 1 {
		t.Errorf("hidden, %d of %d count", hidden.answered, hidden.all)
	}
	s.gate.close()
	d.kill()
	d.start()
	d.open("龚海波")
	d.at("#/visit/" + id)
	d.WaitFor(".items .item")
	d.agrees("switched on again", id, &sheet)
	d.show(when.Item)
	d.answer(when.Item, "pass")
	d.WaitFor("#i-" + item)
	if v := d.Value("#note-" + item); v != "款项十二天后才到账" {
		t.Errorf("the note of the item shown again is %q", v)
	}
	again := d.agrees("shown again", id, &sheet)
	if again.Result != shown.Result {
		t.Errorf("shown again the preview is\n%s, it was\n%s", again.Result, shown.Result)
	}
	s.gate.reopen()
	d.online()
	var office struct {
		Live    checklist.Result
		Answers []checklist.Answer
	}
	s.desk.get("/inspections/"+id, &office)
	live, err := json.Marshal(office.Live)
	if err != nil || string(live) != again.Result {
		t.Errorf("the office computes\n%s, %v, the tablet\n%s", live, err, again.Result)
	}
}

// show goes to the section of an item.
func (d *device) show(item string) {
	d.t.Helper()
	for _, section := range d.sections() {
		d.section(section)
		if d.Has("#i-" + item) {
			return
		}
	}
	d.t.Fatalf("no section shows %s", item)
}

// nestedSheet puts a sheet with whole sections under conditions, conditions
// within them and graded steps onto the tablet, in place of a visit's own.
const nestedSheet = `async (id, text, hash) => {
	const base = document.querySelector("script[type=module]").src.replace("app.js", "");
	const [db, drafts, s] = await Promise.all([import(base + "db.js"), import(base + "drafts.js"), import(base + "state.js")]);
	await db.put("sheets", { hash, bytes: new TextEncoder().encode(text) });
	const v = await drafts.visit(s.state.session, id);
	await drafts.keepVisit(s.state.session, { ...v, sheet_hash: hash }, (local) => { local.started = { at: Date.now() }; });
}`

// pressed answers an item of the section shown by the control of that number.
const pressed = `async (item, nth) => {
	const e = document.getElementById("i-" + item), radios = [...e.querySelectorAll(".control input[type=radio]")], box = e.querySelector(".control input.short, .control textarea");
	const had = e.dataset.saved ?? "";
	if (radios.length) {
		const r = radios[nth % radios.length];
		if (r.checked) return;
		r.click();
	} else if (box) {
		box.value = box.tagName === "TEXTAREA" ? ["", "见现场"][nth % 2] : String(nth % 9 / 2);
		box.dispatchEvent(new Event("input"));
	} else return;
	for (let i = 0; i < 600; i++) {
		const now = document.getElementById("i-" + item);
		if (!now || (now.dataset.saved && now.dataset.saved !== had) || (box && now.querySelector(".mark.ok"))) break;
		await new Promise((d) => setTimeout(d, 5));
	}
}`

// Whole sections under conditions, and conditions within them: after each of
// some drawn answers the tablet asks and counts what the program does.
func (s *site) nested(t *testing.T) {
	id, _ := s.visit()
	sheet, text := frame(t, "skip")
	d := s.device(t)
	d.enrol("inspector1")
	s.gate.close() // the registry does not have this sheet
	d.Ask(nil, nestedSheet, id, string(text), sheet.Hash())
	d.at("#/visit/" + id)
	d.WaitFor(".items .item")
	seed := uint64(time.Now().UnixNano())
	t.Logf("drawn with seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	sizes := map[int]bool{}
	for range 40 {
		sections := d.sections()
		d.section(sections[r.IntN(len(sections))])
		asked := d.Attrs(".items .item", "data-item")
		d.Ask(nil, pressed, asked[r.IntN(len(asked))], r.IntN(100))
		sizes[len(d.agrees("drawn", id, &sheet).Asked)] = true
		if t.Failed() {
			return
		}
	}
	if len(sizes) < 2 {
		t.Errorf("no item came or went: %v", sizes)
	}
}

// frame is a sheet of the shared vectors.
func frame(t *testing.T, name string) (checklist.Sheet, json.RawMessage) {
	t.Helper()
	b, err := os.ReadFile("../../../assets/checklists/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Sets []struct {
			Name  string
			Sheet json.RawMessage
		}
	}
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	for _, set := range file.Sets {
		if set.Name == name {
			sheet, err := checklist.UnmarshalSheet(set.Sheet)
			if err != nil {
				t.Fatal(err)
			}
			return sheet, set.Sheet
		}
	}
	t.Fatalf("no vectors of %s", name)
	return checklist.Sheet{}, nil
}

// The page of a visit that needs no app does the same by its own script.
func (s *site) skippingOnPage(t *testing.T) {
	id := s.tested()
	sheet := s.sheet(id)
	item, when := conditional(t, &sheet)
	p := browser.Open(t).NewPage(t, browser.Options{Base: s.inner, Viewport: browser.Tablet})
	p.Goto("/sign-in?next=/tablet/inspections/" + id)
	p.Fill("[name=login]", "inspector1")
	p.Fill("[name=password]", demo.Password)
	p.Follow("form.card button[type=submit]")
	p.Goto("/tablet/inspections/" + id)
	p.Follow(`form[action$="/start"] button`)
	agrees := func(what string, there bool) {
		t.Helper()
		var v struct {
			Live    checklist.Result
			Answers []checklist.Answer
		}
		s.desk.get("/inspections/"+id, &v)
		want := checklist.Score(&sheet, v.Answers)
		score := want.Score.String()
		if len(want.Vetoes) > 0 {
			score = "不通过"
		}
		if got := p.Text("#score"); got != score {
			t.Errorf("%s: the page shows %q, not %q", what, got, score)
		}
		b, _ := json.Marshal([]int{want.Answered, want.Total})
		p.Until(what+": the page counts", `(n) => document.querySelector("#answered").textContent === n[0] + "/" + n[1]`, json.RawMessage(b))
		if p.Visible("#"+item) != there {
			t.Errorf("%s: is the item to be seen? it should: %v", what, there)
		}
	}
	answer := func(item, kind string) {
		t.Helper()
		p.Check("#"+item+" label."+kind+" input", true)
		p.Until(item+" is saved", `() => { const e = document.querySelector("#save-state"); return e.className === "saved" && e.textContent.startsWith(e.dataset.saved) }`)
	}
	agrees("at first", false)
	answer(when.Item, "y")
	agrees("the parent answered", true)
	answer(item, "n")
	p.Fill("#"+item+" [name=note]", "款项十二天后才到账")
	p.Press("\t")
	p.Until("the note is saved", `(i) => document.querySelector("#save-state").className === "saved"`)
	agrees("the item answered", true)
	answer(when.Item, "n")
	agrees("hidden", false)
	p.Reload()
	agrees("loaded anew", false)
	answer(when.Item, "y")
	agrees("shown again", true)
	if v := p.Value("#" + item + " [name=note]"); v != "款项十二天后才到账" {
		t.Errorf("the note of the item shown again is %q", v)
	}
	var checked bool
	p.Ask(&checked, `(i) => document.querySelector("#" + CSS.escape(i) + " label.n input").checked`, item)
	if !checked {
		t.Error("the answer of the item shown again is lost")
	}
}
