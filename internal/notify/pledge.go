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

// pledgeDesk are the acts of a shop of which the county hears: it may hold a
// pledge back, or has one less to look after.
var pledgeDesk = map[lifecycle.Action]Code{lifecycle.Publish: PledgeFiled, lifecycle.Withdraw: PledgeLeft}

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
	out := []Occurrence{}
	if code, ok := pledgeDesk[m.Action]; ok {
		desk := o
		desk.Event, desk.Role, desk.Operator = code, access.CountyOfficer, ""
		out = append(out, desk)
	}
	if code, ok := pledgeEvents[m.Action]; ok {
		o.Event = code
		out = append(out, o)
	}
	return out
}
