package inspection_test

import (
	"strings"
	"sync"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/testkit"
)

func TestTwoInspectorsWithoutAnInterest(t *testing.T) {
	each(t, func(w *world) {
		id := w.planned()
		assign := func(by access.Principal, lead, second ident.AccountID) error {
			_, err := w.s.Assign(testkit.As(by), inspection.AssignCommand{ID: id, Lead: lead, Second: second})
			return err
		}
		w.refused("one person twice", assign(w.officer, w.lead.Account, w.lead.Account), fault.Invalid)
		w.refused("somebody who is no inspector", assign(w.officer, w.lead.Account, w.officer.Account), fault.Invalid)
		w.refused("an inspector", assign(w.lead, w.lead.Account, w.second.Account), fault.Forbidden)
		w.refused("the neighbour county", assign(w.neighbour, w.lead.Account, w.second.Account), fault.NotFound)
		_, err := w.s.DeclareInterest(testkit.As(w.second), inspection.ConflictCommand{Operator: w.operator, Reason: "亲属经营"})
		w.ok(err)
		w.refused("an inspector with an interest", assign(w.officer, w.lead.Account, w.second.Account), fault.ConflictOfInterest)
		people, err := w.s.People(testkit.As(w.officer), id)
		w.ok(err)
		if len(people) != 3 || people[0].Conflict || !people[1].Conflict {
			t.Errorf("who can be sent: %+v", people)
		}
		w.ok(assign(w.officer, w.lead.Account, w.third.Account))
		w.refused("others without a reason", assign(w.officer, w.third.Account, w.lead.Account), fault.Invalid)
		_, err = w.s.Assign(testkit.As(w.officer), inspection.AssignCommand{ID: id, Lead: w.third.Account, Second: w.lead.Account, Reason: "主检请假"})
		w.ok(err)
	})
}

func TestOnlyTheTwoMakeIt(t *testing.T) {
	each(t, func(w *world) {
		id := w.assigned()
		start := func(by access.Principal) error {
			_, err := w.s.Start(testkit.As(by), inspection.IDCommand{ID: id})
			return err
		}
		w.refused("another inspector", start(w.third), fault.NotFound)
		w.refused("an officer", start(w.officer), fault.Forbidden)
		w.refused("a merchant", start(w.merchant), fault.Forbidden)
		_, err := w.save(w.lead, id, w.answers()[0])
		w.refused("an answer before the start", err, fault.IllegalStep)
		w.ok(start(w.second))
		w.refused("started twice", start(w.lead), fault.IllegalStep)
		_, err = w.save(w.third, id, w.answers()[0])
		w.refused("an answer of another inspector", err, fault.NotFound)
		_, err = w.s.Get(testkit.As(w.supervisor), id)
		w.ok(err)
		_, err = w.s.Get(testkit.As(w.neighbour), id)
		w.refused("the neighbour county looks", err, fault.NotFound)
		_, err = w.s.Get(testkit.As(w.merchant), id)
		w.refused("a merchant looks", err, fault.Forbidden)
	})
}

func TestAnswersAreNeverChanged(t *testing.T) {
	each(t, func(w *world) {
		id := w.started()
		item := w.optional()
		first := entry(checklist.Answer{Item: item.ID, Verdict: checklist.Fail, Note: "柜台没有标识", Photos: []string{strings.Repeat("b", 64)}})
		saved, err := w.save(w.lead, id, first)
		w.ok(err)
		again, err := w.save(w.lead, id, first)
		w.ok(err)
		if saved.Receipts[0].Digest != again.Receipts[0].Digest || !again.Receipts[0].At.Equal(saved.Receipts[0].At) || !again.Receipts[0].Known || saved.Receipts[0].Known {
			t.Errorf("sent twice: %+v and %+v", saved.Receipts, again.Receipts)
		}
		changed := first
		changed.Answer.Verdict = checklist.Pass
		_, err = w.save(w.lead, id, changed)
		w.refused("the same id with another answer", err, fault.Conflict)
		_, err = w.save(w.lead, id, entry(checklist.Answer{Item: "NONE-99", Verdict: checklist.Pass}))
		w.refused("an item that is not on the sheet", err, fault.Invalid)
		_, err = w.save(w.second, id, entry(checklist.Answer{Item: item.ID, Verdict: checklist.Pass}))
		w.ok(err)
		d, err := w.s.Get(testkit.As(w.lead), id)
		w.ok(err)
		if len(d.Answers) != 1 || d.Answers[0].Verdict != checklist.Pass {
			t.Errorf("the newest answer does not count: %+v", d.Answers)
		}
		var n int
		w.ok(w.d.R.NewRaw("SELECT count(*) FROM inspection_answer WHERE inspection = ?", id).Scan(t.Context(), &n))
		if n != 2 {
			t.Errorf("%d answers are kept, 2 were given", n)
		}
		if len(w.attached) == 0 || w.attached[0] != strings.Repeat("b", 64) {
			t.Errorf("the photo is not tied to the visit: %v", w.attached)
		}
	})
}

