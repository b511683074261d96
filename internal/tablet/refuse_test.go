package tablet_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/tablet"
)

// What cannot be placed is parked with its cause, gets a receipt, has no
// effect, and holds nothing else up.
func TestWhatCannotBePlacedIsKept(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, other := w.visit(), w.visit()
		d := w.device(w.lead)
		stranger := w.device(w.third)
		item := w.items()[0].ID
		good := checklist.Answer{Item: item, Verdict: checklist.Pass}
		w.done(other)
		want := map[*entry]string{
			d.add(tablet.Answer, ident.New[ident.InspectionID](), "", good):                      "unknown_inspection",
			d.add(tablet.Answer, other, "", good):                                                "voided",
			d.add(tablet.Note, other, "", map[string]string{"text": "来过"}):                       "voided",
			d.add(tablet.Answer, id, "", checklist.Answer{Item: "NO-1", Verdict: "pass"}):        "unknown_item",
			d.add(tablet.Answer, id, "", checklist.Answer{Item: item, Photos: []string{"../x"}}): "malformed",
			d.add(tablet.Answer, id, "", "no object"):                                            "malformed",
			d.add("dance", id, "", map[string]string{}):                                          "unknown_kind",
			d.add(tablet.Submit, id, "", map[string]string{"hash": "short"}):                     "malformed",
			d.add(tablet.Submit, id, "", map[string]string{"hash": strings.Repeat("a", 64)}):     "incomplete",
			d.add(tablet.Photo, id, "", map[string]any{"sha256": strings.Repeat("a", 64), "size": 5, "cipher": map[string]string{
				"sha256": strings.Repeat("b", 64), "key": "AAAA", "iv": "AAAA"}}): "malformed",
			d.add(tablet.Signature, id, "", map[string]any{"party": "lead", "name": "张三", "hash": strings.Repeat("a", 64)}):                 "malformed",
			d.add(tablet.Signature, id, "", map[string]any{"party": "lead", "name": "张三", "refused": "不", "hash": strings.Repeat("a", 64)}): "malformed",
		}
		foreign := stranger.answer(id, good)
		fine := d.answer(id, good)
		// Tampered, and sealed for another id.
		tampered := d.answer(id, good)
		tampered.sealed = tampered.sealed[:len(tampered.sealed)-4] + "AAAA"
		swapped := d.answer(id, good)
		swapped.sealed, _ = d.sealer.Seal(string(ident.New[ident.EventID]()), []byte(swapped.text))
		// Sealed to a key that the registry does not have.
		unknown := d.answer(id, good)
		strangeKeys := w.strangeKeys()
		strange, err := tablet.NewSealer(strangeKeys)
		w.ok(err)
		unknown.sealed, err = strange.Seal(unknown.id, []byte(unknown.text))
		w.ok(err)
		for _, e := range []*entry{tampered, swapped, unknown} {
			want[e] = "unreadable"
		}
		w.ok(d.push(100))
		w.ok(stranger.push(100))
		want[foreign] = "not_yours"
		for e, cause := range want {
			if e.outcome != tablet.Parked || e.cause != cause {
				t.Errorf("%s %.80s: %s %q, want %q", e.kind, e.text, e.outcome, e.cause, cause)
			}
		}
		if fine.outcome != tablet.Accepted {
			t.Errorf("the good one: %s %s", fine.outcome, fine.cause)
		}
		if n := len(w.answers(id)); n != 1 {
			t.Errorf("%d answers took effect", n)
		}
		// Again: the same receipts, nothing new in quarantine.
		before := w.parked()
		w.ok(d.send(d.outbox))
		if after := w.parked(); after != before || before != len(want) {
			t.Errorf("quarantine: %d, then %d, want %d", before, after, len(want))
		}
		// Sealed again with the right key under the same id, it is placed.
		unknown.sealed, err = d.sealer.Seal(unknown.id, []byte(unknown.text))
		w.ok(err)
		unknown.receipt = tablet.Receipt{}
		w.ok(d.send([]*entry{unknown}))
		if unknown.outcome != tablet.Accepted && unknown.outcome != tablet.Conflict {
			t.Errorf("sealed again: %s %s", unknown.outcome, unknown.cause)
		}
		// Officers of the area see it whole, and note what came of it.
		page, err := w.Tablets.Quarantine(w.officer.ctx, tablet.ParkedQuery{Limit: 100})
		w.ok(err)
		if len(page.Items) != before || page.Items[0].Content != "" {
			t.Errorf("the officer sees %d of %d", len(page.Items), before)
		}
		one, err := w.Tablets.Settle(w.officer.ctx, tablet.SettleCommand{ID: page.Items[len(page.Items)-1].ID, Note: "与核查员核对，无需处理"})
		w.ok(err)
		whole, err := w.Tablets.Parked(w.officer.ctx, one.ID)
		if err != nil || whole.Content == "" || whole.SettledAt == nil {
			t.Errorf("settled: %+v %v", whole, err)
		}
		if mine, err := w.Tablets.Quarantine(w.third.ctx, tablet.ParkedQuery{}); err != nil || len(mine.Items) != 1 {
			t.Errorf("an inspector sees %d of one's own: %v", len(mine.Items), err)
		}
		if _, err := w.Tablets.Settle(w.lead.ctx, tablet.SettleCommand{ID: one.ID, Note: "x"}); err == nil {
			t.Error("an inspector settles")
		}
	})
}

