package reply_test

import (
	"slices"
	"strings"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/lifecycle"
	"fangxin/internal/reply"
	"fangxin/internal/task"
	"fangxin/internal/testkit"
)

func TestWhoMayReplyAndToWhat(t *testing.T) {
	each(t, func(w *world) {
		result := w.suspend()
		file := func(by access.Principal, result, body string) error {
			_, err := w.s.File(testkit.As(by), reply.FileCommand{Certificate: w.id, Result: result, Body: body})
			return err
		}
		w.refused("another merchant", file(w.stranger, result, "已检定"), fault.NotFound)
		w.refused("an officer", file(w.officer, result, "已检定"), fault.Forbidden)
		w.refused("to nothing that was published", file(w.owner, "2020-01-01", "已检定"), fault.NotFound)
		w.refused("blank", file(w.owner, result, "  \n"), fault.Invalid)
		w.refused("too long", file(w.owner, result, strings.Repeat("字", reply.MaxLength+1)), fault.Invalid)
		w.refused("with a telephone number", file(w.owner, result, "有疑问打 138 1234 5678"), fault.Invalid)
		w.refused("with an identity number", file(w.owner, result, "身份证 36010219800101123X"), fault.Invalid)
		v := w.file(result, " 计量器具\n已重新检定。 "+strings.Repeat("字", reply.MaxLength-20))
		if v.State != lifecycle.Filed || !strings.HasPrefix(v.Body, "计量器具 已重新检定。") || v.Action != lifecycle.Suspend || v.Words != "计量器具超期" {
			t.Errorf("filed as %+v", v)
		}
		if v.DueOn != "2026-03-09" || v.DaysLeft == nil || *v.DaysLeft != 5 {
			t.Errorf("due %s, %v days left", v.DueOn, v.DaysLeft)
		}
		w.refused("a second one while one waits", file(w.owner, result, "再次说明"), fault.Duplicate)
		tasks, err := w.tasks.List(testkit.As(w.other), task.ListQuery{Kind: task.ReplyFiled})
		w.ok(err)
		if len(tasks.Items) != 1 || tasks.Items[0].Subject != string(v.ID) {
			t.Errorf("tasks %+v", tasks.Items)
		}
		st, err := w.s.Standing(testkit.As(w.owner), w.id)
		w.ok(err)
		if len(st.Results) != 2 || st.Results[0].Waiting == nil || !st.Results[0].Shown || st.Results[1].Ref != "2026-02-21" {
			t.Errorf("standing %+v", st.Results)
		}
		_, err = w.s.Standing(testkit.As(w.stranger), w.id)
		w.refused("another merchant looks", err, fault.NotFound)
		w.scans("nobody has looked at it")
	})
}

func TestPublishedBesideTheResult(t *testing.T) {
	each(t, func(w *world) {
		result := w.suspend()
		first := w.file(result, "已重新检定 <b>")
		cmd := reply.StepCommand{ID: first.ID}
		_, err := w.s.Publish(testkit.As(w.owner), cmd)
		w.refused("the holder publishes", err, fault.Forbidden)
		_, err = w.s.Publish(testkit.As(w.away), cmd)
		w.refused("another county", err, fault.NotFound)
		_, err = w.s.TakeDown(testkit.As(w.other), reply.ReasonCommand{ID: first.ID, Reason: "x"})
		w.refused("taken down before it is published", err, fault.IllegalStep)
		// Even who took the decision may publish the answer to it.
		v, err := w.s.Publish(testkit.As(w.officer), cmd)
		w.ok(err)
		if v.State != lifecycle.Published || v.PublishedOn != "2026-03-02" {
			t.Errorf("published as %+v", v)
		}
		w.scans("published", "decision: 已重新检定 <b>")
		if open, err := w.tasks.List(testkit.As(w.other), task.ListQuery{Kind: task.ReplyFiled}); err != nil || len(open.Items) != 0 {
			t.Errorf("open tasks %+v %v", open.Items, err)
		}
		w.file("2026-02-21", "当天停电")
		second := w.file(result, "检定证书已交")
		w.scans("a newer one waits", "decision: 已重新检定 <b>")
		_, err = w.s.Publish(testkit.As(w.other), reply.StepCommand{ID: second.ID})
		w.ok(err)
		w.scans("replaced", "decision: 检定证书已交")
		if old, err := w.s.Get(testkit.As(w.owner), first.ID); err != nil || old.State != lifecycle.Superseded {
			t.Errorf("the older one is %s %v", old.State, err)
		}
		_, err = w.s.Publish(testkit.As(w.other), reply.StepCommand{ID: second.ID})
		w.refused("published twice", err, fault.IllegalStep)
		d, err := w.certs.Detail(testkit.As(access.Anonymous()), w.number)
		w.ok(err)
		if got := d.ReplyTo(result); got == nil || got.Text != "检定证书已交" {
			t.Errorf("the register says %+v", d.Replies)
		}
		_, err = w.s.Retract(testkit.As(w.stranger), reply.StepCommand{ID: second.ID})
		w.refused("another merchant takes it back", err, fault.NotFound)
		_, err = w.s.Retract(testkit.As(w.owner), reply.StepCommand{ID: second.ID})
		w.ok(err)
		w.scans("taken back")
		_, err = w.s.Retract(testkit.As(w.owner), reply.StepCommand{ID: second.ID})
		w.refused("taken back twice", err, fault.IllegalStep)
		if want := []lifecycle.Action{lifecycle.Publish, lifecycle.Publish, lifecycle.Retract}; !slices.Equal(w.moved, want) {
			t.Errorf("told %v, want %v", w.moved, want)
		}
	})
}