// The same entry a hundred times at once is one answer with one receipt.
func TestAHundredTimesAtOnce(t *testing.T) {
	each(t, func(w *world) {
		id := w.started()
		e := w.answers()[0]
		var mu sync.Mutex
		var wait sync.WaitGroup
		at := map[string]int{}
		for range 100 {
			wait.Go(func() {
				saved, err := w.save(w.lead, id, e)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
					return
				}
				at[saved.Receipts[0].Digest+saved.Receipts[0].At.String()]++
			})
		}
		wait.Wait()
		var n int
		w.ok(w.d.R.NewRaw("SELECT count(*) FROM inspection_answer WHERE inspection = ?", id).Scan(t.Context(), &n))
		if n != 1 || len(at) != 1 {
			t.Errorf("%d rows, receipts %v", n, at)
		}
	})
}

// Both inspectors save at once: their entries are numbered one after the other.
func TestTwoTabletsAtOnce(t *testing.T) {
	each(t, func(w *world) {
		id := w.started()
		answers := w.answers()[:20]
		var wait sync.WaitGroup
		for i, e := range answers {
			who := w.lead
			if i%2 == 1 {
				who = w.second
			}
			wait.Go(func() {
				if _, err := w.save(who, id, e); err != nil {
					t.Errorf("entry %d: %v", i, err)
				}
			})
		}
		wait.Wait()
		var rows, last int
		w.ok(w.d.R.NewRaw("SELECT count(*), max(n) FROM inspection_answer WHERE inspection = ?", id).Scan(t.Context(), &rows, &last))
		if rows != len(answers) || last != len(answers) {
			t.Errorf("%d rows up to number %d of %d entries", rows, last, len(answers))
		}
	})
}

func TestNothingIsSubmittedHalf(t *testing.T) {
	each(t, func(w *world) {
		id := w.started()
		submit := func() error {
			_, err := w.s.Submit(testkit.As(w.lead), inspection.IDCommand{ID: id})
			return err
		}
		gaps := func(err error) string {
			var names []string
			if f, ok := fault.As(err); ok {
				for _, field := range f.Fields {
					names = append(names, field.Pointer+" "+field.Rule)
				}
			}
			return strings.Join(names, "\n")
		}
		err := submit()
		w.refused("an empty sheet", err, fault.Invalid)
		if !strings.Contains(gaps(err), "gap_unanswered") || !strings.Contains(gaps(err), "/signatures/merchant gap_signature") {
			t.Errorf("what is missing is not named: %s", gaps(err))
		}
		_, err = w.save(w.lead, id, w.answers()...)
		w.ok(err)
		item := w.optional()
		_, err = w.save(w.lead, id, entry(checklist.Answer{Item: item.ID, Verdict: checklist.NotApplicable}))
		w.ok(err)
		w.sign(id)
		if err = submit(); !strings.Contains(gaps(err), "/answers/"+item.ID+" gap_na_reason") {
			t.Errorf("left out without a reason: %v %s", err, gaps(err))
		}
		_, err = w.save(w.lead, id, entry(checklist.Answer{Item: item.ID, Verdict: checklist.NotApplicable, NAReason: "本店没有这类商品"}))
		w.ok(err)
		w.ok(submit())
		d, err := w.s.Get(testkit.As(w.officer), id)
		w.ok(err)
		want := checklist.Score(&d.Sheet, d.Answers)
		if d.Result.Score != want.Score || !d.Result.Passed || d.Seal == "" || d.SubmittedAt == nil || d.SheetHash != w.sheet.Hash() {
			t.Errorf("recorded %+v, the checklist says %s", d.Result, want.Score)
		}
		_, err = w.save(w.lead, id, w.answers()[0])
		w.refused("an answer after the end", err, fault.IllegalStep)
		_, err = w.s.Sign(testkit.As(w.lead), inspection.SignCommand{ID: id, Party: inspection.Lead, Name: "张三", Drawing: strings.Repeat("a", 64)})
		w.refused("a signature after the end", err, fault.IllegalStep)
		w.refused("submitted twice", submit(), fault.IllegalStep)
	})
}

