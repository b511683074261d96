package street_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/geo"
	"fangxin/internal/ident"
	"fangxin/internal/merchant"
	"fangxin/internal/quorum"
	"fangxin/internal/street"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

// A managing body registers its own street and nobody else's; it sees and
// keeps no other.
func TestRegister(t *testing.T) {
	each(t, func(w *world) {
		cmd := street.RegisterCommand{Operator: w.operator, Division: "360102", About: about()}
		_, err := w.s.Register(testkit.As(w.rival), cmd)
		w.refused(err, fault.Invalid)
		_, err = w.s.Register(testkit.As(testkit.Merchant()), cmd)
		w.refused(err, fault.Forbidden)
		v := w.registered()
		if v.Office == "" || v.Organiser != "万寿宫街区管理有限公司" || v.Scope != county {
			t.Errorf("%+v", v)
		}
		_, err = w.s.Register(testkit.As(w.owner), cmd)
		w.refused(err, fault.Duplicate)
		if _, err := w.s.Desk(testkit.As(w.owner), v.ID); err != nil {
			t.Error(err)
		}
		for _, who := range []access.Principal{w.rival, w.far} {
			_, err := w.s.Desk(testkit.As(who), v.ID)
			w.refused(err, fault.NotFound)
			_, err = w.s.Join(testkit.As(who), street.JoinCommand{Street: v.ID, Premises: w.premises[:1]})
			w.refused(err, fault.NotFound)
			if p, err := w.s.List(testkit.As(who), street.ListQuery{}); err != nil || len(p.Items) != 0 {
				t.Errorf("%s lists %d streets, %v", who.Name, len(p.Items), err)
			}
		}
		if p, err := w.s.List(testkit.As(w.officer), street.ListQuery{}); err != nil || len(p.Items) != 1 {
			t.Errorf("the county lists %d streets, %v", len(p.Items), err)
		}
		for name, ring := range map[string][]geo.Point{
			"two corners": {{115, 28}, {116, 28}}, "an hourglass": {{115, 28}, {116, 29}, {116, 28}, {115, 29}}, "the sea": {{1, 1}, {2, 1}, {2, 2}},
		} {
			a := about()
			a.Boundary, a.Datum = ring, merchant.GCJ02
			if _, err := w.s.Update(testkit.As(w.owner), street.UpdateCommand{ID: v.ID, About: a}); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		a := about()
		a.Name = "万寿宫历史文化街区"
		v, err = w.s.Update(testkit.As(w.owner), street.UpdateCommand{ID: v.ID, About: a})
		w.ok(err)
		p, err := w.shops.Premises(testkit.As(w.owner), v.Office)
		if err != nil || p.Name != a.Name {
			t.Errorf("the office is called %q, %v", p.Name, err)
		}
	})
}

// An authority's street is entrusted once, to a registered body, and becomes
// visible to its organiser.
func TestEntrust(t *testing.T) {
	each(t, func(w *world) {
		v, err := w.s.Create(testkit.As(w.officer), street.CreateCommand{Name: "绳金塔美食街", Organiser: "待定", Address: "绳金塔街", Division: "360102"})
		w.ok(err)
		_, err = w.s.Create(testkit.As(w.far), street.CreateCommand{Name: "别处", Organiser: "待定", Address: "某街", Division: "360102"})
		w.refused(err, fault.Forbidden)
		_, err = w.s.Desk(testkit.As(w.owner), v.ID)
		w.refused(err, fault.NotFound)
		_, err = w.s.Entrust(testkit.As(w.officer), street.EntrustCommand{ID: v.ID, USCC: "91360102MA1TEUT08X"})
		w.refused(err, fault.Invalid)
		_, err = w.s.Entrust(testkit.As(w.far), street.EntrustCommand{ID: v.ID, USCC: "91360102MA1TEUT08T"})
		w.refused(err, fault.NotFound)
		_, err = w.s.Entrust(testkit.As(w.officer), street.EntrustCommand{ID: v.ID, USCC: "91360102MA1TEUT08T"})
		w.ok(err)
		if _, err := w.s.Desk(testkit.As(w.owner), v.ID); err != nil {
			t.Error(err)
		}
		_, err = w.s.Entrust(testkit.As(w.officer), street.EntrustCommand{ID: v.ID, USCC: "91360102MA1TEUT08T"})
		w.refused(err, fault.Conflict)
	})
}

func TestMembership(t *testing.T) {
	each(t, func(w *world) {
		v := w.registered()
		join := street.JoinCommand{Street: v.ID, Premises: w.premises[:2]}
		for range 2 { // joining twice is one membership
			_, err := w.s.Join(testkit.As(w.owner), join)
			w.ok(err)
		}
		m, err := w.s.Members(context.Background(), v.ID)
		if err != nil || len(m) != 2 || m[0].Name != "万寿店00" || m[0].Certified {
			t.Errorf("%+v, %v", m, err)
		}
		leave := street.LeaveCommand{Street: v.ID, Premises: w.premises[0], Reason: "搬走"}
		_, err = w.s.Leave(testkit.As(w.owner), leave)
		w.ok(err)
		_, err = w.s.Leave(testkit.As(w.owner), leave)
		w.refused(err, fault.StaleVersion)
		_, err = w.s.Join(testkit.As(w.owner), join) // and back on the same day
		w.ok(err)
		w.clock.Add(48 * time.Hour)
		_, err = w.s.Leave(testkit.As(w.owner), leave)
		w.ok(err)
		d, err := w.s.Desk(testkit.As(w.owner), v.ID)
		w.ok(err)
		if len(d.Members) != 1 || len(d.Past) != 1 || d.Past[0].LeftWhy != "搬走" || d.Past[0].JoinedOn != "2026-03-02" || d.Past[0].LeftOn != "2026-03-04" {
			t.Errorf("members %+v\npast %+v", d.Members, d.Past)
		}
		_, err = w.s.Join(testkit.As(w.owner), street.JoinCommand{Street: v.ID, Premises: []ident.PremisesID{v.Office}})
		w.refused(err, fault.Invalid)
		w.exec("UPDATE premises SET division = '360103' WHERE id = ?", w.premises[5])
		_, err = w.s.Join(testkit.As(w.owner), street.JoinCommand{Street: v.ID, Premises: w.premises[4:6]})
		w.refused(err, fault.Invalid)

		out := street.OutsiderCommand{Street: v.ID, Name: "老王修表", Address: "中山路口", Returns: false}
		_, err = w.s.AddOutsider(testkit.As(w.owner), out)
		w.ok(err)
		_, err = w.s.AddOutsider(testkit.As(w.owner), out)
		w.refused(err, fault.Duplicate)
		_, err = w.s.SetEligible(testkit.As(w.owner), street.EligibleCommand{Street: v.ID, Premises: w.premises[1]})
		w.refused(err, fault.Invalid) // without a reason
		_, err = w.s.SetEligible(testkit.As(w.owner), street.EligibleCommand{Street: v.ID, Premises: w.premises[1], Reason: "银行网点，不属于零售服务"})
		w.ok(err)
		d, err = w.s.Desk(testkit.As(w.owner), v.ID)
		w.ok(err)
		if p := d.Judgement.Points[0]; p.Rule != quorum.Members || p.Have != 1 || d.Members[0].Eligible || d.Members[0].Why == "" || len(d.Outsiders) != 1 {
			t.Errorf("%+v %+v", p, d.Members)
		}
		_, err = w.s.RemoveOutsider(testkit.As(w.owner), street.GoneCommand{Street: v.ID, Outsider: d.Outsiders[0].ID})
		w.ok(err)
		_, err = w.s.RemoveOutsider(testkit.As(w.owner), street.GoneCommand{Street: v.ID, Outsider: d.Outsiders[0].ID})
		w.refused(err, fault.NotFound)
		if last := d.Trail[0]; last.Kind != "ineligible" || last.Note == "" || last.Met {
			t.Errorf("the trail ends with %+v", last)
		}
	})
}

// Every event of a member is judged in its own transaction: a street falls
// into trouble with the title that breaks the share, and comes out of it with
// the one that mends it.
func TestMemberEventsAreJudged(t *testing.T) {
	each(t, func(w *world) {
		// Twenty stores promise returns and twelve restaurants hold a title: 32 of 40.
		v, title, shops := w.titled(0)
		for i := 1; i < 25; i += 2 {
			shops = append(shops, w.award(w.premises[i], "jx-model-shop", 700))
		}
		w.turned = nil
		d, err := w.s.Desk(testkit.As(w.owner), v.ID)
		w.ok(err)
		if d.Standing != quorum.Lapsed && d.Standing != quorum.Sound {
			t.Fatalf("%s", d.Standing)
		}
		if !d.Judgement.Met || d.Standing != quorum.Sound {
			t.Fatalf("%+v", d.Judgement)
		}
		_, err = w.certs.Suspend(testkit.As(w.officer), certificate.StepCommand{ID: shops[0].ID, Reason: "调查"})
		w.ok(err)
		got := w.standing(title.Number)
		if got.Standing != "rectifying" || got.Turn == nil || !strings.Contains(got.Reason, "31 家") || got.State != "active" {
			t.Errorf("after the 32nd was suspended: %s, %q", got.Standing, got.Reason)
		}
		if len(w.turned) != 1 || w.turned[0].Is != quorum.AtRisk || w.turned[0].Operator != w.operator {
			t.Errorf("told %+v", w.turned)
		}
		// One more takes part within grace: sound again.
		w.clock.Add(20 * 24 * time.Hour)
		w.award(w.premises[39], "jx-model-shop", 700)
		if got := w.standing(title.Number); got.Standing != "active" || got.Turn != nil {
			t.Errorf("mended, and %s: %s", got.Standing, got.Reason)
		}
		if len(w.turned) != 2 || w.turned[1].Is != quorum.Sound {
			t.Errorf("told %+v", w.turned)
		}
		// A shop that closes leaves the street: 31 of 39 is still not four of five.
		p, err := w.shops.Premises(usecase.System(context.Background(), "test"), w.premises[1])
		w.ok(err)
		_ = p
		_, err = w.shops.ClosePremises(usecase.System(context.Background(), "test"), merchant.ClosePremisesCommand{ID: w.premises[3], ClosedOn: "2026-03-20"})
		w.ok(err)
		if got := w.standing(title.Number); got.Standing != "rectifying" {
			t.Errorf("a member closed, and the street is %s", got.Standing)
		}
		d, err = w.s.Desk(testkit.As(w.officer), v.ID)
		w.ok(err)
		kinds := ""
		for _, m := range d.Trail {
			kinds += m.Kind + " "
		}
		if !strings.HasPrefix(kinds, "closed shop_issue shop_suspend ") || d.Turn == nil || d.Trail[0].Actor == "" {
			t.Errorf("trail %s", kinds)
		}
	})
}

// Dates alone bring risk and lapse; nothing flips a state, and what is late
// does not help.
func TestLapse(t *testing.T) {
	each(t, func(w *world) {
		v := w.registered()
		_, err := w.s.Join(testkit.As(w.owner), street.JoinCommand{Street: v.ID, Premises: w.premises[:30]})
		w.ok(err)
		for i := range 30 {
			days := 600
			if i%2 == 1 && i < 20 { // ten restaurants are short of time
				days = 60
			}
			w.award(w.premises[i], []string{"return-pledge", "jx-model-shop"}[i%2], days)
		}
		title := w.title(certificate.IssueInput{Scheme: "jx-model-street", Street: v.ID, Operator: w.operator}, 700)
		d, err := w.s.Desk(testkit.As(w.owner), v.ID)
		w.ok(err)
		if d.Standing != quorum.Sound || d.Ahead == nil || d.Ahead.Standing != quorum.AtRisk || d.Ahead.From.String() != "2026-05-02" {
			t.Fatalf("%s, ahead %+v", d.Standing, d.Ahead)
		}
		w.clock.Set(d.Ahead.From.Start().Add(9 * time.Hour))
		if got := w.standing(title.Number); got.Standing != "rectifying" || got.State != "active" || got.Version != title.Version {
			t.Errorf("on the first day: %s in state %s, version %d", got.Standing, got.State, got.Version)
		}
		w.turned = nil
		w.ok(w.s.Sweep(context.Background()))
		if len(w.turned) != 1 || w.turned[0].Is != quorum.AtRisk || w.turned[0].Event != "" {
			t.Errorf("the sweep told %+v", w.turned)
		}
		page, err := w.certs.Register(context.Background(), certificate.RegisterQuery{Scheme: "jx-model-street", Standing: "rectifying"})
		if err != nil || len(page.Items) != 1 {
			t.Errorf("the register lists %d streets under rectification, %v", len(page.Items), err)
		}
		w.clock.Set(d.Ahead.LapsesOn.Start().Add(-time.Minute))
		if got := w.standing(title.Number); got.Standing != "rectifying" {
			t.Errorf("on the last day of grace: %s", got.Standing)
		}
		w.clock.Set(d.Ahead.LapsesOn.Start())
		got := w.standing(title.Number)
		if got.Standing != "expired" || got.State != "active" || !strings.Contains(got.Reason, "失效") {
			t.Errorf("after grace: %s, %q", got.Standing, got.Reason)
		}
		for standing, want := range map[certificate.Standing]int{"expired": 1, "active": 0, "rectifying": 0} {
			page, err := w.certs.Register(context.Background(), certificate.RegisterQuery{Scheme: "jx-model-street", Standing: standing})
			if err != nil || len(page.Items) != want {
				t.Errorf("the register lists %d %s streets, %v", len(page.Items), standing, err)
			}
		}
		if n, err := w.certs.Counts(context.Background()); err != nil || n["jx-model-street"] != 0 {
			t.Errorf("%d streets count as in force, %v", n["jx-model-street"], err)
		}
		for i := 1; i < 20; i += 2 { // too late
			w.exec("UPDATE certificate SET state = 'withdrawn' WHERE premises = ? AND state = 'active'", w.premises[i])
			w.award(w.premises[i], "jx-model-shop", 700)
		}
		if got := w.standing(title.Number); got.Standing != "expired" {
			t.Errorf("mended too late, and %s", got.Standing)
		}
		defer func() { // awarded anew, the lapsed title makes way
			again := w.title(certificate.IssueInput{Scheme: "jx-model-street", Street: v.ID, Operator: w.operator}, 700)
			if got := w.standing(again.Number); got.Standing != "active" {
				t.Errorf("awarded anew, and %s: %s", got.Standing, got.Reason)
			}
			if got := w.standing(title.Number); got.Standing != "superseded" {
				t.Errorf("the lapsed title is %s", got.Standing)
			}
		}()
		board, err := w.s.Board(context.Background(), v.ID)
		if err != nil || board.Standing != quorum.Lapsed || len(board.Shops) != 30 {
			t.Errorf("%s with %d shops, %v", board.Standing, len(board.Shops), err)
		}
	})
}

// An incident is a veto at once; only another officer takes it off, and with
// it the lapse that followed from nothing else.
func TestIncident(t *testing.T) {
	each(t, func(w *world) {
		v, title, _ := w.titled(40)
		today := calendar.DateOf(w.clock.Now()).String()
		cmd := street.IncidentCommand{Street: v.ID, HappenedOn: today, Summary: "大面积消费欺诈被媒体曝光", Source: "省级媒体报道"}
		_, err := w.s.RecordIncident(testkit.As(w.owner), cmd)
		w.refused(err, fault.Forbidden)
		_, err = w.s.RecordIncident(testkit.As(w.far), cmd)
		w.refused(err, fault.NotFound)
		future := cmd
		future.HappenedOn = "2030-01-01"
		_, err = w.s.RecordIncident(testkit.As(w.officer), future)
		w.refused(err, fault.Invalid)
		_, err = w.s.RecordIncident(testkit.As(w.officer), cmd)
		w.ok(err)
		if got := w.standing(title.Number); got.Standing != "expired" {
			t.Errorf("with an incident the title is %s", got.Standing)
		}
		d, err := w.s.Desk(testkit.As(w.officer), v.ID)
		w.ok(err)
		strike := street.StrikeCommand{Street: v.ID, Incident: d.Incidents[0].ID, Reason: "经核实为另一街区"}
		_, err = w.s.StrikeIncident(testkit.As(w.officer), strike)
		w.refused(err, fault.FourEyes)
		_, err = w.s.StrikeIncident(testkit.As(w.second), strike)
		w.ok(err)
		_, err = w.s.StrikeIncident(testkit.As(w.second), strike)
		w.refused(err, fault.StaleVersion)
		if got := w.standing(title.Number); got.Standing != "active" {
			t.Errorf("struck in error, and the title is %s", got.Standing)
		}
	})
}

// A rights station that closes puts the title at risk; a scan says so.
func TestScanShowsRisk(t *testing.T) {
	each(t, func(w *world) {
		v, title, _ := w.titled(40)
		local := w.title(certificate.IssueInput{Scheme: "yt-smart-street", Street: v.ID, Operator: w.operator}, 720)
		a := about()
		a.Station = ""
		_, err := w.s.Update(testkit.As(w.owner), street.UpdateCommand{ID: v.ID, About: a})
		w.ok(err)
		for _, number := range []string{title.Number, local.Number} { // each title follows its own rules
			if got := w.standing(number); got.Standing != "rectifying" {
				t.Errorf("%s is %s", number, got.Standing)
			}
		}
		var serial int64
		w.ok(w.d.W.NewRaw("SELECT serial FROM sticker WHERE certificate = ?", title.ID).Scan(context.Background(), &serial))
		code := w.code(serial)
		answer := w.badges.Scan(context.Background(), code)
		if answer.Status != "rectifying" || !strings.Contains(answer.ReasonEn, "rights station") || answer.Shop.Board != "/s/"+string(v.ID) {
			t.Errorf("%s: %q, board %q", answer.Status, answer.ReasonEn, answer.Shop.Board)
		}
		w.clock.Add(60 * 24 * time.Hour)
		if answer := w.badges.Scan(context.Background(), code); answer.Status != "expired" || !strings.Contains(answer.Reason, "失效") {
			t.Errorf("after grace: %s: %q", answer.Status, answer.Reason)
		}
	})
}
