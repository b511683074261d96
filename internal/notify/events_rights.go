package notify

import (
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