func TestSignatures(t *testing.T) {
	each(t, func(w *world) {
		id := w.started()
		sign := func(cmd inspection.SignCommand) error {
			cmd.ID, cmd.Name = id, "张三"
			_, err := w.s.Sign(testkit.As(w.lead), cmd)
			return err
		}
		w.refused("nothing drawn", sign(inspection.SignCommand{Party: inspection.Lead}), fault.Invalid)
		w.refused("an inspector refuses", sign(inspection.SignCommand{Party: inspection.Second, Refused: "不同意"}), fault.Invalid)
		w.refused("an unknown party", sign(inspection.SignCommand{Party: "guest", Drawing: strings.Repeat("a", 64)}), fault.Invalid)
		w.ok(sign(inspection.SignCommand{Party: inspection.Merchant, Refused: "不同意第三项"}))
		w.ok(sign(inspection.SignCommand{Party: inspection.Merchant, Drawing: strings.Repeat("a", 64)}))
		d, err := w.s.Get(testkit.As(w.lead), id)
		w.ok(err)
		if len(d.Signatures) != 1 || d.Signatures[0].Refused != "" || d.Signatures[0].Drawing == "" {
			t.Errorf("the later mark does not stand: %+v", d.Signatures)
		}
	})
}

// Officers judge what they did not make; a sheet goes back on the very items.
func TestJudging(t *testing.T) {
	each(t, func(w *world) {
		id := w.submitted()
		both := w.officer
		both.Roles = []access.Role{access.CountyOfficer, access.Inspector}
		both.Account = w.lead.Account
		_, err := w.s.Accept(testkit.As(both), inspection.IDCommand{ID: id})
		w.refused("who made it accepts it", err, fault.ConflictOfInterest)
		_, err = w.s.Accept(testkit.As(w.lead), inspection.IDCommand{ID: id})
		w.refused("an inspector accepts", err, fault.Forbidden)
		_, err = w.s.Accept(testkit.As(w.neighbour), inspection.IDCommand{ID: id})
		w.refused("the neighbour county accepts", err, fault.NotFound)

		item := w.optional().ID
		back := inspection.SendBackCommand{ID: id, Reason: "照片看不清", DueOn: "2026-03-25", Marks: []inspection.Mark{{Item: item, Note: "请补拍价签"}}}
		wrong := back
		wrong.Marks = []inspection.Mark{{Item: "NONE-99", Note: "?"}}
		_, err = w.s.SendBack(testkit.As(w.officer), wrong)
		w.refused("a mark on no item", err, fault.Invalid)
		_, err = w.s.SendBack(testkit.As(w.officer), back)
		w.ok(err)
		d, err := w.s.Get(testkit.As(w.lead), id)
		w.ok(err)
		if d.State != lifecycle.SentBack || len(d.Marks) != 1 || d.Marks[0].Item != item || d.DueOn != "2026-03-25" {
			t.Errorf("sent back as %+v", d.View)
		}
		_, err = w.s.Start(testkit.As(w.second), inspection.IDCommand{ID: id})
		w.ok(err)
		_, err = w.s.Submit(testkit.As(w.lead), inspection.IDCommand{ID: id})
		w.ok(err)
		_, err = w.s.Accept(testkit.As(w.officer), inspection.IDCommand{ID: id})
		w.ok(err)
		if len(w.accepted) != 1 || w.state(id) != lifecycle.Accepted {
			t.Errorf("accepted: %v, %s", w.accepted, w.state(id))
		}
		_, err = w.s.SendBack(testkit.As(w.officer), back)
		w.refused("sent back after it was accepted", err, fault.IllegalStep)
	})
}

