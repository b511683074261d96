// Package life drives random sequences of commands through the life of titles
// and looks for a step that somebody took whom an earlier part in the matter
// should have kept from it.
package life

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"fangxin/internal/access"
	"fangxin/internal/appeal"
	"fangxin/internal/audit"
	"fangxin/internal/badge"
	"fangxin/internal/badgecode"
	"fangxin/internal/blob"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/db"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/rectify"
	"fangxin/internal/reinspect"
	"fangxin/internal/reply"
	"fangxin/internal/task"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

const county = "/36/3601/360102/"

// commands is how many run in one test; nightly many more.
func commands() int {
	if os.Getenv("FANGXIN_NIGHTLY") != "" {
		return 100_000
	}
	return 10_000
}

// world has a few officers, one holder, and one title at a time.
type world struct {
	ctx      context.Context
	d        *db.DB
	titles   *certificate.Service
	orders   *rectify.Service
	visits   *inspection.Service
	appeals  *appeal.Service
	replies  *reply.Service
	again    *reinspect.Service
	owner    access.Principal
	province access.Principal
	officers []access.Principal
	operator ident.OperatorID
	title    ident.CertificateID
	ran      int
	taken    map[string]int
	refused  map[fault.Code]int
	interest map[ident.AccountID]int // declared before this many events of the title
}

