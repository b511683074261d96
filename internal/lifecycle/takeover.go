package lifecycle

import "fangxin/internal/access"

// The states of a takeover of a shop (门店承接). Filed, Checked, Declined and
// Retracted are those of other requests.
const (
	Consented State = "consented"
	Objected  State = "objected"
	TakenOver State = "taken_over"
)

// The actions on a takeover, besides those that carry the same word elsewhere.
const (
	Consent Action = "consent"
	Object  Action = "object"
	Confirm Action = "confirm"
)

// End ends what belongs to a shop that exists no longer or that another
// operator goes on with: its titles, its pledge and its open cases.
const End Action = "end"

// Takeover is the lifecycle of what another operator asks for who goes on with
// a shop: the operator of before is heard, one officer of the county checks,
// another one confirms. Confirming gives no title: none is passed on.
var Takeover = &Machine{
	Noun: "takeover", Table: "takeover", Zh: "门店承接", En: "Takeover of a shop", Start: Filed,
	States: []StateInfo{
		{Filed, "待原经营者答复", "Waiting for the operator of before", access.Merchant, false},
		{Consented, "原经营者已同意", "Agreed to", access.CountyOfficer, false},
		{Objected, "原经营者不同意", "Objected to", access.CountyOfficer, false},
		{Checked, "已核对，待确认", "Checked, to be confirmed", access.CountyOfficer, false},
		{TakenOver, "已承接", "Taken over", "", true},
		{Declined, "不予确认", "Declined", "", true},
		{Retracted, "已撤回", "Retracted", "", true},
	},
	Steps: []Step{
		{Action: Consent, From: []State{Filed, Objected}, To: []State{Consented}, Roles: []access.Role{access.Merchant}, Danger: true, Zh: "同意承接", En: "Agree"},
		{Action: Object, From: []State{Filed}, To: []State{Objected}, Roles: []access.Role{access.Merchant}, Reason: true, Zh: "不同意", En: "Object"},
		{Action: Check, From: []State{Filed, Consented, Objected}, To: []State{Checked}, Roles: supervising, Zh: "核对无误", En: "Checked and in order"},
		{Action: Confirm, From: []State{Checked}, To: []State{TakenOver}, Roles: supervising, Grants: true, Danger: true, Zh: "确认承接", En: "Confirm the takeover"},
		{Action: Decline, From: []State{Filed, Consented, Objected, Checked}, To: []State{Declined}, Roles: supervising, Reason: true, Danger: true, Zh: "不予确认", En: "Decline"},
		{Action: Retract, From: []State{Filed, Consented, Objected, Checked}, To: []State{Retracted}, Roles: []access.Role{access.Merchant, access.System}, Zh: "撤回", En: "Retract"},
	},
}
