package lifecycle

import "fangxin/internal/access"

// TakeDown hides a reply that was published. The other states and actions of a
// reply carry the same words as elsewhere.
const TakeDown Action = "take_down"

// Reply is the lifecycle of what a holder says beside a published result
// (答复): officers look for unlawful content only, and never at whether the
// holder is right.
var Reply = &Machine{
	Noun: "reply", Table: "reply", Zh: "结果答复", En: "Reply", Start: Filed,
	States: []StateInfo{
		{Filed, "待审核", "To be checked", access.CountyOfficer, false},
		{Published, "已公布", "Published", "", false},
		{Refused, "未予公布", "Not published", "", true},
		{Retracted, "已撤回", "Taken back", "", true},
		{Superseded, "已被新答复取代", "Replaced", "", true},
	},
	Steps: []Step{
		{Action: Publish, From: []State{Filed}, To: []State{Published}, Roles: supervising, Zh: "公布", En: "Publish"},
		{Action: Refuse, From: []State{Filed}, To: []State{Refused}, Roles: supervising, Reason: true, Danger: true, Zh: "不予公布", En: "Do not publish"},
		{Action: TakeDown, From: []State{Published}, To: []State{Refused}, Roles: supervising, Reason: true, Danger: true, Zh: "停止公布", En: "Take down"},
		{Action: Retract, From: []State{Filed, Published}, To: []State{Retracted}, Roles: []access.Role{access.Merchant, access.Organiser}, Zh: "撤回答复", En: "Take back"},
		// A newer reply to the same result takes the place of the older one.
		{Action: Supersede, From: []State{Published}, To: []State{Superseded}, Roles: []access.Role{access.System}, Zh: "由新答复取代", En: "Replaced by a newer one"},
	},
}
