package lifecycle

import "fangxin/internal/access"

// The states of a halt (暂停颁发).
const (
	InForce State = "in_force"
	Lifting State = "lifting"
	Lifted  State = "lifted"
)

// The actions on a halt.
const (
	ProposeLift Action = "propose_lift"
	ConfirmLift Action = "confirm_lift"
	KeepHalt    Action = "keep"
)

var halting = []access.Role{access.CityOfficer, access.ProvinceOfficer}

// Halt is the lifecycle of a stop on the issuance of titles. One officer stops
// at once, because that protects; two let it go on.
var Halt = &Machine{
	Noun: "halt", Table: "halt", Zh: "暂停颁发", En: "Halt of issuance", Start: InForce,
	States: []StateInfo{
		{InForce, "暂停中", "In force", "", false},
		{Lifting, "拟恢复", "About to be lifted", access.ProvinceOfficer, false},
		{Lifted, "已恢复", "Lifted", "", true},
	},
	Steps: []Step{
		{Action: ProposeLift, From: []State{InForce}, To: []State{Lifting}, Roles: halting, Reason: true, Zh: "提议恢复颁发", En: "Propose to lift"},
		{Action: ConfirmLift, From: []State{Lifting}, To: []State{Lifted}, Roles: halting, Grants: true, Danger: true, Zh: "同意恢复颁发", En: "Lift"},
		{Action: KeepHalt, From: []State{Lifting}, To: []State{InForce}, Roles: halting, Reason: true, Zh: "继续暂停", En: "Keep in force"},
	},
}

// The states of a bulk run (批量处置).
const (
	Prepared  State = "prepared"
	Running   State = "running"
	Finished  State = "finished"
	Cancelled State = "cancelled"
)

// The actions on a bulk run.
const (
	StartRun  Action = "start"
	CancelRun Action = "cancel"
	FinishRun Action = "finish"
)

// Bulk is the lifecycle of one measure for many titles: listed first, begun
// with a reason, worked through in the background.
var Bulk = &Machine{
	Noun: "bulk", Table: "bulk_run", Zh: "批量处置", En: "Bulk action", Start: Prepared,
	States: []StateInfo{
		{Prepared, "待确认", "To be confirmed", "", false},
		{Running, "办理中", "Under way", "", false},
		{Finished, "已办完", "Finished", "", true},
		{Cancelled, "已取消", "Cancelled", "", true},
	},
	Steps: []Step{
		{Action: StartRun, From: []State{Prepared}, To: []State{Running}, Roles: access.Officers, Reason: true, Danger: true, Zh: "确认办理", En: "Confirm"},
		{Action: CancelRun, From: []State{Prepared}, To: []State{Cancelled}, Roles: access.Officers, Zh: "取消", En: "Cancel"},
		{Action: FinishRun, From: []State{Running}, To: []State{Finished}, Roles: []access.Role{access.System}, Zh: "办完", En: "Finish"},
	},
}
