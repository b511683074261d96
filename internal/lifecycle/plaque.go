package lifecycle

import "fangxin/internal/access"

// The states of the recovery of a plaque (牌匾收回). Overdue is not among them:
// it follows from the date.
const (
	Wanted    State = "wanted"
	Recovered State = "recovered"
	Destroyed State = "destroyed"
	Missing   State = "missing"
)

// The actions on the recovery of a plaque. Annul is the word of other tables.
const (
	Recover    Action = "recover"
	Destroy    Action = "destroy"
	ReportGone Action = "report_missing"
)

// Plaques is the lifecycle of what becomes of a plaque once its title has
// ended. A plaque that was not handed in can still turn up.
var Plaques = &Machine{
	Noun: "plaque", Table: "plaque", Zh: "牌匾收回", En: "Plaque recovery", Start: Wanted,
	States: []StateInfo{
		{Wanted, "待收回", "To be handed in", access.CountyOfficer, false},
		{Recovered, "已收回", "Handed in", "", true},
		{Destroyed, "已就地销毁", "Destroyed on site", "", true},
		{Missing, "未交回", "Not handed in", "", false},
		{Annulled, "不再收回", "Not wanted any more", "", true},
	},
	Steps: []Step{
		{Action: Recover, From: []State{Wanted, Missing}, To: []State{Recovered}, Roles: supervising, Zh: "登记已收回", En: "Record that it was handed in"},
		{Action: Destroy, From: []State{Wanted, Missing}, To: []State{Destroyed}, Roles: supervising, Zh: "登记就地销毁", En: "Record that it was destroyed on site"},
		{Action: ReportGone, From: []State{Wanted}, To: []State{Missing}, Roles: supervising, Reason: true, Danger: true, Zh: "登记未交回并公示", En: "Record and publish that it was not handed in"},
		// The title came back, or goes on under its plaque.
		{Action: Annul, From: []State{Wanted, Missing}, To: []State{Annulled}, Roles: []access.Role{access.System}, Reason: true, Zh: "终止", En: "End"},
	},
}
