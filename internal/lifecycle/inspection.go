package lifecycle

import "fangxin/internal/access"

// The states of an inspection (核查).
const (
	Planned          State = "planned"
	Assigned         State = "assigned"
	OnDevice         State = "on_device"
	SheetSubmitted   State = "submitted"
	SentBack         State = "sent_back"
	Accepted         State = "accepted"
	RectificationDue State = "rectification_due"
	Verified         State = "verified"
	Failed           State = "failed"
	Voided           State = "voided"
)

// The actions on an inspection. Submit, Accept and OrderRectification carry
// the same words as elsewhere.
const (
	Assign   Action = "assign"
	Reassign Action = "reassign"
	Start    Action = "start"
	SendBack Action = "send_back"
	Reopen   Action = "reopen"
	Verify   Action = "verify"
	Fail     Action = "fail"
	Void     Action = "void"
)

var inspecting = []access.Role{access.Inspector}

// Inspection is the lifecycle of an inspection by two inspectors.
var Inspection = &Machine{
	Noun: "inspection", Table: "inspection", Zh: "核查", En: "Inspection", Start: Planned,
	States: []StateInfo{
		{Planned, "待派单", "Planned", access.CountyOfficer, false},
		{Assigned, "已派单", "Assigned", access.Inspector, false},
		{OnDevice, "核查中", "On the tablet", access.Inspector, false},
		{SheetSubmitted, "已提交", "Submitted", access.CountyOfficer, false},
		{SentBack, "退回补查", "Sent back", access.Inspector, false},
		{Accepted, "已采纳", "Accepted", "", false},
		{RectificationDue, "限期整改", "Rectification due", access.Merchant, false},
		{Verified, "整改合格", "Rectification verified", "", true},
		{Failed, "整改不合格", "Rectification failed", "", true},
		{Voided, "已作废", "Voided", "", true},
	},
	Steps: []Step{
		{Action: Assign, From: []State{Planned}, To: []State{Assigned}, Roles: supervising, Zh: "派单", En: "Assign"},
		{Action: Reassign, From: []State{Assigned, OnDevice, SentBack}, To: []State{Assigned}, Roles: supervising, Reason: true, Zh: "改派", En: "Reassign"},
		{Action: Start, From: []State{Assigned}, To: []State{OnDevice}, Roles: inspecting, Zh: "开始核查", En: "Start"},
		{Action: Submit, From: []State{OnDevice}, To: []State{SheetSubmitted}, Roles: inspecting, Zh: "提交核查", En: "Submit"},
		{Action: SendBack, From: []State{SheetSubmitted}, To: []State{SentBack}, Roles: supervising, Reason: true, Zh: "退回补查", En: "Send back"},
		{Action: Reopen, From: []State{SentBack}, To: []State{OnDevice}, Roles: inspecting, Zh: "继续核查", En: "Resume"},
		{Action: Accept, From: []State{SheetSubmitted}, To: []State{Accepted}, Roles: supervising, Zh: "采纳结果", En: "Accept"},
		{Action: OrderRectification, From: []State{Accepted}, To: []State{RectificationDue}, Roles: supervising, Reason: true, Zh: "限期整改", En: "Order rectification"},
		{Action: Verify, From: []State{RectificationDue}, To: []State{Verified}, Roles: supervising, Reason: true, Zh: "整改合格", En: "Verify"},
		{Action: Fail, From: []State{RectificationDue}, To: []State{Failed}, Roles: supervising, Reason: true, Danger: true, Zh: "整改不合格", En: "Not remedied"},
		{Action: Void, From: []State{Planned, Assigned, OnDevice, SheetSubmitted, SentBack}, To: []State{Voided}, Roles: supervising, Reason: true, Danger: true, Zh: "作废", En: "Void"},
	},
}
