package tablet

import (
	"os"
	"testing"
	"time"
)

// A tablet is prepared, switched off, started without a network; a whole visit
// with photos and three signatures is done; then the line comes back and the
// office sees all of it, proved by receipts.
func (s *site) wholeVisit(t *testing.T) {
	id, holder := s.visit()
	d := s.device(t)
	d.enrol("inspector1")
	d.kill()
	s.gate.close()
	defer s.gate.reopen()
	d.start()
	began := time.Now()
	d.open("龚海波")
	t.Logf("cold start without a network, browser running, until the day is on the screen with the PIN given: %v", time.Since(began).Round(time.Millisecond))
	d.offline()
	d.WaitFor(".visit >> " + holder)
	d.begin(id)
	first := d.items()[0]
	d.answer(first, "fail")
	if !d.Has("#vetoes") || d.Text("#score") != "不通过" {
		t.Error("a failed veto does not replace the score")
	}
	d.answer(first, "pass")
	second := d.items()[1]
	d.answer(second, "pass")
	folder, err := os.MkdirTemp(s.files, "p")
	if err != nil {
		t.Fatal(err)
	}
	d.Click("#i-" + second + " .link")
	d.Upload("#ph-"+second, picture(t, folder, 1900))
	d.WaitFor("#i-" + second + " figure img")
	d.Fill("#note-"+second, "门口价目牌齐全")
	d.Until("the note is saved", `(i) => document.querySelector("#i-" + i + " .mark").classList.contains("ok")`, second)
	d.answerAll()
	d.Click("#to-sign")
	d.sign("lead", "")
	d.sign("second", "")
	d.sign("merchant", "陶春和")
	d.Click("#submit")
	d.Click("dialog[open] button[value=ok]")
	d.WaitFor("#proof")
	if d.Attr("#proof", "data-sent") != "no" {
		t.Error("it says sent without a network")
	}
	d.CheckAxe()
	s.gate.reopen()
	d.online()
	d.Until("it is proved", `() => document.querySelector("#proof")?.dataset.sent === "yes"`)
	v := s.see(id)
	if v.State != "submitted" || v.Seal == "" || len(v.Signatures) != 3 || v.answer(second) != "pass" {
		t.Errorf("the office sees %s, seal %q, %d signatures, %q", v.State, v.Seal, len(v.Signatures), v.answer(second))
	}
	for _, a := range v.Answers {
		if a.Item == second && (len(a.Photos) != 1 || a.Note != "门口价目牌齐全") {
			t.Errorf("photos %v, note %q", a.Photos, a.Note)
		}
	}
	var arrived struct {
		Trail struct {
			Whole bool
			Spent []struct {
				Item, Section string
				Times         int
				Seconds       int64
			}
		}
	}
	s.desk.get("/inspections/"+id+"/arrival", &arrived)
	found := false
	for _, sp := range arrived.Trail.Spent {
		found = found || sp.Item == second && sp.Times > 0 && sp.Seconds > 0
	}
	if !arrived.Trail.Whole || !found {
		t.Errorf("the times: %+v", arrived.Trail)
	}
	d.at("#/sent")
	d.WaitFor("details.card")
	d.Click("details.card summary")
	d.Until("the receipts are checked", `() => document.querySelectorAll("[data-receipt]").length > 20 && ![...document.querySelectorAll("[data-receipt]")].some((r) => r.dataset.holds !== "true")`)
	d.falseReceipts(t)
}

// falseReceipts alters receipts that hold, in one place each: then none does.
func (d *device) falseReceipts(t *testing.T) {
	t.Helper()
	var out struct{ Held, Shared, Altered, Believed int }
	d.Ask(&out, `async () => {
		const base = document.querySelector("script[type=module]").src.replace("app.js", "");
		const [db, { receiptHolds }] = await Promise.all([import(base + "db.js"), import(base + "receipt.js")]);
		const keys = await db.get("meta", "keys"), out = { Held: 0, Shared: 0, Altered: 0, Believed: 0 };
		for (const r of (await db.all("receipts")).slice(0, 12)) {
			if (await receiptHolds(r, r, keys)) out.Held++;
			if (r.v === 2 && r.path) out.Shared++;
			for (const change of [{ n: r.n + 1 }, { at: "2020" + r.at.slice(4) }, { hash: "0".repeat(64) }, { id: r.id + "0" }, { v: r.v ? undefined : 2 }, { v: 3 }, r.path && { path: "B" + r.path.slice(1).replace(/./, (c) => c === "A" ? "B" : "A") }]) {
				if (!change) continue;
				const other = { ...r, ...change };
				out.Altered++;
				if (await receiptHolds(other, other, keys)) out.Believed++;
			}
		}
		return out;
	}`)
	if out.Held != 12 || out.Shared == 0 || out.Altered < 72 || out.Believed != 0 {
		t.Errorf("receipts: %+v", out)
	}
}

// sign gives one signature.
func (d *device) sign(party, name string) {
	d.t.Helper()
	d.WaitFor(`[data-party="` + party + `"] button`)
	d.Click(`[data-party="` + party + `"] button`)
	if name != "" {
		d.Fill("#signer", name)
	}
	d.Draw("dialog[open] canvas")
	d.Click("#pad-ok")
	d.Until(party+" has signed", `(p) => document.querySelector('[data-party="' + p + '"]')?.dataset.signed === "yes"`, party)
}
