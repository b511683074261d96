package tablet_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/tablet"
	"fangxin/internal/usecase"
)

// After the keys were changed, what was sealed to the former one opens, former
// receipts hold, and devices learn the new ones when they ask.
func TestNewKeys(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.visit()
		d := w.device(w.lead)
		items := w.items()
		early := d.answer(id, checklist.Answer{Item: items[0].ID, Verdict: checklist.Pass})
		w.ok(d.push(10))
		former := d.keys
		late := d.answer(id, checklist.Answer{Item: items[1].ID, Verdict: checklist.Pass}) // sealed, and not yet sent

		root := usecase.System(context.Background(), "test")
		now, err := w.Tablets.Rotate(root, tablet.RotateCommand{Which: "both", Reason: "定期更换"})
		w.ok(err)
		if now.Signing.ID == former.Signing.ID || now.Sealing.ID == former.Sealing.ID || len(now.Former) != 1 || now.Former[0] != former.Signing {
			t.Fatalf("%+v", now)
		}
		var asked tablet.KeysView
		w.ok(d.json("GET", "/tablet/keys", nil, &asked))
		if asked.Signing != now.Signing || len(asked.Former) != 1 {
			t.Errorf("the device learns %+v", asked)
		}
		d.keys = asked.PublicKeys
		w.ok(d.push(10))
		if late.outcome != tablet.Accepted || late.receipt.Key != now.Signing.ID || !late.receipt.Verify(now.Signing) {
			t.Errorf("what was sealed before: %s %+v", late.outcome, late.receipt)
		}
		if early.receipt.Key != former.Signing.ID || !early.receipt.Verify(asked.Former[0]) || early.receipt.Verify(now.Signing) {
			t.Errorf("the former receipt: %+v", early.receipt)
		}
		// The same again gets the receipt of then.
		d.keys.Signing = former.Signing
		w.ok(d.send([]*entry{early}))
		d.keys = asked.PublicKeys
		d.sealer, err = tablet.NewSealer(asked.PublicKeys)
		w.ok(err)
		next := d.answer(id, checklist.Answer{Item: items[2].ID, Verdict: checklist.Pass})
		w.ok(d.push(10))
		if next.outcome != tablet.Accepted {
			t.Errorf("sealed to the new key: %s %s", next.outcome, next.cause)
		}
		w.started(t, now)

		// Twice in a row, one key only.
		again, err := w.Tablets.Rotate(root, tablet.RotateCommand{Which: "signing", Reason: "疑似泄露"})
		if err != nil || again.Sealing.ID != now.Sealing.ID || len(again.Former) != 2 {
			t.Errorf("%+v %v", again, err)
		}
		admin := w.person("admin-x", access.Administrator) // of a county
		for _, p := range []person{w.lead, w.officer, admin} {
			if _, err := w.Tablets.Rotate(p.ctx, tablet.RotateCommand{Which: "both", Reason: "x"}); !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s: %v", p.login, err)
			}
		}
		if _, body := w.page(admin, "GET", "/desk/tablets", nil); strings.Contains(body, `id="keys"`) {
			t.Error("the page offers a county's administrator what is refused")
		}
		top := w.personOf("admin-36", "36", access.Administrator)
		if code, body := w.page(top, "GET", "/desk/tablets", nil); code != 200 || !strings.Contains(body, `id="keys"`) {
			t.Errorf("the page of the province's administrator: %d", code)
		}
		if code, body := w.page(top, "POST", "/desk/tablets/keys", url.Values{"which": {"both"}}); code != 422 || !strings.Contains(body, `name="reason"`) {
			t.Errorf("without a reason: %d", code)
		}
		if code, _ := w.page(top, "POST", "/desk/tablets/keys", url.Values{"which": {"both"}, "reason": {"定期更换"}}); code != 303 {
			t.Errorf("by the page: %d", code)
		}
		if _, err := w.Tablets.Rotate(root, tablet.RotateCommand{Which: "all", Reason: "x"}); !fault.Is(err, fault.Invalid) {
			t.Errorf("another word: %v", err)
		}
	})
}

// Another process of the same installation changed the keys: what is sealed to
// its key opens here, devices learn it, and changing them again loses none.
func TestKeysOfAnotherProcess(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.visit()
		d := w.device(w.lead)
		elsewhere := w.changeElsewhere(t)
		var err error
		d.sealer, err = tablet.NewSealer(elsewhere)
		w.ok(err)
		d.keys = elsewhere
		e := d.answer(id, checklist.Answer{Item: w.items()[0].ID, Verdict: checklist.Pass})
		w.ok(d.push(10))
		if e.outcome != tablet.Accepted || !e.receipt.Verify(elsewhere.Signing) {
			t.Errorf("sealed to the key of another process: %s %s", e.outcome, e.cause)
		}
		second := w.changeElsewhere(t)
		var asked tablet.KeysView
		w.ok(d.json("GET", "/tablet/keys", nil, &asked))
		if asked.Signing != second.Signing || asked.Sealing != second.Sealing {
			t.Errorf("the device learns %+v, want %+v", asked.PublicKeys, second)
		}
		third := w.changeElsewhere(t)
		if _, err := w.Tablets.Rotate(usecase.System(context.Background(), "test"), tablet.RotateCommand{Which: "both", Reason: "定期更换"}); err != nil {
			t.Fatal(err)
		}
		d.sealer, err = tablet.NewSealer(third)
		w.ok(err)
		e = d.answer(id, checklist.Answer{Item: w.items()[1].ID, Verdict: checklist.Pass})
		w.ok(d.json("GET", "/tablet/keys", nil, &asked))
		d.keys = asked.PublicKeys
		w.ok(d.push(10))
		if e.outcome != tablet.Accepted {
			t.Errorf("sealed to a key that was changed here since: %s %s", e.outcome, e.cause)
		}
	})
}

// changeElsewhere keeps new keys as another process does.
func (w *world) changeElsewhere(t *testing.T) tablet.PublicKeys {
	t.Helper()
	signing, sealing, err := tablet.NewSeeds()
	w.ok(err)
	var kept [2][][]byte
	for i, name := range []string{tablet.SigningSecret, tablet.SealingSecret} {
		var value string
		w.ok(w.DB.R.NewRaw("SELECT value FROM setting WHERE name = ?", name).Scan(t.Context(), &value))
		kept[i], err = tablet.ParseSecrets(value)
		w.ok(err)
		kept[i] = append([][]byte{[][]byte{signing, sealing}[i]}, kept[i]...)
		_, err = w.DB.W.NewRaw("UPDATE setting SET value = ? WHERE name = ?", tablet.Secrets(kept[i]), name).Exec(t.Context())
		w.ok(err)
	}
	k, err := tablet.NewKeyring(kept[0], kept[1])
	w.ok(err)
	return k.Public()
}

// started compares what a server would read at its next start.
func (w *world) started(t *testing.T, now tablet.KeysView) {
	t.Helper()
	var kept [2][][]byte
	for i, name := range []string{tablet.SigningSecret, tablet.SealingSecret} {
		var value string
		w.ok(w.DB.R.NewRaw("SELECT value FROM setting WHERE name = ?", name).Scan(context.Background(), &value))
		var err error
		if kept[i], err = tablet.ParseSecrets(value); err != nil {
			t.Fatal(err)
		}
	}
	k, err := tablet.NewKeyring(kept[0], kept[1])
	if err != nil || k.Public().Signing != now.Signing || k.Public().Sealing != now.Sealing || len(k.Public().Former) != 1 {
		t.Errorf("after a start: %v", err)
	}
}
