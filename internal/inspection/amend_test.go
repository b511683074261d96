package inspection_test

import (
	"context"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/record"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

func (v *visited) amend(by access.Principal, a ...checklist.Answer) (inspection.AmendmentView, error) {
	v.clock.Add(time.Minute)
	return v.Amend(testkit.As(by), inspection.AmendCommand{ID: v.id, Reason: "复核监控后补正", Answers: a})
}

func (v *visited) get(by access.Principal) inspection.Detail {
	v.t.Helper()
	d, err := v.Get(testkit.As(by), v.id)
	v.ok(err)
	return d
}

// chain audits the exported record and gives its kinds in order.
func (v *visited) chain() (record.Report, []record.Kind) {
	v.t.Helper()
	e, err := v.Record(testkit.As(v.officer), v.id)
	v.ok(err)
	if !e.Report.OK() {
		v.t.Fatalf("the record does not hold: %+v", e.Report.Findings)
	}
	var kinds []record.Kind
	for _, r := range e.Chain {
		kinds = append(kinds, r.Kind)
	}
	return e.Report, kinds
}

// A correction without consequences counts at once and leaves the original.
func TestASmallCorrectionCountsAtOnce(t *testing.T) {
	eachVisit(t, func(t *testing.T, v *visited) {
		before := v.submitted()
		item := v.first(checklist.Ordinary)
		photo := v.picture(v.second, 33)
		var told []inspection.Amended
		v.OnAmended = append(v.OnAmended, func(_ context.Context, _ *usecase.Call, am inspection.Amended) error {
			told = append(told, am)
			return nil
		})
		am, err := v.amend(v.second, checklist.Answer{Item: item.ID, Verdict: checklist.Pass, Note: "补记说明", Photos: []string{photo}})
		v.ok(err)
		if am.State != lifecycle.Effective || len(am.Changes) != 1 || len(am.Actions) != 0 || am.Result.Score != before.Result.Score {
			t.Fatalf("%+v", am)
		}
		names := map[string]bool{}
		for _, f := range am.Changes[0].Fields {
			names[f.Name] = true
		}
		if !names["note"] || !names["photos"] || names["verdict"] {
			t.Errorf("fields: %+v", am.Changes[0].Fields)
		}
		d := v.get(v.officer)
		if d.Seal != before.Seal || d.Result.Score != before.Result.Score || d.Amended == nil || d.Version != before.Version+1 {
			t.Errorf("the original changed: %+v", d.View)
		}
		rep, kinds := v.chain()
		if len(kinds) != 2 || rep.Amended == nil || rep.Chain[1].Correction.By.Account != v.second.Account {
			t.Errorf("%v %+v", kinds, rep.Chain[1].Correction)
		}
		if len(told) != 1 || told[0].Amendment.ID != am.ID || told[0].View.ID != v.id {
			t.Errorf("told: %+v", told)
		}
	})
}

// One that changes the outcome waits for another officer; until then the
// result stands and the office cannot take it over.
func TestAGraveCorrectionNeedsAnother(t *testing.T) {
	eachVisit(t, func(t *testing.T, v *visited) {
		before := v.submitted()
		item := v.first(checklist.VetoItem)
		worse := checklist.Answer{Item: item.ID, Verdict: checklist.Fail, Note: "发现违禁品", Photos: []string{v.picture(v.officer, 5)}}
		am, err := v.amend(v.officer, worse)
		v.ok(err)
		d := v.get(v.other)
		if am.State != lifecycle.Proposed || am.Result.Passed || d.Amended != nil || !d.InForce().Passed {
			t.Fatalf("it counts before it was judged: %+v", am)
		}
		ok := func(by access.Principal, do func(context.Context, inspection.AmendmentCommand) (inspection.AmendmentView, error)) error {
			_, err := do(testkit.As(by), inspection.AmendmentCommand{ID: am.ID, Reason: "已核实"})
			return err
		}
		inspectorAsOfficer := v.lead
		inspectorAsOfficer.Roles = []access.Role{access.Inspector, access.CountyOfficer}
		for name, c := range map[string]struct {
			by   access.Principal
			want fault.Code
		}{
			"its author": {v.officer, fault.FourEyes}, "an inspector": {v.lead, fault.Forbidden}, "an inspector who is an officer": {inspectorAsOfficer, fault.ConflictOfInterest},
			"another county": {v.far, fault.NotFound}, "the shop": {v.owner, fault.Forbidden},
		} {
			if err := ok(c.by, v.AcceptAmendment); !fault.Is(err, c.want) {
				t.Errorf("%s accepts: %v, want %s", name, err, c.want)
			}
		}
		if _, err := v.amend(v.other, worse); !fault.Is(err, fault.NotReady) {
			t.Errorf("a second correction beside one that waits: %v", err)
		}
		if _, err := v.Accept(testkit.As(v.other), inspection.IDCommand{ID: v.id}); !fault.Is(err, fault.NotReady) {
			t.Errorf("the result is taken over in doubt: %v", err)
		}
		if _, err := v.SendBack(testkit.As(v.other), inspection.SendBackCommand{ID: v.id, Reason: "x", Marks: []inspection.Mark{{Item: item.ID, Note: "x"}}}); !fault.Is(err, fault.NotReady) {
			t.Errorf("sent back in doubt: %v", err)
		}
		if _, err := v.DeclineAmendment(testkit.As(v.other), inspection.AmendmentCommand{ID: am.ID}); !fault.Is(err, fault.Invalid) {
			t.Errorf("declined without a reason: %v", err)
		}
		v.ok(ok(v.other, v.AcceptAmendment))
		d = v.get(v.other)
		if d.Amended == nil || d.InForce().Passed || !d.Result.Passed || d.Seal != before.Seal {
			t.Errorf("amended result: %+v", d.View)
		}
		if err := ok(v.other, v.DeclineAmendment); !fault.Is(err, fault.IllegalStep) {
			t.Errorf("declined after it took effect: %v", err)
		}
		rep, kinds := v.chain()
		if len(kinds) != 3 || kinds[2] != record.Decision || rep.Amended.Passed || !rep.Original.Passed {
			t.Errorf("%v", kinds)
		}
		list, err := v.Amendments(testkit.As(v.owner), v.id)
		if err != nil || len(list) != 1 || len(list[0].Actions) != 0 {
			t.Errorf("the shop sees %+v, %v", list, err)
		}
	})
}

func TestADeclinedCorrectionChangesNothing(t *testing.T) {
	eachVisit(t, func(t *testing.T, v *visited) {
		v.submitted()
		item := v.first(checklist.VetoItem)
		am, err := v.amend(v.lead, checklist.Answer{Item: item.ID, Verdict: checklist.Fail, Note: "x", Photos: []string{v.picture(v.lead, 5)}})
		v.ok(err)
		_, err = v.DeclineAmendment(testkit.As(v.officer), inspection.AmendmentCommand{ID: am.ID, Reason: "监控不是本店"})
		v.ok(err)
		if d := v.get(v.officer); d.Amended != nil || !d.InForce().Passed {
			t.Errorf("%+v", d.View)
		}
		rep, kinds := v.chain()
		if len(kinds) != 3 || rep.Amended != nil || rep.Chain[2].Verdict.Accepted {
			t.Errorf("%v", kinds)
		}
		// The next one starts from what counts, not from what was declined.
		_, err = v.amend(v.lead, checklist.Answer{Item: item.ID, Verdict: checklist.Pass, Note: "补记"})
		v.ok(err)
		v.chain()
	})
}

func TestWhatCannotBeAmended(t *testing.T) {
	eachVisit(t, func(t *testing.T, v *visited) {
		item := v.first(checklist.Ordinary)
		better := checklist.Answer{Item: item.ID, Verdict: checklist.Pass, Note: "补记"}
		if _, err := v.amend(v.officer, better); !fault.Is(err, fault.IllegalStep) {
			t.Errorf("before the submission: %v", err)
		}
		v.submitted()
		same := checklist.Answer{}
		for _, a := range v.get(v.lead).Answers {
			if a.Item == item.ID {
				same = a
			}
		}
		for name, c := range map[string]struct {
			by      access.Principal
			reason  string
			answers []checklist.Answer
			want    fault.Code
		}{
			"no reason":           {v.lead, " ", []checklist.Answer{better}, fault.Invalid},
			"nothing":             {v.lead, "x", nil, fault.Invalid},
			"no difference":       {v.lead, "x", []checklist.Answer{same}, fault.Invalid},
			"an unknown item":     {v.lead, "x", []checklist.Answer{{Item: "NO-1", Verdict: checklist.Pass}}, fault.Invalid},
			"an item twice":       {v.lead, "x", []checklist.Answer{better, better}, fault.Invalid},
			"no evidence":         {v.lead, "x", []checklist.Answer{{Item: item.ID, Verdict: checklist.Fail}}, fault.Invalid},
			"an answer away":      {v.lead, "x", []checklist.Answer{{Item: item.ID}}, fault.Invalid},
			"a file of others":    {v.lead, "x", []checklist.Answer{{Item: item.ID, Verdict: checklist.Pass, Photos: []string{v.picture(v.stranger, 77)}}}, fault.NotFound},
			"another inspector":   {testkit.Staff(access.Inspector, recordScope), "x", []checklist.Answer{better}, fault.NotFound},
			"another county":      {v.far, "x", []checklist.Answer{better}, fault.NotFound},
			"the shop's owner":    {v.owner, "x", []checklist.Answer{better}, fault.Forbidden},
			"who only supervises": {testkit.Staff(access.Supervisor, recordScope), "x", []checklist.Answer{better}, fault.Forbidden},
		} {
			_, err := v.Amend(testkit.As(c.by), inspection.AmendCommand{ID: v.id, Reason: c.reason, Answers: c.answers})
			if !fault.Is(err, c.want) {
				t.Errorf("%s: %v, want %s", name, err, c.want)
			}
		}
		if _, kinds := v.chain(); len(kinds) != 1 {
			t.Errorf("a refused correction left a record: %v", kinds)
		}
		_, err := v.AcceptAmendment(testkit.As(v.officer), inspection.AmendmentCommand{ID: ident.New[ident.AmendmentID]()})
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("a correction that does not exist: %v", err)
		}
		_, err = v.Void(testkit.As(v.officer), inspection.ReasonCommand{ID: v.id, Reason: "派错店"})
		v.ok(err)
		if _, err := v.amend(v.officer, better); !fault.Is(err, fault.IllegalStep) {
			t.Errorf("of a void sheet: %v", err)
		}
	})
}

