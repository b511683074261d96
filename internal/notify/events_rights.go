package notify

import (
	"fangxin/internal/access"
	"fangxin/internal/appeal"
	"fangxin/internal/lifecycle"
	"fangxin/internal/reinspect"
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

// appealDesk is what the office that decides hears of an appeal.
var appealDesk = map[lifecycle.Action]Code{"create": AppealFiled, lifecycle.Retract: AppealBack}

// ofAppeal says what a step of an appeal tells: the office that decides when
// one comes or is taken back – the city, or the province about its own
// decisions –, and whoever filed it when the decision stands. What an upheld
// one gives back is told by the step on the title or the case.
func ofAppeal(v appeal.View, a lifecycle.Action) []Occurrence {
	if code, ok := appealDesk[a]; ok {
		role := access.CityOfficer
		if v.Level == access.ProvinceOfficer {
			role = access.ProvinceOfficer
		}
		return []Occurrence{{
			Event: code, Key: step(v.ID, v.Version), Noun: "appeal", Subject: string(v.ID), Scope: v.Scope, Role: role,
			Data: map[string]string{"shop": v.Holder, "appeal": v.Number, "due_on": v.DueOn},
		}}
	}
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

// againEvents are what the holder hears of a request for re-inspection.
var againEvents = map[lifecycle.Action]Code{lifecycle.Arrange: AgainArranged, lifecycle.Decline: AgainDeclined, lifecycle.Conclude: AgainSeen}

// ofReinspection says what a step of a request tells its writer. The county
// hears of a new one by its task, and inspectors when they are sent.
func ofReinspection(v reinspect.View, a lifecycle.Action) []Occurrence {
	code, ok := againEvents[a]
	if !ok {
		return nil
	}
	o := Occurrence{
		Event: code, Key: step(v.ID, v.Version), Noun: "certificate", Subject: string(v.Certificate), Scope: v.Scope, Operator: v.Operator,
		Data: map[string]string{"shop": v.Holder, "number": v.CertNumber},
	}
	switch a {
	case lifecycle.Arrange:
		o.Data["due_on"] = v.DueOn
	case lifecycle.Decline:
		o.Data["reason"] = v.Reason
	}
	return []Occurrence{o}
}
