package lifecycle

import "fangxin/internal/access"

// The states of an appeal (复核申请).
const (
	Filed     State = "filed"
	Upheld    State = "upheld"
	Rejected  State = "rejected"
	Retracted State = "retracted"
)

// The actions on an appeal.
const (
	Uphold  Action = "uphold"
	Reject  Action = "reject"
	Retract Action = "retract"
)

// Appeal is the lifecycle of an appeal against a decision on a title, or
// against the refusal of an application.
// Whoever had a hand in the matter does not decide it; the use-case knows who.
var Appeal = &Machine{
	Noun: "appeal", Table: "appeal", Zh: "复核申请", En: "Appeal", Start: Filed,
	States: []StateInfo{
		{Filed, "复核中", "Being reviewed", access.CityOfficer, false},
		{Upheld, "复核成立", "Upheld", "", true},
		{Rejected, "维持原决定", "Decision stands", "", true},
		{Retracted, "已撤回", "Retracted", "", true},
	},
	Steps: []Step{
		{Action: Uphold, From: []State{Filed}, To: []State{Upheld}, Roles: []access.Role{access.CityOfficer, access.ProvinceOfficer}, Reason: true, Grants: true, Danger: true, Zh: "复核成立，撤销原决定", En: "Uphold: annul the decision"},
		{Action: Reject, From: []State{Filed}, To: []State{Rejected}, Roles: []access.Role{access.CityOfficer, access.ProvinceOfficer}, Reason: true, Zh: "维持原决定", En: "Reject: the decision stands"},
		{Action: Retract, From: []State{Filed}, To: []State{Retracted}, Roles: []access.Role{access.Merchant, access.Organiser}, Zh: "撤回复核申请", En: "Retract"},
	},
}
