package street_test

import (
	"testing"
	"time"

	"fangxin/internal/fault"
	"fangxin/internal/geo"
	"fangxin/internal/ident"
	"fangxin/internal/merchant"
	"fangxin/internal/street"
	"fangxin/internal/tabular"
	"fangxin/internal/testkit"
)

// A list answers for each of its rows and adds nothing until it is applied.
func TestList(t *testing.T) {
	each(t, func(w *world) {
		v := w.registered()
		me := testkit.As(w.owner)
		_, err := w.s.Join(me, street.JoinCommand{Street: v.ID, Premises: w.premises[:1]})
		w.ok(err)
		w.exec("UPDATE premises SET name = '万寿店03' WHERE id = ?", w.premises[4]) // two of one name
		text := "万寿店00,,\n万寿店01\t\t\n万寿店03,,\n万寿店03,,中山路4号\n没有登记的店,,\n万寿店02,123,\n"
		cmd := street.ListCommand{Street: v.ID, Text: text}
		got, err := w.s.ListShops(me, cmd)
		w.ok(err)
		want := []string{street.RowMember, street.RowJoins, street.RowMany, street.RowJoins, street.RowUnknown, street.RowWrong}
		for i, r := range got.Rows {
			if i < len(want) && r.Outcome != want[i] {
				t.Errorf("row %d (%s): %s %s, want %s", r.Number, r.Name, r.Outcome, r.Rule, want[i])
			}
		}
		if len(got.Rows) != len(want) || got.Joins != 2 || got.Unknown != 1 || got.Wrong != 2 || got.Applied {
			t.Errorf("%+v", got)
		}
		d, err := w.s.Desk(me, v.ID)
		w.ok(err)
		if len(d.Members) != 1 {
			t.Errorf("a trial added %d shops", len(d.Members)-1)
		}
		cmd.Apply, cmd.Others = true, true
		_, err = w.s.ListShops(testkit.As(w.rival), cmd)
		w.refused(err, fault.NotFound)
		_, err = w.s.ListShops(me, cmd)
		w.ok(err)
		if d, err = w.s.Desk(me, v.ID); err != nil || len(d.Members) != 3 || len(d.Outsiders) != 1 {
			t.Errorf("%d members, %d outsiders, %v", len(d.Members), len(d.Outsiders), err)
		}
		for _, m := range d.Members[1:] {
			if m.Source != street.FromList {
				t.Errorf("%s came %s", m.Name, m.Source)
			}
		}
		book, err := tabular.Book(tabular.Sheet{Name: "名单", Rows: [][]string{{"商户名称", "门牌号"}, {"万寿店05", "中山路5号"}}})
		w.ok(err)
		if got, err = w.s.ListShops(me, street.ListCommand{Street: v.ID, Name: "a.xlsx", File: book}); err != nil || got.Joins != 1 {
			t.Errorf("a workbook: %+v, %v", got, err)
		}
		for name, bad := range map[string]street.ListCommand{
			"nothing": {Street: v.ID}, "no header": {Street: v.ID, Name: "a.csv", File: []byte("甲,乙\n1,2\n")}, "a picture": {Street: v.ID, Name: "a.xlsx", File: []byte("PK\x03\x04 no book")},
		} {
			if _, err := w.s.ListShops(me, bad); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// A boundary finds the shops inside, in whatever datum it was drawn, and adds
// them but for those left out.
func TestDraw(t *testing.T) {
	each(t, func(w *world) {
		v := w.registered()
		me := testkit.As(w.owner)
		// Around the first ten dots, given in WGS 84 though the shops are in GCJ-02.
		var ring []geo.Point
		for _, p := range []geo.Point{{115.87995, 28.6795}, {115.88095, 28.6795}, {115.88095, 28.6805}, {115.87995, 28.6805}} {
			ring = append(ring, geo.Convert(p, "gcj02", "wgs84"))
		}
		cmd := street.DrawCommand{Street: v.ID, Boundary: ring, Datum: merchant.WGS84, Join: true, Except: []ident.PremisesID{w.premises[3]}}
		_, err := w.s.Draw(testkit.As(w.rival), cmd)
		w.refused(err, fault.NotFound)
		bad := cmd
		bad.Boundary = []geo.Point{ring[0], ring[2], ring[1], ring[3]}
		_, err = w.s.Draw(me, bad)
		w.refused(err, fault.Invalid)
		_, err = w.s.Draw(me, cmd)
		w.ok(err)
		d, err := w.s.Desk(me, v.ID)
		w.ok(err)
		if len(d.Members) != 9 || d.Members[0].Source != street.FromMap || d.Datum != merchant.WGS84 {
			t.Errorf("%d members by %s", len(d.Members), d.Datum)
		}
		near, err := w.s.Near(me, street.NearQuery{Street: v.ID})
		w.ok(err)
		inside := 0
		for _, n := range near {
			if n.Inside {
				inside++
			}
		}
		if len(near) != 40 || inside != 10 {
			t.Errorf("%d of %d dots inside", inside, len(near))
		}
		byRoad, err := w.s.Near(me, street.NearQuery{Street: v.ID, Road: "中山路12号"})
		if err != nil || len(byRoad) != 1 {
			t.Errorf("by road: %d, %v", len(byRoad), err)
		}
	})
}

// Members are reminded, but not pestered.
func TestNudge(t *testing.T) {
	each(t, func(w *world) {
		v := w.registered()
		me := testkit.As(w.owner)
		_, err := w.s.Join(me, street.JoinCommand{Street: v.ID, Premises: w.premises[:3]})
		w.ok(err)
		q := street.NudgeQuery{Street: v.ID, Premises: w.premises[:2], Words: "请续期"}
		p, err := w.s.PreviewNudge(me, q)
		if err != nil || len(p) != 2 || len(p[0].Copies) != 1 || p[0].WaitFor != "" || len(w.nudged) != 0 {
			t.Errorf("%+v, %v; %d sent", p, err, len(w.nudged))
		}
		cmd := street.NudgeCommand{Street: v.ID, Premises: w.premises[:2], Words: "请续期"}
		_, err = w.s.Nudge(testkit.As(w.rival), cmd)
		w.refused(err, fault.NotFound)
		_, err = w.s.Nudge(testkit.As(w.officer), cmd)
		w.refused(err, fault.Forbidden)
		_, err = w.s.Nudge(me, street.NudgeCommand{Street: v.ID, Premises: w.premises[5:6], Words: "x"})
		w.refused(err, fault.Invalid) // no member
		_, err = w.s.Nudge(me, cmd)
		w.ok(err)
		if len(w.nudged) != 2 || w.nudged[0].Words != "请续期" {
			t.Errorf("%+v", w.nudged)
		}
		w.clock.Add(3 * 24 * time.Hour)
		again := street.NudgeCommand{Street: v.ID, Premises: w.premises[1:3], Words: "请续期"}
		_, err = w.s.Nudge(me, again)
		w.refused(err, fault.Invalid)
		if p, err = w.s.PreviewNudge(me, street.NudgeQuery{Street: v.ID, Premises: again.Premises}); err != nil || p[0].WaitFor != "2026-03-09" || p[1].WaitFor != "" {
			t.Errorf("%+v, %v", p, err)
		}
		w.clock.Add(5 * 24 * time.Hour)
		_, err = w.s.Nudge(me, again)
		w.ok(err)
		sent, err := w.s.Nudges(me, v.ID)
		if err != nil || len(sent) != 2 || len(sent[0].Shops) != 2 {
			t.Errorf("%+v, %v", sent, err)
		}
	})
}
