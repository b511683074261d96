package tablet_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/inspection"
	"fangxin/internal/tablet"
)

type stretch struct {
	From  int           `json:"from"`
	Prev  string        `json:"prev"`
	Steps []tablet.Step `json:"steps"`
}

// hashOfPayload is what the next stretch has to name.
func (e *entry) hashOfPayload(t *testing.T) string {
	t.Helper()
	var v struct {
		Payload json.RawMessage `json:"payload"`
	}
	if err := json.Unmarshal([]byte(e.text), &v); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(v.Payload)
	return hex.EncodeToString(sum[:])
}

// Who was at which item is kept in order; times are counted by the clock that
// nobody can set, and a missing stretch is seen.
func TestTimesAtItems(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.visit()
		d := w.device(w.lead)
		section := w.sheet.Sections[0].ID
		item := w.sheet.Sections[0].Items[0].ID
		at := time.Date(2026, 11, 27, 1, 0, 0, 0, time.UTC)
		step := func(what, item string, mono int64) tablet.Step {
			when := at.Add(time.Duration(mono) * time.Millisecond)
			return tablet.Step{What: what, Section: section, Item: item, At: &when, Mono: mono}
		}
		first := d.add(tablet.Steps, id, "", stretch{0, "", []tablet.Step{step("enter", "", 1000), step("enter", item, 2000), step("away", item, 9000)}})
		second := d.add(tablet.Steps, id, "", stretch{3, first.hashOfPayload(t), []tablet.Step{step("back", item, 60000), step("leave", item, 65000), step("leave", "", 66000)}})
		bad := d.add(tablet.Steps, id, "", stretch{From: 6, Steps: []tablet.Step{{What: "slept", At: &at}}})
		w.ok(d.push(10))
		if first.outcome != tablet.Accepted || second.outcome != tablet.Accepted || bad.outcome != tablet.Parked || bad.cause != "malformed" {
			t.Fatalf("%s %s %s %s", first.outcome, second.outcome, bad.outcome, bad.cause)
		}
		a, err := w.Tablets.Arrival(w.officer.ctx, id)
		w.ok(err)
		if !a.Trail.Whole || len(a.Trail.Stretches) != 2 || len(a.Trail.Spent) != 2 {
			t.Fatalf("%+v", a.Trail)
		}
		all, one := a.Trail.Spent[0], a.Trail.Spent[1]
		if all.Item != "" || all.Seconds != 65 || one.Item != item || one.Seconds != 12 || one.Times != 1 || !one.First.Equal(at.Add(2*time.Second)) || one.Received.IsZero() {
			t.Errorf("%+v %+v", all, one)
		}
		d.add(tablet.Steps, id, "", stretch{8, second.hashOfPayload(t), []tablet.Step{step("enter", item, 70000)}})
		w.ok(d.push(10))
		if a, err = w.Tablets.Arrival(w.officer.ctx, id); err != nil || a.Trail.Whole || a.Trail.Stretches[2].Follows {
			t.Errorf("a missing stretch is not seen: %+v %v", a.Trail, err)
		}
		_, err = w.Inspections.Assign(w.officer.ctx, inspection.AssignCommand{ID: id, Lead: w.second.Account, Second: w.third.Account, Reason: "调整"})
		w.ok(err)
		late := d.add(tablet.Steps, id, "", stretch{9, "", []tablet.Step{step("leave", item, 80000)}})
		other := w.device(w.person("fourth", access.Inspector))
		strange := other.add(tablet.Steps, id, "", stretch{0, "", []tablet.Step{step("enter", item, 1000)}})
		w.ok(d.push(10))
		w.ok(other.push(10))
		if late.outcome != tablet.Accepted || strange.outcome != tablet.Parked {
			t.Errorf("of who had the visit before: %s; of somebody else: %s", late.outcome, strange.outcome)
		}
	})
}