func build(t *testing.T, d *db.DB) *world {
	t.Helper()
	rt, clock, _ := testkit.Runtime(d)
	ring, err := badgecode.NewRing(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{
		ctx: t.Context(), d: d, owner: testkit.Merchant(), province: testkit.Staff(access.ProvinceOfficer, "/36/"),
		taken: map[string]int{}, refused: map[fault.Code]int{}, interest: map[ident.AccountID]int{},
	}
	for range 4 {
		w.officers = append(w.officers, testkit.Staff(access.CountyOfficer, county))
	}
	w.officers = append(w.officers, testkit.Staff(access.CityOfficer, "/36/3601/"), w.province)
	w.titles = certificate.New(rt, badge.New(rt, ring, "https://fx.example.gov.cn"), func(code, _ string) (string, string, string, int, int, bool) {
		return "示范店", "Model shop", "SF", 2, 15, true
	}, calendar.Shipped())
	w.visits = inspection.New(rt)
	tasks := task.New(rt)
	w.orders = rectify.New(rt, w.titles, w.visits, blob.New(rt, t.TempDir()), tasks, calendar.Shipped())
	w.replies = reply.New(rt, w.titles, tasks, calendar.Shipped())
	w.again = reinspect.New(rt, w.titles, w.visits, tasks, calendar.Shipped())
	w.appeals = appeal.New(rt, w.titles, calendar.Shipped())
	w.appeals.Deeds = func(ctx context.Context, idb usecase.Reader, id ident.CertificateID, _ ident.ApplicationID) ([]lifecycle.Deed, error) {
		return w.orders.Deeds(ctx, idb, id)
	}
	w.replies.Deeds, w.again.Deeds = w.appeals.Deeds, w.appeals.Deeds
	now := clock.Now()
	_, err = d.W.NewRaw(`INSERT INTO account (id, phone, name, roles, version, created_at, updated_at) VALUES (?, '13800000001', '店主', '["merchant"]', 1, ?, ?)`, w.owner.Account, now, now).Exec(w.ctx)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

var codes int

// fresh awards a title to a new operator, in whom nobody has an interest yet.
func (w *world) fresh(now calendar.Date) error {
	codes++
	w.operator, w.interest = ident.New[ident.OperatorID](), map[ident.AccountID]int{}
	for _, q := range []struct {
		sql  string
		args []any
	}{
		{`INSERT INTO operator (id, uscc, name, version, created_at, updated_at) VALUES (?, ?, '甲', 1, ?, ?)`, []any{w.operator, fmt.Sprintf("T%017d", codes), now.Start(), now.Start()}},
		{`INSERT INTO membership (account, operator, role, at) VALUES (?, ?, 'owner', ?)`, []any{w.owner.Account, w.operator, now.Start()}},
	} {
		if _, err := w.d.W.NewRaw(q.sql, q.args...).Exec(w.ctx); err != nil {
			return err
		}
	}
	v, err := w.titles.Import(testkit.As(w.province), certificate.ImportCommand{IssueInput: certificate.IssueInput{
		Scheme: "jx-model-shop", SchemeVersion: "1", Premises: ident.New[ident.PremisesID](), Operator: w.operator, Scope: county, Holder: "瓷韵轩",
		Address: "中山路 1 号", Division: "360102", Sectors: []string{"store"}, Issuer: "省创建办", Approval: "赣市监规〔2023〕9号",
		IssuedOn: now, ExpiresOn: now.AddYears(2),
	}})
	w.title = v.ID
	return err
}

// command is one thing that somebody may try; it may well be refused.
type command struct {
	name string
	run  func(by access.Principal) error
}

func (w *world) open() (rectify.View, bool) {
	p, err := w.orders.List(testkit.As(w.province), rectify.ListQuery{})
	if err != nil {
		return rectify.View{}, false
	}
	for _, v := range p.Items {
		if v.Certificate == w.title {
			return v, true
		}
	}
	return rectify.View{}, false
}

func (w *world) commands(now calendar.Date) []command {
	as := testkit.As
	step := func(do func(context.Context, certificate.StepCommand) (certificate.View, error)) func(access.Principal) error {
		return func(by access.Principal) error {
			_, err := do(as(by), certificate.StepCommand{ID: w.title, Reason: "查证属实"})
			return err
		}
	}
	order := func(do func(access.Principal, rectify.View) error) func(access.Principal) error {
		return func(by access.Principal) error {
			v, ok := w.open()
			if !ok {
				return fault.New(fault.NotFound, "")
			}
			return do(by, v)
		}
	}
	judge := func(v rectify.View, verdict rectify.Verdict) rectify.ReviewCommand {
		return rectify.ReviewCommand{ID: v.ID, Reason: "请补充", Findings: []rectify.Judgement{{N: 1, Verdict: verdict, Remark: "不清"}}}
	}
	lately := func() (appeal.View, error) {
		p, err := w.appeals.List(as(w.province), appeal.ListQuery{State: lifecycle.Filed})
		if err == nil && len(p.Items) == 0 {
			err = fault.New(fault.NotFound, "")
		}
		if err != nil {
			return appeal.View{}, err
		}
		return p.Items[len(p.Items)-1], nil
	}
	return []command{
		{"suspend", step(w.titles.Suspend)},
		{"rectify", func(by access.Principal) error {
			_, err := w.orders.Order(as(by), rectify.OrderCommand{Certificate: w.title, Reason: "抽查", Proof: rectify.Paper, Findings: []rectify.Found{{Text: "价签缺失"}}})
			return err
		}},
		{"answer", order(func(by access.Principal, v rectify.View) error {
			if _, err := w.orders.Answer(as(w.owner), rectify.AnswerCommand{ID: v.ID, N: 1, Note: "已改"}); err != nil && !fault.Is(err, fault.IllegalStep) {
				return err
			}
			_, err := w.orders.Submit(as(w.owner), rectify.IDCommand{ID: v.ID})
			return err
		})},
		{"pass", order(func(by access.Principal, v rectify.View) error {
			_, err := w.orders.Pass(as(by), judge(v, rectify.Taken))
			return err
		})},
		{"return", order(func(by access.Principal, v rectify.View) error {
			_, err := w.orders.Return(as(by), judge(v, rectify.Rejected))
			return err
		})},
		{"restore", order(func(by access.Principal, v rectify.View) error {
			_, err := w.orders.Restore(as(by), rectify.IDCommand{ID: v.ID})
			return err
		})},
		{"fail", order(func(by access.Principal, v rectify.View) error {
			_, err := w.orders.Fail(as(by), rectify.ReasonCommand{ID: v.ID, Reason: "未整改"})
			return err
		})},
		{"propose", func(by access.Principal) error {
			_, err := w.titles.Propose(as(by), certificate.ProposeCommand{ID: w.title, Action: lifecycle.Restore, Reason: "已改正"})
			return err
		}},
		{"decide", func(by access.Principal) error {
			_, err := w.titles.Decide(as(by), certificate.DecideCommand{ID: w.title, Approve: true})
			return err
		}},
		{"appeal", func(access.Principal) error {
			_, err := w.appeals.File(as(w.owner), appeal.FileCommand{Certificate: w.title, Body: "事实有误"})
			return err
		}},
		{"uphold", func(by access.Principal) error {
			v, err := lately()
			if err == nil {
				_, err = w.appeals.Uphold(as(by), appeal.StepCommand{ID: v.ID, Reason: "事实不清"})
			}
			return err
		}},
		{"reject", func(by access.Principal) error {
			v, err := lately()
			if err == nil {
				_, err = w.appeals.Reject(as(by), appeal.StepCommand{ID: v.ID, Reason: "决定正确"})
			}
			return err
		}},
		{"reply", func(access.Principal) error {
			st, err := w.replies.Standing(as(w.owner), w.title)
			if err == nil && len(st.Results) == 0 {
				err = fault.New(fault.NotFound, "")
			}
			if err != nil {
				return err
			}
			_, err = w.replies.File(as(w.owner), reply.FileCommand{Certificate: w.title, Result: st.Results[0].Ref, Body: "已改正"})
			return err
		}},
		{"keep reply back", func(by access.Principal) error {
			p, err := w.replies.List(as(w.province), reply.ListQuery{State: lifecycle.Filed})
			if err == nil && len(p.Items) == 0 {
				err = fault.New(fault.NotFound, "")
			}
			if err != nil {
				return err
			}
			_, err = w.replies.Refuse(as(by), reply.ReasonCommand{ID: p.Items[len(p.Items)-1].ID, Reason: "含有广告"})
			return err
		}},
		{"ask again", func(access.Principal) error {
			_, err := w.again.File(as(w.owner), reinspect.FileCommand{Certificate: w.title, Mended: "已改正"})
			return err
		}},
		{"decline", func(by access.Principal) error {
			p, err := w.again.List(as(w.province), reinspect.ListQuery{State: lifecycle.Filed})
			if err == nil && len(p.Items) == 0 {
				err = fault.New(fault.NotFound, "")
			}
			if err != nil {
				return err
			}
			_, err = w.again.Decline(as(by), reinspect.DeclineCommand{ID: p.Items[len(p.Items)-1].ID, Reason: "尚未满足"})
			return err
		}},
		{"interest", func(by access.Principal) error {
			if len(w.interest) > 1 { // somebody has to be left
				return nil
			}
			_, err := w.visits.DeclareInterest(as(by), inspection.ConflictCommand{Operator: w.operator, Reason: "亲属"})
			if err == nil {
				if _, known := w.interest[by.Account]; !known {
					w.interest[by.Account] = len(w.history(lifecycle.Certificate.Noun, string(w.title)))
				}
			}
			return err
		}},
	}
}

func (w *world) history(noun, id string) []audit.Event {
	events, err := audit.Timeline(w.ctx, w.d.R, noun, id)
	if err != nil {
		panic(err)
	}
	return events
}

// violations reads what really happened, without the table that the program
// asks: plain rules over the log.
func (w *world) violations() []string {
	var out []string
	hands := map[ident.AccountID]bool{}
	for i, e := range w.history("certificate", string(w.title)) {
		if since, ok := w.interest[e.Account]; ok && i >= since {
			out = append(out, "an interested officer took "+e.Action)
		}
		hands[e.Account] = e.Account != ""
	}
	var ids []string
	must(w.d.R.NewRaw("SELECT id FROM rectification WHERE certificate = ?", w.title).Scan(w.ctx, &ids))
	for _, id := range ids {
		var passed ident.AccountID
		for _, e := range w.history("rectification", id) {
			switch e.Action {
			case "pass":
				passed = e.Account
			case "restore":
				if e.Account == passed {
					out = append(out, "one person took the evidence and gave the title back")
				}
			}
			hands[e.Account] = e.Account != ""
		}
	}
	var same int
	must(w.d.R.NewRaw("SELECT count(*) FROM certificate_proposal WHERE certificate = ? AND outcome = 'approved' AND decider = proposer", w.title).Scan(w.ctx, &same))
	if same > 0 {
		out = append(out, "one person proposed and decided")
	}
	out = append(out, w.silenced()...)
	must(w.d.R.NewRaw("SELECT id FROM appeal WHERE certificate = ?", w.title).Scan(w.ctx, &ids))
	for _, id := range ids {
		for _, e := range w.history("appeal", id) {
			if e.Action != "uphold" && e.Action != "reject" {
				continue
			}
			var before int // deeds in the title before the judgement
			must(w.d.R.NewRaw("SELECT count(*) FROM event WHERE account = ? AND id < ? AND ((noun = 'certificate' AND subject = ?) OR (noun = 'rectification' AND subject IN (SELECT id FROM rectification WHERE certificate = ?)))",
				e.Account, e.ID, w.title, w.title).Scan(w.ctx, &before))
			if before > 0 {
				out = append(out, "somebody involved judged an appeal")
			}
		}
	}
	return out
}

// silenced reads who kept a reply from the public, or declined that others look
// again, and had taken the decision.
func (w *world) silenced() []string {
	var out []string
	var n int
	must(w.d.R.NewRaw("SELECT count(*) FROM event k JOIN reply r ON r.id = k.subject JOIN event e ON e.id = r.result WHERE k.noun = 'reply' AND k.action = 'refuse' AND k.account = e.account AND r.certificate = ?", w.title).Scan(w.ctx, &n))
	if n > 0 {
		out = append(out, "whoever took a decision kept the answer to it back")
	}
	must(w.d.R.NewRaw("SELECT count(*) FROM event k JOIN reinspection r ON r.id = k.subject JOIN event e ON e.subject = r.certificate AND e.noun = 'certificate' AND e.id < k.id AND e.action IN ('suspend', 'order_rectification', 'revoke') WHERE k.noun = 'reinspection' AND k.action = 'decline' AND k.account = e.account AND r.certificate = ?", w.title).Scan(w.ctx, &n))
	if n > 0 {
		out = append(out, "whoever took a decision declined that others look again")
	}
	return out
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func TestNobodyJudgesTheirOwn(t *testing.T) {
	d := dbtest.SQLite(t)
	w := build(t, d)
	today := calendar.DateOf(testkit.Monday)
	const steps = 100
	for w.ran < commands() {
		rapid.Check(t, func(rt *rapid.T) {
			if w.ran >= commands() {
				return
			}
			if err := w.fresh(today); err != nil {
				rt.Fatal(err)
			}
			cmds := w.commands(today)
			for _, c := range w.commands(today) { // what needs a long way is tried more often
				if extra := map[string]int{"rectify": 3, "answer": 5, "pass": 5, "restore": 8, "decide": 2}[c.name]; extra > 0 {
					cmds = append(cmds, slices.Repeat([]command{c}, extra)...)
				}
			}
			var told []string
			for range steps {
				c := cmds[rapid.IntRange(0, len(cmds)-1).Draw(rt, "command")]
				k := rapid.IntRange(0, len(w.officers)-1).Draw(rt, "officer")
				err := c.run(w.officers[k])
				w.ran++
				switch f, ok := fault.As(err); {
				case err == nil:
					w.taken[c.name]++
					told = append(told, fmt.Sprintf("%s by %d", c.name, k))
				case ok && f.Code != fault.Internal:
					w.refused[f.Code]++
				default:
					rt.Fatalf("%s: %v", c.name, err)
				}
			}
			if bad := w.violations(); bad != nil {
				rt.Fatalf("%v\n%v", bad, told)
			}
		})
	}
	t.Logf("%d commands, taken %v, refused %v", w.ran, w.taken, w.refused)
	for _, name := range []string{"rectify", "pass", "restore", "decide", "uphold", "reject", "interest", "keep reply back", "decline"} {
		if w.taken[name] == 0 {
			t.Errorf("%s never happened: the sequences prove nothing about it", name)
		}
	}
	for _, code := range []fault.Code{fault.FourEyes, fault.ConflictOfInterest} {
		if w.refused[code] == 0 {
			t.Errorf("%s was never refused", code)
		}
	}
}