func TestRectificationAndVoiding(t *testing.T) {
	each(t, func(w *world) {
		id := w.submitted()
		reason := inspection.ReasonCommand{ID: id, Reason: "三项问题限期整改", DueOn: "2026-04-01"}
		_, err := w.s.OrderRectification(testkit.As(w.officer), reason)
		w.refused("before it is accepted", err, fault.IllegalStep)
		_, err = w.s.Accept(testkit.As(w.officer), inspection.IDCommand{ID: id})
		w.ok(err)
		_, err = w.s.OrderRectification(testkit.As(w.officer), inspection.ReasonCommand{ID: id, Reason: "整改"})
		w.refused("without a day", err, fault.Invalid)
		_, err = w.s.OrderRectification(testkit.As(w.officer), inspection.ReasonCommand{ID: id, Reason: " ", DueOn: "2026-04-01"})
		w.refused("without a reason", err, fault.Invalid)
		_, err = w.s.OrderRectification(testkit.As(w.officer), reason)
		w.ok(err)
		_, err = w.s.Void(testkit.As(w.officer), inspection.ReasonCommand{ID: id, Reason: "录错"})
		w.refused("voided after it was accepted", err, fault.IllegalStep)
		_, err = w.s.Verify(testkit.As(w.lead), inspection.ReasonCommand{ID: id, Reason: "合格"})
		w.refused("an inspector verifies", err, fault.Forbidden)
		_, err = w.s.Verify(testkit.As(w.officer), inspection.ReasonCommand{ID: id, Reason: "复查合格"})
		w.ok(err)
		_, err = w.s.Fail(testkit.As(w.officer), inspection.ReasonCommand{ID: id, Reason: "没有整改"})
		w.refused("failed after it was verified", err, fault.IllegalStep)

		failed := w.submitted()
		_, err = w.s.Accept(testkit.As(w.officer), inspection.IDCommand{ID: failed})
		w.ok(err)
		_, err = w.s.OrderRectification(testkit.As(w.officer), inspection.ReasonCommand{ID: failed, Reason: "整改", DueOn: "2026-04-01"})
		w.ok(err)
		_, err = w.s.Fail(testkit.As(w.officer), inspection.ReasonCommand{ID: failed, Reason: "没有整改"})
		w.ok(err)

		void := w.started()
		_, err = w.s.Void(testkit.As(w.lead), inspection.ReasonCommand{ID: void, Reason: "不想查"})
		w.refused("an inspector voids", err, fault.Forbidden)
		_, err = w.s.Void(testkit.As(w.officer), inspection.ReasonCommand{ID: void, Reason: "申请已撤回"})
		w.ok(err)
		_, err = w.save(w.lead, void, w.answers()[0])
		w.refused("an answer on a voided sheet", err, fault.IllegalStep)
	})
}

// The database refuses a step that the table does not have.
func TestTheDatabaseKnowsTheSteps(t *testing.T) {
	each(t, func(w *world) {
		id := w.planned()
		if _, err := w.d.W.NewRaw("UPDATE inspection SET state = 'accepted' WHERE id = ?", id).Exec(t.Context()); err == nil {
			t.Error("planned became accepted")
		}
		if _, err := w.d.W.NewRaw("UPDATE inspection SET lead = ?, second = ? WHERE id = ?", w.lead.Account, w.lead.Account, id).Exec(t.Context()); err == nil {
			t.Error("one inspector stands in both places")
		}
	})
}
