package notify

import (
	"fangxin/internal/lifecycle"
	"fangxin/internal/rectify"
)

// rectifyEvents are what the holder hears of an order besides that it came:
// the step on the title tells that.
var rectifyEvents = map[lifecycle.Action]Code{lifecycle.Return: RectifyReturned, "extend": RectifyExtended, "overdue": RectifyOverdue, "due_soon": RectifyDueSoon}

// ofRectification says what a step of an order to rectify tells.
func ofRectification(v rectify.View, a lifecycle.Action) []Occurrence {
	code, ok := rectifyEvents[a]
	if !ok {
		return nil
	}
	o := Occurrence{
		Event: code, Key: step(v.ID, v.Version) + "/" + string(a), Noun: "rectification", Subject: string(v.ID), Scope: v.Scope, Operator: v.Operator,
		Data: map[string]string{"shop": v.Holder, "number": v.CertNumber, "due_on": v.DueOn},
	}
	switch a {
	case lifecycle.Return:
		o.Data["reason"] = v.Remark
	case "extend":
		o.Data["reason"] = v.Extension
	}
	return []Occurrence{o}
}
