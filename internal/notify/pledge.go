package notify

import (
	"fangxin/internal/access"
	"fangxin/internal/lifecycle"
	"fangxin/internal/pledge"
)

// pledgeEvents are the steps of a pledge that its shop hears of. Cards are told
// as the steps of its title.
var pledgeEvents = map[lifecycle.Action]Code{
	lifecycle.Publish: PledgePublished, lifecycle.TakeEffect: PledgeInForce, lifecycle.Hold: PledgeHeld, lifecycle.Release: PledgeReleased,
	lifecycle.Refuse: PledgeEnded, lifecycle.UpholdObjection: PledgeEnded,
}

// ofPledge says what a step of a pledge tells: the shop, or the county when
// the shop reports that a card's matter is put right.
func ofPledge(m pledge.Moved) []Occurrence {
	o := Occurrence{
		Key: step(m.ID, m.Version), Noun: "pledge", Subject: string(m.ID), Scope: m.Scope, Operator: m.Operator,
		Data: map[string]string{"shop": m.Holder, "from_on": m.EffectiveOn.String(), "until_on": m.ObjectionUntil.String(), "expires_on": m.ExpiresOn.String()},
	}
	if m.Reason != "" {
		o.Data["reason"] = m.Reason
	}
	if m.Note == "fixed" {
		o.Event, o.Role, o.Operator = PledgeFixed, access.CountyOfficer, ""
		return []Occurrence{o}
	}
	code, ok := pledgeEvents[m.Action]
	if !ok {
		return nil
	}
	o.Event = code
	return []Occurrence{o}
}
