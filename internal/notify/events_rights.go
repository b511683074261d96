package notify

import (
	"fangxin/internal/appeal"
	"fangxin/internal/lifecycle"
	"fangxin/internal/reply"
)

// ofReply says what a step of a reply tells its writer. The county hears of a
// new one by its task.
func ofReply(v reply.View, a lifecycle.Action) []Occurrence {
	code := ReplyRefused
	switch a {
	case lifecycle.Publish:
		code = ReplyPublished
	case lifecycle.Refuse, lifecycle.TakeDown:
	default:
		return nil // the holder's own act
	}
	o := Occurrence{
		Event: code, Key: step(v.ID, v.Version), Noun: "certificate", Subject: string(v.Certificate), Scope: v.Scope, Operator: v.Operator,
		Data: map[string]string{"shop": v.Holder, "number": v.CertNumber},
	}
	if v.Reason != "" {
		o.Data["reason"] = v.Reason
	}
	return []Occurrence{o}
}

// ofAppeal says what the end of an appeal tells whoever filed it. What an
// upheld one gives back is told by the step on the title or the case.
func ofAppeal(v appeal.View, a lifecycle.Action) []Occurrence {
	if a != lifecycle.Reject {
		return nil
	}
	o := Occurrence{
		Event: AppealRejected, Key: step(v.ID, v.Version), Noun: v.Noun, Subject: string(v.Certificate), Scope: v.Scope, Operator: v.Operator,
		Data: map[string]string{"shop": v.Holder, "number": v.CertNumber, "appeal": v.Number, "reason": v.Reason},
	}
	if v.Application != "" {
		o.Event, o.Subject, o.Data["number"] = CaseStands, string(v.Application), v.CaseNo
	}
	return []Occurrence{o}
}
