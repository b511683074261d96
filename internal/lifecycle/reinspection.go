package lifecycle

import "fangxin/internal/access"

// The state in which inspectors are on their way. The other states of a
// request to be inspected again carry the same words as elsewhere.
const (
	Arranged State = "arranged"
	Seen     State = "seen"
	Denied   State = "denied"
)

// Arrange sends inspectors; Unarrange has the request wait again because the
// visit was called off; Conclude ends it with the result.
const (
	Arrange   Action = "arrange"
	Unarrange Action = "unarrange"
	Conclude  Action = "conclude"
)

// Reinspections is the lifecycle of a holder's request to be inspected again
// (申请复查). What the visit finds counts, for better or worse.
var Reinspections = &Machine{
	Noun: "reinspection", Table: "reinspection", Zh: "复查申请", En: "Request for re-inspection", Start: Filed,
	States: []StateInfo{
		{Filed, "待答复", "To be answered", access.CountyOfficer, false},
		{Arranged, "已安排复查", "Visit arranged", access.Inspector, false},
		{Seen, "已复查", "Inspected again", "", true},
		{Denied, "不予复查", "Denied", "", true},
		{Retracted, "已撤回", "Taken back", "", true},
		{Annulled, "已终止", "Ended with the title", "", true},
	},
	Steps: []Step{
		{Action: Arrange, From: []State{Filed}, To: []State{Arranged}, Roles: supervising, Zh: "同意，安排复查", En: "Agree and order a visit"},
		{Action: Decline, From: []State{Filed}, To: []State{Denied}, Roles: supervising, Reason: true, Danger: true, Zh: "不予复查", En: "Decline"},
		{Action: Retract, From: []State{Filed}, To: []State{Retracted}, Roles: []access.Role{access.Merchant, access.Organiser}, Zh: "撤回申请", En: "Take back"},
		{Action: Unarrange, From: []State{Arranged}, To: []State{Filed}, Roles: []access.Role{access.System}, Zh: "复查作废，重新安排", En: "The visit was called off"},
		{Action: Conclude, From: []State{Arranged}, To: []State{Seen}, Roles: []access.Role{access.System}, Zh: "复查结果入案", En: "Record the result"},
		// When the title ends there is nothing left to inspect.
		{Action: Annul, From: []State{Filed, Arranged}, To: []State{Annulled}, Roles: []access.Role{access.System}, Zh: "终止", En: "End"},
	},
}
