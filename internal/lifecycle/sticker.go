package lifecycle

import "fangxin/internal/access"

// The states of a badge sticker (标识): one print with a serial of its own.
const (
	Printed       State = "printed"
	StickerActive State = "active"
	StickerVoid   State = "void"
)

// The actions on a sticker; Void carries the same word as for inspections.
const (
	Activate Action = "activate"
)

// Sticker is the lifecycle of one printed badge. A lost, damaged or copied
// print is voided alone; the certificate and its other prints live on.
var Sticker = &Machine{
	Noun: "sticker", Table: "sticker", Zh: "标识", En: "Badge sticker", Start: Printed,
	States: []StateInfo{
		{Printed, "已制作", "Printed", access.Merchant, false},
		{StickerActive, "已启用", "Active", "", false},
		{StickerVoid, "已作废", "Void", "", true},
	},
	Steps: []Step{
		{Action: Activate, From: []State{Printed}, To: []State{StickerActive}, Roles: []access.Role{access.Merchant, access.Organiser, access.CountyOfficer, access.CityOfficer, access.ProvinceOfficer, access.System}, Zh: "启用标识", En: "Activate"},
		{Action: Void, From: []State{Printed, StickerActive}, To: []State{StickerVoid}, Roles: []access.Role{access.Merchant, access.Organiser, access.CountyOfficer, access.CityOfficer, access.ProvinceOfficer, access.System}, Reason: true, Danger: true, Zh: "作废标识", En: "Void"},
	},
}

// Machines lists every lifecycle: the step table, the documentation and the
// tests are made from it.
func Machines() []*Machine {
	return []*Machine{
		Application, Certificate, Inspection, Amendment, Sticker, Appeal, Edition, Module, Pledge,
		Rectifications, Renewal, Plaques, Halt, Bulk, Takeover, Reply, Reinspections,
	}
}