// A sheet that goes back after a correction carries it: nothing that counted
// is lost by filling it again.
func TestCorrectionsSurviveASendBack(t *testing.T) {
	eachVisit(t, func(t *testing.T, v *visited) {
		v.submitted()
		item := v.first(checklist.Ordinary)
		_, err := v.amend(v.lead, checklist.Answer{Item: item.ID, Verdict: checklist.Pass, Note: "补记说明"})
		v.ok(err)
		_, err = v.SendBack(testkit.As(v.officer), inspection.SendBackCommand{ID: v.id, Reason: "再看一项", Marks: []inspection.Mark{{Item: item.ID, Note: "再看"}}})
		v.ok(err)
		_, err = v.Start(testkit.As(v.lead), inspection.IDCommand{ID: v.id})
		v.ok(err)
		for _, a := range v.get(v.lead).Answers {
			if a.Item == item.ID && a.Note != "补记说明" {
				t.Errorf("the correction is lost: %+v", a)
			}
		}
		v.clock.Add(time.Minute)
		view, err := v.Submit(testkit.As(v.lead), inspection.IDCommand{ID: v.id})
		v.ok(err)
		if view.Amended != nil {
			t.Error("the new sheet still shows the old correction beside it")
		}
		if _, kinds := v.chain(); len(kinds) != 3 || kinds[2] != record.Submission {
			t.Errorf("%v", kinds)
		}
	})
}
