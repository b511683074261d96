package lifecycle

import "fangxin/internal/access"

// The states of an order to rectify (整改通知). Overdue is not among them: it
// follows from the date.
const (
	Ordered    State = "ordered"
	InEvidence State = "submitted"
	Visit      State = "visit"
	Proven     State = "proven"
	Mended     State = "mended"
	Unmended   State = "unmended"
	Annulled   State = "annulled"
)

// The actions on an order to rectify. Submit, Return, Restore, Fail and
// OrderInspection carry the same words as elsewhere.
const (
	Pass  Action = "pass"
	Annul Action = "annul"
)

// Rectifications is the lifecycle of an order to rectify: the holder proves
// finding by finding what was mended, one officer takes the evidence, a second
// one gives the title back.
var Rectifications = &Machine{
	Noun: "rectification", Table: "rectification", Zh: "整改", En: "Rectification", Start: Ordered,
	States: []StateInfo{
		{Ordered, "待整改", "To be mended", access.Merchant, false},
		{InEvidence, "待验收", "Evidence to be looked at", access.CountyOfficer, false},
		{Visit, "待现场验收", "To be seen on site", access.Inspector, false},
		{Proven, "待恢复", "To be confirmed", access.CountyOfficer, false},
		{Mended, "整改合格", "Mended", "", true},
		{Unmended, "整改不合格", "Not mended", "", true},
		{Annulled, "已终止", "Ended with the title or on appeal", "", true},
	},
	Steps: []Step{
		{Action: Submit, From: []State{Ordered}, To: []State{InEvidence}, Roles: []access.Role{access.Merchant, access.Organiser}, Zh: "提交整改材料", En: "Send the evidence"},
		{Action: Return, From: []State{InEvidence, Visit, Proven}, To: []State{Ordered}, Roles: supervising, Reason: true, Zh: "退回继续整改", En: "Give back"},
		{Action: OrderInspection, From: []State{InEvidence}, To: []State{Visit}, Roles: supervising, Zh: "安排现场验收", En: "Have it seen on site"},
		{Action: Pass, From: []State{InEvidence, Visit}, To: []State{Proven}, Roles: supervising, Zh: "材料合格，提请恢复", En: "Take the evidence and propose to give the title back"},
		{Action: Restore, From: []State{Proven}, To: []State{Mended}, Roles: supervising, Grants: true, Zh: "同意恢复", En: "Give the title back"},
		{Action: Fail, From: []State{Ordered, InEvidence, Visit, Proven}, To: []State{Unmended}, Roles: supervising, Reason: true, Danger: true, Zh: "整改不合格，暂停称号", En: "Not mended: suspend the title"},
		// When the title ends or an appeal gives it back, nothing is left to mend.
		{Action: Annul, From: []State{Ordered, InEvidence, Visit, Proven}, To: []State{Annulled}, Roles: []access.Role{access.System}, Reason: true, Zh: "终止", En: "End"},
	},
}
