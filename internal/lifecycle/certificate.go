package lifecycle

import "fangxin/internal/access"

// The states of a certificate (称号). Expired is not among them: it follows
// from the date.
const (
	Active     State = "active"
	Rectifying State = "rectifying"
	Suspended  State = "suspended"
	Revoked    State = "revoked"
	Superseded State = "superseded"
)

// The actions on a certificate.
const (
	OrderRectification  Action = "order_rectification"
	VerifyRectification Action = "verify_rectification"
	Suspend             Action = "suspend"
	Restore             Action = "restore"
	Revoke              Action = "revoke"
	Supersede           Action = "supersede"
	Reinstate           Action = "reinstate"
)

var supervising = access.Officers

// Contested are the steps on a title that its holder may appeal against and
// reply to.
var Contested = []Action{Suspend, OrderRectification, Revoke}

// Certificate is the lifecycle of a certificate. What protects shoppers
// (suspend, revoke) one officer does at once; what gives the title back needs
// a second one.
var Certificate = &Machine{
	Noun: "certificate", Table: "certificate", Zh: "称号", En: "Certificate", Start: Active,
	States: []StateInfo{
		{Active, "有效", "Valid", "", false},
		{Rectifying, "整改中", "Under rectification", access.Merchant, false},
		{Suspended, "暂停", "Suspended", access.CountyOfficer, false},
		{Revoked, "已摘牌", "Revoked", "", false},
		{Withdrawn, "已退出", "Withdrawn", "", true},
		{Superseded, "已换发", "Superseded", "", true},
	},
	Steps: []Step{
		{Action: OrderRectification, From: []State{Active}, To: []State{Rectifying}, Roles: carding, Reason: true, Zh: "责令整改", En: "Order rectification"},
		{Action: VerifyRectification, From: []State{Rectifying}, To: []State{Active}, Roles: supervising, Reason: true, Grants: true, Zh: "整改验收通过", En: "Accept the rectification"},
		{Action: Suspend, From: []State{Active, Rectifying}, To: []State{Suspended}, Roles: carding, Reason: true, Danger: true, Zh: "暂停称号", En: "Suspend"},
		{Action: Restore, From: []State{Suspended}, To: []State{Active}, Roles: supervising, Reason: true, Grants: true, Zh: "恢复称号", En: "Restore"},
		{Action: Revoke, From: []State{Active, Rectifying, Suspended}, To: []State{Revoked}, Roles: []access.Role{access.ProvinceOfficer, access.System}, Reason: true, Danger: true, Zh: "摘牌", En: "Revoke"},
		{Action: Withdraw, From: []State{Active, Rectifying, Suspended}, To: []State{Withdrawn}, Roles: []access.Role{access.Merchant, access.Organiser}, Reason: true, Danger: true, Zh: "自愿退出", En: "Give up the title"},
		{Action: Supersede, From: []State{Active, Rectifying, Suspended}, To: []State{Superseded}, Roles: []access.Role{access.ProvinceOfficer, access.System}, Reason: true, Zh: "换发", En: "Supersede"},
		{Action: End, From: []State{Active, Rectifying, Suspended}, To: []State{Withdrawn}, Roles: []access.Role{access.System}, Reason: true, Zh: "随门店终止", En: "End with the shop"},
		// Only an appeal does this, by somebody who had no hand in the decision.
		{Action: Reinstate, From: []State{Rectifying, Suspended, Revoked}, To: []State{Active}, Roles: []access.Role{access.System}, Reason: true, Grants: true, Zh: "复核恢复", En: "Reinstate on appeal"},
	},
}
