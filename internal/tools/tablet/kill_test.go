package tablet

import (
	"encoding/json"
	"math/rand/v2"
	"sync"
	"testing"
	"time"
)

// tapping answers items of the section shown at random, as fast as the app
// takes it, and tells of each answer that the screen calls saved.
const tapping = `(seed) => {
	const items = [...document.querySelectorAll(".items .item")].filter((e) => e.querySelector(".seg.main input"));
	for (const e of items) new MutationObserver(() => {
		if (e.dataset.saved && e.querySelector(".mark").classList.contains("ok"))
			console.debug(JSON.stringify({ item: e.dataset.item, entry: e.dataset.saved, verdict: e.dataset.verdict, note: e.querySelector("textarea[id^=note]").value }));
	}).observe(e, { attributes: true, attributeFilter: ["data-saved"] });
	let n = seed;
	const next = () => { n = (n * 1103515245 + 12345) % 2147483648; return n / 2147483648; };
	const tap = () => {
		const e = items[Math.floor(next() * items.length)], all = e.querySelectorAll(".seg.main input");
		const one = all[Math.floor(next() * all.length)];
		if (!one.checked) one.click();
		if (next() < 0.2) { const note = e.querySelector("textarea[id^=note]"); note.value += "记" + Math.floor(next() * 10); note.dispatchEvent(new Event("input")); }
		setTimeout(tap, 15 + next() * 60);
	};
	tap();
}`

// drafts reads what the tablet holds of a visit, by the app's own code.
const held = `async (id) => {
	const base = document.querySelector("script[type=module]").src.replace("app.js", "");
	const [d, s] = await Promise.all([import(base + "drafts.js"), import(base + "state.js")]);
	return Object.fromEntries([...await d.answers(s.state.session, id)].map(([k, a]) => [k, { entry: a.entry, base: "", verdict: a.answer.verdict ?? "", note: a.answer.note ?? "" }]));
}`

// answered is an answer as the screen or the disk has it.
type answered struct{ Item, Entry, Verdict, Note string }

// The browser is killed at random moments while somebody answers as fast as
// can be. Nothing that the screen called saved may be missing afterwards, on
// the tablet or, in the end, in the office.
func (s *site) kills(t *testing.T) {
	times := 30
	if nightly() {
		times = 100
	}
	id, _ := s.visit()
	d := s.device(t)
	d.enrol("inspector1")
	d.begin(id)
	sections := d.sections()
	var mu sync.Mutex
	shown := map[string]answered{} // the last one called saved on each item
	total, lost, later := 0, 0, 0
	check := func() {
		var have map[string]answered
		d.Ask(&have, held, id)
		mu.Lock()
		defer mu.Unlock()
		for item, want := range shown {
			got, ok := have[item]
			switch {
			case !ok:
				lost++
				t.Errorf("%s was shown as saved (%s) and is gone", item, want.Entry)
			case got.Entry != want.Entry: // a later one may have reached the disk before its word reached the screen
				later++
				if got.Entry < want.Entry {
					lost++
					t.Errorf("%s was shown as saved (%s), an older one is there", item, want.Entry)
				}
			case got.Verdict != want.Verdict || got.Note != want.Note:
				lost++
				t.Errorf("%s: %+v was shown, %+v is there", item, want, got)
			}
		}
	}
	began := time.Now()
	for round := range times {
		switch { // with and without a network, and with one that comes and goes
		case round%3 == 0:
			s.gate.close()
		default:
			s.gate.reopen()
		}
		if round > 0 {
			d.start()
			d.Ask(nil, `(a) => { location.href = a }`, s.base+"/tablet#/visit/"+id)
			d.give("龚海波")
			d.WaitFor(".items .item")
			check()
		}
		d.section(sections[round%2])
		d.Hear(func(text string) {
			var a answered
			if json.Unmarshal([]byte(text), &a) == nil && a.Item != "" {
				mu.Lock()
				shown[a.Item] = a
				total++
				mu.Unlock()
			}
		})
		d.Ask(nil, tapping, 1+rand.IntN(1<<30))
		time.Sleep(time.Duration(100+rand.IntN(700)) * time.Millisecond)
		d.kill()
	}
	s.gate.reopen()
	d.start()
	d.open("龚海波")
	d.at("#/visit/" + id)
	d.WaitFor(".items .item")
	check()
	d.online()
	v := s.see(id)
	for item, want := range shown {
		found := false
		for _, a := range v.Answers {
			found = found || a.Item == item
		}
		if !found {
			t.Errorf("the office lacks %s (%s)", item, want.Entry)
		}
	}
	t.Logf("%d kills in %v, %d answers shown as saved, %d lost, %d overtaken by a later one", times, time.Since(began).Round(time.Second), total, lost, later)
	if total < times*2 {
		t.Errorf("only %d answers were shown", total)
	}
}
