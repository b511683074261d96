package notify

import (
	"fangxin/internal/access"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/takeover"
)

// ofTakeover says what a step of a takeover tells: the operator whose turn it
// is not to act, the county when it has to look, and both operators when it is
// decided.
func ofTakeover(v takeover.View, a lifecycle.Action) []Occurrence {
	about := Occurrence{
		Key: step(v.ID, v.Version), Noun: "takeover", Subject: string(v.ID), Scope: v.Scope,
		Data: map[string]string{"shop": v.Holder, "address": v.Address, "giver": v.GiverName, "taker": v.TakerName, "number": v.Number},
	}
	to := func(code Code, operator ident.OperatorID) Occurrence {
		o := about
		o.Event, o.Operator, o.Key = code, operator, about.Key+"/"+string(operator)
		return o
	}
	both := func(code Code) []Occurrence { return []Occurrence{to(code, v.Giver), to(code, v.Taker)} }
	switch a {
	case "create":
		about.Data["due_on"] = v.AnswerBy
		return []Occurrence{to(TakeoverAsked, v.Giver)}
	case lifecycle.Consent, lifecycle.Object:
		if v.Answer != "" && a == lifecycle.Object {
			about.Data["reason"] = v.Answer
		}
		county := about
		county.Event, county.Role = TakeoverToCheck, access.CountyOfficer
		return []Occurrence{to(TakeoverAnswer, v.Taker), county}
	case lifecycle.Confirm:
		return both(TakeoverDone)
	case lifecycle.Decline:
		about.Data["reason"] = v.Reason
		return both(TakeoverRefused)
	case lifecycle.Retract:
		if v.Reason != "" { // the old shop closed
			about.Data["reason"] = v.Reason
			return both(TakeoverBack)
		}
		return []Occurrence{to(TakeoverBack, v.Giver)}
	}
	return nil
}
