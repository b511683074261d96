package lifecycle

import "fangxin/internal/access"

// The states of a pledge (无理由退货承诺). Expired is not among them, and
// neither is "in force from its day on": both follow from dates.
const (
	Held       State = "held"
	YellowCard State = "yellow_card"
	RedCard    State = "red_card"
	Removed    State = "removed"
)

// The actions on a pledge.
const (
	Hold       Action = "hold"
	Release    Action = "release"
	GiveYellow Action = "yellow_card"
	GiveRed    Action = "red_card"
	Clear      Action = "clear"
	Remove     Action = "remove"
)

var (
	carding  = append([]access.Role{access.System}, supervising...)
	removing = []access.Role{access.CityOfficer, access.ProvinceOfficer}
)

// Pledge is the lifecycle of a no-reason-return pledge: freely made, published
// for objection, binding from the day after it; a broken promise costs a
// yellow card, then a red one, then the place on the list. What protects
// shoppers one officer does at once; what gives something back is done by
// somebody else than whoever took it.
var Pledge = &Machine{
	Noun: "pledge", Table: "pledge", Zh: "无理由退货承诺", En: "Return pledge", Start: Draft,
	States: []StateInfo{
		{Draft, "草稿", "Draft", access.Merchant, false},
		{Published, "公示中", "Published for objection", "", false},
		{Held, "暂缓生效", "Held back", access.CountyOfficer, false},
		{Active, "生效", "In force", "", false},
		{YellowCard, "黄牌（限期改正）", "Yellow card", access.Merchant, false},
		{RedCard, "红牌（暂停）", "Red card", access.CityOfficer, false},
		{Removed, "已移出名单", "Removed", "", false},
		{Refused, "不予公示", "Refused", "", true},
		{ObjectionUpheld, "异议成立", "Objection upheld", "", true},
		{Withdrawn, "已退出", "Withdrawn", "", true},
		{Superseded, "已续诺", "Renewed", "", true},
	},
	Steps: []Step{
		{Action: Publish, From: []State{Draft}, To: []State{Published}, Roles: []access.Role{access.Merchant}, Zh: "签名并公示", En: "Sign and publish"},
		{Action: Discard, From: []State{Draft}, To: []State{Withdrawn}, Roles: []access.Role{access.Merchant}, Danger: true, Zh: "放弃草稿", En: "Discard the draft"},
		{Action: Hold, From: []State{Published}, To: []State{Held}, Roles: supervising, Reason: true, Zh: "暂缓生效", En: "Hold back"},
		{Action: Release, From: []State{Held}, To: []State{Published}, Roles: supervising, Reason: true, Grants: true, Zh: "恢复公示", En: "Release"},
		{Action: Refuse, From: []State{Published, Held}, To: []State{Refused}, Roles: supervising, Reason: true, Danger: true, Zh: "不予公示", En: "Refuse"},
		{Action: UpholdObjection, From: []State{Published, Held}, To: []State{ObjectionUpheld}, Roles: supervising, Reason: true, Danger: true, Zh: "异议成立，终止承诺", En: "Uphold the objection"},
		// Writes down what the dates already say; see the pledge slice.
		{Action: TakeEffect, From: []State{Published}, To: []State{Active}, Roles: []access.Role{access.System}, Zh: "公示期满生效", En: "Take effect"},
		{Action: GiveYellow, From: []State{Active}, To: []State{YellowCard}, Roles: carding, Reason: true, Zh: "黄牌警告，限期改正", En: "Yellow card"},
		{Action: Clear, From: []State{YellowCard}, To: []State{Active}, Roles: supervising, Reason: true, Grants: true, Zh: "改正合格，撤销黄牌", En: "Clear the yellow card"},
		{Action: GiveRed, From: []State{Active, YellowCard}, To: []State{RedCard}, Roles: carding, Reason: true, Danger: true, Zh: "红牌，暂停承诺标识", En: "Red card"},
		{Action: Restore, From: []State{RedCard}, To: []State{Active}, Roles: supervising, Reason: true, Grants: true, Zh: "改正合格，恢复", En: "Restore"},
		{Action: Remove, From: []State{RedCard}, To: []State{Removed}, Roles: removing, Reason: true, Danger: true, Zh: "移出承诺名单", En: "Remove from the list"},
		{Action: Withdraw, From: []State{Published, Held, Active, YellowCard}, To: []State{Withdrawn}, Roles: []access.Role{access.Merchant}, Reason: true, Danger: true, Zh: "退出承诺", En: "Leave"},
		{Action: End, From: []State{Draft, Published, Held, Active, YellowCard, RedCard}, To: []State{Withdrawn}, Roles: []access.Role{access.System}, Reason: true, Zh: "随门店终止", En: "End with the shop"},
		{Action: Supersede, From: []State{Active}, To: []State{Superseded}, Roles: []access.Role{access.System}, Zh: "续诺接续", En: "Supersede by a renewal"},
		// Only an appeal against the title's decision does this.
		{Action: Reinstate, From: []State{YellowCard, RedCard, Removed}, To: []State{Active}, Roles: []access.Role{access.System}, Reason: true, Grants: true, Zh: "复核恢复", En: "Reinstate on appeal"},
	},
}
