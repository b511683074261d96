package tablet

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// Two tablets on one visit: different items come together, the same item
// differing keeps both and asks the lead; then both sign what was resolved.
func (s *site) twoTablets(t *testing.T) {
	id, _ := s.visit()
	lead, second := s.device(t), s.device(t)
	lead.enrol("inspector1")
	lead.begin(id)
	lead.online()
	second.enrol("inspector2")
	second.at("#/visit/" + id)
	second.WaitFor(".items .item")
	items := lead.items()
	same, only, other := items[0], items[1], items[2]
	s.gate.close()
	lead.answer(same, "pass")
	lead.answer(only, "pass")
	second.answer(same, "fail")
	second.answer(other, "fail")
	s.gate.reopen()
	lead.online()
	second.online()
	second.Until("the second sees that they differ", `(i) => !!document.querySelector("#i-" + i + " .versions")`, same)
	if second.Has("#i-" + same + " .versions button") {
		t.Error("the second may decide")
	}
	lead.online()
	lead.Until("the lead sees both versions", `(i) => document.querySelectorAll("#i-" + i + " .versions [data-version]").length === 2`, same)
	lead.Until("the other's answer is here", `(i) => document.getElementById("i-" + i).classList.contains("f")`, other)
	lead.CheckAxe()
	lead.Ask(nil, `(i) => { [...document.querySelectorAll("#i-" + i + " .versions [data-version]")].find((l) => l.textContent.includes("不符合")).querySelector("button").click() }`, same)
	lead.Until("it is decided", `(i) => !document.querySelector("#i-" + i + " .versions")`, same)
	lead.online()
	second.online()
	second.Until("the decision is on the second tablet", `(i) => !document.querySelector("#i-" + i + " .versions")`, same)
	v := s.see(id)
	if v.answer(same) != "fail" || v.answer(only) != "pass" || v.answer(other) != "fail" {
		t.Errorf("the office has %s, %s, %s", v.answer(same), v.answer(only), v.answer(other))
	}
	var one, two string
	lead.Ask(&one, content, id)
	second.Ask(&two, content, id)
	if one == "" || one != two {
		t.Errorf("the two would sign %s and %s", one, two)
	}
	s.bothSign(t, id, lead, second, same, other)
}

// bothSign ends the visit: the lead answers the rest, each signs on their own
// tablet what was resolved, and the exported record holds.
func (s *site) bothSign(t *testing.T, id string, lead, second *device, failed ...string) {
	folder := t.TempDir()
	for _, item := range failed {
		lead.Fill("#note-"+item, "已责令当场改正")
		lead.Upload("#ph-"+item, picture(t, folder, 700))
		lead.WaitFor("#i-" + item + " figure img")
	}
	lead.answerAll()
	lead.online()
	second.online()
	lead.Click("#to-sign")
	lead.sign("lead", "")
	lead.sign("merchant", "陶春和")
	lead.online()
	second.online()
	second.Click("#to-sign")
	second.sign("second", "")
	second.online()
	lead.online()
	lead.Until("the second's signature is here", `() => document.querySelector('[data-party="second"]')?.dataset.signed === "yes"`)
	var one, two string
	lead.Ask(&one, content, id)
	second.Ask(&two, content, id)
	if one != two {
		t.Errorf("signed %s and %s", one, two)
	}
	lead.submit()
	if v := s.see(id); v.State != "submitted" || len(v.Signatures) != 3 {
		t.Fatalf("the office sees %s with %d signatures", v.State, len(v.Signatures))
	}
	out, err := s.audit(s.file("record.zip", s.desk.raw("/inspections/"+id+"/record.zip")))
	if err != nil {
		t.Fatalf("the record does not hold: %v\n%s", err, out)
	}
	t.Logf("fangxin audit inspection record.zip\n%s", out)
}

// audit runs the program on an exported record, as anybody could.
func (s *site) audit(file string) (string, error) {
	cmd := exec.Command("go", "run", "./cmd/fangxin", "audit", "inspection", file, "--lang", "en")
	cmd.Dir = filepath.Join("..", "..", "..")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// content is the hash that a signature on this tablet would stand under.
const content = `async (id) => {
	const base = document.querySelector("script[type=module]").src.replace("app.js", "");
	const [d, s] = await Promise.all([import(base + "drafts.js"), import(base + "state.js")]);
	const who = s.state.session;
	return d.contentHash(await d.visit(who, id), await d.answers(who, id));
}`

// A visit that is given to others leaves the day without destroying work, and
// what the server cannot place is put aside with its cause.
func (s *site) withdrawn(t *testing.T) {
	id, holder := s.visit()
	other, _ := s.visit()
	d := s.device(t)
	d.enrol("inspector1")
	d.begin(id)
	d.online()
	s.gate.close()
	item := d.items()[0]
	d.answer(item, "fail")
	d.offline()
	s.voidVisit(id)
	deltas := s.deltas.Load()
	s.gate.reopen()
	d.Ask(nil, `() => { dispatchEvent(new Event("online")) }`)
	d.Until("it was taken back", `() => document.querySelector("main").textContent.includes("已收回")`)
	if s.deltas.Load() == deltas {
		t.Error("the tablet fetches everything anew")
	}
	d.at("#/visit/" + other) // of which the answer said nothing
	d.WaitFor("#start")
	d.at("#/")
	d.WaitFor(".visit >> " + holder)
	var have map[string]answered
	d.Ask(&have, held, id)
	if have[item].Verdict != "fail" {
		t.Errorf("the answer is gone: %+v", have[item])
	}
	d.Until("what cannot be placed is put aside", `() => !!document.getElementById("parked")`)
	d.at("#/queue")
	d.WaitFor("#parked-list .err")
	d.CheckAxe()
}
