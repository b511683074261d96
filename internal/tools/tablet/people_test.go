package tablet

import (
	"testing"
)

// opens tries somebody's records with the key of who is unlocked now.
const opens = `async (account) => {
	const base = document.querySelector("script[type=module]").src.replace("app.js", "");
	const [db, vault, s] = await Promise.all([import(base + "db.js"), import(base + "vault.js"), import(base + "state.js")]);
	let readable = 0, records = 0;
	for (const a of await db.all("answers")) {
		if (a.account !== account) continue;
		records++;
		await vault.show(s.state.session.keys, a, a.account + "/" + a.inspection + "/" + a.item).then(() => { readable++; }, () => {});
	}
	return { records, readable };
}`

// One tablet, two people: the first one's work is sent while the second one
// uses it, and neither opens the other's drafts.
func (s *site) twoPeople(t *testing.T) {
	id, holder := s.visit()
	d := s.device(t)
	d.enrol("inspector1")
	d.begin(id)
	s.gate.close()
	item := d.items()[0]
	d.answer(item, "pass")
	d.offline()
	d.at("#/")
	d.WaitFor("#hand-over")
	d.Click("#hand-over")
	d.WaitFor("dialog[open]")
	d.Click("dialog[open] button[value=ok]")
	d.WaitFor("[data-person]")
	d.Click("[data-person] >> 龚海波")
	d.Fill("#pin", "000000")
	d.Click("#pin-form [type=submit]")
	d.WaitFor("#pin-form .err >> 4")
	s.gate.reopen()
	d.enrol("inspector2")
	d.Until("the first one's answer is sent", `() => document.querySelector("#band .band").dataset.items === "0"`)
	if got := s.see(id).answer(item); got != "pass" {
		t.Errorf("the office has %q", got)
	}
	d.at("#/")
	d.WaitFor(".visit >> " + holder) // both are sent to this shop
	var r struct{ Records, Readable int }
	d.Ask(&r, opens, s.id("inspector1"))
	if r.Records == 0 || r.Readable != 0 {
		t.Errorf("%d of %d answers of the first open with the key of the second", r.Readable, r.Records)
	}
	d.Click("#hand-over")
	d.WaitFor("dialog[open]")
	d.Click("dialog[open] button[value=ok]")
	d.unlock("龚海波")
	d.Ask(&r, opens, s.id("inspector1"))
	if r.Records == 0 || r.Readable != r.Records {
		t.Errorf("only %d of %d answers open for their author", r.Readable, r.Records)
	}
}

// The session ends and the ticket is taken away: the queue stays, and goes on
// by itself after signing in again.
func (s *site) expiry(t *testing.T) {
	id, _ := s.visit()
	d := s.device(t)
	d.enrol("inspector1")
	d.begin(id)
	d.online()
	item := d.items()[1]
	d.Ask(nil, `async () => {
		const base = document.querySelector("script[type=module]").src.replace("app.js", "");
		const db = await import(base + "db.js");
		const device = await db.get("meta", "device");
		const r = await fetch("/api/v1/tablet/devices/" + device + "/revoke", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" });
		if (!r.ok) throw new Error("revoke: " + r.status);
	}`)
	d.Forget()
	d.answer(item, "fail")
	d.Until("it asks to sign in", `() => document.querySelector("#band .band").dataset.link === "signin"`)
	if got := d.Attr("#band .band", "data-items"); got == "0" {
		t.Error("the queue is empty")
	}
	d.signIn("inspector1")
	d.unlock("龚海波")
	d.online()
	if got := s.see(id).answer(item); got != "fail" {
		t.Errorf("the office has %q", got)
	}
}