func TestAReplyFollowsItsResult(t *testing.T) {
	each(t, func(w *world) {
		visit := w.file("2026-02-21", "当天停电，仪器未开")
		_, err := w.s.Publish(testkit.As(w.other), reply.StepCommand{ID: visit.ID})
		w.ok(err)
		w.scans("valid, with a reply to the inspection", "inspection: 当天停电，仪器未开")
		decision := w.file(w.suspend(), "已重新检定")
		_, err = w.s.Publish(testkit.As(w.other), reply.StepCommand{ID: decision.ID})
		w.ok(err)
		w.scans("suspended", "decision: 已重新检定", "inspection: 当天停电，仪器未开")
		_, err = w.certs.Revoke(testkit.As(w.above), certificate.RevokeCommand{ID: w.id, Reason: "拒不整改"})
		w.ok(err)
		w.scans("another decision holds by now", "inspection: 当天停电，仪器未开")
		d, err := w.certs.Detail(testkit.As(access.Anonymous()), w.number)
		w.ok(err)
		if d.ReplyTo(decision.Result) == nil {
			t.Error("the history forgot the reply")
		}
	})
}

func TestKeptFromThePublic(t *testing.T) {
	each(t, func(w *world) {
		v := w.file(w.suspend(), "某某是骗子")
		cmd := reply.ReasonCommand{ID: v.ID, Reason: "含有侮辱他人的内容"}
		_, err := w.s.Refuse(testkit.As(w.officer), cmd)
		w.refused("who took the decision", err, fault.ConflictOfInterest)
		_, err = w.s.Refuse(testkit.As(w.other), reply.ReasonCommand{ID: v.ID, Reason: " "})
		w.refused("without a reason", err, fault.Invalid)
		got, err := w.s.Refuse(testkit.As(w.other), cmd)
		w.ok(err)
		if got.State != lifecycle.Refused || got.Reason != cmd.Reason {
			t.Errorf("refused as %+v", got)
		}
		_, err = w.s.Refuse(testkit.As(w.other), cmd)
		w.refused("refused twice", err, fault.IllegalStep)

		again := w.file("2026-02-21", "核查当天停电")
		_, err = w.s.Refuse(testkit.As(w.seen), reply.ReasonCommand{ID: again.ID, Reason: "x"})
		w.refused("who saw the shop", err, fault.ConflictOfInterest)
		_, err = w.s.Publish(testkit.As(w.other), reply.StepCommand{ID: again.ID})
		w.ok(err)
		w.scans("published", "inspection: 核查当天停电")
		_, err = w.s.TakeDown(testkit.As(w.seen), reply.ReasonCommand{ID: again.ID, Reason: "x"})
		w.refused("who saw the shop takes it down", err, fault.ConflictOfInterest)
		_, err = w.s.TakeDown(testkit.As(w.other), reply.ReasonCommand{ID: again.ID, Reason: "含有广告"})
		w.ok(err)
		w.scans("taken down")
		page, err := w.s.List(testkit.As(w.other), reply.ListQuery{State: lifecycle.Refused})
		w.ok(err)
		if len(page.Items) != 2 {
			t.Errorf("the county lists %+v", page.Items)
		}
		if page, err = w.s.List(testkit.As(w.away), reply.ListQuery{}); err != nil || len(page.Items) != 0 {
			t.Errorf("another county lists %+v %v", page.Items, err)
		}
	})
}