// strangeKeys are those of another registry.
func (w *world) strangeKeys() tablet.PublicKeys {
	signing, sealing, err := tablet.NewSeeds()
	w.ok(err)
	k, err := tablet.NewKeys(signing, sealing)
	w.ok(err)
	return k.Public()
}

func (w *world) parked() (n int) {
	w.Helper()
	w.ok(w.DB.R.NewRaw("SELECT count(*) FROM tablet_quarantine").Scan(w.officer.ctx, &n))
	return n
}

// Work on a visit that was given to others is kept, and the tablet is told.
func TestReassignedVisits(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.visit()
		d := w.device(w.lead)
		b, err := d.bundle()
		w.ok(err)
		d.learn(b)
		e := d.answer(id, checklist.Answer{Item: w.items()[0].ID, Verdict: checklist.Pass})
		_, err = w.Inspections.Assign(w.officer.ctx, inspection.AssignCommand{ID: id, Lead: w.second.Account, Second: w.third.Account, Reason: "调整"})
		w.ok(err)
		w.ok(d.push(10))
		if e.outcome != tablet.Parked || e.cause != "not_yours" {
			t.Errorf("%s %s", e.outcome, e.cause)
		}
		b, err = d.bundle()
		w.ok(err)
		if len(b.Visits) != 0 || len(b.Withdrawn) != 1 || b.Withdrawn[0].Inspection != id || b.Withdrawn[0].Cause != "reassigned" || b.Withdrawn[0].Reason != "调整" {
			t.Errorf("bundle: %+v", b)
		}
		arrival, err := w.Tablets.Arrival(w.officer.ctx, id)
		if err != nil || len(arrival.Parked) != 1 {
			t.Errorf("the officer sees %+v %v", arrival.Parked, err)
		}
		_, err = w.Inspections.Assign(w.officer.ctx, inspection.AssignCommand{ID: id, Lead: w.lead.Account, Second: w.third.Account, Reason: "改回"})
		w.ok(err)
		if b, err = d.bundle(); err != nil || len(b.Visits) != 1 || len(b.Withdrawn) != 0 {
			t.Errorf("given back: %+v %v", b, err)
		}
	})
}

