package notify

import (
	"fangxin/internal/lifecycle"
	"fangxin/internal/plaque"
)

// The events of plaques.
const (
	PlaqueWanted  Code = "plaque.wanted"
	PlaqueDueSoon Code = "plaque.due_soon"
	PlaqueOverdue Code = "plaque.overdue"
	PlaqueDone    Code = "plaque.done"
	PlaqueMissing Code = "plaque.missing"
)

const myPlaque = "/my/plaques/{subject}"

// plaqueEvents are part of the [Catalogue].
var plaqueEvents = []Event{
	{PlaqueWanted, "title", Holder, allWays, true, true, true, myPlaque},
	{PlaqueDueSoon, "title", Holder, allWays, false, true, false, myPlaque},
	{PlaqueOverdue, "title", Holder, allWays, true, true, false, myPlaque},
	{PlaqueDone, "title", Holder, softly, false, false, true, myPlaque},
	{PlaqueMissing, "title", Holder, allWays, true, true, true, myPlaque},
}

var plaqueCodes = map[lifecycle.Action]Code{
	"create": PlaqueWanted, "due_soon": PlaqueDueSoon, "overdue": PlaqueOverdue,
	lifecycle.Recover: PlaqueDone, lifecycle.Destroy: PlaqueDone, lifecycle.ReportGone: PlaqueMissing,
}

// ofPlaque says what the recovery of a plaque tells its holder; officers hear
// of it as a task.
func ofPlaque(v plaque.View, a lifecycle.Action) []Occurrence {
	code, ok := plaqueCodes[a]
	if !ok {
		return nil
	}
	o := Occurrence{
		Event: code, Key: step(v.ID, v.Version) + "/" + string(a), Noun: "plaque", Subject: string(v.ID), Scope: v.Scope, Operator: v.Operator,
		Data: map[string]string{
			"shop": v.Holder, "number": v.CertNumber, "title": v.TitleZh, "title_en": v.TitleEn, "place": v.PlaceZh, "place_en": v.PlaceEn, "state": string(v.State),
		},
	}
	switch a {
	case "create", "due_soon", "overdue":
		o.Data["due_on"] = v.DueOn
	}
	return []Occurrence{o}
}
