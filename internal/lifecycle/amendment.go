package lifecycle

import "fangxin/internal/access"

// The states of a correction of a submitted sheet (补正).
const (
	Proposed  State = "proposed"
	Effective State = "effective"
	Declined  State = "declined"
)

// The actions on a correction. Accept carries the same word as elsewhere.
const (
	TakeEffect Action = "take_effect"
	Decline    Action = "decline"
)

// Amendment is the lifecycle of a correction. One that changes neither the
// grade nor whether the sheet passes takes effect by itself; any other needs a
// second person.
var Amendment = &Machine{
	Noun: "amendment", Table: "inspection_amendment", Zh: "补正", En: "Correction", Start: Proposed,
	States: []StateInfo{
		{Proposed, "待复核", "To be judged", access.CountyOfficer, false},
		{Effective, "已生效", "In effect", "", true},
		{Declined, "未采纳", "Declined", "", true},
	},
	Steps: []Step{
		{Action: TakeEffect, From: []State{Proposed}, To: []State{Effective}, Roles: []access.Role{access.System}, Zh: "直接生效", En: "Take effect"},
		{Action: Accept, From: []State{Proposed}, To: []State{Effective}, Roles: supervising, Grants: true, Zh: "采纳补正", En: "Accept the correction"},
		{Action: Decline, From: []State{Proposed}, To: []State{Declined}, Roles: supervising, Reason: true, Zh: "不予采纳", En: "Decline the correction"},
	},
}