// A ticket covers items and photos of its own device, and nothing else; it
// works without a session, and not once it was taken away.
func TestTickets(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.visit()
		d := w.device(w.lead)
		d.cookie = ""
		d.answer(id, checklist.Answer{Item: w.items()[0].ID, Verdict: checklist.Pass})
		w.ok(d.push(5))
		bearer := map[string]string{"Authorization": "Bearer " + d.ticket}
		for _, c := range []struct{ method, path string }{
			{"GET", "/tablet/bundle"}, {"GET", "/tablet/keys"}, {"GET", "/inspections"}, {"GET", "/tablet/quarantine"},
			{"POST", "/tablet/devices"}, {"POST", "/inspections/" + string(id) + "/start"}, {"POST", "/files"},
		} {
			body := []byte(nil)
			if c.method == "POST" {
				body, _ = json.Marshal(tablet.EnrolCommand{ID: d.id, Name: "x"})
			}
			status, answer, _, err := d.call(c.method, c.path, body, bearer)
			if err != nil || status != http.StatusForbidden && !(status == 422 && strings.HasSuffix(c.path, "start")) {
				t.Errorf("%s %s with a ticket: %d %s %v", c.method, c.path, status, answer, err)
			}
		}
		strange := w.device(w.second)
		push := func(device, ticket string) int {
			body, _ := json.Marshal(tablet.PushCommand{Device: device, Items: []tablet.SealedItem{{ID: d.outbox[0].id, Sealed: d.outbox[0].sealed}}})
			status, _, _, err := d.call("POST", "/tablet/items", body, map[string]string{"Authorization": "Bearer " + ticket})
			w.ok(err)
			return status
		}
		if s := push(strange.id, d.ticket); s != http.StatusForbidden {
			t.Errorf("the ticket of another device: %d", s)
		}
		if s := push(d.id, d.ticket+"x"); s != http.StatusUnauthorized {
			t.Errorf("an invented ticket: %d", s)
		}
		old := d.ticket
		d.cookie = w.lead.cookie
		w.ok(d.enrol())
		if s := push(d.id, old); s != http.StatusUnauthorized {
			t.Errorf("the ticket before: %d", s)
		}
		if err := w.Tablets.Revoke(w.second.ctx, tablet.RevokeCommand{ID: d.id, Account: w.lead.Account}); err == nil {
			t.Error("a colleague took the ticket away")
		}
		w.ok(w.Tablets.Revoke(w.lead.ctx, tablet.RevokeCommand{ID: d.id}))
		if s := push(d.id, d.ticket); s != http.StatusUnauthorized {
			t.Errorf("a ticket that was taken away: %d", s)
		}
		var stored []string
		w.ok(w.DB.R.NewRaw("SELECT ticket FROM tablet_device").Scan(t.Context(), &stored))
		if slices.Contains(stored, d.ticket) || slices.Contains(stored, strange.ticket) {
			t.Error("a ticket is stored in the clear")
		}
		officer := newDevice(w.server.URL, w.officer.Account, w.officer.cookie)
		if err := officer.enrol(); err == nil || !strings.Contains(err.Error(), "403") {
			t.Errorf("an officer enrols a tablet: %v", err)
		}
		notEnrolled := newDevice(w.server.URL, w.third.Account, w.third.cookie)
		notEnrolled.sealer = d.sealer
		notEnrolled.answer(id, checklist.Answer{Item: w.items()[0].ID})
		if err := notEnrolled.push(5); err == nil || !strings.Contains(err.Error(), "404") {
			t.Errorf("a tablet that is not enrolled: %v", err)
		}
	})
}

// One item a hundred times at once has one effect and one receipt; another
// content under its id is kept apart.
func TestAHundredTimesAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.visit()
		d := w.device(w.lead)
		item := w.items()[0].ID
		e := d.answer(id, checklist.Answer{Item: item, Verdict: checklist.Pass})
		cmd := tablet.PushCommand{Device: d.id, Items: []tablet.SealedItem{{ID: e.id, Seq: e.seq, Sealed: e.sealed}}}
		var mu sync.Mutex
		var wait sync.WaitGroup
		receipts := map[tablet.Receipt]int{}
		for range 100 {
			wait.Go(func() {
				for range 20 {
					out, err := w.Tablets.Push(w.lead.ctx, cmd)
					if err != nil {
						t.Error(err)
						return
					}
					if r := out.Results[0].Receipt; r != nil {
						mu.Lock()
						receipts[*r]++
						mu.Unlock()
						return
					}
				}
				t.Error("never taken")
			})
		}
		wait.Wait()
		if len(receipts) != 1 || len(w.answers(id)) != 1 || w.parked() != 0 {
			t.Fatalf("receipts %v, %d answers, %d parked", receipts, len(w.answers(id)), w.parked())
		}
		other := strings.Replace(e.text, `"pass"`, `"fail"`, 1)
		sealed, err := d.sealer.Seal(e.id, []byte(other))
		w.ok(err)
		cmd.Items[0].Sealed = sealed
		body, err := json.Marshal(cmd)
		w.ok(err)
		status, answer, _, err := d.call("POST", "/tablet/items", body, nil)
		if err != nil || status != 200 || !bytes.Contains(answer, []byte(`"cause":"other_content"`)) || !bytes.Contains(answer, []byte(`"status":409`)) {
			t.Errorf("another content: %d %s %v", status, answer, err)
		}
		if rows := w.answers(id); len(rows) != 1 || !strings.Contains(rows[0].Answer, "pass") || w.parked() != 1 {
			t.Errorf("after it: %v, %d parked", rows, w.parked())
		}
	})
}

