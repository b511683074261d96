package lifecycle

import "fangxin/internal/access"

// The states of a renewal or re-issue (续期、换发). Filed is that of appeals.
const (
	Checked      State = "checked"
	RenewGranted State = "granted"
	RenewDenied  State = "declined"
)

// The actions on a renewal. Decline and Retract carry the same words as elsewhere.
const (
	Check Action = "check"
	Grant Action = "grant"
	// GrantNow renews at once where nothing changed and the scheme allows it:
	// the rule decides, not a person.
	GrantNow Action = "grant_now"
)

// Renewal is the lifecycle of what a holder asks for before a title's end, or
// after a change of name: one officer checks, another one grants.
var Renewal = &Machine{
	Noun: "renewal", Table: "renewal", Zh: "续期换发", En: "Renewal", Start: Filed,
	States: []StateInfo{
		{Filed, "待核对", "To be checked", access.CountyOfficer, false},
		{Checked, "待决定", "To be granted", access.CountyOfficer, false},
		{RenewGranted, "已换发", "Granted", "", true},
		{RenewDenied, "未同意", "Declined", "", true},
		{Retracted, "已撤回", "Retracted", "", true},
	},
	Steps: []Step{
		{Action: Check, From: []State{Filed}, To: []State{Checked}, Roles: supervising, Zh: "核对无误", En: "Checked and in order"},
		{Action: Grant, From: []State{Checked}, To: []State{RenewGranted}, Roles: supervising, Grants: true, Zh: "同意换发", En: "Grant"},
		{Action: GrantNow, From: []State{Filed}, To: []State{RenewGranted}, Roles: []access.Role{access.System}, Zh: "即时续期", En: "Renewed at once"},
		{Action: Decline, From: []State{Filed, Checked}, To: []State{RenewDenied}, Roles: supervising, Reason: true, Danger: true, Zh: "不同意", En: "Decline"},
		{Action: Retract, From: []State{Filed, Checked}, To: []State{Retracted}, Roles: []access.Role{access.Merchant, access.Organiser, access.System}, Zh: "撤回", En: "Retract"},
	},
}