// What a reviewer marked arrives on the very items, with the note and the
// deadline; the answers given then are sealed anew.
func TestSentBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, hash := w.visit(), w.sheet.Hash()
		d := w.device(w.lead)
		w.fill(d, id)
		drawing := d.photo(id, "", jpegOf(9))
		d.sign(id, hash, drawing)
		d.add(tablet.Submit, id, "", map[string]any{"hash": d.content(id, hash)})
		w.ok(d.push(100))
		w.ok(d.upload(1000))
		item := w.items()[2].ID
		_, err := w.Inspections.SendBack(w.officer.ctx, inspection.SendBackCommand{ID: id, Reason: "照片不清", Marks: []inspection.Mark{{Item: item, Note: "请重拍"}}, DueOn: "2026-12-31"})
		w.ok(err)
		b, err := d.bundle()
		w.ok(err)
		v := b.Visits[0]
		if v.State != "sent_back" || v.DueOn != "2026-12-31" || len(v.Marks) != 1 || v.Marks[0].Item != item || v.Marks[0].Note != "请重拍" || v.Reason != "照片不清" {
			t.Fatalf("bundle: %+v", v.View)
		}
		d.learn(b)
		d.answer(id, checklist.Answer{Item: item, Verdict: checklist.Pass, Photos: []string{d.photo(id, item, jpegOf(10))}})
		d.sign(id, hash, drawing)
		last := d.add(tablet.Submit, id, "", map[string]any{"hash": d.content(id, hash)})
		w.ok(d.push(100))
		w.ok(d.upload(1000))
		if got := w.get(id); last.outcome != tablet.Accepted || got.State != "submitted" || len(got.Marks) != 0 {
			t.Errorf("%s %s: %s", last.outcome, last.cause, got.State)
		}
		w.record(id)
	})
}

// A version of the sheet that is published meanwhile changes nothing under way.
func TestANewSheetMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, old := w.visit(), w.sheet
		d := w.device(w.lead)
		items := w.items()
		for _, it := range items[:5] {
			d.answer(id, checklist.Answer{Item: it.ID, Verdict: checklist.Pass})
		}
		w.ok(d.push(10))
		text, err := old.Marshal()
		w.ok(err)
		newer, err := checklist.UnmarshalSheet(text)
		w.ok(err)
		newer.Sections[0].Items = newer.Sections[0].Items[1:]
		next := w.visitOn(newer)
		for _, it := range items[5:] {
			d.answer(id, checklist.Answer{Item: it.ID, Verdict: checklist.Pass})
		}
		d.sign(id, old.Hash(), d.photo(id, "", jpegOf(5)))
		submit := d.add(tablet.Submit, id, "", map[string]any{"hash": d.content(id, old.Hash())})
		gone := d.answer(next, checklist.Answer{Item: items[0].ID, Verdict: checklist.Pass})
		w.ok(d.push(100))
		w.ok(d.upload(1000))
		b, err := d.bundle()
		w.ok(err)
		if submit.outcome != tablet.Accepted || w.get(id).SheetHash != old.Hash() || w.get(id).State != "submitted" {
			t.Errorf("under way: %s %s", submit.outcome, submit.cause)
		}
		if gone.cause != "unknown_item" || len(b.Sheets) != 1 || b.Sheets[0] != newer.Hash() {
			t.Errorf("the new one: %s, %v", gone.cause, b.Sheets)
		}
	})
}

// Bytes that are no photo, or another one, are said to be so and kept; bombs
// are refused before they are decoded.
func TestPhotosThatAreNone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.visit()
		d := w.device(w.lead)
		d.photo(id, "", []byte("this is no photo, but somebody sends it as one"))
		w.ok(d.push(10))
		w.ok(d.upload(20))
		a, err := w.Tablets.Arrival(w.officer.ctx, id)
		if err != nil || len(a.Photos) != 1 || a.Photos[0].State != inspection.PhotoRefused || a.Photos[0].Cause != "no_photo" {
			t.Errorf("%+v %v", a.Photos, err)
		}
		p := d.pictures[0]
		for name, c := range map[string]struct {
			sha, offset, length string
			body                []byte
			status              int
			now                 string
		}{
			"wrong offset":        {strings.Repeat("1", 64), "7", "20", []byte("abc"), 409, "0"},
			"no length":           {strings.Repeat("2", 64), "0", "0", []byte("abc"), 422, ""},
			"longer than allowed": {strings.Repeat("3", 64), "0", "99999999", []byte("abc"), 422, ""},
			"longer than said":    {strings.Repeat("4", 64), "0", "2", []byte("abc"), 413, ""},
			"another hash":        {strings.Repeat("5", 64), "0", "3", []byte("abc"), 409, "0"},
			"known already":       {p.sent, "0", fmt.Sprint(len(p.bytes)), p.bytes[:3], 204, fmt.Sprint(len(p.bytes))},
			"too large a chunk":   {strings.Repeat("6", 64), "0", "600000", make([]byte, tablet.MaxChunk+10), 413, ""},
		} {
			status, answer, head, err := d.call("PATCH", "/tablet/photos/"+c.sha, c.body, map[string]string{
				"Content-Type": "application/offset+octet-stream", "Upload-Offset": c.offset, "Upload-Length": c.length,
			})
			if err != nil || status != c.status || head.Get("Upload-Offset") != c.now {
				t.Errorf("%s: %d %q %s %v", name, status, head.Get("Upload-Offset"), answer, err)
			}
		}
	})
}
